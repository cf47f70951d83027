"""Kernels of the grid over shape segments.

A *segment* is named by its first shape point p; it runs to point p + 1 of the same edge. Distances are
local equirectangular metres: the asked point's own latitude scales the longitudes of all segments it is compared with.
"""

import math
from typing import NamedTuple

import numpy as np

from routing.arrays import Float32Array, Float64Array, Int32Array
from routing.jit import kernel

METRES_PER_E7 = 6_371_009.0 * math.pi / 180 / 1e7
"""Metres in 1e-7 degree of latitude, on the sphere that osmnx measures on."""


class Frame(NamedTuple):
    """Equal cells over a rectangle of degrees (1e-7); cell number = row * columns + column."""

    west_e7: int
    south_e7: int
    cell_lon_e7: int
    cell_lat_e7: int
    columns: int
    rows: int


class SnapArrays(NamedTuple):
    """Segments in cells, and what is known of every segment; arrays are read-only."""

    frame: Frame
    first: Int32Array
    """(cells+1) cell c holds segment[first[c]] .. segment[first[c + 1] - 1]."""
    segment: Int32Array
    lon_e7: Int32Array
    """(p) shape points of the network, likewise the following."""
    lat_e7: Int32Array
    along_m: Float32Array
    """(p) float32 metres from the start of the edge."""
    edge_of_point: Int32Array
    shape_first: Int32Array
    """(e+1) as in the network."""
    penalty_m: Float32Array
    """(e) float32 added to the distance when edges are compared."""


@kernel
def measure_shapes(shape_first: Int32Array, lon: Int32Array, lat: Int32Array) -> tuple[Float32Array, Int32Array]:
    """(p) metres from the edge's start, float32, and (p) the edge of each shape point."""
    along = np.zeros(lon.size, np.float32)
    edge_of_point = np.empty(lon.size, np.int32)
    for edge in range(shape_first.size - 1):
        total = 0.0
        for p in range(shape_first[edge], shape_first[edge + 1]):
            if p > shape_first[edge]:
                scale = math.cos(math.radians((lat[p] + lat[p - 1]) * 0.5e-7))
                total += METRES_PER_E7 * math.hypot((lon[p] - lon[p - 1]) * scale, float(lat[p] - lat[p - 1]))
            along[p] = total
            edge_of_point[p] = edge
    return along, edge_of_point


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
            segment = np.empty(first[-1], np.int32)
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
def snap_points(
    point_lon: Float64Array, point_lat: Float64Array, radius_m: float, arrays: SnapArrays
) -> tuple[Int32Array, Float32Array, Float32Array]:
    """Edge (-1: none within the radius), fraction and distance of the segment with the least distance + penalty.

    Rings of cells around the point, until what lies outside is farther than the best; the lowest segment wins ties.
    """
    grid, lon, lat, along_m = arrays.frame, arrays.lon_e7, arrays.lat_e7, arrays.along_m
    edge_of_point, penalty_m, first = arrays.edge_of_point, arrays.penalty_m, arrays.first
    n = point_lon.size
    edges = np.full(n, -1, np.int32)
    fractions = np.zeros(n, np.float32)
    distances = np.full(n, np.inf, np.float32)
    for i in range(n):
        px, py = point_lon[i] * 1e7, point_lat[i] * 1e7
        y_m = METRES_PER_E7
        x_m = METRES_PER_E7 * math.cos(math.radians(point_lat[i]))
        column = math.floor((px - grid.west_e7) / grid.cell_lon_e7)
        row = math.floor((py - grid.south_e7) / grid.cell_lat_e7)
        ring = max(0, -column, -row, column - grid.columns + 1, row - grid.rows + 1)
        best, best_p, best_share, best_m = np.inf, -1, 0.0, np.inf
        while True:
            for r in range(max(0, row - ring), min(grid.rows - 1, row + ring) + 1):
                edge_row = abs(r - row) == ring
                step = 1 if edge_row or ring == 0 else 2 * ring
                for c in range(column - ring, column + ring + 1, step):
                    if c < 0 or c >= grid.columns:
                        continue
                    cell = r * grid.columns + c
                    for k in range(first[cell], first[cell + 1]):
                        p = arrays.segment[k]
                        square, share = segment_distance(
                            (lon[p] - px) * x_m, (lat[p] - py) * y_m, (lon[p + 1] - px) * x_m, (lat[p + 1] - py) * y_m
                        )
                        metres = math.sqrt(square)
                        key = metres + penalty_m[edge_of_point[p]]
                        if metres <= radius_m and (key < best or (key == best and p < best_p)):
                            best, best_p, best_share, best_m = key, p, share, metres
            west = px - (grid.west_e7 + (column - ring) * grid.cell_lon_e7)
            east = grid.west_e7 + (column + ring + 1) * grid.cell_lon_e7 - px
            south = py - (grid.south_e7 + (row - ring) * grid.cell_lat_e7)
            north = grid.south_e7 + (row + ring + 1) * grid.cell_lat_e7 - py
            beyond_m = min(min(west, east) * x_m, min(south, north) * y_m)
            covered = column - ring <= 0 and row - ring <= 0
            covered = covered and column + ring >= grid.columns - 1 and row + ring >= grid.rows - 1
            if best < beyond_m or beyond_m > radius_m or covered:
                break
            ring += 1
        if best_p >= 0:
            edge = edge_of_point[best_p]
            whole = along_m[arrays.shape_first[edge + 1] - 1]
            at = along_m[best_p] + best_share * (along_m[best_p + 1] - along_m[best_p])
            edges[i] = edge
            fractions[i] = min(1.0, at / whole) if whole > 0.0 else 0.0
            distances[i] = best_m
    return edges, fractions, distances


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
