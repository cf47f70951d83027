"""A rep's day as one document: all that the phone needs, also without a network connection.

It is stored as it is sent, so that reading a day is one indexed read without engine or solver.
"""

from datetime import date, datetime
from uuid import UUID

import msgspec


class Place(msgspec.Struct, frozen=True):
    """A point with a label, in degrees."""

    lon: float
    lat: float
    label: str


class RepOfDay(msgspec.Struct, frozen=True):
    """Whose day it is."""

    id: int
    code: str
    name: str


class Interval(msgspec.Struct, frozen=True):
    """Two instants in UTC."""

    begin_at: datetime
    end_at: datetime


class Outcome(msgspec.Struct, frozen=True):
    """What came of a visit, as the rep's phone reported it; `id` was made by the phone."""

    id: UUID
    account_id: int
    outcome: str
    """done, not_met or skipped."""
    note: str
    happened_at: datetime


class StopOfDay(msgspec.Struct, frozen=True):
    """One visit on the day; the leg is the drive that leads to it."""

    sequence: int
    account_id: int
    code: str
    name: str
    category: str
    address: str
    notes: str
    account_class: str
    lon: float
    lat: float
    arrive_at: datetime
    begin_at: datetime
    leave_at: datetime
    windows: list[tuple[str, str]]
    """Local clock times between which service may begin, e.g. ("09:00", "12:30")."""
    service_s: int
    drive_s: int
    distance_m: int


class UnplannedVisit(msgspec.Struct, frozen=True):
    """A visit that was due but did not fit, with the reason code."""

    account_id: int
    code: str
    name: str
    reason: str
    detail: str


class DayTotals(msgspec.Struct, frozen=True):
    """Sums over the day."""

    stops: int
    drive_s: int
    distance_m: int
    service_s: int
    waiting_s: int
    depart_at: datetime | None
    return_at: datetime | None


class DayDocument(msgspec.Struct, frozen=True):
    """One rep's route on one local date. Instants are UTC; show them in `time_zone`."""

    rep: RepOfDay
    date: date
    time_zone: str
    version: int
    planned_at: datetime
    shift: Interval
    lunch: Interval | None
    start: Place
    end: Place
    totals: DayTotals
    stops: list[StopOfDay]
    geometry: str
    """The whole route along the roads as a polyline with precision 6, simplified; "" without stops."""
    unplanned: list[UnplannedVisit]
    outcomes: list[Outcome]
