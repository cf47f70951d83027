"""What is matched, and how."""

from dataclasses import dataclass, fields

import numpy as np

from routing.arrays import BoolArray, Float64Array, frozen
from routing.matching.errors import BadTrace


@dataclass(frozen=True, slots=True)
class Trace:
    """Positions in the order they were measured; n points, all float64 and read-only.

    Raises BadTrace for the first value that cannot be.
    """

    lon: Float64Array
    """(n) degrees."""
    lat: Float64Array
    time_s: Float64Array | None
    """(n) seconds since any moment, never falling; None where they are not known."""
    accuracy_m: Float64Array
    """(n) standard deviation of the position, above 0; what phones report as horizontal accuracy will do."""

    def __post_init__(self) -> None:
        for field in fields(self):
            values = getattr(self, field.name)
            if values is None:
                continue
            values = np.atleast_1d(np.asarray(values, np.float64))
            if values.shape != np.atleast_1d(self.lon).shape or values.ndim != 1:
                raise ValueError(f"{field.name} has the shape {values.shape}: all columns must be of one length")
            object.__setattr__(self, field.name, frozen(values))
        _refuse("lon", self.lon, ~(np.abs(self.lon) <= 180), "from -180 to 180")
        _refuse("lat", self.lat, ~(np.abs(self.lat) <= 90), "from -90 to 90")
        _refuse("accuracy_m", self.accuracy_m, ~((self.accuracy_m > 0) & (self.accuracy_m < np.inf)), "above 0")
        if self.time_s is not None:
            wrong = ~np.isfinite(self.time_s)
            wrong[1:] |= np.diff(self.time_s) < 0
            _refuse("time_s", self.time_s, wrong, "numbers that never fall")

    def __len__(self) -> int:
        return int(self.lon.size)


@dataclass(frozen=True, slots=True)
class MatchOptions:
    """How a trace is read; the defaults were measured, see the README."""

    beta_m: float = 10.0
    """Scale of the difference between the metres driven and the straight metres from point to point."""
    most_edges: int = 16
    """Edges near a point that are weighed."""
    search_factor: float = 4.0
    """Edges are looked for within this many accuracies of a point, but at least within `least_search_m`."""
    least_search_m: float = 25.0
    u_turn_cost: float = 10.0
    """What turning on the spot costs where the network has no U-turn, in natural logarithms of probability."""
    gap_s: float = 60.0
    """A longer pause between two points begins another matching; infinity never does."""
    gap_m: float = 5000.0
    """So does a longer straight line between them. It bounds the searches: keep it finite."""
    most_dropped: int = 10
    """More points in a row that do not fit to the ones before begin another matching; without times, more points in a
    row that are not matched for any reason."""
    most_detour_m: float = 2000.0
    """The way from point to point is no longer than the straight line by more than this."""
    fastest_m_s: float = 70.0
    """Nobody drives faster: a point that would need more than this is left out."""
    slowest_factor: float = 3.0
    """Nobody is faster than the network's driving time by more than this factor (and a few seconds)."""
    tidy: bool = False
    """Clusters of points become one point each before anything is matched."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value >= 0 or (field.name not in ("tidy", "most_dropped", "u_turn_cost") and not value > 0):
                raise ValueError(f"{field.name} = {value} is out of range")


def _refuse(field: str, values: Float64Array, wrong: BoolArray, limit: str) -> None:
    if wrong.any():
        index = int(np.argmax(wrong))
        raise BadTrace(field, index, float(values[index]), limit)
