"""Plane geometry of growing things: noise, wobbling lines, blobs, and the way from metres to degrees.

Everything is planned in a plane (metres, origin in the city's centre) and written in degrees around 45 N 30 W, in the
open Atlantic, where nobody takes it for a real town.
"""

from collections.abc import Callable

import numpy as np
import shapely

from routing.arrays import Float64Array, Int64Array

CENTRE_LAT = 45.0
CENTRE_LON = -30.0
METRES_PER_DEGREE = 111_320.0

Noise = Callable[[Float64Array], Float64Array]


def lon_lat_e7(xy: Float64Array) -> tuple[Int64Array, Int64Array]:
    """(n, 2) metres -> longitude and latitude in 1e-7 degrees, int64."""
    lon = CENTRE_LON + xy[:, 0] / (METRES_PER_DEGREE * np.cos(np.radians(CENTRE_LAT)))
    lat = CENTRE_LAT + xy[:, 1] / METRES_PER_DEGREE
    return np.rint(lon * 1e7).astype(np.int64), np.rint(lat * 1e7).astype(np.int64)


def noise(rng: np.random.Generator, periods: list[float]) -> Noise:
    """Sum of sines of the given periods, about -1..1; periods of 2*pi/k make it closed over an angle."""
    phases = rng.uniform(0, 2 * np.pi, len(periods))
    weights = rng.uniform(0.5, 1.0, len(periods))
    weights /= weights.sum()

    def value(x: Float64Array) -> Float64Array:
        total = np.zeros_like(x)
        for period, phase, weight in zip(periods, phases, weights, strict=True):
            total += weight * np.sin(2 * np.pi * x / period + phase)
        return total

    return value


def closed_noise(rng: np.random.Generator, harmonics: range) -> Noise:
    """Noise over an angle in radians."""
    return noise(rng, [2 * np.pi / k for k in harmonics])


def warp(rng: np.random.Generator, amplitude_m: float, period_m: float) -> Noise:
    """Smooth displacement of the plane: (n, 2) -> (n, 2) moved points."""
    along_x, along_y = (noise(rng, [period_m, period_m * 0.63]) for _ in range(2))
    tilt = rng.uniform(-0.5, 0.5, 2)

    def moved(xy: Float64Array) -> Float64Array:
        dx = along_x(xy[:, 1] + tilt[0] * xy[:, 0])
        dy = along_y(xy[:, 0] + tilt[1] * xy[:, 1])
        return xy + amplitude_m * np.stack([dx, dy], axis=1)

    return moved


def chaikin(coords: Float64Array, times: int) -> Float64Array:
    """Cut the corners of a polyline; the ends stay. Chaikin (1974)."""
    for _ in range(times):
        if len(coords) < 3:
            return coords
        a, b = coords[:-1], coords[1:]
        cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
        coords = np.concatenate([coords[:1], cut[1:-1], coords[-1:]])
    return coords


def wobble(rng: np.random.Generator, a: Float64Array, b: Float64Array, share: float) -> Float64Array:
    """A country road from a to b: midpoints moved by up to `share` of the length, three times, then rounded off."""
    coords = np.stack([a, b])
    for _ in range(3):
        step = coords[1:] - coords[:-1]
        normal = np.stack([-step[:, 1], step[:, 0]], axis=1)
        middle = (coords[1:] + coords[:-1]) / 2 + normal * rng.uniform(-share, share, len(step))[:, None]
        merged = np.empty((len(coords) + len(middle), 2))
        merged[0::2], merged[1::2] = coords, middle
        coords = merged
    return chaikin(coords, 2)


def blob(rng: np.random.Generator, centre: Float64Array, radius_m: float, rough: float) -> shapely.Polygon:
    """A rounded area around `centre`."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    radius = radius_m * (1 + rough * closed_noise(rng, range(2, 7))(angle))
    return shapely.Polygon(centre + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1))


def rotation(angle: float) -> Float64Array:
    """2x2 matrix that turns column vectors by `angle` radians; row vectors: xy @ rotation(angle).T."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s], [s, c]])


def sub_line(coords: Float64Array, begin_m: float, end_m: float) -> Float64Array:
    """The stretch of a polyline between two distances from its beginning."""
    steps = np.hypot(*np.diff(coords, axis=0).T)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    begin_m, end_m = max(begin_m, 0.0), min(end_m, float(at[-1]))
    ends = np.stack([np.interp([begin_m, end_m], at, coords[:, axis]) for axis in (0, 1)], axis=1)
    # A shape point within a hand of the cut would become a second node in the same place.
    inside = coords[(at > begin_m + 0.3) & (at < end_m - 0.3)]
    return np.concatenate([ends[:1], inside, ends[1:]])


def length_m(coords: Float64Array) -> float:
    """Length of a polyline."""
    return float(np.hypot(*np.diff(coords, axis=0).T).sum())
