"""On which side of the road one drives, by place: from the time zone there to its country."""

from functools import cache
from importlib.resources import files

import numpy as np
from tzfpy import get_tz

from routing.arrays import BoolArray, Int32Array

_COUNTRIES = (
    "AG AI AU BB BD BM BN BS BT BW CC CK CX CY DM FJ FK GB GD GG GS GY HK ID IE IM IN JE JM JP KE KI KN KY LC LK LS MO"
    " MS MT MU MV MW MY MZ NA NF NP NR NU NZ PG PK PN SB SC SG SH SR SZ TC TH TK TL TO TT TV TZ UG VC VG VI WS ZA ZM"
    " ZW"
)
LEFT_HAND_COUNTRIES = frozenset(_COUNTRIES.split())
"""ISO 3166 codes."""
_CELL_E7 = 500_000
"""Five kilometres or less: one place of each such cell is looked up first, and mostly they all agree."""


def drives_left(lon_e7: Int32Array, lat_e7: Int32Array) -> BoolArray:
    """(n) whether one drives on the left at each place."""
    cells = (lon_e7 // _CELL_E7).astype(np.int64) * 10_000 + lat_e7 // _CELL_E7
    _, some = np.unique(cells, return_index=True)
    sides = _sides(lon_e7[some], lat_e7[some])
    if sides.all() or not sides.any():
        return np.full(lon_e7.size, bool(sides.any()))
    return _sides(lon_e7, lat_e7)


def _sides(lon_e7: Int32Array, lat_e7: Int32Array) -> BoolArray:
    zones = left_hand_zones()
    places = zip((lon_e7 / 1e7).tolist(), (lat_e7 / 1e7).tolist(), strict=True)
    return np.array([get_tz(lon, lat) in zones for lon, lat in places], dtype=np.bool_)


@cache
def left_hand_zones() -> frozenset[str]:
    """Time zones of countries that drive on the left."""
    lines = (files("tzdata.zoneinfo") / "zone.tab").read_text().splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return frozenset(zone for country, _, zone, *_ in rows if country in LEFT_HAND_COUNTRIES)
