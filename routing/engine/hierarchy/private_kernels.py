"""Searches below the core, once for each end: see "Private ends" in many_to_many.py. Labels are keys."""

from typing import NamedTuple

import numpy as np

from routing.arrays import Int32Array, Int64Array
from routing.engine.hierarchy.core_kernels import is_core
from routing.engine.hierarchy.place_kernels import NONE, Ends, at_one_place
from routing.engine.hierarchy.star_kernels import Labels, Star
from routing.engine.key_kernels import NO_KEY
from routing.jit import kernel


class PrivateSearch(NamedTuple):
    """What searches below the core run over."""

    up: Star
    down: Star
    parent: Int32Array
    lowest: Int32Array
    core: Int32Array
    local_of: Int32Array


class StartsByNode(NamedTuple):
    """Hooks of starts, ascending by node, and whose they are."""

    node: Int32Array
    place: Int32Array


class Entries(NamedTuple):
    """How ends are reached from the core: end order[k] from node[first[k]:first[k + 1]] (numbers of the core).

    Its highest nodes below the core are root[root_first[k]:root_first[k + 1]].
    """

    first: Int32Array
    node: Int32Array
    weight: Labels
    root_first: Int32Array
    root: Int32Array


class NearPairs(NamedTuple):
    """Paths that stay below the core: pair p leads to end[p] at `label`; last_of[start], before[p], ... chain them."""

    last_of: Int32Array
    before: Int32Array
    end: Int32Array
    label: Int64Array


@kernel
def starts_by_node(starts: Ends) -> StartsByNode:
    """The hooks of all starts, ascending by node."""
    order = np.argsort(starts.node)
    place = np.empty(order.size, np.int32)
    for i in range(starts.edge.size):
        place[starts.first[i] : starts.first[i + 1]] = i
    return StartsByNode(starts.node[order], place[order])


@kernel
def wider(array: Labels, size: int) -> Labels:
    """The array with room for `size` entries."""
    grown = np.empty(size, array.dtype)
    grown[: array.size] = array
    return grown


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
def search_ends(  # noqa: PLR0912 (flat, see below)
    down: Star,
    parent: Int32Array,
    local_of: Int32Array,
    ends: Ends,
    order: Int32Array,
    shift: int,
    most: int,
    label: Int64Array,
    touched: Int32Array,
) -> Entries:
    """Search back from every end in `order` to the core, whose numbers `local_of` has for all nodes above the ends.

    An entry weighs `most` at most. One flat loop: with a search, its seeds and its entries as kernels of their own,
    Porto's 100 ends took 0.33 ms instead of 0.24, as references to all that kernels are given are counted.
    """
    first_arc, arc_above, arc_weight = down.first, down.node, down.weight
    first_hook, hook_node, hook_key = ends.first, ends.node, ends.key
    first, root_first = np.zeros(order.size + 1, np.int32), np.zeros(order.size + 1, np.int32)
    root = np.empty(hook_node.size, np.int32)
    node_of, weight_of = np.empty(16 * order.size + 64, np.int32), np.empty(16 * order.size + 64, arc_weight.dtype)
    size, roots = 0, 0
    for k in range(order.size):
        end, count = order[k], 0
        for hook in range(first_hook[end], first_hook[end + 1]):
            node, key = hook_node[hook], hook_key[hook] >> shift
            if key < label[node]:  # see `seed`
                if label[node] == NO_KEY:
                    slot = count
                    while slot > 0 and touched[slot - 1] > node:
                        touched[slot] = touched[slot - 1]
                        slot -= 1
                    touched[slot] = node
                    count += 1
                label[node] = key
        given = count
        for i in range(given):
            node, highest = touched[i], NONE
            following = touched[i + 1] if i + 1 < given else parent.size
            while node != NONE and node < following and local_of[node] == NONE:
                here = label[node]
                if here != NO_KEY:
                    for arc in range(first_arc[node], first_arc[node + 1]):
                        above, whole = arc_above[arc], here + arc_weight[arc]
                        if whole < label[above]:
                            if label[above] == NO_KEY:
                                touched[count] = above
                                count += 1
                            label[above] = whole
                highest, node = node, parent[node]
            if highest != NONE and (node == NONE or local_of[node] != NONE):
                root[roots] = highest
                roots += 1
        if size + count > node_of.size:
            node_of, weight_of = wider(node_of, 2 * (size + count)), wider(weight_of, 2 * (size + count))
        for j in range(count):
            node = touched[j]
            if local_of[node] != NONE:
                node_of[size], weight_of[size] = local_of[node], min(label[node], most)
                size += 1
            label[node] = NO_KEY
        first[k + 1], root_first[k + 1] = size, roots
    return Entries(first, node_of[:size], weight_of[:size], root_first, root)


@kernel
def near_pairs(
    search: PrivateSearch,
    starts: Ends,
    ends: Ends,
    order: Int32Array,
    entries: Entries,
    shift: int,
    label: Int64Array,
    other: Int64Array,
    touched: Int32Array,
    reached: Int32Array,
) -> NearPairs:
    """Pairs of an end and a start below the core under one of the end's roots.

    Not those at one place: they are there already. Few ends have any, so their searches are done once more for them.
    """
    lowest, root_first, root = search.lowest, entries.root_first, entries.root
    edge_of_start, edge_of_end = starts.edge, ends.edge
    by_node = starts_by_node(starts)
    start_node, start_place = by_node.node, by_node.place
    last_of = np.full(starts.edge.size, NONE, np.int32)
    before, end_of, label_of = np.empty(16, np.int32), np.empty(16, np.int32), np.empty(16, np.int64)
    size = 0
    for k in range(order.size):
        end, count = order[k], 0
        for r in range(root_first[k], root_first[k + 1]):
            hook = np.searchsorted(start_node, lowest[root[r]])
            while hook < start_node.size and start_node[hook] <= root[r]:
                start = start_place[hook]
                hook += 1
                if edge_of_start[start] == edge_of_end[end] and at_one_place(starts, start, ends, end):
                    continue
                if count == 0:
                    count = seed(ends, end, 1, shift, label, touched)
                    count = search_private(
                        search.down, search.parent, search.core, search.local_of, label, touched, count
                    )
                best = meet_below(search, starts, start, shift, label, other, reached)
                if best == NO_KEY:
                    continue
                if size == before.size:
                    before, end_of, label_of = (
                        wider(before, 2 * size),
                        wider(end_of, 2 * size),
                        wider(label_of, 2 * size),
                    )
                before[size], end_of[size], label_of[size] = last_of[start], end, best
                last_of[start] = size
                size += 1
        for j in range(count):
            label[touched[j]] = NO_KEY
    return NearPairs(last_of, before, end_of, label_of)
