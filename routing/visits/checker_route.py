"""The checker's look at one route."""

from collections.abc import Iterator
from typing import NamedTuple

from routing.engine.travel_matrix import UNREACHABLE_S
from routing.traffic.timed_kernels import NEVER_S
from routing.visits.model import Problem, Shift
from routing.visits.plan import DayRoute, Stop, Violation


def check_route(problem: Problem, route: DayRoute, unreachable_s: int) -> Iterator[Violation]:
    """Violations of one route whose shift and visits exist."""
    shift = problem.shifts[route.shift]
    for stop in route.stops:
        yield from _check_stop(problem, route, stop)
    yield from _check_travel(problem, shift, route, unreachable_s)
    yield from _check_break(shift, route)
    if route.depart_s < shift.begin_s:
        yield Violation("shift_begin", -1, shift.begin_s - route.depart_s, route.shift)
    if route.return_s > shift.end_s:
        yield Violation("shift_end", -1, route.return_s - shift.end_s, route.shift)
    load = sum(int(problem.visits.load[stop.visit]) for stop in route.stops)
    if load > shift.capacity:
        yield Violation("load", -1, load - shift.capacity, route.shift)
    yield from _check_totals(problem, shift, route)


def _check_stop(problem: Problem, route: DayRoute, stop: Stop) -> Iterator[Violation]:
    visits, visit, shift = problem.visits, stop.visit, problem.shifts[route.shift]
    if int(visits.skills[visit]) & ~shift.skills:
        yield Violation("skills", visit, 0, route.shift)
    if visits.pinned_rep[visit] not in (-1, shift.rep):
        yield Violation("pinned_rep", visit, 0, route.shift)
    allowed = visits.allowed_shifts is None or visits.allowed_shifts[visit, route.shift]
    if not allowed or visits.pinned_shift[visit] not in (-1, route.shift):
        yield Violation("pinned_shift", visit, 0, route.shift)
    first, beyond = int(visits.window_first[visit]), int(visits.window_first[visit + 1])
    misses = []
    for window in range(first, beyond):
        early = int(visits.window_begin_s[window]) - stop.begin_s
        late = stop.begin_s - int(visits.window_end_s[window])
        misses.append(max(early, late, 0))
    if misses and min(misses) > 0:
        yield Violation("window", visit, min(misses), route.shift)
    wrong_s = abs(stop.leave_s - stop.begin_s - int(visits.service_s[visit])) + max(0, stop.arrive_s - stop.begin_s)
    if wrong_s:
        yield Violation("service", visit, wrong_s, route.shift)


def _check_travel(problem: Problem, shift: Shift, route: DayRoute, unreachable_s: int) -> Iterator[Violation]:
    """Every leg has its driving time beside the part of the break that falls into it."""
    if not route.stops:
        if route.return_s != route.depart_s:
            yield Violation("travel", -1, abs(route.return_s - route.depart_s), route.shift)
        return
    place, leave_s = shift.start_place, route.depart_s
    for leg in _legs(problem, shift, route):
        drive_s, _ = _driving(problem, shift, route, place, leg.place, leave_s)
        if drive_s >= unreachable_s:
            yield Violation("unreachable", leg.visit, 0, route.shift)
        else:
            missing_s = drive_s - (leg.arrive_s - leave_s - _break_within(shift, route, leave_s, leg.arrive_s))
            if missing_s > 0:
                yield Violation("travel", leg.visit, missing_s, route.shift)
        place, leave_s = leg.place, leg.leave_s


def _driving(problem: Problem, shift: Shift, route: DayRoute, a: int, b: int, leave_s: int) -> tuple[int, int]:
    """Seconds and metres from a to b when leaving at `leave_s`, the break on the way not counted."""
    if problem.timed is None:
        return int(problem.travel.duration_s[a, b]), int(problem.travel.distance_m[a, b])
    begin_s = NEVER_S if route.break_begin_s is None else route.break_begin_s
    end_s = begin_s + (shift.break_s if route.break_begin_s is not None else 0)
    arrive_s, metres = problem.timed.drive(a, b, leave_s, (begin_s, end_s))
    if arrive_s >= NEVER_S:
        return UNREACHABLE_S, UNREACHABLE_S
    return arrive_s - leave_s - _break_within(shift, route, leave_s, arrive_s), metres


class _Leg(NamedTuple):
    """Where a leg ends; visit -1 for the return."""

    visit: int
    place: int
    arrive_s: int
    leave_s: int


def _legs(problem: Problem, shift: Shift, route: DayRoute) -> list[_Leg]:
    ends = [
        _Leg(stop.visit, int(problem.visits.place[stop.visit]), stop.arrive_s, stop.leave_s) for stop in route.stops
    ]
    return [*ends, _Leg(-1, shift.end_place, route.return_s, route.return_s)] if ends else []


def _break_within(shift: Shift, route: DayRoute, from_s: int, to_s: int) -> int:
    """Seconds of the break between two times."""
    if route.break_begin_s is None:
        return 0
    return max(0, min(to_s, route.break_begin_s + shift.break_s) - max(from_s, route.break_begin_s))


def _check_break(shift: Shift, route: DayRoute) -> Iterator[Violation]:
    wanted = bool(shift.break_s and route.stops)
    if wanted != (route.break_begin_s is not None):
        yield Violation("break_missing", -1, shift.break_s, route.shift)
    if route.break_begin_s is None:
        return
    early_s = shift.break_begin_s - route.break_begin_s
    late_s = route.break_begin_s + shift.break_s - shift.break_end_s
    if max(early_s, late_s) > 0:
        yield Violation("break_window", -1, max(early_s, late_s), route.shift)
    for stop in route.stops:
        overlap_s = _break_within(shift, route, stop.begin_s, stop.leave_s)
        if overlap_s:
            yield Violation("break_overlap", stop.visit, overlap_s, route.shift)


def _check_totals(problem: Problem, shift: Shift, route: DayRoute) -> Iterator[Violation]:
    drive_s = distance_m = 0
    place, leave_s = shift.start_place, route.depart_s
    for leg in _legs(problem, shift, route):
        leg_s, leg_m = _driving(problem, shift, route, place, leg.place, leave_s)
        drive_s, distance_m = drive_s + leg_s, distance_m + leg_m
        place, leave_s = leg.place, leg.leave_s
    service_s = sum(int(problem.visits.service_s[stop.visit]) for stop in route.stops)
    pause_s = _break_within(shift, route, route.depart_s, route.return_s)
    wait_s = route.return_s - route.depart_s - drive_s - service_s - pause_s
    if drive_s > shift.max_drive_s:
        yield Violation("max_drive", -1, drive_s - shift.max_drive_s, route.shift)
    told = (route.drive_s, route.distance_m, route.service_s, route.wait_s)
    wrong = max(abs(a - b) for a, b in zip(told, (drive_s, distance_m, service_s, wait_s), strict=True))
    if wrong:
        yield Violation("totals", -1, wrong, route.shift)
