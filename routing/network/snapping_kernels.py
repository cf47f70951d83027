"""Kernels of the grid over shape segments.

A *segment* is named by its first shape point p; it runs to point p + 1 of the same edge. Distances are
local equirectangular metres: the asked point's own latitude scales the longitudes of all segments it is compared with.
"""

import math
from typing import NamedTuple

import numpy as np

from routing.arrays import Float32Array, Float64Array, Int32Array, UInt8Array, VoidArray
from routing.earth import METRES_PER_E7
from routing.jit import kernel
from routing.network.snaps import BACKWARD, BOTH_WAYS, FORWARD
from routing.prefetch_kernels import prefetch


class Frame(NamedTuple):
    """Equal cells over a rectangle of degrees (1e-7); cell number = row * columns + column."""

    west_e7: int
    south_e7: int
    cell_lon_e7: int
    cell_lat_e7: int
    columns: int
    rows: int


POINT = np.dtype([("lon_e7", np.int32), ("lat_e7", np.int32), ("edge", np.int32), ("along_m", np.float32)])
"""A shape point, its edge and the metres from that edge's start: what a look at a segment reads, in 32 bytes side by
side, as the points of a request lie in places that no cache holds."""

NO_DEGREES = -2
"""In place of the edge of a point whose coordinates are not numbers in range."""
AT_ONCE = 32
"""Points whose cells are asked for together before they are looked at (8 and 128 were as fast)."""

PENALISED = 4
"""Bit beside those of the ways of an edge: it must be nearer than others by `penalty_m`."""


class SnapArrays(NamedTuple):
    """Segments in cells, and what is known of every segment; arrays are read-only."""

    frame: Frame
    penalty_m: float
    """Added to the distance of PENALISED edges when edges are compared."""
    first: Int32Array
    """(cells+1) cell c holds segment[first[c]] .. segment[first[c + 1] - 1]."""
    segment: Int32Array
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
                scale = math.cos(math.radians((lat[p] + lat[p - 1]) * 0.5e-7))
                total += METRES_PER_E7 * math.hypot((lon[p] - lon[p - 1]) * scale, float(lat[p] - lat[p - 1]))
            points[p].lon_e7, points[p].lat_e7 = lon[p], lat[p]
            points[p].edge, points[p].along_m = edge, total


