"""Reading a backdrop from an OSM file.

areas, lines --pyosmium--> WKB --shapely--> metres around the middle -> simplified -> small ones dropped -> arrays
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
import shapely

from routing.arrays import Float64Array, Int32Array
from routing.network.backdrop import AREA_KINDS, KINDS, LABEL_KINDS, Backdrop
from routing.network.osm_features import tagged
from routing.network.texts import Texts
from routing.progress import Progress, part, silent

_METRES_PER_DEGREE = 111_195.0
_LARGEST_INT32 = 2**31 - 1

_AREA_TAGS = {
    ("natural", "water"): "water",
    ("waterway", "riverbank"): "water",
    ("waterway", "dock"): "water",
    ("landuse", "reservoir"): "water",
    ("natural", "wood"): "wood",
    ("landuse", "forest"): "wood",
    ("leisure", "park"): "park",
    ("natural", "glacier"): "ice",
}
_LINE_TAGS = {("waterway", "river"): "river", ("waterway", "canal"): "river", ("natural", "coastline"): "coastline"}
_KEYS = ("natural", "waterway", "landuse", "leisure", "place")


@dataclass(slots=True)
class _Found:
    kinds: list[int] = field(default_factory=list)
    wkb: list[str] = field(default_factory=list)
    labels: list[tuple[int, int, float, float, str]] = field(default_factory=list)
    """kind, -population, lon, lat, name: sorts by importance"""


def read_backdrop(
    osm_path: Path, progress: Progress = silent, *, tolerance_m: float = 5.0, smallest_area_m2: float = 1000.0
) -> Backdrop:
    """Read what lies beneath the roads, with outlines simplified to `tolerance_m` and tiny areas and holes left out.

    Raises MapFileMissing or MapFileUnreadable. Broken multipolygons are left out without a word.
    """
    found = _read(osm_path, part(progress, 0.0, 0.7))
    progress(0.7, "simplifying the backdrop")
    kinds = np.array(found.kinds, dtype=np.uint8)
    shapes, source = shapely.get_parts(shapely.from_wkb(found.wkb), return_index=True)
    kinds = kinds[source]
    shapes, kinds = _simplified(shapes, kinds, tolerance_m, smallest_area_m2)
    order = np.argsort(kinds, kind="stable")
    shape_first, part_first, lon, lat = _ragged(shapes[order])
    labels = sorted(found.labels)
    progress(1.0, "simplifying the backdrop")
    return Backdrop(
        kind=kinds[order],
        shape_first=shape_first,
        part_first=part_first,
        lon_e7=lon,
        lat_e7=lat,
        label_kind=np.array([kind for kind, *_ in labels], dtype=np.uint8),
        label_population=np.array([-negative for _, negative, *_ in labels], dtype=np.int32),
        label_lon_e7=_e7([lon for _, _, lon, _, _ in labels]),
        label_lat_e7=_e7([lat for *_, lat, _ in labels]),
        label=Texts.of([name for *_, name in labels]),
    )


def _read(osm_path: Path, progress: Progress) -> _Found:
    found = _Found()
    factory = osmium.geom.WKBFactory()
    for feature in tagged(osm_path, _KEYS, progress, "reading the backdrop", tuple(_AREA_TAGS)):
        tags = feature.tags
        if feature.is_node():
            _note_label(found, feature)
            continue
        wanted = _AREA_TAGS if feature.is_area() else _LINE_TAGS if feature.is_way() else {}
        kind = next((kind for (key, value), kind in wanted.items() if tags.get(key) == value), None)
        if kind is None or (kind == "river" and tags.get("tunnel", "no") != "no"):
            continue
        try:
            create = factory.create_multipolygon if feature.is_area() else factory.create_linestring
            found.wkb.append(create(feature))
            found.kinds.append(KINDS.index(kind))
        except (RuntimeError, osmium.InvalidLocationError):
            continue  # a ring that is not closed, or a way of one point, as at the borders of extracts
    return found


def _note_label(found: _Found, node: Any) -> None:
    kind, name = node.tags.get("place", ""), node.tags.get("name", "").strip()
    if kind in LABEL_KINDS and name and node.location.valid():
        row = (LABEL_KINDS.index(kind), -_population(node.tags), node.location.lon, node.location.lat, name)
        found.labels.append(row)


def _population(tags: Mapping[str, str]) -> int:
    digits = tags.get("population", "").replace(" ", "").replace(",", "")
    return min(int(digits), _LARGEST_INT32) if digits.isdecimal() and len(digits) < 12 else 0


def _simplified(
    shapes: npt.NDArray[Any], kinds: npt.NDArray[np.uint8], tolerance_m: float, smallest_area_m2: float
) -> tuple[npt.NDArray[Any], npt.NDArray[np.uint8]]:
    """Shapes still in degrees, of at least the smallest area, without holes smaller than it."""
    if not shapes.size:
        return shapes, kinds
    middle = float(np.median(shapely.bounds(shapes)[:, 1]))  # extracts have outliers: Iceland's holds Bear Island
    metres = np.array([np.cos(np.radians(middle)), 1.0]) * _METRES_PER_DEGREE
    flat = shapely.transform(shapes, lambda degrees: degrees * metres)
    is_area = kinds < len(AREA_KINDS)
    large = ~is_area | (shapely.area(flat) >= smallest_area_m2)
    flat, kinds, is_area = flat[large], kinds[large], is_area[large]
    flat[is_area] = [_without_small_holes(polygon, smallest_area_m2) for polygon in flat[is_area]]
    flat = shapely.simplify(flat, tolerance_m)
    there = ~shapely.is_empty(flat)
    return shapely.transform(flat[there], lambda point: point / metres), kinds[there]


def _without_small_holes(polygon: Any, smallest_area_m2: float) -> Any:
    holes = shapely.get_rings(polygon)[1:]
    if not len(holes):
        return polygon
    return shapely.polygons(shapely.get_exterior_ring(polygon), holes[_ring_area_m2(holes) >= smallest_area_m2])


def _ring_area_m2(rings: npt.NDArray[Any]) -> Float64Array:
    return np.asarray(shapely.area(shapely.polygons(rings)), dtype=np.float64)


def _ragged(shapes: npt.NDArray[Any]) -> tuple[Int32Array, Int32Array, Int32Array, Int32Array]:
    """Offsets of shapes into parts and of parts into points; an outer ring comes before its holes."""
    parts: list[Any] = []
    counts = []
    for shape in shapes:
        own = list(shapely.get_rings(shape)) if shape.geom_type == "Polygon" else [shape]
        parts += own
        counts.append(len(own))
    points, part_of_point = shapely.get_coordinates(parts, return_index=True)
    part_first = np.searchsorted(part_of_point, np.arange(len(parts) + 1)).astype(np.int32)
    return np.cumsum([0, *counts]).astype(np.int32), part_first, _e7(points[:, 0]), _e7(points[:, 1])


def _e7(degrees: npt.ArrayLike) -> Int32Array:
    return np.round(np.asarray(degrees, dtype=np.float64) * 1e7).astype(np.int32)
