"""Requests of the OSRM surface made in one line."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from app.schemas.osrm_query import Asked, parse_query
from app.services.osrm_requests import OsrmLimits

LIMITS = OsrmLimits(
    route_places=500,
    table_places=100,
    trip_places=100,
    match_places=100,
    nearest_results=100,
    nearest_places=10,
    alternatives=3,
    default_radius_m=math.inf,
    match_radius_m=math.inf,
    match_gap_m=5000.0,
)


def limits(**other: Any) -> OsrmLimits:
    return replace(LIMITS, **other)


def asked(service: str, points: Any, options: str = "") -> Asked:
    """`points` are pairs of degrees, `options` as in an address."""
    pairs = np.array(points, np.float64).reshape(-1, 2)
    place = ";".join(f"{lon:.7f},{lat:.7f}" for lon, lat in pairs.tolist())
    return parse_query(service, place + (f"?{options}" if options else ""), 0)
