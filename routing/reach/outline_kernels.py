r"""Outlines of what lies inside on a grid, by marching squares.

Inside nodes are those with a value up to 0. Where an edge of the grid joins an inside node and an outside one, the
outline crosses it, at the place where the value would be 0; no crossing lies at a node. In a cell the outline leads
round each run of inside corners, inside on its left:

    e o-----o d      a, d inside: two corners, each by itself     e o--.--o d
      |     |                                                       |   \ |      so that any two crossings of one cell
      '.    |                                                       '.   `.      are joined once, and outlines never
      | \   |                                                       | \   |      meet: rings are simple by construction
    a o--'--o b                                                   a o--'--o b
"""

import numpy as np

from routing.arrays import Float64Array, Int32Array
from routing.jit import kernel

NOT_CROSSED = -1


@kernel
def grid_edge(cell: int, side: int, columns: int) -> int:
    """Number of a cell's lower (0), right (1), upper (2) or left (3) edge: twice the node it begins at, and 1 where it
    runs upwards. A cell is named by its lower left node."""
    if side == 0:
        return 2 * cell
    if side == 1:
        return 2 * (cell + 1) + 1
    if side == 2:
        return 2 * (cell + columns)
    return 2 * cell + 1


@kernel
def next_crossings(value: Float64Array, columns: int, rows: int) -> Int32Array:
    """(2 nodes) the grid edge at which the outline goes on after it has crossed each; NOT_CROSSED where it does not.

    Nodes on the border of the grid must be outside.
    """
    following = np.full(2 * columns * rows, NOT_CROSSED, np.int32)
    for row in range(rows - 1):
        for column in range(columns - 1):
            cell = row * columns + column
            corners = (
                value[cell] <= 0,
                value[cell + 1] <= 0,
                value[cell + columns + 1] <= 0,
                value[cell + columns] <= 0,
            )
            for side in range(4):
                if corners[side] and not corners[(side + 1) % 4]:
                    first = side
                    while corners[(first + 3) % 4]:
                        first = (first + 3) % 4
                    following[grid_edge(cell, side, columns)] = grid_edge(cell, (first + 3) % 4, columns)
    return following


@kernel
def trace_rings(following: Int32Array) -> tuple[Int32Array, Int32Array]:
    """All outlines as grid edges in order, and where each begins, with the end of the last."""
    crossed = 0
    for edge in range(following.size):
        crossed += following[edge] != NOT_CROSSED
    ring, first, count, rings = np.empty(crossed, np.int32), np.zeros(crossed + 1, np.int32), 0, 0
    seen = np.zeros(following.size, np.bool_)
    for start in range(following.size):
        edge = start
        if following[edge] == NOT_CROSSED or seen[edge]:
            continue
        while not seen[edge]:
            seen[edge] = True
            ring[count] = edge
            count += 1
            edge = following[edge]
        rings += 1
        first[rings] = count
    return ring, first[: rings + 1]
