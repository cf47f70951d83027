"""Travel times that depend on when one leaves: one layer a period, and journeys that run on from period to period.

A journey drives the share that fits until its period ends, the remaining *share* at the next period's layer time, and
so on:

    share of the journey                     layer times: 40 min until 9:00, then 20 min
      1 |          ___/‾‾‾                   leave 8:30: 30 of 40 min until 9:00 = 3/4 of the way,
    3/4 |      ___/  <- 1/4 of 20 min        the last 1/4 takes 5 min: arrive 9:05
        |  ___/
      0 |_/_______________
       8:30       9:00 9:05

Leaving later never arrives earlier (FIFO): the share left at the end of a period does not fall when one leaves later,
and the arrival does not fall when more is left; this holds for the integers below, not only for the real numbers they
stand for. `tests/routing/traffic/test_timed_matrix.py` has the proof's cases. Source: Ichoua, Gendreau, Potvin,
"Vehicle dispatching with time-dependent travel times" (2003), there with speeds on the arcs of the complete graph.

This is consistent for whole journeys, not along the road: the last quarter here is a quarter of the time, whatever
streets it is on. README.md says by how much that differs from driving arc by arc.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from routing.arrays import Int32Array, Int64Array, frozen
from routing.engine.travel_matrix import UNREACHABLE_S, TravelMatrix
from routing.traffic.timed_kernels import HALF, NEVER_S, SHARE_BITS, WHOLE, TimedArrays, drive_rows


class Drive(NamedTuple):
    """One journey; NEVER_S and UNREACHABLE_S where there is no way."""

    arrive_s: int
    distance_m: int


@dataclass(frozen=True, slots=True)
class TimedMatrix:
    """l layers of travel times between the same places, and the spans of time that they hold in; read-only.

    A path that is closed in a span waits for the next one that is open.
    """

    begin_s: Int64Array
    """(k) int64, ascending: span i lasts until begin_s[i + 1]; the first reaches back, the last on for ever."""
    layer: Int32Array
    """(k) int32 layer of each span."""
    duration_s: Int32Array
    """(l, n_from, n_to) int32, UNREACHABLE_S where there is no way."""
    distance_m: Int32Array
    """(l, n_from, n_to) int32, of the same paths."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "begin_s", frozen(self.begin_s, np.int64))
        for name in ("layer", "duration_s", "distance_m"):
            object.__setattr__(self, name, frozen(getattr(self, name), np.int32))
        if self.duration_s.shape != self.distance_m.shape or self.duration_s.ndim != 3:
            raise ValueError("duration_s and distance_m must be three-dimensional and of one shape")
        if self.begin_s.shape != self.layer.shape or self.begin_s.ndim != 1 or not self.begin_s.size:
            raise ValueError("begin_s and layer must be one-dimensional, of one length and not empty")
        if (np.diff(self.begin_s) <= 0).any():
            raise ValueError("begin_s must ascend")
        if self.layer.min() < 0 or self.layer.max() >= len(self.duration_s):
            raise ValueError(f"layer names one beyond the {len(self.duration_s)} there are")

    @property
    def arrays(self) -> TimedArrays:
        """The kernels' view."""
        return TimedArrays(self.begin_s, self.layer, self.duration_s, self.distance_m)

    def drive(self, a: int, b: int, leave_s: int, pause: tuple[int, int] = (NEVER_S, NEVER_S)) -> Drive:
        """The journey from place a to place b that begins at `leave_s`; `pause` (begin, end) is a break on the way.

        Rounded to seconds only where the journey ends; within one span it takes exactly its layer's time.
        """
        left, weighted, now = WHOLE, 0, leave_s
        if pause[0] < now < pause[1]:
            now = pause[1]
        while True:
            span = max(0, int(np.searchsorted(self.begin_s, now, side="right")) - 1)
            until = int(self.begin_s[span + 1]) if span + 1 < len(self.begin_s) else NEVER_S
            if now <= pause[0]:
                until = min(until, pause[0])
            whole_s = int(self.duration_s[self.layer[span], a, b])
            metres = int(self.distance_m[self.layer[span], a, b])
            if whole_s < UNREACHABLE_S:
                need_s = (left * whole_s + HALF) >> SHARE_BITS
                if need_s <= until - now:
                    return Drive(now + need_s, (weighted + left * metres + HALF) >> SHARE_BITS)
                used = ((until - now) << SHARE_BITS) // whole_s
                left, weighted = left - used, weighted + used * metres
            elif until == NEVER_S:
                return Drive(NEVER_S, UNREACHABLE_S)
            now = pause[1] if until == pause[0] else until

    def at(self, leave_s: int | Int64Array) -> TravelMatrix:
        """Times and distances of the journeys that leave at `leave_s`: one time for all rows, or one for each."""
        rows: Int64Array = np.array(np.broadcast_to(leave_s, self.duration_s.shape[1]), np.int64)
        duration_s = np.empty(self.duration_s.shape[1:], np.int32)
        distance_m = np.empty_like(duration_s)
        drive_rows(self.arrays, frozen(rows), duration_s, distance_m)
        return TravelMatrix(duration_s, distance_m)

    def fastest(self) -> TravelMatrix:
        """The least time of any layer for each pair, with that layer's distance: no journey is faster."""
        best = self.duration_s.argmin(axis=0)[None]
        return TravelMatrix(
            np.take_along_axis(self.duration_s, best, axis=0)[0], np.take_along_axis(self.distance_m, best, axis=0)[0]
        )

    def moved(self, by_s: int) -> "TimedMatrix":
        """The same on an axis on which everything is `by_s` seconds later."""
        return TimedMatrix(self.begin_s + by_s, self.layer, self.duration_s, self.distance_m)

    def select(self, rows: Int32Array, columns: Int32Array) -> "TimedMatrix":
        """The part of the matrix between `rows` and `columns`."""
        part = np.ix_(np.arange(len(self.duration_s)), rows, columns)
        return TimedMatrix(self.begin_s, self.layer, self.duration_s[part], self.distance_m[part])