@kernel
def fill_cells(lon: Int32Array, lat: Int32Array, segments: Int32Array, frame: Frame) -> tuple[Int32Array, Int32Array]:
    """Sort segments into the cells they pass through: a forward star over cells, counted first and then filled.

    Per row of cells only the columns that the segment passes within that row (and 1e-7 degree more, against rounding):
    filling the whole bounding box would put a diagonal road of 5 km into some hundred cells it never touches.
    """
    west, south, cell_lon, cell_lat, columns, rows = frame
    first = np.zeros(columns * rows + 1, np.int32)
    segment = np.empty(0, np.int32)
    for fill in range(2):
        for p in segments:
            x0, y0, x1, y1 = (
                float(lon[p] - west),
                float(lat[p] - south),
                float(lon[p + 1] - west),
                float(lat[p + 1] - south),
            )
            if y1 < y0:
                x0, y0, x1, y1 = x1, y1, x0, y0
            for row in range(int(y0 // cell_lat), int(y1 // cell_lat) + 1):
                a, b = x0, x1
                if y1 > y0:
                    a = x0 + (x1 - x0) * max(0.0, (row * cell_lat - y0) / (y1 - y0))
                    b = x0 + (x1 - x0) * min(1.0, ((row + 1) * cell_lat - y0) / (y1 - y0))
                begin = max(int((min(a, b) - 1) // cell_lon), int(min(x0, x1) // cell_lon))
                end = min(int((max(a, b) + 1) // cell_lon), int(max(x0, x1) // cell_lon))
                for column in range(begin, end + 1):
                    cell = row * columns + column
                    if fill == 0:
                        first[cell + 1] += 1
                    else:
                        segment[first[cell]] = p
                        first[cell] += 1
        if fill == 0:
            first = np.cumsum(first).astype(np.int32)
            segment = np.empty(first[first.size - 1], np.int32)
    first[1:] = first[:-1].copy()
    first[0] = 0
    return first, segment


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
def first_ring(grid: Frame, px: float, py: float) -> tuple[int, int, int]:
    """Column and row of a point (1e-7 degrees), and how many rings of cells away the grid begins."""
    column = math.floor((px - grid.west_e7) / grid.cell_lon_e7)
    row = math.floor((py - grid.south_e7) / grid.cell_lat_e7)
    return column, row, max(0, -column, -row, column - grid.columns + 1, row - grid.rows + 1)


@kernel
def around(grid: Frame, px: float, py: float, x_m: float, column: int, row: int, ring: int) -> float:
    """How far away from the point all segments are that lie outside of a ring of cells; infinity where none does."""
    beyond_m = np.inf
    if column - ring > 0:
        beyond_m = min(beyond_m, (px - (grid.west_e7 + (column - ring) * grid.cell_lon_e7)) * x_m)
    if column + ring < grid.columns - 1:
        beyond_m = min(beyond_m, (grid.west_e7 + (column + ring + 1) * grid.cell_lon_e7 - px) * x_m)
    if row - ring > 0:
        beyond_m = min(beyond_m, (py - (grid.south_e7 + (row - ring) * grid.cell_lat_e7)) * METRES_PER_E7)
    if row + ring < grid.rows - 1:
        beyond_m = min(beyond_m, (grid.south_e7 + (row + ring + 1) * grid.cell_lat_e7 - py) * METRES_PER_E7)
    return beyond_m


@kernel
def columns_of_ring(grid: Frame, column: int, row: int, ring: int, r: int) -> tuple[int, int, int]:
    """Which columns of row r belong to a ring of cells and to the grid: begin, end and step of a range."""
    west, east = column - ring, column + ring
    if abs(r - row) == ring:
        return max(0, west), min(grid.columns - 1, east) + 1, 1
    if west < 0:
        west = east
    if east >= grid.columns:
        east = west
    if west >= grid.columns or east < 0:
        return 0, 0, 1
    return west, east + 1, max(1, east - west)


@kernel
def gap(begin_e7: int, width_e7: int, number: int, at: float) -> float:
    """How far a column or row of cells is from a coordinate in it or beside it, in 1e-7 degrees."""
    beyond = begin_e7 + number * width_e7 - at
    return max(0.0, beyond, -beyond - width_e7)


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
def nearest_segment(
    point_lon: float, point_lat: float, radius_m: float, arrays: SnapArrays
) -> tuple[int, float, float, int]:
    """As `nearest_edge`, but the segment (-1 where there is none) and the share of it.

    Rings of cells around the point, until what lies outside is farther than the best; the lowest segment wins ties.
    """
    grid, points, first = arrays.frame, arrays.points, arrays.first
    px, py = point_lon * 1e7, point_lat * 1e7
    y_m = METRES_PER_E7
    x_m = METRES_PER_E7 * math.cos(math.radians(point_lat))
    column, row, ring = first_ring(grid, px, py)
    best, best_m, best_share, best_p, best_ways = np.inf, np.inf, 0.0, -1, 0
    reach = radius_m * radius_m * SLACK
    while True:
        for r in range(max(0, row - ring), min(grid.rows - 1, row + ring) + 1):
            y = y_m * gap(grid.south_e7, grid.cell_lat_e7, r, py)
            begin, end, step = columns_of_ring(grid, column, row, ring, r)
            for c in range(begin, end, step):
                x = x_m * gap(grid.west_e7, grid.cell_lon_e7, c, px)
                if x * x + y * y > reach:
                    continue
                cell = r * grid.columns + c
                for k in range(first[cell], first[cell + 1]):
                    p = arrays.segment[k]
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
        beyond_m = around(grid, px, py, x_m, column, row, ring)
        if best < beyond_m or beyond_m > radius_m or beyond_m == np.inf:
            break
        ring += 1
    return best_p, best_share, best_m, best_ways


@kernel
def ask_ahead(lon: Float64Array, lat: Float64Array, begin: int, end: int, arrays: SnapArrays) -> None:
    """Ask for the segments in the cells of some points: what a look at them waits for."""
    grid, first, segment = arrays.frame, arrays.first, arrays.segment
    cell = np.full(end - begin, -1, np.int64)
    for i in range(begin, end):
        column, row, away = first_ring(grid, lon[i] * 1e7, lat[i] * 1e7)
        if away == 0:
            cell[i - begin] = row * grid.columns + column
            prefetch(first, cell[i - begin])
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
) -> tuple[Int32Array, Float32Array, Float32Array, UInt8Array]:
    """`nearest_edge` of every point; four arrays (n). `radius_m` is one for all or (n).

    Where the coordinates of a point are not in range, its edge is NO_DEGREES and the others mean nothing.
    """
    edge, fraction = np.empty(lon.size, np.int32), np.empty(lon.size, np.float32)
    metres, ways = np.empty(lon.size, np.float32), np.empty(lon.size, np.uint8)
    for i in range(lon.size):
        if not (abs(lon[i]) <= 180.0 and abs(lat[i]) <= 90.0):  # false for NaN, too
            edge[i] = NO_DEGREES
            return edge, fraction, metres, ways
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
    return edge, fraction, metres, ways


@kernel
def nearest_edges(  # noqa: PLR0912, PLR0915 (flat: numba does not inline kernels)
    point_lon: Float64Array, point_lat: Float64Array, limits: Float64Array, count: int, arrays: SnapArrays
) -> tuple[Int32Array, Float32Array, Float32Array, UInt8Array]:
    """For each point its `count` nearest edges by distance + penalty, nearest first; four arrays (n, count).

    Edge (-1: no more of them within the radius), fraction, distance and the ways that the limits leave. As
    `nearest_edge`, until what lies outside is farther than the last that is wanted.
    """
    grid, points, first, ways_of_edge = arrays.frame, arrays.points, arrays.first, arrays.ways
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
        column, row, ring = first_ring(grid, px, py)
        found, worst, reach = 0, np.inf, radius_m * radius_m * SLACK
        while True:
            for r in range(max(0, row - ring), min(grid.rows - 1, row + ring) + 1):
                y = y_m * gap(grid.south_e7, grid.cell_lat_e7, r, py)
                begin, end, step = columns_of_ring(grid, column, row, ring, r)
                for c in range(begin, end, step):
                    x = x_m * gap(grid.west_e7, grid.cell_lon_e7, c, px)
                    if x * x + y * y > reach:
                        continue
                    cell = r * grid.columns + c
                    for k in range(first[cell], first[cell + 1]):
                        p = arrays.segment[k]
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
            beyond_m = around(grid, px, py, x_m, column, row, ring)
            if worst < beyond_m or beyond_m > radius_m or beyond_m == np.inf:
                break
            ring += 1
        for slot in range(found):
            fractions[i, slot] = fraction_at(points, arrays.shape_first, segments[slot], shares[slot])
    return edges, fractions, distances, ways


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
            whole += _step_m(lon, lat, p)
        rest = fractions[i] * whole
        p = begin
        step = _step_m(lon, lat, p)
        while p < end - 1 and rest > step:
            rest -= step
            p += 1
            step = _step_m(lon, lat, p)
        share = min(1.0, rest / step) if step > 0.0 else 0.0
        found_lon[i] = (lon[p] + share * (lon[p + 1] - lon[p])) * 1e-7
        found_lat[i] = (lat[p] + share * (lat[p + 1] - lat[p])) * 1e-7
    return found_lon, found_lat


@kernel
def _step_m(lon: Int32Array, lat: Int32Array, p: int) -> float:
    scale = math.cos(math.radians((lat[p] + lat[p + 1]) * 0.5e-7))
    return METRES_PER_E7 * math.hypot((lon[p + 1] - lon[p]) * scale, float(lat[p + 1] - lat[p]))
