"""Driving that depends on when one leaves: schedules, kernels, checker and solver."""

from dataclasses import replace

import numpy as np
import pytest

from routing.engine.travel_matrix import UNREACHABLE_S, TravelMatrix
from routing.traffic.timed_matrix import TimedMatrix
from routing.visits.budget import Budget
from routing.visits.checker import check
from routing.visits.fits import Fits
from routing.visits.greedy import GreedySolver, insert_greedily
from routing.visits.model import Problem, Shift, timed_problem
from routing.visits.objective import cost
from routing.visits.plan import Plan, Unplanned
from routing.visits.plan_from_orders import plan_from_orders
from routing.visits.schedule import empty_route, legs_of, schedule
from routing.visits.solver_ortools import OrToolsSolver
from routing.visits.timed_solver import TimedSolver
from tests.helpers.visit_problems import line_travel, random_problem, random_timed_problem, visits_of
from tests.routing.visits.test_solvers import slow_insertion

H = 3600


def rush_hour(free: TravelMatrix) -> TimedMatrix:
    """From 7:00 to 9:30 driving takes three times as long."""
    durations = np.stack([free.duration_s, free.duration_s * 3])
    return TimedMatrix([0, 7 * H, 9 * H + 1800], [0, 1, 0], durations, np.stack([free.distance_m] * 2))


