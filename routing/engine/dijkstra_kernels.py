"""Shortest paths on a graph with packed keys (see key_kernels.py).

The queue is a ring of buckets of equal width in time (Dial 1969; Denardo and Fox 1979). A node leaves the queue with
its final label unless a lighter path within the same bucket reaches it afterwards; then it simply goes in again. Each
bucket is a doubly linked list through the nodes themselves, so a node stands in at most one and the memory is fixed.
"""

from typing import NamedTuple

import numpy as np

from routing.arrays import Float32Array, Int32Array, Int64Array
from routing.engine.key_kernels import DISTANCE_BITS, DISTANCE_MASK, NO_KEY, NO_WAY_KEY
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.jit import kernel

NO_NODE = -1


class SearchGraph(NamedTuple):
    """A forward star with int64 keys as weights, and the measures of its bucket ring (a power of two)."""

    first: Int32Array
    head: Int32Array
    weight: Int64Array
    bucket_shift: int
    bucket_count: int


class Hooks(NamedTuple):
    """Where places touch the graph: place i has nodes node[first[i]:first[i+1]], each at the cost `key`."""

    first: Int32Array
    node: Int32Array
    key: Int64Array


class Positions(NamedTuple):
    """Places on edges; the keys are those from the tail of the arc to the place, -1 where the edge has no such arc, it
    is closed, or the place is not driven to and from that way."""

    edge: Int32Array
    fraction: Float32Array
    forward_key: Int64Array
    backward_key: Int64Array


class Side(NamedTuple):
    """The places that searches run from, or those that they run to."""

    hooks: Hooks
    at: Positions


class Question(NamedTuple):
    """What is asked: one search for each place of `begin`, to all of `end`.

    `backwards` where the graph has its turns reversed, so that `begin` are the places driven to.
    """

    graph: SearchGraph
    begin: Side
    end: Side
    backwards: bool


class Workspace(NamedTuple):
    """Labels and queue of one search; `touched` lists the labelled nodes, so that cleaning costs what was searched."""

    label: Int64Array
    bucket_of: Int32Array
    following: Int32Array
    preceding: Int32Array
    bucket: Int32Array
    touched: Int32Array
    touched_count: Int64Array
    """(1)"""


@kernel
def new_workspace(node_count: int, bucket_count: int) -> Workspace:
    """A clean workspace."""
    return Workspace(
        np.full(node_count, NO_KEY, np.int64),
        np.full(node_count, NO_NODE, np.int32),
        np.empty(node_count, np.int32),
        np.empty(node_count, np.int32),
        np.full(bucket_count, NO_NODE, np.int32),
        np.empty(node_count, np.int32),
        np.zeros(1, np.int64),
    )


@kernel
def clean(space: Workspace) -> None:
    """Make the workspace as new."""
    label, bucket_of, touched, count = space.label, space.bucket_of, space.touched, space.touched_count[0]
    if 8 * count > label.size:  # filling is sequential: after a search of all Porto it saves 1 ms of 8.5
        label[:] = NO_KEY
        bucket_of[:] = NO_NODE
    else:
        for i in range(count):
            label[touched[i]] = NO_KEY
            bucket_of[touched[i]] = NO_NODE
    space.bucket[:] = NO_NODE
    space.touched_count[0] = 0


@kernel
def best_end(label: Int64Array, ends: Hooks, place: int) -> tuple[int, int]:
    """Least key to a place by the labels so far, and its hook (NO_NODE where none is labelled)."""
    best, chosen = NO_KEY, NO_NODE
    for hook in range(ends.first[place], ends.first[place + 1]):
        known = label[ends.node[hook]]
        if known != NO_KEY and known + ends.key[hook] < best:
            best, chosen = known + ends.key[hook], hook
    return best, chosen


@kernel
def watch(label: Int64Array, ends: Hooks, bound: int, watched: int, best: Int64Array) -> int:
    """Note the keys of places from `watched` on that are below `bound`, up to the first that is not; returns that."""
    while watched < best.size:
        found = min(best[watched], best_end(label, ends, watched)[0])
        if found >= bound:
            break
        best[watched] = found
        watched += 1
    return watched


@kernel
def direct_key(begin: Positions, i: int, end: Positions, j: int) -> int:
    """Key of driving straight along one edge from place i to place j; NO_KEY where j does not lie ahead on it."""
    best = NO_KEY
    if begin.edge[i] == end.edge[j]:
        if min(begin.forward_key[i], end.forward_key[j]) >= 0 and begin.fraction[i] <= end.fraction[j]:
            best = end.forward_key[j] - begin.forward_key[i]
        if min(begin.backward_key[i], end.backward_key[j]) >= 0 and begin.fraction[i] >= end.fraction[j]:
            best = min(best, end.backward_key[j] - begin.backward_key[i])
    return best


@kernel
def direct_keys(question: Question, row: int, best: Int64Array) -> None:
    """Fill `best` with the keys of the straight ways between place `row` of one side and every place of the other."""
    for place in range(best.size):
        if question.backwards:
            best[place] = direct_key(question.end.at, place, question.begin.at, row)
        else:
            best[place] = direct_key(question.begin.at, row, question.end.at, place)


