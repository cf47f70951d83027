"""Local search over boundary units: an annealed walk of single moves, then descent by moves and swaps.

A move never cuts a territory: the unit must touch the main part it joins, and what it leaves must stay connected.
Units flagged `detached` (cut off by a lock or a skill) count neither as a bridge nor as something to hold together.
"""

from typing import NamedTuple

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array
from routing.jit import kernel

_MODULUS = 2147483647
_FACTOR = 48271


class SearchInputs(NamedTuple):
    """What stays as it is during a search; n units, p territories, m measures."""

    first_out: Int32Array
    head: Int32Array
    allowed: BoolArray  # (p, n)
    cost: Float64Array  # (p, n)
    pull: Float64Array  # (n) visits
    amount: Float64Array  # (m, p, n)
    target: Float64Array  # (m, p)
    tolerance: Float64Array  # (m)
    firm: BoolArray  # (m)
    price: Float64Array  # (m, p) seconds for an excess of 1
    border_s: float  # seconds for each pair of neighbours in two territories


class SearchState(NamedTuple):
    """What the search changes, and its working space."""

    owner: Int32Array  # (n)
    detached: BoolArray  # (n)
    load: Float64Array  # (m, p)
    attached_units: Int32Array  # (p)
    stamp: Int32Array  # (n) zeros at first
    queue: Int32Array  # (n)
    token: Int32Array  # (1)


@kernel
def next_random(state: int) -> int:
    """Park & Miller's generator (48271): in 64-bit integers it runs the same compiled and not."""
    return state * _FACTOR % _MODULUS


@kernel
def imbalance_of(load: float, target: float, tolerance: float, firm: bool) -> float:
    """What one territory's deviation in one measure is worth, see objective.py."""
    deviation = abs(load / max(target, 1e-9) - 1.0)
    excess = max(deviation - tolerance, 0.0)
    nudge = 0.002 * deviation * deviation / tolerance
    if firm:
        return excess + 2.0 * excess * excess + nudge
    return excess / (1.0 + 10.0 * excess) + nudge


@kernel
def border_change(inputs: SearchInputs, state: SearchState, unit: int, to: int) -> int:
    """How many more pairs of neighbours lie in two territories when `unit` goes to `to`."""
    origin, change = state.owner[unit], 0
    for arc in range(inputs.first_out[unit], inputs.first_out[unit + 1]):
        holder = state.owner[inputs.head[arc]]
        if holder == origin:
            change += 1
        elif holder == to:
            change -= 1
    return change


@kernel
def move_delta(inputs: SearchInputs, state: SearchState, unit: int, to: int) -> float:
    """Change of the objective when `unit` goes to territory `to`."""
    origin = state.owner[unit]
    delta: float = inputs.cost[to, unit] - inputs.cost[origin, unit]
    for m in range(inputs.tolerance.size):
        tolerance, firm = inputs.tolerance[m], inputs.firm[m]
        target, load, left = inputs.target[m, origin], state.load[m, origin], inputs.amount[m, origin, unit]
        change = imbalance_of(load - left, target, tolerance, firm) - imbalance_of(load, target, tolerance, firm)
        delta += inputs.price[m, origin] * change
        target, load, added = inputs.target[m, to], state.load[m, to], inputs.amount[m, to, unit]
        change = imbalance_of(load + added, target, tolerance, firm) - imbalance_of(load, target, tolerance, firm)
        delta += inputs.price[m, to] * change
    return delta + inputs.border_s * border_change(inputs, state, unit, to)


@kernel
def swap_delta(inputs: SearchInputs, state: SearchState, unit: int, other: int) -> float:
    """Change of the objective when `unit` and `other`, of two territories, change places."""
    a, b = state.owner[unit], state.owner[other]
    delta: float = inputs.cost[b, unit] - inputs.cost[a, unit] + inputs.cost[a, other] - inputs.cost[b, other]
    for m in range(inputs.tolerance.size):
        tolerance, firm = inputs.tolerance[m], inputs.firm[m]
        target, load = inputs.target[m, a], state.load[m, a]
        changed = load - inputs.amount[m, a, unit] + inputs.amount[m, a, other]
        delta += inputs.price[m, a] * (
            imbalance_of(changed, target, tolerance, firm) - imbalance_of(load, target, tolerance, firm)
        )
        target, load = inputs.target[m, b], state.load[m, b]
        changed = load - inputs.amount[m, b, other] + inputs.amount[m, b, unit]
        delta += inputs.price[m, b] * (
            imbalance_of(changed, target, tolerance, firm) - imbalance_of(load, target, tolerance, firm)
        )
    border = border_change(inputs, state, unit, b) + border_change(inputs, state, other, a)
    for arc in range(inputs.first_out[unit], inputs.first_out[unit + 1]):
        if inputs.head[arc] == other:
            border += 2  # each was counted as joining the other, and neither does
    return delta + inputs.border_s * border


@kernel
def touches(inputs: SearchInputs, state: SearchState, unit: int, territory: int) -> bool:
    """Whether `unit` has a neighbour in the main part of `territory`."""
    for arc in range(inputs.first_out[unit], inputs.first_out[unit + 1]):
        other = inputs.head[arc]
        if state.owner[other] == territory and not state.detached[other]:
            return True
    return False


