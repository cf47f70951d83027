"""The core: the nodes that a sweep to given ends runs over, and their numbers in it (0 is the highest node)."""

import numpy as np

from routing.arrays import Int32Array
from routing.engine.hierarchy.place_kernels import NONE
from routing.engine.hierarchy.star_kernels import Labels, Star
from routing.jit import kernel


@kernel
def core_nodes(
    given: Int32Array, union: Int32Array, parent: Int32Array, shared_hooks: int, local_of: Int32Array
) -> Int32Array:
    """Nodes of `union` with at least `shared_hooks` of `given` in their subtree, highest first.

    Their numbers go to `local_of`. Other nodes of the union get NONE there; what else it holds means nothing (see
    `is_core`).
    """
    below = np.zeros(union.size, np.int32)
    for i in range(union.size):
        local_of[union[i]] = i
    for i in range(given.size):
        below[local_of[given[i]]] += 1
    count = 0
    for i in range(union.size):
        above = parent[union[i]]
        if above != NONE:
            below[local_of[above]] += below[i]
        count += below[i] >= shared_hooks
    core = np.empty(count, np.int32)
    number = 0
    for k in range(union.size):
        i = union.size - 1 - k
        if below[i] >= shared_hooks:
            core[number] = union[i]
            local_of[union[i]] = number
            number += 1
        else:
            local_of[union[i]] = NONE
    return core


@kernel
def is_core(node: int, core: Int32Array, local_of: Int32Array) -> bool:
    """Whether `local_of` holds a number of the core for this node."""
    local = local_of[node]
    return bool(0 <= local < core.size and core[local] == node)


@kernel
def arcs_of_core(core: Int32Array, down: Star, local_of: Int32Array) -> tuple[Int32Array, Int32Array, Labels]:
    """The arcs into each node of the core from above, in local numbers; all come from the core."""
    first = np.zeros(core.size + 1, np.int32)
    for c in range(core.size):
        first[c + 1] = first[c] + down.first[core[c] + 1] - down.first[core[c]]
    tail, weight = np.empty(first[first.size - 1], np.int32), np.empty(first[first.size - 1], down.weight.dtype)
    for c in range(core.size):
        begin = down.first[core[c]] - first[c]
        for arc in range(first[c], first[c + 1]):
            tail[arc], weight[arc] = local_of[down.node[begin + arc]], down.weight[begin + arc]
    return first, tail, weight
