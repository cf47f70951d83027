"""Every rule of the checker finds the fault it is there for."""

from dataclasses import replace

import numpy as np
import pytest

from routing.engine.travel_matrix import UNREACHABLE_S, TravelMatrix
from routing.visits.checker import REASON_CODES, RULES, check
from routing.visits.model import Problem, Shift
from routing.visits.plan import Plan, Unplanned
from routing.visits.plan_from_orders import plan_from_orders
from routing.visits.reasons import REASONS
from routing.visits.schedule import OrderDoesNotFit
from tests.helpers.visit_problems import line_travel, visits_of

H = 3600


@pytest.fixture
def problem():
    #  home 0 -- 10 min -- 1 -- 10 min -- 2 -- 10 min -- 3        visits 0, 1, 2; visit 2 needs a skill
    shifts = (
        Shift(0, 8 * H, 17 * H, 0, 0, 12 * H, 13 * H, H // 2, skills=1),
        Shift(1, 8 * H, 17 * H, 0, 0, max_drive_s=2 * H),
    )
    windows = [[(9 * H, 9 * H)], [(10 * H, 11 * H), (14 * H, 15 * H)], []]
    return Problem(visits_of([1, 2, 3], 1200, windows, skills=[0, 0, 1]), shifts, line_travel([0, 10, 20, 30]))


@pytest.fixture
def plan(problem):
    result = plan_from_orders(problem, [[0, 1, 2], []])
    assert check(problem, result) == []
    return result


def rules(problem, plan):
    return {violation.rule for violation in check(problem, plan)}


def with_route(plan, **changes):
    return replace(plan, routes=(replace(plan.routes[0], **changes), *plan.routes[1:]))


def with_stop(plan, index, **changes):
    stops = list(plan.routes[0].stops)
    stops[index] = replace(stops[index], **changes)
    return with_route(plan, stops=tuple(stops))


def with_visits(problem, **changes):
    return replace(problem, visits=replace(problem.visits, **changes))


def with_shift(problem, **changes):
    return replace(problem, shifts=(replace(problem.shifts[0], **changes), *problem.shifts[1:]))


def cut(problem):
    duration_s = problem.travel.duration_s.copy()
    duration_s[1, 2] = UNREACHABLE_S
    return replace(problem, travel=TravelMatrix(duration_s, problem.travel.distance_m))


FAULTS = {
    "shifts": lambda p, x: (p, replace(x, routes=x.routes[:1])),
    "unknown_visit": lambda p, x: (p, replace(x, unplanned=(Unplanned(3, "no_capacity"),))),
    "duplicate": lambda p, x: (p, replace(x, unplanned=(Unplanned(1, "no_capacity"),))),
    "missing": lambda p, x: (p, with_route(x, stops=x.routes[0].stops[:-1])),
    "reason": lambda p, x: (p, replace(plan_from_orders(p, [[0, 1], []]), unplanned=(Unplanned(2, "tired"),))),
    "skills": lambda p, x: (with_shift(p, skills=2), x),
    "pinned_rep": lambda p, x: (with_visits(p, pinned_rep=[-1, 1, -1]), x),
    "pinned_shift": lambda p, x: (with_visits(p, pinned_shift=[-1, 1, -1]), x),
    "window": lambda p, x: (with_visits(p, window_begin_s=np.add(p.visits.window_begin_s, [1, 0, 0]),
                                        window_end_s=np.add(p.visits.window_end_s, [1, 0, 0])), x),
    "service": lambda p, x: (p, with_stop(x, 1, leave_s=x.routes[0].stops[1].leave_s - 1)),
    "travel": lambda p, x: (p, with_stop(x, 1, arrive_s=x.routes[0].stops[0].leave_s + 599)),
    "unreachable": lambda p, x: (cut(p), x),
    "shift_begin": lambda p, x: (with_shift(p, begin_s=x.routes[0].depart_s + 1), x),
    "shift_end": lambda p, x: (with_shift(p, end_s=x.routes[0].return_s - 1), x),
    "break_missing": lambda p, x: (p, with_route(x, break_begin_s=None)),
    "break_window": lambda p, x: (p, with_route(x, break_begin_s=12 * H - 1)),
    "break_overlap": lambda p, x: (with_shift(p, break_begin_s=9 * H), with_route(x, break_begin_s=9 * H + 1199)),
    "max_drive": lambda p, x: (with_shift(p, max_drive_s=x.routes[0].drive_s - 1), x),
    "load": lambda p, x: (with_visits(with_shift(p, capacity=5), load=[2, 2, 2]), x),
    "totals": lambda p, x: (p, with_route(x, distance_m=x.routes[0].distance_m + 1)),
}  # fmt: skip


def test_every_rule_has_a_fault():
    assert set(FAULTS) == set(RULES)
    assert set(REASON_CODES) == set(REASONS)


@pytest.mark.parametrize("rule", FAULTS)
def test_finds(rule, problem, plan):
    assert rule in rules(*FAULTS[rule](problem, plan))


def test_allowed_shifts_are_checked(problem, plan):
    assert rules(with_visits(problem, allowed_shifts=[[True, True], [False, True], [True, True]]), plan) == {
        "pinned_shift"
    }


@pytest.mark.parametrize("field", ["drive_s", "distance_m", "service_s", "wait_s"])
def test_every_total_is_recomputed(field, problem, plan):
    assert rules(problem, with_route(plan, **{field: getattr(plan.routes[0], field) - 1})) == {"totals"}


def test_says_by_how_much_and_where(problem, plan):
    late = check(with_shift(problem, end_s=plan.routes[0].return_s - 90), plan)
    assert [(v.rule, v.excess_s, v.shift) for v in late] == [("shift_end", 90, 0)]


def test_a_break_on_the_way_takes_time_from_the_leg(problem, plan):
    # the break moves into the leg 1 -> 2, which has no slack for it
    one = with_shift(problem, break_begin_s=9 * H, break_end_s=13 * H)
    tight = plan_from_orders(with_visits(one, window_begin_s=[9 * H, 9 * H, 14 * H]), [[0, 1, 2], []])
    moved = replace(tight, routes=(replace(tight.routes[0], break_begin_s=9 * H + 1200), tight.routes[1]))
    assert "travel" in rules(with_visits(one, window_begin_s=[9 * H, 9 * H, 14 * H]), moved)


def test_an_order_without_times_is_our_own_bug(problem):
    with pytest.raises(OrderDoesNotFit, match="shift 1"):
        plan_from_orders(problem, [[], [1, 0]])
    assert Plan((), ()).orders == ()
