"""Times along all streets, against networkx, place by place."""

from dataclasses import replace

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.network.road_network import CLOSED_MS
from routing.network.snaps import Snaps
from routing.reach.reach import Reach
from tests.helpers.driving_truth import driven_one_way, driving_truth, random_places, random_town, turned
from tests.helpers.small_networks import network_from_edges


def one(edge, fraction):
    return Snaps(np.array([edge], np.int32), np.array([fraction], np.float32), np.zeros(1, np.float32))


@pytest.mark.parametrize("direction", ["from", "to"])
@pytest.mark.parametrize("block", range(4))
def test_times_are_those_of_networkx(block, direction):
    compared = 0
    for seed in range(15 * block, 15 * block + 15):
        rng = np.random.default_rng(seed)
        network = turned(random_town(seed), rng)
        place = driven_one_way(random_places(network, 2, rng).take(np.zeros(1, np.int32)), rng)
        others = random_places(network, 25, rng)
        most_ms = int(rng.choice([0, 5_000, 20_000, 60_000, 10**8]))
        found = Reach(network).times(place, most_ms, direction)
        here, there = (place, others) if direction == "from" else (others, place)
        truth = driving_truth(network, here, there)
        at = found.at(others.edge, others.fraction.astype(np.float64))
        for i, ms in enumerate(at.tolist()):
            known = truth[0][i] if direction == "from" else truth[i][0]
            case = f"seed {seed}, {others.edge[i]} {others.fraction[i]} and {place}: {ms}, but {known}"
            if known is None or known[0] > most_ms + 1:
                assert ms == np.inf, case
            elif known[0] < most_ms - 1:
                assert abs(ms - known[0]) <= 1.01, case  # parts of arcs are rounded there
                assert found.reached()[others.edge[i]], case
                compared += 1
    assert compared > 50


@pytest.mark.parametrize("direction", ["from", "to"])
def test_closed_streets_are_neither_driven_nor_reached(direction):
    compared = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        network = random_town(seed)
        closed = rng.random(network.arc_count) < 0.2
        network = replace(network, duration_ms=np.where(closed, CLOSED_MS, network.duration_ms).astype(np.int32))
        place, others = random_places(network, 2, rng).take(np.zeros(1, np.int32)), random_places(network, 25, rng)
        found = Reach(network).times(place, 10**8, direction).at(others.edge, others.fraction.astype(np.float64))
        here, there = (place, others) if direction == "from" else (others, place)
        truth_s = DijkstraEngine(network, threads=1).matrix(here, there).duration_s.ravel()
        reached = truth_s < UNREACHABLE_S
        assert (np.isfinite(found) == reached).all(), f"seed {seed}"
        assert np.abs(found[reached] / 1000 - truth_s[reached]).max(initial=0) < 0.502, f"seed {seed}"
        compared += int(reached.sum())
    assert compared > 200


def test_a_street_is_reached_in_part_and_straight_along_its_own_edge():
    """0 ---edge 0, 100 m one-way at 36 km/h---> 1 ---edge 1, 200 m---- 2: from the middle of edge 0, 10 m a second."""
    network = network_from_edges([(0, 0), (100, 0), (300, 0)], [(0, 1, True, 36.0), (1, 2, False, 36.0)])
    times = Reach(network).times(one(0, 0.5), 15_000)
    edge, fraction = np.array([0, 0, 0, 1, 1, 1], np.int32), np.array([0.25, 0.5, 1.0, 0.0, 0.49, 0.51])
    assert times.at(edge, fraction).tolist() == pytest.approx([np.inf, 0, 5000, 5000, 14_800, np.inf])
    back = Reach(network).times(one(1, 0.5), 15_000, "to")
    assert back.at(edge, fraction).tolist() == pytest.approx([np.inf, 15_000, 10_000, 10_000, 200, 200], abs=1)


def test_what_cannot_be_asked_is_refused():
    network = network_from_edges([(0, 0), (100, 0)], [(0, 1, False, 36.0)])
    with pytest.raises(ValueError, match="most_ms"):
        Reach(network).times(one(0, 0.5), -1)
    with pytest.raises(ValueError, match="one place"):
        Reach(network).times(Snaps.join([one(0, 0.5)] * 2), 1000)
