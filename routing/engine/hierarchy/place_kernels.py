"""Places on arcs as hooks on the nodes of a hierarchy.

    a start x on arc a:    at node a with minus the part of a behind x     (a is left over its whole length, so that
                                                                            the rest of it remains)
    an end y on arc b:     at b and at each copy of b with the part of b before y

A start's label at its own arc must not answer for an end behind it on the same arc. Such an end is *apart*: it hangs on
the turns into its arc instead, and driving straight there is looked at on its own (`direct_key`).
"""

from typing import NamedTuple

import numpy as np

from routing.arrays import BoolArray, Float32Array, Int32Array, Int64Array, UInt8Array
from routing.engine.key_kernels import DISTANCE_BITS, NO_KEY, part_of
from routing.jit import kernel
from routing.network.road_network import CLOSED_MS, NO_ARC
from routing.network.snaps import BACKWARD, FORWARD
from routing.prefetch_kernels import prefetch

NONE = -1
MOST_HOOKS_OF_START = 2
"""One a way."""
AT_ONCE = 64
"""Places whose arcs are asked for together."""


class RoadArrays(NamedTuple):
    """What hooks are made from: arcs of edges, weights of arcs, states of arcs, turns into states (tails as ranks)."""

    forward_arc: Int32Array
    backward_arc: Int32Array
    duration_ms: Int32Array
    length_dm: Int32Array
    state_first: Int32Array
    state: Int32Array
    rank_of_state: Int32Array
    into_first: Int32Array
    into_tail: Int32Array
    into_key: Int64Array


class Ends(NamedTuple):
    """Places with their hooks: place i hangs on node[first[i]:first[i+1]] at the cost `key` (a start: minus that).

    `forward_key`, `backward_key` are the keys from the tails of the edge's arcs to the place, -1 where there is none.
    """

    edge: Int32Array
    fraction: Float32Array
    forward_key: Int64Array
    backward_key: Int64Array
    first: Int32Array
    node: Int32Array
    key: Int64Array
    turned_into: Int32Array
    """The state that a turn from the hook's node enters to reach the place; NONE where the node is that state."""


@kernel
def part_key(duration_ms: int, length_dm: int, along: float) -> int:
    """Key of the part of an arc between its tail and the share `along` of it; -1 where the arc is closed."""
    if duration_ms >= CLOSED_MS:
        return -1
    return int((part_of(duration_ms, along) << DISTANCE_BITS) | part_of(length_dm, along))


@kernel
def ask_for_arcs(roads: RoadArrays, edge: Int32Array) -> None:
    """Ask for what hooks of places on these edges are made from."""
    for e in edge:
        prefetch(roads.forward_arc, e)
        prefetch(roads.backward_arc, e)
    for e in edge:
        for arc in (roads.forward_arc[e], roads.backward_arc[e]):
            if arc != NO_ARC:
                prefetch(roads.duration_ms, arc)
                prefetch(roads.length_dm, arc)
                prefetch(roads.state_first, arc)
                prefetch(roads.state, arc)  # about there: few arcs have more than one
                prefetch(roads.rank_of_state, arc)


@kernel
def part_keys(
    roads: RoadArrays, edge: Int32Array, fraction: Float32Array, ways: UInt8Array
) -> tuple[Int64Array, Int64Array]:
    """Keys from the tails of both arcs of each place's edge to the place; -1 where it is not driven that way."""
    forward, backward = np.full(edge.size, -1, np.int64), np.full(edge.size, -1, np.int64)
    for i in range(edge.size):
        if i % AT_ONCE == 0:
            ask_for_arcs(roads, edge[i : i + AT_ONCE])
        along = min(max(np.float64(fraction[i]), 0.0), 1.0)
        arc = roads.forward_arc[edge[i]]
        if arc != NO_ARC and ways[i] & FORWARD:
            forward[i] = part_key(roads.duration_ms[arc], roads.length_dm[arc], along)
        arc = roads.backward_arc[edge[i]]
        if arc != NO_ARC and ways[i] & BACKWARD:
            backward[i] = part_key(roads.duration_ms[arc], roads.length_dm[arc], 1.0 - along)
    return forward, backward


@kernel
def starts(roads: RoadArrays, edge: Int32Array, fraction: Float32Array, ways: UInt8Array) -> Ends:
    """Places to start from; `key` is what is to be taken off at the hook."""
    forward, backward = part_keys(roads, edge, fraction, ways)
    first = np.zeros(edge.size + 1, np.int32)
    state, key = np.empty(2 * edge.size, np.int32), np.empty(2 * edge.size, np.int64)
    hook = 0
    for i in range(edge.size):
        if forward[i] >= 0:
            state[hook], key[hook] = roads.forward_arc[edge[i]], forward[i]
            hook += 1
        if backward[i] >= 0:
            state[hook], key[hook] = roads.backward_arc[edge[i]], backward[i]
            hook += 1
        first[i + 1] = hook
    node = roads.rank_of_state[state[:hook]]
    return Ends(edge, fraction, forward, backward, first, node, key[:hook].copy(), np.full(hook, NONE, np.int32))


