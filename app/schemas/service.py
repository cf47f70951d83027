"""The service itself on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from app.schemas.pages import RowId


class MapView(msgspec.Struct, frozen=True):
    """The map that the organisation works on; bounds in degrees."""

    id: str
    name: str
    west: float
    south: float
    east: float
    north: float
    attribution: str


class Me(msgspec.Struct, frozen=True):
    """Whose key it is."""

    role: str
    rep_id: int | None
    rep_name: str | None
    organisation: str
    time_zone: str
    today: date
    next_planned_day: date | None
    """The first day from today on that has a plan."""
    map: MapView


class Health(msgspec.Struct, frozen=True):
    """Whether the service can work."""

    status: str
    version: str
    jobs_waiting: dict[str, int]


class NewKeyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key for a role; a rep's names its rep."""

    role: Literal["rep", "manager", "dispatcher", "admin"]
    rep_id: RowId | None = None
    label: Annotated[str, msgspec.Meta(max_length=200)] = ""


class KeyView(msgspec.Struct, frozen=True):
    """A key without its secret."""

    id: int
    prefix: str
    role: str
    rep_id: int | None
    label: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewKeyAnswer(msgspec.Struct, frozen=True):
    """The key's text is shown this once."""

    key: str
    record: KeyView


class KeyList(msgspec.Struct, frozen=True):
    """All keys, revoked ones too."""

    items: list[KeyView]
