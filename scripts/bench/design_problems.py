"""Random design problems on a plane: straight drives at one speed, neighbours from a Delaunay triangulation."""

from typing import Any

import numpy as np
from scipy.spatial import Delaunay

from routing.engine.travel_matrix import TravelMatrix
from territories.design.model import DEFAULT_MEASURES, Alignment, DesignProblem, Measure, Territories, Units

SPEED_M_S = 12.0


def travel(a: np.ndarray, b: np.ndarray) -> TravelMatrix:
    distance_m = np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])
    return TravelMatrix(np.rint(distance_m / SPEED_M_S).astype(np.int32), np.rint(distance_m).astype(np.int32))


def delaunay_pairs(points: np.ndarray, longest_m: float = np.inf) -> np.ndarray:
    if len(points) < 4:
        return np.array([(i, j) for i in range(len(points)) for j in range(i)], dtype=np.int32).reshape(-1, 2)
    triangles = Delaunay(points).simplices
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    pairs = np.unique(pairs, axis=0)
    length = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    kept: np.ndarray = pairs[length <= longest_m].astype(np.int32)
    return kept


def problem_of(
    points: np.ndarray,
    homes: np.ndarray,
    rng: np.random.Generator,
    *,
    measures: tuple[Measure, ...] = DEFAULT_MEASURES,
    locked: np.ndarray | None = None,
    required_skills: np.ndarray | None = None,
    skills: np.ndarray | None = None,
    target_weight: np.ndarray | None = None,
    previous: Alignment | None = None,
    **settings: Any,
) -> DesignProblem:
    n, p = len(points), len(homes)
    visits = rng.choice([1.0, 2.0, 4.0], n, p=[0.5, 0.3, 0.2])
    return DesignProblem(
        units=Units(
            service_s_per_period=visits * rng.choice([1200.0, 1800.0, 2700.0], n),
            visits_per_period=visits,
            potential=visits * rng.lognormal(0, 0.4, n),
            required_skills=np.zeros(n, np.int64) if required_skills is None else required_skills,
            locked_territory=np.full(n, -1, np.int32) if locked is None else locked,
        ),
        territories=Territories(
            target_weight=np.ones(p) if target_weight is None else target_weight,
            skills=np.zeros(p, np.int64) if skills is None else skills,
        ),
        unit_travel=travel(points, points),
        home_to_unit=travel(homes, points),
        unit_to_home=travel(points, homes),
        neighbours=delaunay_pairs(points),
        measures=measures,
        previous=previous,
        **settings,
    )


def even_problem(n: int, p: int, seed: int, size_m: float = 60_000, **settings: Any) -> DesignProblem:
    """Units and homes anywhere on a square."""
    rng = np.random.default_rng(seed)
    return problem_of(rng.uniform(0, size_m, (n, 2)), rng.uniform(0, size_m, (p, 2)), rng, **settings)


def lopsided_points(n: int, p: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Three quarters of the units in a capital in the south-west, the others in towns on a ring, like Iceland."""
    rng = np.random.default_rng(seed)
    capital = np.array([-120_000.0, -80_000.0])
    inner = capital + rng.normal(0, 6_000, (n * 3 // 4, 2))
    angle = rng.choice(rng.uniform(0, 2 * np.pi, 25), n - len(inner)) + rng.normal(0, 0.03, n - len(inner))
    radius = rng.normal(1, 0.04, len(angle))
    ring = np.stack([190_000 * np.cos(angle) * radius, 130_000 * np.sin(angle) * radius], axis=1)
    homes = capital + rng.normal(0, 5_000, (p, 2))
    homes[-2:] = ring[rng.choice(len(ring), 2)] if p > 4 else homes[-2:]
    return np.concatenate([inner, ring]), homes


def lopsided_problem(n: int, p: int, seed: int, **settings: Any) -> DesignProblem:
    points, homes = lopsided_points(n, p, seed)
    return problem_of(points, homes, np.random.default_rng(seed), **settings)
