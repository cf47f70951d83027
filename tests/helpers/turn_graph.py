"""A network's states and turns as plain sets and integers, with ranks as nodes."""

import numpy as np

from routing.engine.hierarchy.hierarchy import Hierarchy
from routing.engine.key_kernels import NO_KEY
from routing.network.road_network import RoadNetwork
from tests.helpers.driving_truth import random_town
from tests.helpers.small_networks import random_network

Arc = tuple[int, int]


def small_network(seed: int) -> RoadNetwork:
    """The first of a row of random ones with 12 to 30 states."""
    for again in range(1000):
        number = 1000 * seed + again
        network = (
            random_town(number) if seed % 2 else random_network(number, junctions=6 + seed % 5, edges=9, side_m=500.0)
        )
        if 12 <= network.state_count <= 30:
            return network
    raise AssertionError(f"seed {seed}: no network of that size")


def turns_by_rank(network: RoadNetwork, hierarchy: Hierarchy, key: np.ndarray | None = None) -> dict[Arc, int]:
    """Least key (1 where none are given) of the turns between each two nodes, closed ones left out."""
    tail = np.repeat(np.arange(network.state_count), np.diff(network.turn_first))
    keys = np.ones(tail.size, np.int64) if key is None else key
    rank, found = hierarchy.rank_of_state.tolist(), dict[Arc, int]()
    for a, b, weight in zip(tail.tolist(), network.turn_head.tolist(), keys.tolist(), strict=True):
        if a != b and weight < NO_KEY:
            arc = rank[a], rank[b]
            found[arc] = min(found.get(arc, NO_KEY), weight)
    return found


def arcs_of(hierarchy: Hierarchy) -> dict[Arc, int]:
    """Arcs of the hierarchy with their slots: those down count from where those up end."""
    h, found = hierarchy, dict[Arc, int]()
    for node in range(h.node_count):
        for slot in range(h.up_first[node], h.up_first[node + 1]):
            found[node, int(h.up_head[slot])] = slot
        for slot in range(h.down_first[node], h.down_first[node + 1]):
            found[int(h.down_tail[slot]), node] = h.up_head.size + slot
    return found
