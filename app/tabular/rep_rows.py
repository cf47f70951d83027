"""Reps from a CSV or XLSX file: the good rows, and what is wrong with the others."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import nan
from zoneinfo import available_timezones

from app.geocoding.address import AddressText
from app.tabular.columns import REP_SYNONYMS
from app.tabular.dates import parse_time_of_day
from app.tabular.file_rows import open_rows
from app.tabular.problems import RowProblem
from app.tabular.row_places import PlaceSources, RowPlace, find_places, read_place
from app.tabular.row_reader import RowReader
from app.tabular.table import TableLimits

NUMBER_FIELDS = ("break_minutes", "max_drive_hours")
SHIFT_COLUMNS = {
    "shift_begin_s": ("shift_begin",),
    "shift_end_s": ("shift_end",),
    "break_begin_s": ("break_begin", "break_window"),
    "break_end_s": ("break_end", "break_window"),
    "break_s": ("break_minutes",),
    "max_drive_s": ("max_drive_hours",),
    "time_zone": ("time_zone",),
}
"""Which columns say what of RepDefaults."""
_BETWEEN = re.compile(r"\s*(?:[-–—]|\bto\b|\band\b)\s*")


@dataclass(frozen=True, slots=True)
class RepDefaults:
    """What a rep has where the file says nothing; seconds of local time of day."""

    shift_begin_s: int = 8 * 3600 + 1800
    shift_end_s: int = 17 * 3600
    break_begin_s: int = 11 * 3600 + 1800
    break_end_s: int = 13 * 3600 + 1800
    break_s: int = 1800
    max_drive_s: int | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class RepRow:
    """One rep as imported."""

    row: int
    id: str
    name: str
    lon: float
    lat: float
    address: AddressText
    geocoded: str | None
    """Quality of the looked-up place; None: coordinates were given."""
    shift_begin_s: int
    shift_end_s: int
    break_begin_s: int
    """The break lies between break_begin_s and break_end_s and takes break_s; no break where break_s is 0."""
    break_end_s: int
    break_s: int
    max_drive_s: int | None
    """None: as long as the shift."""
    skills: tuple[str, ...]
    time_zone: str
    email: str


@dataclass(frozen=True, slots=True)
class ParsedReps:
    """A dry run's result; see ``ParsedAccounts``."""

    rows: tuple[RepRow, ...]
    problems: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...]
    row_count: int
    fields: frozenset[str] = frozenset()


def read_rep_rows(
    data: bytes,
    filename: str,
    limits: TableLimits | None = None,
    *,
    sheet: str | None = None,
    places: PlaceSources | None = None,
    known_skills: Collection[str] | None = None,
    defaults: RepDefaults | None = None,
    stored: Mapping[str, RepDefaults] | None = None,
) -> ParsedReps:
    """Read and check reps; nothing is stored. Raises TableUnreadable or TableTooLarge, nothing else for bad data.

    `stored` is by id what reps have already: it stands where the file has no column, so that a new shift is checked
    against the break that stays.
    """
    defaults = defaults or RepDefaults()
    file = open_rows(data, filename, limits or TableLimits(), sheet, REP_SYNONYMS, NUMBER_FIELDS)
    found = [read_place(reader) for reader in file.readers]
    kept = {identity: _merged(had, defaults, file.fields) for identity, had in (stored or {}).items()}
    drafts = [_rep(place, known_skills, kept.get(place.reader.text("id"), defaults)) for place in found]
    find_places(found, places or PlaceSources())
    rows = [_placed(draft, place) for draft, place in zip(drafts, found, strict=True) if not place.reader.problems]
    return ParsedReps(tuple(rows), file.all_problems(), file.all_warnings(), file.row_count, file.fields)


def _merged(had: RepDefaults, defaults: RepDefaults, fields: frozenset[str]) -> RepDefaults:
    """What a rep has, but the general defaults where the file has a column: an empty cell there is meant."""
    told = {name: getattr(defaults, name) for name, columns in SHIFT_COLUMNS.items() if not fields.isdisjoint(columns)}
    return replace(had, **told)


