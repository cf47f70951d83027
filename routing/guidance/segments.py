"""The segments of a drive from point to point of its line: what OSRM calls annotations."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Int32Array, Int64Array
from routing.engine.path import Path
from routing.guidance.path_line import PathLine
from routing.guidance.segment_kernels import fill_nodes, fill_segments
from routing.network.road_network import RoadNetwork


@dataclass(frozen=True, slots=True)
class Segments:
    """s >= 1 segments between the points of a line; int32 unless said otherwise. Nowhere driven is one segment."""

    mm: Int32Array
    """(s) millimetres; their sum is the path's length."""
    ms: Int32Array
    """(s) milliseconds; their sum is the path's duration without its turns."""
    tenths_mps: Int32Array
    """(s) tenths of a metre a second, those of the arc."""


def driven_segments(path: Path, line: PathLine) -> Segments:
    """Length, time and speed from each point of a path's line to the next."""
    size = max(1, line.lon_e7.size - 1)
    mm, ms, tenths_mps = (np.empty(size, np.int32) for _ in range(3))
    fill_segments(line.lon_e7, line.lat_e7, line.first, path.arc_dm, path.arc_ms, mm, ms, tenths_mps)
    return Segments(mm, ms, tenths_mps)


def nodes_passed(network: RoadNetwork, path: Path, line: PathLine) -> Int64Array:
    """(s+1) OSM nodes at the ends of the segments, 0 where there is none; int64.

    Within a segment a line begins at the node before it and ends at the node after it, as it is driven.
    """
    first, last = path.arcs[0], path.arcs[-1]
    begin_edge, end_edge = network.edge_of_arc[first], network.edge_of_arc[last]
    nodes = np.empty(max(2, line.lon_e7.size), np.int64)
    fill_nodes(
        line.lon_e7,
        line.lat_e7,
        line.point,
        network.shape_lon_e7,
        network.shape_lat_e7,
        network.shape_node,
        int(network.shape_first[begin_edge]),
        int(network.shape_first[begin_edge + 1]) - 1,
        bool(network.forward_arc[begin_edge] == first),
        bool(network.forward_arc[end_edge] == last),
        nodes,
    )
    return nodes
