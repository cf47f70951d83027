"""The likeliest candidates read back from the forward pass, and where on their edges the car was."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import BoolArray, Float32Array, Int32Array
from routing.matching.match_kernels import Lattice, Ways


@dataclass(frozen=True, slots=True)
class Chain:
    """One matching as candidates; p points."""

    point: Int32Array
    """(p) points, ascending"""
    reached: Int32Array
    """(p) the candidate that each point was measured from, in the direction in which the car came"""
    left: Int32Array
    """(p - 1) the same, in the direction in which the car drove on"""
    fraction: Float32Array
    """(p) where on the edge of `reached` the car was: where the point was measured from, or a little off it"""


def chains(lattice: Lattice, ways: Ways, fraction: Float32Array, forward: BoolArray) -> list[Chain]:
    """All matchings in the order of the trace, those of a single point among them.

    `fraction` says where on their edges the candidates are, `forward` whether they drive towards greater ones.
    """
    previous, ends = ways.previous.tolist(), np.ones(ways.previous.size, bool)
    ends[ways.previous[ways.previous >= 0]] = False
    found = []
    for last in np.flatnonzero(ends & (ways.fate == 0)).tolist():
        candidates = slice(lattice.first[last], lattice.first[last + 1])
        point, reached = [last], [int(candidates.start + np.argmax(ways.score[candidates]))]
        left: list[int] = []
        while previous[point[-1]] >= 0:
            left.append(int(ways.left_from[reached[-1]]))
            reached.append(int(ways.reached_as[left[-1]]))
            point.append(previous[point[-1]])
        points, to, off = (np.array(column[::-1], np.int32) for column in (point, reached, left))
        found.append(Chain(points, to, off, _driven(lattice, ways, fraction, forward, to, off)))
    return found


def _driven(
    lattice: Lattice, ways: Ways, fraction: Float32Array, forward: BoolArray, reached: Int32Array, left: Int32Array
) -> Float32Array:
    """Where the car was on the edge of each candidate of a chain: never driven backwards, and within the slack of each.

    That is the farthest place so far on the same drive along the arc, unless a point that is still to come on it would
    then lie too far behind: places are looked for from the last to the first, and then taken from the first to the
    last. Where the car turns round it does so at one place, which both drives must be able to have.
    """
    measured, slack = fraction[reached].astype(np.float64), lattice.slack[reached]
    least, most = np.maximum(0.0, measured - slack).tolist(), np.minimum(1.0, measured + slack).tolist()
    same_arc, ahead = ways.same_arc[reached[1:]].tolist(), forward[left].tolist()
    for k in range(left.size - 1, -1, -1):
        if same_arc[k] and ahead[k]:
            most[k] = min(most[k], most[k + 1])
        elif same_arc[k]:
            least[k] = max(least[k], least[k + 1])
    driven: list[float] = []
    for k, own in enumerate(measured.tolist()):
        if k == 0 or not same_arc[k - 1]:
            driven.append(max(least[k], min(own, most[k])))
        elif ahead[k - 1]:
            driven.append(max(driven[-1], least[k], min(own, most[k])))
        else:
            driven.append(min(driven[-1], most[k], max(own, least[k])))
    return np.array(driven, np.float32)
