"""Alternatives on drawings, and on random towns what must be true of every one of them."""

import numpy as np
import pytest

from routing.engine.alternatives import MOST_LONGER, MOST_SHARED, AlternativePaths
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import NoRoute
from routing.network.snaps import Snaps
from tests.helpers.driving_truth import driven_one_way, random_places, random_town
from tests.helpers.small_networks import network_from_edges


def stops_at(*pairs):
    edge, fraction = zip(*pairs, strict=True)
    return Snaps(np.array(edge, np.int32), np.array(fraction, np.float32), np.zeros(len(pairs), np.float32))


def random_grid(seed, width=7):
    """Blocks of 100 m with streets of three speeds, some of them one-way."""
    rng = np.random.default_rng(seed)
    at = np.arange(width * width).reshape(width, width)
    pairs = [
        *zip(at[:, :-1].ravel(), at[:, 1:].ravel(), strict=True),
        *zip(at[:-1].ravel(), at[1:].ravel(), strict=True),
    ]
    edges = [(int(a), int(b), bool(rng.random() < 0.15), float(rng.choice([30, 40, 50]))) for a, b in pairs]
    points = [(100.0 * x, 100.0 * y) for y in range(width) for x in range(width)]
    return network_from_edges(points, edges, turn_ms=int(rng.choice([0, 1000])))


def shared(path, other, column):
    driven = set(other.arcs.tolist())
    return sum(int(one) for arc, one in zip(path.arcs, getattr(path, column), strict=True) if int(arc) in driven)


@pytest.mark.parametrize("block", range(10))
def test_every_alternative_is_another_good_way(block):
    found = 0
    for seed in range(20 * block, 20 * block + 20):
        network = random_town(seed) if seed % 3 else random_grid(seed)
        rng = np.random.default_rng(seed)
        stops = random_places(network, 9, rng).take(np.array([0, 4], np.int32))
        stops = driven_one_way(stops, rng) if seed % 5 == 0 else stops
        engine = DijkstraEngine(network, threads=1)
        try:
            (fastest,) = engine.paths_through(stops)
        except NoRoute:
            continue
        others = AlternativePaths(network).beside(fastest, stops, 3)
        for i, path in enumerate(others):
            case = f"seed {seed}: {stops}\nfastest {fastest}\nalternative {i}: {path}"
            assert (path.from_fraction, path.to_fraction) == (fastest.from_fraction, fastest.to_fraction), case
            for arc, at in ((path.arcs[0], 0), (path.arcs[-1], 1)):
                assert network.edge_of_arc[arc] == stops.edge[at], case
                assert stops.ways[at] & (1 if network.forward_arc[stops.edge[at]] == arc else 2), case
            assert fastest.duration_ms <= path.duration_ms <= (1 + MOST_LONGER) * fastest.duration_ms, case
            assert path.duration_ms >= others[max(0, i - 1)].duration_ms, case
            for other in [fastest, *others[:i]]:
                assert shared(path, other, "arc_ms") <= MOST_SHARED * fastest.duration_ms, case
                shorter_dm = min(path.distance_dm, other.distance_dm)
                assert shared(path, other, "arc_dm") <= MOST_SHARED * shorter_dm, case
            junctions = network.head[path.arcs[:-1]].tolist()
            assert len(set(junctions)) == len(junctions), case
            # nothing is faster than it through its plateau: asked to drive over that arc's middle, it is the answer
            driven = [via_ms(engine, stops, network, int(arc)) for arc in path.arcs[1:-1]]
            assert max(driven) == path.duration_ms, case
        found += len(others)
    assert found > 2


def via_ms(engine, stops, network, arc):
    """Time of the fastest way over the middle of an arc, in its direction."""
    edge = network.edge_of_arc[arc]
    way = 1 if network.forward_arc[edge] == arc else 2
    middle = Snaps(np.array([edge]), np.array([0.5], np.float32), np.zeros(1, np.float32), np.array([way], np.uint8))
    first, second = (np.array([i], np.int32) for i in (0, 1))
    through = Snaps.join([stops.take(first), middle, stops.take(second)])
    return sum(path.duration_ms for path in engine.paths_through(through))


@pytest.fixture
def river():
    #      .--1--.
    #  0--4--2----5--6      three bridges of 1.0, 1.1 and 1.2 km between 4 and 5; a fourth takes 2.5
    #      '--3--'
    points = [(0, 0), (1000, 229), (1000, 0), (1000, -332), (500, 0), (1500, 0), (2000, 0), (1000, 1145)]
    edges = [(0, 4), (4, 2), (2, 5), (4, 1), (1, 5), (4, 3), (3, 5), (4, 7), (7, 5), (5, 6)]
    return network_from_edges(points, [(a, b, False, 36) for a, b in edges])


def test_bridges_are_found_in_their_order(river):
    stops = stops_at((0, 0.0), (9, 1.0))
    (fastest,) = DijkstraEngine(river, threads=1).paths_through(stops)
    finder = AlternativePaths(river)
    for count in (0, 1, 2, 3):
        others = finder.beside(fastest, stops, count)
        over = [int(river.edge_of_arc[path.arcs[1]]) for path in others]
        assert over == [3, 5][:count], "the fourth bridge is too far round"
        assert all(path.duration_ms > fastest.duration_ms for path in others)


def test_there_is_not_always_another_way(river):
    along_one_street = stops_at((0, 0.1), (0, 0.9))
    one_place = stops_at((0, 0.5), (0, 0.5))
    for stops in (along_one_street, one_place):
        (fastest,) = DijkstraEngine(river, threads=1).paths_through(stops)
        assert AlternativePaths(river).beside(fastest, stops, 3) == []


def test_no_way_leads_into_a_dead_end_and_out_again():
    #  0---1---2      at 1 a dead end of 30 m
    network = network_from_edges(
        [(0, 0), (100, 0), (200, 0), (100, 30)], [(0, 1, False, 36), (1, 2, False, 36), (1, 3, False, 36)]
    )
    stops = stops_at((0, 0.0), (1, 1.0))
    (fastest,) = DijkstraEngine(network, threads=1).paths_through(stops)
    assert AlternativePaths(network).beside(fastest, stops, 3) == []
