"""Nearest segments of shapes to points.

A *segment* is named by its first shape point p; it runs to point p + 1 of the same edge. Distances are
local equirectangular metres: the asked point's own latitude scales the longitudes of all segments it is compared with.
"""

import math
from typing import NamedTuple

import numpy as np

from routing.arrays import Float32Array, Float64Array, Int32Array, UInt8Array, VoidArray
from routing.earth import METRES_PER_E7
from routing.jit import kernel
from routing.network.shape_kernels import segment_distance, step_m
from routing.network.snap_grid_kernels import (
    BLOCK,
    BLOCK_BITS,
    INSIDE,
    NO_BLOCK,
    Frame,
    SnapGrid,
    Window,
    beside,
    block_columns,
    cell_in_block,
    gap,
    is_all,
    window_around,
)
from routing.network.snaps import BACKWARD, BOTH_WAYS, FORWARD
from routing.prefetch_kernels import prefetch

POINT = np.dtype([("lon_e7", np.int32), ("lat_e7", np.int32), ("edge", np.int32), ("along_m", np.float32)])
"""A shape point, its edge and the metres from that edge's start: what a look at a segment reads, in 32 bytes side by
side, as the points of a request lie in places that no cache holds."""

NO_DEGREES = -2
"""In place of the first point without an edge: there is one whose coordinates are not numbers in range."""
AT_ONCE = 32
"""Points whose cells are asked for together before they are looked at (8 and 128 were as fast)."""

PENALISED = 4
"""Bit beside those of the ways of an edge: it must be nearer than others by `penalty_m`."""


class SnapArrays(NamedTuple):
    """A grid of segments, and what is known of every segment; arrays are read-only."""

    grid: SnapGrid
    penalty_m: float
    """Added to the distance of PENALISED edges when edges are compared."""
    points: VoidArray
    """(p) POINT, the shape points of the network."""
    shape_first: Int32Array
    """(e+1) as in the network."""
    ways: UInt8Array
    """(e) uint8 bits of the ways in which each edge may be driven, and PENALISED; 0 where nothing is snapped to it."""


SLACK = 1.0 + 1e-9
"""Squares are compared with so much to spare, that rounding takes no tie away."""
RADIUS, BEARING, BEARING_RANGE, SIDE = 0, 1, 2, 3
"""Rows of the limits (4, n) that asked points have: metres; degrees clockwise from north in which the road must be
driven, give or take the range (180 and more: any); 1 where the point must lie on the right of a two-way road as it is
driven, -1 on the left, 0 either."""


@kernel
def fill_points(shape_first: Int32Array, lon: Int32Array, lat: Int32Array, points: VoidArray) -> None:
    """Fill (p) POINT of all shape points."""
    for edge in range(shape_first.size - 1):
        total = 0.0
        for p in range(shape_first[edge], shape_first[edge + 1]):
            if p > shape_first[edge]:
                total += step_m(lon, lat, p - 1)
            points[p].lon_e7, points[p].lat_e7 = lon[p], lat[p]
            points[p].edge, points[p].along_m = edge, total


@kernel
def ways_within(
    ax: float, ay: float, bx: float, by: float, ways: int, bearing: float, bearing_range: float, side: float
) -> int:
    """Which `ways` of the segment a-b (metres east and north of the asked point) agree with bearing and side.

    Bearings of roads are rounded to degrees, as OSRM does: a range of 10 takes a road that turns by 10 exactly.
    """
    if bearing_range < 180.0:
        along = round(math.degrees(math.atan2(bx - ax, by - ay)))
        for way in (FORWARD, BACKWARD):
            apart = abs((along + (way - 1) * 180 - bearing + 180.0) % 360.0 - 180.0)
            if apart > bearing_range:
                ways &= ~way
    if side != 0.0 and ways == BOTH_WAYS:
        left = (by - ay) * ax - (bx - ax) * ay  # of a>b: where the point (0, 0) lies, by the cross product's sign
        if left * side > 0.0:
            ways = BACKWARD
        elif left * side < 0.0:
            ways = FORWARD
    return ways


@kernel
def fraction_at(points: VoidArray, shape_first: Int32Array, p: int, share: float) -> float:
    """The place at a share of segment p as a share of its edge's length."""
    whole = points[shape_first[points[p].edge + 1] - 1].along_m
    at = points[p].along_m + share * (points[p + 1].along_m - points[p].along_m)
    return min(1.0, at / whole) if whole > 0.0 else 0.0


