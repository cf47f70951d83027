"""Reps on the wire."""

from typing import Annotated

import msgspec

from app.schemas.accounts import Code, Lat, Lon, Name
from app.storage.records import Rep

DaySecond = Annotated[int, msgspec.Meta(ge=0, le=86_400, description="seconds since local midnight")]


class NewRep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rep. Times are seconds since local midnight; `workdays` count from 0, Monday."""

    code: Code
    name: Name
    home_lon: Lon
    home_lat: Lat
    home_address: str = ""
    shift_begin_s: DaySecond = 30_600
    shift_end_s: DaySecond = 61_200
    break_begin_s: DaySecond | None = 41_400
    break_end_s: DaySecond | None = 48_600
    break_s: DaySecond = 1_800
    max_drive_s: DaySecond | None = None
    skills: list[str] = []
    time_zone: str | None = None
    workdays: tuple[Annotated[int, msgspec.Meta(ge=0, le=6)], ...] = (0, 1, 2, 3, 4)


class RepView(msgspec.Struct, frozen=True):
    """One rep."""

    id: int
    code: str
    name: str
    home_lon: float
    home_lat: float
    home_address: str
    shift_begin_s: int
    shift_end_s: int
    break_begin_s: int | None
    break_end_s: int | None
    break_s: int
    max_drive_s: int | None
    skills: list[str]
    time_zone: str
    workdays: list[int]
    active: bool
    on_network: bool


class RepList(msgspec.Struct, frozen=True):
    """All active reps."""

    items: list[RepView]


def rep_view(rep: Rep) -> RepView:
    """A stored rep as it is sent."""
    return RepView(
        id=rep.id,
        code=rep.code,
        name=rep.name,
        home_lon=rep.home_lon,
        home_lat=rep.home_lat,
        home_address=rep.home_address,
        shift_begin_s=rep.shift_begin_s,
        shift_end_s=rep.shift_end_s,
        break_begin_s=rep.break_begin_s,
        break_end_s=rep.break_end_s,
        break_s=rep.break_s,
        max_drive_s=rep.max_drive_s,
        skills=list(rep.skills),
        time_zone=rep.time_zone,
        workdays=list(rep.workdays),
        active=rep.active,
        on_network=rep.home_snap_edge is not None,
    )
