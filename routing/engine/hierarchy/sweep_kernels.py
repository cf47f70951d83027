"""Sweeps: travel times from up to LANES starts at a time (see many_to_many.py); labels int32 (ms) or int64 (keys)."""

from typing import NamedTuple

import numpy as np

from routing.arrays import Int32Array
from routing.engine.hierarchy.climbing_kernels import ancestors
from routing.engine.hierarchy.core_kernels import is_core
from routing.engine.hierarchy.lane_kernels import LANES, gather_min, scatter_min
from routing.engine.hierarchy.place_kernels import NONE, direct_key
from routing.engine.hierarchy.plan_kernels import Asked
from routing.engine.hierarchy.star_kernels import Labels, prefetch_arcs
from routing.engine.key_kernels import DISTANCE_BITS, DISTANCE_MASK, NO_KEY, NO_WAY_KEY, NO_WAY_MS, metres, seconds
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.jit import kernel

NOTHING_MS = -1
ZERO_MS = NOTHING_MS - NO_WAY_MS
"""Labels in milliseconds are counted from here, so that all sums fit int32 without a look at them: a start may lie
2^30 - 1 ms behind the head of its arc (-2^31 at the least), a weight may be 2^31 - 1 ms, and what ends as NOTHING_MS
and above took 2^30 ms or more, which is no way."""


class Desk(NamedTuple):
    """What one sweep after the other works on: local numbers of nodes, a row of labels for each, one for each end.

    `fresh` says for the nodes of the core in which sweep they were last reached from below.
    """

    local_of: Int32Array
    rows: Labels
    results: Labels
    fresh: Int32Array


@kernel
def drive_near(asked: Asked, block: Int32Array, shift: int, zero: int, results: Labels) -> None:
    """Lower the labels of ends that lie on the very edge of a start, or meet it below the core."""
    starts, ends, near = asked.starts, asked.ends, asked.plan.near
    for lane in range(block.size):
        start = block[lane]
        end = asked.last_on[starts.edge[start]]
        while end != NONE:
            straight = direct_key(starts, start, ends, end)
            if straight != NO_KEY:
                results[end, lane] = min(results[end, lane], zero + (straight >> shift))
            end = asked.before[end]
        pair = near.last_of[start]
        while pair != NONE:
            end = near.end[pair]
            results[end, lane] = min(results[end, lane], zero + near.label[pair])
            pair = near.before[pair]


@kernel
def sweep_block(asked: Asked, desk: Desk, block: Int32Array, stamp: int, shift: int, zero: int, nothing: int) -> None:
    """Labels of the ends from up to LANES starts (`block`) into `desk.results` (end, lane).

    `zero` is the label of a journey that has just begun, `nothing` (not 0) that of what is not reached.
    """
    up, parent, starts, _, plan, _, _ = asked
    local_of, rows, results, fresh = desk
    hook_count = 0
    for lane in range(block.size):
        hook_count += starts.first[block[lane] + 1] - starts.first[block[lane]]
    given = np.empty(hook_count, np.int32)
    hook_count = 0
    for lane in range(block.size):
        for hook in range(starts.first[block[lane]], starts.first[block[lane] + 1]):
            given[hook_count] = starts.node[hook]
            hook_count += 1
    given.sort()
    union = ancestors(given, parent)
    prefetch_arcs(up, union)
    spare = plan.core.size
    for i in range(union.size):
        if is_core(union[i], plan.core, local_of):
            fresh[local_of[union[i]]] = stamp
        else:
            local_of[union[i]] = spare
            spare += 1
        rows[local_of[union[i]]] = nothing
    for lane in range(block.size):
        for hook in range(starts.first[block[lane]], starts.first[block[lane] + 1]):
            row = local_of[starts.node[hook]]
            rows[row, lane] = min(rows[row, lane], zero - (starts.key[hook] >> shift))
    for i in range(union.size):
        node = union[i]
        scatter_min(rows, local_of[node], local_of, up.node, up.weight, up.first[node], up.first[node + 1])
    for c in range(plan.core.size):
        empty = 0 if fresh[c] == stamp else nothing
        gather_min(rows, c, empty, rows, plan.tail, plan.weight, plan.first[c], plan.first[c + 1])
    for k in range(plan.end.size):
        end = plan.end[k]
        gather_min(
            results, end, nothing, rows, plan.end_node, plan.end_weight, plan.end_first[k], plan.end_first[k + 1]
        )
    drive_near(asked, block, shift, zero, results)


@kernel
def fill_durations(asked: Asked, desk: Desk, order: Int32Array, first_row: int, duration_ms: Int32Array) -> None:
    """Milliseconds from the starts in `order`, start i into row i - first_row; UNREACHABLE_S where no path."""
    results = desk.results
    desk.fresh[:] = -1
    for begin in range(0, order.size, LANES):
        block = order[begin : begin + LANES]
        sweep_block(asked, desk, block, begin, DISTANCE_BITS, ZERO_MS, NOTHING_MS)
        for lane in range(block.size):
            row = duration_ms[block[lane] - first_row]
            for end in range(row.size):
                row[end] = min(results[end, lane], NOTHING_MS) - ZERO_MS  # UNREACHABLE_S where nothing is


@kernel
def fill_both(
    asked: Asked,
    desk: Desk,
    order: Int32Array,
    first_row: int,
    exact: bool,
    duration: Int32Array,
    distance: Int32Array,
) -> None:
    """Durations and distances likewise: milliseconds and decimetres if `exact`, else seconds and metres."""
    results = desk.results
    desk.fresh[:] = -1
    for begin in range(0, order.size, LANES):
        block = order[begin : begin + LANES]
        sweep_block(asked, desk, block, begin, 0, 0, NO_KEY)
        for lane in range(block.size):
            row = block[lane] - first_row
            for end in range(results.shape[0]):
                key = results[end, lane]
                if key >= NO_WAY_KEY:
                    duration[row, end], distance[row, end] = UNREACHABLE_S, UNREACHABLE_S
                elif exact:
                    duration[row, end], distance[row, end] = key >> DISTANCE_BITS, key & DISTANCE_MASK
                else:
                    duration[row, end], distance[row, end] = seconds(key), metres(key)
