"""The legs of a drive through coordinates, some of which lie on a junction and so on several streets."""

from itertools import pairwise

import numpy as np

from app.services.company_map import CompanyMap
from routing.arrays import BoolArray
from routing.engine.passing import best_places, paths_passing
from routing.engine.path import Path
from routing.network.junction_streets import streets_away, streets_here
from routing.network.snaps import Snaps


def legs_through(company_map: CompanyMap, snaps: Snaps, free: BoolArray, passed: BoolArray) -> tuple[Snaps, list[Path]]:
    """The fastest way from place to place (n), and the places that it leads to.

    Of `free` places (n) all streets of their junction are tried. Where one may turn round, that is where a place in
    between is not `passed` (n), it may be left by another street than it was reached by. Raises NoRoute.
    """
    network, engine = company_map.network, company_map.engine
    away, here = streets_away(network, snaps, free), streets_here(network, snaps, free)
    if len(away.places) == len(here.places) == len(snaps):
        return snaps, paths_passing(engine, snaps, passed)
    turns = np.concatenate([[0], np.flatnonzero(~passed[1:-1]) + 1, [len(snaps) - 1]])
    places, paths = list[Snaps](), list[Path]()
    for first, last in pairwise(turns.tolist()):
        options = [away.of(first), *(here.of(i) for i in range(first + 1, last + 1))]
        part = best_places(engine, options, passed[first : last + 1])
        paths += paths_passing(engine, part, passed[first : last + 1])
        places.append(part.take(np.arange(1 if places else 0, len(part), dtype=np.int32)))
    return Snaps.join(places), paths