def as_timed(problem: Problem, begins=(0, 30_000, 45_000, 50_000)) -> Problem:
    """The same driving in every layer."""
    layers = np.stack([problem.travel.duration_s] * 2), np.stack([problem.travel.distance_m] * 2)
    timed = TimedMatrix(begins, [0, 1] * (len(begins) // 2), *layers)
    return timed_problem(problem.visits, problem.shifts, timed)


def some_orders(problem: Problem, rng: np.random.Generator, trials: int):
    n = len(problem.visits)
    for _ in range(trials):
        yield int(rng.integers(len(problem.shifts))), rng.permutation(n)[: rng.integers(1, 6)].astype(np.int32)


@pytest.mark.parametrize("seed", range(40))
def test_equal_layers_are_a_plain_problem(seed):
    plain = random_problem(seed, n=12, reps=3)
    timed = as_timed(plain)
    rng = np.random.default_rng(seed)
    fits, timed_fits = Fits.of(plain), Fits.of(timed)
    for shift, order in some_orders(plain, rng, 40):
        route = schedule(plain, shift, order.tolist())
        assert schedule(timed, shift, order.tolist()) == route, (seed, shift, order)
        assert timed_fits.return_s(shift, order) == fits.return_s(shift, order)
    assert insert_greedily(timed) == insert_greedily(plain)
    assert plan_from_orders(timed, insert_greedily(timed)) == plan_from_orders(plain, insert_greedily(plain))


@pytest.mark.parametrize("seed", range(60))
def test_kernel_and_schedule_agree_and_the_checker_accepts(seed):
    problem = random_timed_problem(seed, n=12, reps=3)
    rng = np.random.default_rng(seed)
    fits, fitting = Fits.of(problem), 0
    for shift, order in some_orders(problem, rng, 60):
        fast_s = fits.return_s(shift, order)
        route = schedule(problem, shift, order.tolist())
        assert fast_s == (-1 if route is None else route.return_s), (seed, shift, order.tolist())
        if route is None:
            continue
        fitting += 1
        assert route.depart_s + sum(leg.drive_s for leg in legs_of(problem, route)) <= route.return_s
        assert sum(leg.drive_s for leg in legs_of(problem, route)) == route.drive_s
        rest = [empty_route(problem, s) if s != shift else route for s in range(len(problem.shifts))]
        left = tuple(Unplanned(v, "no_capacity") for v in range(12) if v not in order)
        rules = {v.rule for v in check(problem, Plan(tuple(rest), left))}
        assert rules <= {"skills", "pinned_rep", "pinned_shift"}, (seed, shift, order.tolist(), rules)
    assert fitting > 0


@pytest.mark.parametrize("seed", range(30))
def test_departing_a_second_later_is_too_late(seed):
    problem = random_timed_problem(seed, n=12, reps=3)
    rng = np.random.default_rng(seed)
    for shift, order in some_orders(problem, rng, 60):
        route = schedule(problem, shift, order.tolist())
        if route is None or problem.shifts[shift].break_s:
            continue
        first, home = route.stops[0], problem.shifts[shift].start_place
        place = int(problem.visits.place[first.visit])
        assert problem.drive(home, place, route.depart_s).arrive_s == first.arrive_s <= first.begin_s
        assert problem.drive(home, place, route.depart_s + 1).arrive_s > first.begin_s, (seed, shift, order.tolist())


@pytest.mark.parametrize("seed", range(20))
def test_greedy_equals_its_slow_twin(seed):
    problem = random_timed_problem(seed, n=12, reps=2)
    assert insert_greedily(problem) == slow_insertion(problem), seed


@pytest.mark.parametrize("seed", range(30))
def test_plans_pass_the_checker_and_are_no_worse_than_greedy(seed):
    problem = random_timed_problem(seed, n=25, reps=3, days=1 + seed % 2)
    greedy = GreedySolver().solve(problem, Budget(solutions=1), seed)
    plan = TimedSolver(OrToolsSolver()).solve(problem, Budget(solutions=60), seed)
    naive = OrToolsSolver().solve(problem, Budget(solutions=60), seed)
    for found in (greedy, plan, naive):
        assert check(problem, found) == [], seed
    assert cost(problem, plan.orders) <= cost(problem, greedy.orders), seed
    again = TimedSolver(OrToolsSolver()).solve(problem, Budget(solutions=3), seed + 1, start=plan)
    assert check(problem, again) == []
    assert cost(problem, again.orders) <= cost(problem, plan.orders), seed


def test_a_rush_hour_makes_the_plain_plan_late_and_the_timed_one_not():
    """home 0 -> near 1 -> far 2 -> home is the short way round, and far closes at 8:40.

    By midday's times one leaves at 6:30 at the earliest and is at near at 6:40, at far at 7:40. In the rush hour the 45
    minutes from near to far take until 9:00. Straight to far one drives half of the way before seven and is in time.
    """
    minutes = np.array([[0, 10, 60], [30, 0, 45], [60, 60, 0]])
    timed = rush_hour(TravelMatrix(minutes * 60, minutes * 600))
    visits = visits_of([1, 2], 900, [[], [(7 * H, 8 * H + 2400)]], mandatory=True)
    shifts = (Shift(0, 6 * H + 1800, 14 * H, 0, 0),)
    midday = Problem(visits, shifts, timed.at(12 * H))
    problem = timed_problem(visits, shifts, timed)
    plain = OrToolsSolver().solve(midday, Budget(solutions=50), 0)
    assert check(midday, plain) == [] and plain.orders == ((0, 1),)
    assert "travel" in {violation.rule for violation in check(problem, plain)}, "its times cannot be driven"
    assert schedule(problem, 0, plain.orders[0]) is None, "nor does its order fit at any times"
    plan = TimedSolver(OrToolsSolver()).solve(problem, Budget(solutions=50), 0)
    assert check(problem, plan) == [] and plan.unplanned == ()
    assert plan.orders == ((1, 0),) and plan.routes[0].stops[0].begin_s <= 8 * H + 2400


def test_the_checker_sees_a_leg_that_the_hour_makes_too_short():
    problem = timed_problem(visits_of([1], 600), (Shift(0, 6 * H, 12 * H, 0, 0),), rush_hour(line_travel([0, 30])))
    plan = plan_from_orders(problem, [[0]])
    assert check(problem, plan) == [] and plan.routes[0].drive_s == 1800 + 3000
    (stop,) = plan.routes[0].stops
    later = replace(stop, arrive_s=8 * H + 1800, begin_s=8 * H + 1800, leave_s=8 * H + 2400)
    moved = replace(plan.routes[0], stops=(later,), depart_s=8 * H, return_s=9 * H + 600)
    found = check(problem, replace(plan, routes=(moved,)))
    missing_s = [violation.excess_s for violation in found if violation.rule == "travel" and violation.visit == 0]
    assert missing_s == [2 * 1800], "it takes three times as long"


def test_a_driving_limit_may_call_for_another_place_of_the_break():
    """Home at once is home earliest, but in the jam; two and a half hours of lunch at the account let it pass."""
    visits, timed = visits_of([1], 600), rush_hour(line_travel([0, 45]))
    shift = Shift(0, 6 * H, 20 * H, 0, 0, 6 * H, 12 * H, 9000)
    at_once = schedule(timed_problem(visits, (shift,), timed), 0, [0])
    assert (at_once.return_s, at_once.drive_s) == (9 * H, 2700 + 7500)
    problem = timed_problem(visits, (replace(shift, max_drive_s=6000),), timed)
    route = schedule(problem, 0, [0])
    assert route.drive_s <= 6000 and route.break_begin_s < route.stops[0].begin_s
    assert check(problem, Plan((route,), ())) == []
    assert Fits.of(problem).return_s(0, np.zeros(1, np.int32)) == route.return_s


def test_a_way_that_is_open_for_an_hour_is_waited_for():
    shut = np.array([[0, UNREACHABLE_S], [UNREACHABLE_S, 0]])
    free = np.array([[0, 600], [600, 0]])
    timed = TimedMatrix([0, 10 * H, 11 * H], [0, 1, 0], np.stack([shut, free]), np.stack([shut, free]))
    visits = visits_of([1], 600)
    problem = timed_problem(visits, (Shift(0, 8 * H, 12 * H, 0, 0),), timed)
    plan = plan_from_orders(problem, [[0]])
    assert check(problem, plan) == []
    assert plan.routes[0].stops[0].arrive_s == 10 * H + 600 and plan.routes[0].return_s == 10 * H + 1800
    too_late = timed_problem(visits, (Shift(0, 11 * H, 12 * H, 0, 0),), timed)
    assert [left.reason for left in plan_from_orders(too_late, [[]]).unplanned] == ["unreachable"]
    no_way_back = timed_problem(visits_of([1], 2 * H), (Shift(0, 8 * H, 20 * H, 0, 0),), timed)
    assert [left.reason for left in plan_from_orders(no_way_back, [[]]).unplanned] == ["too_long"]


def test_a_plain_problem_goes_to_the_solver_as_it_is():
    problem = random_problem(5, n=15, reps=2)
    wanted = OrToolsSolver().solve(problem, Budget(solutions=40), 3)
    assert TimedSolver(OrToolsSolver()).solve(problem, Budget(solutions=40), 3) == wanted


def test_layers_of_another_size_are_refused():
    plain = random_problem(1, n=5, reps=1)
    with pytest.raises(ValueError, match="timed"):
        replace(plain, timed=rush_hour(line_travel([0, 30])))
