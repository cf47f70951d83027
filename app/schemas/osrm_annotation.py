"""A leg's segments as OSRM's annotation object, members in the order osrm-routed 26.10 writes them.

{metadata?: {datasource_names}, datasources?, weight?, nodes?, distance?, duration?, speed?}

The lists have an element for each segment of the leg's line, `nodes` has one more. As in OSRM no duration has turns in
it, and an end within a segment is told as the node behind it at the begin and before it at the end. Millimetres and
milliseconds, where OSRM has ten digits and tenths: so the lists add up to what the leg was driven, and short segments,
too, have a time to divide by.
"""

from collections.abc import Collection
from typing import Any

from routing.engine.path import Path
from routing.guidance.path_line import PathLine
from routing.guidance.segments import driven_segments, nodes_passed
from routing.network.road_network import RoadNetwork

ANNOTATIONS = ("nodes", "distance", "duration", "datasources", "weight", "speed")
"""What `annotations=true` stands for."""
DATASOURCE_NAMES = ["lua profile"]
"""OSRM's word for speeds that come from no file beside the map: clients know it."""


def annotation_json(network: RoadNetwork, path: Path, line: PathLine, wanted: Collection[str]) -> dict[str, Any]:
    """Those of ANNOTATIONS that are `wanted`, of one leg."""
    segments = driven_segments(path, line)
    seconds = (segments.ms / 1000).tolist()
    written: dict[str, Any] = {}
    if "datasources" in wanted:
        written["metadata"] = {"datasource_names": DATASOURCE_NAMES}
        written["datasources"] = [0] * len(seconds)
    if "weight" in wanted:
        written["weight"] = seconds
    if "nodes" in wanted:
        written["nodes"] = nodes_passed(network, path, line).tolist()
    if "distance" in wanted:
        written["distance"] = (segments.mm / 1000).tolist()
    if "duration" in wanted:
        written["duration"] = seconds
    if "speed" in wanted:
        written["speed"] = (segments.tenths_mps / 10).tolist()
    return written