@kernel
def nearest_edge(
    point_lon: float, point_lat: float, radius_m: float, arrays: SnapArrays
) -> tuple[int, float, float, int]:
    """The nearest edge of one point by distance + penalty, within the radius: edge, fraction, metres and ways.

    Edge -1, fraction 0, infinity and 0 where there is none.
    """
    p, share, metres, ways = nearest_segment(point_lon, point_lat, radius_m, arrays)
    if p < 0:
        return -1, 0.0, np.inf, 0
    return arrays.points[p].edge, fraction_at(arrays.points, arrays.shape_first, p, share), metres, ways


@kernel
def wider(wide_m: float, outside_m: float, limit_m: float, found: bool, cell_m: float) -> float:
    """How far to look next: as far as anything nearer can be, or twice as far into the map where nothing is known."""
    return limit_m if found else min(limit_m, outside_m + max(cell_m, 2.0 * (wide_m - outside_m)))


@kernel
def columns_in_reach(frame: Frame, window: Window, px: float, x_m: float, rest: float) -> tuple[int, int]:
    """Of a window's columns those that squared metres eastwards of at most `rest` leave."""
    if rest == np.inf:
        return window.west, window.east
    row = window_around(frame, px, float(frame.south_e7), math.sqrt(rest) / x_m, 0.0)
    return max(window.west, row.west), min(window.east, row.east)


@kernel
def nearest_segment(  # noqa: PLR0915 (flat: numba does not inline kernels)
    point_lon: float, point_lat: float, radius_m: float, arrays: SnapArrays
) -> tuple[int, float, float, int]:
    """As `nearest_edge`, but the segment (-1 where there is none) and the share of it.

    The point's own cell, then all cells as near as the best; while nothing is found, cells twice as far around. The
    lowest segment wins ties.
    """
    points, (frame, block, first, segment) = arrays.points, arrays.grid
    px, py = point_lon * 1e7, point_lat * 1e7
    y_m = METRES_PER_E7
    x_m = METRES_PER_E7 * math.cos(math.radians(point_lat))
    blocks_wide = block_columns(frame)
    best, best_m, best_share, best_p, best_ways = np.inf, np.inf, 0.0, -1, 0
    reach = radius_m * radius_m * SLACK
    outside_m = beside(frame, px, py, x_m, y_m)
    wide_m, seen = outside_m, Window(0, -1, 0, -1)
    while True:
        window = window_around(frame, px, py, wide_m / x_m, wide_m / y_m)
        for row in range(window.south, window.north + 1):
            y = y_m * gap(frame.south_e7, frame.cell_lat_e7, row, py)
            if y * y > reach:
                continue
            seen_row = seen.south <= row <= seen.north
            blocks = (row >> BLOCK_BITS) * blocks_wide
            column, last = window.west, window.east
            if last - column > BLOCK:
                column, last = columns_in_reach(frame, window, px, x_m, reach - y * y)
            while column <= last:
                c = column
                column += 1
                number = block[blocks + (c >> BLOCK_BITS)]
                if number == NO_BLOCK:
                    column = (c | INSIDE) + 1
                    continue
                if seen_row and seen.west <= c <= seen.east:
                    column = seen.east + 1
                    continue
                x = x_m * gap(frame.west_e7, frame.cell_lon_e7, c, px)
                if x * x + y * y > reach:
                    continue
                cell = number * BLOCK * BLOCK + cell_in_block(c, row)
                for k in range(first[cell], first[cell + 1]):
                    p = segment[k]
                    a, b = points[p], points[p + 1]
                    square, share = segment_distance(
                        (a.lon_e7 - px) * x_m, (a.lat_e7 - py) * y_m, (b.lon_e7 - px) * x_m, (b.lat_e7 - py) * y_m
                    )
                    if square > reach:  # most segments of a cell: spares them the root (a fifth of the time)
                        continue
                    metres = math.sqrt(square)
                    ways = arrays.ways[a.edge]
                    key = metres + arrays.penalty_m if ways & PENALISED else metres
                    ways &= BOTH_WAYS
                    if ways == 0 or metres > radius_m or key > best or (key == best and p >= best_p):
                        continue
                    best, best_m, best_share, best_p, best_ways = key, metres, share, p, ways
                    reach = min(reach, best * best * SLACK)
        limit_m = min(radius_m, best) * SLACK
        if wide_m >= limit_m or is_all(window, frame):
            break
        seen, wide_m = window, wider(wide_m, outside_m, limit_m, best_p >= 0, frame.cell_lat_e7 * y_m)
    return best_p, best_share, best_m, best_ways


