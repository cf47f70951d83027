"""What a sweep runs over (see many_to_many.py); nodes are ranks, labels int32 (ms) or int64 (keys)."""

from typing import NamedTuple

import numpy as np

from routing.arrays import Int32Array, Int64Array
from routing.engine.hierarchy.climbing_kernels import ancestors
from routing.engine.hierarchy.core_kernels import arcs_of_core, core_nodes
from routing.engine.hierarchy.place_kernels import NONE, Ends
from routing.engine.hierarchy.private_kernels import (
    NearPairs,
    PrivateSearch,
    note_entries,
    note_near,
    search_private,
    seed,
    starts_by_node,
    wider,
)
from routing.engine.hierarchy.star_kernels import Labels, Star, prefetch_arcs
from routing.engine.key_kernels import NO_KEY
from routing.jit import kernel

SHARED_HOOKS = 4
"""Nodes with fewer hooks of ends below them are left out of the sweep: see "Private ends" in many_to_many.py."""

MOST_MS = (1 << 31) - 1
"""Weight of an int32 entry that stands for itself and all longer ones: whatever start it is reached from, less at most
2^30 - 1 ms of the start's arc, it is no way."""


class SweepPlan(NamedTuple):
    """The part of the hierarchy that a sweep to given ends runs over, in local numbers: 0 is the highest node.

    Row c takes min(row[tail] + weight) over first[c]:first[c+1]; end `of_entry`... takes it over its own entries.
    """

    core: Int32Array
    first: Int32Array
    tail: Int32Array
    weight: Labels
    end: Int32Array
    end_first: Int32Array
    end_node: Int32Array
    end_weight: Labels
    near: NearPairs


@kernel
def block_order(starts: Ends, node_count: int) -> Int32Array:
    """Starts so that neighbours in the hierarchy come together: blocks of them share most ancestors."""
    leading = np.full(starts.edge.size, node_count, np.int32)
    for i in range(starts.edge.size):
        if starts.first[i] < starts.first[i + 1]:
            leading[i] = starts.node[starts.first[i]]
    return np.argsort(leading).astype(np.int32)


@kernel
def plan_sweep(
    up: Star,
    down: Star,
    parent: Int32Array,
    lowest: Int32Array,
    starts: Ends,
    ends: Ends,
    shift: int,
    shared_hooks: int,
    local_of: Int32Array,
    label: Int64Array,
    other: Int64Array,
) -> SweepPlan:
    """The sweep from `starts` to `ends`.

    `shift` is DISTANCE_BITS where weights are milliseconds, else 0. `label` and `other` are all NO_KEY and kept so.
    """
    given = np.sort(ends.node)
    union = ancestors(given, parent)
    prefetch_arcs(down, union)
    core = core_nodes(given, union, parent, shared_hooks, local_of)
    search = PrivateSearch(up, down, parent, lowest, core, local_of)
    by_node = starts_by_node(starts)
    order = block_order(ends, parent.size)
    end_first = np.zeros(order.size + 1, np.int32)
    node, weight = np.empty(16 * order.size + 64, np.int32), np.empty(16 * order.size + 64, down.weight.dtype)
    most = MOST_MS if shift else NO_KEY
    touched, reached = np.empty(parent.size, np.int32), np.empty(parent.size, np.int32)
    roots = np.empty(ends.node.size, np.int32)
    near_count, size = 0, 0
    near = NearPairs(
        np.full(starts.edge.size, NONE, np.int32),
        np.empty(16, np.int32),
        np.empty(16, np.int32),
        np.empty(16, np.int64),
    )
    for k in range(order.size):
        count = seed(ends, order[k], 1, shift, label, touched)
        count, root_count = search_private(down, parent, core, local_of, label, touched, count, roots)
        near, near_count = note_near(
            search, starts, by_node, ends, order[k], shift, label, other, reached, roots[:root_count], near, near_count
        )
        if size + count > node.size:
            node, weight = wider(node, 2 * (size + count)), wider(weight, 2 * (size + count))
        size = note_entries(search, touched[:count], label, node, weight, most, size)
        for j in range(count):
            label[touched[j]] = NO_KEY
        end_first[k + 1] = size
    return SweepPlan(core, *arcs_of_core(core, down, local_of), order, end_first, node[:size], weight[:size], near)
