"""Which units lie side by side on the road network: a Voronoi partition by travel time.

Every junction belongs to the unit nearest to it, where streets may be driven both ways at their faster time (who lies
beside whom is no matter of one-ways). Units are neighbours where their cells meet along an edge:

    u1 ---- A ======= B --x-- C ---- u3        u1 owns A, u2 (the x on edge BC) owns B, u3 owns C:
                          u2                   (u1, u2) meet on AB, (u2, u3) on BC

Source: network Voronoi diagrams, Erwig, "The graph Voronoi diagram with applications" (2000).
"""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Int32Array, Int64Array, frozen
from routing.engine.dijkstra_kernels import Hooks, SearchGraph, labels_from
from routing.engine.key_kernels import DISTANCE_BITS, DISTANCE_MASK, NO_KEY
from routing.engine.keys import position_key
from routing.engine.search_graph import make_search_graph
from routing.network.road_network import NO_ARC, RoadNetwork
from routing.network.snaps import Snaps

NO_UNIT = -1


@dataclass(frozen=True, slots=True)
class Cells:
    """The unit that each junction belongs to, and the pairs of units whose cells meet; read-only.

    The pairs join all units into one piece wherever the network is in one piece.
    """

    unit_of_junction: Int32Array
    """(n) of the road network's junctions; NO_UNIT where no unit can be driven to."""
    neighbours: Int32Array
    """(q, 2) int32, the lower unit first, sorted, without repeats."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit_of_junction", frozen(self.unit_of_junction, np.int32))
        object.__setattr__(self, "neighbours", frozen(self.neighbours, np.int32))
        if self.neighbours.ndim != 2 or self.neighbours.shape[1] != 2:
            raise ValueError("neighbours must have two columns")


def unit_cells(network: RoadNetwork, snaps: Snaps) -> Cells:
    """Cells of the units that stand at `snaps`; of equally near units the one with the lower index owns a junction.

    Units along one edge, units at one place among them, are neighbours of the next one in order of their position; the
    first and last also of the owners of the edge's ends.
    """
    if not len(snaps):
        return Cells(np.full(network.junction_count, NO_UNIT, np.int32), np.empty((0, 2), np.int32))
    tail, head, weight_ms = _streets(network)
    label = labels_from(_graph(network, tail, head, weight_ms), _seeds(snaps, tail, head, weight_ms), _nowhere())
    owner = np.where(label == NO_KEY, NO_UNIT, label & DISTANCE_MASK).astype(np.int32)
    return Cells(owner, _neighbours(network, snaps, owner[tail], owner[head]))


def _streets(network: RoadNetwork) -> tuple[Int32Array, Int32Array, Int32Array]:
    """(e) junctions at the begin and end of each edge's shape, and the faster of its driving times."""
    forward, backward = network.forward_arc, network.backward_arc
    arc_tail, arc_head = network.tail(), network.head
    tail = np.where(forward == NO_ARC, arc_head[backward], arc_tail[forward])
    head = np.where(forward == NO_ARC, arc_tail[backward], arc_head[forward])
    never = np.iinfo(np.int32).max
    there = np.where(forward == NO_ARC, never, network.duration_ms[forward])
    back = np.where(backward == NO_ARC, never, network.duration_ms[backward])
    return tail, head, np.minimum(there, back).astype(np.int32)


def _graph(network: RoadNetwork, tail: Int32Array, head: Int32Array, weight_ms: Int32Array) -> SearchGraph:
    begins, ends = np.concatenate([tail, head]), np.concatenate([head, tail])
    order = np.argsort(begins, kind="stable")
    first = np.zeros(network.junction_count + 1, np.int32)
    np.cumsum(np.bincount(begins, minlength=network.junction_count), out=first[1:])
    weight = np.concatenate([weight_ms, weight_ms]).astype(np.int64) << DISTANCE_BITS
    return make_search_graph(first, ends[order], weight[order], int(weight.max()))


def _seeds(snaps: Snaps, tail: Int32Array, head: Int32Array, weight_ms: Int32Array) -> Hooks:
    """One place with both ends of every unit's edge as hooks; the key holds the unit in place of a distance."""
    whole = weight_ms[snaps.edge]
    part = position_key(whole, np.zeros_like(whole), np.clip(snaps.fraction.astype(np.float64), 0.0, 1.0))
    unit = np.arange(len(snaps), dtype=np.int64)
    to_head = (whole.astype(np.int64) << DISTANCE_BITS) - part
    node = np.concatenate([tail[snaps.edge], head[snaps.edge]])
    key = np.concatenate([part | unit, to_head | unit])
    return Hooks(frozen(np.array([0, node.size], np.int32)), frozen(node, np.int32), frozen(key, np.int64))


def _nowhere() -> Hooks:
    return Hooks(frozen(np.zeros(2, np.int32)), frozen(np.empty(0, np.int32)), frozen(np.empty(0, np.int64)))


def _neighbours(network: RoadNetwork, snaps: Snaps, at_tail: Int32Array, at_head: Int32Array) -> Int32Array:
    """Pairs along every edge: owner of its tail, its units by position, owner of its head."""
    edges = np.arange(network.edge_count)
    units = np.arange(len(snaps), dtype=np.int32)
    edge = np.concatenate([edges, snaps.edge, edges])
    position = np.concatenate([np.full(edges.size, -1.0), snaps.fraction, np.full(edges.size, 2.0)])
    unit: Int64Array = np.concatenate([at_tail, units, at_head]).astype(np.int64)
    order = np.lexsort((unit, position, edge))
    edge, unit = edge[order], unit[order]
    left, right = unit[:-1], unit[1:]
    meet = (edge[:-1] == edge[1:]) & (left != right) & (left != NO_UNIT) & (right != NO_UNIT)
    pairs = np.stack([np.minimum(left, right)[meet], np.maximum(left, right)[meet]], axis=1)
    return np.unique(pairs, axis=0).astype(np.int32)