@kernel
def may_leave(inputs: SearchInputs, state: SearchState, unit: int) -> bool:
    """Whether the main part that `unit` belongs to stays connected, and not empty, without it."""
    if state.detached[unit]:
        return True
    territory = state.owner[unit]
    if state.attached_units[territory] <= 1:
        return False
    state.token[0] += 2
    wanted, seen = state.token[0] - 1, state.token[0]
    missing, start = 0, -1
    for arc in range(inputs.first_out[unit], inputs.first_out[unit + 1]):
        other = inputs.head[arc]
        if state.owner[other] == territory and not state.detached[other]:
            state.stamp[other] = wanted
            missing += 1
            start = other
    if missing <= 1:
        return True
    state.stamp[unit] = seen
    state.stamp[start] = seen
    state.queue[0] = start
    begin, end = 0, 1
    missing -= 1
    while begin < end and missing > 0:
        at = state.queue[begin]
        begin += 1
        for arc in range(inputs.first_out[at], inputs.first_out[at + 1]):
            other = inputs.head[arc]
            if state.owner[other] == territory and state.stamp[other] != seen and not state.detached[other]:
                if state.stamp[other] == wanted:
                    missing -= 1
                state.stamp[other] = seen
                state.queue[end] = other
                end += 1
    return missing == 0


@kernel
def move(inputs: SearchInputs, state: SearchState, unit: int, to: int) -> None:
    """Hand `unit` to the main part of `to`, keeping the sums."""
    origin = state.owner[unit]
    for m in range(inputs.tolerance.size):
        state.load[m, origin] -= inputs.amount[m, origin, unit]
        state.load[m, to] += inputs.amount[m, to, unit]
    if not state.detached[unit]:
        state.attached_units[origin] -= 1
    state.attached_units[to] += 1
    state.detached[unit] = False
    state.owner[unit] = to


@kernel
def anneal(inputs: SearchInputs, state: SearchState, moves: int, hot_s: float, cold_s: float, seed: int) -> int:
    """Propose `moves` moves of a random unit to a random neighbour's territory, cooling from `hot_s` to `cold_s`.

    Returns the state of the random generator. Kirkpatrick et al. (1983), geometric cooling.
    """
    n = state.owner.size
    heat = hot_s
    cooling = (cold_s / hot_s) ** (64.0 / max(moves, 64))
    for step in range(moves):
        if step % 64 == 63:
            heat *= cooling
        seed = next_random(seed)
        unit = seed % n
        degree = inputs.first_out[unit + 1] - inputs.first_out[unit]
        if degree == 0:
            continue
        seed = next_random(seed)
        other = inputs.head[inputs.first_out[unit] + seed % degree]
        to = state.owner[other]
        if to == state.owner[unit] or state.detached[other] or not inputs.allowed[to, unit]:
            continue
        delta = move_delta(inputs, state, unit, to)
        if delta > 0:
            seed = next_random(seed)
            if delta > 30 * heat or np.exp(-delta / heat) * _MODULUS < seed:
                continue
        if may_leave(inputs, state, unit):
            move(inputs, state, unit, to)
    return seed


@kernel
def descend_moves(inputs: SearchInputs, state: SearchState) -> int:
    """One pass over all units, each to its best improving neighbour territory. Returns the moves made."""
    made = 0
    for unit in range(state.owner.size):
        best, to = -1e-6, -1
        for arc in range(inputs.first_out[unit], inputs.first_out[unit + 1]):
            other = inputs.head[arc]
            territory = state.owner[other]
            if territory != state.owner[unit] and not state.detached[other] and inputs.allowed[territory, unit]:
                delta = move_delta(inputs, state, unit, territory)
                if delta < best:
                    best, to = delta, territory
        if to >= 0 and may_leave(inputs, state, unit):
            move(inputs, state, unit, to)
            made += 1
    return made


@kernel
def try_swap(inputs: SearchInputs, state: SearchState, unit: int, other: int) -> bool:
    """Swap two units where that improves and cuts nothing."""
    a, b = state.owner[unit], state.owner[other]
    if not inputs.allowed[b, unit] or not inputs.allowed[a, other] or state.detached[unit] or state.detached[other]:
        return False
    if swap_delta(inputs, state, unit, other) > -1e-6 or not may_leave(inputs, state, unit):
        return False
    move(inputs, state, unit, b)
    if may_leave(inputs, state, other) and touches(inputs, state, other, a):
        move(inputs, state, other, a)
        return True
    move(inputs, state, unit, a)
    return False


@kernel
def descend_swaps(inputs: SearchInputs, state: SearchState, a: int, b: int) -> int:
    """One pass over the pairs of units on the common boundary of territories `a` and `b`. Returns the swaps made."""
    n, made = state.owner.size, 0
    boundary_a, boundary_b = np.empty(n, np.int32), np.empty(n, np.int32)
    size_a, size_b = 0, 0
    for unit in range(n):
        if state.owner[unit] == a and touches(inputs, state, unit, b):
            boundary_a[size_a] = unit
            size_a += 1
        elif state.owner[unit] == b and touches(inputs, state, unit, a):
            boundary_b[size_b] = unit
            size_b += 1
    for i in range(size_a):
        for j in range(size_b):
            unit, other = boundary_a[i], boundary_b[j]
            if (
                state.owner[unit] == a
                and state.owner[other] == b
                and touches(inputs, state, unit, b)
                and touches(inputs, state, other, a)
                and try_swap(inputs, state, unit, other)
            ):
                made += 1
                break
    return made
