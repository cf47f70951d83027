"""The grid that segments of shapes are found by.

    blocks of 8 x 8 cells over the whole map, one number each:    .  .  3     . no road goes through it
                                                                  .  0  .
    cells of the blocks that have roads:   block 0 | block 1 | ...             of each cell its segments

Cells are as small as segments are short, whatever the map's bounds: only blocks with roads have cells.
"""

from typing import NamedTuple

import numpy as np

from routing.arrays import Int32Array
from routing.jit import kernel

BLOCK_BITS = 3
BLOCK = 1 << BLOCK_BITS
"""Cells along a side of a block."""
INSIDE = BLOCK - 1
NO_BLOCK = -1


class Frame(NamedTuple):
    """Equal cells over a rectangle of degrees (1e-7), `columns` and `rows` of them."""

    west_e7: int
    south_e7: int
    cell_lon_e7: int
    cell_lat_e7: int
    columns: int
    rows: int


class SnapGrid(NamedTuple):
    """Segments by cell: cell c of the blocks that have roads holds segment[first[c]:first[c + 1]]."""

    frame: Frame
    block: Int32Array
    """(blocks of all rows) the number of each block that has roads, else NO_BLOCK."""
    first: Int32Array
    segment: Int32Array


@kernel
def block_columns(frame: Frame) -> int:
    """Blocks in a row of them."""
    return (frame.columns + INSIDE) >> BLOCK_BITS


@kernel
def cell_in_block(column: int, row: int) -> int:
    """Number of a cell within its block."""
    return ((row & INSIDE) << BLOCK_BITS) | (column & INSIDE)


@kernel
def columns_passed(x0: float, y0: float, x1: float, y1: float, row: int, frame: Frame) -> tuple[int, int]:
    """First and last column of a row of cells that the segment (y0 <= y1) passes, and 1e-7 degree more.

    Taking its whole bounding box would put a diagonal road of 5 km into some hundred cells it never touches.
    """
    a, b = x0, x1
    if y1 > y0:
        a = x0 + (x1 - x0) * max(0.0, (row * frame.cell_lat_e7 - y0) / (y1 - y0))
        b = x0 + (x1 - x0) * min(1.0, ((row + 1) * frame.cell_lat_e7 - y0) / (y1 - y0))
    begin = max(int((min(a, b) - 1) // frame.cell_lon_e7), int(min(x0, x1) // frame.cell_lon_e7))
    end = min(int((max(a, b) + 1) // frame.cell_lon_e7), int(max(x0, x1) // frame.cell_lon_e7))
    return begin, end


FIND_BLOCKS, COUNT, FILL = range(3)


@kernel
def fill_grid(lon: Int32Array, lat: Int32Array, segments: Int32Array, frame: Frame) -> SnapGrid:
    """Sort segments (first shape points) into the cells that they pass through: blocks found, counted, then filled."""
    wide = block_columns(frame)
    block = np.full(wide * ((frame.rows + INSIDE) >> BLOCK_BITS), NO_BLOCK, np.int32)
    first, segment = np.zeros(1, np.int32), np.empty(0, np.int32)
    for step in range(3):
        for p in segments:
            x0, y0 = float(lon[p] - frame.west_e7), float(lat[p] - frame.south_e7)
            x1, y1 = float(lon[p + 1] - frame.west_e7), float(lat[p + 1] - frame.south_e7)
            if y1 < y0:
                x0, y0, x1, y1 = x1, y1, x0, y0
            for row in range(int(y0 // frame.cell_lat_e7), int(y1 // frame.cell_lat_e7) + 1):
                begin, end = columns_passed(x0, y0, x1, y1, row, frame)
                for column in range(begin, end + 1):
                    at = (row >> BLOCK_BITS) * wide + (column >> BLOCK_BITS)
                    if step == FIND_BLOCKS:
                        block[at] = 0
                        continue
                    cell = block[at] * BLOCK * BLOCK + cell_in_block(column, row)
                    if step == COUNT:
                        first[cell + 1] += 1
                    else:
                        segment[first[cell]] = p
                        first[cell] += 1
        if step == FIND_BLOCKS:
            count = 0
            for i in range(block.size):
                if block[i] != NO_BLOCK:
                    block[i] = count
                    count += 1
            first = np.zeros(count * BLOCK * BLOCK + 1, np.int32)
        elif step == COUNT:
            first = np.cumsum(first).astype(np.int32)
            segment = np.empty(first[first.size - 1], np.int32)
    first[1:] = first[:-1].copy()
    first[0] = 0
    return SnapGrid(frame, block, first, segment)


class Window(NamedTuple):
    """Cells from column `west` to `east` and from row `south` to `north`, both counted in; none where they cross."""

    west: int
    east: int
    south: int
    north: int


@kernel
def window_around(frame: Frame, px: float, py: float, wide_e7: float, high_e7: float) -> Window:
    """The cells within so many 1e-7 degrees of a point, as far as there are any.

    Clamped as floating point numbers: near a pole a few metres are more columns than an integer holds.
    """
    west = max(0.0, np.floor((px - wide_e7 - frame.west_e7) / frame.cell_lon_e7))
    east = min(frame.columns - 1.0, np.floor((px + wide_e7 - frame.west_e7) / frame.cell_lon_e7))
    south = max(0.0, np.floor((py - high_e7 - frame.south_e7) / frame.cell_lat_e7))
    north = min(frame.rows - 1.0, np.floor((py + high_e7 - frame.south_e7) / frame.cell_lat_e7))
    if west > east or south > north:
        return Window(0, -1, 0, -1)
    return Window(int(west), int(east), int(south), int(north))


@kernel
def is_all(window: Window, frame: Frame) -> bool:
    """Whether no cell lies outside."""
    return (window.east - window.west + 1 == frame.columns) and (window.north - window.south + 1 == frame.rows)


@kernel
def gap(begin_e7: int, width_e7: int, number: int, at: float) -> float:
    """How far a column or row of cells is from a coordinate in it or beside it, in 1e-7 degrees."""
    beyond = begin_e7 + number * width_e7 - at
    return max(0.0, beyond, -beyond - width_e7)


@kernel
def beside(frame: Frame, px: float, py: float, x_m: float, y_m: float) -> float:
    """How many metres a point lies outside of the rectangle at least, 0 inside."""
    east = x_m * gap(frame.west_e7, frame.columns * frame.cell_lon_e7, 0, px)
    return max(east, y_m * gap(frame.south_e7, frame.rows * frame.cell_lat_e7, 0, py))
