"""Strokes: edges that follow each other straight on, as a driver would call them one street.

At every node the pair of edges with the least bend is joined first (natural continuity, Thomson & Richardson 1999).
"""

from dataclasses import dataclass, field

import numpy as np

from routing.arrays import BoolArray, Float64Array
from routing.network.synthetic.web import Edge, Web, heading

BEND_DEG = 38.0


@dataclass(slots=True)
class Stroke:
    """Edges in driving order; `forward` tells whether an edge is taken from u to v."""

    edges: list[int]
    forward: list[bool]
    kind: str
    length_m: float
    name: str = ""
    city: str = ""
    tags: dict[str, str] = field(default_factory=dict)


def find_strokes(web: Web) -> list[Stroke]:
    """All strokes; every edge is in exactly one."""
    partner: dict[tuple[int, int], int] = {}
    for node, at in enumerate(web.incident()):
        pairs = sorted(_bends(web, node, at))
        used: set[int] = set()
        for _, i, j in pairs:
            if i not in used and j not in used:
                used |= {i, j}
                partner[(i, node)], partner[(j, node)] = j, i
    done = np.zeros(len(web.edges), dtype=bool)
    strokes = []
    for start in range(len(web.edges)):
        if not done[start]:
            strokes.append(_walk(web, partner, start, done))
    return strokes


def _bends(web: Web, node: int, at: list[int]) -> list[tuple[float, int, int]]:
    ways = [(index, heading(web.edges[index], node)) for index in at if web.edges[index].u != web.edges[index].v]
    found = []
    for k, (i, a) in enumerate(ways):
        for j, b in ways[k + 1 :]:
            one, other = web.edges[i], web.edges[j]
            bend = abs(180.0 - float(np.degrees((b - a) % (2 * np.pi))))
            circle = one.tags.get("junction") == "roundabout"
            if bend > (120.0 if circle else BEND_DEG) or not _alike(one, other, node):
                continue
            found.append((bend, i, j))
    return found


def _alike(one: Edge, other: Edge, node: int) -> bool:
    same = one.kind == other.kind and one.tags == other.tags and one.oneway == other.oneway
    return same and (not one.oneway or (one.v == node) != (other.v == node))


def _walk(web: Web, partner: dict[tuple[int, int], int], start: int, done: BoolArray) -> Stroke:
    """Go back to a stroke's first edge, then along it."""
    edge, node, seen = start, web.edges[start].u, {start}
    while (edge, node) in partner and partner[(edge, node)] not in seen:
        edge = partner[(edge, node)]
        seen.add(edge)
        node = web.edges[edge].v if web.edges[edge].u == node else web.edges[edge].u
    edges, forward, length = [], [], 0.0
    while True:
        taken = web.edges[edge]
        edges.append(edge)
        forward.append(taken.u == node)
        done[edge] = True
        length += taken.length_m
        node = taken.v if taken.u == node else taken.u
        following = partner.get((edge, node))
        if following is None or done[following]:
            break
        edge = following
    if taken.oneway and not forward[0]:
        edges, forward = edges[::-1], [True] * len(edges)
    return Stroke(edges, forward, web.edges[start].kind, length)


def shape(web: Web, stroke: Stroke) -> Float64Array:
    """The polyline of a stroke."""
    parts = [
        web.edges[e].coords if f else web.edges[e].coords[::-1]
        for e, f in zip(stroke.edges, stroke.forward, strict=True)
    ]
    return np.concatenate([parts[0], *[part[1:] for part in parts[1:]]])
