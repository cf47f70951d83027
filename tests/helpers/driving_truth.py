"""Driving times by networkx and by scipy, made from the words of road_network.py; nothing is shared with the engine."""

from dataclasses import replace

import networkx as nx
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps
from tests.helpers.small_networks import network_from_edges


class ShortestFirst(tuple):
    """(ms, dm) that adds like a path, for networkx's comparisons."""

    def __add__(self, other):
        return self if other == 0 else ShortestFirst((self[0] + other[0], self[1] + other[1]))

    __radd__ = __add__


def random_places(network: RoadNetwork, count: int, rng: np.random.Generator) -> Snaps:
    """Places anywhere, some at ends of edges, some on one edge with another, some at one place with another."""
    edge = rng.integers(0, network.edge_count, count)
    fraction = rng.random(count)
    fraction[rng.random(count) < 0.15] = rng.integers(0, 2)
    again = rng.random(count) < 0.3
    edge[again] = edge[rng.integers(0, count, count)][again]
    same = rng.integers(1, count)
    edge[same], fraction[same] = edge[same - 1], fraction[same - 1]
    return Snaps(edge.astype(np.int32), fraction.astype(np.float32), np.zeros(count, np.float32))


def driven_one_way(places: Snaps, rng: np.random.Generator) -> Snaps:
    """The same places, some of them left and reached along the shape only, some against it only."""
    return replace(places, ways=rng.choice(np.array([1, 2, 3, 3], np.uint8), len(places)))


def driving_truth(network: RoadNetwork, sources: Snaps, targets: Snaps) -> list[list[tuple[int, int] | None]]:
    """(ms, dm) of the fastest path of each pair, the shorter of equally fast ones; None where there is none.

    A place splits its arcs: ("out", i) is driven away from, ("in", j) is driven to.
    """
    graph = nx.DiGraph()

    def add(a, b, ms, dm):
        weight = ShortestFirst((int(ms), int(dm)))
        if not graph.has_edge(a, b) or weight < graph.edges[a, b]["weight"]:
            graph.add_edge(a, b, weight=weight)

    def share(arc, along):
        """Half up, as a share of the arc between its begin and the place."""
        ms, dm = int(network.duration_ms[arc]), int(network.length_dm[arc])
        return int(ms * along + 0.5), int(dm * along + 0.5)

    def arcs_at(snaps, i):
        edge, fraction = int(snaps.edge[i]), float(snaps.fraction[i])
        both = [(int(network.forward_arc[edge]), fraction), (int(network.backward_arc[edge]), 1.0 - fraction)]
        return [both[k] for k in range(2) if both[k][0] >= 0 and int(snaps.ways[i]) & (1 << k)]

    for state in range(network.state_count):
        arc = network.arc_of_state[state]
        add(("begin", state), ("end", state), network.duration_ms[arc], network.length_dm[arc])
        for turn in range(network.turn_first[state], network.turn_first[state + 1]):
            add(("end", state), ("begin", int(network.turn_head[turn])), network.turn_ms[turn], 0)
    for i in range(len(sources)):
        graph.add_node(("out", i))
        for arc, along in arcs_at(sources, i):
            ms, dm = share(arc, along)
            # the base state's end, as only there a journey begins
            add(("out", i), ("end", arc), network.duration_ms[arc] - ms, network.length_dm[arc] - dm)
            for j in range(len(targets)):
                for other, other_along in arcs_at(targets, j):
                    if other == arc and other_along >= along:
                        there = share(arc, other_along)
                        add(("out", i), ("in", j), there[0] - ms, there[1] - dm)
    for j in range(len(targets)):
        for arc, along in arcs_at(targets, j):
            for state in np.flatnonzero(network.arc_of_state == arc):
                add(("begin", int(state)), ("in", j), *share(arc, along))
    rows = []
    for i in range(len(sources)):
        found = nx.single_source_dijkstra_path_length(graph, ("out", i), weight="weight")
        reached = [found.get(("in", j)) for j in range(len(targets))]
        rows.append([None if key is None else (key[0], key[1]) for key in reached])
    return rows


_DM = 2.0**24
"""Milliseconds times this plus decimetres: 149 hours and 1,677 km fit into a float64 exactly."""


