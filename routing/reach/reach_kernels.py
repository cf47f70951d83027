"""Times at the ends of streets from a search that stops at a limit."""

import numpy as np

from routing.arrays import Int32Array, Int64Array
from routing.engine.dijkstra_kernels import Hooks, SearchGraph, new_workspace, search
from routing.engine.key_kernels import DISTANCE_BITS
from routing.jit import kernel
from routing.network.road_network import CLOSED_MS, UNREACHABLE


@kernel
def labels_within(graph: SearchGraph, seeds: Hooks, nowhere: Hooks, most: int) -> Int64Array:
    """Label of every node from the only place of `seeds`; those up to the key `most` are final, others may be too high.

    `nowhere` is one place without hooks. As if a place at the key `most` were looked for: once all keys below are
    final, it is found, and the search ends.
    """
    space = new_workspace(graph.first.size - 1, graph.bucket_count)
    search(graph, space, seeds, nowhere, np.full(1, most, np.int64))
    return space.label


@kernel
def entered_ms(label: Int64Array, most: int, arc_of_state: Int32Array, duration_ms: Int32Array) -> Int32Array:
    """(arcs) when each arc is entered at the earliest; UNREACHABLE after the key `most`."""
    entered = np.full(duration_ms.size, UNREACHABLE, np.int32)
    for state in range(label.size):
        arc = arc_of_state[state]
        if label[state] <= most and duration_ms[arc] < CLOSED_MS:
            entered[arc] = min(entered[arc], label[state] >> DISTANCE_BITS)
    return entered


@kernel
def left_ms(
    label: Int64Array,
    most: int,
    turn_first: Int32Array,
    turn_head: Int32Array,
    turn_ms: Int32Array,
    duration_ms: Int32Array,
) -> Int32Array:
    """(arcs) how long the way to the place is from the head of each arc, the turn there included.

    `label` are those of a search backwards: from the beginning of each state. A journey begins in the base state.
    """
    after = np.full(duration_ms.size, UNREACHABLE, np.int32)
    for arc in range(duration_ms.size):
        if duration_ms[arc] < CLOSED_MS:
            for turn in range(turn_first[arc], turn_first[arc + 1]):
                known = label[turn_head[turn]]
                if known <= most:
                    after[arc] = min(after[arc], (known >> DISTANCE_BITS) + turn_ms[turn])
    return after
