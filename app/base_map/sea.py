"""Sea and land from coastline lines.

OpenStreetMap draws the coast as lines with land on their left and water on their right, and an extract holds only those
that lie in it. Together with a frame around the map they cut the plane into faces; which way the coast runs along a
face says what it is.

    +-----------------+  frame
    |   sea     .>.   |      each coast line has land on its left: the face within the ring has the line
    |          ( land)|      running as its own boundary does (counter-clockwise): land
    |           '<'   |
    +-----------------+
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely

from routing.arrays import Float64Array

Window = tuple[float, float, float, float]
"""West, south, east, north in degrees."""
Face = Literal["land", "sea"]
_BACK_SHARE = 0.2
"""An open end goes on in the direction of its line's last fifth: the last segment alone may point anywhere."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is beyond the frame, and the faces within it that are the other thing."""

    outside: Face
    drawn: Face
    faces: tuple[shapely.Polygon, ...]


ALL_LAND = Ground("land", "sea", ())


def ground_of(coast: Sequence[shapely.Geometry], frame: Window) -> Ground:
    """Faces of land where the frame lies in the sea all around, else faces of sea; no coast: all is land."""
    border = shapely.box(*frame)
    chains = _chains(coast, border)
    if not len(chains):
        return ALL_LAND
    # Clipping keeps the direction of lines; votes are cast on what is left of them.
    cut = shapely.intersection(np.array([_prolonged(chain, border) for chain in chains], object), border)
    lines = shapely.union_all([*cut, border.exterior])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    votes = _land_votes(faces, cut)
    land, sea = faces[votes > 0], faces[votes < 0]
    if len(sea) and not shapely.intersects(land, border.exterior).any():
        return Ground("sea", "land", tuple(land))
    return Ground("land", "sea", tuple(sea))


def _chains(coast: Sequence[shapely.Geometry], border: shapely.Polygon) -> npt.NDArray[Any]:
    if not len(coast):
        return np.zeros(0, object)
    joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(list(coast)), directed=True))
    return np.asarray(joined[shapely.intersects(joined, border)], object)


def _prolonged(chain: shapely.LineString, border: shapely.Polygon) -> shapely.LineString:
    """An open line whose ends lie within the frame goes on straight beyond it."""
    points = shapely.get_coordinates(chain)
    if chain.is_closed or len(points) < 2:
        return chain
    far = 2 * border.length
    back = max(1, round(len(points) * _BACK_SHARE))
    parts: list[Float64Array] = [points]
    if shapely.contains_xy(border, *points[0]):
        parts.insert(0, _beyond(points[back], points[0], far)[None])
    if shapely.contains_xy(border, *points[-1]):
        parts.append(_beyond(points[-1 - back], points[-1], far)[None])
    return shapely.LineString(np.concatenate(parts))


def _beyond(start: Float64Array, end: Float64Array, far: float) -> Float64Array:
    along: Float64Array = end - start
    length = float(np.hypot(*along))
    return end + along * (far / length) if length > 0 else end


def _land_votes(faces: npt.NDArray[Any], coast: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """(faces) coast segments with the face on their left, less those with it on their right."""
    rings, face_of_ring = _rings(shapely.orient_polygons(faces))
    ring_segments, ring_of_segment = _segments(rings)
    coast_segments, _ = _segments(coast)
    known = _names(coast_segments)
    votes = np.isin(_names(ring_segments), known).astype(np.int64)
    votes -= np.isin(_names(ring_segments[:, [2, 3, 0, 1]]), known)
    total = np.zeros(len(faces), np.int64)
    np.add.at(total, face_of_ring[ring_of_segment], votes)
    return total


def _rings(faces: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    rings, owner = shapely.get_rings(faces, return_index=True)
    return np.asarray(rings, object), np.asarray(owner, np.int64)


def _segments(lines: npt.NDArray[Any]) -> tuple[Float64Array, npt.NDArray[np.int64]]:
    """(n, 4) from x, y to x, y, and the line of each."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    same = line[1:] == line[:-1]
    return np.hstack([points[:-1], points[1:]])[same], np.asarray(line[1:][same], np.int64)


def _names(segments: Float64Array) -> npt.NDArray[Any]:
    """One comparable value a segment: its coordinates' bytes, rounded to the map's 1e-7 degrees."""
    rounded = np.ascontiguousarray(np.round(segments * 1e7).astype(np.int64))
    return rounded.view([("", np.int64)] * 4).ravel()
