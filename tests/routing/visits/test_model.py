from dataclasses import replace

import numpy as np
import pytest

from routing.visits.model import Problem, Shift
from routing.visits.objective import cost, reward_of_visit
from tests.helpers.visit_problems import line_travel, random_problem, visits_of


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("service_s", [1], r"service_s must have shape \(2,\)"),
        ("service_s", [1, -1], r"service_s\[1\] is -1"),
        ("priority", [0, 1], r"priority\[0\] is 0, below 1"),
        ("pinned_rep", [-2, 0], r"pinned_rep\[0\] is -2"),
        ("window_first", [0, 1, 5], "window_first must rise from 0 to 3"),
        ("window_end_s", [5, 1, 40], "window 1 ends at 1 s"),
        ("window_begin_s", [0, 25, 24], "windows 1 and the next are of one visit"),
        ("allowed_shifts", [[True]], "allowed_shifts must have 2 rows"),
    ],
)
def test_visits_name_the_bad_field(field, value, message):
    visits = visits_of([0, 1], windows=[[(0, 10)], [(5, 20), (30, 40)]])
    if field == "window_begin_s":
        visits = replace(visits, window_end_s=[10, 26, 40])
    with pytest.raises(ValueError, match=message):
        replace(visits, **{field: value})


def test_windows_of_neighbouring_visits_may_overlap():
    visits = visits_of([0, 0, 0], windows=[[(5, 9)], [], [(0, 7), (8, 9)]])
    assert [visits.windows_s(v) for v in range(3)] == [[(5, 9)], [], [(0, 7), (8, 9)]]
    with pytest.raises(ValueError, match="read-only"):
        visits.place[0] = 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"end_s": 5}, "begin_s 10 and end_s 5"),
        ({"break_s": 10, "break_begin_s": 3, "break_end_s": 12}, "break_s 10 does not fit"),
        ({"max_drive_s": -1}, "max_drive_s is -1"),
    ],
)
def test_shift_names_the_bad_field(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(Shift(0, 10, 20, 0, 0), **changes)


@pytest.mark.parametrize(
    ("visits", "shift", "message"),
    [
        (visits_of([2]), Shift(0, 0, 9, 0, 0), "place 2 is beyond"),
        (visits_of([1]), Shift(0, 0, 9, 0, 5), "place 5 is beyond"),
        (visits_of([1], pinned_shift=1), Shift(0, 0, 9, 0, 0), "pinned_shift 1 is beyond"),
        (visits_of([1], allowed_shifts=[[True, True]]), Shift(0, 0, 9, 0, 0), "allowed_shifts has 2 columns"),
    ],
)
def test_problem_refuses_what_does_not_exist(visits, shift, message):
    with pytest.raises(ValueError, match=message):
        Problem(visits, (shift,), line_travel([0, 5]))


@pytest.mark.parametrize("seed", range(20))
def test_one_sum_orders_plans_as_the_cost_does(seed):
    problem = random_problem(seed, n=12)
    rng, reward = np.random.default_rng(seed), reward_of_visit(problem)

    def draw():
        planned = rng.random(12) < 0.5
        of_problem = cost(problem, [np.flatnonzero(planned).tolist(), *[()] * (len(problem.shifts) - 1)])
        drive_s = int(rng.integers(0, sum(s.end_s - s.begin_s for s in problem.shifts if s.max_drive_s == 2**30) + 1))
        return of_problem._replace(drive_s=drive_s), int(reward[~planned].sum()) + drive_s

    drawn = sorted(draw() for _ in range(50))
    assert [one for _, one in drawn] == sorted(one for _, one in drawn)


def test_priorities_beyond_the_integers_are_refused():
    problem = Problem(
        visits_of([1] * 3, priority=2**31 - 1, mandatory=True), (Shift(0, 0, 2**29, 0, 0),) * 3, line_travel([0, 5])
    )
    with pytest.raises(ValueError, match="exceed"):
        reward_of_visit(problem)
