"""Lines as OSRM writes them: encoded polylines of precision 5 or 6, or GeoJSON."""

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from routing.arrays import Int32Array
from routing.earth import METRES_PER_E7
from routing.guidance.path_line import in_e6, polylines, simplified

Geometries = Literal["polyline", "polyline6", "geojson"]
Overview = Literal["simplified", "full", "false", "by_legs"]
Line = tuple[Int32Array, Int32Array]
"""Longitudes and latitudes in 1e-7 degrees."""

_PRECISION = {"polyline": 5, "polyline6": 6}
_VIEW = (2048, 1280)
"""A simplified line is meant for a map that shows the whole route on so many pixels, wide and high."""
_TILE_PIXELS, _CLOSEST_ZOOM = 256, 18
_TOLERANCE_PIXELS = 5
"""What is off the line by less is left out. All as in OSRM: 107 of 120 routes have as many points as there."""


def drawn(lon_e7: Int32Array, lat_e7: Int32Array) -> Line:
    """The points of a drive as OSRM draws them: where it stays at one place, that twice."""
    return (lon_e7, lat_e7) if lon_e7.size > 1 else (np.repeat(lon_e7, 2), np.repeat(lat_e7, 2))


def line_json(lon_e7: Int32Array, lat_e7: Int32Array, geometries: Geometries) -> Any:
    """One line."""
    return lines_json(lon_e7, lat_e7, [0], [lon_e7.size - 1], geometries)[0]


def lines_json(
    lon_e7: Int32Array, lat_e7: Int32Array, first: Sequence[int], last: Sequence[int], geometries: Geometries
) -> list[Any]:
    """The lines of points first[i] to last[i], both included; a GeoJSON line has two points at least."""
    if geometries != "geojson":
        return list(polylines(lon_e7, lat_e7, first, last, _PRECISION[geometries]))
    points = degrees(lon_e7, lat_e7)
    lines = [points[a : b + 1] for a, b in zip(first, last, strict=True)]
    return [
        {"coordinates": line if len(line) > 1 else line * 2, "type": "LineString"}  # as OSRM's arrivals
        for line in lines
    ]


def overview_json(legs: Sequence[Line], geometries: Geometries, *, simple: bool) -> Any:
    """The line of a whole route, without what could not be seen on a map that shows all of it where `simple`.

    Where a leg begins, the point of the one before is not told again; both ends of each leg stay.
    """
    if simple:
        tolerance_m = _TOLERANCE_PIXELS * _pixel_m(*_one_line(legs))
        legs = [simplified(*leg, tolerance_m) for leg in legs]
    return line_json(*_one_line(legs), geometries)


def _one_line(legs: Sequence[Line]) -> Line:
    lon = np.concatenate([legs[0][0], *(lon[1:] for lon, _ in legs[1:])])
    return lon, np.concatenate([legs[0][1], *(lat[1:] for _, lat in legs[1:])])


def _pixel_m(lon_e7: Int32Array, lat_e7: Int32Array) -> float:
    """Metres of a pixel at the zoom of web maps at which the line fits into the view."""
    squeeze = math.cos(math.radians((float(lat_e7.min()) + float(lat_e7.max())) * 0.5e-7))
    wide, high = float(np.ptp(lon_e7)) / 1e7, float(np.ptp(lat_e7)) / 1e7 / squeeze
    fitting = max(wide / _VIEW[0], high / _VIEW[1])  # degrees of longitude a pixel, as all below
    widest = 360 / _TILE_PIXELS
    zoom = min(_CLOSEST_ZOOM, math.floor(math.log2(widest / fitting))) if fitting > 0.0 else _CLOSEST_ZOOM
    return widest / 2.0**zoom * 1e7 * METRES_PER_E7 * squeeze


def degrees(lon_e7: Int32Array, lat_e7: Int32Array) -> list[list[float]]:
    """Positions in degrees to the sixth digit, longitude first."""
    points = np.empty((lon_e7.size, 2))
    points[:, 0], points[:, 1] = in_e6(lon_e7), in_e6(lat_e7)
    rows: list[list[float]] = (points / 1e6).tolist()
    return rows
