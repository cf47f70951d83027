"""Paths through stops that are driven past: a car that came along a street goes on along it, and does not turn round.

    a ---> stop ---> b      passed: out of the stop the way it was come in
    a ---> stop             turned: the fastest way on may lead back
      <---/

Each stop may be passed along its edge or against it; which is best follows from the legs before and after (dynamic
programming over the stops, two ways each). Where the fastest legs happen to fit, nothing is searched again. Stops that
may be at several places (on a junction: on each of its streets) are settled in the same way.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from routing.arrays import BoolArray, Int64Array
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
    alone = [stops.take(np.array([i], np.int32)) for i in range(len(stops))]
    return engine.paths_through(best_places(engine, alone, passed))


def best_places(engine: RoutingEngine, options: Sequence[Snaps], passed: BoolArray) -> Snaps:
    """One of the `options` of each stop (n, each at least one place), such that the way through all is the fastest.

    A stop that is `passed` may be driven one way only; of equally fast places the first is taken. Raises NoRoute.
    """
    last = len(options) - 1
    choices = [_one_way_each(some) if passed[i] and 0 < i < last else some for i, some in enumerate(options)]
    so_far, chosen = np.zeros(len(choices[0]), np.int64), []
    for i in range(last):
        total = so_far[:, None] + _times(engine, choices[i], choices[i + 1])
        chosen.append(total.argmin(axis=0))
        so_far = np.minimum(total.min(axis=0), _NO_WAY)
        if so_far.min() >= _NO_WAY:
            raise NoRoute(i, i + 1)
    at = int(so_far.argmin())
    places = [choices[last].take(np.array([at], np.int32))]
    for i in range(last - 1, -1, -1):
        at = int(chosen[i][at])
        places.append(choices[i].take(np.array([at], np.int32)))
    return Snaps.join(places[::-1])


def _one_way_each(places: Snaps) -> Snaps:
    """The places once for each way that they may be driven."""
    row, bit = np.nonzero(places.ways[:, None] & np.array([FORWARD, BACKWARD], np.uint8))
    ways = np.array([FORWARD, BACKWARD], np.uint8)[bit]
    return replace(places.take(row.astype(np.int32)), ways=ways)


def _times(engine: RoutingEngine, sources: Snaps, targets: Snaps) -> Int64Array:
    """Driving times in ms, (sources, targets)."""
    times = engine.exact_matrix(sources, targets).duration_ms.astype(np.int64)
    return np.where(times >= UNREACHABLE_S, _NO_WAY, times)
