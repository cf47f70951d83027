"""What a sweep runs over (see many_to_many.py); nodes are ranks, labels int32 (ms) or int64 (keys)."""

from typing import NamedTuple

import numpy as np

from routing.arrays import Float32Array, Int32Array, UInt8Array
from routing.engine.hierarchy.climbing_kernels import walk_union
from routing.engine.hierarchy.core_kernels import arcs_of_core, core_nodes
from routing.engine.hierarchy.place_kernels import Ends, RoadArrays, chain_by_edge, ends_for, starts
from routing.engine.hierarchy.private_kernels import NearPairs, PrivateSearch, near_pairs, search_ends
from routing.engine.hierarchy.star_kernels import Labels, Star, prefetch_arcs
from routing.engine.hierarchy.workspaces import Workspace
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


class Spots(NamedTuple):
    """Snaps as kernels read them: (n) each."""

    edge: Int32Array
    fraction: Float32Array
    ways: UInt8Array


class Asked(NamedTuple):
    """What a question sweeps over: the way up, the starts and the ends, the plan of the way down.

    `last_on`, `before` chain the ends by edge, see `place_kernels.chain_by_edge`.
    """

    up: Star
    parent: Int32Array
    starts: Ends
    ends: Ends
    plan: SweepPlan
    last_on: Int32Array
    before: Int32Array


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
    space: Workspace,
) -> SweepPlan:
    """The sweep from `starts` to `ends`; `shift` is DISTANCE_BITS where weights are milliseconds, else 0."""
    label, other, touched, spare, local_of, _ = space
    given = np.sort(ends.node)
    union = spare[: walk_union(given, parent, spare)]
    prefetch_arcs(down, union)
    core = core_nodes(given, union, parent, shared_hooks, local_of)
    order = block_order(ends, parent.size)
    most = MOST_MS if shift else NO_KEY
    entries = search_ends(down, parent, local_of, ends, order, shift, most, label, touched)
    search = PrivateSearch(up, down, parent, lowest, core, local_of)
    near = near_pairs(search, starts, ends, order, entries, shift, label, other, touched, spare)
    first, tail, weight = arcs_of_core(core, down, local_of)
    return SweepPlan(core, first, tail, weight, order, entries.first, entries.node, entries.weight, near)


@kernel
def ask(
    up: Star,
    down: Star,
    parent: Int32Array,
    lowest: Int32Array,
    roads: RoadArrays,
    sources: Spots,
    targets: Spots,
    shift: int,
    shared_hooks: int,
    space: Workspace,
) -> tuple[Asked, Int32Array]:
    """All that does not depend on which of the sources are asked for, and the sources in the order of `block_order`.

    One call: of four, each handed dozens of arrays to Python and took them back, 0.1 ms of a cold question.
    """
    begin = starts(roads, sources.edge, sources.fraction, sources.ways)
    before = np.empty(targets.edge.size, np.int32)
    chain_by_edge(targets.edge, space.last_on, before)
    end = ends_for(roads, begin, targets.edge, targets.fraction, targets.ways, space.last_on, before)
    plan = plan_sweep(up, down, parent, lowest, begin, end, shift, shared_hooks, space)
    return Asked(up, parent, begin, end, plan, space.last_on, before), block_order(begin, parent.size)
