"""Geometry of shapes: metres along them, points on them, how far away a segment is."""

import math

import numpy as np

from routing.arrays import Float32Array, Float64Array, Int32Array
from routing.earth import METRES_PER_E7
from routing.jit import kernel


@kernel
def segment_distance(ax: float, ay: float, bx: float, by: float) -> tuple[float, float]:
    """Squared distance from (0, 0) to the segment a-b, and where on it: 0 at a, 1 at b."""
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    share = -(ax * dx + ay * dy) / square if square > 0.0 else 0.0
    if share >= 1.0:
        return bx * bx + by * by, 1.0
    if share <= 0.0:
        return ax * ax + ay * ay, 0.0
    x, y = ax + share * dx, ay + share * dy
    return x * x + y * y, share


@kernel
def step_m(lon: Int32Array, lat: Int32Array, p: int) -> float:
    """Metres from shape point p to the next one."""
    scale = math.cos(math.radians((lat[p] + lat[p + 1]) * 0.5e-7))
    return METRES_PER_E7 * math.hypot((lon[p + 1] - lon[p]) * scale, float(lat[p + 1] - lat[p]))


@kernel
def points_on_edges(
    shape_first: Int32Array, lon: Int32Array, lat: Int32Array, edges: Int32Array, fractions: Float32Array
) -> tuple[Float64Array, Float64Array]:
    """Degrees of the points at `fractions` of the lengths of `edges`; NaN for edge -1."""
    found_lon = np.full(edges.size, np.nan)
    found_lat = np.full(edges.size, np.nan)
    for i in range(edges.size):
        if edges[i] < 0:
            continue
        begin, end = shape_first[edges[i]], shape_first[edges[i] + 1] - 1
        whole = 0.0
        for p in range(begin, end):
            whole += step_m(lon, lat, p)
        rest = fractions[i] * whole
        p = begin
        step = step_m(lon, lat, p)
        while p < end - 1 and rest > step:
            rest -= step
            p += 1
            step = step_m(lon, lat, p)
        share = min(1.0, rest / step) if step > 0.0 else 0.0
        found_lon[i] = (lon[p] + share * (lon[p + 1] - lon[p])) * 1e-7
        found_lat[i] = (lat[p] + share * (lat[p + 1] - lat[p])) * 1e-7
    return found_lon, found_lat
