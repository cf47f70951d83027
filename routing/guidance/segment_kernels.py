"""The kernel that tells the segments of a drive from point to point."""

import math

import numpy as np

from routing.arrays import Int32Array, Int64Array
from routing.guidance.line_kernels import step_m
from routing.jit import kernel


@kernel
def fill_segments(
    lon: Int32Array,
    lat: Int32Array,
    first: Int32Array,
    arc_dm: Int32Array,
    arc_ms: Int32Array,
    mm: Int32Array,
    ms: Int32Array,
    tenths_mps: Int32Array,
) -> None:
    """Fill (s) millimetres, milliseconds and speeds of the segments between the points of a line.

    `first` (k+1) is where each arc begins among the points. An arc's length and time go to its segments by their
    lengths; sums are rounded, not segments, so that all of them together are those of the arcs. What an arc too short
    for a segment has goes to the segment after it, or to the last one. A line of one point has one segment.
    """
    mm[0] = ms[0] = tenths_mps[0] = 0
    step = np.empty(lon.size - 1, np.float64)
    for p in range(step.size):
        step[p] = step_m(lon, lat, p)
    sum_mm, sum_ms, told_mm, told_ms, speed = 0, 0, 0, 0, 0
    for i in range(arc_dm.size):
        part_m, driven_m = 0.0, 0.0
        for p in range(first[i], first[i + 1]):
            part_m += step[p]
        if arc_dm[i] > 0 and arc_ms[i] > 0:
            speed = math.floor(1000.0 * arc_dm[i] / arc_ms[i] + 0.5)
        for p in range(first[i], first[i + 1]):
            driven_m += step[p]
            share = driven_m / part_m
            to_mm = sum_mm + round(100 * arc_dm[i] * share)
            to_ms = sum_ms + round(arc_ms[i] * share)
            mm[p], ms[p], tenths_mps[p] = to_mm - told_mm, to_ms - told_ms, speed
            told_mm, told_ms = to_mm, to_ms
        sum_mm += 100 * arc_dm[i]
        sum_ms += arc_ms[i]
    last = mm.size - 1
    mm[last] += sum_mm - told_mm
    ms[last] += sum_ms - told_ms


@kernel
def fill_nodes(
    lon: Int32Array,
    lat: Int32Array,
    point: Int32Array,
    shape_lon: Int32Array,
    shape_lat: Int32Array,
    shape_node: Int64Array,
    begin: int,
    end: int,
    first_ahead: bool,
    last_ahead: bool,
    nodes: Int64Array,
) -> None:
    """Fill (s+1) OSM nodes of a line; at its ends the ones between which it begins and ends, in driving order.

    `begin` and `end` are the first and the last shape point of the edge on which the line begins; `first_ahead` and
    `last_ahead` tell whether it begins and ends along the shape. Where it begins or ends at a shape point, that is it.
    """
    count = lon.size
    for p in range(1, count - 1):
        nodes[p] = max(0, shape_node[point[p]])
    if count == 1:
        before = max(begin, min(point[0], end - 1))
        nodes[0 if first_ahead else 1] = max(0, shape_node[before])
        nodes[1 if first_ahead else 0] = max(0, shape_node[before + 1])
        return
    p = _node_beside(shape_lon, shape_lat, lon[0], lat[0], point[0], not first_ahead)
    nodes[0] = max(0, shape_node[p])
    p = _node_beside(shape_lon, shape_lat, lon[count - 1], lat[count - 1], point[count - 1], last_ahead)
    nodes[count - 1] = max(0, shape_node[p])


@kernel
def _node_beside(shape_lon: Int32Array, shape_lat: Int32Array, lon: int, lat: int, p: int, after: bool) -> int:
    """The shape point at a place that point p is or comes before; if none is there, the one after it or the one before.

    A place is rounded to 1e-7 degrees, so it may have come to lie at the point after it.
    """
    if shape_lon[p] == lon and shape_lat[p] == lat:
        return p
    if shape_lon[p + 1] == lon and shape_lat[p + 1] == lat:
        return p + 1
    return p + 1 if after else p