def _rep(place: RowPlace, known_skills: Collection[str] | None, defaults: RepDefaults) -> RepRow:
    """Everything but the place; problems are noted in its reader."""
    reader = place.reader
    identity = reader.text("id")
    shift_begin_s, shift_end_s = _shift(reader, defaults)
    break_begin_s, break_end_s, break_s = _break(reader, defaults, shift_begin_s, shift_end_s)
    drive_h = reader.number("max_drive_hours", 0, 24, above=True)
    return RepRow(
        row=reader.row.number,
        id=identity,
        name=reader.text("name") or identity,
        lon=nan,
        lat=nan,
        address=place.address,
        geocoded=None,
        shift_begin_s=shift_begin_s,
        shift_end_s=shift_end_s,
        break_begin_s=break_begin_s,
        break_end_s=break_end_s,
        break_s=break_s,
        max_drive_s=defaults.max_drive_s if drive_h is None else round(drive_h * 3600),
        skills=reader.words("skills", known_skills),
        time_zone=_time_zone(reader, defaults),
        email=reader.text("email"),
    )


def _shift(reader: RowReader, defaults: RepDefaults) -> tuple[int, int]:
    begin_s, end_s = reader.time_of_day("shift_begin"), reader.time_of_day("shift_end")
    begin_s = defaults.shift_begin_s if begin_s is None else begin_s
    end_s = defaults.shift_end_s if end_s is None else end_s
    if not begin_s < end_s:
        message = f"the shift ends ({_clock(end_s)}) before it begins ({_clock(begin_s)})"
        reader.problem("shift_end", "out_of_range", message, reader.cell("shift_end"))
    return begin_s, end_s


def _break(reader: RowReader, defaults: RepDefaults, shift_begin_s: int, shift_end_s: int) -> tuple[int, int, int]:
    """(begin of the window, its end, length). The usual window is cut to a shift that it sticks out of."""
    minutes = reader.number("break_minutes", 0, 480)
    break_s = defaults.break_s if minutes is None else round(minutes * 60)
    begin_s, end_s = _break_window(reader)
    told = begin_s is not None or end_s is not None
    begin_s = defaults.break_begin_s if begin_s is None else begin_s
    end_s = defaults.break_end_s if end_s is None else end_s
    if not told:
        begin_s, end_s = max(begin_s, shift_begin_s), min(end_s, shift_end_s)
        if end_s - begin_s < break_s and minutes is None:
            return begin_s, max(begin_s, end_s), 0  # a half day that the usual break does not fit into has none
    name = "break_window" if reader.cell("break_window") is not None else "break_begin"
    if break_s and end_s - begin_s < break_s:
        message = f"a break of {break_s // 60} min does not fit between {_clock(begin_s)} and {_clock(end_s)}"
        reader.problem(name, "out_of_range", message)
    elif break_s and (begin_s < shift_begin_s or end_s > shift_end_s):
        message = f"the break window {_clock(begin_s)}-{_clock(end_s)} sticks out of the shift"
        reader.problem(name, "out_of_range", message)
    return begin_s, end_s, break_s


def _break_window(reader: RowReader) -> tuple[int | None, int | None]:
    """From one column ("11:30-13:30") or from two."""
    text = reader.text("break_window")
    if not text:
        return reader.time_of_day("break_begin"), reader.time_of_day("break_end")
    ends = [parse_time_of_day(part) for part in _BETWEEN.split(text)]
    if len(ends) != 2 or None in ends:
        reader.problem("break_window", "bad_time", "not a window such as 11:30-13:30", text)
        return None, None
    return ends[0], ends[1]


def _time_zone(reader: RowReader, defaults: RepDefaults) -> str:
    name = reader.text("time_zone")
    if name and name not in _time_zones():
        reader.problem("time_zone", "unknown_time_zone", f"{name!r} is no time zone such as Europe/Lisbon", name)
    return name or defaults.time_zone


@cache
def _time_zones() -> frozenset[str]:
    """All names; reading the list takes 30 ms."""
    return frozenset(available_timezones())


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def _placed(draft: RepRow, place: RowPlace) -> RepRow:
    assert place.lon is not None and place.lat is not None  # rows without a place have a problem
    quality = place.geocoded.quality if place.geocoded else None
    return replace(draft, lon=place.lon, lat=place.lat, geocoded=quality)
