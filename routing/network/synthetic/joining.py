"""Join things to a finished web: points onto edges, near dead ends onto the street before them.

Also motorways onto roads, and bridges where one passes over the other."""

from collections import Counter

import numpy as np
import shapely

from routing.arrays import BoolArray, Float64Array, Int64Array
from routing.network.synthetic.motorways import Piece
from routing.network.synthetic.roads import RANK, TERTIARY
from routing.network.synthetic.web import Edge, Lines, Web, heading, points

NEAR_END_M = 9.0
"""Closer to an edge's end than this, a point joins the end's junction instead of making a new one."""


def nearest_edges(web: Web, at: Float64Array, usable: BoolArray) -> Int64Array:
    """The usable edge nearest to each of the points (k, 2)."""
    choice = np.flatnonzero(usable)
    return np.asarray(choice[shapely.STRtree(web.lines()[choice]).nearest(shapely.points(at))], dtype=np.int64)


def join_points(web: Web, at: Float64Array, edge_of: Int64Array) -> list[int]:
    """Nodes at the points' feet on their edges; edges are cut, or a near end is taken."""
    lines = web.lines()[edge_of]
    along = shapely.line_locate_point(lines, shapely.points(at))
    lengths = shapely.length(lines)
    nodes = [-1] * len(at)
    by_edge: dict[int, list[int]] = {}
    for k, index in enumerate(edge_of.tolist()):
        by_edge.setdefault(index, []).append(k)
    for index, members in by_edge.items():
        edge = web.edges[index]
        u, v = edge.u, edge.v
        cuts: list[float] = []
        place: list[tuple[int, int]] = []
        for k in sorted(members, key=lambda k: float(along[k])):
            s = float(along[k])
            if s < NEAR_END_M:
                nodes[k] = u
            elif s > lengths[k] - NEAR_END_M:
                nodes[k] = v
            else:
                if not cuts or s - cuts[-1] > NEAR_END_M:
                    cuts.append(s)
                place.append((k, len(cuts) - 1))
        made = web.split(index, cuts) if cuts else []
        for k, position in place:
            nodes[k] = made[position]
    return nodes


def extend_dead_ends(web: Web, reach_m: float) -> int:
    """Lead dead ends straight on to the next street where one lies within `reach_m`. Returns how many."""
    degree = web.degrees()
    dead = [(e.u if degree[e.u] == 1 else e.v, k) for k, e in enumerate(web.edges) if 1 in (degree[e.u], degree[e.v])]
    if not dead:
        return 0
    xy = points(web)
    start = xy[[node for node, _ in dead]]
    turn = np.array([heading(web.edges[k], node) + np.pi for node, k in dead])
    way = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    rays = np.asarray(shapely.linestrings(np.stack([start + 0.05 * way, start + reach_m * way], axis=1)), dtype=object)
    lines, ends = web.lines(), web.ends()
    a, b = shapely.STRtree(lines).query(rays, predicate="intersects")
    node_of = np.array([node for node, _ in dead])
    good = (ends[b] != node_of[a][:, None]).all(axis=1)
    a, b = a[good], b[good]
    gap = shapely.distance(shapely.intersection(rays[a], lines[b]), shapely.points(start[a]))
    order = np.lexsort((b, gap, a))
    first = order[np.unique(a[order], return_index=True)[1]]
    target = start[a[first]] + way[a[first]] * gap[first][:, None]
    kinds = [web.edges[dead[k][1]].kind for k in a[first].tolist()]
    nodes = join_points(web, target, b[first])
    for k, node, kind in zip(a[first].tolist(), nodes, kinds, strict=True):
        begin = dead[k][0]
        if node != begin:
            web.edges.append(Edge(begin, node, np.stack([web.xy[begin], web.xy[node]]), kind))
    return len(nodes)


def _key(point: Float64Array) -> tuple[int, int]:
    return round(float(point[0]) * 10), round(float(point[1]) * 10)