@kernel
def hooks_of_arc(
    roads: RoadArrays,
    arc: int,
    part: int,
    apart: bool,
    hook: int,
    node: Int32Array,
    key: Int64Array,
    turned_into: Int32Array,
) -> int:
    """Count the hooks of an end on `arc`, and note them where `node` has room; returns the next hook."""
    for entry in range(roads.state_first[arc], roads.state_first[arc + 1]):
        state = roads.state[entry]
        if apart and state == arc:
            for turn in range(roads.into_first[state], roads.into_first[state + 1]):
                if hook < node.size:
                    node[hook], key[hook], turned_into[hook] = roads.into_tail[turn], roads.into_key[turn] + part, state
                hook += 1
        else:
            if hook < node.size:
                node[hook], key[hook], turned_into[hook] = roads.rank_of_state[state], part, NONE
            hook += 1
    return hook


@kernel
def hung(
    roads: RoadArrays,
    edge: Int32Array,
    fraction: Float32Array,
    forward: Int64Array,
    backward: Int64Array,
    apart: BoolArray,
) -> Ends:
    """Places to arrive at with their hooks; those `apart` without the label of a start on their own arc."""
    first = np.zeros(edge.size + 1, np.int32)
    node, key, state = np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int32)
    for noting in range(2):
        hook = 0
        for i in range(edge.size):
            if forward[i] >= 0:
                hook = hooks_of_arc(roads, roads.forward_arc[edge[i]], forward[i], apart[i], hook, node, key, state)
            if backward[i] >= 0:
                hook = hooks_of_arc(roads, roads.backward_arc[edge[i]], backward[i], apart[i], hook, node, key, state)
            first[i + 1] = hook
        if noting == 0:
            node, key, state = np.empty(hook, np.int32), np.empty(hook, np.int64), np.empty(hook, np.int32)
    return Ends(edge, fraction, forward, backward, first, node, key, state)


@kernel
def ends(roads: RoadArrays, edge: Int32Array, fraction: Float32Array, ways: UInt8Array, apart: BoolArray) -> Ends:
    """Places to arrive at; those `apart` as in `hung`."""
    forward, backward = part_keys(roads, edge, fraction, ways)
    return hung(roads, edge, fraction, forward, backward, apart)


@kernel
def chain_by_edge(edge: Int32Array, last_on: Int32Array, before: Int32Array) -> None:
    """Chain the places of each edge: `last_on[edge]`, then `before[place]`, ...; NONE ends a chain."""
    for i in range(edge.size):
        before[i] = last_on[edge[i]]
        last_on[edge[i]] = i


@kernel
def unchain(edge: Int32Array, last_on: Int32Array) -> None:
    """Make `last_on` all NONE again."""
    for i in range(edge.size):
        last_on[edge[i]] = NONE


@kernel
def at_one_place(begin: Ends, i: int, end: Ends, j: int) -> bool:
    """Whether a start and an end on one edge are one place, driven in a way that both allow: nothing is nearer."""
    return one_place(begin, i, end.fraction[j], end.forward_key[j], end.backward_key[j])


@kernel
def one_place(begin: Ends, i: int, fraction: float, forward_key: int, backward_key: int) -> bool:
    """The same of an end that has no hooks yet."""
    if begin.fraction[i] != fraction:
        return False
    forward, backward = min(begin.forward_key[i], forward_key), min(begin.backward_key[i], backward_key)
    return bool(max(forward, backward) >= 0)


@kernel
def ends_for(
    roads: RoadArrays,
    begin: Ends,
    edge: Int32Array,
    fraction: Float32Array,
    ways: UInt8Array,
    last_on: Int32Array,
    before: Int32Array,
) -> Ends:
    """Places to arrive at from `begin`; `last_on`, `before` chain them by edge.

    Those that share an edge with a start elsewhere on it are set apart.
    """
    forward, backward = part_keys(roads, edge, fraction, ways)
    apart = np.zeros(edge.size, np.bool_)
    for i in range(begin.edge.size):
        place = last_on[begin.edge[i]]
        while place != NONE:
            if not one_place(begin, i, fraction[place], forward[place], backward[place]):
                apart[place] = True
            place = before[place]
    return hung(roads, edge, fraction, forward, backward, apart)


@kernel
def direct_key(begin: Ends, i: int, end: Ends, j: int) -> int:
    """Key of driving straight along the common edge from i to j; NO_KEY where j does not lie ahead."""
    best = NO_KEY
    if min(begin.forward_key[i], end.forward_key[j]) >= 0 and begin.fraction[i] <= end.fraction[j]:
        best = end.forward_key[j] - begin.forward_key[i]
    if min(begin.backward_key[i], end.backward_key[j]) >= 0 and begin.fraction[i] >= end.fraction[j]:
        best = min(best, end.backward_key[j] - begin.backward_key[i])
    return best
