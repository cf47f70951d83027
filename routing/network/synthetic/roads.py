"""A line that is to become road, and how road classes rank."""

from dataclasses import dataclass

import numpy as np
import shapely

from routing.arrays import Float64Array

KINDS = (
    "motorway",
    "motorway_link",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "track",
)
RANK = {kind: rank for rank, kind in enumerate(KINDS)}
"""0 is the most important."""
TERTIARY = RANK["tertiary"]


@dataclass(frozen=True, slots=True)
class Road:
    """One planned line, before it is cut at crossings."""

    coords: Float64Array
    """(k, 2) metres."""
    kind: str
    bridge: bool = False

    @property
    def line(self) -> shapely.LineString:
        return shapely.LineString(self.coords)


def line_parts(geometry: shapely.Geometry) -> list[Float64Array]:
    """Coordinates of every line in a geometry; points and areas are left out."""
    parts = shapely.get_parts(np.array([geometry], dtype=object))
    while (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    return [shapely.get_coordinates(part) for part in parts if shapely.get_type_id(part) == 1 and part.length > 0]
