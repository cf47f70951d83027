"""Recombination: two adjacent territories are melted, a spanning tree of both is drawn and cut where that is best.

    a a─a b        a a─a b       Every edge of a tree parts it into two connected pieces, so one tree offers as many
    │   │ │   ──►  │     │       whole bipartitions as it has edges; both ways round are weighed. On sparse, tree-like
    a─a b─b        a─a─b─b       road graphs hardly any single unit may move; whole branches may.

DeFord, Duchin & Solomon (2021), "Recombination: a family of Markov chains for redistricting".
"""

from typing import NamedTuple

import numpy as np

from routing.arrays import Float64Array, Int32Array
from routing.jit import kernel
from territories.design.search_kernels import SearchInputs, SearchState, imbalance_of, next_random

_MODULUS = 2147483647.0
FORBIDDEN_S = 1e12
"""Cost of a unit where its lock or skills forbid it: beyond every real sum of seconds."""


class Melted(NamedTuple):
    """Two territories as one small graph; k units, e pairs, all by local index."""

    unit: Int32Array  # (k) which unit each is
    left: Int32Array  # (e)
    right: Int32Array  # (e)


@kernel
def melt(inputs: SearchInputs, state: SearchState, a: int, b: int) -> Melted:
    """The main parts of `a` and `b` together, and the pairs of neighbours among them."""
    n = state.owner.size
    unit, local = np.empty(n, np.int32), np.full(n, -1, np.int32)
    k, arcs = 0, 0
    for u in range(n):
        if (state.owner[u] == a or state.owner[u] == b) and not state.detached[u]:
            unit[k], local[u] = u, k
            arcs += inputs.first_out[u + 1] - inputs.first_out[u]
            k += 1
    left, right = np.empty(arcs, np.int32), np.empty(arcs, np.int32)
    e = 0
    for i in range(k):
        for arc in range(inputs.first_out[unit[i]], inputs.first_out[unit[i] + 1]):
            j = local[inputs.head[arc]]
            if j > i:
                left[e], right[e] = i, j
                e += 1
    return Melted(unit[:k].copy(), left[:e].copy(), right[:e].copy())


@kernel
def root_of(above: Int32Array, i: int) -> int:
    """Root in a union-find forest, halving the path."""
    while above[i] != i:
        above[i] = above[above[i]]
        i = above[i]
    return i


@kernel
def spanning_tree(melted: Melted, weight: Float64Array) -> tuple[Int32Array, Int32Array]:
    """`order` (k) of units from the root outwards and `parent` (k), -1 at the root, of the least tree by `weight` (e).

    Kruskal (1956). Shorter than k where the graph is in several parts.
    """
    k = melted.unit.size
    above = np.arange(k).astype(np.int32)
    first, tree = np.zeros(k + 2, np.int32), np.empty((k, 2), np.int32)
    size = 0
    for edge in np.argsort(weight):
        i, j = melted.left[edge], melted.right[edge]
        x, y = root_of(above, i), root_of(above, j)
        if x != y:
            above[x] = y
            tree[size, 0], tree[size, 1] = i, j
            first[i + 2] += 1
            first[j + 2] += 1
            size += 1
    for i in range(2, k + 2):
        first[i] += first[i - 1]
    beside = np.empty(2 * size, np.int32)
    for edge in range(size):
        i, j = tree[edge, 0], tree[edge, 1]
        beside[first[i + 1]], beside[first[j + 1]] = j, i
        first[i + 1] += 1
        first[j + 1] += 1
    parent, order = np.full(k, -2, np.int32), np.empty(k, np.int32)
    order[0], parent[0] = 0, -1
    begin, end = 0, 1
    while begin < end:
        i = order[begin]
        begin += 1
        for arc in range(first[i], first[i + 1]):
            j = beside[arc]
            if parent[j] == -2:
                parent[j] = i
                order[end] = j
                end += 1
    return order[:end].copy(), parent


