"""Times on a grid of nodes over the land: at each node that of the nearest street.

o   o   o   o        o  nodes, a cell apart
o   o  _o___o___     _  a street; nodes within STRIP of it take the least time on the part that is so near,
o __o_/ o   o           all others the time at the nearest point of the nearest street
"""

import math
from typing import NamedTuple

import numpy as np

from routing.arrays import Float32Array, Float64Array, Int32Array
from routing.jit import kernel
from routing.network.shape_kernels import segment_distance

STRIP = 1.5
"""In cells. The four nodes around any point of a street are within the root of 2 cells of it, so they all take a time
that is no later than the point's own."""
NOTHING = -1


class Grid(NamedTuple):
    """Nodes in rows and columns, `cell_m` apart; node number = row * columns + column."""

    west_e7: float
    south_e7: float
    x_m: float
    """Metres in 1e-7 degree of longitude, at the grid's middle latitude."""
    y_m: float
    cell_m: float
    columns: int
    rows: int


class Streets(NamedTuple):
    """Segments of streets: segment p runs from shape point p to p + 1."""

    segment: Int32Array
    """Those that count."""
    lon_e7: Int32Array
    lat_e7: Int32Array
    along_m: Float32Array
    edge_of_point: Int32Array
    shape_first: Int32Array


class Times(NamedTuple):
    """`reach.StreetTimes`, for kernels."""

    begin_ms: Int32Array
    up_ms: Int32Array
    end_ms: Int32Array
    down_ms: Int32Array
    edge: int
    fraction: float
    goes_up: bool
    goes_down: bool


@kernel
def time_at(times: Times, edge: int, share: float) -> float:
    """Milliseconds at a share of an edge, whatever the limit."""
    found: float = min(
        times.begin_ms[edge] + share * times.up_ms[edge], times.end_ms[edge] + (1.0 - share) * times.down_ms[edge]
    )
    if edge == times.edge:
        if times.goes_up and share >= times.fraction:
            found = min(found, (share - times.fraction) * times.up_ms[edge])
        if times.goes_down and share <= times.fraction:
            found = min(found, (times.fraction - share) * times.down_ms[edge])
    return found


@kernel
def least_time(times: Times, edge: int, a: float, b: float) -> float:
    """Least milliseconds between two shares of an edge: at one of them, or where the place is."""
    found = min(time_at(times, edge, a), time_at(times, edge, b))
    if edge == times.edge and min(a, b) <= times.fraction <= max(a, b):
        found = min(found, time_at(times, edge, times.fraction))
    return found


