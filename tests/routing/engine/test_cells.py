import itertools

import networkx as nx
import numpy as np
import pytest

from routing.engine.cells import NO_UNIT, unit_cells
from routing.network.snaps import Snaps
from tests.helpers.driving_truth import random_places, random_town, turned
from tests.helpers.small_networks import network_from_edges, random_network


def streets(network):
    """(tail, head, ms) of every edge, its faster direction."""
    tail = network.tail()
    for edge in range(network.edge_count):
        there, back = int(network.forward_arc[edge]), int(network.backward_arc[edge])
        ends = (tail[there], network.head[there]) if there >= 0 else (network.head[back], tail[back])
        yield int(ends[0]), int(ends[1]), min(int(network.duration_ms[arc]) for arc in (there, back) if arc >= 0)


def cells_by_hand(network, snaps):
    """One search a unit over junctions; then every edge walked from end to end."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(network.junction_count))
    edges = list(streets(network))
    graph.add_weighted_edges_from(edges)
    nearest = {}
    for unit in range(len(snaps)):
        tail, head, ms = edges[snaps.edge[unit]]
        part = int(ms * float(snaps.fraction[unit]) + 0.5)
        for begin, rest in ((tail, part), (head, ms - part)):
            for junction, far in nx.single_source_dijkstra_path_length(graph, begin).items():
                nearest[junction] = min(nearest.get(junction, (np.inf, NO_UNIT)), (rest + far, unit))
    owner = [nearest.get(junction, (0, NO_UNIT))[1] for junction in range(network.junction_count)]
    pairs = set()
    for edge, (tail, head, _) in enumerate(edges):
        along = sorted((float(snaps.fraction[unit]), unit) for unit in np.flatnonzero(snaps.edge == edge))
        walk = [owner[tail], *(int(unit) for _, unit in along), owner[head]]
        pairs |= {(min(a, b), max(a, b)) for a, b in itertools.pairwise(walk) if a != b and min(a, b) != NO_UNIT}
    return owner, sorted(pairs)


@pytest.mark.parametrize("seed", range(60))
def test_cells_equal_those_by_hand(seed):
    network = turned(random_town(seed) if seed % 2 else random_network(seed), np.random.default_rng(seed))
    snaps = random_places(network, int(np.random.default_rng(seed).integers(2, 15)), np.random.default_rng(seed))
    owner, pairs = cells_by_hand(network, snaps)
    cells = unit_cells(network, snaps)
    assert cells.unit_of_junction.tolist() == owner, (seed, snaps)
    assert [tuple(pair) for pair in cells.neighbours.tolist()] == pairs, (seed, snaps)


@pytest.mark.parametrize("seed", range(20))
def test_units_of_one_connected_piece_are_connected(seed):
    network = random_town(seed)
    roads = nx.Graph([(tail, head) for tail, head, _ in streets(network)])
    pieces = list(nx.connected_components(roads))
    edges = list(streets(network))
    snaps = random_places(network, 12, np.random.default_rng(seed))
    units = nx.Graph()
    units.add_nodes_from(range(12))
    units.add_edges_from(unit_cells(network, snaps).neighbours.tolist())
    piece_of = [next(i for i, piece in enumerate(pieces) if edges[edge][0] in piece) for edge in snaps.edge]
    assert nx.number_connected_components(units) == len(set(piece_of))
    assert all(len({piece_of[unit] for unit in part}) == 1 for part in nx.connected_components(units))


def test_units_at_one_place_are_chained():
    network = network_from_edges([(0, 0), (100, 0)], [(0, 1, False, 36.0)])
    cells = unit_cells(network, Snaps(np.zeros(4, np.int32), np.full(4, 0.5, np.float32), np.zeros(4, np.float32)))
    assert cells.unit_of_junction.tolist() == [0, 0]
    assert cells.neighbours.tolist() == [[0, 1], [0, 3], [1, 2], [2, 3]]


def test_no_units_no_cells():
    network = network_from_edges([(0, 0), (100, 0)], [(0, 1, False, 36.0)])
    cells = unit_cells(network, Snaps(np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0, np.float32)))
    assert cells.unit_of_junction.tolist() == [NO_UNIT, NO_UNIT]
    assert cells.neighbours.shape == (0, 2)
