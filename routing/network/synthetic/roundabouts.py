"""Replace some crossings of main roads by roundabouts: a one-way circle, counter-clockwise, one junction an arm."""

import numpy as np
import shapely

from routing.network.synthetic.plan import Plan
from routing.network.synthetic.roads import RANK, TERTIARY
from routing.network.synthetic.shapes import sub_line
from routing.network.synthetic.web import Edge, Web, points

SHARE = 0.4
"""Of the crossings of main roads that have the room."""


def build_roundabouts(plan: Plan, web: Web) -> int:
    """Build roundabouts in place; returns how many."""
    rng = plan.rng("roundabouts")
    lines, xy = web.lines(), points(web)
    tree = shapely.STRtree(lines)
    built = 0
    for node, at in enumerate(web.incident()):
        edges = [web.edges[index] for index in at]
        main = [edge for edge in edges if RANK["motorway_link"] < edge.rank <= TERTIARY]
        if not 3 <= len(at) <= 5 or len(main) < 3 or rng.random() > SHARE:
            continue
        if any(e.bridge or e.u == e.v or e.length_m < 48.0 or e.rank < RANK["trunk"] for e in edges):
            continue
        radius = float(rng.uniform(14.0, 23.0))
        near = tree.query(shapely.Point(xy[node]), predicate="dwithin", distance=radius + 6.0)
        if set(near.tolist()) <= set(at):
            _build(web, node, at, radius, min((e.kind for e in main), key=RANK.__getitem__))
            built += 1
    return built


def _build(web: Web, node: int, at: list[int], radius: float, kind: str) -> None:
    centre = web.xy[node]
    arms = []
    for index in at:
        edge = web.edges[index]
        starts = edge.u == node
        coords = edge.coords if starts else edge.coords[::-1]
        away = np.hypot(*(coords - centre).T)
        cut = sub_line(coords, radius, edge.length_m)
        cut = cut[np.append(np.hypot(*(cut[:-1] - centre).T) > radius + 2.0, True)] if (away > 0).any() else cut
        way = coords[min(len(coords) - 1, int(np.searchsorted(away, radius)))] - centre
        foot = centre + way / np.hypot(*way) * radius
        joined = np.concatenate([foot[None], cut])
        number = web.add_node(foot)
        if starts:
            edge.u, edge.coords = number, joined
        else:
            edge.v, edge.coords = number, joined[::-1]
        arms.append((float(np.arctan2(way[1], way[0])) % (2 * np.pi), number))
    arms.sort()
    for (begin, u), (end, v) in zip(arms, [*arms[1:], (arms[0][0] + 2 * np.pi, arms[0][1])], strict=True):
        theta = np.linspace(begin, end, max(3, int((end - begin) / 0.4) + 1))
        arc = centre + radius * np.stack([np.cos(theta), np.sin(theta)], axis=1)
        arc[0], arc[-1] = web.xy[u], web.xy[v]
        web.edges.append(Edge(u, v, arc, kind, oneway=True, tags={"junction": "roundabout"}))
