"""Isochrones on the wire, beside the shapes that the service makes."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from app.schemas.accounts import Lat, Lon
from app.schemas.pages import RowId
from app.services.isochrones import IsochroneWish
from app.services.whereabouts import Whereabouts

Minutes = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9]{1,5}(,[0-9]{1,5}){0,99}$", description="whole minutes, several with commas: 15,30,45"
    ),
]
OffRoad = Annotated[
    float, msgspec.Meta(gt=0, le=1e6, description="metres off any street that still belong to the area")
]
DepartAt = Annotated[
    datetime, msgspec.Meta(description="drive at the speeds of this moment; without a zone on the organisation's clock")
]


class RepIsochroneQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Around a point, or around the rep's home where none is given."""

    lon: Lon | None = None
    lat: Lat | None = None
    minutes: Minutes = "15,30,45"
    direction: Literal["from", "to"] = "from"
    off_road_m: OffRoad | None = None
    depart_at: DepartAt | None = None


class IsochroneQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Around a point, an account, or a rep's home: one of them."""

    lon: Lon | None = None
    lat: Lat | None = None
    account_id: RowId | None = None
    rep_id: RowId | None = None
    minutes: Minutes = "15,30,45"
    direction: Literal["from", "to"] = "from"
    off_road_m: OffRoad | None = None
    depart_at: DepartAt | None = None


def whereabouts(asked: IsochroneQuery) -> Whereabouts:
    """Where it is asked for."""
    return Whereabouts(asked.lon, asked.lat, asked.account_id, asked.rep_id)


def wish(asked: IsochroneQuery | RepIsochroneQuery) -> IsochroneWish:
    """What is asked for."""
    minutes = [int(one) for one in asked.minutes.split(",")]
    return IsochroneWish(minutes, asked.direction, asked.off_road_m, asked.depart_at)
