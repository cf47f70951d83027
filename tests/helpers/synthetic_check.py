"""Look at a written region with fresh eyes: reads the file, shares nothing with the generator but shapely."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import shapely

DRIVABLE = {
    "motorway", "motorway_link", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential",
    "living_street", "service", "track",
}  # fmt: skip


@dataclass
class Way:
    id: int
    refs: list[int]
    tags: dict[str, str]


@dataclass
class Written:
    """All objects of a file as plain dictionaries."""

    place: dict[int, tuple[float, float]]
    node_tags: dict[int, dict[str, str]]
    ways: list[Way]
    relations: list[tuple[list[tuple[str, int, str]], dict[str, str]]]

    @property
    def roads(self) -> list[Way]:
        return [way for way in self.ways if way.tags.get("highway") in DRIVABLE]

    def metres(self, refs: list[int]) -> np.ndarray:
        lon, lat = np.array([self.place[ref] for ref in refs]).T
        return np.stack([(lon + 30) * 111_320 * np.cos(np.radians(45)), (lat - 45) * 111_320], axis=1)

    def road_uses(self) -> dict[int, int]:
        """How often roads touch each node; the ends of a way count double."""
        uses: dict[int, int] = {}
        for way in self.roads:
            for ref in [*way.refs, way.refs[0], way.refs[-1]]:
                uses[ref] = uses.get(ref, 0) + 1
        return uses


def read_written(path: Path) -> Written:
    written = Written({}, {}, [], [])
    for thing in osmium.FileProcessor(str(path)):
        if thing.is_node():
            written.place[thing.id] = (thing.location.lon, thing.location.lat)
            if len(thing.tags):
                written.node_tags[thing.id] = dict(thing.tags)
        elif thing.is_way():
            written.ways.append(Way(thing.id, [n.ref for n in thing.nodes], dict(thing.tags)))
        else:
            written.relations.append(([(m.type, m.ref, m.role) for m in thing.members], dict(thing.tags)))
    return written


def crossings_without_junction(written: Written) -> list[tuple[int, int, tuple[float, float]]]:
    """Every two ground-level road segments that touch where they have no node in common: (way, way, metres)."""
    segments, owner, ends = [], [], []
    for way in written.roads:
        if "bridge" in way.tags or "tunnel" in way.tags:
            continue
        xy = written.metres(way.refs)
        for k in range(len(way.refs) - 1):
            segments.append(shapely.LineString(xy[k : k + 2]))
            owner.append(way.id)
            ends.append({way.refs[k], way.refs[k + 1]})
    lines = np.array(segments, dtype=object)
    a, b = shapely.STRtree(lines).query(lines, predicate="intersects")
    found = []
    for i, j in zip(a.tolist(), b.tolist(), strict=True):
        if i < j and not ends[i] & ends[j]:
            spot = shapely.get_coordinates(shapely.intersection(lines[i], lines[j]).centroid)[0]
            found.append((owner[i], owner[j], (float(spot[0]), float(spot[1]))))
    return found


def strong_share(written: Written) -> float:
    """Share of road nodes in the largest part where every street can be driven to and from, over directed segments."""
    graph = nx.DiGraph()
    for way in written.roads:
        refs = way.refs[::-1] if way.tags.get("oneway") == "-1" else way.refs
        oneway = (
            way.tags.get("oneway") in ("yes", "-1")
            or way.tags["highway"].startswith("motorway")
            or way.tags.get("junction") == "roundabout"
        )
        for u, v in pairwise(refs):
            blocked = any(written.node_tags.get(n, {}).get("barrier") == "bollard" for n in (u, v))
            if blocked:
                graph.add_nodes_from((u, v))
                continue
            graph.add_edge(u, v)
            if not oneway:
                graph.add_edge(v, u)
    posts = [n for n in graph if written.node_tags.get(n, {}).get("barrier") == "bollard"]
    graph.remove_nodes_from(posts)
    return max(len(part) for part in nx.strongly_connected_components(graph)) / len(graph)
