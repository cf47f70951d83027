"""Other speeds on some arcs, and the one function that puts them into driving times.

Layers compose by being applied one after the other, each to the times that the one before left:

    network.duration_ms --> speeds of the period --> live speeds and closures --> dataclasses.replace(network, …)

so a live factor of 0.5 halves what is driven at that time of day, and a live speed or closure holds whatever the hour.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array, Int64Array, frozen
from routing.network.road_network import CLOSED_MS
from routing.traffic.errors import InvalidSpeed

FACTOR_RANGE = (0.01, 10.0)
"""A hundredth of the speed is a standing jam; nothing makes a road ten times as fast."""
SPEED_KMH_RANGE = (0.1, 300.0)
"""Slower than anybody walks to faster than any road; the profile has the same upper limit."""


@dataclass(frozen=True, slots=True)
class SpeedChange:
    """k changes, one a row: a factor, a speed or a closure; read-only. Raises InvalidSpeed.

    Rows may name an arc again. In the order of the rows a factor multiplies, and a speed replaces, what stood before; a
    closed arc stays closed.
    """

    arc: Int32Array
    """(k) arcs of the road network."""
    factor: Float64Array
    """(k) of the speed, so 0.5 doubles the time; NaN in a row that gives no factor."""
    speed_kmh: Float64Array
    """(k) along the whole arc, whatever was driven before; NaN in a row that gives no speed."""
    closed: BoolArray
    """(k)"""

    def __post_init__(self) -> None:
        for name, dtype in (("arc", np.int32), ("factor", np.float64), ("speed_kmh", np.float64), ("closed", np.bool_)):
            object.__setattr__(self, name, frozen(getattr(self, name), dtype))
        if not self.arc.shape == self.factor.shape == self.speed_kmh.shape == self.closed.shape or self.arc.ndim != 1:
            raise ValueError("arc, factor, speed_kmh and closed must be one-dimensional and of one length")
        said = (~np.isnan(self.factor)).astype(np.int8) + ~np.isnan(self.speed_kmh) + self.closed
        if (said != 1).any():
            row = int((said != 1).argmax())
            raise InvalidSpeed(row, "changes in the row", int(said[row]), "1: a factor, a speed_kmh or closed")
        _check_range("factor", self.factor, FACTOR_RANGE)
        _check_range("speed_kmh", self.speed_kmh, SPEED_KMH_RANGE)

    def __len__(self) -> int:
        return int(self.arc.size)

    @staticmethod
    def by_factor(arc: Int32Array, factor: Float64Array | float) -> "SpeedChange":
        """The speed of every arc times `factor`: one for all, or one each."""
        none = np.full(arc.size, np.nan)
        return SpeedChange(arc, np.broadcast_to(np.float64(factor), arc.shape), none, np.isinf(none))

    @staticmethod
    def to_speed(arc: Int32Array, speed_kmh: Float64Array | float) -> "SpeedChange":
        """Every arc at `speed_kmh`: one for all, or one each."""
        none = np.full(arc.size, np.nan)
        return SpeedChange(arc, none, np.broadcast_to(np.float64(speed_kmh), arc.shape), np.isinf(none))

    @staticmethod
    def closure(arc: Int32Array) -> "SpeedChange":
        """Every arc closed."""
        none = np.full(arc.size, np.nan)
        return SpeedChange(arc, none, none, np.ones(arc.size, np.bool_))

    @staticmethod
    def join(parts: "Iterable[SpeedChange]") -> "SpeedChange":
        """All rows of `parts`, one after the other."""
        many = [SpeedChange.closure(np.zeros(0, np.int32)), *parts]
        return SpeedChange(
            np.concatenate([one.arc for one in many]),
            np.concatenate([one.factor for one in many]),
            np.concatenate([one.speed_kmh for one in many]),
            np.concatenate([one.closed for one in many]),
        )


def apply_change(duration_ms: Int32Array, length_dm: Int32Array, change: SpeedChange) -> Int32Array:
    """Driving times of all arcs after `change`.

    duration_ms, length_dm: (m) int32 of a road network, or what an earlier change left. Returns (m) int32, read-only:
    at least 1 and below CLOSED_MS, CLOSED_MS where closed. A change without rows gives the very same times. Raises
    InvalidSpeed for an arc that is not there.
    """
    if len(change) and not (change.arc.min() >= 0 and change.arc.max() < duration_ms.size):
        row = int(((change.arc < 0) | (change.arc >= duration_ms.size)).argmax())
        raise InvalidSpeed(row, "arc", int(change.arc[row]), f"from 0 to {duration_ms.size - 1}")
    before = np.where(duration_ms >= CLOSED_MS, np.inf, duration_ms)
    return whole_ms(changed_ms(before, length_dm.astype(np.float64), change))


def changed_ms(duration_ms: Float64Array, length_dm: Float64Array, change: SpeedChange) -> Float64Array:
    """The same for times that are not rounded yet, infinite where closed; `change` names rows of `duration_ms`."""
    changed = duration_ms.copy()
    for rows in _once_each(change.arc):
        arc, factor, speed_kmh = change.arc[rows], change.factor[rows], change.speed_kmh[rows]
        # km/h to ms: length_dm decimetres take 360 * length_dm / speed_kmh.
        open_ms = np.where(np.isnan(speed_kmh), changed[arc] / factor, 360.0 * length_dm[arc] / speed_kmh)
        changed[arc] = np.where(change.closed[rows] | np.isinf(changed[arc]), np.inf, open_ms)
    return changed


def whole_ms(duration_ms: Float64Array) -> Int32Array:
    """Times of arcs in whole milliseconds, at least 1 and below CLOSED_MS; CLOSED_MS where infinite. Read-only."""
    closed = np.isinf(duration_ms)
    open_ms = np.clip(np.rint(np.where(closed, 1.0, duration_ms)), 1, CLOSED_MS - 1)
    return frozen(np.where(closed, CLOSED_MS, open_ms), np.int32)


def _once_each(arc: Int32Array) -> Iterator[Int64Array]:
    """Rows in the order given, split so that no part names an arc twice: first mentions, second mentions, and so on."""
    if not arc.size:
        return
    if (arc[1:] > arc[:-1]).all():  # as live changes come: sorting them took a tenth of a PATCH of the whole map
        yield np.arange(arc.size)
        return
    order = np.argsort(arc, kind="stable")
    begins = np.flatnonzero(np.concatenate([[True], np.diff(arc[order]) != 0]))
    mention = np.empty(arc.size, np.int64)
    mention[order] = np.arange(arc.size) - np.repeat(begins, np.diff([*begins, arc.size]))
    for count in range(int(mention.max()) + 1):
        yield np.flatnonzero(mention == count)


def _check_range(field: str, values: Float64Array, allowed: tuple[float, float]) -> None:
    wrong = ~np.isnan(values) & ~((values >= allowed[0]) & (values <= allowed[1]))
    if wrong.any():
        row = int(wrong.argmax())
        raise InvalidSpeed(row, field, float(values[row]), f"from {allowed[0]:g} to {allowed[1]:g}")
