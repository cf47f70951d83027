"""Weights for the arcs of a hierarchy (see customisation.py); nodes are ranks throughout."""

from typing import NamedTuple

import numpy as np

from routing.arrays import BoolArray, Int32Array, Int64Array
from routing.engine.key_kernels import DISTANCE_BITS, NO_KEY, NO_WAY_MS
from routing.jit import kernel

NO_MS = NO_WAY_MS - 1
"""Durations from here on count as one, that of no path: two of them fit int32. So arcs as long are needed wherever
nothing shorter than this joins their ends, too many at worst."""


class Fill(NamedTuple):
    """The arcs of a hierarchy as the kernels read them: its arrays, and the same arcs seen from their upper ends.

    `out_*` lists for every node u the arcs u > v to lower nodes v (their slots in `down_tail`), `into_*` the arcs v > u
    (slots in `up_head`); v ascending.
    """

    up_first: Int32Array
    up_head: Int32Array
    down_first: Int32Array
    down_tail: Int32Array
    out_first: Int32Array
    out_node: Int32Array
    out_slot: Int32Array
    into_first: Int32Array
    into_node: Int32Array
    into_slot: Int32Array


@kernel
def transposed(first: Int32Array, above: Int32Array) -> tuple[Int32Array, Int32Array, Int32Array]:
    """For each upper end the lower ones and the slots of the arcs, lower ends ascending."""
    count = first.size - 1
    begin = np.zeros(count + 1, np.int32)
    for slot in range(above.size):
        begin[above[slot] + 1] += 1
    for node in range(count):
        begin[node + 1] += begin[node]
    place = begin[:-1].copy()
    node_of, slot_of = np.empty(above.size, np.int32), np.empty(above.size, np.int32)
    for node in range(count):
        for slot in range(first[node], first[node + 1]):
            entry = place[above[slot]]
            place[above[slot]] = entry + 1
            node_of[entry], slot_of[entry] = node, slot
    return begin, node_of, slot_of


@kernel
def lay_turns(slot_of_turn: Int32Array, turn_key: Int64Array, up: Int64Array, down: Int64Array) -> None:
    """Give the arcs that are turns their weights; of parallel turns the lightest counts."""
    for turn in range(slot_of_turn.size):
        slot, key = slot_of_turn[turn], turn_key[turn]
        if slot < 0:
            continue
        if slot < up.size:
            up[slot] = min(up[slot], key)
        else:
            down[slot - up.size] = min(down[slot - up.size], key)


@kernel
def customise(  # noqa: PLR0912 (flat: numba does not inline kernels)
    fill: Fill, up: Int64Array, down: Int64Array, up_via: Int32Array, down_via: Int32Array
) -> None:
    """Basic customisation: lower every arc to its lightest path through lower nodes, the highest of them into `…_via`.

    Node by node upward; the triangles below the arcs of u are found at the lower neighbours of u, whose arcs are final.
    An arc that is not lowered is a turn, and its `…_via` stays as it is.
    """
    up_first, up_head, down_first, down_tail = fill.up_first, fill.up_head, fill.down_first, fill.down_tail
    out_first, out_node, out_slot = fill.out_first, fill.out_node, fill.out_slot
    into_first, into_node, into_slot = fill.into_first, fill.into_node, fill.into_slot
    count = up_first.size - 1
    slot_of = np.empty(count, np.int32)
    for node in range(count):
        for slot in range(up_first[node], up_first[node + 1]):
            slot_of[up_head[slot]] = slot
        for entry in range(out_first[node], out_first[node + 1]):
            below, half = out_node[entry], down[out_slot[entry]]
            if half == NO_KEY:
                continue
            for slot in range(up_first[below + 1] - 1, up_first[below] - 1, -1):
                above = up_head[slot]
                if above <= node:
                    break
                whole = half + up[slot]
                if whole < up[slot_of[above]]:
                    up[slot_of[above]] = whole
                    up_via[slot_of[above]] = below
        for slot in range(down_first[node], down_first[node + 1]):
            slot_of[down_tail[slot]] = slot
        for entry in range(into_first[node], into_first[node + 1]):
            below, half = into_node[entry], up[into_slot[entry]]
            if half == NO_KEY:
                continue
            for slot in range(down_first[below + 1] - 1, down_first[below] - 1, -1):
                above = down_tail[slot]
                if above <= node:
                    break
                whole = half + down[slot]
                if whole < down[slot_of[above]]:
                    down[slot_of[above]] = whole
                    down_via[slot_of[above]] = below


