"""Stretches of road from the edges of a graph as osmnx makes it."""

from __future__ import annotations  # networkx graphs are generic to the type checker only

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np

from routing.network.car_profile import CarProfile
from routing.network.road_cutting import step_metres
from routing.network.road_network import ROAD_CLASSES
from routing.network.way_behaviour import WayBehaviour, way_behaviour

_UNKNOWN_HIGHWAY = "unclassified"

Line = tuple[tuple[int, int], ...]
"""Points (lon, lat) in 1e-7 degrees."""


@dataclass(slots=True)
class Road:
    """One stretch of road; the times and lengths of its directions are NaN where there is none."""

    begin: int
    end: int
    line: Line
    seconds: list[float]
    metres: list[float]
    tags: dict[str, str]
    osm_way: int
    road_class: int
    destination_only: bool

    @property
    def is_reversed(self) -> bool:
        """Whether the line runs against the way in the map, as osmnx notes it."""
        return self.tags.get("reversed") == "True"


def one_way_roads(
    graph: nx.MultiDiGraph[Any], junctions: Mapping[Any, int], points: list[tuple[int, int]], profile: CarProfile
) -> Iterable[Road]:
    """Every edge of the graph that has a time, as a road in one direction. `points`: by number in `junctions`."""
    for tail, head, data in graph.edges(data=True):
        begin, end = junctions[tail], junctions[head]
        drawn = data["geometry"].coords if "geometry" in data else ()
        inner = [(round(point[0] * 1e7), round(point[1] * 1e7)) for point in drawn][1:-1]
        line = (points[begin], *inner, points[end])
        if begin == end and not inner:
            continue  # a loop of no length
        tags = {key: text for key, value in data.items() if (text := tag(value))}
        tags.setdefault("highway", _UNKNOWN_HIGHWAY)
        metres = number(data.get("length"))
        metres = metres if metres >= 0 else _line_m(line)
        # the direction of the edge says which way is one-way; a tag about it would close the edge against the way
        behaviour = way_behaviour({key: text for key, text in tags.items() if not key.startswith("oneway")}, profile)
        seconds = _seconds(data, metres, behaviour, against_way=tags.get("reversed") == "True")
        if np.isnan(seconds):
            continue
        yield Road(
            begin,
            end,
            line,
            [seconds, np.nan],
            [metres, np.nan],
            tags,
            identity(data.get("osmid")),
            behaviour.road_class if behaviour else _class_index(tags["highway"]),
            behaviour.destination_only if behaviour else _is_private(tags, profile),
        )


def _seconds(data: Mapping[str, Any], metres: float, behaviour: WayBehaviour | None, *, against_way: bool) -> float:
    """Driving time by the first rule that applies; NaN where the profile may not drive there."""
    seconds, kmh = number(data.get("travel_time")), number(data.get("speed_kph"))
    if seconds >= 0:
        return seconds
    if not kmh > 0:
        if behaviour is None:
            return float("nan")
        kmh = behaviour.backward_kmh if against_way else behaviour.forward_kmh
        kmh = kmh or max(behaviour.forward_kmh, behaviour.backward_kmh)
    return metres / kmh * 3.6


def paired(one_ways: Iterable[Road]) -> list[Road]:
    """Join the two directions of a street: same ends, same shape, same OSM way."""
    roads: list[Road] = []
    waiting: dict[tuple[int, int, Line, int], list[Road]] = {}
    for road in one_ways:
        opposite = waiting.get((road.end, road.begin, road.line[::-1], road.osm_way))
        if opposite:
            other = opposite.pop()
            other.seconds[1], other.metres[1] = road.seconds[0], road.metres[0]
            if other.is_reversed and not road.is_reversed:
                _turn_round(other)
        else:
            waiting.setdefault((road.begin, road.end, road.line, road.osm_way), []).append(road)
            roads.append(road)
    return roads


def _turn_round(road: Road) -> None:
    """Let the shape run as the way does in the map."""
    road.begin, road.end, road.line = road.end, road.begin, road.line[::-1]
    road.seconds.reverse()
    road.metres.reverse()


def _is_private(tags: Mapping[str, str], profile: CarProfile) -> bool:
    return next((tags[key] for key in profile.access_tags if key in tags), "") in profile.access_destination


def _class_index(highway: str) -> int:
    return ROAD_CLASSES.index(highway if highway in ROAD_CLASSES else "other")


def _line_m(line: Line) -> float:
    lon, lat = np.array(line, dtype=np.int32).T
    return float(step_metres(lon, lat).sum())


def tag(value: object) -> str:
    """A tag's text; of several values, as osmnx keeps them on joined ways, the first."""
    if isinstance(value, (list, tuple, set)):
        return tag(min(value, key=str) if isinstance(value, set) else value[0]) if value else ""
    return str(value) if isinstance(value, (str, int, float, bool)) else ""


def number(value: object) -> float:
    """A number, NaN where it is none."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return float("nan")


def identity(value: object) -> int:
    """An OSM id; the smallest of several, so that both directions get the same; -1 where there is none."""
    if isinstance(value, (list, tuple, set)):
        return min((identity(part) for part in value), default=-1)
    return int(value) if isinstance(value, (int, np.integer)) and not isinstance(value, bool) else -1
