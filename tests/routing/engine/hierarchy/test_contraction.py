"""Which arcs a hierarchy has, by the elimination game with sets."""

import numpy as np
import pytest

from routing.engine.hierarchy.contraction import build_hierarchy
from routing.engine.hierarchy.hierarchy import Hierarchy
from routing.engine.hierarchy.node_order import node_order
from routing.network.road_network import RoadNetwork
from tests.helpers.turn_graph import arcs_of, small_network, turns_by_rank

SEEDS = range(60)


def hierarchy_of(seed: int) -> tuple[RoadNetwork, Hierarchy]:
    """By our order, or by chance."""
    network = small_network(seed)
    chance = np.random.default_rng(seed).permutation(network.state_count).astype(np.int32)
    return network, build_hierarchy(network, node_order(network) if seed % 3 else chance)


@pytest.mark.parametrize("seed", SEEDS)
def test_arcs_are_those_of_the_elimination_game(seed: int) -> None:
    """Node by node: whoever leads to v and is left leads on to whoever v leads to and is left."""
    network, hierarchy = hierarchy_of(seed)
    arcs = set(turns_by_rank(network, hierarchy))
    for v in range(hierarchy.node_count):
        into = [a for a, b in arcs if b == v and a > v]
        out = [b for a, b in arcs if a == v and b > v]
        arcs |= {(a, b) for a in into for b in out if a != b}
    assert set(arcs_of(hierarchy)) == arcs, seed


@pytest.mark.parametrize("seed", SEEDS)
def test_parents_are_those_of_the_elimination_game_without_directions(seed: int) -> None:
    network, hierarchy = hierarchy_of(seed)
    near: list[set[int]] = [set() for _ in range(hierarchy.node_count)]
    for a, b in turns_by_rank(network, hierarchy):
        near[a].add(b)
        near[b].add(a)
    for v in range(hierarchy.node_count):
        above = {u for u in near[v] if u > v}
        assert hierarchy.parent[v] == min(above, default=-1), (seed, v)
        for u in above:
            near[u] |= above - {u}
    below = [{v} for v in range(hierarchy.node_count)]
    for v in range(hierarchy.node_count):
        assert below[v] == set(range(min(below[v]), v + 1)), (seed, v)  # a subtree is one range of ranks
        if hierarchy.parent[v] >= 0:
            below[hierarchy.parent[v]] |= below[v]
    depth, lowest = np.zeros(hierarchy.node_count, int), np.arange(hierarchy.node_count)
    for v in range(hierarchy.node_count):
        if hierarchy.parent[v] >= 0:
            lowest[hierarchy.parent[v]] = min(lowest[hierarchy.parent[v]], lowest[v])
    for v in reversed(range(hierarchy.node_count)):
        depth[v] = depth[hierarchy.parent[v]] + 1 if hierarchy.parent[v] >= 0 else 0
    assert hierarchy.depth.tolist() == depth.tolist(), seed
    assert hierarchy.lowest.tolist() == lowest.tolist(), seed


@pytest.mark.parametrize("seed", SEEDS)
def test_every_turn_lies_in_its_arc(seed: int) -> None:
    network, hierarchy = hierarchy_of(seed)
    slots, rank = arcs_of(hierarchy), hierarchy.rank_of_state
    assert sorted(slots.values()) == list(range(hierarchy.up_head.size + hierarchy.down_tail.size)), seed
    tail = np.repeat(np.arange(network.state_count), np.diff(network.turn_first))
    for turn, (a, b) in enumerate(zip(rank[tail].tolist(), rank[network.turn_head].tolist(), strict=True)):
        assert hierarchy.slot_of_turn[turn] == (-1 if a == b else slots[a, b]), (seed, turn)
