"""Roads of a kind that a journey is to do without."""

from dataclasses import replace

import numpy as np

from routing.arrays import BoolArray
from routing.network.road_network import CLOSED_MS, ROAD_CLASSES, TOLL, RoadNetwork

EXCLUDABLE = ("toll", "motorway", "ferry")
"""The kinds; those that OSRM's car profile offers."""


def roads_of_kind(network: RoadNetwork, kind: str) -> BoolArray:
    """(e) whether an edge is of a kind of `EXCLUDABLE`; ramps count as motorway."""
    if kind == "toll":
        found: BoolArray = (network.flags_of_edge & TOLL) != 0
        return found
    classes = [ROAD_CLASSES.index(name) for name in (kind, f"{kind}_link") if name in ROAD_CLASSES]
    return np.isin(network.road_class_of_edge, classes)


def closed_roads(network: RoadNetwork, kind: str) -> RoadNetwork:
    """The network with every arc of that kind closed."""
    closed = roads_of_kind(network, kind)[network.edge_of_arc]
    return replace(network, duration_ms=np.where(closed, CLOSED_MS, network.duration_ms).astype(np.int32))
