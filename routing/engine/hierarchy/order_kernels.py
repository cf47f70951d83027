"""Kernels of the node order: cells of junctions, cut in two along few streets, until single junctions are left.

A *cell* is a range of the junction permutation with a range of the street permutation (the streets with both ends in
it). Cutting a cell sorts both ranges, so that in the end the street permutation is the order:

    junctions  [ ... A ... | ... B ... ]
    streets    [ ... A ... | ... B ... | cut ]
"""

from typing import NamedTuple

import numpy as np

from routing.arrays import Float64Array, Int32Array
from routing.engine.hierarchy.cut_kernels import best_cut
from routing.jit import kernel


class Streets(NamedTuple):
    """The streets between junctions; all arrays but the coordinates int32."""

    end_a: Int32Array
    """(s) junction at one end; equal to `end_b` for a loop."""
    end_b: Int32Array
    weight: Int32Array
    """(s) driving states of the street: what it costs to cut it."""
    x_m: Float64Array
    """(n) float64 metres east of some origin."""
    y_m: Float64Array


@kernel
def local_graph(
    streets: Streets, junctions: Int32Array, inside: Int32Array, local_of: Int32Array
) -> tuple[Int32Array, Int32Array, Int32Array, Int32Array]:
    """Return a cell's graph as (first, adjacent, end_a, end_b).

    `adjacent[first[v]:first[v+1]]` are the cell's streets at its junction v. Streets count as in `inside`, junctions as
    in `junctions`; loops are at no junction. Overwrites `local_of` (n) at the cell's junctions.
    """
    n, m = junctions.size, inside.size
    for i in range(n):
        local_of[junctions[i]] = i
    end_a, end_b = np.empty(m, np.int32), np.empty(m, np.int32)
    first = np.zeros(n + 2, np.int32)
    for e in range(m):
        a, b = local_of[streets.end_a[inside[e]]], local_of[streets.end_b[inside[e]]]
        end_a[e], end_b[e] = a, b
        if a != b:
            first[a + 2] += 1
            first[b + 2] += 1
    for v in range(n):
        first[v + 2] += first[v + 1]
    adjacent = np.empty(first[n + 1], np.int32)
    for e in range(m):
        a, b = end_a[e], end_b[e]
        if a != b:
            adjacent[first[a + 1]] = e
            first[a + 1] += 1
            adjacent[first[b + 1]] = e
            first[b + 1] += 1
    return first[: n + 1], adjacent, end_a, end_b


@kernel
def components(first: Int32Array, adjacent: Int32Array, end_a: Int32Array, end_b: Int32Array) -> tuple[int, Int32Array]:
    """Number of pieces that hang together, and (n) the piece of each junction."""
    n = first.size - 1
    piece = np.full(n, -1, np.int32)
    stack = np.empty(n, np.int32)
    count = 0
    for start in range(n):
        if piece[start] >= 0:
            continue
        piece[start] = count
        stack[0], filled = start, 1
        while filled:
            filled -= 1
            v = stack[filled]
            for i in range(first[v], first[v + 1]):
                e = adjacent[i]
                w = end_a[e] + end_b[e] - v
                if piece[w] < 0:
                    piece[w] = count
                    stack[filled] = w
                    filled += 1
        count += 1
    return count, piece


@kernel
def split_cell(
    streets: Streets,
    junctions: Int32Array,
    inside: Int32Array,
    local_of: Int32Array,
) -> Int32Array:
    """Split the cell in place, (parts+1, 2): part i has junctions from row i to row i+1, streets likewise (columns).

    A cell in pieces is parted into them; else it is cut in two, the streets of the cut behind the last part's.
    """
    first, adjacent, end_a, end_b = local_graph(streets, junctions, inside, local_of)
    count, part = components(first, adjacent, end_a, end_b)
    if count == 1:
        part = best_cut(
            first, adjacent, end_a, end_b, streets.weight[inside], streets.x_m[junctions], streets.y_m[junctions]
        )
        count = 2
    bounds = np.zeros((count + 1, 2), np.int32)
    part_of_street = np.empty(inside.size, np.int32)
    for v in range(part.size):
        bounds[part[v] + 1, 0] += 1
    for e in range(inside.size):
        together = part[end_a[e]] == part[end_b[e]]
        part_of_street[e] = part[end_a[e]] if together else count
        if together:
            bounds[part_of_street[e] + 1, 1] += 1
    for i in range(count):
        bounds[i + 1] += bounds[i]
    junctions[:] = junctions[np.argsort(part, kind="mergesort")]
    inside[:] = inside[np.argsort(part_of_street, kind="mergesort")]
    return bounds


@kernel
def dissect(streets: Streets, junctions: Int32Array, inside: Int32Array, local_of: Int32Array) -> None:
    """Sort a cell's junctions and streets in place, parts within parts, down to single junctions."""
    stack = [(0, junctions.size, 0, inside.size)]
    while stack:
        junction_begin, junction_end, begin, end = stack.pop()
        if junction_end - junction_begin < 2 or end - begin < 2:
            continue
        bounds = split_cell(streets, junctions[junction_begin:junction_end], inside[begin:end], local_of)
        for i in range(bounds.shape[0] - 1):
            stack.append(
                (
                    junction_begin + bounds[i, 0],
                    junction_begin + bounds[i + 1, 0],
                    begin + bounds[i, 1],
                    begin + bounds[i + 1, 1],
                )
            )