@kernel
def search(  # noqa: PLR0912, PLR0915 (flat, see below)
    graph: SearchGraph, space: Workspace, seeds: Hooks, ends: Hooks, best: Int64Array
) -> None:
    """Lower `best` to the keys from the first place of `seeds` to the places of `ends`; stop once all are final.

    One flat loop over local arrays. With putting into and taking out of a bucket as kernels of their own a search took
    15 ms of processor time instead of 8, with all of the relaxation as one 18 (Porto, 148k states): numba inlines
    neither. Reading the arrays through their tuples is slower still, as every read counts references.
    The end is found by watching one place at a time: once final a place stays so, hence one look a bucket and one a
    place are enough, and neither copies of arcs nor unreachable places need a rule of their own.
    """
    first, head, weight, shift, bucket_count = graph
    label, bucket_of, following, preceding, bucket, touched, touched_count = space
    # The seeds are handled as if they were the turns of one node more, settled before all others.
    begin, end, key, seeding = seeds.first[0], seeds.first[1], 0, True
    seed_node, seed_key = seeds.node, seeds.key
    queued, seen, low, watched = 0, 0, 0, 0
    while watched < best.size:
        for i in range(begin, end):
            node = seed_node[i] if seeding else head[i]
            nearer = seed_key[i] if seeding else key + weight[i]
            old = label[node]
            if nearer >= old:
                continue
            label[node] = nearer
            if old == NO_KEY:
                touched[seen] = node
                seen += 1
            slot = (nearer >> shift) & (bucket_count - 1)
            present = bucket_of[node]
            if present == slot:
                continue
            if present == NO_NODE:
                queued += 1
            else:
                before, after = preceding[node], following[node]
                if before == NO_NODE:
                    bucket[present] = after
                else:
                    following[before] = after
                if after != NO_NODE:
                    preceding[after] = before
            after = bucket[slot]
            following[node] = after
            preceding[node] = NO_NODE
            if after != NO_NODE:
                preceding[after] = node
            bucket[slot] = node
            bucket_of[node] = slot
        seeding = False
        if queued == 0:
            break
        while bucket[low & (bucket_count - 1)] == NO_NODE:
            low += 1
            watched = watch(label, ends, low << shift, watched, best)
        slot = low & (bucket_count - 1)
        node = bucket[slot]
        after = following[node]
        bucket[slot] = after
        if after != NO_NODE:
            preceding[after] = NO_NODE
        bucket_of[node] = NO_NODE
        queued -= 1
        key, begin, end = label[node], first[node], first[node + 1]
    touched_count[0] = seen
    watch(label, ends, NO_KEY + 1, watched, best)


@kernel
def labels_from(graph: SearchGraph, seeds: Hooks, nowhere: Hooks) -> Int64Array:
    """Label of every node from the only place of `seeds`; `nowhere` is one place without hooks, so no end is found."""
    space = new_workspace(graph.first.size - 1, graph.bucket_count)
    search(graph, space, seeds, nowhere, np.full(1, NO_KEY, np.int64))
    return space.label


@kernel
def fastest_rows(question: Question, first: int, last: int, duration_ms: Int32Array, distance_dm: Int32Array) -> None:
    """Fill rows first..last-1 of both matrices."""
    space = new_workspace(question.graph.first.size - 1, question.graph.bucket_count)
    seeds, ends = question.begin.hooks, question.end.hooks
    best = np.empty(question.end.at.edge.size, np.int64)
    for row in range(first, last):
        direct_keys(question, row, best)
        search(question.graph, space, Hooks(seeds.first[row : row + 2], seeds.node, seeds.key), ends, best)
        for column in range(best.size):
            if best[column] >= NO_WAY_KEY:
                duration_ms[row, column] = UNREACHABLE_S
                distance_dm[row, column] = UNREACHABLE_S
            else:
                duration_ms[row, column] = best[column] >> DISTANCE_BITS
                distance_dm[row, column] = best[column] & DISTANCE_MASK
        clean(space)


@kernel
def way_back(label: Int64Array, seeds: Hooks, reverse: SearchGraph, node: int, path: Int32Array) -> tuple[int, int]:
    """Fill `path` with the nodes from `node` back to the seeds; returns how many, and the seed hook (NO_NODE: none).

    No predecessors are stored: a label that equals a predecessor's plus the weight between names the way back.
    """
    length, seed = 0, NO_NODE
    while seed == NO_NODE and length < path.size:
        path[length] = node
        length += 1
        known = label[node]
        for i in range(seeds.first[0], seeds.first[1]):
            if seeds.node[i] == node and seeds.key[i] == known:
                seed = i
        for turn in range(reverse.first[node], reverse.first[node + 1]):
            if label[reverse.head[turn]] + reverse.weight[turn] == known:
                node = reverse.head[turn]
                break
    return length, seed


@kernel
def fastest_path(question: Question, reverse: SearchGraph) -> tuple[int, bool, int, Int32Array]:
    """The path from the only place of one side to the only place of the other, forwards.

    Returns its key (NO_KEY: there is no way), whether it runs straight along one edge, the seed hook it leaves by, and
    the nodes it enters.
    """
    space = new_workspace(question.graph.first.size - 1, question.graph.bucket_count)
    seeds, ends = question.begin.hooks, question.end.hooks
    best = np.empty(1, np.int64)
    direct_keys(question, 0, best)
    search(question.graph, space, seeds, ends, best)
    found, hook = best_end(space.label, ends, 0)
    path = np.empty(space.touched_count[0], np.int32)
    if best[0] >= NO_WAY_KEY:
        return NO_KEY, False, NO_NODE, path[:0]
    if found > best[0]:
        return best[0], True, NO_NODE, path[:0]
    length, seed = way_back(space.label, seeds, reverse, ends.node[hook], path)
    return best[0], False, seed, path[:length][::-1].copy()
