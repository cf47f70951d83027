import itertools

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import MatrixTooLarge, NoRoute
from routing.engine.travel_matrix import UNREACHABLE_S, MatrixEngine
from routing.network.snaps import Snaps
from tests.helpers.driving_truth import driven_one_way, driving_truth, random_places, random_town, turned
from tests.helpers.small_networks import network_from_edges, random_network

METRES_PER_DEGREE = 6_371_009.0 * np.pi / 180
ONE_WAY_RING = [(0, 1, True, 36.0), (1, 2, True, 36.0), (2, 0, True, 36.0)]
TRIANGLE = [(0.0, 0.0), (100.0, 0.0), (0.0, 100.0)]


def places(*pairs):
    edge, fraction = zip(*pairs, strict=True)
    return Snaps(np.array(edge, np.int32), np.array(fraction, np.float32), np.zeros(len(pairs), np.float32))


def rounded(truth):
    """Matrices of the truth's (ms, dm), as the engine rounds them."""
    seconds = [[UNREACHABLE_S if key is None else (key[0] + 500) // 1000 for key in row] for row in truth]
    metres = [[UNREACHABLE_S if key is None else (key[1] + 5) // 10 for key in row] for row in truth]
    return np.array(seconds), np.array(metres)


def line_m(route):
    lat = np.radians((route.lat[1:] + route.lat[:-1]) / 2)
    return float(np.hypot(np.diff(route.lon) * np.cos(lat), np.diff(route.lat)).sum() * METRES_PER_DEGREE)


def network_of(seed):
    """Towns of equal blocks, and random lines of a few kilometres or of a few metres (all within a second or two)."""
    if seed % 2:
        network = random_town(seed)
    else:
        network = random_network(seed, junctions=14, edges=26, side_m=40.0 if seed % 4 else 2000.0)
    return turned(network, np.random.default_rng(seed))


@pytest.mark.parametrize("block", range(20))
def test_matrix_equals_networkx(block):
    for seed in range(10 * block, 10 * block + 10):
        network = network_of(seed)
        rng = np.random.default_rng(seed)
        sources, targets = (random_places(network, int(count), rng) for count in rng.integers(2, 9, 2))
        targets = Snaps.join([targets, sources.take(np.array([0, 1], np.int32))])
        seconds, metres = rounded(driving_truth(network, sources, targets))
        found = DijkstraEngine(network, threads=1).matrix(sources, targets)
        case = f"seed {seed}: from {sources} to {targets}\n{found}\ntruth {seconds} {metres}"
        assert np.array_equal(found.duration_s, seconds), case
        assert np.array_equal(found.distance_m, metres), case


@pytest.mark.parametrize("block", range(10))
def test_places_that_are_driven_one_way_only(block):
    for seed in range(10 * block, 10 * block + 10):
        network = network_of(seed)
        rng = np.random.default_rng(seed)
        stops = driven_one_way(random_places(network, 7, rng), rng)
        truth = driving_truth(network, stops, stops)
        seconds, metres = rounded(truth)
        engine = DijkstraEngine(network, threads=1)
        found = engine.matrix(stops, stops)
        assert np.array_equal(found.duration_s, seconds), f"seed {seed}: {stops}\n{found}\ntruth {seconds}"
        assert np.array_equal(found.distance_m, metres), f"seed {seed}: {stops}\n{found}\ntruth {metres}"
        for i, j in itertools.product(range(7), repeat=2):
            if truth[i][j] is None:
                continue
            (path,) = engine.paths_through(stops.take(np.array([i, j], np.int32)))
            assert (path.duration_ms, path.distance_dm) == truth[i][j], f"seed {seed}: from {i} to {j} of {stops}"
            for arc, at in ((path.arcs[0], i), (path.arcs[-1], j)):
                ahead = network.forward_arc[stops.edge[at]] == arc
                assert stops.ways[at] & (1 if ahead else 2), f"seed {seed}: from {i} to {j} of {stops}: {path}"


def test_random_cases_cover_what_they_claim():
    """Some pairs have no path, some towns have copies of arcs, some fastest paths tie in time and differ in length."""
    towns = [network_of(seed) for seed in range(40)]
    assert sum(town.state_count > town.arc_count for town in towns) > 10
    assert sum(town.destination_only_of_edge.any() for town in towns) > 10
    lost = [
        key is None
        for seed, town in enumerate(towns)
        for row in driving_truth(town, *[random_places(town, 4, np.random.default_rng(seed))] * 2)
        for key in row
    ]
    assert 0.02 < np.mean(lost) < 0.8


@pytest.mark.parametrize("seed", range(30))
def test_route_has_the_numbers_of_the_matrix_and_a_line_of_that_length(seed):
    network = network_of(seed)
    stops = random_places(network, 5, np.random.default_rng(seed))
    engine = DijkstraEngine(network, threads=1)
    matrix = engine.matrix(stops, stops)
    for i, j in itertools.product(range(5), repeat=2):
        source, target = (stops.take(np.array([k], np.int32)) for k in (i, j))
        if matrix.duration_s[i, j] == UNREACHABLE_S:
            with pytest.raises(NoRoute):
                engine.route(source, target)
            continue
        route = engine.route(source, target)
        assert (route.duration_s, route.distance_m) == (matrix.duration_s[i, j], matrix.distance_m[i, j]), (seed, i, j)
        assert abs(line_m(route) - route.distance_m) < 2.0, (seed, i, j, line_m(route), route)
        assert route.lon.size >= 2


@pytest.mark.parametrize("seed", range(10))
def test_neither_threads_nor_direction_of_search_nor_company_change_an_answer(seed):
    network = random_network(seed, junctions=40, edges=80)
    sources = random_places(network, 37, np.random.default_rng(seed))
    targets = random_places(network, 21, np.random.default_rng(seed + 1000))
    together = DijkstraEngine(network, threads=1).matrix(sources, targets)  # backwards, as targets are fewer
    threads = DijkstraEngine(network, threads=2).matrix(sources, targets)
    rows = [
        DijkstraEngine(network, threads=2).matrix(sources.take(np.arange(i, i + 1)), targets)  # forwards
        for i in range(len(sources))
    ]
    for name in ("duration_s", "distance_m"):
        assert np.array_equal(getattr(together, name), getattr(threads, name))
        assert np.array_equal(getattr(together, name), np.concatenate([getattr(row, name) for row in rows]))


def test_behind_on_a_one_way_is_all_the_way_round():
    #  2 <-- 1     edges 0 (100 m), 1 (141 m), 2 (100 m) at 10 m/s
    #   \--> 0 --> 1
    network = network_from_edges(TRIANGLE, ONE_WAY_RING)
    both = places((0, 0.25), (0, 0.75))
    found = DijkstraEngine(network).matrix(both, both)
    assert found.duration_s.tolist() == [[0, 5], [29, 0]]
    assert found.distance_m.tolist() == [[0, 50], [291, 0]]


def test_straight_along_a_two_way_edge_in_both_directions():
    network = network_from_edges([(0, 0), (100, 0)], [(0, 1, False, 36.0)])
    both = places((0, 0.25), (0, 0.75))
    assert DijkstraEngine(network).matrix(both, both).duration_s.tolist() == [[0, 5], [5, 0]]


def test_the_way_round_counts_where_it_is_faster_than_straight_along():
    # a slow loop street from 0 round to 1, and a fast short one between the same junctions
    network = network_from_edges(
        [(0, 0), (100, 0)],
        [(0, 1, False, 3.6), (0, 1, False, 36.0)],
        bends={0: [(0, 1000), (100, 1000)]},
    )
    ends = places((0, 0.01), (0, 0.99))
    engine = DijkstraEngine(network)
    matrix = engine.matrix(ends, ends)
    assert matrix.duration_s[0, 1] == matrix.duration_s[1, 0] == 52  # 21 s back, 10 s across, 21 s back
    route = engine.route(ends.take(np.array([0])), ends.take(np.array([1])))
    assert abs(line_m(route) - matrix.distance_m[0, 1]) < 2 and matrix.distance_m[0, 1] == 142


def test_of_equally_fast_ways_the_shorter():
    # 0 to 1: 200 m at 72 km/h or 100 m at 36 km/h, 10 s both
    network = network_from_edges(
        [(0, 0), (100, 0), (-10, 0), (110, 0)],
        [(0, 1, False, 72.0), (0, 1, False, 36.0), (2, 0, False, 36.0), (1, 3, False, 36.0)],
        bends={0: [(50, 86.6025)]},
    )
    assert network.duration_ms.tolist().count(10_000) == 4
    found = DijkstraEngine(network).matrix(places((2, 0.0)), places((3, 1.0)))
    assert (found.duration_s[0, 0], found.distance_m[0, 0]) == (12, 120)


def test_a_target_on_a_copied_arc_is_reached():
    # 0 -- 1 -- 2 -- 3   no 0>1>2>3: arc 1>2 entered from 0 is a copy, and places on it are still places on it
    edges = [(0, 1, True, 36.0), (1, 2, True, 36.0), (2, 3, True, 36.0)]
    network = network_from_edges([(0, 0), (100, 0), (200, 0), (300, 0)], edges, [(0, 1, 2, 3)])
    assert network.state_count == 4
    found = DijkstraEngine(network).matrix(places((0, 0.5)), places((1, 0.5), (2, 0.5)))
    assert found.duration_s.tolist() == [[10, UNREACHABLE_S]]
    assert found.distance_m.tolist() == [[100, UNREACHABLE_S]]


def test_there_and_back_differ_on_a_ring():
    network = network_from_edges(TRIANGLE, ONE_WAY_RING)
    found = DijkstraEngine(network).matrix(places((0, 0.5), (2, 0.5)), places((0, 0.5), (2, 0.5)))
    assert found.duration_s[0, 1] == 24 and found.duration_s[1, 0] == 10


def test_matrix_too_large_says_both_numbers():
    network = network_from_edges(TRIANGLE, ONE_WAY_RING)
    three = places((0, 0.5), (1, 0.5), (2, 0.5))
    DijkstraEngine(network, max_cells=9).matrix(three, three)
    with pytest.raises(MatrixTooLarge, match="9 cells, more than max_cells = 8") as caught:
        DijkstraEngine(network, max_cells=8).matrix(three, three)
    assert (caught.value.cells, caught.value.limit) == (9, 8)


def test_no_route_names_the_stops():
    network = network_from_edges([(0, 0), (100, 0), (500, 0), (600, 0)], [(0, 1, False, 36.0), (2, 3, False, 36.0)])
    with pytest.raises(NoRoute) as caught:
        DijkstraEngine(network).route_through(places((0, 0.5), (0, 0.6), (1, 0.5)))
    assert (caught.value.from_index, caught.value.to_index) == (1, 2)


def test_a_snap_on_no_edge_is_refused():
    network = network_from_edges(TRIANGLE, ONE_WAY_RING)
    with pytest.raises(ValueError, match="none of the 3 edges"):
        DijkstraEngine(network).matrix(places((-1, 0.0)), places((0, 0.5)))


def test_nothing_asked_nothing_answered():
    network = network_from_edges(TRIANGLE, ONE_WAY_RING)
    none = places((0, 0.5)).take(np.array([], np.int32))
    assert DijkstraEngine(network).matrix(none, places((0, 0.5))).duration_s.shape == (0, 1)
    assert DijkstraEngine(network).matrix(places((0, 0.5)), none).duration_s.shape == (1, 0)
    assert DijkstraEngine(network).route_through(none) == []


def test_progress_rises_to_one_and_may_stop_the_work():
    network = random_network(3)
    many = random_places(network, 50, np.random.default_rng(0))
    seen = []
    DijkstraEngine(network, threads=2).matrix(many, many, lambda done, what: seen.append(done))
    assert seen == sorted(seen) and seen[-1] == 1.0 and len(seen) > 3

    def cancel(done, what):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        DijkstraEngine(network, threads=2).matrix(many, many, cancel)


def test_the_engine_fits_the_protocol():
    engine: MatrixEngine = DijkstraEngine(network_from_edges(TRIANGLE, ONE_WAY_RING))
    one = places((0, 0.5))
    assert engine.matrix(one, one).duration_s.tolist() == [[0]]