@kernel
def cut_ms(key: int) -> int:
    """Milliseconds of a key, NO_MS at most."""
    return min(key >> DISTANCE_BITS, NO_MS)


@kernel
def lower_row(row: Int32Array, weight: int, other: Int32Array) -> None:
    """row = min(row, weight + other), a loop that compiles to vector instructions; weight, other at most NO_MS."""
    for i in range(row.size):
        row[i] = min(row[i], np.int32(weight + other[i]))


@kernel
def needed_arcs(
    fill: Fill, parent: Int32Array, depth: Int32Array, up: Int64Array, down: Int64Array
) -> tuple[BoolArray, BoolArray]:
    """Perfect customisation: which arcs no faster path between their ends makes superfluous.

    Goes down the elimination tree with the true durations between all ancestors of the present node (`onto[i, j]`: from
    the ancestor of depth i to the one of depth j): those of a node follow from its upward arcs and its ancestors'.
    """
    deepest = 0
    for node in range(depth.size):
        deepest = max(deepest, depth[node])
    onto = np.full((deepest + 1, deepest + 17), NO_MS, np.int32)  # 17: rows of a power of two fight for cache lines
    back = np.full((deepest + 1, deepest + 17), NO_MS, np.int32)  # back[i, j] == onto[j, i]
    up_needed, down_needed = np.zeros(up.size, np.bool_), np.zeros(down.size, np.bool_)
    for i in range(depth.size):
        node = depth.size - 1 - i
        level = depth[node]
        away, home = onto[level, :level], back[level, :level]
        away[:] = NO_MS
        home[:] = NO_MS
        for slot in range(fill.up_first[node], fill.up_first[node + 1]):
            if up[slot] != NO_KEY:
                lower_row(away, cut_ms(up[slot]), onto[depth[fill.up_head[slot]], :level])
        for slot in range(fill.down_first[node], fill.down_first[node + 1]):
            if down[slot] != NO_KEY:
                lower_row(home, cut_ms(down[slot]), back[depth[fill.down_tail[slot]], :level])
        for slot in range(fill.up_first[node], fill.up_first[node + 1]):
            up_needed[slot] = up[slot] != NO_KEY and cut_ms(up[slot]) <= away[depth[fill.up_head[slot]]]
        for slot in range(fill.down_first[node], fill.down_first[node + 1]):
            down_needed[slot] = down[slot] != NO_KEY and cut_ms(down[slot]) <= home[depth[fill.down_tail[slot]]]
        onto[level, level] = 0
        back[level, level] = 0
        if node > 0 and parent[node - 1] == node:  # it has children
            for j in range(level):
                onto[j, level] = home[j]
                back[j, level] = away[j]
    return up_needed, down_needed


@kernel
def kept(
    first: Int32Array, above: Int32Array, key: Int64Array, needed: BoolArray
) -> tuple[Int32Array, Int32Array, Int64Array]:
    """The star of the needed arcs: first, upper end, key."""
    count = first.size - 1
    size = 0
    for slot in range(needed.size):
        size += needed[slot]
    new_first = np.zeros(count + 1, np.int32)
    new_above, new_key = np.empty(size, np.int32), np.empty(size, np.int64)
    entry = 0
    for node in range(count):
        for slot in range(first[node], first[node + 1]):
            if needed[slot]:
                new_above[entry], new_key[entry] = above[slot], key[slot]
                entry += 1
        new_first[node + 1] = entry
    return new_first, new_above, new_key