def driving_truth_of_large(network: RoadNetwork, sources: Snaps, targets: Snaps) -> tuple[np.ndarray, np.ndarray]:
    """The same as `driving_truth` for real maps: milliseconds and decimetres, (sources, targets), -1 without a path.

    One node for the begin of each state, one for its end, one for each source; the ways to the targets are added to
    what scipy finds.
    """
    states, arc_of_state = network.state_count, network.arc_of_state
    arc_key = network.duration_ms * _DM + network.length_dm

    def at(snaps):
        """Place, arc, share of the arc before the place, key of that part: one row for each arc at a place."""
        fraction = snaps.fraction.astype(np.float64)
        rows = [
            np.stack([np.flatnonzero(there), arc_of_edge[snaps.edge[there]], along[there]])
            for way, arc_of_edge, along in ((1, network.forward_arc, fraction), (2, network.backward_arc, 1 - fraction))
            for there in [(arc_of_edge[snaps.edge] >= 0) & (snaps.ways & way > 0)]
        ]
        place, arc, along = np.concatenate(rows, axis=1)
        arc = arc.astype(int)
        ms, dm = (np.floor(whole[arc] * along + 0.5) for whole in (network.duration_ms, network.length_dm))
        return place.astype(int), arc, along, ms * _DM + dm

    place, arc, along, before = at(sources)
    turn_from = np.repeat(np.arange(states), np.diff(network.turn_first))
    tail = np.concatenate([np.arange(states), states + turn_from, 2 * states + place])
    head = np.concatenate([states + np.arange(states), network.turn_head, states + arc])
    weight = np.concatenate([arc_key[arc_of_state], network.turn_ms * _DM, arc_key[arc] - before])
    nodes = 2 * states + len(sources)
    graph = coo_array((weight, (tail, head)), (nodes, nodes)).tocsr()
    assert graph.nnz == weight.size, "scipy would add up what leads from one node to the same other one"
    reached = dijkstra(graph, indices=np.arange(2 * states, nodes))

    found = np.full((len(sources), len(targets)), np.inf)
    for j, other, other_along, part in zip(*at(targets), strict=True):
        here = np.flatnonzero(arc_of_state == other)
        found[:, j] = np.minimum(found[:, j], reached[:, here].min(axis=1) + part)
        ahead = (arc == other) & (other_along >= along)
        np.minimum.at(found[:, j], place[ahead], part - before[ahead])
    none = np.isinf(found)
    ms, dm = np.divmod(np.where(none, 0, found), _DM)
    return np.where(none, -1, ms).astype(np.int64), np.where(none, -1, dm).astype(np.int64)


def turned(network: RoadNetwork, rng: np.random.Generator) -> RoadNetwork:
    """The same network with the shapes of half of its edges drawn from the other end."""
    turn = rng.random(network.edge_count) < 0.5
    lon, lat = network.shape_lon_e7.copy(), network.shape_lat_e7.copy()
    for edge in np.flatnonzero(turn):
        points = slice(network.shape_first[edge], network.shape_first[edge + 1])
        lon[points], lat[points] = lon[points][::-1], lat[points][::-1]
    return replace(
        network,
        forward_arc=np.where(turn, network.backward_arc, network.forward_arc),
        backward_arc=np.where(turn, network.forward_arc, network.backward_arc),
        shape_lon_e7=lon,
        shape_lat_e7=lat,
    )


def random_town(seed: int) -> RoadNetwork:
    """A grid of equal blocks, so that many paths tie, with everything that makes driving hard.

    One-ways, dead ends, banned turns, banned paths of three arcs, destination-only streets, parallel edges and turns
    that cost; parts that cannot be reached or left are likely.
    """
    rng = np.random.default_rng(seed)
    width, height = rng.integers(2, 6, 2)
    points = [(100.0 * x, 100.0 * y) for y in range(height) for x in range(width)]
    pairs = [(y * width + x, y * width + x + 1) for y in range(height) for x in range(width - 1)]
    pairs += [(y * width + x, (y + 1) * width + x) for y in range(height - 1) for x in range(width)]
    pairs = [pair if rng.random() < 0.5 else pair[::-1] for pair in pairs if rng.random() < 0.9] or [(0, 1)]
    pairs += [pairs[i] for i in rng.integers(0, len(pairs), 1)]
    edges = [(int(a), int(b), bool(rng.random() < 0.3), float(rng.choice([30, 30, 60]))) for a, b in pairs]
    steps: dict[int, list[int]] = {}
    for a, b, one_way, _ in edges:
        steps.setdefault(a, []).append(b)
        if not one_way:
            steps.setdefault(b, []).append(a)
    banned = []
    for length in [3] * int(rng.integers(0, 5)) + [4] * int(rng.integers(0, 7)):
        walk = [int(rng.choice(list(steps)))]
        while len(walk) < length and walk[-1] in steps:
            walk.append(int(rng.choice(steps[walk[-1]])))
        if len(walk) == length:
            banned.append(tuple(walk))
    private = np.flatnonzero(rng.random(len(edges)) < 0.12).tolist()
    return network_from_edges(points, edges, banned, destination_only=private, turn_ms=int(rng.choice([0, 0, 2500])))
