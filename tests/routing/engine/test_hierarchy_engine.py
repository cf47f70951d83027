import itertools
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import MatrixTooLarge, NoRoute
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.network.road_network import CLOSED_MS
from routing.network.snaps import Snaps
from tests.helpers.driving_truth import driven_one_way, random_places
from tests.helpers.small_networks import network_from_edges, random_network
from tests.routing.engine.test_dijkstra import network_of, places


def rounded_s(duration_ms):
    return np.where(duration_ms == UNREACHABLE_S, UNREACHABLE_S, (duration_ms + 500) // 1000)


def pair(stops, i, j):
    return stops.take(np.array([i, j], np.int32))


def path_sums(engine, stops):
    try:
        path = engine.paths_through(stops)[0]
    except NoRoute:
        return None
    return path.duration_ms, path.distance_dm


def assert_same(fast, slow, sources, targets, case):
    exact, found, found_exact = (
        slow.exact_matrix(sources, targets),
        fast.matrix(sources, targets),
        fast.exact_matrix(sources, targets),
    )
    truth = exact.rounded()
    for name, right, wrong in (
        ("s", truth.duration_s, found.duration_s),
        ("m", truth.distance_m, found.distance_m),
        ("exact ms", exact.duration_ms, found_exact.duration_ms),
        ("exact dm", exact.distance_dm, found_exact.distance_dm),
        ("ms", truth.duration_s, rounded_s(fast.durations_ms(sources, targets))),
    ):
        cells = np.argwhere(right != wrong)
        assert not cells.size, (
            f"{case}: {name} of {cells[:5].tolist()}: {wrong[tuple(cells[0])]} is {right[tuple(cells[0])]}"
        )


@pytest.mark.parametrize("block", range(20))
def test_answers_equal_dijkstra(block):
    """Random towns and lines: copies of arcs, one-ways, dead ends, parts out of reach, many places on one edge."""
    for seed in range(50 * block, 50 * block + 50):
        network, rng = network_of(seed), np.random.default_rng(seed)
        sources, targets = (random_places(network, int(count), rng) for count in rng.integers(2, 40, 2))
        if seed % 3:
            targets = Snaps.join([targets, sources])
        if seed % 2:
            sources, targets = driven_one_way(sources, rng), driven_one_way(targets, rng)
        fast, slow = HierarchyEngine.build(network, threads=1 + seed % 2), DijkstraEngine(network, threads=1)
        assert_same(fast, slow, sources, targets, f"seed {seed}")
        for _ in range(4):
            stops = pair(targets, *rng.integers(0, len(targets), 2))
            assert path_sums(fast, stops) == path_sums(slow, stops), f"seed {seed}: {stops}"


@pytest.mark.parametrize("seed", range(60))
def test_reweighted_equals_dijkstra_on_the_new_times(seed):
    network, rng = network_of(seed), np.random.default_rng(seed)
    stops = random_places(network, 12, rng)
    engine = HierarchyEngine.build(network, threads=1)
    before = engine.matrix(stops, stops)
    duration_ms = np.maximum(1, network.duration_ms * rng.uniform(0.3, 3.0, network.arc_count)).astype(np.int32)
    duration_ms[rng.random(network.arc_count) < 0.1] = CLOSED_MS
    other = replace(network, duration_ms=duration_ms)
    changed, slow = engine.reweighted(other), DijkstraEngine(other, threads=1)
    assert_same(changed, slow, stops, stops, f"seed {seed}")
    for i, j in itertools.product(range(0, 12, 4), range(12)):
        assert path_sums(changed, pair(stops, i, j)) == path_sums(slow, pair(stops, i, j))
    assert np.array_equal(engine.matrix(stops, stops).duration_s, before.duration_s)


@pytest.mark.parametrize("seed", range(6))
def test_larger_networks_and_the_same_pair_among_others(seed):
    network = random_network(seed, junctions=400, edges=700, side_m=6000.0)
    rng = np.random.default_rng(seed)
    stops = random_places(network, 120, rng)
    engine, slow = HierarchyEngine.build(network, threads=2), DijkstraEngine(network, threads=1)
    assert_same(engine, slow, stops, stops, f"seed {seed}")
    whole = engine.matrix(stops, stops)
    rows, columns = rng.permutation(120)[:7].astype(np.int32), rng.permutation(120)[:30].astype(np.int32)
    some = engine.matrix(stops.take(rows), stops.take(columns))
    assert np.array_equal(some.duration_s, whole.duration_s[np.ix_(rows, columns)])
    assert np.array_equal(some.distance_m, whole.distance_m[np.ix_(rows, columns)])
    blocks = list(engine.matrix_blocks(stops, stops, max_bytes=8 * 120 * 25))
    assert [block.first_row for block in blocks] == [0, 25, 50, 75, 100]
    assert np.array_equal(np.concatenate([block.matrix.duration_s for block in blocks]), whole.duration_s)
    assert np.array_equal(np.concatenate([block.matrix.distance_m for block in blocks]), whole.distance_m)


def test_a_place_behind_on_a_one_way_street_is_reached_round_the_block():
    ring = network_from_edges(
        [(0.0, 0.0), (100.0, 0.0), (0.0, 100.0)], [(0, 1, True, 36.0), (1, 2, True, 36.0), (2, 0, True, 36.0)]
    )
    stops = places((0, 0.7), (0, 0.2), (0, 0.7))
    engine = HierarchyEngine.build(ring)
    assert engine.matrix(stops, stops).duration_s.tolist() == [[0, 29, 0], [5, 0, 5], [0, 29, 0]]
    assert engine.paths_through(pair(stops, 0, 1))[0].arcs.size == 4


def test_limits_and_empty_questions():
    network = random_network(1, junctions=20, edges=40, side_m=500.0)
    stops = random_places(network, 3, np.random.default_rng(0))
    none = stops.take(np.array([], np.int32))
    engine = HierarchyEngine.build(network, max_cells=8)
    with pytest.raises(MatrixTooLarge):
        engine.matrix(stops, stops)
    with pytest.raises(MatrixTooLarge):
        engine.durations_ms(stops, stops)
    assert engine.matrix(none, stops).duration_s.shape == (0, 3)
    assert engine.matrix(stops, none).duration_s.shape == (3, 0)
    assert engine.route_through(none) == []
    with pytest.raises(ValueError, match="none of the"):
        engine.matrix(places((-1, 0.0)), stops)
    with pytest.raises(ValueError, match="at least 1"):
        HierarchyEngine.build(network, threads=0)


@pytest.mark.parametrize("kind", [HierarchyEngine, DijkstraEngine])
def test_nothing_is_made_for_a_matrix_over_the_limit(kind):
    network = random_network(1, junctions=20, edges=40, side_m=500.0)
    stops = random_places(network, 3000, np.random.default_rng(0))
    engine = HierarchyEngine.build(network, max_cells=10_000) if kind is HierarchyEngine else kind(network, 10_000)
    for ask in [engine.matrix, *([engine.durations_ms] if kind is HierarchyEngine else [])]:
        tracemalloc.start()
        try:
            with pytest.raises(MatrixTooLarge, match="9000000 cells, more than max_cells = 10000"):
                ask(stops, stops)
            assert tracemalloc.get_traced_memory()[1] < 20_000, "3,000 places take more than that, cells 36 MB"
        finally:
            tracemalloc.stop()
