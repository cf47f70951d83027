"""Strokes -> OSM ways: cut where tags change or a restriction needs an end, and tagged by class and place."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Int64Array
from routing.network.synthetic.plan import Plan
from routing.network.synthetic.strokes import Stroke
from routing.network.synthetic.web import Edge, Web

LONGEST_M = 4_000.0


@dataclass(frozen=True, slots=True)
class WayPlan:
    """A way as edges in order; `reverse` writes its nodes backwards (one-way against the way: -1)."""

    edges: list[int]
    forward: list[bool]
    tags: dict[str, str]
    reverse: bool = False


def make_ways(
    plan: Plan, web: Web, strokes: list[Stroke], breaks: set[int], in_town: "list[bool]"
) -> tuple[list[WayPlan], Int64Array]:
    """All ways and, (e), the way of each edge."""
    rng = plan.rng("ways")
    ways: list[WayPlan] = []
    way_of_edge = np.full(len(web.edges), -1, dtype=np.int64)
    for stroke, town in zip(strokes, in_town, strict=True):
        common = {"highway": stroke.kind} | stroke.tags | ({"name": stroke.name} if stroke.name else {})
        common |= _class_tags(rng, stroke.kind, town)
        for run in _runs(web, stroke, breaks):
            first = web.edges[stroke.edges[run[0]]]
            tags = common | first.tags
            if first.bridge:
                tags |= {"bridge": "yes", "layer": "1"}
            reverse = first.oneway and stroke.kind in ("residential", "unclassified") and rng.random() < 0.08
            if first.oneway and tags.get("junction") != "roundabout":
                tags["oneway"] = "-1" if reverse else "yes"
            if first.oneway and stroke.kind in ("residential", "living_street"):
                tags.setdefault("oneway:bicycle", "no")
            way_of_edge[[stroke.edges[k] for k in run]] = len(ways)
            ways.append(WayPlan([stroke.edges[k] for k in run], [stroke.forward[k] for k in run], tags, reverse))
    return ways, way_of_edge


def _runs(web: Web, stroke: Stroke, breaks: set[int]) -> list[list[int]]:
    runs: list[list[int]] = [[0]]
    length = 0.0
    for k in range(1, len(stroke.edges)):
        edge, before = web.edges[stroke.edges[k]], web.edges[stroke.edges[k - 1]]
        node = edge.u if stroke.forward[k] else edge.v
        length += before.length_m
        if _look(edge) != _look(before) or node in breaks or length > LONGEST_M:
            runs.append([])
            length = 0.0
        runs[-1].append(k)
    return runs


def _look(edge: Edge) -> tuple[bool, bool]:
    return edge.bridge, edge.oneway


def _class_tags(rng: np.random.Generator, kind: str, town: bool) -> dict[str, str]:
    """Speed, lanes, surface as mappers give them: often, not always."""
    draw = rng.random()
    if kind == "motorway":
        return {"maxspeed": "110" if draw < 0.7 else "130", "lanes": "2", "surface": "asphalt", "lit": "no"}
    if kind == "motorway_link":
        return {"maxspeed": "60"} if draw < 0.5 else {}
    if kind == "track":
        grade = 1 + int(draw * 5)
        return {"tracktype": f"grade{grade}", "surface": ("asphalt", "gravel", "gravel", "ground", "grass")[grade - 1]}
    if kind == "service":
        return {}
    if kind == "living_street":
        return {"surface": "sett"} if draw < 0.6 else {"maxspeed": "10"}
    speed = {
        "trunk": (70, 90),
        "primary": (50, 90),
        "secondary": (50, 80),
        "tertiary": (50, 70),
        "unclassified": (50, 70),
    }
    if kind == "residential":
        tags = (
            {"maxspeed": "30", "source:maxspeed": "zone30"}
            if draw < 0.55
            else {"maxspeed": "50"}
            if draw < 0.75
            else {}
        )
    else:
        tags = {"maxspeed": str(speed[kind][0 if town else 1])} if draw < 0.85 else {}
    surface = rng.random()
    if surface < 0.6:
        tags["surface"] = "asphalt" if surface < 0.55 or kind != "residential" else "paving_stones"
    if kind == "trunk" or (kind == "primary" and draw < 0.5):
        tags["lanes"] = "4" if kind == "trunk" else "2"
    if not town and kind == "unclassified" and draw > 0.9:
        tags["surface"] = "gravel"
    return tags
