"""Arcs of days, as live speeds make them: a drive of 2^30 ms (12.4 days) and more is no way, whoever is asked."""

from dataclasses import replace

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import NoRoute
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.network.road_network import CLOSED_MS, RoadNetwork
from routing.network.snaps import Snaps
from tests.helpers.driving_truth import driven_one_way, driving_truth, random_places
from tests.helpers.small_networks import network_from_edges, random_network
from tests.routing.engine.test_dijkstra import network_of, places
from tests.routing.engine.test_hierarchy_engine import assert_same, pair

NO_WAY_MS = 2**30
LONG_MS = [CLOSED_MS - 1, 2**29, 2**29 - 1, 2**28]


def with_long_arcs(network: RoadNetwork, rng: np.random.Generator) -> RoadNetwork:
    """A tenth to nearly all of the arcs take days."""
    duration_ms = network.duration_ms.copy()
    slow = rng.random(network.arc_count) < rng.choice([0.1, 0.4, 0.9])
    duration_ms[slow] = rng.choice(LONG_MS, int(slow.sum()), p=[0.4, 0.3, 0.1, 0.2])
    return replace(network, duration_ms=duration_ms)


def exact_truth(network: RoadNetwork, sources: Snaps, targets: Snaps) -> tuple[np.ndarray, np.ndarray]:
    """networkx on Python's integers, which do not overflow."""
    none = (UNREACHABLE_S, UNREACHABLE_S)
    rows = driving_truth(network, sources, targets)
    keys = np.array([[none if key is None or key[0] >= NO_WAY_MS else key for key in row] for row in rows], np.int64)
    return keys[..., 0], keys[..., 1]


def assert_all_answers_same(fast, slow, sources, targets, case):
    assert_same(fast, slow, sources, targets, case)
    truth = slow.exact_matrix(sources, targets)
    ms = fast.durations_ms(sources, targets)
    assert np.array_equal(ms, truth.duration_ms), f"{case}: ms {ms} is {truth.duration_ms}"
    rounded = truth.rounded()
    for block in fast.matrix_blocks(sources, targets, max_bytes=8 * 3 * len(targets)):
        rows = slice(block.first_row, block.first_row + block.matrix.duration_s.shape[0])
        assert np.array_equal(block.matrix.duration_s, rounded.duration_s[rows]), case
        assert np.array_equal(block.matrix.distance_m, rounded.distance_m[rows]), case


@pytest.mark.parametrize("block", range(8))
def test_dijkstra_equals_networkx(block):
    for seed in range(10 * block, 10 * block + 10):
        rng = np.random.default_rng(seed)
        network = with_long_arcs(network_of(seed), rng)
        sources, targets = (random_places(network, int(count), rng) for count in rng.integers(2, 9, 2))
        found = DijkstraEngine(network, threads=1).exact_matrix(sources, targets)
        duration_ms, distance_dm = exact_truth(network, sources, targets)
        assert np.array_equal(found.duration_ms, duration_ms), f"seed {seed}: {found} is {duration_ms}"
        assert np.array_equal(found.distance_dm, distance_dm), f"seed {seed}: {found} is {distance_dm}"


@pytest.mark.parametrize("block", range(10))
def test_hierarchy_equals_dijkstra(block):
    for seed in range(30 * block, 30 * block + 30):
        rng = np.random.default_rng(seed)
        network = with_long_arcs(network_of(seed), rng)
        sources, targets = (random_places(network, int(count), rng) for count in rng.integers(2, 40, 2))
        if seed % 2:
            sources, targets = driven_one_way(sources, rng), driven_one_way(targets, rng)
        fast, slow = HierarchyEngine.build(network, threads=1), DijkstraEngine(network, threads=1)
        assert_all_answers_same(fast, slow, sources, targets, f"seed {seed}")


@pytest.mark.parametrize("seed", range(40))
def test_reweighted_equals_dijkstra(seed):
    network, rng = network_of(seed), np.random.default_rng(seed)
    stops = random_places(network, 20, rng)
    changed = with_long_arcs(network, rng)
    changed = replace(
        changed, duration_ms=np.where(rng.random(network.arc_count) < 0.05, CLOSED_MS, changed.duration_ms)
    )
    fast, slow = HierarchyEngine.build(network, threads=1).reweighted(changed), DijkstraEngine(changed, threads=1)
    assert_all_answers_same(fast, slow, stops, stops, f"seed {seed}")


@pytest.mark.parametrize("seed", range(3))
def test_larger_networks(seed):
    """Deeper elimination trees, and ends far from the core: labels of private ends grow long, too."""
    rng = np.random.default_rng(seed)
    network = with_long_arcs(random_network(seed, junctions=300, edges=500, side_m=6000.0), rng)
    sources, targets = random_places(network, 90, rng), random_places(network, 30, rng)
    fast, slow = HierarchyEngine.build(network, threads=1), DijkstraEngine(network, threads=1)
    assert_all_answers_same(fast, slow, sources, targets, f"seed {seed}")


@pytest.mark.parametrize("seed", range(20))
def test_there_is_a_route_exactly_where_the_matrix_has_a_way(seed):
    rng = np.random.default_rng(seed)
    network = with_long_arcs(network_of(seed), rng)
    stops = random_places(network, 7, rng)
    fast, slow = HierarchyEngine.build(network, threads=1), DijkstraEngine(network, threads=1)
    duration_ms = slow.exact_matrix(stops, stops).duration_ms
    for engine in (fast, slow):
        for i in range(7):
            for j in range(7):
                try:
                    found = engine.paths_through(pair(stops, i, j))[0].duration_ms
                except NoRoute:
                    found = UNREACHABLE_S
                assert found == duration_ms[i, j], f"seed {seed}: {engine} from {i} to {j}"


@pytest.mark.parametrize("arcs", [3, 4, 5, 40])
def test_a_line_of_the_slowest_streets(arcs):
    """0 > 1 > 2 > ...: each street takes the longest drive that is a way; sums beyond go far over int32."""
    line = network_from_edges(
        [(100.0 * x, 0.0) for x in range(arcs + 1)], [(x, x + 1, True, 36.0) for x in range(arcs)]
    )
    line = replace(line, duration_ms=np.full(arcs, CLOSED_MS - 1, np.int32))
    stops = places(*((edge, share) for edge in range(arcs) for share in (0.0, 0.25, 1.0)))
    fast, slow = HierarchyEngine.build(line, threads=1), DijkstraEngine(line, threads=1)
    assert_all_answers_same(fast, slow, stops, stops, f"{arcs} arcs")
    ms = fast.durations_ms(stops, stops)
    assert ms[0, 2] == CLOSED_MS - 1, "one whole street"
    assert ms[1, 4] == CLOSED_MS - 1, "from a quarter of one to a quarter of the next"
    assert ms[0, 4] == ms[0, -1] == UNREACHABLE_S
