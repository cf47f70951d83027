import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.sales.compact_parts import compact_parts, local_metres


@given(st.integers(0, 10_000), st.integers(0, 80), st.integers(1, 9))
def test_parts_are_balanced(seed, count, parts):
    random = np.random.default_rng(seed)
    points, weight = random.normal(0, 1e4, (count, 2)), random.uniform(0.5, 3, count)
    part = compact_parts(points, weight, parts)
    assert part.shape == (count,) and ((part >= 0) & (part < parts)).all()
    if count:
        load = np.bincount(part, weight, parts)
        # Each of the at most ceil(log2(parts)) cuts over a part is off by half a point at most.
        depth = int(np.ceil(np.log2(parts))) if parts > 1 else 0
        assert np.abs(load - weight.sum() / parts).max() <= 0.5 * weight.max() * max(depth, 1) + 1e-9, (seed, load)


def test_four_clusters_become_four_parts():
    random = np.random.default_rng(3)
    centres = np.array([[0, 0], [9e3, 0], [0, 7e3], [9e3, 7e3]])
    cluster = np.repeat(np.arange(4), 10)
    points = centres[cluster] + random.normal(0, 300, (40, 2))
    part = compact_parts(points, np.ones(40), 4)
    assert sorted(tuple(np.unique(part[cluster == c])) for c in range(4)) == [(0,), (1,), (2,), (3,)]


@pytest.mark.parametrize("seed", range(30))
def test_parts_are_far_more_compact_than_chance(seed):
    random = np.random.default_rng(seed)
    points = random.uniform(0, 3e4, (100, 2))

    def spread(part):
        return sum(((points[part == p] - points[part == p].mean(axis=0)) ** 2).sum() for p in range(5))

    assert spread(compact_parts(points, np.ones(100), 5)) < 0.5 * spread(random.permutation(100) % 5)


def test_same_points_and_no_weight_are_fine():
    part = compact_parts(np.zeros((10, 2)), np.zeros(10), 5)
    assert np.bincount(part, minlength=5).tolist() == [2, 2, 2, 2, 2]


def test_local_metres_against_the_sphere():
    lon, lat = np.array([-8.6, -8.5]), np.array([41.1, 41.2])
    east, north = np.diff(local_metres(lon, lat), axis=0)[0]
    a = np.radians(np.array([41.1, 41.2]))
    h = np.sin((a[1] - a[0]) / 2) ** 2 + np.cos(a[0]) * np.cos(a[1]) * np.sin(np.radians(0.1) / 2) ** 2
    assert np.hypot(east, north) == pytest.approx(2 * 6_371_008.8 * np.arcsin(np.sqrt(h)), rel=1e-4)
