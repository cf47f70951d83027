"""The driving states of the legs between matched points."""

from typing import NamedTuple

import numpy as np

from routing.arrays import Int32Array, Int64Array
from routing.engine.dijkstra_kernels import (
    Hooks,
    SearchGraph,
    Workspace,
    best_end,
    clean,
    new_workspace,
    search,
    way_back,
)
from routing.engine.key_kernels import NO_KEY
from routing.jit import kernel
from routing.matching.match_kernels import Roads, hooks_of


class Places(NamedTuple):
    """Where legs begin or end."""

    arc: Int32Array
    key: Int64Array
    """from the arc's tail to the place"""


@kernel
def drive(roads: Roads, reverse: SearchGraph, space: Workspace, begins: Places, ends: Places, leg: int) -> Int32Array:
    """States of the fastest way of one leg; none where there is no way."""
    arc, key = begins.arc[leg], begins.key[leg]
    if ends.arc[leg] == arc and ends.key[leg] >= key:
        return np.full(1, arc, np.int32)
    first, last = roads.graph.first[arc], roads.graph.first[arc + 1]
    seeds = Hooks(
        np.array([0, last - first], np.int32), roads.graph.head[first:last], roads.graph.weight[first:last] - key
    )
    place = hooks_of(roads, ends.arc[leg : leg + 1], ends.key[leg : leg + 1])
    search(roads.graph, space, seeds, place, np.full(1, NO_KEY, np.int64))
    found, hook = best_end(space.label, place, 0)
    states = np.empty(space.touched_count[0] + 1, np.int32)
    length = 0
    if found < NO_KEY:
        length, _ = way_back(space.label, seeds, reverse, place.node[hook], states[: states.size - 1])
        states[length] = arc
        length += 1
    clean(space)
    return states[:length][::-1].copy()


@kernel
def drive_legs(roads: Roads, reverse: SearchGraph, begins: Places, ends: Places) -> tuple[Int32Array, Int32Array]:
    """Driving states of the fastest way from place i of `begins` to place i of `ends`, for all i.

    Returns first (legs+1) and the states first[i] .. first[i + 1] - 1 of leg i, the state that it begins in among them.
    """
    first, states = np.zeros(begins.arc.size + 1, np.int32), np.empty(64, np.int32)
    space = new_workspace(roads.graph.first.size - 1, roads.graph.bucket_count)
    for leg in range(begins.arc.size):
        way = drive(roads, reverse, space, begins, ends, leg)
        first[leg + 1] = first[leg] + way.size
        if first[leg + 1] > states.size:
            grown = np.empty(2 * first[leg + 1], np.int32)
            grown[: first[leg]] = states[: first[leg]]
            states = grown
        states[first[leg] : first[leg + 1]] = way
    return first, states[: first[first.size - 1]].copy()
