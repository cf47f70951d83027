"""Street patterns that fill one piece of ground: each function gives (n, 2, 2) straight segments or polylines.

`old_town` irregular blocks (Voronoi cells); `grid` a turned, gently bent grid with missing pieces; `garden` rings and
spokes round the middle; `suburb` a maze of curved loops and cul-de-sacs (a random spanning tree of a bent lattice with
a few loops closed, corners rounded off).
"""

from collections.abc import Callable

import numpy as np
import shapely
from scipy.spatial import Voronoi

from routing.arrays import BoolArray, Float64Array, Int64Array
from routing.network.synthetic.shapes import chaikin, rotation, warp

Pattern = Callable[[np.random.Generator, shapely.Polygon, float], list[Float64Array]]


def old_town(
    rng: np.random.Generator, ground: shapely.Polygon, _angle: float, cell_m: float = 84.0
) -> list[Float64Array]:
    """Irregular small blocks."""
    x0, y0, x1, y1 = ground.buffer(cell_m * 2).bounds
    xs, ys = np.arange(x0, x1, cell_m), np.arange(y0, y1, cell_m * 0.87)
    points = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1)
    points[:, 1::2, 0] += cell_m / 2
    flat = points.reshape(-1, 2)
    cells = Voronoi(flat + rng.normal(0, cell_m * 0.24, flat.shape))
    ridges = np.array([ridge for ridge in cells.ridge_vertices if -1 not in ridge])
    segments = cells.vertices[ridges]
    keep = rng.random(len(segments)) < 0.93
    return _clip(list(segments[keep]), ground)


def grid(rng: np.random.Generator, ground: shapely.Polygon, angle: float) -> list[Float64Array]:
    """Blocks of 75-100 by 105-165 m."""
    return _lattice_streets(rng, ground, angle, rng.uniform(72, 98), rng.uniform(100, 160), keep=0.88)


def works(rng: np.random.Generator, ground: shapely.Polygon, angle: float) -> list[Float64Array]:
    """Industry: blocks of 170-240 m."""
    return _lattice_streets(rng, ground, angle, rng.uniform(150, 190), rng.uniform(200, 260), keep=0.8)


def garden(rng: np.random.Generator, ground: shapely.Polygon, angle: float) -> list[Float64Array]:
    """Rings and spokes round a place in the middle."""
    centre = shapely.get_coordinates(ground.representative_point())[0]
    reach = float(np.hypot(*(shapely.get_coordinates(ground.exterior) - centre).T).max())
    bend = warp(rng, 18.0, 700.0)
    streets: list[Float64Array] = []
    radii = np.arange(70.0, reach, rng.uniform(82, 98))
    for ring, radius in enumerate(radii):
        spokes = 6 if ring < 1 else 12 if ring < 4 else 24 if ring < 9 else 48
        theta = angle + np.linspace(0, 2 * np.pi, spokes * 4 + 1)
        circle = centre + radius * np.stack([np.cos(theta), np.sin(theta)], axis=1)
        for k in range(spokes):
            if ring < 1 or rng.random() < 0.9:
                streets.append(bend(circle[4 * k : 4 * k + 5]))
            if ring + 1 < len(radii) and rng.random() < 0.82:
                here, out = circle[4 * k], centre + (circle[4 * k] - centre) * radii[ring + 1] / radius
                streets.append(bend(np.stack([here, (here + out) / 2, out])))
    return _clip(streets, ground)


def suburb(rng: np.random.Generator, ground: shapely.Polygon, angle: float) -> list[Float64Array]:
    """Curved loops and cul-de-sacs, with a few ways in."""
    points, edges, inside = _lattice(
        rng, ground, angle, rng.uniform(66, 82), rng.uniform(70, 92), jitter=0.17, bend_m=42.0
    )
    both = inside[edges].all(axis=1)
    inner, door = edges[both], edges[inside[edges].any(axis=1) & ~both]
    weight = rng.random(len(inner)) + 0.55 * (rng.random(len(inner)) < 0.5)
    order = np.argsort(weight, kind="stable")
    parent = list(range(len(points)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    chosen = []
    extra = rng.random(len(inner)) < 0.2
    for k in order.tolist():
        a, b = (root(int(i)) for i in inner[k])
        if a != b or extra[k]:
            chosen.append(inner[k])
            parent[a] = b
    doors = door[rng.random(len(door)) < max(0.3, 4 / max(1, len(door)))]
    kept = np.concatenate([np.array(chosen, dtype=np.int64).reshape(-1, 2), doors])
    return _clip([chaikin(points[chain], 2) for chain in _chains(kept, len(points))], ground)


def _lattice(
    rng: np.random.Generator, ground: shapely.Polygon, angle: float, du: float, dv: float, jitter: float, bend_m: float
) -> tuple[Float64Array, Int64Array, BoolArray]:
    """Points of a turned and bent lattice, its edges (pairs of points), and which points lie well inside."""
    centre = shapely.get_coordinates(ground.centroid)[0]
    reach = float(np.hypot(*(shapely.get_coordinates(ground.exterior) - centre).T).max()) + 2 * dv + bend_m
    nu, nv = int(reach / du) + 1, int(reach / dv) + 1
    u, v = np.meshgrid(np.arange(-nu, nu + 1), np.arange(-nv, nv + 1), indexing="ij")
    flat = np.stack([u.ravel() * du, v.ravel() * dv], axis=1) + rng.normal(0, 1, (u.size, 2)) * [
        du * jitter,
        dv * jitter,
    ]
    points = centre + warp(rng, bend_m, rng.uniform(800, 1_500))(flat) @ rotation(angle).T
    number = np.arange(u.size).reshape(u.shape)
    along_u = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    along_v = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    inside = shapely.contains_xy(ground.buffer(-24.0), points[:, 0], points[:, 1])
    return points, np.concatenate([along_u, along_v]).astype(np.int64), inside


def _lattice_streets(
    rng: np.random.Generator, ground: shapely.Polygon, angle: float, du: float, dv: float, keep: float
) -> list[Float64Array]:
    points, edges, inside = _lattice(rng, ground, angle, du, dv, jitter=0.035, bend_m=rng.uniform(8, 55))
    near = inside[edges].any(axis=1)
    stay = rng.random(len(edges)) < keep
    return _clip(list(points[edges[near & stay]]), ground)


def _chains(edges: Int64Array, count: int) -> list[list[int]]:
    """Walk along points of degree two: lists of points between junctions or dead ends."""
    neighbours: list[list[int]] = [[] for _ in range(count)]
    for a, b in edges.tolist():
        neighbours[a].append(b)
        neighbours[b].append(a)
    done: set[tuple[int, int]] = set()
    chains = []
    starts = [i for i in range(count) if len(neighbours[i]) not in (0, 2)]
    for start in starts:
        for step in neighbours[start]:
            if (start, step) in done:
                continue
            chain, before, here = [start, step], start, step
            while len(neighbours[here]) == 2:
                following = neighbours[here][0] if neighbours[here][0] != before else neighbours[here][1]
                before, here = here, following
                chain.append(here)
            done.add((chain[-1], chain[-2]))
            chains.append(chain)
    return chains


def _clip(streets: list[Float64Array], ground: shapely.Polygon) -> list[Float64Array]:
    if not streets:
        return []
    lines = shapely.intersection(np.array([shapely.LineString(s) for s in streets], dtype=object), ground)
    parts = shapely.get_parts(lines)
    parts = parts[(shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 4.0)]
    return [shapely.get_coordinates(part) for part in parts]
