"""Travel times and routes on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec

from app.schemas.accounts import Lat, Lon

Point = tuple[Lon, Lat]
"""Longitude and latitude in degrees."""


class MatrixRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From every source to every target; without targets, between all sources."""

    sources: Annotated[list[Point], msgspec.Meta(min_length=1)]
    targets: Annotated[list[Point], msgspec.Meta(min_length=1)] | None = None
    depart_at: datetime | None = None
    """When the journeys begin, for travel times by time of day; without a zone on the organisation's clock."""


class RouteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Through all points in the order given."""

    points: Annotated[list[Point], msgspec.Meta(min_length=2)]


class RouteLeg(msgspec.Struct, frozen=True):
    """From one point to the next."""

    duration_s: int
    distance_m: int
    geometry: str
    """Polyline with precision 6."""


class RouteAnswer(msgspec.Struct, frozen=True):
    """The route and its legs."""

    duration_s: int
    distance_m: int
    legs: list[RouteLeg]
