"""Climbing the elimination tree: what lies above given nodes. Nodes are ranks, a post-order of the tree."""

import numpy as np

from routing.arrays import Int32Array
from routing.engine.hierarchy.place_kernels import NONE
from routing.jit import kernel
from routing.prefetch_kernels import prefetch


@kernel
def walk_union(sorted_node: Int32Array, parent: Int32Array, union: Int32Array) -> int:
    """Fill `union` with the given nodes and all their ancestors, ascending, each once; returns how many.

    As ranks are a post-order, a node's ancestor lies below the next given node exactly if it is no ancestor of that.
    Where `union` is too small the count is right all the same.
    """
    size = 0
    for i in range(sorted_node.size):
        node = sorted_node[i]
        following = sorted_node[i + 1] if i + 1 < sorted_node.size else parent.size
        while node != NONE and node < following:
            if size < union.size:
                union[size] = node
            size += 1
            node = parent[node]
    return size


@kernel
def ancestors(sorted_node: Int32Array, parent: Int32Array) -> Int32Array:
    """The given nodes and all their ancestors, ascending."""
    for i in range(sorted_node.size):
        prefetch(parent, sorted_node[i])
    union = np.empty(walk_union(sorted_node, parent, np.empty(0, np.int32)), np.int32)
    walk_union(sorted_node, parent, union)
    return union
