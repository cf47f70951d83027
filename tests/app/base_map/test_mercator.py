"""Tile addresses and positions, against the textbook formulas."""

import math

import numpy as np
import pytest

from app.base_map.mercator import EXTENT, Tile


@pytest.mark.parametrize("seed", range(20))
def test_a_point_lies_where_the_slippy_map_formula_says(seed):
    random = np.random.default_rng(seed)
    lon, lat, z = random.uniform(-180, 180), random.uniform(-84, 84), int(random.integers(0, 18))
    x = (lon + 180) / 360 * 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z
    tile = Tile(z, int(x), int(y))
    expected = [(x - tile.x) * EXTENT, (y - tile.y) * EXTENT]
    assert tile.pixels(np.array([lon]), np.array([lat]))[0] == pytest.approx(expected, abs=0.01 * 2 ** (z - 10) + 0.001)
    west, south, east, north = tile.bounds()
    assert west <= lon <= east and south <= lat <= north


def test_corners_of_a_tile_are_its_bounds():
    tile = Tile(7, 60, 35)
    west, south, east, north = tile.bounds()
    corners = tile.pixels(np.array([west, east]), np.array([north, south]))
    assert corners == pytest.approx(np.array([[0, 0], [EXTENT, EXTENT]]), abs=1e-6)


@pytest.mark.parametrize(
    ("z", "x", "y", "there"),
    [(0, 0, 0, True), (1, 2, 0, False), (3, 7, 7, True), (3, -1, 0, False), (23, 0, 0, False), (-1, 0, 0, False)],
)
def test_which_addresses_exist(z, x, y, there):
    assert Tile(z, x, y).exists() is there
