"""The likeliest candidates read back from the forward pass, matching by matching."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Int32Array
from routing.engine.key_kernels import DISTANCE_MASK
from routing.matching.match_kernels import Lattice, Points, Ways, noise_behind_dm

NO_CANDIDATE = -1


@dataclass(frozen=True, slots=True)
class Chain:
    """One matching as candidates; p points. A candidate stands for its place, which may be an earlier point's."""

    point: Int32Array
    """(p) points, ascending"""
    chosen: Int32Array
    """(p) the candidate that each point was measured from"""
    where: Int32Array
    """(p) where the car was: `chosen`, or where it stood already if that is a little behind"""
    leave: Int32Array
    """(p - 1) the place of `where`, in the direction in which the car drove on"""


def chains(lattice: Lattice, points: Points, ways: Ways) -> list[Chain]:
    """All matchings in the order of the trace, those of a single point among them."""
    previous, ends = ways.previous.tolist(), np.ones(ways.previous.size, bool)
    ends[ways.previous[ways.previous >= 0]] = False
    found = []
    for last in np.flatnonzero(ends & (ways.fate == 0)).tolist():
        candidates = slice(lattice.first[last], lattice.first[last + 1])
        point, chosen = [last], [int(candidates.start + np.argmax(ways.score[candidates]))]
        leave: list[int] = []
        while previous[point[-1]] >= 0:
            leave.append(int(ways.left_from[chosen[-1]]))
            chosen.append(int(ways.reached_as[leave[-1]]))
            point.append(previous[point[-1]])
        found.append(_ahead_only(lattice, points, point[::-1], chosen[::-1], leave[::-1]))
    return found


def _ahead_only(lattice: Lattice, points: Points, point: list[int], chosen: list[int], left: list[int]) -> Chain:
    """No place behind the one before on the same arc, unless the car drove all the way round to it."""
    where, leave = [chosen[0]], []
    for k, start in enumerate(left):
        onward = where[k] if start == chosen[k] else int(lattice.mirror[where[k]])
        target = chosen[k + 1]
        leave.append(onward)
        stands = lattice.arc[target] == lattice.arc[onward] and lattice.key[target] < lattice.key[onward]
        back_dm = (lattice.key[start] & DISTANCE_MASK) - (lattice.key[target] & DISTANCE_MASK)
        stands = stands and back_dm <= noise_behind_dm(points, point[k], point[k + 1])
        where.append(onward if stands else target)
    return Chain(*(np.array(column, np.int32) for column in (point, chosen, where, leave)))
