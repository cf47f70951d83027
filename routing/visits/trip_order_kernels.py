"""Kernels for the shortest round tour through all places, where there and back may cost otherwise (asymmetric TSP).

Costs are (n, n) int64 without sentinels; sums of n of them fit. Tours are (n) int32 permutations.
"""

import numpy as np

from routing.arrays import Int32Array, Int64Array
from routing.jit import kernel

_FAR = 2**62


@kernel
def exact_tour(cost: Int64Array) -> Int32Array:
    """The best tour, from place 0, by dynamic programming over sets. Source: Held and Karp (1962)."""
    last = cost.shape[0] - 1  # place `last` is where the tour begins; the sets are of the others
    sets = 1 << last
    best = np.full((sets, max(last, 1)), _FAR, np.int64)
    before = np.full((sets, max(last, 1)), -1, np.int8)
    for j in range(last):
        best[1 << j, j] = cost[last, j]
    for visited in range(1, sets):
        for j in range(last):
            so_far = best[visited, j]
            if so_far == _FAR:
                continue
            for k in range(last):
                if visited >> k & 1:
                    continue
                after = visited | 1 << k
                if so_far + cost[j, k] < best[after, k]:
                    best[after, k] = so_far + cost[j, k]
                    before[after, k] = j
    tour = np.empty(last + 1, np.int32)
    tour[last] = last
    visited, j = sets - 1, 0
    for k in range(1, last):
        if best[visited, k] + cost[k, last] < best[visited, j] + cost[j, last]:
            j = k
    for place in range(last - 1, -1, -1):
        tour[place] = j
        visited, j = visited & ~(1 << j), before[visited, j]
    return tour


@kernel
def farthest_insertion(cost: Int64Array) -> Int32Array:
    """A tour: the place that is farthest from all in it goes in next, where it costs least."""
    n = cost.shape[0]
    tour = np.zeros(n, np.int32)
    near = np.minimum(cost[0], cost[:, 0])
    near[0] = -1
    for size in range(1, n):
        place = np.argmax(near)
        where, least = 0, np.int64(_FAR)
        for i in range(size):
            a, b = tour[i], tour[(i + 1) % size]
            detour = cost[a, place] + cost[place, b] - (cost[a, b] if size > 1 else 0)
            if detour < least:
                where, least = i + 1, detour
        for i in range(size, where, -1):
            tour[i] = tour[i - 1]
        tour[where] = place
        near[place] = -1
        for other in range(n):
            if near[other] >= 0:
                near[other] = min(near[other], cost[place, other], cost[other, place])
    return tour


@kernel
def running_costs(cost: Int64Array, tour: Int32Array, ahead: Int64Array, back: Int64Array) -> None:
    """Fill the sums of costs up to each place of the tour, as it runs and the other way round."""
    for i in range(tour.size):
        a, b = tour[i], tour[(i + 1) % tour.size]
        ahead[i + 1], back[i + 1] = ahead[i] + cost[a, b], back[i] + cost[b, a]


@kernel
def turn_or_move(tour: Int32Array, first: int, length: int, to: int, turned: bool) -> None:
    """Turn a stretch round in its place (`to` below 0), or put it behind the place `to`."""
    if to < 0:
        tour[first : first + length] = tour[first : first + length][::-1].copy()
        return
    stretch = tour[first : first + length].copy()
    if turned:
        stretch = stretch[::-1].copy()
    if to > first:
        tour[first : to + 1 - length] = tour[first + length : to + 1].copy()
        tour[to + 1 - length : to + 1] = stretch
    else:
        tour[to + 1 + length : first + length] = tour[to + 1 : first].copy()
        tour[to + 1 : to + 1 + length] = stretch


@kernel
def improve(cost: Int64Array, tour: Int32Array) -> int:
    """Change `tour` in place until no move makes it shorter; returns what was gained.

    Moves: turn a stretch round (2-opt), or take up to three places elsewhere, turned round or not (Or-opt). What a
    turned stretch costs comes from running sums of both directions, so every move is weighed in constant time. The best
    move of each first place is made at once: a third of the time of making the best of all.
    """
    n = tour.size
    gained = 0
    ahead, back = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    running_costs(cost, tour, ahead, back)
    better = n > 2
    while better:
        better = False
        for i in range(n):
            best, length, to, turn = 0, 0, -1, False
            p, s = tour[(i - 1) % n], tour[i]
            for j in range(i + 1, n if i else n - 1):  # the stretch i..j between p and q, turned in its place
                e, q = tour[j], tour[(j + 1) % n]
                gain = cost[p, s] + ahead[j] - ahead[i] + cost[e, q] - cost[p, e] - back[j] + back[i] - cost[s, q]
                if gain > best:
                    best, length = int(gain), j - i + 1
            for j in range(i, min(i + 3, n if i else n - 1)):  # the stretch i..j, put between c and d
                e, q = tour[j], tour[(j + 1) % n]
                out = cost[p, s] + cost[e, q] - cost[p, q]
                turned = back[j] - back[i] - ahead[j] + ahead[i]
                for k in range(n):
                    if i - 1 <= k <= j or (i == 0 and k == n - 1):
                        continue
                    c, d = tour[k], tour[(k + 1) % n]
                    gain = out + cost[c, d] - cost[c, s] - cost[e, d]
                    if gain > best:
                        best, length, to, turn = int(gain), j - i + 1, k, False
                    gain = out + cost[c, d] - cost[c, e] - cost[s, d] - turned
                    if gain > best:
                        best, length, to, turn = int(gain), j - i + 1, k, True
            if best > 0:
                turn_or_move(tour, i, length, to, turn)
                running_costs(cost, tour, ahead, back)
                gained += best
                better = True
    return gained


@kernel
def kicked_tour(cost: Int64Array, tour: Int32Array, kicks: int, seed: int) -> Int32Array:
    """The best of tours improved after exchanging two neighbouring stretches (a double bridge) of the best so far.

    Source: iterated local search, Lourenço, Martin and Stützle (2003).
    """
    np.random.seed(seed)
    n = tour.size
    best = tour.copy()
    improve(cost, best)
    for _ in range(kicks if n > 7 else 0):
        turned = np.roll(best, np.random.randint(n))
        cuts = np.sort(np.random.choice(min(n - 1, 50), 3, replace=False) + 1)  # near each other: little to repair
        trial = np.concatenate(
            (turned[: cuts[0]], turned[cuts[1] : cuts[2]], turned[cuts[0] : cuts[1]], turned[cuts[2] :])
        )
        improve(cost, trial)
        if tour_cost(cost, trial) < tour_cost(cost, best):
            best = trial
    return best


@kernel
def tour_cost(cost: Int64Array, tour: Int32Array) -> int:
    """Sum over the tour, the way back to its begin included."""
    total = 0
    for i in range(tour.size):
        total += int(cost[tour[i], tour[(i + 1) % tour.size]])
    return total
