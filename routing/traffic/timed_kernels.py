"""Driving through periods: when a journey arrives that leaves at a given second. The fast twin of `TimedMatrix.drive`.

The share of the journey that is left counts in 2**-32: seconds (< 2**30) times shares stay below 2**62.
"""

from typing import NamedTuple

from routing.arrays import Int32Array, Int64Array
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.jit import kernel

SHARE_BITS = 32
WHOLE = 1 << SHARE_BITS
HALF = WHOLE >> 1
NEVER_S = 2**40
"""Later than every time of a problem: an arrival that never comes, a pause that is not made."""


class TimedArrays(NamedTuple):
    """The columns of a `TimedMatrix`."""

    begin_s: Int64Array
    layer: Int32Array
    duration_s: Int32Array
    distance_m: Int32Array


@kernel
def span_at(begin_s: Int64Array, time_s: int, span: int) -> int:
    """The span that `time_s` lies in, looked for from `span` on."""
    while span + 1 < begin_s.size and begin_s[span + 1] <= time_s:
        span += 1
    return span


@kernel
def drive(timed: TimedArrays, a: int, b: int, leave_s: int, pause_begin_s: int, pause_end_s: int) -> tuple[int, int]:
    """(arrival, metres) of a journey from a to b that makes no way during the pause; NEVER_S where there is no way."""
    left, weighted, now = WHOLE, 0, leave_s
    if pause_begin_s < now < pause_end_s:
        now = pause_end_s
    span = span_at(timed.begin_s, now, 0)
    while True:
        until = NEVER_S if span + 1 == timed.begin_s.size else int(timed.begin_s[span + 1])
        if now <= pause_begin_s:
            until = min(until, pause_begin_s)
        layer = timed.layer[span]
        whole_s = int(timed.duration_s[layer, a, b])
        if whole_s < UNREACHABLE_S:
            metres = int(timed.distance_m[layer, a, b])
            need_s = (left * whole_s + HALF) >> SHARE_BITS
            if need_s <= until - now:
                return now + need_s, (weighted + left * metres + HALF) >> SHARE_BITS
            used = ((until - now) << SHARE_BITS) // whole_s
            left -= used
            weighted += used * metres
        elif until == NEVER_S:
            return NEVER_S, UNREACHABLE_S
        now = pause_end_s if until == pause_begin_s else until
        span = span_at(timed.begin_s, now, span)


@kernel
def drive_rows(timed: TimedArrays, leave_s: Int64Array, duration_s: Int32Array, distance_m: Int32Array) -> None:
    """Fill the matrix of journeys that leave row a at leave_s[a]; UNREACHABLE_S where there is no way."""
    for a in range(duration_s.shape[0]):
        for b in range(duration_s.shape[1]):
            arrive_s, metres = drive(timed, a, b, leave_s[a], NEVER_S, NEVER_S)
            duration_s[a, b] = UNREACHABLE_S if arrive_s == NEVER_S else arrive_s - leave_s[a]
            distance_m[a, b] = metres


@kernel
def latest_leave(
    timed: TimedArrays,
    a: int,
    b: int,
    arrive_by_s: int,
    from_s: int,
    until_s: int,
    pause_begin_s: int,
    pause_end_s: int,
) -> int:
    """The last second of from_s..until_s at which leaving a arrives at b by `arrive_by_s`; from_s does."""
    lower, upper = from_s, until_s
    while lower < upper:
        middle = (lower + upper + 1) >> 1
        if drive(timed, a, b, middle, pause_begin_s, pause_end_s)[0] <= arrive_by_s:
            lower = middle
        else:
            upper = middle - 1
    return lower
