from dataclasses import replace

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import NoRoute
from routing.engine.path import path_over
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.network.road_network import CLOSED_MS
from tests.helpers.driving_truth import driving_truth, random_places, random_town
from tests.helpers.small_networks import network_from_edges


def pair(places, i, j):
    return places.take(np.array([i, j], np.int32))


@pytest.mark.parametrize("seed", range(30))
def test_paths_add_up_to_the_truth_and_follow_on(seed):
    network = random_town(seed)
    places = random_places(network, 6, np.random.default_rng(seed))
    truth = driving_truth(network, places, places)
    engine = DijkstraEngine(network, threads=1)
    tail = network.tail()
    for i in range(6):
        for j in range(6):
            if truth[i][j] is None:
                with pytest.raises(NoRoute):
                    engine.paths_through(pair(places, i, j))
                continue
            path = engine.paths_through(pair(places, i, j))[0]
            assert (path.duration_ms, path.distance_dm) == truth[i][j], f"seed {seed}: {i} to {j}: {path}"
            assert (path.arc_ms >= 0).all()
            assert (path.arc_dm >= 0).all()
            assert network.head[path.arcs[:-1]].tolist() == tail[path.arcs[1:]].tolist()
            assert network.edge_of_arc[path.arcs[[0, -1]]].tolist() == places.edge[[i, j]].tolist()


def test_states_without_a_turn_between_them_are_no_path():
    network = random_town(1)
    ends = {(s, int(t)) for s in range(network.state_count) for t in _turns(network, s)}
    lone = next((a, b) for a in range(5) for b in range(5) if (a, b) not in ends)
    with pytest.raises(ValueError, match="no turn"):
        path_over(network, np.array(lone, np.int32), 0.5, 0.5)


def _turns(network, state):
    return network.turn_head[network.turn_first[state] : network.turn_first[state + 1]].tolist()


#   0 ---- 1 ---- 2      the way along the top is closed, or the street that a place lies on
#   |             |
#   3 ----------- 4
BLOCK = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (0.0, -100.0), (200.0, -100.0)]
STREETS = [(0, 1, False, 36.0), (1, 2, False, 36.0), (0, 3, False, 36.0), (3, 4, False, 36.0), (4, 2, False, 36.0)]


def test_a_closed_arc_is_not_driven_begun_or_ended_on():
    network = network_from_edges(BLOCK, STREETS)
    places = random_places(network, 3, np.random.default_rng(0))
    places = replace(places, edge=np.array([0, 1, 4], np.int32), fraction=np.array([0.5, 0.5, 0.5], np.float32))
    free = DijkstraEngine(network, threads=1).matrix(places, places).duration_s
    duration_ms = network.duration_ms.copy()
    duration_ms[[network.forward_arc[1], network.backward_arc[1]]] = CLOSED_MS
    shut = DijkstraEngine(replace(network, duration_ms=duration_ms), threads=1)
    found = shut.matrix(places, places).duration_s
    assert free[0, 2] == 20
    assert found[0, 2] == 5 + 10 + 20 + 5  # round the south
    assert (found[1, [0, 2]] == UNREACHABLE_S).all()
    assert (found[[0, 2], 1] == UNREACHABLE_S).all()
    assert [path.duration_ms for path in shut.paths_through(pair(places, 0, 2))] == [40_000]