@kernel
def draw_streets(
    grid: Grid, streets: Streets, times: Times, nearest: Int32Array, square: Float64Array, least_ms: Float64Array
) -> None:
    """Note the nearest street (segment, squared metres) and the least time at all nodes within STRIP of a street."""
    cell, columns = grid.cell_m, grid.columns
    lon, lat, along = streets.lon_e7, streets.lat_e7, streets.along_m
    near = STRIP * cell
    for p in streets.segment:
        edge = streets.edge_of_point[p]
        whole_m = along[streets.shape_first[edge + 1] - 1]
        begin = along[p] / whole_m if whole_m > 0 else 0.0
        step = (along[p + 1] - along[p]) / whole_m if whole_m > 0 else 0.0
        ax, ay = (lon[p] - grid.west_e7) * grid.x_m, (lat[p] - grid.south_e7) * grid.y_m
        bx, by = (lon[p + 1] - grid.west_e7) * grid.x_m, (lat[p + 1] - grid.south_e7) * grid.y_m
        length = math.hypot(bx - ax, by - ay)
        for row in range(
            max(0, math.ceil((min(ay, by) - near) / cell)), min(grid.rows - 1, int((max(ay, by) + near) // cell)) + 1
        ):
            # The columns that the part of the segment within reach of this row passes.
            low, high = 0.0, 1.0
            if by != ay:
                t0, t1 = (row * cell - near - ay) / (by - ay), (row * cell + near - ay) / (by - ay)
                low, high = max(0.0, min(t0, t1)), min(1.0, max(t0, t1))
            x0, x1 = ax + low * (bx - ax), ax + high * (bx - ax)
            for column in range(
                max(0, math.ceil((min(x0, x1) - near) / cell)), min(columns - 1, int((max(x0, x1) + near) // cell)) + 1
            ):
                nx, ny = column * cell, row * cell
                away, share = segment_distance(ax - nx, ay - ny, bx - nx, by - ny)
                if away > near * near:
                    continue
                node = row * columns + column
                if away < square[node]:
                    square[node], nearest[node] = away, p
                a, b = share, share
                if length > 0.0:
                    off = ((nx - ax) * (by - ay) - (ny - ay) * (bx - ax)) / length
                    middle = ((nx - ax) * (bx - ax) + (ny - ay) * (by - ay)) / (length * length)
                    half = math.sqrt(max(0.0, near * near - off * off)) / length
                    a, b = max(0.0, middle - half), min(1.0, middle + half)
                known = least_time(times, edge, begin + a * step, begin + b * step)
                least_ms[node] = min(least_ms[node], known)


@kernel
def come_nearer(
    grid: Grid, streets: Streets, nearest: Int32Array, square: Float64Array, row: int, column: int, other: int
) -> None:
    """Take over the nearest street of the node `other` where it is nearer."""
    p, node = nearest[other], row * grid.columns + column
    if p == NOTHING or p == nearest[node]:
        return
    nx, ny = column * grid.cell_m, row * grid.cell_m
    lon, lat = streets.lon_e7, streets.lat_e7
    away, _ = segment_distance(
        (lon[p] - grid.west_e7) * grid.x_m - nx,
        (lat[p] - grid.south_e7) * grid.y_m - ny,
        (lon[p + 1] - grid.west_e7) * grid.x_m - nx,
        (lat[p + 1] - grid.south_e7) * grid.y_m - ny,
    )
    if away < square[node]:
        square[node], nearest[node] = away, p


@kernel
def spread(grid: Grid, streets: Streets, nearest: Int32Array, square: Float64Array) -> None:
    """Hand the nearest street on from node to node, up and down the rows (Danielsson 1980, for segments)."""
    columns, rows = grid.columns, grid.rows
    for sweep in range(2):
        for i in range(rows):
            row = i if sweep == 0 else rows - 1 - i
            before = row - 1 if sweep == 0 else row + 1
            for column in range(columns):
                if 0 <= before < rows:
                    for c in range(max(0, column - 1), min(columns, column + 2)):
                        come_nearer(grid, streets, nearest, square, row, column, before * columns + c)
                if column > 0:
                    come_nearer(grid, streets, nearest, square, row, column, row * columns + column - 1)
            for column in range(columns - 2, -1, -1):
                come_nearer(grid, streets, nearest, square, row, column, row * columns + column + 1)


@kernel
def grid_times(grid: Grid, streets: Streets, times: Times) -> tuple[Float64Array, Float64Array]:
    """Milliseconds (infinite without any street) and metres to the nearest street; (nodes) float64 each."""
    count = grid.rows * grid.columns
    nearest = np.full(count, NOTHING, np.int32)
    square, ms = np.full(count, np.inf), np.full(count, np.inf)
    draw_streets(grid, streets, times, nearest, square, ms)
    spread(grid, streets, nearest, square)
    for node in range(count):
        p = nearest[node]
        if p == NOTHING:
            continue
        nx, ny = (node % grid.columns) * grid.cell_m, (node // grid.columns) * grid.cell_m
        edge = streets.edge_of_point[p]
        whole_m = streets.along_m[streets.shape_first[edge + 1] - 1]
        _, share = segment_distance(
            (streets.lon_e7[p] - grid.west_e7) * grid.x_m - nx,
            (streets.lat_e7[p] - grid.south_e7) * grid.y_m - ny,
            (streets.lon_e7[p + 1] - grid.west_e7) * grid.x_m - nx,
            (streets.lat_e7[p + 1] - grid.south_e7) * grid.y_m - ny,
        )
        at_m = streets.along_m[p] + share * (streets.along_m[p + 1] - streets.along_m[p])
        ms[node] = min(ms[node], time_at(times, edge, at_m / whole_m if whole_m > 0 else 0.0))
    return ms, np.sqrt(square)
