"""Web Mercator tiles: which part of the world a tile shows, and degrees to tile pixels."""

import math
from dataclasses import dataclass

import numpy as np

from routing.arrays import Float64Array

EXTENT = 4096
"""Pixels along a tile's side, as the vector tile specification's default."""
MAX_ZOOM = 22


@dataclass(frozen=True, slots=True)
class Tile:
    """Column x and row y of zoom z, rows counted from the north."""

    z: int
    x: int
    y: int

    def exists(self) -> bool:
        """Whether the address lies in the pyramid."""
        side = 1 << self.z if 0 <= self.z <= MAX_ZOOM else 0
        return 0 <= self.x < side and 0 <= self.y < side

    def bounds(self, margin: float = 0.0) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, widened by `margin` tile sides."""
        side = 1 << self.z
        west = (self.x - margin) / side * 360.0 - 180.0
        east = (self.x + 1 + margin) / side * 360.0 - 180.0
        return west, _latitude((self.y + 1 + margin) / side), east, _latitude((self.y - margin) / side)

    def pixels(self, lon: Float64Array, lat: Float64Array) -> Float64Array:
        """(n, 2) positions in the tile, x to the east and y to the south, EXTENT a side."""
        side = 1 << self.z
        sine = np.sin(np.radians(np.clip(lat, -85.05, 85.05)))
        row = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
        return np.column_stack([((lon + 180.0) / 360.0 * side - self.x), row * side - self.y]) * EXTENT


def _latitude(row_share: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row_share))))