@kernel
def ask_ahead(lon: Float64Array, lat: Float64Array, begin: int, end: int, arrays: SnapArrays) -> None:
    """Ask for the segments in the cells of some points: what a look at them waits for."""
    frame, block, first, segment = arrays.grid
    blocks_wide = block_columns(frame)
    at, cell = np.full(end - begin, -1, np.int64), np.full(end - begin, -1, np.int64)
    for i in range(end - begin):
        here = window_around(frame, lon[begin + i] * 1e7, lat[begin + i] * 1e7, 0.0, 0.0)
        if here.west <= here.east:
            at[i] = (here.south >> BLOCK_BITS) * blocks_wide + (here.west >> BLOCK_BITS)
            cell[i] = cell_in_block(here.west, here.south)
            prefetch(block, at[i])
    for i in range(at.size):
        if at[i] >= 0:
            number = block[at[i]]
            cell[i] = number * BLOCK * BLOCK + cell[i] if number != NO_BLOCK else -1
            if cell[i] >= 0:
                prefetch(first, cell[i])
    for c in cell:
        if c >= 0:
            prefetch(segment, first[c])
    for c in cell:
        if c >= 0:
            for k in range(first[c], first[c + 1]):
                prefetch(arrays.points, segment[k])


@kernel
def nearest_edge_of_each(
    lon: Float64Array, lat: Float64Array, radius_m: Float64Array, arrays: SnapArrays
) -> tuple[int, Int32Array, Float32Array, Float32Array, UInt8Array]:
    """`nearest_edge` of every point: the first one that has none (-1: all have one), and four arrays (n).

    `radius_m` is one for all or (n). Where the coordinates of a point are not in range, that is NO_DEGREES and the
    arrays mean nothing.
    """
    edge, fraction = np.empty(lon.size, np.int32), np.empty(lon.size, np.float32)
    metres, ways = np.empty(lon.size, np.float32), np.empty(lon.size, np.uint8)
    for i in range(lon.size):
        if not (abs(lon[i]) <= 180.0 and abs(lat[i]) <= 90.0):  # false for NaN, too
            return NO_DEGREES, edge, fraction, metres, ways
        edge[i] = -1
    points, shape_first = arrays.points, arrays.shape_first
    segment, share = np.empty(AT_ONCE, np.int64), np.empty(AT_ONCE)
    for begin in range(0, lon.size, AT_ONCE):
        end = min(lon.size, begin + AT_ONCE)
        if end - begin > 1:
            ask_ahead(lon, lat, begin, end, arrays)
        for i in range(begin, end):
            most_m, k = radius_m[i] if radius_m.size > 1 else radius_m[0], i - begin
            segment[k], share[k], metres[i], ways[i] = nearest_segment(lon[i], lat[i], most_m, arrays)
            if segment[k] >= 0:
                edge[i] = points[segment[k]].edge
                prefetch(shape_first, edge[i] + 1)
        for i in range(begin, end):
            if edge[i] >= 0:
                prefetch(points, shape_first[edge[i] + 1] - 1)
        for i in range(begin, end):
            k = i - begin
            fraction[i] = fraction_at(points, shape_first, segment[k], share[k]) if edge[i] >= 0 else 0.0
    missed = -1
    for i in range(lon.size):
        if edge[i] < 0:
            missed = i
            break
    return missed, edge, fraction, metres, ways


