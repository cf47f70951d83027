"""Earliest feasible times for visits in a given order: slow and obvious, the truth for `fits_kernels`.

The break may interrupt a leg (a rep stops anywhere) but not a service. It may also lie before the departure or after
the return: what counts is break_s free seconds inside the break's window.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from routing.engine.travel_matrix import UNREACHABLE_S
from routing.visits.model import Problem, Shift
from routing.visits.plan import DayRoute, Stop


@dataclass(frozen=True, slots=True)
class _Walk:
    """Times of one walk through the stops with the break in a given gap."""

    stops: tuple[Stop, ...]
    return_s: int
    break_begin_s: int | None
    gap: int


def schedule(problem: Problem, shift_index: int, order: Sequence[int]) -> DayRoute | None:
    """The route with the earliest return that visits `order`, or None where windows, shift, break or driving forbid it.

    Where the break may lie in several gaps without a later return, services begin as early as they can.

    Looks at times only; skills and pins are `rules`. Departs as late as the first service allows.
    """
    shift = problem.shifts[shift_index]
    if not order:
        return empty_route(problem, shift_index)
    legs = drives_s(problem, shift, order)
    if max(legs) >= UNREACHABLE_S or sum(legs) > shift.max_drive_s:
        return None
    if sum(int(problem.visits.load[visit]) for visit in order) > shift.capacity:
        return None
    gaps = range(-1, len(order) + 2) if shift.break_s else [-2]
    walks = [walk for gap in gaps if (walk := _walk(problem, shift, order, legs, gap)) is not None]
    if not walks:
        return None
    return _route(problem, shift_index, order, legs, min(walks, key=_lateness))


def _lateness(walk: _Walk) -> tuple[int, int]:
    """Of equal returns the walk whose services begin earliest, so that no visit waits two hours for lunch to pass."""
    return walk.return_s, sum(stop.begin_s for stop in walk.stops)


def empty_route(problem: Problem, shift_index: int) -> DayRoute:
    """The route of a rep who stays where the shift begins."""
    begin_s = problem.shifts[shift_index].begin_s
    return DayRoute(shift_index, (), begin_s, begin_s, 0, 0, 0, 0, None)


def places(problem: Problem, shift: Shift, order: Sequence[int]) -> list[int]:
    """Start, the places of `order`, end."""
    return [shift.start_place, *(int(problem.visits.place[visit]) for visit in order), shift.end_place]


def drives_s(problem: Problem, shift: Shift, order: Sequence[int]) -> list[int]:
    """Driving of each leg, one more than there are visits."""
    through = places(problem, shift, order)
    return [problem.drive_s(a, b) for a, b in itertools.pairwise(through)]


def _walk(problem: Problem, shift: Shift, order: Sequence[int], legs: Sequence[int], gap: int) -> _Walk | None:
    """Walk with the break in leg `gap`; -1 = before the shift begins, len(legs) = after the return, -2 = no break."""
    time_s, break_begin_s = shift.begin_s, None
    if gap == -1:
        break_begin_s = shift.break_begin_s
        if break_begin_s + shift.break_s > shift.begin_s:
            return None  # later than that, the break in leg 0 is at least as early
    stops = []
    for leg, drive in enumerate(legs):
        if leg == gap:
            break_begin_s = _break_in_leg(shift, time_s, drive)
            if break_begin_s is None:
                return None
        # A break at or after the arrival leaves the arrival alone; one within the leg delays it.
        breaks_on_the_way = leg == gap and break_begin_s is not None and break_begin_s < time_s + drive
        arrive_s = time_s + drive + (shift.break_s if breaks_on_the_way else 0)
        if leg == len(order):
            time_s = arrive_s
            break
        ready_s = arrive_s
        if leg == gap and not breaks_on_the_way and break_begin_s is not None:
            ready_s = break_begin_s + shift.break_s
        begin_s = _window_begin(problem, order[leg], ready_s)
        if begin_s is None:
            return None
        time_s = begin_s + int(problem.visits.service_s[order[leg]])
        stops.append(Stop(order[leg], arrive_s, begin_s, time_s))
    if gap == len(legs):
        break_begin_s = max(time_s, shift.break_begin_s)
        if break_begin_s + shift.break_s > shift.break_end_s:
            return None
    return None if time_s > shift.end_s else _Walk(tuple(stops), time_s, break_begin_s, gap)


def _break_in_leg(shift: Shift, time_s: int, drive_s: int) -> int | None:
    """The latest begin that costs no time, so that the rep eats at the next stop rather than by the road."""
    begin_s = min(max(time_s + drive_s, shift.break_begin_s), shift.break_end_s - shift.break_s)
    return begin_s if begin_s >= time_s else None


def _window_begin(problem: Problem, visit: int, ready_s: int) -> int | None:
    """First second from `ready_s` at which service may begin."""
    windows = problem.visits.windows_s(visit)
    if not windows:
        return ready_s
    return next((max(begin_s, ready_s) for begin_s, end_s in windows if ready_s <= end_s), None)


def _route(problem: Problem, shift_index: int, order: Sequence[int], legs: Sequence[int], walk: _Walk) -> DayRoute:
    shift = problem.shifts[shift_index]
    first = walk.stops[0]
    depart_s, arrive_s, break_begin_s = _late_departure(shift, legs[0], first.begin_s, walk)
    stops = (Stop(first.visit, arrive_s, first.begin_s, first.leave_s), *walk.stops[1:])
    service_s = sum(int(problem.visits.service_s[visit]) for visit in order)
    through = places(problem, shift, order)
    distance_m = sum(problem.distance_m(a, b) for a, b in itertools.pairwise(through))
    away_s = walk.return_s - depart_s
    pause_s = shift.break_s if break_begin_s is not None and depart_s <= break_begin_s < walk.return_s else 0
    wait_s = away_s - sum(legs) - service_s - pause_s
    return DayRoute(
        shift_index, stops, depart_s, walk.return_s, sum(legs), distance_m, wait_s, service_s, break_begin_s
    )


def _late_departure(shift: Shift, drive_s: int, begin_s: int, walk: _Walk) -> tuple[int, int, int | None]:
    """(depart_s, arrive_s, break_begin_s) of a first leg without needless waiting at the first stop.

    A break in that leg lies at the stop if its window allows, else at home, else on the road.
    """
    without_break_s = begin_s - drive_s
    if walk.gap != 0 or walk.break_begin_s is None:
        return without_break_s, begin_s, walk.break_begin_s
    latest_s = shift.break_end_s - shift.break_s
    if begin_s - shift.break_s <= latest_s:
        arrive_s = begin_s - shift.break_s
        return arrive_s - drive_s, arrive_s, arrive_s
    if max(shift.begin_s, shift.break_begin_s) + shift.break_s <= without_break_s:
        return without_break_s, begin_s, min(latest_s, without_break_s - shift.break_s)
    return without_break_s - shift.break_s, begin_s, latest_s
