"""The kernel that sees where roads lead."""

import math

from routing.arrays import Float64Array, Int16Array, Int32Array
from routing.guidance.line_kernels import step_m
from routing.jit import kernel

MOST_EDGES = 8
"""A look goes over so many edges at most, be they ever so short."""


@kernel
def fill_bearings(
    shape_first: Int32Array,
    lon: Int32Array,
    lat: Int32Array,
    junction: Int32Array,
    arm_first: Int32Array,
    arm: Int32Array,
    look_m: Float64Array,
    bearing: Int16Array,
) -> None:
    """Fill bearing (2e): compass degrees, 0 to 359, in which each dart is seen to lead.

    That is towards the point `look_m` (e) along the road, over junctions where nothing else begins, since the first
    metres of a shape are often a drawing artefact and a turn is driven as a bend. `junction` (2e) is where each dart
    begins.
    """
    for dart in range(bearing.size):
        begin = shape_first[dart >> 1] if dart & 1 == 0 else shape_first[(dart >> 1) + 1] - 1
        to_lon, to_lat = float(lon[begin]), float(lat[begin])
        on, left_m = dart, look_m[dart >> 1]
        for _ in range(MOST_EDGES):
            to_lon, to_lat, left_m = _along(shape_first, lon, lat, on, left_m)
            end = junction[on ^ 1]
            if left_m <= 0.0 or arm_first[end + 1] - arm_first[end] != 2:
                break
            on = arm[arm_first[end]] if arm[arm_first[end]] != on ^ 1 else arm[arm_first[end] + 1]
        squeeze = math.cos(math.radians(lat[begin] * 1e-7))
        degrees = math.degrees(math.atan2((to_lon - lon[begin]) * squeeze, to_lat - lat[begin]))
        bearing[dart] = round(degrees) % 360


@kernel
def _along(
    shape_first: Int32Array, lon: Int32Array, lat: Int32Array, dart: int, metres: float
) -> tuple[float, float, float]:
    """The place so many metres along a dart's shape, or its end, and the metres that are left from there."""
    begin, end = shape_first[dart >> 1], shape_first[(dart >> 1) + 1] - 1
    step = 1 if dart & 1 == 0 else -1
    p = begin if step == 1 else end
    for _ in range(end - begin):
        long_m = step_m(lon, lat, min(p, p + step))
        if long_m >= metres and long_m > 0.0:
            share = metres / long_m
            return lon[p] + share * (lon[p + step] - lon[p]), lat[p] + share * (lat[p + step] - lat[p]), 0.0
        metres -= long_m
        p += step
    return float(lon[p]), float(lat[p]), metres
