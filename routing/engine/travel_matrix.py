"""What every engine answers with, and the protocol they share."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from routing.arrays import Float64Array, Int32Array, frozen
from routing.network.snaps import Snaps
from routing.progress import Progress, silent

UNREACHABLE_S = 2**30
"""Sentinel in both matrices where no path exists (seconds and metres)."""


@dataclass(frozen=True, slots=True)
class TravelMatrix:
    """Durations and distances of the same fastest paths; (n_from, n_to) int32, read-only, UNREACHABLE_S where none."""

    duration_s: Int32Array
    distance_m: Int32Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "duration_s", frozen(self.duration_s, np.int32))
        object.__setattr__(self, "distance_m", frozen(self.distance_m, np.int32))
        if self.duration_s.shape != self.distance_m.shape or self.duration_s.ndim != 2:
            raise ValueError("duration_s and distance_m must be two-dimensional and of one shape")

    def select(self, rows: Int32Array, columns: Int32Array) -> "TravelMatrix":
        """The part of the matrix between `rows` and `columns`."""
        return TravelMatrix(self.duration_s[np.ix_(rows, columns)], self.distance_m[np.ix_(rows, columns)])


@dataclass(frozen=True, slots=True)
class ExactMatrix:
    """The same before it is rounded: (n_from, n_to) int32, read-only, UNREACHABLE_S in both where no path exists."""

    duration_ms: Int32Array
    distance_dm: Int32Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "duration_ms", frozen(self.duration_ms, np.int32))
        object.__setattr__(self, "distance_dm", frozen(self.distance_dm, np.int32))

    def rounded(self) -> TravelMatrix:
        """To seconds and metres, each once."""
        nowhere = self.duration_ms >= UNREACHABLE_S
        duration_s, distance_m = (self.duration_ms + 500) // 1000, (self.distance_dm + 5) // 10
        return TravelMatrix(*(np.where(nowhere, UNREACHABLE_S, values) for values in (duration_s, distance_m)))


@dataclass(frozen=True, slots=True)
class Route:
    """One fastest path; `duration_s` and `distance_m` as in the matrix, the line in degrees along the roads."""

    duration_s: int
    distance_m: int
    lon: Float64Array
    lat: Float64Array


class MatrixEngine(Protocol):
    """Anything that answers fastest driving times between places."""

    def matrix(self, sources: Snaps, targets: Snaps, progress: Progress = silent) -> TravelMatrix:
        """Fastest driving from each source to each target. Raises MatrixTooLarge."""
        ...