@kernel
def branch_sums(
    inputs: SearchInputs, melted: Melted, a: int, b: int, order: Int32Array, parent: Int32Array
) -> Float64Array:
    """(k, 3 + 2 m) over the branch below each unit: cost at `a`, cost at `b`, pairs leaving it, amounts at both."""
    k, measures = melted.unit.size, inputs.tolerance.size
    sums, depth = np.zeros((k, 3 + 2 * measures)), np.zeros(k, np.int32)
    for i in range(k):
        u = melted.unit[i]
        sums[i, 0] = inputs.cost[a, u] if inputs.allowed[a, u] else FORBIDDEN_S
        sums[i, 1] = inputs.cost[b, u] if inputs.allowed[b, u] else FORBIDDEN_S
        for m in range(measures):
            sums[i, 3 + 2 * m], sums[i, 4 + 2 * m] = inputs.amount[m, a, u], inputs.amount[m, b, u]
    for at in range(1, order.size):
        depth[order[at]] = depth[parent[order[at]]] + 1
    for edge in range(melted.left.size):
        i, j = melted.left[edge], melted.right[edge]
        sums[i, 2] += 1
        sums[j, 2] += 1
        while i != j:  # below their lowest common ancestor a pair leaves the branch, from there on it is inside
            if depth[i] < depth[j]:
                i, j = j, i
            i = parent[i]
        sums[i, 2] -= 2
    for at in range(order.size - 1, 0, -1):
        i = order[at]
        for column in range(sums.shape[1]):
            sums[parent[i], column] += sums[i, column]
    return sums


@kernel
def pair_value(inputs: SearchInputs, a: int, b: int, fixed: Float64Array, held: Float64Array) -> float:
    """The part of the objective that `a` and `b` carry, but for costs and borders: `fixed` + `held`, each (m, 2)."""
    value = 0.0
    for m in range(inputs.tolerance.size):
        for side in range(2):
            territory = a if side == 0 else b
            load = fixed[m, side] + held[m, side]
            worth = imbalance_of(load, inputs.target[m, territory], inputs.tolerance[m], inputs.firm[m])
            value += inputs.price[m, territory] * worth
    return value


@kernel
def best_cut(inputs: SearchInputs, a: int, b: int, sums: Float64Array, fixed: Float64Array) -> tuple[float, int, bool]:
    """Value of the best cut of the tree, the unit (local) whose branch is cut off, and whether that goes to `a`."""
    measures = inputs.tolerance.size
    best, branch, to_a = np.inf, -1, False
    held = np.empty((measures, 2))
    for i in range(1, sums.shape[0]):
        for side in range(2):
            cost = sums[i, side] + sums[0, 1 - side] - sums[i, 1 - side]
            for m in range(measures):
                below, rest = 3 + 2 * m + side, 4 + 2 * m - side
                held[m, side] = sums[i, below]
                held[m, 1 - side] = sums[0, rest] - sums[i, rest]
            value = cost + inputs.border_s * sums[i, 2]
            if value < best:
                value += pair_value(inputs, a, b, fixed, held)
            if value < best:
                best, branch, to_a = value, i, side == 0
    return best, branch, to_a


@kernel
def present_value(
    inputs: SearchInputs, state: SearchState, melted: Melted, a: int, b: int
) -> tuple[float, Float64Array]:
    """What the two territories are worth as they are, on the scale of `best_cut`; and (m, 2) the loads that stay."""
    measures = inputs.tolerance.size
    fixed, held = np.empty((measures, 2)), np.zeros((measures, 2))
    cost = 0.0
    for u in melted.unit:
        side = 0 if state.owner[u] == a else 1
        cost += inputs.cost[state.owner[u], u]
        for m in range(measures):
            held[m, side] += inputs.amount[m, state.owner[u], u]
    for m in range(measures):
        fixed[m, 0], fixed[m, 1] = state.load[m, a] - held[m, 0], state.load[m, b] - held[m, 1]
    cut = 0
    for edge in range(melted.left.size):
        if state.owner[melted.unit[melted.left[edge]]] != state.owner[melted.unit[melted.right[edge]]]:
            cut += 1
    return cost + inputs.border_s * cut + pair_value(inputs, a, b, fixed, held), fixed


