"""Kernels that find the stretches that fastest ways from a start and fastest ways to an end have in common.

`from_start[s]` is the key from the start until state s is entered, `to_end[s]` that from there to the end; their sum is
the key of the best way through s.
"""

import numpy as np

from routing.arrays import Int32Array, Int64Array
from routing.engine.dijkstra_kernels import NO_NODE, Hooks, SearchGraph
from routing.engine.key_kernels import NO_KEY
from routing.jit import kernel


@kernel
def plateaus(
    graph: SearchGraph, from_start: Int64Array, to_end: Int64Array, most: int
) -> tuple[Int32Array, Int32Array]:
    """First and last states of the longest runs of turns that are on a fastest way from the start and to the end.

    Only where the best way through is no more than `most`. Runs of equal keys share no state: of several turns into
    one state, or out of one, the first counts.
    """
    count = from_start.size
    following = np.full(count, NO_NODE, np.int32)
    led_to = np.zeros(count, np.bool_)
    for state in range(count):
        begin, end = from_start[state], to_end[state]
        if max(begin, end) == NO_KEY or begin + end > most:
            continue
        for turn in range(graph.first[state], graph.first[state + 1]):
            onward, weight = graph.head[turn], graph.weight[turn]
            if not led_to[onward] and from_start[onward] == begin + weight and to_end[onward] == end - weight:
                following[state] = onward
                led_to[onward] = True
                break
    first, last = np.empty(count, np.int32), np.empty(count, np.int32)
    found = 0
    for state in range(count):
        if led_to[state] or following[state] == NO_NODE:
            continue
        at = state
        while following[at] != NO_NODE:
            at = following[at]
        first[found], last[found] = state, at
        found += 1
    return first[:found].copy(), last[:found].copy()


@kernel
def way_through(
    graph: SearchGraph,
    reverse: SearchGraph,
    from_start: Int64Array,
    to_end: Int64Array,
    seeds: Hooks,
    ends: Hooks,
    via: int,
) -> tuple[int, Int32Array]:
    """The seed hook that the best way through the state `via` leaves by (NO_NODE: lost), and the states it enters.

    As in `fastest_path`: no predecessors are stored, labels that fit name the way.
    """
    count = from_start.size
    path = np.empty(2 * count, np.int32)
    at, node, seed, length = count, via, NO_NODE, 0
    while seed == NO_NODE and at > 0:
        at -= 1
        path[at] = node
        for i in range(seeds.first[0], seeds.first[1]):
            if seeds.node[i] == node and seeds.key[i] == from_start[node]:
                seed = i
        label = from_start[node]
        for turn in range(reverse.first[node], reverse.first[node + 1]):
            if from_start[reverse.head[turn]] + reverse.weight[turn] == label:
                node = reverse.head[turn]
                break
    node, length = via, count
    while True:
        arrived = False
        for i in range(ends.first[0], ends.first[1]):
            arrived |= ends.node[i] == node and ends.key[i] == to_end[node]
        if arrived or length >= 2 * count:
            break
        label = to_end[node]
        for turn in range(graph.first[node], graph.first[node + 1]):
            if to_end[graph.head[turn]] + graph.weight[turn] == label:
                node = graph.head[turn]
                break
        path[length] = node
        length += 1
    return seed, path[at:length].copy()
