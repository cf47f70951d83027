r"""What one more stop costs on a tour that keeps its order.

stop i ------------------> stop i+1        gap i
      \                  /
       '--> candidate --'                  extra: there and on, less the leg that is left out
"""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Int32Array, frozen
from routing.engine.travel_matrix import UNREACHABLE_S, MatrixEngine
from routing.network.snaps import Snaps


@dataclass(frozen=True, slots=True)
class Detours:
    """Seconds and metres more for each candidate in each gap; (candidates, gaps) int32, UNREACHABLE_S where no way is.

    Seconds are never below -1 (a way via a third place is no faster, but each leg is rounded), metres may be: the
    fastest way is not the shortest.
    """

    extra_s: Int32Array
    extra_m: Int32Array

    def __post_init__(self) -> None:
        for name in ("extra_s", "extra_m"):
            object.__setattr__(self, name, frozen(getattr(self, name), np.int32))

    def best_gap(self) -> Int32Array:
        """(candidates) the gap with the least seconds, of equal ones that with the least metres, then the first."""
        cost = self.extra_s.astype(np.int64) * (2 * UNREACHABLE_S) + self.extra_m
        gap: Int32Array = np.argmin(cost, axis=1).astype(np.int32)
        return gap


def detours(engine: MatrixEngine, tour: Snaps, candidates: Snaps) -> Detours:
    """For a tour of n >= 2 stops and any number of candidates: n - 1 gaps each. Raises MatrixTooLarge."""
    if len(tour) < 2:
        raise ValueError("a tour has two stops at the least, its start and its end")
    begin, end = np.arange(len(tour) - 1, dtype=np.int32), np.arange(1, len(tour), dtype=np.int32)
    there, on = engine.matrix(tour.take(begin), candidates), engine.matrix(candidates, tour.take(end))
    legs = engine.matrix(tour.take(begin), tour.take(end))
    ways = (there.duration_s.T < UNREACHABLE_S) & (on.duration_s < UNREACHABLE_S)
    ways &= np.diagonal(legs.duration_s) < UNREACHABLE_S
    extra_s = there.duration_s.T.astype(np.int64) + on.duration_s - np.diagonal(legs.duration_s)
    extra_m = there.distance_m.T.astype(np.int64) + on.distance_m - np.diagonal(legs.distance_m)
    return Detours(
        np.where(ways, extra_s, UNREACHABLE_S).astype(np.int32), np.where(ways, extra_m, UNREACHABLE_S).astype(np.int32)
    )
