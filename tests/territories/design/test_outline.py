import time

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from territories.design.outline import draw_outlines


def areas_of(lon, lat, owner, p):
    drawn = draw_outlines(lon, lat, owner, p)
    return [shape({"type": "MultiPolygon", "coordinates": coordinates}) for coordinates in drawn]


def scattered(seed: int, n: int, p: int):
    """Units around a dense town and beyond, held by whoever of p random places is nearest."""
    rng = np.random.default_rng(seed)
    points = np.concatenate([rng.normal(0, 0.03, (n // 2, 2)), rng.normal(0, 0.6, (n - n // 2, 2))])
    homes = points[rng.choice(n, p, replace=False)]
    owner = np.hypot(*(points[:, None] - homes[None]).transpose(2, 0, 1)).argmin(axis=1)
    return points[:, 0] - 20.0, points[:, 1] * 0.5 + 64.5, owner.astype(np.int32)


@pytest.mark.parametrize("seed", range(10))
def test_units_lie_inside_and_areas_do_not_overlap(seed: int) -> None:
    lon, lat, owner = scattered(seed, 40 + 40 * seed, 3 + seed)
    areas = areas_of(lon, lat, owner, 3 + seed)
    for territory, area in enumerate(areas):
        assert area.is_valid
        mine = owner == territory
        assert shapely.contains_xy(area, lon[mine], lat[mine]).all(), f"seed {seed}, territory {territory}"
    for a in range(len(areas)):
        for b in range(a):
            overlap = areas[a].intersection(areas[b]).area
            assert overlap <= 1e-4 * min(areas[a].area, areas[b].area), f"seed {seed}: {a} and {b}"


def test_fifteen_hundred_units_in_two_seconds() -> None:
    lon, lat, owner = scattered(1, 1500, 20)
    begin = time.perf_counter()
    areas_of(lon, lat, owner, 20)
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_units_and_a_territory_without_any(n: int) -> None:
    lon, lat = np.linspace(10.0, 10.01, n), np.full(n, 50.0)
    areas = areas_of(lon, lat, np.zeros(n, np.int32), 2)
    assert shapely.contains_xy(areas[0], lon, lat).all()
    assert areas[1].is_empty


def test_units_in_one_building_share_the_area_of_the_majority() -> None:
    lon, lat = np.array([10.0, 10.0, 10.0, 10.1]), np.full(4, 50.0)
    areas = areas_of(lon, lat, np.array([1, 0, 1, 0], np.int32), 2)
    assert areas[1].contains(shapely.Point(10.0, 50.0)) and areas[0].contains(shapely.Point(10.1, 50.0))


def test_no_units_no_areas() -> None:
    assert draw_outlines(np.zeros(0), np.zeros(0), np.zeros(0, np.int32), 2) == [[], []]
