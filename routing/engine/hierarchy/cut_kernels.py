"""Cutting a cell of junctions in two along few streets: inertial flow.

Arrays are those of `order_kernels.local_graph`; `flow` is positive from `end_a` to `end_b`.
"""

import numpy as np

from routing.arrays import Float64Array, Int32Array
from routing.jit import kernel

DIRECTIONS = 8
"""Straight lines over half a circle that a cell is swept along."""
SHARE = 0.25
"""Of a cell's junctions, the foremost that are sources and the last that are sinks."""


@kernel
def levels_from_sources(
    first: Int32Array,
    adjacent: Int32Array,
    end_a: Int32Array,
    end_b: Int32Array,
    weight: Int32Array,
    flow: Int32Array,
    terminal: Int32Array,
    level: Int32Array,
    queue: Int32Array,
) -> bool:
    """Breadth first search over streets with room; fill `level` (-1: not reached); whether a sink was reached."""
    filled, found = 0, False
    for v in range(level.size):
        level[v] = -1
        if terminal[v] == 1:
            level[v] = 0
            queue[filled] = v
            filled += 1
    head = 0
    while head < filled:
        v = queue[head]
        head += 1
        if terminal[v] == 2:
            found = True
            continue
        for i in range(first[v], first[v + 1]):
            e = adjacent[i]
            at_a = end_a[e] == v
            w = end_b[e] if at_a else end_a[e]
            if level[w] < 0 and (flow[e] if at_a else -flow[e]) < weight[e]:
                level[w] = level[v] + 1
                queue[filled] = w
                filled += 1
    return found


@kernel
def augment(
    first: Int32Array,
    adjacent: Int32Array,
    end_a: Int32Array,
    end_b: Int32Array,
    weight: Int32Array,
    flow: Int32Array,
    terminal: Int32Array,
    level: Int32Array,
    path: Int32Array,
    pointer: Int32Array,
) -> None:
    """Dinic's blocking flow: fill all shortest ways from sources to sinks.

    `path` holds 2 * street, plus 1 where the street is entered at its a.
    """
    n = first.size - 1
    pointer[:n] = first[:n]
    for source in range(n):
        if terminal[source] != 1:
            continue
        v, depth = source, 0
        while True:
            if terminal[v] == 2:
                room = 1 << 30
                for i in range(depth):
                    e = path[i]
                    room = min(room, weight[e >> 1] - (flow[e >> 1] if e & 1 else -flow[e >> 1]))
                for i in range(depth):
                    flow[path[i] >> 1] += room if path[i] & 1 else -room
                v, depth = source, 0
                continue
            advanced = False
            while pointer[v] < first[v + 1]:
                e = adjacent[pointer[v]]
                at_a = end_a[e] == v
                w = end_b[e] if at_a else end_a[e]
                if level[w] == level[v] + 1 and (flow[e] if at_a else -flow[e]) < weight[e]:
                    path[depth] = 2 * e + (1 if at_a else 0)
                    depth += 1
                    v = w
                    advanced = True
                    break
                pointer[v] += 1
            if advanced:
                continue
            if depth == 0:
                break
            depth -= 1
            e = path[depth] >> 1
            v = end_a[e] if path[depth] & 1 else end_b[e]
            pointer[v] += 1


@kernel
def reaches_sink(
    first: Int32Array,
    adjacent: Int32Array,
    end_a: Int32Array,
    end_b: Int32Array,
    weight: Int32Array,
    flow: Int32Array,
    terminal: Int32Array,
    reached: Int32Array,
    queue: Int32Array,
) -> None:
    """Fill `reached` (n) with 1 where there is room all the way to a sink."""
    filled = 0
    for v in range(reached.size):
        reached[v] = 0
        if terminal[v] == 2:
            reached[v] = 1
            queue[filled] = v
            filled += 1
    head = 0
    while head < filled:
        v = queue[head]
        head += 1
        for i in range(first[v], first[v + 1]):
            e = adjacent[i]
            at_a = end_a[e] == v
            w = end_b[e] if at_a else end_a[e]
            if not reached[w] and (-flow[e] if at_a else flow[e]) < weight[e]:
                reached[w] = 1
                queue[filled] = w
                filled += 1


@kernel
def best_cut(
    first: Int32Array,
    adjacent: Int32Array,
    end_a: Int32Array,
    end_b: Int32Array,
    weight: Int32Array,
    x_m: Float64Array,
    y_m: Float64Array,
) -> Int32Array:
    """(n) 0 or 1: the side of each junction under the cut with the least weight per junction of its smaller side.

    Inertial flow: along each direction the foremost junctions are the sources of a flow and the last its sinks; the
    streets that are full part them, nearest to the sources or nearest to the sinks. Of equal cuts the first found.
    """
    n, m = first.size - 1, end_a.size
    flow, terminal = np.empty(m, np.int32), np.empty(n, np.int32)
    level, queue = np.empty(n, np.int32), np.empty(n, np.int32)
    path, pointer, reached = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    best, best_side = np.inf, np.zeros(n, np.int32)
    ends = max(1, int(n * SHARE))
    for direction in range(DIRECTIONS):
        angle = np.pi * direction / DIRECTIONS
        swept = np.argsort(x_m * np.cos(angle) + y_m * np.sin(angle), kind="mergesort")
        terminal[:] = 0
        terminal[swept[:ends]] = 1
        terminal[swept[n - ends :]] = 2
        flow[:] = 0
        while levels_from_sources(first, adjacent, end_a, end_b, weight, flow, terminal, level, queue):
            augment(first, adjacent, end_a, end_b, weight, flow, terminal, level, path, pointer)
        reaches_sink(first, adjacent, end_a, end_b, weight, flow, terminal, reached, queue)
        for at_sinks in range(2):
            cut, right = 0, 0
            for v in range(n):
                queue[v] = reached[v] if at_sinks else 1 if level[v] < 0 else 0
                right += queue[v]
            for e in range(m):
                if queue[end_a[e]] != queue[end_b[e]]:
                    cut += weight[e]
            score = cut / min(right, n - right)
            if score < best:
                best = score
                best_side[:] = queue
    return best_side
