"""One pair of places: its fastest path as arcs of the hierarchy, and those as driving states (see path_query.py)."""

from typing import NamedTuple

import numpy as np

from routing.arrays import Float32Array, Int32Array, Int64Array, UInt8Array
from routing.engine.hierarchy.climbing_kernels import walk_union
from routing.engine.hierarchy.place_kernels import NONE, Ends, RoadArrays, direct_key, ends, starts
from routing.engine.hierarchy.star_kernels import Star, prefetch_arcs
from routing.engine.key_kernels import NO_KEY, NO_WAY_KEY
from routing.jit import kernel
from routing.prefetch_kernels import prefetch

NO_PATH, STRAIGHT, BY_STATES = range(3)
"""What `fastest` finds: nothing, a drive straight along the edge of both places, or a path through states."""

FEW_ANCESTORS = 1024
"""Room for the nodes above a place: at most 303 for one of its hooks in Porto."""


class Unpacking(NamedTuple):
    """What shortcuts are undone with: the hierarchy's arcs, the node that each leads through, the states of ranks."""

    up_first: Int32Array
    up_head: Int32Array
    down_first: Int32Array
    down_tail: Int32Array
    up_via: Int32Array
    down_via: Int32Array
    state_of_rank: Int32Array


@kernel
def above(star: Star, parent: Int32Array, places: Ends, label: Int64Array) -> Int32Array:
    """The nodes of the only place's hooks and all their ancestors, ascending, their arcs and labels asked for."""
    given = np.sort(places.node)
    union = np.empty(FEW_ANCESTORS, np.int32)
    size = walk_union(given, parent, union)
    if size > union.size:
        union = np.empty(size, np.int32)
        walk_union(given, parent, union)
    union = union[:size]
    prefetch_arcs(star, union)
    for i in range(size):
        prefetch(label, union[i])
    return union


@kernel
def hang_hooks(places: Ends, sign: int, label: Int64Array, came_by: Int32Array) -> int:
    """Label the only place's hooks; returns the least label."""
    least = NO_KEY
    for hook in range(places.node.size):
        node, key = places.node[hook], sign * places.key[hook]
        label[node] = min(label[node], key)
        least = min(least, key)
        came_by[node] = NONE
    return least


@kernel
def leave(star: Star, node: int, here: int, label: Int64Array, came_by: Int32Array) -> None:
    """Lower the labels of the ancestors that arcs from a node lead to; `came_by` gets the node below."""
    for entry in range(star.first[node], star.first[node + 1]):
        onward, whole = star.node[entry], here + star.weight[entry]
        if whole < label[onward]:
            label[onward] = whole
            came_by[onward] = node


@kernel
def meet(
    up: Star,
    down: Star,
    parent: Int32Array,
    starts: Ends,
    ends: Ends,
    label: Int64Array,
    other: Int64Array,
    came_by: Int32Array,
    goes_by: Int32Array,
) -> tuple[int, Int32Array, int]:
    """The fastest path from the only start to the only end: key, nodes over arcs of the hierarchy, the end's hook.

    NO_KEY and NONE where there is none. The second search looks for a meeting as it goes, and does not leave nodes from
    which nothing better could come.

    `label` and `other` are all NO_KEY and kept so. Source: elimination-tree queries, Dibbelt et al. (2016).
    """
    above_start, above_end = above(up, parent, starts, label), above(down, parent, ends, other)
    least = hang_hooks(starts, -1, label, came_by)
    hang_hooks(ends, 1, other, goes_by)
    for k in range(above_start.size):
        node = above_start[k]
        if label[node] != NO_KEY:
            leave(up, node, label[node], label, came_by)
    best, top = NO_KEY, NONE
    for k in range(above_end.size):
        node = above_end[k]
        here = other[node]
        if here == NO_KEY or here + least >= best:
            continue
        if label[node] != NO_KEY and label[node] + here < best:
            best, top = label[node] + here, node
        leave(down, node, here, other, goes_by)
    path = np.empty(above_start.size + above_end.size, np.int32)
    length, begin = 0, top
    while begin != NONE:
        path[length] = begin
        length += 1
        begin = came_by[begin]
    path[:length] = path[:length][::-1].copy()
    while top != NONE and goes_by[top] != NONE:
        top = goes_by[top]
        path[length] = top
        length += 1
    last = NONE
    for hook in range(ends.node.size):
        if length and ends.node[hook] == path[length - 1] and (last == NONE or ends.key[hook] < ends.key[last]):
            last = hook
    label[above_start] = NO_KEY
    other[above_end] = NO_KEY
    return best, path[:length].copy(), last


