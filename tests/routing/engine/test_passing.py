"""Driving past stops, against every combination of ways, and on drawings."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import NoRoute
from routing.engine.passing import paths_passing
from routing.engine.path import joined
from routing.network.snaps import Snaps
from tests.helpers.driving_truth import driven_one_way, random_places, random_town
from tests.helpers.small_networks import network_from_edges, random_network


def whole_ms(paths):
    return sum(path.duration_ms for path in paths)


def every_combination(engine, stops, passed):
    """Least time over all ways of the passed stops, one after the other; None where none leads through."""
    options = [[1, 2] if passed[i] and 0 < i < len(stops) - 1 else [3] for i in range(len(stops))]
    best = None
    for ways in product(*options):
        allowed = np.array(ways, np.uint8) & stops.ways
        if not allowed.all():
            continue
        try:
            found = whole_ms(engine.paths_through(replace(stops, ways=allowed)))
        except NoRoute:
            continue
        best = found if best is None else min(best, found)
    return best


@pytest.mark.parametrize("block", range(8))
def test_passing_is_the_fastest_of_all_ways(block):
    turned = 0
    for seed in range(15 * block, 15 * block + 15):
        network = random_town(seed) if seed % 2 else random_network(seed, junctions=10, edges=22)
        rng = np.random.default_rng(seed)
        stops = random_places(network, int(rng.integers(2, 6)), rng)
        if seed % 3 == 0:
            stops = driven_one_way(stops, rng)
        passed = rng.random(len(stops)) < 0.7
        engine = DijkstraEngine(network, threads=1)
        best = every_combination(engine, stops, passed)
        case = f"seed {seed}: {stops}, passed {passed.tolist()}"
        try:
            paths = paths_passing(engine, stops, passed)
        except NoRoute:
            assert best is None, case
            continue
        assert best is not None, case
        assert best <= whole_ms(paths) <= best + 1000 * len(stops), case  # an engine's matrix may round to seconds
        for i in range(1, len(stops) - 1):
            assert not passed[i] or paths[i - 1].arcs[-1] == paths[i].arcs[0], case
        turned += whole_ms(paths) > whole_ms(engine.paths_through(stops))
        if passed[1:-1].all():
            path = joined(paths)
            assert (path.duration_ms, path.distance_dm) == (whole_ms(paths), sum(p.distance_dm for p in paths)), case
            assert (path.from_fraction, path.to_fraction) == (paths[0].from_fraction, paths[-1].to_fraction), case
    assert turned, "some stop in fifteen towns is worth turning round at"


@pytest.fixture
def block():
    #  0---1--x-2
    #  |        |     x is passed on the way from 0 and back to 0: straight on and round the block
    #  3--------4
    points = [(0, 0), (100, 0), (300, 0), (0, -100), (300, -100)]
    edges = [(0, 1, False, 36), (1, 2, False, 36), (2, 4, False, 36), (4, 3, False, 36), (3, 0, False, 36)]
    return network_from_edges(points, edges)


def test_straight_on_and_round_the_block(block):
    engine = DijkstraEngine(block, threads=1)
    stops = Snaps(np.array([0, 1, 0], np.int32), np.array([0, 0.25, 0], np.float32), np.zeros(3, np.float32))
    back = paths_passing(engine, stops, np.array([True, False, True]))
    assert [path.distance_dm for path in back] == [1500, 1500]
    assert back[0].arcs[-1] != back[1].arcs[0]
    round_ = paths_passing(engine, stops, np.array([False, True, False]))
    assert [path.distance_dm for path in round_] == [1500, 6500]
    assert joined(round_).distance_dm == 8000
    with pytest.raises(ValueError, match="the next one begins in arc"):
        joined(back)
