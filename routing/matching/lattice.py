"""The candidates of each point of a trace: its nearest place on every edge near it, once in each direction."""

import numpy as np

from routing.arrays import Float64Array, Int32Array, frozen
from routing.engine.keys import position_key
from routing.matching.match_kernels import SURE, Lattice
from routing.matching.trace import MatchOptions, Trace
from routing.network.road_network import CLOSED_MS, RoadNetwork
from routing.network.snapping import Headings, SnapIndex
from routing.network.snaps import BACKWARD, FORWARD, Snaps


def make_lattice(
    network: RoadNetwork, snapping: SnapIndex, trace: Trace, options: MatchOptions, headings: Headings | None
) -> tuple[Lattice, Snaps]:
    """All candidates of all points, and where each lies (on its edge, with its distance from the point)."""
    radius_m = np.maximum(options.search_factor * trace.accuracy_m, options.least_search_m)
    near = snapping.near_each(trace.lon, trace.lat, options.most_edges, radius_m, headings)
    row, arc, along = _each_way(network, near)
    point = row // options.most_edges
    first = np.zeros(len(trace) + 1, np.int32)
    np.cumsum(np.bincount(point, minlength=len(trace)), out=first[1:])
    key = position_key(network.duration_ms[arc], network.length_dm[arc], along)
    off_m = near.distance_m[row].astype(np.float64)
    # never farther from the point than roads are looked for, however the road bends
    slack_m = np.minimum(SURE * trace.accuracy_m[point], np.maximum(0.0, radius_m[point] - off_m))
    slack = 10.0 * slack_m / np.maximum(1, network.length_dm[arc])
    emission = -0.5 * (off_m / trace.accuracy_m[point]) ** 2
    lattice = Lattice(
        first, frozen(arc), frozen(key), frozen(along), frozen(slack), frozen(emission), frozen(_mirror(row))
    )
    return lattice, near.take(row)


def _each_way(network: RoadNetwork, near: Snaps) -> tuple[Int32Array, Int32Array, Float64Array]:
    """(row of `near`, arc, share of the arc before the place), one or two for each open edge, rows ascending."""
    arcs = np.stack([network.forward_arc[near.edge], network.backward_arc[near.edge]], axis=1)
    fraction = near.fraction.astype(np.float64)
    along = np.stack([fraction, 1.0 - fraction], axis=1)
    ways = np.stack([near.ways & FORWARD, near.ways & BACKWARD], axis=1)
    there = (near.edge >= 0)[:, np.newaxis] & (ways > 0) & (arcs >= 0)
    row, way = np.nonzero(there & (network.duration_ms[arcs] < CLOSED_MS))
    return row.astype(np.int32), arcs[row, way], along[row, way]


def _mirror(row: Int32Array) -> Int32Array:
    """The candidate at the same place in the other direction, -1 where there is none."""
    mirror = np.full(row.size, -1, np.int32)
    first_of_two = np.flatnonzero(row[1:] == row[:-1]).astype(np.int32)
    mirror[first_of_two], mirror[first_of_two + 1] = first_of_two + 1, first_of_two
    return mirror
