"""What a sweep runs over (see many_to_many.py); nodes are ranks, labels int32 (ms) or int64 (keys)."""

from typing import NamedTuple

import numpy as np

from routing.arrays import Int32Array, Int64Array
from routing.engine.hierarchy.place_kernels import NONE, Ends, at_one_place
from routing.engine.hierarchy.star_kernels import Labels, Star, prefetch_arcs
from routing.engine.key_kernels import NO_KEY
from routing.jit import kernel
from routing.prefetch_kernels import prefetch

SHARED_HOOKS = 4
"""Nodes with fewer hooks of ends below them are left out of the sweep: see "Private ends" in many_to_many.py."""

MOST_MS = (1 << 31) - 1
"""Weight of an int32 entry that stands for itself and all longer ones: whatever start it is reached from, less at most
2^30 - 1 ms of the start's arc, it is no way."""


class NearPairs(NamedTuple):
    """Paths that stay below the core: pair p leads to end[p] at `label`; last_of[start], before[p], ... chain them."""

    last_of: Int32Array
    before: Int32Array
    end: Int32Array
    label: Int64Array


class StartsByNode(NamedTuple):
    """Hooks of starts, ascending by node, and whose they are."""

    node: Int32Array
    place: Int32Array


class PrivateSearch(NamedTuple):
    """What searches below the core run over."""

    up: Star
    down: Star
    parent: Int32Array
    lowest: Int32Array
    core: Int32Array
    local_of: Int32Array


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
def wider(array: Labels, size: int) -> Labels:
    """The array with room for `size` entries."""
    grown = np.empty(size, array.dtype)
    grown[: array.size] = array
    return grown


@kernel
def block_order(starts: Ends, node_count: int) -> Int32Array:
    """Starts so that neighbours in the hierarchy come together: blocks of them share most ancestors."""
    leading = np.full(starts.edge.size, node_count, np.int32)
    for i in range(starts.edge.size):
        if starts.first[i] < starts.first[i + 1]:
            leading[i] = starts.node[starts.first[i]]
    return np.argsort(leading).astype(np.int32)


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
def search_private(
    star: Star,
    parent: Int32Array,
    core: Int32Array,
    local_of: Int32Array,
    label: Int64Array,
    touched: Int32Array,
    count: int,
) -> int:
    """Search from the nodes touched[:count], which are labelled, up to the core; returns how many are touched then.

    Nodes of the core are labelled as they are reached, but not left.
    """
    given = np.sort(touched[:count])
    for i in range(given.size):
        node = given[i]
        following = given[i + 1] if i + 1 < given.size else parent.size
        while node != NONE and node < following and not is_core(node, core, local_of):
            here = label[node]
            if here != NO_KEY:
                for entry in range(star.first[node], star.first[node + 1]):
                    above, whole = star.node[entry], here + star.weight[entry]
                    if whole < label[above]:
                        if label[above] == NO_KEY:
                            touched[count] = above
                            count += 1
                        label[above] = whole
            node = parent[node]
    return count


@kernel
def seed(places: Ends, i: int, sign: int, shift: int, label: Int64Array, touched: Int32Array) -> int:
    """Label the hooks of a place; returns how many nodes are touched."""
    count = 0
    for hook in range(places.first[i], places.first[i + 1]):
        node, key = places.node[hook], sign * (places.key[hook] >> shift)
        if key < label[node]:  # a turn off the slowest arc onto part of another one may take NO_KEY and more
            if label[node] == NO_KEY:
                touched[count] = node
                count += 1
            label[node] = key
    return count


@kernel
def private_root(node: int, parent: Int32Array, core: Int32Array, local_of: Int32Array) -> int:
    """The highest ancestor below the core; NONE for a node of the core."""
    root = NONE
    while node != NONE and not is_core(node, core, local_of):
        root, node = node, parent[node]
    return root


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


@kernel
def starts_by_node(starts: Ends) -> StartsByNode:
    """The hooks of all starts, ascending by node."""
    order = np.argsort(starts.node)
    place = np.empty(order.size, np.int32)
    for i in range(starts.edge.size):
        place[starts.first[i] : starts.first[i + 1]] = i
    return StartsByNode(starts.node[order], place[order])


@kernel
def meet_below(
    search: PrivateSearch,
    starts: Ends,
    start: int,
    shift: int,
    label: Int64Array,
    other: Int64Array,
    reached: Int32Array,
) -> int:
    """Key from a start to the end whose nodes are labelled, over paths that do not leave what is below the core."""
    count = seed(starts, start, -1, shift, other, reached)
    count = search_private(search.up, search.parent, search.core, search.local_of, other, reached, count)
    best = NO_KEY
    for j in range(count):
        node = reached[j]
        if label[node] != NO_KEY:
            best = min(best, other[node] + label[node])
        other[node] = NO_KEY
    return best


@kernel
def note_near(
    search: PrivateSearch,
    starts: Ends,
    by_node: StartsByNode,
    ends: Ends,
    end: int,
    shift: int,
    label: Int64Array,
    other: Int64Array,
    reached: Int32Array,
    near: NearPairs,
    count: int,
) -> tuple[NearPairs, int]:
    """Pairs with starts below the core in the same part of the hierarchy as an end, whose nodes are labelled.

    Not those at the very place of the end: they are there already.
    """
    previous = NONE
    for hook in range(ends.first[end], ends.first[end + 1]):
        root = private_root(ends.node[hook], search.parent, search.core, search.local_of)
        if root in (NONE, previous):
            continue
        previous = root
        h = np.searchsorted(by_node.node, search.lowest[root])
        while h < by_node.node.size and by_node.node[h] <= root:
            start = by_node.place[h]
            h += 1
            if starts.edge[start] == ends.edge[end] and at_one_place(starts, start, ends, end):
                continue
            best = meet_below(search, starts, start, shift, label, other, reached)
            if best == NO_KEY:
                continue
            if count == near.end.size:
                room = 2 * count
                near = NearPairs(near.last_of, wider(near.before, room), wider(near.end, room), wider(near.label, room))
            near.before[count], near.end[count], near.label[count] = near.last_of[start], end, best
            near.last_of[start] = count
            count += 1
    return near, count


@kernel
def note_entries(
    search: PrivateSearch,
    touched: Int32Array,
    label: Int64Array,
    node: Int32Array,
    weight: Labels,
    most: int,
    size: int,
) -> int:
    """Append the labelled nodes of the core to `node` (local) and `weight`, which holds `most` at most."""
    for j in range(touched.size):
        if is_core(touched[j], search.core, search.local_of):
            node[size], weight[size] = search.local_of[touched[j]], min(label[touched[j]], most)
            size += 1
    return size


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
    near_count, size = 0, 0
    near = NearPairs(
        np.full(starts.edge.size, NONE, np.int32),
        np.empty(16, np.int32),
        np.empty(16, np.int32),
        np.empty(16, np.int64),
    )
    for k in range(order.size):
        count = seed(ends, order[k], 1, shift, label, touched)
        count = search_private(down, parent, core, local_of, label, touched, count)
        near, near_count = note_near(
            search, starts, by_node, ends, order[k], shift, label, other, reached, near, near_count
        )
        if size + count > node.size:
            node, weight = wider(node, 2 * (size + count)), wider(weight, 2 * (size + count))
        size = note_entries(search, touched[:count], label, node, weight, most, size)
        for j in range(count):
            label[touched[j]] = NO_KEY
        end_first[k + 1] = size
    return SweepPlan(core, *arcs_of_core(core, down, local_of), order, end_first, node[:size], weight[:size], near)
