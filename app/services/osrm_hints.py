"""Hints: places on the network as short texts that a client can hand back, instead of having them looked for again.

24 bytes in URL-safe base64, which makes 32 letters: a check of the map, the edge, the fraction, the distance, and the
coordinate that was asked. A hint of another map, of another coordinate or of another server counts as none.
"""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

import numpy as np

from routing.arrays import BoolArray, Float64Array
from routing.network.road_network import RoadNetwork
from routing.network.snaps import BOTH_WAYS, Snaps

LETTERS = 32
_ROW = np.dtype(
    [("map", "<u4"), ("edge", "<i4"), ("fraction", "<f4"), ("distance_m", "<f4"), ("lon_e6", "<i4"), ("lat_e6", "<i4")]
)


def hints_of(map_id: str, lon: Float64Array, lat: Float64Array, snaps: Snaps) -> list[str]:
    """One for each coordinate (degrees, (n) each) and the place it was put on."""
    rows = np.empty(len(snaps), _ROW)
    rows["map"] = zlib.crc32(map_id.encode())
    rows["edge"], rows["fraction"], rows["distance_m"] = snaps.edge, snaps.fraction, snaps.distance_m
    rows["lon_e6"], rows["lat_e6"] = _e6(lon), _e6(lat)
    text = urlsafe_b64encode(rows.tobytes()).decode()
    return [text[first : first + LETTERS] for first in range(0, len(text), LETTERS)]


def with_hints(
    map_id: str,
    network: RoadNetwork,
    lon: Float64Array,
    lat: Float64Array,
    snaps: Snaps,
    hints: Sequence[str | None],
    closed: BoolArray | None = None,
) -> Snaps:
    """The same places, but those that a valid hint names where it says; a hint of a `closed` edge (e) is none."""
    at = [index for index, hint in enumerate(hints) if hint is not None and len(hint) == LETTERS]
    if not at:
        return snaps
    rows = np.frombuffer(b"".join(_bytes(hints[index] or "") for index in at), _ROW)
    valid = (rows["map"] == zlib.crc32(map_id.encode())) & (rows["edge"] >= 0) & (rows["edge"] < network.edge_count)
    valid &= (rows["fraction"] >= 0) & (rows["fraction"] <= 1) & (rows["distance_m"] >= 0)
    valid &= (rows["lon_e6"] == _e6(lon[at])) & (rows["lat_e6"] == _e6(lat[at]))
    if closed is not None:
        valid &= ~closed[np.where(valid, rows["edge"], 0)]
    kept, rows = np.array(at)[valid], rows[valid]
    edge, fraction, distance_m = np.array(snaps.edge), np.array(snaps.fraction), np.array(snaps.distance_m)
    edge[kept], fraction[kept], distance_m[kept] = rows["edge"], rows["fraction"], rows["distance_m"]
    ways = np.array(snaps.ways)
    ways[kept] = BOTH_WAYS
    return Snaps(edge, fraction, distance_m, ways)


def _bytes(hint: str) -> bytes:
    try:
        found = urlsafe_b64decode(hint)
    except ValueError:
        found = b""
    return found if len(found) == _ROW.itemsize else bytes(_ROW.itemsize)


def _e6(degrees: Float64Array) -> Float64Array:
    return np.rint(degrees * 1e6)
