"""What arcs weigh, and which of them searches need, by all paths (Floyd, Warshall) on Python's integers."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from routing.engine.hierarchy.contraction import build_hierarchy
from routing.engine.hierarchy.customisation import BasicWeights, Metric, basic_weights, fill_of, perfect_metric
from routing.engine.hierarchy.customisation_kernels import NO_MS
from routing.engine.hierarchy.node_order import node_order
from routing.engine.key_kernels import DISTANCE_BITS, NO_KEY
from routing.engine.search_graph import turn_keys
from routing.network.road_network import CLOSED_MS
from tests.helpers.turn_graph import Arc, arcs_of, small_network, turns_by_rank

SEEDS = range(80)


class Case(NamedTuple):
    slots: dict[Arc, int]
    """Arcs of the hierarchy."""
    turns: dict[Arc, int]
    """Keys of its turns."""
    nodes: int
    basic: BasicWeights
    metric: Metric


def case_of(seed: int) -> Case:
    """Some arcs are closed, some take days."""
    network, rng = small_network(seed), np.random.default_rng(seed)
    odd = rng.random(network.arc_count) < (0.0, 0.1, 0.5)[seed % 3]
    times = rng.choice([CLOSED_MS, CLOSED_MS - 1, 2**29, 1, 1000], network.arc_count)
    network = replace(network, duration_ms=np.where(odd, times, network.duration_ms).astype(np.int32))
    chance = rng.permutation(network.state_count).astype(np.int32)
    hierarchy = build_hierarchy(network, node_order(network) if seed % 4 else chance)
    keys = turn_keys(network)
    fill = fill_of(hierarchy)
    basic = basic_weights(hierarchy, fill, keys)
    metric = perfect_metric(hierarchy, fill, basic)
    return Case(arcs_of(hierarchy), turns_by_rank(network, hierarchy, keys), hierarchy.node_count, basic, metric)


def least(best: dict[Arc, int], a: int, b: int) -> int:
    return best.get((a, b), NO_KEY)


def by_way_of(best: dict[Arc, int], v: int, nodes: int) -> dict[Arc, int]:
    """Lightest paths where v may be passed, too."""
    into = [(a, least(best, a, v)) for a in range(nodes) if (a, v) in best]
    out = [(b, least(best, v, b)) for b in range(nodes) if (v, b) in best]
    return best | {(a, b): min(least(best, a, b), x + y) for a, x in into for b, y in out if a != b}


@pytest.mark.parametrize("seed", SEEDS)
def test_an_arc_weighs_as_much_as_the_lightest_path_through_lower_nodes(seed: int) -> None:
    slots, best, nodes, basic, _ = case_of(seed)
    weight = [*basic.up_key.tolist(), *basic.down_key.tolist()]
    for low in range(nodes):  # `best` passes nodes below `low` only
        for high in range(low + 1, nodes):
            for arc in ((low, high), (high, low)):
                found = weight[slots[arc]] if arc in slots else NO_KEY
                assert found == min(least(best, *arc), NO_KEY), (seed, arc)
        best = by_way_of(best, low, nodes)


@pytest.mark.parametrize("seed", SEEDS)
def test_searches_need_an_arc_exactly_if_nothing_is_faster(seed: int) -> None:
    slots, best, nodes, basic, metric = case_of(seed)
    for node in range(nodes):
        best = by_way_of(best, node, nodes)
    weight = [*basic.up_key.tolist(), *basic.down_key.tolist()]
    needed = {
        arc: weight[slot]
        for arc, slot in slots.items()
        if weight[slot] < NO_KEY and min(weight[slot] >> DISTANCE_BITS, NO_MS) <= least(best, *arc) >> DISTANCE_BITS
    }
    kept, kept_ms = dict[Arc, int](), dict[Arc, int]()
    for upward, star, in_ms in ((True, metric.up, metric.up_ms), (False, metric.down, metric.down_ms)):
        for node in range(nodes):
            for entry in range(star.first[node], star.first[node + 1]):
                arc = (node, int(star.node[entry])) if upward else (int(star.node[entry]), node)
                kept[arc], kept_ms[arc] = int(star.weight[entry]), int(in_ms.weight[entry])
    assert kept == needed, seed
    assert kept_ms == {arc: key >> DISTANCE_BITS for arc, key in needed.items()}, seed