@kernel
def nearest_edges(  # noqa: PLR0912, PLR0915 (flat: numba does not inline kernels)
    point_lon: Float64Array, point_lat: Float64Array, limits: Float64Array, count: int, arrays: SnapArrays
) -> tuple[Int32Array, Float32Array, Float32Array, UInt8Array]:
    """For each point its `count` nearest edges by distance + penalty, nearest first; four arrays (n, count).

    Edge (-1: no more of them within the radius), fraction, distance and the ways that the limits leave. Looks for them
    as `nearest_segment`, as far as the last that is wanted.
    """
    points, ways_of_edge, (frame, block, first, segment) = arrays.points, arrays.ways, arrays.grid
    blocks_wide = block_columns(frame)
    n = point_lon.size
    edges = np.full((n, count), -1, np.int32)
    fractions = np.zeros((n, count), np.float32)
    distances = np.full((n, count), np.inf, np.float32)
    ways = np.zeros((n, count), np.uint8)
    keys = np.empty(count)
    segments = np.empty(count, np.int64)
    shares = np.empty(count)
    for i in range(n):
        radius_m, bearing = limits[RADIUS, i], limits[BEARING, i]
        bearing_range, side = limits[BEARING_RANGE, i], limits[SIDE, i]
        limited = bearing_range < 180.0 or side != 0.0
        px, py = point_lon[i] * 1e7, point_lat[i] * 1e7
        y_m = METRES_PER_E7
        x_m = METRES_PER_E7 * math.cos(math.radians(point_lat[i]))
        found, worst, reach = 0, np.inf, radius_m * radius_m * SLACK
        outside_m = beside(frame, px, py, x_m, y_m)
        wide_m, seen = outside_m, Window(0, -1, 0, -1)
        while True:
            window = window_around(frame, px, py, wide_m / x_m, wide_m / y_m)
            for row in range(window.south, window.north + 1):
                y = y_m * gap(frame.south_e7, frame.cell_lat_e7, row, py)
                if y * y > reach:
                    continue
                seen_row = seen.south <= row <= seen.north
                blocks = (row >> BLOCK_BITS) * blocks_wide
                column, last = window.west, window.east
                if last - column > BLOCK:
                    column, last = columns_in_reach(frame, window, px, x_m, reach - y * y)
                while column <= last:
                    c = column
                    column += 1
                    number = block[blocks + (c >> BLOCK_BITS)]
                    if number == NO_BLOCK:
                        column = (c | INSIDE) + 1
                        continue
                    if seen_row and seen.west <= c <= seen.east:
                        column = seen.east + 1
                        continue
                    x = x_m * gap(frame.west_e7, frame.cell_lon_e7, c, px)
                    if x * x + y * y > reach:
                        continue
                    cell = number * BLOCK * BLOCK + cell_in_block(c, row)
                    for k in range(first[cell], first[cell + 1]):
                        p = segment[k]
                        ax, ay = (points[p].lon_e7 - px) * x_m, (points[p].lat_e7 - py) * y_m
                        bx, by = (points[p + 1].lon_e7 - px) * x_m, (points[p + 1].lat_e7 - py) * y_m
                        square, share = segment_distance(ax, ay, bx, by)
                        if square > reach:  # most segments of a cell: spares them the root (a fifth of the time)
                            continue
                        metres = math.sqrt(square)
                        edge = points[p].edge
                        allowed = ways_of_edge[edge]
                        key = metres + arrays.penalty_m if allowed & PENALISED else metres
                        allowed &= BOTH_WAYS
                        if metres > radius_m or key > worst:
                            continue
                        if limited:
                            allowed = ways_within(ax, ay, bx, by, allowed, bearing, bearing_range, side)
                        if allowed == 0:
                            continue
                        slot = 0
                        while slot < found and edges[i, slot] != edge:
                            slot += 1
                        if slot == count:
                            slot -= 1
                        if slot < found and (key > keys[slot] or (key == keys[slot] and p >= segments[slot])):
                            continue
                        found = max(found, slot + 1)
                        while slot > 0 and (key < keys[slot - 1] or (key == keys[slot - 1] and p < segments[slot - 1])):
                            keys[slot], segments[slot] = keys[slot - 1], segments[slot - 1]
                            shares[slot], edges[i, slot] = shares[slot - 1], edges[i, slot - 1]
                            distances[i, slot], ways[i, slot] = distances[i, slot - 1], ways[i, slot - 1]
                            slot -= 1
                        keys[slot], segments[slot], shares[slot] = key, p, share
                        edges[i, slot], distances[i, slot], ways[i, slot] = edge, metres, allowed
                        if found == count:
                            worst = keys[count - 1]
                            reach = min(reach, worst * worst * SLACK)
            limit_m = min(radius_m, worst) * SLACK
            if wide_m >= limit_m or is_all(window, frame):
                break
            seen, wide_m = window, wider(wide_m, outside_m, limit_m, found == count, frame.cell_lat_e7 * y_m)
        for slot in range(found):
            fractions[i, slot] = fraction_at(points, arrays.shape_first, segments[slot], shares[slot])
    return edges, fractions, distances, ways
