from dataclasses import replace

import numpy as np
import pytest

from routing.engine.hierarchy.node_order import node_order
from routing.network.road_network import RoadNetwork
from routing.warm import two_streets
from tests.helpers.driving_truth import random_town
from tests.helpers.real_maps import RealMaps
from tests.helpers.small_networks import network_from_edges, random_network
from tests.helpers.symbolic_contraction import contraction_cost, turn_sets


def any_network(seed: int) -> RoadNetwork:
    return random_town(seed) if seed % 2 else random_network(seed)


def by_longitude(network: RoadNetwork) -> np.ndarray:
    """Bisection without looking at streets: halves by longitude, then by latitude, and so on."""

    def halves(states, axis):
        if states.size < 2:
            return states
        tail = network.tail()[network.arc_of_state[states]]
        by = states[np.argsort((network.lon_e7, network.lat_e7)[axis][tail], kind="stable")]
        left, right = by[: by.size // 2], by[by.size // 2 :]
        cut = np.isin(left, [state for state in left if touches(state, right)])
        return np.concatenate([halves(left[~cut], 1 - axis), halves(right, 1 - axis), left[cut]])

    out, into = turn_sets(network)

    def touches(state, others):
        return not (out[state] | into[state]).isdisjoint(others.tolist())

    return halves(np.arange(network.state_count), 0)


@pytest.mark.parametrize("seed", range(60))
def test_order_is_a_permutation(seed):
    network = any_network(seed)
    order = node_order(network)
    assert order.dtype == np.int32
    assert sorted(order.tolist()) == list(range(network.state_count)), seed


@pytest.mark.parametrize("seed", range(10))
def test_order_is_the_same_every_time_and_whatever_the_speeds(seed):
    network = any_network(seed)
    slower = replace(network, duration_ms=network.duration_ms * 3)
    assert node_order(network).tolist() == node_order(slower).tolist()


def test_two_streets():
    assert sorted(node_order(two_streets()).tolist()) == [0, 1, 2, 3]


def test_one_street_that_ends_where_it_begins():
    loop = network_from_edges([(0, 0)], [(0, 0, False, 30.0)], bends={0: [(50, 0), (50, 50)]})
    assert sorted(node_order(loop).tolist()) == [0, 1]


def test_parallel_streets_and_all_junctions_at_one_point():
    points = [(0.0, 0.0)] * 6
    pairs = [(0, 1), (0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0), (2, 5), (4, 4)]
    network = network_from_edges(points, [(a, b, False, 30.0) for a, b in pairs])
    assert sorted(node_order(network).tolist()) == list(range(network.state_count))


def test_towns_apart_share_no_rank_range():
    square = [(0, 1), (1, 2), (2, 3), (3, 0)]
    points = [(x + far, y) for far in (0, 5000) for x, y in ((0, 0), (100, 0), (100, 100), (0, 100))]
    edges = [(a + shift, b + shift, False, 30.0) for shift in (0, 4) for a, b in square]
    network = network_from_edges(points, edges)
    town = network.tail()[network.arc_of_state[node_order(network)]] // 4
    assert np.count_nonzero(np.diff(town)) == 1


def test_a_bridge_is_cut_first():
    """0-1-2-3 in a ring and 4-5-6-7 in a ring, joined by 2-4: both ways over the bridge rank highest."""
    points = [(0, 0), (0, 100), (100, 100), (100, 0), (400, 100), (400, 0), (500, 0), (500, 100)]
    pairs = [(0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (2, 4)]
    network = network_from_edges(points, [(a, b, False, 30.0) for a, b in pairs])
    assert set(network.edge_of_arc[network.arc_of_state[node_order(network)[-2:]]]) == {8}


def test_progress_rises_to_one_and_may_stop_the_work():
    told = []
    node_order(random_town(3), lambda done, what: told.append(done))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)

    def stop(done: float, what: str) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        node_order(random_town(3), stop)


def test_far_fewer_shortcuts_than_by_geography_or_chance(real_maps: RealMaps):
    network = real_maps["monaco"].network
    ours = contraction_cost(network, node_order(network))
    plain = contraction_cost(network, by_longitude(network))
    assert ours.fill_arcs < 0.8 * plain.fill_arcs
    assert ours.triangles < 0.6 * plain.triangles
    assert ours.tree_depth < plain.tree_depth
