"""Accounts nearby and detours on the wire, beside the views that the services make."""

from typing import Annotated

import msgspec

from app.schemas.accounts import Lat, Lon
from app.schemas.matrices import Point
from app.schemas.pages import Limit, RowId
from app.services.detours import DayDetourWish
from app.services.errors import InvalidInput
from app.services.whereabouts import Whereabouts
from app.storage.records import AccountFilter

WithinMinutes = Annotated[float, msgspec.Meta(gt=0, le=100_000, description="leave out what is farther")]
ServiceMinutes = Annotated[float, msgspec.Meta(ge=0, le=1440)]
AccountIds = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9]{1,18}(,[0-9]{1,18}){0,999}$", description="row numbers with commas")
]


class NearestQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From a point, an account or a rep's home: one of them. The others say which accounts, as in their list."""

    lon: Lon | None = None
    lat: Lat | None = None
    account_id: RowId | None = None
    home_of: RowId | None = None
    limit: Limit = 20
    within_minutes: WithinMinutes | None = None
    search: str | None = None
    category: str | None = None
    account_class: str | None = None
    rep_id: RowId | None = None


class RepNearestQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From a point, or the rep's home where none is given."""

    lon: Lon | None = None
    lat: Lat | None = None
    limit: Limit = 20
    within_minutes: WithinMinutes | None = None
    search: str | None = None
    category: str | None = None
    account_class: str | None = None


class DayDetourQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which candidates; without accounts and a point all of the rep's territory that are not on the day already."""

    account_ids: AccountIds | None = None
    lon: Lon | None = None
    lat: Lat | None = None
    service_minutes: ServiceMinutes = 0
    """Of a visit at the point; accounts have their own."""
    after: Annotated[int, msgspec.Meta(ge=0, le=10_000, description="stops that are behind the rep")] = 0
    limit: Limit = 20
    search: str | None = None
    category: str | None = None
    account_class: str | None = None


class DetourRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A route through `stops` in this order, and places that may be seen on it."""

    stops: Annotated[list[Point], msgspec.Meta(min_length=2)]
    candidates: Annotated[list[Point], msgspec.Meta(min_length=1)]
    service_minutes: ServiceMinutes = 0


def whereabouts(asked: NearestQuery) -> Whereabouts:
    """Where it is asked from."""
    return Whereabouts(asked.lon, asked.lat, asked.account_id, asked.home_of)


def wanted(asked: NearestQuery | RepNearestQuery | DayDetourQuery, rep_id: int | None) -> AccountFilter:
    """Which accounts, of one territory or all."""
    return AccountFilter(text=asked.search, category=asked.category, account_class=asked.account_class, rep_id=rep_id)


def day_wish(asked: DayDetourQuery, rep_id: int) -> DayDetourWish:
    """What is asked of a day. Raises InvalidInput for a row number that cannot be."""
    ids = None if asked.account_ids is None else [int(one) for one in asked.account_ids.split(",")]
    if ids is not None and 0 in ids:
        raise InvalidInput("account_ids: row numbers begin at 1", field="account_ids")
    service_s = round(asked.service_minutes * 60)
    return DayDetourWish(wanted(asked, rep_id), ids, asked.lon, asked.lat, service_s, asked.after, asked.limit)
