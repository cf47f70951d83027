"""Earliest feasible times for visits in a given order: slow and obvious, the truth for both kinds of kernels.

The break may interrupt a leg (a rep stops anywhere) but not a service. It may also lie before the departure or after
the return: what counts is break_s free seconds inside the break's window. Where driving depends on when one leaves,
leaving early is never wrong (journeys do not overtake each other), so the same walk is right for it.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from routing.engine.travel_matrix import UNREACHABLE_S
from routing.traffic.timed_kernels import NEVER_S
from routing.visits.model import NO_PAUSE, Problem, Shift
from routing.visits.plan import DayRoute, Stop


class OrderDoesNotFit(ValueError):
    """A solver handed over an order for which the shift has no feasible times."""

    def __init__(self, shift: int, order: tuple[int, ...]) -> None:
        super().__init__(f"shift {shift} has no feasible times for the order {order}")
        self.shift, self.order = shift, order


@dataclass(frozen=True, slots=True)
class Leg:
    """One drive between stops."""

    drive_s: int
    distance_m: int


@dataclass(frozen=True, slots=True)
class _Walk:
    """Times of one walk through the stops with the break in a given gap; `legs` are one more than the stops."""

    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...]
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
    through = places(problem, shift, order)
    least_s = [problem.drive_s(a, b) for a, b in itertools.pairwise(through)]
    if max(least_s) >= UNREACHABLE_S or sum(least_s) > shift.max_drive_s:
        return None
    if sum(int(problem.visits.load[visit]) for visit in order) > shift.capacity:
        return None
    gaps = range(-1, len(order) + 2) if shift.break_s else [-2]
    walks = [walk for gap in gaps if (walk := _walk(problem, shift, order, through, gap)) is not None]
    # Where driving depends on the hour, the earliest return may drive longer than allowed and another one not.
    for walk in sorted(walks, key=_lateness):
        route = _route(problem, shift_index, order, walk)
        if route.drive_s <= shift.max_drive_s:
            return route
    return None


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


def legs_of(problem: Problem, route: DayRoute) -> list[Leg]:
    """The drives of a route, one more than there are stops; none without stops."""
    if not route.stops:
        return []
    shift = problem.shifts[route.shift]
    through = places(problem, shift, route.order)
    pause = NO_PAUSE if route.break_begin_s is None else (route.break_begin_s, route.break_begin_s + shift.break_s)
    leave_s = [route.depart_s, *(stop.leave_s for stop in route.stops)]
    return [
        _leg(problem, a, b, at_s, pause)[0] for (a, b), at_s in zip(itertools.pairwise(through), leave_s, strict=True)
    ]


def _leg(problem: Problem, a: int, b: int, leave_s: int, pause: tuple[int, int]) -> tuple[Leg, int]:
    """The drive and its arrival."""
    arrive_s, distance_m = problem.drive(a, b, leave_s, pause)
    paused_s = max(0, min(arrive_s, pause[1]) - max(leave_s, pause[0]))
    return Leg(arrive_s - leave_s - paused_s, distance_m), arrive_s


def _walk(problem: Problem, shift: Shift, order: Sequence[int], through: Sequence[int], gap: int) -> _Walk | None:
    """Walk with the break in leg `gap`; -1 = before the shift begins, len(legs) = after the return, -2 = no break."""
    time_s, break_begin_s = shift.begin_s, None
    if gap == -1:
        break_begin_s = shift.break_begin_s
        if break_begin_s + shift.break_s > shift.begin_s:
            return None  # later than that, the break in leg 0 is at least as early
    stops, legs = [], []
    for i, (a, b) in enumerate(itertools.pairwise(through)):
        leg, arrive_s = _leg(problem, a, b, time_s, NO_PAUSE)
        if arrive_s >= NEVER_S:
            return None
        ready_s = arrive_s
        if i == gap:
            break_begin_s = _break_in_leg(shift, time_s, arrive_s)
            if break_begin_s is None:
                return None
            ready_s = break_begin_s + shift.break_s
            if break_begin_s < arrive_s:  # within the leg it delays the arrival; at the arrival it does not
                leg, arrive_s = _leg(problem, a, b, time_s, (break_begin_s, ready_s))
                ready_s = arrive_s
        legs.append(leg)
        if i == len(order):
            time_s = arrive_s
            break
        begin_s = _window_begin(problem, order[i], ready_s)
        if begin_s is None:
            return None
        time_s = begin_s + int(problem.visits.service_s[order[i]])
        stops.append(Stop(order[i], arrive_s, begin_s, time_s))
    if gap == len(legs):
        break_begin_s = max(time_s, shift.break_begin_s)
        if break_begin_s + shift.break_s > shift.break_end_s:
            return None
    return None if time_s > shift.end_s else _Walk(tuple(stops), tuple(legs), time_s, break_begin_s, gap)


def _break_in_leg(shift: Shift, time_s: int, arrive_s: int) -> int | None:
    """The latest begin that costs no time, so that the rep eats at the next stop rather than by the road."""
    begin_s = min(max(arrive_s, shift.break_begin_s), shift.break_end_s - shift.break_s)
    return begin_s if begin_s >= time_s else None


def _window_begin(problem: Problem, visit: int, ready_s: int) -> int | None:
    """First second from `ready_s` at which service may begin."""
    windows = problem.visits.windows_s(visit)
    if not windows:
        return ready_s
    return next((max(begin_s, ready_s) for begin_s, end_s in windows if ready_s <= end_s), None)


def _route(problem: Problem, shift_index: int, order: Sequence[int], walk: _Walk) -> DayRoute:
    shift = problem.shifts[shift_index]
    first = walk.stops[0]
    place = int(problem.visits.place[first.visit])
    depart_s, break_begin_s = _late_departure(problem, shift, place, first.begin_s, walk)
    pause = NO_PAUSE if break_begin_s is None else (break_begin_s, break_begin_s + shift.break_s)
    first_leg, arrive_s = _leg(problem, shift.start_place, place, depart_s, pause)
    legs = (first_leg, *walk.legs[1:])
    stops = (Stop(first.visit, arrive_s, first.begin_s, first.leave_s), *walk.stops[1:])
    service_s = sum(int(problem.visits.service_s[visit]) for visit in order)
    drive_s, distance_m = sum(leg.drive_s for leg in legs), sum(leg.distance_m for leg in legs)
    pause_s = shift.break_s if break_begin_s is not None and depart_s <= break_begin_s < walk.return_s else 0
    wait_s = walk.return_s - depart_s - drive_s - service_s - pause_s
    return DayRoute(shift_index, stops, depart_s, walk.return_s, drive_s, distance_m, wait_s, service_s, break_begin_s)


def _late_departure(problem: Problem, shift: Shift, place: int, begin_s: int, walk: _Walk) -> tuple[int, int | None]:
    """(depart_s, break_begin_s) of a first leg without needless waiting at the first stop.

    A break in that leg lies at the stop if its window allows, else at home, else on the road.
    """
    home, since_s = shift.start_place, shift.begin_s
    if walk.gap != 0 or walk.break_begin_s is None:
        return problem.latest_leave_s(home, place, begin_s, since_s, begin_s), walk.break_begin_s
    latest_s, at_stop_s = shift.break_end_s - shift.break_s, begin_s - shift.break_s
    if at_stop_s <= latest_s and problem.drive(home, place, since_s).arrive_s <= at_stop_s:
        return problem.latest_leave_s(home, place, at_stop_s, since_s, at_stop_s), at_stop_s
    depart_s = problem.latest_leave_s(home, place, begin_s, since_s, begin_s)
    if max(since_s, shift.break_begin_s) + shift.break_s <= depart_s:
        return depart_s, min(latest_s, depart_s - shift.break_s)
    pause = latest_s, latest_s + shift.break_s
    return problem.latest_leave_s(home, place, begin_s, since_s, latest_s, pause), latest_s
