"""Metric-free contraction of a directed graph (see contraction.py); nodes are ranks throughout."""

import numpy as np

from routing.arrays import Int32Array
from routing.jit import kernel

NO_NODE = -1
NO_SLOT = -1


@kernel
def elimination_parents(first: Int32Array, head: Int32Array) -> Int32Array:
    """Parent of every node in the elimination tree of the graph taken as undirected; NO_NODE for roots.

    `first`, `head` list for each node its *lower* neighbours in either direction. Source: Liu, "The role of elimination
    trees in sparse factorization" (1990), with path compression.
    """
    count = first.size - 1
    parent = np.full(count, NO_NODE, np.int32)
    ancestor = np.full(count, NO_NODE, np.int32)
    for node in range(count):
        for entry in range(first[node], first[node + 1]):
            below = head[entry]
            while ancestor[below] != NO_NODE and ancestor[below] != node:
                above = ancestor[below]
                ancestor[below] = node
                below = above
            if ancestor[below] == NO_NODE:
                ancestor[below] = node
                parent[below] = node
    return parent


@kernel
def postorder(parent: Int32Array) -> Int32Array:
    """Nodes so that each follows its descendants and every subtree is one range; children keep their order."""
    count = parent.size
    child = np.full(count, NO_NODE, np.int32)
    sibling = np.full(count, NO_NODE, np.int32)
    root = NO_NODE
    for i in range(count):
        node = count - 1 - i
        if parent[node] == NO_NODE:
            sibling[node], root = root, node
        else:
            sibling[node], child[parent[node]] = child[parent[node]], node
    order = np.empty(count, np.int32)
    stack = np.empty(count, np.int32)
    found = 0
    while root != NO_NODE:
        depth = 0
        stack[0] = root
        while depth >= 0:
            node = stack[depth]
            if child[node] != NO_NODE:
                depth += 1
                stack[depth] = child[node]
                child[node] = sibling[child[node]]
            else:
                order[found] = node
                found += 1
                depth -= 1
        root = sibling[root]
    return order


@kernel
def grown(array: Int32Array, size: int) -> Int32Array:
    """The array with room for at least `size` entries."""
    if size <= array.size:
        return array
    wider = np.empty(max(size, 2 * array.size), np.int32)
    wider[: array.size] = array
    return wider


@kernel
def fill_side(
    node: int,
    known: Int32Array,
    through_first: int,
    through_next: Int32Array,
    through_owner: Int32Array,
    end_first: Int32Array,
    end: Int32Array,
    marked: Int32Array,
    found: Int32Array,
) -> tuple[int, Int32Array]:
    """Neighbours above `node` in one direction: those of the graph and those that nodes below hand on.

    A node below is on the chain `through_first`, ...; its own neighbours above are end[end_first[v]:end_first[v+1]].
    Returns their number and the grown buffer `found`, sorted.
    """
    count = 0
    for i in range(known.size):
        if marked[known[i]] != node:
            marked[known[i]] = node
            found = grown(found, count + 1)
            found[count] = known[i]
            count += 1
    slot = through_first
    while slot != NO_SLOT:
        below = through_owner[slot]
        for i in range(end_first[below + 1] - 1, end_first[below] - 1, -1):
            above = end[i]
            if above <= node:
                break
            if marked[above] != node:
                marked[above] = node
                found = grown(found, count + 1)
                found[count] = above
                count += 1
        slot = through_next[slot]
    found[:count].sort()
    return count, found


@kernel
def contract(
    out_first: Int32Array, out_head: Int32Array, in_first: Int32Array, in_tail: Int32Array
) -> tuple[Int32Array, Int32Array, Int32Array, Int32Array]:
    """All arcs of the hierarchy, from the arcs of the graph that lead upward out of, and from above into, each node.

    Eliminating v adds u>w for every u>v and v>w among the higher nodes. Each node collects what the nodes below it
    hand on when its turn comes. Returns (first, head) upward and (first, tail) from above, sorted within each node.
    """
    count = out_first.size - 1
    up_first, down_first = np.zeros(count + 1, np.int32), np.zeros(count + 1, np.int32)
    up, down = np.empty(4 * count + 1, np.int32), np.empty(4 * count + 1, np.int32)
    up_owner, down_owner = np.empty(up.size, np.int32), np.empty(down.size, np.int32)
    up_next, down_next = np.empty(up.size, np.int32), np.empty(down.size, np.int32)
    from_below, to_below = np.full(count, NO_SLOT, np.int32), np.full(count, NO_SLOT, np.int32)
    up_marked, down_marked = np.full(count, NO_NODE, np.int32), np.full(count, NO_NODE, np.int32)
    found = np.empty(1024, np.int32)
    for node in range(count):
        known = out_head[out_first[node] : out_first[node + 1]]
        size, found = fill_side(node, known, to_below[node], down_next, down_owner, up_first, up, up_marked, found)
        begin = up_first[node]
        up, up_owner, up_next = grown(up, begin + size), grown(up_owner, begin + size), grown(up_next, begin + size)
        for i in range(size):
            slot, above = begin + i, found[i]
            up[slot], up_owner[slot] = above, node
            up_next[slot], from_below[above] = from_below[above], slot
        up_first[node + 1] = begin + size
        known = in_tail[in_first[node] : in_first[node + 1]]
        size, found = fill_side(node, known, from_below[node], up_next, up_owner, down_first, down, down_marked, found)
        begin = down_first[node]
        down, down_owner = grown(down, begin + size), grown(down_owner, begin + size)
        down_next = grown(down_next, begin + size)
        for i in range(size):
            slot, above = begin + i, found[i]
            down[slot], down_owner[slot] = above, node
            down_next[slot], to_below[above] = to_below[above], slot
        down_first[node + 1] = begin + size
    return up_first, up[: up_first[count]].copy(), down_first, down[: down_first[count]].copy()


@kernel
def slots_of_turns(
    tail: Int32Array,
    head: Int32Array,
    up_first: Int32Array,
    up: Int32Array,
    down_first: Int32Array,
    down: Int32Array,
) -> Int32Array:
    """For each arc tail>head of the graph its slot: in `up`, or after those in `down`; NO_SLOT for a loop."""
    slots = np.full(tail.size, NO_SLOT, np.int32)
    for arc in range(tail.size):
        low, high = tail[arc], head[arc]
        if low < high:
            slots[arc] = up_first[low] + np.searchsorted(up[up_first[low] : up_first[low + 1]], high)
        elif high < low:
            slots[arc] = (
                up.size + down_first[high] + np.searchsorted(down[down_first[high] : down_first[high + 1]], low)
            )
    return slots


@kernel
def depths(parent: Int32Array) -> Int32Array:
    """Ancestors of every node, given that parents have higher ranks."""
    depth = np.zeros(parent.size, np.int32)
    for i in range(parent.size):
        node = parent.size - 1 - i
        if parent[node] != NO_NODE:
            depth[node] = depth[parent[node]] + 1
    return depth


@kernel
def lowest_descendants(parent: Int32Array) -> Int32Array:
    """The lowest rank in the subtree of every node, given a post-order."""
    lowest = np.arange(parent.size).astype(np.int32)
    for node in range(parent.size):
        if parent[node] != NO_NODE:
            lowest[parent[node]] = min(lowest[parent[node]], lowest[node])
    return lowest
