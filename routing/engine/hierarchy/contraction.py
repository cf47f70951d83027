"""Contraction: from the network and a node order to a `Hierarchy`.

    contracting v      u>v and v>w, both above v, give the arc u>w

                u           w                u ------> w
                 \\         ^        =>        \\       ^
                  v       /                     v     /
                   `-----'                       `---'

Only arcs along which one can drive are made: a turn-expanded graph has few streets whose two directions are alike, and
pairs of neighbours that only lead in, or only out, need no shortcut. Sources: Dibbelt, Strasser, Wagner, "Customizable
contraction hierarchies" (2016); directed arcs as in Buchhold, Wagner, Zeitz, Zündorf, "Customizable contraction
hierarchies with turn costs" (2020).
"""

import numpy as np

from routing.arrays import Int32Array
from routing.engine.hierarchy.contraction_kernels import (
    contract,
    depths,
    elimination_parents,
    lowest_descendants,
    postorder,
    slots_of_turns,
)
from routing.engine.hierarchy.hierarchy import Hierarchy
from routing.network.road_network import RoadNetwork


def build_hierarchy(network: RoadNetwork, order: Int32Array) -> Hierarchy:
    """Contract the driving states in `order` ((k) state of each rank, or any order with the same separators).

    The ranks that come out are a post-order of the elimination tree, which gives the same shortcuts.
    """
    turn_tail = np.repeat(np.arange(network.state_count, dtype=np.int32), np.diff(network.turn_first))
    rank = _inverse(order)
    below_first, below = _grouped(*_lower_neighbours(rank[turn_tail], rank[network.turn_head]), network.state_count)
    parent = elimination_parents(below_first, below)
    again = postorder(parent)
    moved = _inverse(again)
    rank = moved[rank]
    parent = np.where(parent[again] < 0, -1, moved[parent[again]]).astype(np.int32)
    tail, head = rank[turn_tail], rank[network.turn_head]
    up, down = tail < head, tail > head
    arcs = contract(
        *_grouped(tail[up], head[up], network.state_count), *_grouped(head[down], tail[down], network.state_count)
    )
    return Hierarchy(rank, parent, depths(parent), lowest_descendants(parent), *arcs, slots_of_turns(tail, head, *arcs))


def _inverse(order: Int32Array) -> Int32Array:
    inverse = np.empty(order.size, np.int32)
    inverse[order] = np.arange(order.size, dtype=np.int32)
    return inverse


def _lower_neighbours(tail: Int32Array, head: Int32Array) -> tuple[Int32Array, Int32Array]:
    apart = tail != head
    return np.maximum(tail, head)[apart], np.minimum(tail, head)[apart]


def _grouped(node: Int32Array, neighbour: Int32Array, count: int) -> tuple[Int32Array, Int32Array]:
    """A forward star: the neighbours of node 0, then of node 1, ..."""
    first = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(node, minlength=count), out=first[1:])
    return first, np.ascontiguousarray(neighbour[np.argsort(node, kind="stable")], np.int32)
