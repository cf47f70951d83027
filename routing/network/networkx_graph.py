"""Road networks from and to the graphs that osmnx makes.

    networkx.MultiDiGraph --from_networkx--> MapExtract --network_building--> RoadNetwork --to_networkx--> MultiDiGraph

A two-way street is two edges in such a graph and one edge with two arcs in a RoadNetwork.
"""

from __future__ import annotations  # networkx graphs are generic to the type checker only

from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np

from routing.arrays import Int32Array
from routing.network.car_profile import CarProfile
from routing.network.edge_shapes import edge_part
from routing.network.map_extract import MapExtract, NodeRules
from routing.network.network_building import build_network
from routing.network.networkx_roads import Road, identity, number, one_way_roads, paired, tag
from routing.network.node_behaviour import node_behaviour
from routing.network.road_network import (
    CIRCULAR,
    LEFT_HAND,
    ROAD_CLASSES,
    ROUNDABOUT,
    TOLL,
    TUNNEL,
    UNREACHABLE,
    RoadNetwork,
)
from routing.network.way_flags import way_flags

_CRS = "epsg:4326"
_TAG_OF_FLAG = {
    ROUNDABOUT: ("junction", "roundabout"),
    CIRCULAR: ("junction", "circular"),
    TOLL: ("toll", "yes"),
    TUNNEL: ("tunnel", "yes"),
    LEFT_HAND: ("driving_side", "left"),
}


def from_networkx(graph: nx.MultiDiGraph[Any], profile: CarProfile | None = None) -> RoadNetwork:
    """Build the largest strongly connected network of a graph as osmnx makes it.

    Nodes need `x` and `y` in degrees. An edge's time is its `travel_time` (s), else its `length` (m) by `speed_kph`,
    else what `profile` (a car by default) makes of its `highway` and `maxspeed` as if they were a way's tags; an edge
    that only this last rule could time and that the profile may not drive is left out. Lengths are `length`, else
    those of `geometry`. Such graphs know no turn restrictions; turns cost what `profile` says.

    Raises ValueError where a position is missing, out of range or projected, or nothing can be driven to and fro.
    """
    profile = profile or CarProfile()
    junctions = {node: index for index, node in enumerate(graph.nodes)}
    points = _junction_points(graph)
    roads = paired(one_way_roads(graph, junctions, points, profile))
    built = build_network(_extract(graph, roads, profile), profile) if roads else None
    if built is None:
        raise ValueError("the graph holds no road that can be driven to and fro")
    network, _ = built
    return _with_own_measures(network, roads, _osm_nodes(graph))


def to_networkx(network: RoadNetwork) -> nx.MultiDiGraph[Any]:
    """Turn a network into a graph that osmnx works on, one edge for each arc; turn costs and restrictions are lost.

    Nodes carry x, y and osmid and are named by it (negative numbers where a node of the map became several junctions),
    edges osmid, length (m), travel_time (s), speed_kph, highway, name, oneway, reversed and geometry.
    """
    from shapely import LineString

    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(crs=_CRS)
    labels = _labels(network)
    for index, label in enumerate(labels):
        lon, lat = float(network.lon_e7[index]) / 1e7, float(network.lat_e7[index]) / 1e7
        graph.add_node(label, x=lon, y=lat, osmid=int(network.osm_node[index]))
    tail = network.tail()
    for arc in range(network.arc_count):
        edge = int(network.edge_of_arc[arc])
        backward = arc == int(network.backward_arc[edge])
        lon_line, lat_line = edge_part(network, edge, float(backward), float(not backward))
        data = _edge_data(network, arc, edge, backward=backward)
        data["geometry"] = LineString(np.column_stack((lon_line, lat_line)))
        graph.add_edge(labels[tail[arc]], labels[network.head[arc]], **data)
    for label, count in _street_counts(network, labels).items():
        graph.nodes[label]["street_count"] = count
    return graph


def _edge_data(network: RoadNetwork, arc: int, edge: int, *, backward: bool) -> dict[str, Any]:
    seconds, metres = int(network.duration_ms[arc]) / 1000, int(network.length_dm[arc]) / 10
    road_class = ROAD_CLASSES[network.road_class_of_edge[edge]]
    data: dict[str, Any] = {
        "osmid": int(network.osm_way_of_edge[edge]),
        "length": metres,
        "travel_time": seconds,
        "speed_kph": round(metres / seconds * 3.6, 3),
        "highway": road_class,
        "oneway": bool(network.forward_arc[edge] < 0 or network.backward_arc[edge] < 0),
        "reversed": backward,
    }
    if road_class == "ferry":
        data["route"] = "ferry"
    if network.destination_only_of_edge[edge]:
        data["access"] = "destination"
    texts = {
        "name": network.name(edge),
        "ref": network.ref(edge),
        "destination": network.text(int(network.destination_of_edge[edge])),
        "name:pronunciation": network.spoken(edge),
    }
    flags = int(network.flags_of_edge[edge])
    marks = {key: value for bit, (key, value) in _TAG_OF_FLAG.items() if flags & bit}
    return data | {key: text for key, text in texts.items() if text} | marks


