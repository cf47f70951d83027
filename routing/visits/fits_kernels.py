"""Does an order of visits fit into a shift, and where does one more visit fit cheapest? The fast twin of `schedule`."""

from typing import NamedTuple

from routing.arrays import Int32Array, Int64Array
from routing.jit import kernel

LATE_S = 2**40
"""Later than every shift; stands for "cannot be reached in this state"."""


class VisitArrays(NamedTuple):
    """The columns of `Visits` that times depend on, and the driving times of the travel matrix."""

    place: Int32Array
    service_s: Int32Array
    window_first: Int32Array
    window_begin_s: Int64Array
    window_end_s: Int64Array
    duration_s: Int32Array
    load: Int32Array


class ShiftScalars(NamedTuple):
    """The fields of `Shift` that times depend on."""

    begin_s: int
    end_s: int
    start_place: int
    end_place: int
    break_begin_s: int
    break_end_s: int
    break_s: int
    max_drive_s: int
    capacity: int


@kernel
def window_begin_s(visits: VisitArrays, visit: int, ready_s: int) -> int:
    """First second from ready_s at which service may begin, LATE_S where there is none."""
    first, beyond = visits.window_first[visit], visits.window_first[visit + 1]
    if first == beyond or ready_s >= LATE_S:
        return ready_s
    for window in range(first, beyond):
        if ready_s <= visits.window_end_s[window]:
            return max(ready_s, int(visits.window_begin_s[window]))
    return LATE_S


@kernel
def return_s(visits: VisitArrays, shift: ShiftScalars, order: Int32Array, n: int) -> int:
    """Earliest return after visiting order[:n], -1 where it does not fit.

    Two clocks walk side by side: the earliest time with the break still to come, and with the break behind.
    """
    before_s, driven_s, place = shift.begin_s, 0, shift.start_place
    after_s, loaded = LATE_S, 0
    for stop in range(n):
        loaded += visits.load[order[stop]]
    if loaded > shift.capacity:
        return -1
    if shift.break_s == 0 or shift.break_begin_s + shift.break_s <= shift.begin_s:
        after_s = shift.begin_s
    if shift.break_s == 0:
        before_s = LATE_S
    for leg in range(n + 1):
        to_place = shift.end_place if leg == n else visits.place[order[leg]]
        drive_s = visits.duration_s[place, to_place]
        driven_s += drive_s
        # UNREACHABLE_S (2**30) is beyond every end_s and max_drive_s, so an unreachable leg ends here too.
        if driven_s > shift.max_drive_s or min(before_s, after_s) + drive_s > shift.end_s:
            return -1
        if after_s < LATE_S:
            after_s += drive_s
        if before_s < LATE_S:
            if before_s <= shift.break_end_s - shift.break_s:
                after_s = min(after_s, max(before_s + drive_s, shift.break_begin_s) + shift.break_s)
            before_s += drive_s
        place = to_place
        if leg < n:
            before_s = window_begin_s(visits, order[leg], before_s)
            after_s = window_begin_s(visits, order[leg], after_s)
            before_s += visits.service_s[order[leg]] if before_s < LATE_S else 0
            after_s += visits.service_s[order[leg]] if after_s < LATE_S else 0
    if before_s <= shift.break_end_s - shift.break_s:
        after_s = min(after_s, before_s)  # the break follows the return
    return after_s if after_s <= shift.end_s else -1


@kernel
def cheapest_insertion(
    visits: VisitArrays, shift: ShiftScalars, order: Int32Array, n: int, visit: int, buffer: Int32Array
) -> tuple[int, int]:
    """(added driving, position) of the cheapest feasible insertion of `visit` into order[:n]; (LATE_S, -1) where none.

    `buffer` has room for n + 1 visits and is overwritten. Ties go to the earliest position.
    """
    best_s, best_position = LATE_S, -1
    place = visits.place[visit]
    for position in range(n + 1):
        a = shift.start_place if position == 0 else visits.place[order[position - 1]]
        b = shift.end_place if position == n else visits.place[order[position]]
        added_s = int(visits.duration_s[a, place]) + int(visits.duration_s[place, b])
        if n > 0:
            added_s -= int(visits.duration_s[a, b])
        if added_s >= best_s:
            continue
        buffer[:position] = order[:position]
        buffer[position] = visit
        buffer[position + 1 : n + 1] = order[position:n]
        if return_s(visits, shift, buffer, n + 1) >= 0:
            best_s, best_position = added_s, position
    return best_s, best_position
