"""What matching finds."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Float64Array, Int8Array, Int32Array, frozen
from routing.engine.path import Path
from routing.matching.match_kernels import DOES_NOT_FIT, MATCHED, NO_ROAD_NEAR
from routing.network.snaps import Snaps

TOO_FEW = 3
"""A point that nothing else could be joined to: one point is no drive."""
TIDIED = 4
"""A point that another one stands for, because they were so near to each other; nothing is missing there."""
FATES = {
    MATCHED: "matched",
    NO_ROAD_NEAR: "no_road_near",
    DOES_NOT_FIT: "does_not_fit",
    TOO_FEW: "too_few",
    TIDIED: "tidied",
}
"""What becomes of a point of a trace."""


@dataclass(frozen=True, slots=True)
class Matching:
    """A stretch of the trace that was driven in one go; p >= 2 points, p - 1 legs.

    Each leg begins where the one before ends, on the same arc unless the car turned round there, so milliseconds and
    decimetres add up without a gap.
    """

    point: Int32Array
    """(p) which points of the trace, ascending"""
    places: Snaps
    """(p) where they were on the road; `distance_m` is how far from where they were measured"""
    legs: tuple[Path, ...]
    """(p - 1) the roads from each point to the next"""
    leg_confidence: Float64Array
    """(p - 1) 0 to 1, how sure it is that this leg was driven so"""
    alternatives: Int32Array
    """(p) other edges that the car may well have been on (see confidence.py)"""
    confidence: float
    """0 to 1, of the whole; the legs' own, by their length"""

    def __post_init__(self) -> None:
        object.__setattr__(self, "point", frozen(self.point, np.int32))
        object.__setattr__(self, "leg_confidence", frozen(self.leg_confidence, np.float64))
        object.__setattr__(self, "alternatives", frozen(self.alternatives, np.int32))

    @property
    def distance_dm(self) -> int:
        """Decimetres driven."""
        return sum(leg.distance_dm for leg in self.legs)

    @property
    def duration_ms(self) -> int:
        """What the network says the drive takes; how long it took is in the trace."""
        return sum(leg.duration_ms for leg in self.legs)

    def arcs(self) -> Int32Array:
        """Arcs in driving order, each once where the legs before and after a point share it."""
        arcs = np.concatenate([leg.arcs for leg in self.legs])
        first_of_leg = np.zeros(arcs.size, bool)
        first_of_leg[np.cumsum([leg.arcs.size for leg in self.legs[:-1]], dtype=np.int64)] = True
        repeats = np.zeros(arcs.size, bool)
        repeats[1:] = first_of_leg[1:] & (arcs[1:] == arcs[:-1])
        return frozen(arcs[~repeats])


@dataclass(frozen=True, slots=True)
class MatchedTrace:
    """Everything that was made of a trace of n points."""

    matchings: tuple[Matching, ...]
    fate: Int8Array
    """(n) one of FATES"""
    matching_of_point: Int32Array
    """(n) index of the matching, -1 where a point is in none"""
    stand_in: Int32Array
    """(n) the point that stands for each: itself unless it was tidied away"""

    def __post_init__(self) -> None:
        object.__setattr__(self, "fate", frozen(self.fate, np.int8))
        object.__setattr__(self, "matching_of_point", frozen(self.matching_of_point, np.int32))
        object.__setattr__(self, "stand_in", frozen(self.stand_in, np.int32))

    @property
    def distance_dm(self) -> int:
        """Decimetres driven, over all matchings."""
        return sum(matching.distance_dm for matching in self.matchings)