def join_motorways(web: Web, made: list[Piece]) -> None:
    """Add carriageways and ramps; ramps end on main roads, and where only two carriageways meet so do they."""
    motorway, ramp = (
        Counter(_key(end) for piece in made if piece.kind == kind for end in piece.coords[[0, -1]])
        for kind in ("motorway", "motorway_link")
    )
    loose = sorted({key for key in ramp if key not in motorway} | {key for key in motorway if key not in ramp})
    number: dict[tuple[int, int], int] = {}
    if loose:
        at = np.array(loose) / 10
        main = np.array([edge.rank <= TERTIARY and not edge.bridge for edge in web.edges])
        edge_of = nearest_edges(web, at, main)
        near = shapely.distance(web.lines()[edge_of], shapely.points(at)) < 60.0
        joined = [key for key, close in zip(loose, near.tolist(), strict=True) if close]
        number = dict(zip(joined, join_points(web, at[near], edge_of[near]), strict=True))
    for piece in made:
        ends = []
        for end in piece.coords[[0, -1]]:
            key = _key(end)
            if key not in number:
                number[key] = web.add_node(end)
            ends.append(number[key])
        coords = piece.coords.copy()
        coords[0], coords[-1] = web.xy[ends[0]], web.xy[ends[1]]
        web.edges.append(Edge(ends[0], ends[1], coords, piece.kind, oneway=True, tags={"ref": piece.ref}))


def raise_bridges(web: Web, water: shapely.Polygon) -> None:
    """Make bridges: main roads over motorways, motorways over water. Minor streets that touch either are dropped."""
    fast = np.array([edge.rank <= RANK["motorway_link"] for edge in web.edges])
    lines = web.lines()
    index = np.flatnonzero(fast)
    for k in index[shapely.intersects(lines[index], water)].tolist():
        _raise_stretch(web, k, water.buffer(8.0))
    lines, fast = web.lines(), np.array([edge.rank <= RANK["motorway_link"] for edge in web.edges])
    ends = web.ends()
    fast_index = np.flatnonzero(fast)
    slow = np.flatnonzero(~fast)
    tree = shapely.STRtree(lines[fast_index])
    a, b = tree.query(lines[slow], predicate="intersects")
    over, under = slow[a], fast_index[b]
    spots = _crossing_spots(web, lines, ends, over, under)
    drop = np.zeros(len(web.edges), dtype=bool)
    for k, spot in spots.items():
        if web.edges[k].rank > RANK["unclassified"]:
            drop[k] = True
        else:
            _raise_stretch(web, k, shapely.buffer(spot, 26.0))
    keep = np.ones(len(web.edges), dtype=bool)
    keep[: len(drop)] = ~drop
    web.keep(keep)


def _crossing_spots(
    web: Web, lines: Lines, ends: Int64Array, over: Int64Array, under: Int64Array
) -> dict[int, shapely.MultiPoint]:
    """For each upper edge the points where it meets lower ones, common nodes left out."""
    spots: dict[int, list[Float64Array]] = {}
    for k, below in zip(over.tolist(), under.tolist(), strict=True):
        common = [web.xy[node] for node in set(ends[k].tolist()) & set(ends[below].tolist())]
        for spot in shapely.get_coordinates(shapely.intersection(lines[k], lines[below])):
            if all(np.hypot(*(spot - node)) > 1.0 for node in common):
                spots.setdefault(k, []).append(spot)
    return {k: shapely.MultiPoint(found) for k, found in spots.items()}


def _raise_stretch(web: Web, index: int, over: shapely.Geometry) -> None:
    """Split an edge where it enters and leaves `over` and tag the stretch between as a bridge."""
    edge = web.edges[index]
    line = shapely.LineString(edge.coords)
    part = line.intersection(over)
    along = [float(line.project(shapely.Point(c))) for c in shapely.get_coordinates(part)]
    cuts = [s for s in (min(along), max(along)) if 6.0 < s < line.length - 6.0]
    before = len(web.edges)
    web.split(index, cuts)
    middle = (min(along) + max(along)) / 2
    at = 0.0
    for k in [index, *range(before, len(web.edges))]:
        length = web.edges[k].length_m
        if at <= middle <= at + length:
            web.edges[k].bridge = True
        at += length
