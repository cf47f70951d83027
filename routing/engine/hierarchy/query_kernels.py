"""One pair of places: its fastest path as arcs of the hierarchy, and those as driving states (see path_query.py)."""

from typing import NamedTuple

import numpy as np

from routing.arrays import Float32Array, Int32Array, Int64Array, UInt8Array
from routing.engine.hierarchy.customisation_kernels import Fill
from routing.engine.hierarchy.place_kernels import NONE, Ends, RoadArrays, direct_key, ends, starts
from routing.engine.hierarchy.plan_kernels import walk_union
from routing.engine.hierarchy.star_kernels import Star
from routing.engine.key_kernels import NO_KEY
from routing.jit import kernel

NO_PATH, STRAIGHT, BY_STATES = range(3)
"""What `fastest` finds: nothing, a drive straight along the edge of both places, or a path through states."""


class TurnStar(NamedTuple):
    """The turns of the network, a forward star over states, with keys as weights, and the ranks of states."""

    first: Int32Array
    head: Int32Array
    key: Int64Array
    state_of_rank: Int32Array
    rank_of_state: Int32Array


@kernel
def search_up(
    star: Star, parent: Int32Array, places: Ends, place: int, sign: int, label: Int64Array, came_by: Int32Array
) -> Int32Array:
    """Label all ancestors of a place's hooks; `came_by` gets the node below, NONE at hooks. Returns those nodes."""
    given = np.sort(places.node[places.first[place] : places.first[place + 1]])
    union = np.empty(walk_union(given, parent, np.empty(0, np.int32)), np.int32)
    walk_union(given, parent, union)
    for hook in range(places.first[place], places.first[place + 1]):
        node = places.node[hook]
        label[node] = min(label[node], sign * places.key[hook])
        came_by[node] = NONE
    for i in range(union.size):
        node = union[i]
        here = label[node]
        if here != NO_KEY:
            for entry in range(star.first[node], star.first[node + 1]):
                above, whole = star.node[entry], here + star.weight[entry]
                if whole < label[above]:
                    label[above] = whole
                    came_by[above] = node
    return union


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

    NO_KEY and NONE where there is none.

    `label` and `other` are all NO_KEY and kept so. Source: elimination-tree queries, Dibbelt et al. (2016).
    """
    above_start = search_up(up, parent, starts, 0, -1, label, came_by)
    above_end = search_up(down, parent, ends, 0, 1, other, goes_by)
    best, top = NO_KEY, NONE
    for k in range(above_start.size):
        node = above_start[k]
        if label[node] != NO_KEY and other[node] != NO_KEY and label[node] + other[node] < best:
            best, top = label[node] + other[node], node
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
    fill: Fill,
    turns: TurnStar,
    up_key: Int64Array,
    down_key: Int64Array,
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
    if straight <= key:
        return (NO_PATH if straight == NO_KEY else STRAIGHT), path[:0]
    states = unpack(fill, turns, up_key, down_key, path)
    into = end.turned_into[hook]
    if into != NONE and states.size:
        states = np.append(states, np.int32(into))
    return BY_STATES, states


@kernel
def arc_key(fill: Fill, up: Int64Array, down: Int64Array, tail: int, head: int) -> int:
    """Basic weight of an arc of the hierarchy."""
    if tail < head:
        begin, end = fill.up_first[tail], fill.up_first[tail + 1]
        return int(up[begin + np.searchsorted(fill.up_head[begin:end], head)])
    begin, end = fill.down_first[head], fill.down_first[head + 1]
    return int(down[begin + np.searchsorted(fill.down_tail[begin:end], tail)])


@kernel
def turn_of(turns: TurnStar, tail: int, head: int, key: int) -> bool:
    """Whether a turn of the network is this arc at this weight."""
    state, onward = turns.state_of_rank[tail], turns.state_of_rank[head]
    for turn in range(turns.first[state], turns.first[state + 1]):
        if turns.head[turn] == onward and turns.key[turn] == key:
            return True
    return False


@kernel
def middle(fill: Fill, up: Int64Array, down: Int64Array, tail: int, head: int, key: int) -> int:
    """The lower node v with tail > v > head at this weight; NONE where there is none.

    The shorter of the two lists of lower neighbours is walked, the other one searched by halves.
    """
    low = min(tail, head)
    out_begin, into_begin = fill.out_first[tail], fill.into_first[head]
    outs = fill.out_node[out_begin : fill.out_first[tail + 1]]
    intos = fill.into_node[into_begin : fill.into_first[head + 1]]
    shorter, longer = (outs, intos) if outs.size <= intos.size else (intos, outs)
    for i in range(shorter.size):
        node = shorter[i]
        if node >= low:
            break
        k = np.searchsorted(longer, node)
        if k < longer.size and longer[k] == node:
            o, n = (i, k) if outs.size <= intos.size else (k, i)
            if down[fill.out_slot[out_begin + o]] + up[fill.into_slot[into_begin + n]] == key:
                return int(node)
    return NONE


@kernel
def unpack(fill: Fill, turns: TurnStar, up: Int64Array, down: Int64Array, path: Int32Array) -> Int32Array:
    """States along a path over arcs of the hierarchy, both ends included; empty if an arc has no way below it."""
    states = np.empty(256, np.int32)
    stack = np.empty(256, np.int32)
    states[0] = turns.state_of_rank[path[0]]
    count = 1
    for i in range(path.size - 1):
        tail = path[i]
        stack[0] = path[i + 1]
        depth = 1
        while depth > 0:
            head = stack[depth - 1]
            key = arc_key(fill, up, down, tail, head)
            if turn_of(turns, tail, head, key):
                if count == states.size:
                    states = doubled(states)
                states[count] = turns.state_of_rank[head]
                count += 1
                depth -= 1
                tail = head
            else:
                between = middle(fill, up, down, tail, head, key)
                if between == NONE:
                    return states[:0].copy()
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
