"""Towns and villages around the city, the roads between them, and farm tracks in the fields.

Roads: a spanning tree over settlements and the city's gates, so that every village is reached, and Gabriel edges
(Gabriel, Sokal 1969: no third place in the circle over the edge) for the second way in.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import Delaunay

from routing.arrays import Float64Array
from routing.network.synthetic.plan import Plan
from routing.network.synthetic.river import River
from routing.network.synthetic.roads import Road
from routing.network.synthetic.shapes import blob, chaikin, warp, wobble


@dataclass(frozen=True, slots=True)
class Settlement:
    """A town or a village."""

    kind: str
    centre: Float64Array
    area: shapely.Polygon


def place_settlements(plan: Plan, river: River, taken: shapely.Geometry) -> list[Settlement]:
    """Towns first, then villages, at random but well apart, off the river and off `taken` ground."""
    rng = plan.rng("settlements")
    shapely.prepare(taken)
    found: list[Settlement] = []
    shrink = float(np.clip(np.sqrt(plan.junctions / 40_000), 0.45, 1.0))
    for kind, count in (("town", plan.towns), ("village", plan.villages)):
        for _ in range(count * 60):
            if sum(one.kind == kind for one in found) == count:
                break
            near = plan.urban_m * 1.12 + (1_200.0 if kind == "town" else 300.0) * shrink
            r = np.sqrt(rng.uniform(near**2, (plan.extent_m * 0.93) ** 2))
            theta = rng.uniform(0, 2 * np.pi)
            centre = r * np.array([np.cos(theta), np.sin(theta)])
            size = rng.uniform(800, 1_300) if kind == "town" else rng.uniform(190, 460)
            size *= shrink if kind == "town" else max(shrink, 0.7)
            if shapely.distance(taken, shapely.Point(centre)) < size * 0.75 + 120.0:
                continue
            if any(np.hypot(*(centre - one.centre)) < size + _reach(one) + 700.0 * shrink for one in found):
                continue
            if shapely.distance(river.corridor, shapely.Point(centre)) < 150.0:
                continue
            found.append(Settlement(kind, centre, blob(rng, centre, size, 0.28)))
    return found


def _reach(one: Settlement) -> float:
    return float(np.sqrt(one.area.area / np.pi))


def lay_rural_roads(
    plan: Plan, river: River, settlements: list[Settlement], gates: Float64Array, far_ends: Float64Array
) -> list[Road]:
    """Roads that join the settlements with each other, with the city's gates and with the motorways' far ends."""
    rng = plan.rng("rural roads")
    points = np.concatenate([gates, far_ends, [one.centre for one in settlements]])
    town = np.array([True] * (len(gates) + len(far_ends)) + [one.kind == "town" for one in settlements])
    keep_out = shapely.Point(0.0, 0.0).buffer(plan.ring_m * 1.2)
    shapely.prepare(keep_out)
    roads = []
    for a, b in _chosen_edges(points, len(gates), river, keep_out):
        kind = (
            "secondary"
            if town[a] and town[b]
            else "tertiary"
            if town[a] or town[b] or rng.random() < 0.55
            else "unclassified"
        )
        wet = river.crosses(points[a], points[b])
        for share in (0.13, 0.07, 0.03, 0.0):
            coords = wobble(rng, points[a], points[b], share)
            line = shapely.LineString(coords)
            if not (shapely.intersects(keep_out, line) or (not wet and shapely.intersects(river.corridor, line))):
                roads.append(Road(coords, kind))
                break
    return roads


def _chosen_edges(
    points: Float64Array, gate_count: int, river: River, keep_out: shapely.Geometry
) -> list[tuple[int, int]]:
    candidates = []
    triangles = Delaunay(points).simplices
    pairs = np.unique(
        np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])), axis=0
    )
    for a, b in pairs.tolist():
        both_gates = b < gate_count
        if both_gates or shapely.intersects(keep_out, shapely.LineString(points[[a, b]])):
            continue
        wet = river.crosses(points[a], points[b])
        middle, radius = points[[a, b]].mean(axis=0), np.hypot(*(points[a] - points[b])) / 2
        gabriel = (np.hypot(*(points - middle).T) < radius * 0.97).sum() == 0
        candidates.append((2 * radius * (3.0 if wet else 1.0), gabriel and not wet, a, b))
    parent = list(range(len(points)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for gate in range(1, gate_count):
        parent[gate] = 0
    chosen = []
    for _, gabriel, a, b in sorted(candidates):
        joins = root(a) != root(b)
        parent[root(a)] = root(b)
        if joins or gabriel:
            chosen.append((a, b))
    return chosen


def lay_tracks(plan: Plan, keep_off: shapely.Geometry) -> list[Road]:
    """A loose net of farm tracks and lanes over the fields, in runs of a few hundred metres to two kilometres."""
    rng = plan.rng("tracks")
    step = 620.0
    half = int(plan.extent_m * 0.93 / step)
    index = np.arange(-half, half + 1)
    grid = np.stack(np.meshgrid(index, index, indexing="ij"), axis=-1).reshape(-1, 2) * step
    bend = warp(rng, 330.0, 4_700.0)
    moved = bend(grid + rng.uniform(-190, 190, grid.shape)).reshape(len(index), len(index), 2)
    roads = []
    for lines in (moved, moved.transpose(1, 0, 2)):
        for line in lines:
            position = int(rng.integers(0, 4))
            while position < len(line) - 1:
                run = int(rng.integers(2, 6))
                coords = chaikin(line[position : position + run + 1], 2)
                position += run + int(rng.integers(1, 5))
                kind = ("track", "track", "track", "unclassified")[int(rng.integers(0, 4))]
                if np.hypot(*coords.mean(axis=0)) < plan.extent_m * 0.93 and len(coords) > 1:
                    roads.append(Road(coords, kind))
    lines_array = shapely.difference(np.array([road.line for road in roads], dtype=object), keep_off)
    return [
        Road(shapely.get_coordinates(part), road.kind)
        for road, line in zip(roads, lines_array, strict=True)
        for part in shapely.get_parts(line)
        if part.geom_type == "LineString" and part.length > 150.0
    ]
