"""Live speeds and closures on the wire, beside the views that the services make."""

import msgspec

from app.schemas.accounts import Lat, Lon
from app.services.change_speeds import NewSpeed


class SpeedsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `changes` come into effect together, or none does."""

    changes: list[NewSpeed]
    replace: bool = False
    """What is in effect now ends; without any changes the map's own speeds, and uploaded
    ones, hold again."""


class RoadQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A point in degrees."""

    lon: Lon
    lat: Lat