@kernel
def fastest(
    up: Star,
    down: Star,
    parent: Int32Array,
    unpacking: Unpacking,
    roads: RoadArrays,
    edge: Int32Array,
    fraction: Float32Array,
    ways: UInt8Array,
    i: int,
    j: int,
    label: Int64Array,
    other: Int64Array,
    came_by: Int32Array,
    goes_by: Int32Array,
) -> tuple[int, Int32Array]:
    """The fastest path from place i to place j: which of the three outcomes, and for BY_STATES the states along it.

    One call for all its phases: each call of its own, and places handed from one to the next, took half the time.
    """
    begin = starts(roads, edge[i : i + 1], fraction[i : i + 1], ways[i : i + 1])
    apart = np.full(1, edge[i] == edge[j])
    end = ends(roads, edge[j : j + 1], fraction[j : j + 1], ways[j : j + 1], apart)
    straight = direct_key(begin, 0, end, 0) if apart[0] else NO_KEY
    key, path, hook = meet(up, down, parent, begin, end, label, other, came_by, goes_by)
    if min(straight, key) >= NO_WAY_KEY:
        return NO_PATH, path[:0]
    if straight <= key:
        return STRAIGHT, path[:0]
    states = unpack(unpacking, path)
    into = end.turned_into[hook]
    if into != NONE and states.size:
        states = np.append(states, np.int32(into))
    return BY_STATES, states


@kernel
def slot_of(first: Int32Array, above: Int32Array, node: int, end: int) -> int:
    """The slot of the arc between a node and one of its ancestors, by halves."""
    low, high = first[node], first[node + 1] - 1
    while low < high:
        half = (low + high) >> 1
        if above[half] < end:
            low = half + 1
        else:
            high = half
    return int(low)


@kernel
def via(unpacking: Unpacking, tail: int, head: int) -> int:
    """The node that an arc of the hierarchy leads through; NONE for a turn of the network."""
    if tail < head:
        return int(unpacking.up_via[slot_of(unpacking.up_first, unpacking.up_head, tail, head)])
    return int(unpacking.down_via[slot_of(unpacking.down_first, unpacking.down_tail, head, tail)])


@kernel
def unpack(unpacking: Unpacking, path: Int32Array) -> Int32Array:
    """States along a path over arcs of the hierarchy, both ends included."""
    states = np.empty(256, np.int32)
    stack = np.empty(256, np.int32)
    states[0] = unpacking.state_of_rank[path[0]]
    count = 1
    for i in range(path.size - 1):
        tail = path[i]
        stack[0] = path[i + 1]
        depth = 1
        while depth > 0:
            between = via(unpacking, tail, stack[depth - 1])
            if between == NONE:
                if count == states.size:
                    states = doubled(states)
                depth -= 1
                tail = stack[depth]
                states[count] = unpacking.state_of_rank[tail]
                count += 1
            else:
                if depth == stack.size:
                    stack = doubled(stack)
                stack[depth] = between
                depth += 1
    return states[:count].copy()


@kernel
def doubled(array: Int32Array) -> Int32Array:
    """The array with room for as many again."""
    grown = np.empty(2 * array.size, np.int32)
    grown[: array.size] = array
    return grown
