import numpy as np
import pytest

from routing.visits.checker import check
from routing.visits.fits import Fits
from routing.visits.model import Problem, Shift
from routing.visits.plan import Plan, Unplanned
from routing.visits.schedule import empty_route, schedule
from tests.helpers.visit_problems import line_travel, random_problem, visits_of

H = 3600


def one_stop(window, shift, service_s=600):
    # home 0 --- 30 min --- account 1
    return Problem(visits_of([1], service_s, [window]), (shift,), line_travel([0, 30]))


def test_departs_as_late_as_the_first_window_allows():
    problem = one_stop([(10 * H, 11 * H)], Shift(0, 8 * H, 17 * H, 0, 0))
    route = schedule(problem, 0, [0])
    assert (route.depart_s, route.stops[0].arrive_s, route.stops[0].begin_s) == (9.5 * H, 10 * H, 10 * H)
    assert (route.return_s, route.wait_s, route.drive_s, route.distance_m) == (10 * H + 2400, 0, 3600, 36000)


def test_takes_the_next_window_when_the_first_has_closed():
    problem = one_stop([(7 * H, 8 * H), (9 * H, 9 * H)], Shift(0, 8 * H, 17 * H, 0, 0))
    assert schedule(problem, 0, [0]).stops[0].begin_s == 9 * H


@pytest.mark.parametrize(
    ("window", "service_s", "break_begin_s", "why"),
    [
        ([(9 * H, 17 * H)], 600, 12 * H, "after the return, nothing is delayed"),
        ([(14 * H, 17 * H)], 600, 12.5 * H, "at home before departing"),
        ([(13.25 * H, 14 * H)], 600, 12.25 * H, "at home, as late as possible, where the stop would be too late"),
        ([(13 * H, 14 * H)], 600, 12.5 * H, "at the stop, which is reached at 12:30"),
        ([(12 * H, 14 * H)], 6 * H, 12 * H, "before a service that would last over the whole window"),
    ],
)
def test_break_lies(window, service_s, break_begin_s, why):
    shift = Shift(0, 8 * H, 20 * H, 0, 0, 12 * H, 13 * H, H // 2)
    problem = one_stop(window, shift, service_s)
    route = schedule(problem, 0, [0])
    assert check(problem, Plan((route,), ())) == [], why
    assert route.break_begin_s == break_begin_s, why


def test_break_interrupts_a_leg_longer_than_its_window():
    # 0 ------- 4 h ------- 1: no stop is near while the break's window is open
    problem = Problem(
        visits_of([1], 600), (Shift(0, 8 * H, 20 * H, 0, 0, 10 * H, 11 * H, H // 2),), line_travel([0, 240])
    )
    route = schedule(problem, 0, [0])
    assert (route.depart_s, route.break_begin_s, route.stops[0].arrive_s) == (8 * H, 10.5 * H, 12.5 * H)
    assert check(problem, Plan((route,), ())) == []


def test_service_over_the_whole_break_window_does_not_fit():
    shift = Shift(0, 11 * H, 20 * H, 0, 0, 12 * H, 13 * H, H // 2)
    assert schedule(one_stop([(11 * H, 12 * H)], shift, 3 * H), 0, [0]) is None


@pytest.mark.parametrize(
    "shift",
    [Shift(0, 8 * H, 8 * H + 4199, 0, 0), Shift(0, 8 * H, 17 * H, 0, 0, max_drive_s=3599)],
    ids=["end", "drive"],
)
def test_one_second_too_little_does_not_fit(shift):
    assert schedule(one_stop([], shift), 0, [0]) is None


def test_no_stops_no_times():
    problem = one_stop([], Shift(0, 8 * H, 17 * H, 0, 0, 12 * H, 13 * H, 1800))
    assert schedule(problem, 0, []) == empty_route(problem, 0)
    assert check(problem, Plan((empty_route(problem, 0),), (Unplanned(0, "no_capacity"),))) == []


@pytest.mark.parametrize("seed", range(60))
def test_kernel_and_schedule_agree_and_the_checker_accepts(seed):
    problem = random_problem(seed, n=12, reps=3)
    rng = np.random.default_rng(seed)
    fits, fitting = Fits.of(problem), 0
    for trial in range(60):
        shift = int(rng.integers(len(problem.shifts)))
        order = rng.permutation(12)[: rng.integers(1, 6)].astype(np.int32)
        fast_s = fits.return_s(shift, order)
        route = schedule(problem, shift, order.tolist())
        assert fast_s == (-1 if route is None else route.return_s), (seed, trial, shift, order.tolist())
        if route is not None:
            fitting += 1
            rest = [empty_route(problem, s) if s != shift else route for s in range(len(problem.shifts))]
            left = tuple(Unplanned(v, "no_capacity") for v in range(12) if v not in order)
            rules = {v.rule for v in check(problem, Plan(tuple(rest), left))}
            assert rules <= {"skills", "pinned_rep", "pinned_shift"}, (seed, trial, shift, order.tolist(), rules)
    assert fitting > 0


def test_lunch_comes_after_a_visit_that_can_be_made_before_it():
    # the last window fixes the return; the second visit is ready at 09:10 and must not wait for the lunch of 11:30
    windows = [(8 * H, 17 * H)], [(6 * H, 18 * H)], [(14 * H, 17 * H)]
    shift = Shift(0, 8 * H, 17 * H, 0, 0, 41_400, 13 * H, H // 2)
    problem = Problem(visits_of([1, 2, 3], 1800, windows), (shift,), line_travel([0, 30, 40, 50]))
    route = schedule(problem, 0, [0, 1, 2])
    assert [stop.begin_s for stop in route.stops] == [8.5 * H, 9 * H + 600, 14 * H]
    assert route.break_begin_s >= route.stops[1].leave_s
    assert check(problem, Plan((route,), ())) == []
