"""The network as the searches read it: one node a driving state, one packed weight a turn.

A label of state s is the key from the start until s is *entered*. Leaving s through turn t into s' costs the arc of s
plus the turn, all known beforehand, so the search touches three arrays only:

    enter s ---- arc of s ---->| turn t |---> enter s'          weight[t] = key(arc of s) + turn_ms[t]
"""

import numpy as np

from routing.arrays import Int32Array, Int64Array, frozen
from routing.engine.dijkstra_kernels import SearchGraph
from routing.engine.key_kernels import DISTANCE_BITS, NO_KEY
from routing.engine.keys import pack
from routing.network.road_network import CLOSED_MS, RoadNetwork

BUCKET_MS_BITS = 10
"""Buckets of 2**10 ms: from 2**8 to 2**12 ms it makes no measurable difference (Porto, 148k states, 5 to 7 ms)."""
MAX_BUCKETS = 1 << 14
"""Arcs of up to 4.6 hours; a longer one makes all buckets wider. Iceland has ferries of 107 h: buckets of 2**15 ms, and
no slower than with 2**13 or 2**17."""


def turn_keys(network: RoadNetwork) -> Int64Array:
    """(t) key of driving the arc before each turn and turning; NO_KEY where either arc is closed."""
    arc_key = pack(network.duration_ms, network.length_dm)[network.arc_of_state]
    key = np.repeat(arc_key, np.diff(network.turn_first))
    key += network.turn_ms.astype(np.int64) << DISTANCE_BITS
    closed = (network.duration_ms >= CLOSED_MS)[network.arc_of_state]
    if closed.any():
        key[np.repeat(closed, np.diff(network.turn_first)) | closed[network.turn_head]] = NO_KEY
    return frozen(key)


def forward_graph(network: RoadNetwork) -> SearchGraph:
    """States and turns in driving direction, closed ones left out."""
    key = turn_keys(network)
    first, head = network.turn_first, network.turn_head
    if (key == NO_KEY).any():
        tail = np.repeat(np.arange(network.state_count), np.diff(first))[key != NO_KEY]
        first = np.zeros(network.state_count + 1, np.int32)
        np.cumsum(np.bincount(tail, minlength=network.state_count), out=first[1:])
        head, key = head[key != NO_KEY], key[key != NO_KEY]
    return make_search_graph(first, head, key, _heaviest(network))


def reversed_graph(graph: SearchGraph) -> SearchGraph:
    """The same weights with every turn the other way round."""
    count = graph.first.size - 1
    tail = np.repeat(np.arange(count, dtype=np.int32), np.diff(graph.first))
    order = np.argsort(graph.head, kind="stable")
    first = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(graph.head, minlength=count), out=first[1:])
    return SearchGraph(
        frozen(first), frozen(tail[order]), frozen(graph.weight[order]), graph.bucket_shift, graph.bucket_count
    )


def make_search_graph(first: Int32Array, head: Int32Array, weight: Int64Array, heaviest: int) -> SearchGraph:
    """A graph whose buckets hold any weight and any start offset up to the key `heaviest`."""
    shift = DISTANCE_BITS + BUCKET_MS_BITS
    while (heaviest >> shift) + 2 > MAX_BUCKETS:
        shift += 1
    count = 1 << ((heaviest >> shift) + 1).bit_length()
    return SearchGraph(frozen(first, np.int32), frozen(head, np.int32), frozen(weight, np.int64), shift, count)


def _heaviest(network: RoadNetwork) -> int:
    if not network.arc_count:
        return 0
    turn_ms = int(network.turn_ms.max(initial=0))
    driven = network.duration_ms[network.duration_ms < CLOSED_MS]
    return (int(driven.max(initial=0)) + turn_ms + 1) << DISTANCE_BITS
