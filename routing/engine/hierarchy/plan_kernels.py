"""What a sweep runs over (see many_to_many.py); nodes are ranks, labels int32 (ms) or int64 (keys)."""

from typing import NamedTuple

import numpy as np

from routing.arrays import Int32Array, Int64Array
from routing.engine.hierarchy.climbing_kernels import walk_union
from routing.engine.hierarchy.core_kernels import arcs_of_core, core_nodes
from routing.engine.hierarchy.place_kernels import Ends
from routing.engine.hierarchy.private_kernels import NearPairs, PrivateSearch, near_pairs, search_ends
from routing.engine.hierarchy.star_kernels import Labels, Star, prefetch_arcs
from routing.engine.key_kernels import NO_KEY
from routing.jit import kernel

SHARED_HOOKS = 3
"""Nodes with fewer hooks of ends below them are left out of the sweep: see "Private ends" in many_to_many.py.

Tables of 100 and 1,000 with 2, 3, 4, 6 of them, ms: Porto 1.47, 1.34, 1.49, 2.06 and 17.5, 11.0, 12.1, 12.0; Iceland
0.97, 0.88, 0.89, 1.27 and 10.3, 6.0, 6.4, 7.2 (2026-11-28)."""

MOST_MS = (1 << 31) - 1
"""Weight of an int32 entry that stands for itself and all longer ones: whatever start it is reached from, less at most
2^30 - 1 ms of the start's arc, it is no way."""


class SweepPlan(NamedTuple):
    """The part of the hierarchy that a sweep to given ends runs over, in local numbers: 0 is the highest node.

    Row c takes min(row[tail] + weight) over first[c]:first[c+1]; end[k] takes it over end_node, end_weight
    at end_first[k]:end_first[k+1].
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
    touched: Int32Array,
    spare: Int32Array,
) -> SweepPlan:
    """The sweep from `starts` to `ends`.

    `shift` is DISTANCE_BITS where weights are milliseconds, else 0. `label` and `other` are all NO_KEY and kept so; all
    but the hooks are as long as there are nodes.
    """
    given = np.sort(ends.node)
    union = spare[: walk_union(given, parent, spare)]
    prefetch_arcs(down, union)
    core = core_nodes(given, union, parent, shared_hooks, local_of)
    order = block_order(ends, parent.size)
    most = MOST_MS if shift else NO_KEY
    entries = search_ends(down, parent, local_of, ends, order, shift, most, label, touched)
    search = PrivateSearch(up, down, parent, lowest, core, local_of)
    near = near_pairs(search, starts, ends, order, entries, shift, label, other, touched, spare)
    return SweepPlan(
        core, *arcs_of_core(core, down, local_of), order, entries.first, entries.node, entries.weight, near
    )
