"""Driveways, yards and parking aisles: short dead ends off the streets, the last few junctions of a real map.

They also bring the region to the size asked for: each adds two junctions (the fork and the dead end).
"""

import numpy as np
import shapely

from routing.network.synthetic.joining import join_points
from routing.network.synthetic.plan import Plan
from routing.network.synthetic.roads import RANK
from routing.network.synthetic.web import Edge, Web

CLEAR_M = 11.0
TRIES = 6


def add_services(plan: Plan, web: Web, built_up: shapely.Geometry, off: shapely.Geometry, count: int) -> int:
    """Add up to `count` service roads inside `built_up` and off the ground `off`; returns how many found room."""
    rng = plan.rng("services")
    lines, ranks = web.lines(), web.ranks()
    lengths = shapely.length(lines)
    shapely.prepare(built_up)
    shapely.prepare(off)
    usable = (ranks >= RANK["tertiary"]) & (ranks <= RANK["living_street"]) & (lengths > 46.0)
    usable &= np.array([not edge.bridge and not edge.tags for edge in web.edges])
    usable &= shapely.intersects(built_up, shapely.line_interpolate_point(lines, 0.5, normalized=True))
    choice = np.flatnonzero(usable)
    if count <= 0 or not len(choice):
        return 0
    weight = lengths[choice] * np.where(ranks[choice] == RANK["tertiary"], 0.35, 1.0)
    picked = rng.choice(choice, size=TRIES * count, p=weight / weight.sum())
    along = rng.uniform(18.0, lengths[picked] - 18.0)
    base = shapely.get_coordinates(shapely.line_interpolate_point(lines[picked], along))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines[picked], along + 2.0)) - base
    ahead /= np.hypot(*ahead.T)[:, None]
    side = rng.choice([-1.0, 1.0], len(picked))
    normal = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) * side[:, None]
    normal = normal + ahead * rng.normal(0, 0.12, len(picked))[:, None]
    middle = base + normal * rng.uniform(20, 44, len(picked))[:, None]
    bent = rng.random(len(picked)) < 0.4
    end = (
        middle
        + np.where(bent[:, None], ahead * rng.choice([-1, 1], len(picked))[:, None], normal)
        * rng.uniform(9, 26, len(picked))[:, None]
    )
    shapes = np.stack([base, middle, end], axis=1)
    outer = np.asarray(
        shapely.linestrings(np.stack([base + normal * (CLEAR_M + 4.0), middle, end], axis=1)), dtype=object
    )
    blocked = np.zeros(len(picked), dtype=bool)
    blocked[shapely.STRtree(lines).query(outer, predicate="dwithin", distance=CLEAR_M)[0]] = True
    blocked |= shapely.intersects(off, outer)
    # A stub on a bend may cut its own street again further on.
    whole = np.asarray(shapely.linestrings(np.stack([base + normal * 0.5, middle, end], axis=1)), dtype=object)
    blocked[shapely.STRtree(lines).query(whole, predicate="intersects")[0]] = True
    free = np.flatnonzero(~blocked)
    stubs = np.asarray(shapely.linestrings(shapes[free]), dtype=object)
    a, b = shapely.STRtree(stubs).query(stubs, predicate="dwithin", distance=CLEAR_M)
    rivals: list[list[int]] = [[] for _ in free]
    for i, j in zip(a.tolist(), b.tolist(), strict=True):
        if j < i:
            rivals[i].append(j)
    taken = np.zeros(len(free), dtype=bool)
    for i in range(len(free)):
        taken[i] = not any(taken[j] for j in rivals[i])
    chosen = free[taken][:count]
    feet = join_points(web, base[chosen], picked[chosen])
    for foot, shape in zip(feet, shapes[chosen], strict=True):
        tip = web.add_node(shape[2])
        coords = np.array([web.xy[foot], shape[1], shape[2]])
        web.edges.append(Edge(foot, tip, coords, "service", tags=_tags(rng)))
    return len(chosen)


def _tags(rng: np.random.Generator) -> dict[str, str]:
    draw = rng.random()
    if draw < 0.45:
        return {"service": "driveway"} | ({"access": "private"} if rng.random() < 0.5 else {})
    if draw < 0.7:
        return {"service": "parking_aisle"} | ({"access": "customers"} if rng.random() < 0.3 else {})
    if draw < 0.85:
        return {"access": "destination"}
    return {"surface": "gravel"} if rng.random() < 0.3 else {}
