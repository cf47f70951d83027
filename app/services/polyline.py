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


def decode_polyline(letters: str, precision: int = 6) -> tuple[Float64Array, Float64Array]:
    """Longitudes and latitudes in degrees; what is cut off at the end is left out.

    Letters are `?` to `~`, anything else raises ValueError. A number too long to be one of degrees comes out as one far
    beyond 180.
    """
    chunks = np.frombuffer(letters.encode("ascii"), np.uint8).astype(np.int64) - 63
    if not ((chunks >= 0) & (chunks < 64)).all():
        raise ValueError("letters of a polyline are ? to ~")
    last = np.flatnonzero(chunks < 32)
    first = np.concatenate([[0], last[:-1] + 1])[: last.size]
    if not last.size:
        return np.empty(0), np.empty(0)
    chunks = chunks[: last[-1] + 1]
    place = np.minimum(np.arange(chunks.size) - np.repeat(first, last - first + 1), 12)  # 2^60: as large as it gets
    folded = np.add.reduceat((chunks & 31) * 2.0 ** (5 * place), first)
    steps = np.where(folded % 2 == 1, -np.floor(folded / 2) - 1, np.floor(folded / 2))
    pairs = steps[: steps.size // 2 * 2].reshape(-1, 2).cumsum(axis=0) / 10**precision
    return np.ascontiguousarray(pairs[:, 1]), np.ascontiguousarray(pairs[:, 0])
