"""Points cut into compact parts of balanced weight.

Recursive bisection: cut across the longest direction of the points, where the weights on both sides match the number of
parts that each side will hold, and go on within the sides.

    +-----+---+---+      5 parts: first 2 : 3, then 1 : 1 and 1 : 2, then 1 : 1
    |  0  | 2 | 3 |
    +-----+---+---+
    |  1  |   4   |
    +-----+-------+
"""

import numpy as np

from routing.arrays import Float64Array, Int32Array

METRES_PER_DEGREE = 111_195.0


def local_metres(lon: Float64Array, lat: Float64Array) -> Float64Array:
    """(n, 2) metres east and north of the points' middle, on a plane that is good enough over a few hundred km."""
    if not lon.size:
        return np.empty((0, 2))
    middle_lon, middle_lat = float(lon.mean()), float(lat.mean())
    east = (lon - middle_lon) * METRES_PER_DEGREE * np.cos(np.radians(middle_lat))
    return np.stack([east, (lat - middle_lat) * METRES_PER_DEGREE], axis=1)


def compact_parts(points: Float64Array, weight: Float64Array, parts: int) -> Int32Array:
    """(n) int32 part of each point, 0 to `parts` - 1. Parts can stay empty where there are fewer points than parts.

    At each cut the weights on both sides differ from what they should be by at most half the weight of the point at
    the cut. Deterministic; equal coordinates are cut by index.
    """
    part = np.zeros(len(points), dtype=np.int32)
    waiting = [(np.arange(len(points)), 0, parts)]  # members, their first part, number of parts
    while waiting:
        members, first, count = waiting.pop()
        if count == 1 or not members.size:
            part[members] = first
            continue
        left = count // 2
        order = members[np.lexsort((members, _along_longest(points[members])))]
        cut = _cut(weight[order], left / count)
        waiting += [(order[:cut], first, left), (order[cut:], first + left, count - left)]
    return part


def _along_longest(points: Float64Array) -> Float64Array:
    """Coordinate along the direction of largest spread, pointing east (or north where it runs due north)."""
    centred = points - points.mean(axis=0)
    east, north = centred.T
    angle = 0.5 * np.arctan2(2 * float(east @ north), float(east @ east) - float(north @ north))
    along: Float64Array = np.round(east * np.cos(angle) + north * np.sin(angle), 3)
    return along


def _cut(weight: Float64Array, share: float) -> int:
    """How many points go left so that their weight comes closest to `share` of all."""
    before = np.concatenate([[0.0], np.cumsum(weight)])
    if before[-1] <= 0:
        return round(share * len(weight))
    return int(np.abs(before - share * before[-1]).argmin())
