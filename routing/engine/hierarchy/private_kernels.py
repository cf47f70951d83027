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
    roots: Int32Array,
) -> tuple[int, int]:
    """Search from the nodes touched[:count], which are labelled, up to the core; returns how many are touched then.

    Nodes of the core are labelled as they are reached, but not left. `roots`, as long as nodes may be given, gets the
    highest nodes below the core over those given; their number is returned, too.
    """
    given = np.sort(touched[:count])
    root_count = 0
    for i in range(given.size):
        node, root = given[i], NONE
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
            root, node = node, parent[node]
        if root != NONE and (node == NONE or is_core(node, core, local_of)):
            roots[root_count] = root
            root_count += 1
    return count, root_count


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
    roots = np.empty(count, np.int32)
    count, _ = search_private(search.up, search.parent, search.core, search.local_of, other, reached, count, roots)
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
    roots: Int32Array,
    near: NearPairs,
    count: int,
) -> tuple[NearPairs, int]:
    """Pairs with starts below the core under the same `roots` as an end, whose nodes are labelled.

    Not those at the very place of the end: they are there already.
    """
    for root in roots:
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
def wider(array: Labels, size: int) -> Labels:
    """The array with room for `size` entries."""
    grown = np.empty(size, array.dtype)
    grown[: array.size] = array
    return grown
