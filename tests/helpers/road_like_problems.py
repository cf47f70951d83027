"""Design problems on sparse, tree-like neighbour graphs, as accounts along real roads make them.

Towns of accounts, joined by a random tree with few more edges; drives are along the graph.
"""

from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay

from routing.engine.travel_matrix import TravelMatrix
from territories.design.model import DesignProblem, Territories, Units


def tree_like_pairs(points: np.ndarray, more: float, rng: np.random.Generator) -> np.ndarray:
    """A spanning tree of short edges, blurred by chance, and `more` edges a unit beside it."""
    triangles = Delaunay(points).simplices
    pairs = np.unique(
        np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), 1), axis=0
    )
    length = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    blurred = length * rng.uniform(0.5, 2.0, length.size) + 1
    tree = minimum_spanning_tree(coo_array((blurred, (pairs[:, 0], pairs[:, 1])), shape=(len(points),) * 2)).tocoo()
    extra = pairs[np.argsort(blurred)[rng.random(len(pairs)) < more * len(points) / len(pairs)]]
    return np.unique(np.concatenate([np.sort(np.stack([tree.row, tree.col], 1), 1), extra]), axis=0).astype(np.int32)


def road_like_problem(n: int, p: int, seed: int, more: float = 0.3, **settings: Any) -> DesignProblem:
    """Half of the accounts in one town, the others in twelve; homes at accounts anywhere."""
    rng = np.random.default_rng(seed)
    towns = rng.uniform(0, 120_000, (13, 2))
    town = np.where(rng.random(n) < 0.5, 0, rng.integers(1, 13, n))
    points = towns[town] + rng.normal(0, np.where(town == 0, 5_000, 2_500)[:, None], (n, 2))
    pairs = tree_like_pairs(points, more, rng)
    length_s = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T) / 14 + 5
    graph = coo_array((length_s, (pairs[:, 0], pairs[:, 1])), shape=(n, n)).tocsr()
    drive_s = np.rint(dijkstra(graph, directed=False)).astype(np.int32)
    travel, homes, units = TravelMatrix(drive_s, drive_s * 14), rng.choice(n, p, replace=False), np.arange(n)
    visits = rng.choice([1.0, 2.0, 4.0], n, p=[0.5, 0.3, 0.2])
    return DesignProblem(
        units=Units(
            service_s_per_period=visits * rng.choice([1200.0, 1800.0, 2700.0], n),
            visits_per_period=visits,
            potential=visits * rng.lognormal(0, 0.4, n),
            required_skills=np.zeros(n, np.int64),
            locked_territory=np.full(n, -1, np.int32),
        ),
        territories=Territories(np.ones(p), np.zeros(p, np.int64)),
        unit_travel=travel,
        home_to_unit=travel.select(homes, units),
        unit_to_home=travel.select(units, homes),
        neighbours=pairs,
        **settings,
    )
