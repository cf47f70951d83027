"""The order in which driving states are contracted: nested dissection by cuts of streets.

Two junction sets that hang together by few streets are parted by taking those streets away. On the graph of states
(turns are its arcs) all states of those streets, both directions and all copies, are then a separator:

    A ===s=== B      states inside A  --turn-->  s, both ways  --turn-->  states inside B

They get the highest ranks of their cell, the rest of A and of B likewise, down to single junctions.

Sources: Buchhold, Wagner, Zeitz, Zuendorf, "Customizable contraction hierarchies with turn costs" (2020); the cuts:
Schild, Sommer, "On balanced separators in road networks" (2015).
"""

import numpy as np

from routing.arrays import Float64Array, Int32Array, frozen
from routing.earth import METRES_PER_E7
from routing.engine.hierarchy.order_kernels import Streets, dissect, split_cell
from routing.network.road_network import RoadNetwork
from routing.progress import Progress, silent

LARGE_CELL = 2000
"""Junctions: larger cells are cut one by one, progress told in between; a smaller one is done in some 20 ms."""


def node_order(network: RoadNetwork, progress: Progress = silent) -> Int32Array:
    """Return order (k) int32, order[rank] = state, a permutation: left part, right part, separator.

    Every cell of the dissection is one range of ranks, its separator the end of that range. Depends on the network's
    topology and coordinates alone, not on durations.
    """
    streets = _streets(network)
    junctions = np.arange(network.junction_count, dtype=np.int32)
    inside = np.arange(network.edge_count, dtype=np.int32)
    _dissect_all(streets, junctions, inside, progress)
    return frozen(_states_of(network, inside))


def _dissect_all(streets: Streets, junctions: Int32Array, inside: Int32Array, progress: Progress) -> None:
    """Sort junctions and streets in place; `dissect`, cell by cell."""
    local_of = np.zeros(junctions.size, np.int32)
    cells = [(0, junctions.size, 0, inside.size)]
    done = 0
    while cells:
        junction_begin, junction_end, begin, end = cells.pop()
        cell = junctions[junction_begin:junction_end], inside[begin:end]
        if junction_end - junction_begin <= LARGE_CELL:
            dissect(streets, *cell, local_of)
            done += junction_end - junction_begin
            progress(done / junctions.size, "ordering junctions")
            continue
        bounds = split_cell(streets, *cell, local_of) + np.array([junction_begin, begin], np.int32)
        for (v, e), (w, f) in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            cells.append((v, w, e, f))
        progress(done / junctions.size, "ordering junctions")


def _streets(network: RoadNetwork) -> Streets:
    """Edges as undirected streets with their number of states, junctions on a plane in metres."""
    arc = np.maximum(network.forward_arc, network.backward_arc)
    tail = network.tail()
    edge_of_state = network.edge_of_arc[network.arc_of_state]
    weight = np.bincount(edge_of_state, minlength=network.edge_count).astype(np.int32)
    x_m, y_m = _plane(network)
    return Streets(frozen(tail[arc]), frozen(network.head[arc]), frozen(weight), frozen(x_m), frozen(y_m))


def _plane(network: RoadNetwork) -> tuple[Float64Array, Float64Array]:
    """(n) metres east and north, by the middle latitude."""
    lat = network.lat_e7.astype(np.float64)
    middle = (lat.min() + lat.max()) / 2 if lat.size else 0.0
    squeeze = float(np.cos(np.radians(middle * 1e-7)))
    return network.lon_e7.astype(np.float64) * (METRES_PER_E7 * squeeze), lat * METRES_PER_E7


def _states_of(network: RoadNetwork, ordered: Int32Array) -> Int32Array:
    """(k) the states of the streets in the given order, a street's own side by side."""
    rank_of_edge = np.empty(ordered.size, np.int32)
    rank_of_edge[ordered] = np.arange(ordered.size, dtype=np.int32)
    return np.argsort(rank_of_edge[network.edge_of_arc[network.arc_of_state]], kind="stable").astype(np.int32)