def _labels(network: RoadNetwork) -> list[int]:
    nodes, first, count = np.unique(network.osm_node, return_index=True, return_counts=True)
    alone = np.zeros(network.junction_count, dtype=np.bool_)
    alone[first[(count == 1) & (nodes >= 0)]] = True
    labels: list[int] = np.where(alone, network.osm_node, -1 - np.arange(network.junction_count)).tolist()
    return labels


def _street_counts(network: RoadNetwork, labels: list[int]) -> dict[int, int]:
    tail, some_arc = network.tail(), np.where(network.forward_arc >= 0, network.forward_arc, network.backward_arc)
    count = np.bincount(np.concatenate((tail[some_arc], network.head[some_arc])), minlength=network.junction_count)
    return dict(zip(labels, count.tolist(), strict=True))


def _junction_points(graph: nx.MultiDiGraph[Any]) -> list[tuple[int, int]]:
    crs = str(graph.graph.get("crs", _CRS)).lower()
    if crs not in {_CRS, "wgs84", "ogc:crs84"}:
        raise ValueError(f"the graph's crs is {crs}: make it {_CRS} with osmnx.project_graph(graph, to_latlong=True)")
    points = []
    for node, data in graph.nodes(data=True):
        lon, lat = (number(data.get(axis)) for axis in ("x", "y"))
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            raise ValueError(f"node {node}: x={data.get('x')} and y={data.get('y')} must be degrees")
        points.append((round(lon * 1e7), round(lat * 1e7)))
    return points


def _osm_nodes(graph: nx.MultiDiGraph[Any]) -> list[int]:
    return [identity(data.get("osmid", node)) for node, data in graph.nodes(data=True)]


def _extract(graph: nx.MultiDiGraph[Any], roads: list[Road], profile: CarProfile) -> MapExtract:
    """Roads as ways numbered 0, 1, …; junctions keep their numbers, points between get numbers of their own."""
    sizes = [len(road.line) for road in roads]
    first = np.cumsum([0, *sizes]).astype(np.int32)
    lon_lat = np.array([point for road in roads for point in road.line], dtype=np.int32).reshape(-1, 2)
    node = graph.number_of_nodes() + np.arange(len(lon_lat), dtype=np.int64)
    node[first[:-1]] = [road.begin for road in roads]
    node[first[1:] - 1] = [road.end for road in roads]
    kmh = np.array([[_kmh(road, side) for side in (0, 1)] for road in roads]).reshape(-1, 2)
    texts = {"": 0}
    text = [
        [texts.setdefault(road.tags.get(key, ""), len(texts)) for road in roads]
        for key in ("name", "ref", "destination", "name:pronunciation")
    ]
    name, ref, destination, spoken = np.array(text, dtype=np.int32)
    node_tags = [{key: tag(value) for key, value in data.items()} for _, data in graph.nodes(data=True)]
    return MapExtract(
        way=np.arange(len(roads), dtype=np.int64),
        first_point=first,
        forward_kmh=kmh[:, 0].copy(),
        backward_kmh=kmh[:, 1].copy(),
        road_class=np.array([road.road_class for road in roads], dtype=np.uint8),
        destination_only=np.array([road.destination_only for road in roads], dtype=np.bool_),
        duration_s=np.zeros(len(roads)),
        flags=np.array([way_flags(road.tags, profile) for road in roads], dtype=np.uint8),
        name=name,
        ref=ref,
        destination=destination,
        spoken=spoken,
        texts=tuple(texts),
        node=node,
        lon_e7=lon_lat[:, 0].copy(),
        lat_e7=lon_lat[:, 1].copy(),
        node_rules=NodeRules.of(range(len(node_tags)), [node_behaviour(tags, profile) for tags in node_tags]),
        way_count_read=len(roads),
    )


def _with_own_measures(network: RoadNetwork, roads: list[Road], osm_nodes: list[int]) -> RoadNetwork:
    """Put the graph's own times, lengths and names in place of what was measured along the shapes."""
    road_of_arc = network.osm_way_of_edge[network.edge_of_arc]
    side = (network.backward_arc[network.edge_of_arc] == np.arange(network.arc_count)).astype(np.int64)
    seconds = np.array([road.seconds for road in roads])[road_of_arc, side]
    metres = np.array([road.metres for road in roads])[road_of_arc, side]
    named = np.array([*osm_nodes, -1], dtype=np.int64)  # points between junctions lose their numbers
    return replace(
        network,
        duration_ms=_whole(seconds * 1000, 1),
        length_dm=_whole(metres * 10, 0),
        osm_node=named[network.osm_node],
        shape_node=named[np.minimum(network.shape_node, len(osm_nodes))],
        osm_way_of_edge=np.array([road.osm_way for road in roads], dtype=np.int64)[network.osm_way_of_edge],
    )


def _whole(values: Any, least: int) -> Int32Array:
    return np.asarray(np.clip(np.rint(values), least, UNREACHABLE - 1), dtype=np.int32)


def _kmh(road: Road, side: int) -> float:
    """Any speed above 0 opens the direction; the times are put in later."""
    return 0.0 if np.isnan(road.seconds[side]) else 1.0
