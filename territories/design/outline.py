"""Areas for the map: each territory as the union of its units' Voronoi cells, near the units only.

┌────────────┐   1. one cell for each unit: the places nearer to it than to any other unit
│  ● │ ○   ○ │   2. cells of one territory melt together, common borders are simplified as one line,
│ ● ●└─┐ ○   │      so that neighbours never overlap
└──────┴─────┘   3. cut to discs around the units that grow where units are sparse
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import KDTree

from routing.arrays import Float64Array, Int32Array
from territories.design.errors import DesignInputError

_M_PER_DEGREE = 111_195.0

Ring = list[list[float]]
"""Closed ring of [lon, lat] in degrees."""


@dataclass(frozen=True, slots=True)
class OutlineSettings:
    """How far areas reach beyond their units, and how smooth they are; metres."""

    least_reach_m: float = 400.0
    most_reach_m: float = 12_000.0
    reach_of_spacing: float = 1.5
    """A unit reaches this many times the distance to its fourth nearest unit, between least and most."""
    smoothing: float = 0.15
    """Borders are simplified by this share of the typical spacing; less where a unit would fall outside."""

    def __post_init__(self) -> None:
        if not 0 < self.least_reach_m <= self.most_reach_m:
            raise DesignInputError("outline.least_reach_m", f"above 0 and at most {self.most_reach_m}")
        for name in ("reach_of_spacing", "smoothing"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise DesignInputError(f"outline.{name}", "finite and at least 0", getattr(self, name))


def draw_outlines(
    lon: Float64Array,
    lat: Float64Array,
    territory_of_unit: Int32Array,
    n_territories: int,
    settings: OutlineSettings | None = None,
) -> list[list[list[Ring]]]:
    """MultiPolygon coordinates (GeoJSON: polygons of rings of [lon, lat]) of each territory; empty without units.

    Areas do not overlap and each unit lies in its territory's area. Units at one and the same point share a cell, which
    goes to the territory with most of them there.
    """
    settings = settings or OutlineSettings()
    if not lon.shape == lat.shape == territory_of_unit.shape or lon.ndim != 1:
        raise DesignInputError("lon/lat/territory_of_unit", "one-dimensional and of one length")
    if not lon.size:
        return [[] for _ in range(n_territories)]
    scale = np.array([_M_PER_DEGREE * max(np.cos(np.radians(lat.mean())), 0.01), _M_PER_DEGREE])
    origin = np.array([lon.mean(), lat.mean()])
    points, owner = _distinct((np.stack([lon, lat], axis=1) - origin) * scale, territory_of_unit, n_territories)
    spacing = _spacing(points)
    reach = np.clip(settings.reach_of_spacing * spacing, settings.least_reach_m, settings.most_reach_m)
    areas = _melted(points, owner, n_territories, settings.smoothing * float(np.median(spacing)), float(reach.max()))
    near = shapely.union_all(shapely.buffer(shapely.points(points), reach, quad_segs=6))
    near = shapely.simplify(near, 0.05 * settings.least_reach_m)
    return [_coordinates(area, origin, scale) for area in shapely.intersection(areas, near)]


def _distinct(points: Float64Array, owner: Int32Array, p: int) -> tuple[Float64Array, Int32Array]:
    """Points to the decimetre, each once, with the territory that holds most units there."""
    at, which = np.unique(np.round(points, 1), axis=0, return_inverse=True)
    votes = np.zeros((len(at), p), dtype=np.int32)
    np.add.at(votes, (which.ravel(), owner), 1)
    return at, votes.argmax(axis=1).astype(np.int32)


def _spacing(points: Float64Array) -> Float64Array:
    """Distance to the fourth nearest point, or the farthest there is."""
    wanted = min(5, len(points))
    away = np.asarray(KDTree(points).query(points, k=[wanted])[0], dtype=np.float64)
    return away.reshape(len(points))


def _melted(points: Float64Array, owner: Int32Array, p: int, tolerance_m: float, margin_m: float) -> np.ndarray:
    """One geometry for each territory; together a coverage without gaps or overlaps."""
    low, high = points.min(axis=0) - 2 * margin_m, points.max(axis=0) + 2 * margin_m
    frame = shapely.box(*low, *high)
    cells = np.array([frame])
    if len(points) > 1:
        collection = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame, ordered=True)
        cells = shapely.get_parts(collection)
    areas = np.array([shapely.coverage_union_all(cells[owner == t]) for t in range(p)])
    held = ~shapely.is_empty(areas)
    while tolerance_m > 1:
        smooth = areas.copy()
        smooth[held] = shapely.coverage_simplify(areas[held], tolerance_m)
        if shapely.contains_xy(smooth[owner], points[:, 0], points[:, 1]).all():
            return smooth
        tolerance_m /= 2
    return areas


def _coordinates(area: shapely.Geometry, origin: Float64Array, scale: Float64Array) -> list[list[Ring]]:
    def ring(line: shapely.Geometry) -> Ring:
        degrees: Ring = np.round(shapely.get_coordinates(line) / scale + origin, 6).tolist()
        return degrees

    polygons = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and part.area > 1]
    return [[ring(part.exterior), *(ring(hole) for hole in part.interiors)] for part in polygons]