@kernel
def tree_weights(inputs: SearchInputs, melted: Melted, a: int, b: int, seed: int) -> tuple[Float64Array, int]:
    """(e) random weights; for two trees of three dear where a pair differs in which territory is the nearer one.

    Such trees run along the lines of equal preference and cross them seldom, so that their cuts part near from far.
    """
    weight = np.empty(melted.left.size)
    seed = next_random(seed)
    along = seed % 3 != 0
    for edge in range(weight.size):
        seed = next_random(seed)
        weight[edge] = seed / _MODULUS
        if along:
            i, j = melted.unit[melted.left[edge]], melted.unit[melted.right[edge]]
            lean = (inputs.cost[a, i] - inputs.cost[b, i]) / inputs.pull[i]
            weight[edge] *= abs(lean - (inputs.cost[a, j] - inputs.cost[b, j]) / inputs.pull[j])
    return weight, seed


@kernel
def apply_cut(
    inputs: SearchInputs,
    state: SearchState,
    melted: Melted,
    a: int,
    b: int,
    order: Int32Array,
    parent: Int32Array,
    branch: int,
    to_a: bool,
    fixed: Float64Array,
) -> None:
    """Hand the branch to one of the two and the rest to the other, keeping the sums."""
    inside = np.zeros(melted.unit.size, np.bool_)
    for m in range(inputs.tolerance.size):
        state.load[m, a], state.load[m, b] = fixed[m, 0], fixed[m, 1]
    state.attached_units[a], state.attached_units[b] = 0, 0
    for i in order:
        inside[i] = i == branch or (parent[i] >= 0 and inside[parent[i]])
        territory = a if inside[i] == to_a else b
        u = melted.unit[i]
        state.owner[u] = territory
        state.attached_units[territory] += 1
        for m in range(inputs.tolerance.size):
            state.load[m, territory] += inputs.amount[m, territory, u]


@kernel
def recombine(
    inputs: SearchInputs, state: SearchState, a: int, b: int, heat_s: float, seed: int
) -> tuple[int, int, bool]:
    """One recombination of two adjacent territories; random state, units looked at, and whether it was taken."""
    melted = melt(inputs, state, a, b)
    weight, seed = tree_weights(inputs, melted, a, b, seed)
    order, parent = spanning_tree(melted, weight)
    if order.size < max(melted.unit.size, 2):
        return seed, melted.unit.size, False
    sums = branch_sums(inputs, melted, a, b, order, parent)
    present, fixed = present_value(inputs, state, melted, a, b)
    value, branch, to_a = best_cut(inputs, a, b, sums, fixed)
    delta = value - present
    if delta > -1e-6:
        seed = next_random(seed)
        if heat_s <= 0 or delta > 30 * heat_s or np.exp(-delta / heat_s) * _MODULUS < seed:
            return seed, melted.unit.size, False
    apply_cut(inputs, state, melted, a, b, order, parent, branch, to_a, fixed)
    return seed, melted.unit.size, True


@kernel
def recombine_pairs(
    inputs: SearchInputs, state: SearchState, work: int, hot_s: float, cold_s: float, seed: int
) -> tuple[int, int]:
    """Recombine random adjacent territories until `work` units have been looked at, cooling all the while.

    Returns the random state and how many were taken.
    """
    n, done, taken = state.owner.size, 0, 0
    while done < work:
        done += 1
        seed = next_random(seed)
        unit = seed % n
        degree = inputs.first_out[unit + 1] - inputs.first_out[unit]
        if degree == 0 or state.detached[unit]:
            continue
        seed = next_random(seed)
        other = inputs.head[inputs.first_out[unit] + seed % degree]
        if state.owner[other] == state.owner[unit] or state.detached[other]:
            continue
        heat_s = hot_s * (cold_s / hot_s) ** (done / work)
        seed, looked, made = recombine(inputs, state, state.owner[unit], state.owner[other], heat_s, seed)
        done += looked
        if made:
            taken += 1
    return seed, taken
