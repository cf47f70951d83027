"""Compile every kernel ahead, by taking each public path once on a network of two streets.

Compiled kernels are cached on disk (see jit.py), so this takes seconds once and next to nothing afterwards. Call it
before a server reports ready, and after a fork rather than before one. A new engine or kernel gets a line in one
of the parts.
"""

import numpy as np

from routing.arrays import frozen
from routing.engine.alternatives import AlternativePaths
from routing.engine.cells import unit_cells
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.engine.search_graph import forward_graph
from routing.guidance.warm import warm_guidance
from routing.matching.matcher import TraceMatcher
from routing.matching.trace import MatchOptions, Trace
from routing.network.edge_shapes import snapped_points
from routing.network.road_network import RoadNetwork
from routing.network.snapping import SnapIndex
from routing.network.snaps import Snaps
from routing.reach.isochrones import areas
from routing.reach.reach import Reach
from routing.traffic.warm import warm_traffic
from routing.visits.warm import warm_visits


def warm() -> None:
    """Compile what `routing` compiles, or load it where that was done before."""
    for part in PARTS:
        part()


def warm_hierarchy() -> None:
    """Order, contract, customise; a matrix and a route."""
    network = two_streets()
    places, engine = ends_of_streets(), HierarchyEngine.build(network, threads=1)
    engine.matrix(places, places)
    engine.exact_matrix(places, places)
    engine.durations_ms(places, places)
    engine.route_through(places)


def warm_matching() -> None:
    """Snap a trace and match it, as it is and tidied."""
    network = two_streets()
    index = SnapIndex.build(network)
    index.snap([10.0, 10.002], [50.0, 50.0])
    index.snap(10.0, 50.0)
    trace = Trace(np.linspace(10.0, 10.002, 4), np.full(4, 50.0), None, np.full(4, 5.0))  # fewer are not tidied
    matcher = TraceMatcher(network, forward_graph(network), index)
    for tidy in (False, True):
        matcher.match(trace, MatchOptions(tidy=tidy))


def warm_dijkstra() -> None:
    """All that searches without a hierarchy, and directions along a path."""
    network, places = two_streets(), ends_of_streets()
    one = places.take(frozen(np.zeros(1, np.int32)))
    snapped_points(network, places)
    engine = DijkstraEngine(network, threads=1)
    engine.matrix(one, places)
    engine.matrix(places, one)
    engine.route_through(places)
    path = engine.paths_through(places)[0]
    AlternativePaths(network).beside(path, places, 1)
    unit_cells(network, places)
    areas(SnapIndex.build(network), Reach(network).times(one, 10_000), [10_000])
    Reach(network).times(one, 10_000, "to")
    warm_traffic(network, places)
    warm_guidance(network, path)


PARTS = (warm_hierarchy, warm_matching, warm_dijkstra, warm_visits)
"""What can be compiled side by side (compiling.py), the longest first."""


def ends_of_streets() -> Snaps:
    """The ends of both streets, snapped without a kernel."""
    return Snaps(np.array([0, 1], np.int32), np.array([0.0, 1.0], np.float32), np.zeros(2, np.float32))


def two_streets() -> RoadNetwork:
    """Three junctions in a row, two streets that may be driven both ways."""

    def ints(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        return np.array(values, np.int32)

    # arcs: 0 is 0>1, 1 is 1>0, 2 is 1>2, 3 is 2>1; U-turns at both ends
    lon = ints(100_000_000, 100_010_000, 100_020_000)
    return RoadNetwork(
        lon_e7=lon,
        lat_e7=ints(500_000_000, 500_000_000, 500_000_000),
        osm_node=np.arange(3),
        first_out=ints(0, 1, 3, 4),
        head=ints(1, 0, 2, 1),
        duration_ms=ints(5000, 5000, 5000, 5000),
        length_dm=ints(715, 715, 715, 715),
        edge_of_arc=ints(0, 0, 1, 1),
        forward_arc=ints(0, 2),
        backward_arc=ints(1, 3),
        shape_first=ints(0, 2, 4),
        shape_lon_e7=lon[[0, 1, 1, 2]],
        shape_lat_e7=ints(500_000_000, 500_000_000, 500_000_000, 500_000_000),
        shape_node=np.array([0, 1, 1, 2]),
        road_class_of_edge=np.full(2, 11, np.uint8),
        destination_only_of_edge=np.zeros(2, np.int8),
        flags_of_edge=np.zeros(2, np.uint8),
        osm_way_of_edge=np.arange(2),
        name_of_edge=ints(0, 0),
        ref_of_edge=ints(0, 0),
        destination_of_edge=ints(0, 0),
        spoken_edge=ints(),
        spoken_text=ints(),
        arc_of_state=ints(0, 1, 2, 3),
        turn_first=ints(0, 1, 2, 3, 4),
        turn_head=ints(2, 0, 3, 1),
        turn_ms=ints(0, 0, 0, 0),
        ban_first=ints(0),
        ban_arc=ints(),
        ban_condition=ints(),
        text_first=ints(0, 0),
        text_utf8=np.zeros(0, np.uint8),
    )
