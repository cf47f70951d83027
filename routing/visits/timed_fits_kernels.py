"""`fits_kernels` for driving times that depend on when one leaves; the fast twin of `schedule` for such problems.

A break shifts the departures that follow and with them the driving, so the two clocks of `fits_kernels.return_s` do not
do: every place of the break is walked, as `schedule` does.
"""

from typing import NamedTuple

from routing.arrays import Int32Array
from routing.jit import kernel
from routing.traffic.timed_kernels import NEVER_S, TimedArrays, drive, latest_leave
from routing.visits.fits_kernels import LATE_S, ShiftScalars, VisitArrays, window_begin_s


class Walk(NamedTuple):
    """What one place of the break comes to; return_s is -1 where it does not fit."""

    return_s: int
    begins_s: int
    """Sum of the begins of service, which decides between equal returns."""
    drive_s: int


@kernel
def timed_route(visits: VisitArrays, shift: ShiftScalars, timed: TimedArrays, order: Int32Array, n: int) -> Walk:
    """The earliest return after visiting order[:n] and its driving, as `schedule` has them."""
    best = Walk(-1, 0, 0)
    loaded = 0
    for stop in range(n):
        loaded += visits.load[order[stop]]
    if loaded > shift.capacity:
        return best
    first_gap, beyond = (-1, n + 2) if shift.break_s else (-2, -1)
    for gap in range(first_gap, beyond):
        walk = _walk(visits, shift, timed, order, n, gap)
        if walk.return_s < 0 or walk.drive_s > shift.max_drive_s:
            continue
        sooner = walk.return_s < best.return_s or (walk.return_s == best.return_s and walk.begins_s < best.begins_s)
        if best.return_s < 0 or sooner:
            best = walk
    return best


@kernel
def _walk(visits: VisitArrays, shift: ShiftScalars, timed: TimedArrays, order: Int32Array, n: int, gap: int) -> Walk:
    """Walk with the break in leg `gap`; -1 = before the shift, n + 1 = after the return, -2 = no break."""
    none = Walk(-1, 0, 0)
    time_s, place, begins_s, driven_s, first_begin_s = shift.begin_s, shift.start_place, 0, 0, 0
    latest_s = shift.break_end_s - shift.break_s
    if gap == -1 and shift.break_begin_s + shift.break_s > shift.begin_s:
        return none
    for leg in range(n + 1):
        to_place = shift.end_place if leg == n else visits.place[order[leg]]
        arrive_s = drive(timed, place, to_place, time_s, NEVER_S, NEVER_S)[0]
        if arrive_s >= NEVER_S:
            return none
        ready_s, paused_s = arrive_s, 0
        if leg == gap:
            begin_s = min(max(arrive_s, shift.break_begin_s), latest_s)
            if begin_s < time_s:
                return none
            ready_s = begin_s + shift.break_s
            if begin_s < arrive_s:
                arrive_s = drive(timed, place, to_place, time_s, begin_s, begin_s + shift.break_s)[0]
                ready_s, paused_s = arrive_s, shift.break_s
        driven_s += arrive_s - time_s - paused_s if leg > 0 else 0
        place = to_place
        if leg == n:
            time_s = arrive_s
            break
        begin_s = window_begin_s(visits, order[leg], ready_s)
        if begin_s >= LATE_S:
            return none
        begins_s += begin_s
        first_begin_s = begin_s if leg == 0 else first_begin_s
        time_s = begin_s + visits.service_s[order[leg]]
    if time_s > shift.end_s or (gap == n + 1 and max(time_s, shift.break_begin_s) > latest_s):
        return none
    return Walk(time_s, begins_s, driven_s + _first_drive_s(visits, shift, timed, order, first_begin_s, gap == 0))


@kernel
def _first_drive_s(
    visits: VisitArrays, shift: ShiftScalars, timed: TimedArrays, order: Int32Array, begin_s: int, breaks: bool
) -> int:
    """Driving of the first leg when it begins as late as the first service allows; `breaks`: the break is in it."""
    a, b, from_s = shift.start_place, visits.place[order[0]], shift.begin_s
    if breaks:
        latest_s, at_stop_s = shift.break_end_s - shift.break_s, begin_s - shift.break_s
        if at_stop_s <= latest_s and drive(timed, a, b, from_s, NEVER_S, NEVER_S)[0] <= at_stop_s:
            begin_s = at_stop_s
        else:
            depart_s = latest_leave(timed, a, b, begin_s, from_s, begin_s, NEVER_S, NEVER_S)
            if max(from_s, shift.break_begin_s) + shift.break_s > depart_s:
                pause_end_s = latest_s + shift.break_s
                depart_s = latest_leave(timed, a, b, begin_s, from_s, latest_s, latest_s, pause_end_s)
                arrive_s = drive(timed, a, b, depart_s, latest_s, pause_end_s)[0]
                return arrive_s - depart_s - max(0, min(arrive_s, pause_end_s) - latest_s)
    depart_s = latest_leave(timed, a, b, begin_s, from_s, begin_s, NEVER_S, NEVER_S)
    return drive(timed, a, b, depart_s, NEVER_S, NEVER_S)[0] - depart_s


@kernel
def timed_insertion(
    visits: VisitArrays,
    shift: ShiftScalars,
    timed: TimedArrays,
    order: Int32Array,
    n: int,
    visit: int,
    buffer: Int32Array,
) -> tuple[int, int]:
    """As `fits_kernels.cheapest_insertion`: (added driving, position), (LATE_S, -1) where there is none."""
    before_s = timed_route(visits, shift, timed, order, n).drive_s if n else 0
    best_s, best_position = LATE_S, -1
    for position in range(n + 1):
        buffer[:position] = order[:position]
        buffer[position] = visit
        buffer[position + 1 : n + 1] = order[position:n]
        route = timed_route(visits, shift, timed, buffer, n + 1)
        if route.return_s >= 0 and route.drive_s - before_s < best_s:
            best_s, best_position = route.drive_s - before_s, position
    return best_s, best_position
