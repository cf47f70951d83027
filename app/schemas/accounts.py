"""Accounts on the wire."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from app.schemas.pages import LARGEST_ID, Limit, RowId
from app.storage.records import Account

Lon = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Lat = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class NewAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One account; many come faster from a file."""

    code: Code
    name: Name
    lon: Lon
    lat: Lat
    category: str = ""
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    potential: Annotated[float, msgspec.Meta(ge=0, le=1e12)] = 0.0
    service_minutes: Annotated[float, msgspec.Meta(gt=0, le=480)] | None = None
    visits_per_period: Annotated[float, msgspec.Meta(ge=0, le=100)] | None = None
    skills: list[str] = []
    opening_hours: str = ""
    locked_rep_id: RowId | None = None
    last_visit_on: date | None = None
    notes: str = ""


class AccountChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be changed of an account; what is left out stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    potential: Annotated[float, msgspec.Meta(ge=0, le=1e12)] | msgspec.UnsetType = msgspec.UNSET
    visits_per_period: Annotated[float, msgspec.Meta(ge=0, le=100)] | msgspec.UnsetType | None = msgspec.UNSET
    locked_rep_id: RowId | msgspec.UnsetType | None = msgspec.UNSET
    notes: str | msgspec.UnsetType = msgspec.UNSET
    last_visit_on: date | msgspec.UnsetType | None = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET


class AccountView(msgspec.Struct, frozen=True):
    """One account; `score` is from 0 to 100, `score_reasons` say why."""

    id: int
    code: str
    name: str
    lon: float
    lat: float
    category: str
    street: str
    house_number: str
    postcode: str
    city: str
    potential: float
    service_s: int
    visits_per_period: float | None
    skills: list[str]
    opening_hours: str
    locked_rep_id: int | None
    last_visit_on: date | None
    notes: str
    active: bool
    on_network: bool
    score: float | None
    account_class: str | None
    score_reasons: list[str]
    attributes: dict[str, Any]


class AccountPage(msgspec.Struct, frozen=True):
    """Accounts, and the id to go on after; null at the end."""

    items: list[AccountView]
    next: int | None


class AccountQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which accounts to list."""

    limit: Limit = 100
    after: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_ID, description="the id that the last page ended with")] = 0
    search: str | None = None
    category: str | None = None
    account_class: str | None = None
    rep_id: RowId | None = None


class ImportRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A CSV or XLSX file; `dry_run` only looks, `good_rows` imports the rows without a problem."""

    filename: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    content_base64: str
    mode: Literal["dry_run", "all_or_nothing", "good_rows"] = "dry_run"


class ImportForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand beside the part `file` of a form; `filename` where the part itself names none."""

    mode: Literal["dry_run", "all_or_nothing", "good_rows"] = "dry_run"
    filename: Annotated[str, msgspec.Meta(max_length=255)] = ""


def account_view(account: Account) -> AccountView:
    """A stored account as it is sent."""
    return AccountView(
        id=account.id,
        code=account.code,
        name=account.name,
        lon=account.lon,
        lat=account.lat,
        category=account.category,
        street=account.street,
        house_number=account.house_number,
        postcode=account.postcode,
        city=account.city,
        potential=account.potential,
        service_s=account.service_s,
        visits_per_period=account.visits_per_period,
        skills=list(account.required_skills),
        opening_hours=account.opening_hours,
        locked_rep_id=account.locked_rep_id,
        last_visit_on=account.last_visit_on,
        notes=account.notes,
        active=account.active,
        on_network=account.snap_edge is not None,
        score=account.score,
        account_class=account.account_class,
        score_reasons=[str(reason["text"]) for reason in account.score_reasons or ()],
        attributes=account.attributes,
    )
