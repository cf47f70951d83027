"""The neighbour graph of the units as a forward star, joined where it comes in several parts."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from routing.arrays import Int32Array, Int64Array, frozen
from routing.engine.travel_matrix import UNREACHABLE_S


def forward_star(pairs: Int32Array, n: int) -> tuple[Int32Array, Int32Array]:
    """`first_out` (n + 1) and `head` of an undirected graph: both directions of each pair, no loops, no doubles."""
    tail = np.concatenate([pairs[:, 0], pairs[:, 1]]).astype(np.int64)
    head = np.concatenate([pairs[:, 1], pairs[:, 0]]).astype(np.int64)
    arcs = np.unique((tail * n + head)[tail != head])
    first_out = np.searchsorted(arcs, np.arange(n + 1, dtype=np.int64) * n)
    return frozen(first_out.astype(np.int32)), frozen((arcs % n).astype(np.int32))


def part_of_unit(pairs: Int32Array, n: int) -> tuple[int, Int32Array]:
    """How many connected parts the graph has, and (n) the part of each unit."""
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    count, part = connected_components(graph, directed=False)
    return int(count), part.astype(np.int32)


def join_parts(pairs: Int32Array, unit_duration_s: Int32Array) -> Int32Array:
    """`pairs` and the shortest drives that make one connected graph of it, (q', 2) int32.

    An island with no road (or a patch of units the neighbour builder left alone) is adjacent to whatever is nearest by
    driving time; without this its units could never change hands. Ties go to the lowest index.
    """
    n = unit_duration_s.shape[0]
    count, part = part_of_unit(pairs, n)
    if count == 1:
        return pairs
    order = np.argsort(part, kind="stable")
    begin = np.searchsorted(part[order], np.arange(count))
    nearest_row = np.empty((count, n), dtype=np.int64)
    nearest_s = np.empty((count, n), dtype=np.int64)
    for i, rows in enumerate(np.split(order, begin[1:])):
        times = np.minimum(unit_duration_s[rows], unit_duration_s[:, rows].T)
        nearest_row[i] = rows[np.argmin(times, axis=0)]
        nearest_s[i] = times.min(axis=0)
    between_s = np.minimum.reduceat(nearest_s[:, order], begin, axis=1)
    tree = minimum_spanning_tree(np.triu(np.minimum(between_s, UNREACHABLE_S) + 1, 1)).tocoo()
    joined = zip(tree.row.tolist(), tree.col.tolist(), strict=True)
    links = [_closest_pair(a, b, part, nearest_row, nearest_s) for a, b in joined]
    return frozen(np.concatenate([pairs, np.array(links, dtype=np.int32)]), np.int32)


def _closest_pair(a: int, b: int, part: Int32Array, nearest_row: Int64Array, nearest_s: Int64Array) -> tuple[int, int]:
    members = np.flatnonzero(part == b)
    unit = int(members[np.argmin(nearest_s[a, members])])
    return int(nearest_row[a, unit]), unit
