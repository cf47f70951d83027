"""The fastest order to see all places once: a salesman's tour, with or without a fixed begin or end.

round       0 > 3 > 1 > 2 > 0                 any tour
begin, end  0 > ... > n-1                     both are one place: into it as into n-1, out of it as out of 0
begin       0 > ...                           the way back to 0 costs nothing
end         ... > n-1                         the way on from n-1 costs nothing
"""

import numpy as np

from routing.arrays import Int32Array, Int64Array, frozen
from routing.visits.trip_order_kernels import exact_tour, farthest_insertion, kicked_tour

EXACT_PLACES = 12
"""Up to so many places the order is the best there is: 0.5 ms; every further one more than doubles it."""
KICK_WORK = 1_000_000
"""Kicks times places squared, and no more kicks than places: 0.06 s for 100 places, 0.07 % above what 50 times as many
kicks find (without any: 4.5 %)."""


def trip_order(cost: Int64Array, *, round_trip: bool, begin_first: bool, end_last: bool, seed: int = 0) -> Int32Array:
    """Order of the places 0 to n-1 by `cost`, (n, n) from row to column, finite.

    `begin_first`: place 0 comes first; `end_last`: place n-1 comes last. A round trip returns from its last place to
    the first one; it begins at 0, but with `end_last` alone it begins at n-1, to end there. n >= 1.
    """
    n = cost.shape[0]
    wide = np.array(cost, np.int64)
    if begin_first and end_last and n > 2:
        merged = wide[: n - 1, : n - 1]
        merged[1:, 0] = wide[1:-1, -1]
        tour = _from(_tour(merged, seed), 0)
        return frozen(np.append(tour, n - 1), np.int32)
    if not round_trip:
        if begin_first:
            wide[:, 0] = 0
        elif end_last:
            wide[-1, :] = 0
    if end_last and not begin_first:
        return frozen(np.roll(_from(_tour(wide, seed), n - 1), 0 if round_trip else -1), np.int32)
    return frozen(_from(_tour(wide, seed), 0), np.int32)


def _tour(cost: Int64Array, seed: int) -> Int32Array:
    fixed = frozen(cost)
    if cost.shape[0] <= EXACT_PLACES:
        return exact_tour(fixed)
    kicks = min(cost.shape[0], KICK_WORK // cost.size)
    return kicked_tour(fixed, farthest_insertion(fixed), kicks, seed)


def _from(tour: Int32Array, place: int) -> Int32Array:
    return np.roll(tour, -int(np.flatnonzero(tour == place)[0]))
