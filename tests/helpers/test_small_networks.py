"""The builder itself: what tests believe about roads is built here."""

import numpy as np
import pytest

from tests.helpers.small_networks import network_from_edges, random_network


def walks(network):
    """All turns as junction triples, states folded to arcs."""
    tail = network.tail()
    found = set()
    for state in range(network.state_count):
        arc = network.arc_of_state[state]
        for turn in range(network.turn_first[state], network.turn_first[state + 1]):
            onto = network.arc_of_state[network.turn_head[turn]]
            assert network.head[arc] == tail[onto]
            found.add((int(tail[arc]), int(network.head[arc]), int(network.head[onto])))
    return found


def test_u_turns_only_where_a_road_ends():
    # 0 -- 1 -- 2
    network = network_from_edges([(0, 0), (100, 0), (300, 0)], [(0, 1, False, 36), (1, 2, False, 36)])
    assert walks(network) == {(0, 1, 2), (2, 1, 0), (1, 0, 1), (1, 2, 1)}
    assert network.duration_ms.tolist() == [10_000, 10_000, 20_000, 20_000]
    assert network.length_dm.tolist() == [1000, 1000, 2000, 2000]


def test_a_banned_path_copies_the_arc_in_its_middle():
    # 0 -- 1 -- 2 -- 3   no 0>1>2>3, but 4>1>2>3 is allowed
    #      4
    edges = [(0, 1, True, 50), (1, 2, True, 50), (2, 3, True, 50), (4, 1, True, 50)]
    network = network_from_edges([(0, 0), (1, 0), (2, 0), (3, 0), (1, -1)], edges, [(0, 1, 2, 3)])
    assert network.state_count == network.arc_count + 1
    copy = network.arc_count
    assert network.turn_first[copy + 1] == network.turn_first[copy]


def test_a_destination_only_arc_entered_from_outside_leads_nowhere_else():
    edges = [(0, 1, True, 50), (1, 2, True, 50), (2, 3, True, 50)]
    network = network_from_edges([(0, 0), (1, 0), (2, 0), (3, 0)], edges, destination_only=[1])
    assert network.arc_of_state.tolist() == [0, 1, 2, 1]
    assert list(zip(np.repeat(np.arange(4), np.diff(network.turn_first)), network.turn_head, strict=True)) == [
        (0, 3),
        (1, 2),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_random_networks_are_consistent(seed):
    network = random_network(seed)
    tail = network.tail()
    for edge in range(network.edge_count):
        first, last = network.shape_first[edge], network.shape_first[edge + 1] - 1
        forward = network.forward_arc[edge]
        assert network.lon_e7[tail[forward]] == network.shape_lon_e7[first]
        assert network.lon_e7[network.head[forward]] == network.shape_lon_e7[last]
    assert walks(network)
    assert random_network(seed).turn_head.tolist() == network.turn_head.tolist()
