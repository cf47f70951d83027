"""Lines as short text: the encoded polyline format with a given precision."""

import numpy as np
import shapely

from routing.arrays import Float64Array

METRES_PER_DEGREE = 111_195.0


def simplify_line(lon: Float64Array, lat: Float64Array, tolerance_m: float) -> tuple[Float64Array, Float64Array]:
    """Leave out points that are within `tolerance_m` of the line without them (Douglas–Peucker)."""
    if lon.size < 3:
        return lon, lat
    squeeze = float(np.cos(np.radians(lat.mean())))
    line = shapely.LineString(np.column_stack([lon * squeeze, lat]))
    points = shapely.get_coordinates(shapely.simplify(line, tolerance_m / METRES_PER_DEGREE, preserve_topology=False))
    return points[:, 0] / squeeze, points[:, 1]


def encode_polyline(lon: Float64Array, lat: Float64Array, precision: int = 6) -> str:
    """Encode, latitude first, as Google's format says."""
    scaled = np.rint(np.column_stack([lat, lon]) * 10**precision).astype(np.int64)
    steps = np.diff(scaled, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel()
    return "".join(_encode_number(int(step)) for step in steps)


def _encode_number(value: int) -> str:
    rest = ~(value << 1) if value < 0 else value << 1
    letters = []
    while rest >= 0x20:
        letters.append(chr((0x20 | (rest & 0x1F)) + 63))
        rest >>= 5
    letters.append(chr(rest + 63))
    return "".join(letters)
