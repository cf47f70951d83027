"""Is a plan what it claims to be? Works from the written times alone; shares no code with schedules and solvers."""

from collections import Counter
from collections.abc import Iterator

from routing.engine.travel_matrix import UNREACHABLE_S
from routing.visits.checker_route import check_route
from routing.visits.model import Problem
from routing.visits.plan import Plan, Violation

REASON_CODES = frozenset(
    {
        "no_shift",
        "skills",
        "pinned_rep",
        "pinned_shift",
        "unreachable",
        "time_window",
        "load",
        "too_long",
        "no_capacity",
    }
)

RULES = {
    "shifts": "the plan has one route a shift, in the order of the shifts",
    "unknown_visit": "every visit exists",
    "duplicate": "a visit is planned or listed as unplanned once",
    "missing": "a visit, mandatory or not, is planned or listed as unplanned",
    "reason": "an unplanned visit has a known reason code",
    "skills": "the shift has every skill of the visit",
    "pinned_rep": "only the pinned rep comes",
    "pinned_shift": "only the pinned shift or an allowed shift is used",
    "window": "service begins inside a window",
    "service": "service lasts as long as asked and begins after the arrival",
    "travel": "between leaving and arriving there is time for driving and for a break in between",
    "unreachable": "there is a way between consecutive stops",
    "shift_begin": "no departure before the shift begins",
    "shift_end": "no return after the shift ends",
    "break_missing": "a route with stops has the shift's break, and no other",
    "break_window": "the whole break lies inside its window",
    "break_overlap": "the break does not overlap a service",
    "max_drive": "driving stays within the shift's limit",
    "load": "the visits ask for no more load than the shift's capacity",
    "totals": "drive_s, distance_m, service_s and wait_s are what the stops say",
}
"""Every rule that is checked, by the code a `Violation` carries."""


def check(problem: Problem, plan: Plan) -> list[Violation]:
    """All violations of `plan`; an empty list means that it can be driven as written."""
    found = list(_check_cover(problem, plan))
    if any(violation.rule in ("shifts", "unknown_visit") for violation in found):
        return found
    for route in plan.routes:
        found.extend(check_route(problem, route, UNREACHABLE_S))
    return found


def _check_cover(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Each visit once, planned or unplanned with a reason; one route a shift."""
    if [route.shift for route in plan.routes] != list(range(len(problem.shifts))):
        yield Violation("shifts", -1, 0)
    listed = [stop.visit for route in plan.routes for stop in route.stops]
    listed += [left.visit for left in plan.unplanned]
    times = Counter(listed)
    for visit, count in times.items():
        if not 0 <= visit < len(problem.visits):
            yield Violation("unknown_visit", visit, 0)
        elif count > 1:
            yield Violation("duplicate", visit, 0)
    for visit in range(len(problem.visits)):
        if visit not in times:
            yield Violation("missing", visit, 0)
    for left in plan.unplanned:
        if left.reason not in REASON_CODES:
            yield Violation("reason", left.visit, 0)
