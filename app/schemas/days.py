"""Days on the wire, beside the day's document itself."""

from datetime import date, datetime

import msgspec

from app.services.record_outcomes import ReportedOutcome


class DayLine(msgspec.Struct, frozen=True):
    """One rep's day in a line."""

    rep_id: int
    rep_code: str
    rep_name: str
    stops: int
    drive_s: int
    distance_m: int
    first_at: datetime | None
    last_at: datetime | None
    version: int


class DayOverview(msgspec.Struct, frozen=True):
    """All reps' days on a date."""

    date: date
    days: list[DayLine]
    unplanned: int


class DayRef(msgspec.Struct, frozen=True):
    """A day that is planned."""

    date: date
    stops: int
    version: int


class DayRefs(msgspec.Struct, frozen=True):
    """A rep's planned days."""

    items: list[DayRef]


class DaysQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from", "last": "to"}):
    """First and last date, both included; a week from today by default."""

    first: date | None = None
    last: date | None = None


class OutcomeBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of visits; ids are made by the client, so that sending twice is harmless."""

    outcomes: list[ReportedOutcome]
