"""Compiling what `routing.guidance` compiles."""

from routing.engine.path import Path
from routing.guidance.guide import Guide
from routing.guidance.path_line import path_line, polylines, simplified
from routing.guidance.segments import driven_segments, nodes_passed
from routing.guidance.steps import guide_leg
from routing.network.road_network import RoadNetwork


def warm_guidance(network: RoadNetwork, path: Path) -> None:
    """Guide along a path once."""
    guide_leg(Guide.of(network), path)
    line = path_line(network, path)
    polylines(*simplified(line.lon_e7, line.lat_e7, 1.0), [0], [0], 5)
    driven_segments(path, line)
    nodes_passed(network, path, line)
