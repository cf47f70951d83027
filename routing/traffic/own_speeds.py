"""Speeds of single roads on a network, by period: what `row_matching` makes of rows about segments and ways.

arc in *pieces*     a ----|---------|------- d       a row about the nodes b>c hits the piece between them, a row
                          b         c                about the way hits all; the others stay as they were
"""

from dataclasses import dataclass, fields

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array, frozen
from routing.network.road_network import CLOSED_MS
from routing.traffic.speed_change import SpeedChange, changed_ms, whole_ms


@dataclass(frozen=True, slots=True)
class OwnSpeeds:
    """q pieces of arcs and h hits on them by rows, in the order of the rows; read-only."""

    arc: Int32Array
    """(q) ascending; the pieces of an arc are all of it."""
    share: Float64Array
    """(q) of the arc's length."""
    piece: Int32Array
    """(h) the piece that is hit."""
    when: Int32Array
    """(h) row of `periods`."""
    factor: Float64Array
    """(h) these three as in SpeedChange."""
    speed_kmh: Float64Array
    closed: BoolArray
    periods: BoolArray
    """(w, p) bool: in which periods a hit holds."""

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name)))

    @property
    def arcs(self) -> Int32Array:
        """The arcs that have a speed of their own in some period."""
        return np.unique(self.arc)

    @property
    def same_closures(self) -> bool:
        """Whether what is closed is closed in all periods."""
        return bool(self.periods[self.when[self.closed]].all())

    def arc_ms(self, period: int, duration_ms: Float64Array, length_dm: Int32Array) -> Float64Array:
        """(len(arcs)) times of `arcs` in a period, infinite where closed; `duration_ms` (m) without own speeds."""
        return self._arc_ms(self.periods[self.when, period], duration_ms, length_dm)

    def always_ms(self, duration_ms: Int32Array, length_dm: Int32Array) -> Int32Array:
        """(m) int32 driving times with the hits that hold in every period; read-only."""
        of_all: BoolArray = np.asarray(self.periods.all(axis=1))
        always = of_all[self.when]
        if not always.any():
            return duration_ms
        times = np.where(duration_ms >= CLOSED_MS, np.inf, duration_ms)
        times[self.arcs] = self._arc_ms(always, times, length_dm)
        return whole_ms(times)

    def _arc_ms(self, hits: BoolArray, duration_ms: Float64Array, length_dm: Int32Array) -> Float64Array:
        if not self.arc.size:
            return np.zeros(0)
        change = SpeedChange(self.piece[hits], self.factor[hits], self.speed_kmh[hits], self.closed[hits])
        pieces = changed_ms(duration_ms[self.arc] * self.share, length_dm[self.arc] * self.share, change)
        begins = np.flatnonzero(np.concatenate([[True], np.diff(self.arc) != 0]))
        return np.asarray(np.add.reduceat(pieces, begins), dtype=np.float64)

    @staticmethod
    def none(periods: int) -> "OwnSpeeds":
        """No road has a speed of its own in any of `periods`."""
        no_int, no_float = np.zeros(0, np.int32), np.zeros(0)
        no_bool = np.zeros(0, np.bool_)
        return OwnSpeeds(
            no_int, no_float, no_int, no_int, no_float, no_float, no_bool, np.zeros((0, periods), np.bool_)
        )
