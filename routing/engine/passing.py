"""Paths through stops that are driven past: a car that came along a street goes on along it, and does not turn round.

    a ---> stop ---> b      passed: out of the stop the way it was come in
    a ---> stop             turned: the fastest way on may lead back
      <---/

Each stop may be passed along its edge or against it; which is best follows from the legs before and after (dynamic
programming over the stops, two ways each). Where the fastest legs happen to fit, nothing is searched again.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from routing.arrays import BoolArray, Int64Array, UInt8Array
from routing.engine.errors import NoRoute
from routing.engine.path import Path
from routing.engine.routing_engine import RoutingEngine
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.network.snaps import BACKWARD, FORWARD, Snaps

_NO_WAY = 2**60


def paths_passing(engine: RoutingEngine, stops: Snaps, passed: BoolArray) -> list[Path]:
    """Fastest path from each stop to the next, where stops that are `passed` (n) are left as they were come to.

    The first and the last stop are not passed, whatever is said. Raises NoRoute.
    """
    paths = engine.paths_through(stops)
    fits = [before.arcs[-1] == after.arcs[0] for before, after in pairwise(paths)]
    if all(fit or not passed[i] for i, fit in enumerate(fits, start=1)):
        return paths
    return engine.paths_through(replace(stops, ways=_best_ways(engine, stops, passed)))


def _best_ways(engine: RoutingEngine, stops: Snaps, passed: BoolArray) -> UInt8Array:
    """(n) the ways in which each stop is left and reached, one only where it is passed."""
    last = len(stops) - 1
    choices = [_choices(int(ways), bool(passed[i]) and 0 < i < last) for i, ways in enumerate(stops.ways)]
    so_far, chosen = np.zeros(len(choices[0]), np.int64), []
    for i in range(last):
        total = so_far[:, None] + _times(engine, stops, i, choices[i], choices[i + 1])
        chosen.append(total.argmin(axis=0))
        so_far = np.minimum(total.min(axis=0), _NO_WAY)
        if so_far.min() >= _NO_WAY:
            raise NoRoute(i, i + 1)
    at = int(so_far.argmin())
    ways = [choices[last][at]]
    for i in range(last - 1, -1, -1):
        at = int(chosen[i][at])
        ways.append(choices[i][at])
    return np.array(ways[::-1], np.uint8)


def _choices(ways: int, passed: bool) -> list[int]:
    return [way for way in (FORWARD, BACKWARD) if ways & way] if passed else [ways]


def _times(engine: RoutingEngine, stops: Snaps, i: int, leave: list[int], reach: list[int]) -> Int64Array:
    """Driving times from stop i to the next, (leave, reach) by the ways."""
    rows, columns = np.full(len(leave), i, np.int32), np.full(len(reach), i + 1, np.int32)
    from_ = replace(stops.take(rows), ways=np.array(leave, np.uint8))
    to = replace(stops.take(columns), ways=np.array(reach, np.uint8))
    seconds = engine.matrix(from_, to).duration_s.astype(np.int64)
    return np.where(seconds >= UNREACHABLE_S, _NO_WAY, seconds)
