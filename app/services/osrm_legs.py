"""The legs of a drive through coordinates, some of which lie on a junction and so on several streets."""

from itertools import pairwise

import numpy as np

from app.services.osrm_streets import Streets
from routing.arrays import BoolArray
from routing.engine.passing import best_places, paths_passing
from routing.engine.path import Path
from routing.engine.routing_engine import RoutingEngine
from routing.network.snaps import Snaps


def legs_through(engine: RoutingEngine, streets: Streets, passed: BoolArray) -> tuple[Snaps, list[Path]]:
    """The fastest way from coordinate to coordinate (n), and the places that it leads to.

    Where one may turn round, that is where a coordinate in between is not `passed` (n), it may be left by another
    street than it was reached by. Raises NoRoute.
    """
    if streets.are_single:
        return streets.snaps, paths_passing(engine, streets.snaps, passed)
    away, here = streets.away, streets.here
    turns = np.concatenate([[0], np.flatnonzero(~passed[1:-1]) + 1, [passed.size - 1]])
    places, paths = list[Snaps](), list[Path]()
    for first, last in pairwise(turns.tolist()):
        options = [away.of(first), *(here.of(i) for i in range(first + 1, last + 1))]
        part = best_places(engine, options, passed[first : last + 1])
        paths += paths_passing(engine, part, passed[first : last + 1])
        places.append(part.take(np.arange(1 if places else 0, len(part), dtype=np.int32)))
    return Snaps.join(places), paths
