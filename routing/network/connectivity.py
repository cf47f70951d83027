"""Which part of the network hangs together."""

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

from routing.arrays import BoolArray, Int32Array, Int64Array
from routing.network.road_cutting import CutRoads


def strongest_part(roads: CutRoads, among: BoolArray) -> BoolArray:
    """(e) edges of the largest strongly connected part (by junctions) of those `among`; first of equals."""
    forward, backward = (np.isfinite(roads.dart_s[side::2]) & among for side in (0, 1))
    tail = np.concatenate([roads.begin[forward], roads.end[backward]])
    head = np.concatenate([roads.end[forward], roads.begin[backward]])
    if tail.size == 0:
        return np.zeros_like(among)
    _, part = connected_components(_graph(tail, head, roads.node.size), directed=True, connection="strong")
    touched = np.zeros(roads.node.size, dtype=np.bool_)
    touched[tail] = touched[head] = True
    largest = np.argmax(np.bincount(part[touched]))
    return np.asarray(among & (part[roads.begin] == largest) & (part[roads.end] == largest), dtype=np.bool_)


def main_parts(roads: CutRoads, among: BoolArray) -> BoolArray:
    """(e) those `among` the edges that make up the largest part of what they hang together with over all edges.

    One-ways count as open both ways. So what lies behind other edges is told from what they lie between, in each part
    of a network of many parts.
    """
    count = roads.node.size
    _, whole = connected_components(_graph(roads.begin, roads.end, count), directed=False)
    _, part = connected_components(_graph(roads.begin[among], roads.end[among], count), directed=False)
    size = np.bincount(part[roads.begin[among]], minlength=int(part.max()) + 1)
    of_edge = np.where(among, size[part[roads.begin]], 0)
    largest_first = np.lexsort((part[roads.begin], -of_edge))
    _, first = np.unique(whole[roads.begin][largest_first], return_index=True)
    main = part[roads.begin][largest_first[first]]
    return np.asarray(among & np.isin(part[roads.begin], main), dtype=np.bool_)


def cut_off_edges(
    turn_first: Int32Array, turn_head: Int32Array, edge_of_state: Int32Array, private: BoolArray, edge_count: int
) -> BoolArray:
    """(edge_count) edges that no journey from the bulk of the network reaches, or from which none gets there.

    Turn bans can cut off what is connected as a graph of junctions. A journey starts in an arc's own state (the first
    `private.size`) and may end in any. The bulk is the largest strongly connected part of the arcs that are not
    `private` (destination-only), as through those no journey comes back; of all where all are.
    """
    arc_count = private.size
    counted = ~private if not private.all() else private
    state_count = edge_of_state.size
    tail = np.repeat(np.arange(state_count, dtype=np.int32), np.diff(turn_first))
    graph = _graph(tail, turn_head, state_count)
    _, part = connected_components(graph, directed=True, connection="strong")
    bulk = np.argmax(np.bincount(part[:arc_count][counted]))
    start = int(np.argmax(part == bulk))
    reached = _reached(graph, start)
    leading = _reached(graph.T.tocsr(), start)
    leading = leading[leading < arc_count]
    fine = np.isin(np.arange(edge_count), edge_of_state[reached]) & np.isin(
        np.arange(edge_count), edge_of_state[leading]
    )
    return np.asarray(~fine, dtype=np.bool_)


def _graph(tail: Int32Array, head: Int32Array, size: int) -> Any:
    # all ones and summed over parallels, never zero: scipy drops explicit zeros
    return csr_matrix((np.ones(tail.size, dtype=np.int32), (tail, head)), shape=(size, size))


def _reached(graph: Any, start: int) -> Int64Array:
    order, _ = breadth_first_order(graph, start, directed=True, return_predecessors=True)
    return np.asarray(order, dtype=np.int64)
