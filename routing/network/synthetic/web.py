"""The street web: nodes and the edges between them, made by cutting all planned roads where they meet.

Cutting uses snap rounding on a half-metre grid (Hobby 1999, as in GEOS' OverlayNG), so that no two cut pieces cross,
whatever the patterns drew on top of each other. Classes come back from the planned road that lies under each piece.
"""

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from routing.arrays import BoolArray, Float64Array, Int64Array
from routing.network.synthetic.roads import RANK, Road
from routing.network.synthetic.shapes import sub_line

GRID_M = 0.5

Lines = npt.NDArray[np.object_]
"""(n) shapely geometries."""


@dataclass(slots=True)
class Edge:
    """A stretch of road between two nodes; `oneway` drives from u to v."""

    u: int
    v: int
    coords: Float64Array
    kind: str
    bridge: bool = False
    oneway: bool = False
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        return RANK[self.kind]

    @property
    def length_m(self) -> float:
        steps = self.coords[1:] - self.coords[:-1]
        return float(np.sqrt(np.einsum("ij,ij->i", steps, steps)).sum())


@dataclass(slots=True)
class Web:
    """Nodes (metres) and edges; built up in place, edge by edge."""

    xy: list[Float64Array]
    edges: list[Edge]
    node_tags: dict[int, dict[str, str]] = field(default_factory=dict)

    def add_node(self, point: Float64Array) -> int:
        self.xy.append(np.asarray(point, dtype=np.float64))
        return len(self.xy) - 1

    def lines(self) -> Lines:
        """(e) shapely lines of the edges."""
        counts = [len(edge.coords) for edge in self.edges]
        numbers = np.repeat(np.arange(len(counts)), counts)
        made = shapely.linestrings(np.concatenate([e.coords for e in self.edges]), indices=numbers)
        return np.asarray(made, dtype=object)

    def lengths(self) -> Float64Array:
        """(e) metres; far faster than asking each edge."""
        return np.asarray(shapely.length(self.lines()), dtype=np.float64)

    def ends(self) -> Int64Array:
        """(e, 2) nodes of the edges."""
        return np.array([(edge.u, edge.v) for edge in self.edges], dtype=np.int64).reshape(-1, 2)

    def ranks(self) -> Int64Array:
        """(e)"""
        return np.array([edge.rank for edge in self.edges], dtype=np.int64)

    def degrees(self) -> Int64Array:
        """(n) edge ends at each node."""
        return np.bincount(self.ends().ravel(), minlength=len(self.xy))

    def keep(self, mask: BoolArray) -> None:
        """Keep the edges where `mask` is true."""
        self.edges = [edge for edge, stays in zip(self.edges, mask.tolist(), strict=True) if stays]

    def incident(self) -> list[list[int]]:
        """Edges at each node."""
        at: list[list[int]] = [[] for _ in self.xy]
        for index, edge in enumerate(self.edges):
            at[edge.u].append(index)
            if edge.v != edge.u:
                at[edge.v].append(index)
        return at

    def split(self, index: int, distances_m: list[float]) -> list[int]:
        """Cut an edge at distances from its beginning; the first piece keeps its index. Returns the new nodes."""
        edge = self.edges[index]
        marks = [0.0, *sorted(distances_m), edge.length_m]
        shapes = [sub_line(edge.coords, a, b) for a, b in pairwise(marks)]
        nodes = [self.add_node(shape[-1]) for shape in shapes[:-1]]
        stops = [edge.u, *nodes, edge.v]
        parts = [
            replace(edge, u=stops[k], v=stops[k + 1], coords=shape, tags=dict(edge.tags))
            for k, shape in enumerate(shapes)
        ]
        self.edges[index] = parts[0]
        self.edges.extend(parts[1:])
        return nodes


def weave(roads: list[Road]) -> Web:
    """Cut all roads where they meet and give each piece the most important class that lies under it."""
    lines = np.array([road.line for road in roads], dtype=object)
    pieces = shapely.get_parts(shapely.union_all(lines, grid_size=GRID_M))
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    tree = shapely.STRtree(lines)
    piece_at, road_at = tree.query(middles, predicate="dwithin", distance=GRID_M * 1.6)
    rank = np.array([RANK[road.kind] for road in roads]) * 2 - np.array([road.bridge for road in roads])
    order = np.lexsort((road_at, rank[road_at], piece_at))
    first = order[np.unique(piece_at[order], return_index=True)[1]]
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(pieces, k)) for k in (0, -1)])
    xy, number = np.unique(np.rint(ends / GRID_M).astype(np.int64), axis=0, return_inverse=True)
    number = number.reshape(2, -1)
    edges = []
    for piece, source in zip(piece_at[first].tolist(), road_at[first].tolist(), strict=True):
        u, v = int(number[0, piece]), int(number[1, piece])
        edges.append(Edge(u, v, shapely.get_coordinates(pieces[piece]), roads[source].kind, roads[source].bridge))
    return Web(list(xy * GRID_M), edges)


def heading(edge: Edge, node: int) -> float:
    """Direction in which an edge leaves a node, radians, looking about 12 m ahead."""
    coords = edge.coords if edge.u == node else edge.coords[::-1]
    at = len(coords) - 1
    begin_x, begin_y = coords[0].tolist()
    for k, (x, y) in enumerate(coords[1:8].tolist(), start=1):
        if (x - begin_x) ** 2 + (y - begin_y) ** 2 > 144.0:
            at = k
            break
    x, y = coords[at].tolist()
    return math.atan2(y - begin_y, x - begin_x)


def points(web: Web) -> Float64Array:
    """(n, 2) nodes."""
    return np.array(web.xy)
