"""Accounts from a CSV or XLSX file: the good rows, and what is wrong with the others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import nan

from app.geocoding.address import AddressText
from app.tabular.columns import ACCOUNT_SYNONYMS
from app.tabular.file_rows import open_rows
from app.tabular.opening_hours import WeeklyWindows, weekly_windows
from app.tabular.problems import RowProblem
from app.tabular.row_places import PlaceSources, RowPlace, find_places, read_place
from app.tabular.row_reader import RowReader
from app.tabular.table import TableLimits

NUMBER_FIELDS = ("potential", "visits_per_period", "service_minutes")


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """What a value may be at most; all settable."""

    max_potential: float = 1e12
    max_visits_per_period: float = 100.0
    max_service_minutes: float = 480.0


@dataclass(frozen=True, slots=True)
class Known:
    """What rows may refer to; None: anything goes."""

    skills: Collection[str] | None = None
    reps: Collection[str] | None = None
    today: date | None = None
    """A last visit after this day is a mistake."""
    skills_of_rep: Mapping[str, Collection[str]] | None = None
    """What the reps can do, against which locked accounts are checked."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account as imported. None: not given."""

    row: int
    id: str
    name: str
    lon: float
    lat: float
    address: AddressText
    geocoded: str | None
    """Quality of the looked-up place ("exact", "interpolated", "street", "town"); None: coordinates were given."""
    category: str
    potential: float | None
    visits_per_period: float | None
    service_minutes: float | None
    skills: tuple[str, ...]
    opening_hours: str
    windows: WeeklyWindows | None
    """None: open at any time as far as we know."""
    locked_rep: str | None
    last_visit: date | None
    notes: str


@dataclass(frozen=True, slots=True)
class ParsedAccounts:
    """A dry run's result."""

    rows: tuple[AccountRow, ...]
    """Rows without a problem, in the file's order."""
    problems: tuple[RowProblem, ...]
    """By row; a row can have several."""
    warnings: tuple[RowProblem, ...]
    """Guesses and columns that are not read; they keep no row out."""
    row_count: int
    """Rows that were looked at, blank ones and the header not counted."""
    fields: frozenset[str] = frozenset()
    """What the file has columns for: what is missing is not known, and no reason to change what is."""


def read_account_rows(
    data: bytes,
    filename: str,
    limits: TableLimits | None = None,
    *,
    sheet: str | None = None,
    places: PlaceSources | None = None,
    known: Known | None = None,
    values: AccountLimits | None = None,
) -> ParsedAccounts:
    """Read and check accounts; nothing is stored. Raises TableUnreadable, TableTooLarge, nothing else for bad data."""
    known, values = known or Known(), values or AccountLimits()
    file = open_rows(data, filename, limits or TableLimits(), sheet, ACCOUNT_SYNONYMS, NUMBER_FIELDS)
    found = [read_place(reader) for reader in file.readers]
    drafts = [_account(place, known, values) for place in found]
    find_places(found, places or PlaceSources())
    rows = [_placed(draft, place) for draft, place in zip(drafts, found, strict=True) if not place.reader.problems]
    return ParsedAccounts(tuple(rows), file.all_problems(), file.all_warnings(), file.row_count, file.fields)


def _account(place: RowPlace, known: Known, values: AccountLimits) -> AccountRow:
    """Everything but the place; problems are noted in its reader."""
    reader = place.reader
    identity = reader.text("id")
    hours, windows = _opening_hours(reader)
    skills = reader.words("skills", known.skills)
    return AccountRow(
        row=reader.row.number,
        id=identity,
        name=reader.text("name") or identity,
        lon=nan,
        lat=nan,
        address=place.address,
        geocoded=None,
        category=reader.text("category"),
        potential=reader.number("potential", 0, values.max_potential),
        visits_per_period=reader.number("visits_per_period", 0, values.max_visits_per_period),
        service_minutes=reader.number("service_minutes", 0, values.max_service_minutes, above=True),
        skills=skills,
        opening_hours=hours,
        windows=windows,
        locked_rep=_locked_rep(reader, known, skills),
        last_visit=reader.day("last_visit", known.today),
        notes=reader.text("notes", lines=True),
    )


def _opening_hours(reader: RowReader) -> tuple[str, WeeklyWindows | None]:
    text = reader.text("opening_hours")
    if not text:
        return "", None
    windows = weekly_windows(text)
    if windows is None:
        message = 'not opening hours such as "Mo-Fr 08:00-12:00,13:00-18:00; Sa 09:00-12:00"'
        reader.problem("opening_hours", "bad_opening_hours", message, text)
    elif not any(windows):
        reader.problem("opening_hours", "bad_opening_hours", "never open in an ordinary week", text)
    return text, windows


def _locked_rep(reader: RowReader, known: Known, skills: tuple[str, ...]) -> str | None:
    rep = reader.text("locked_rep")
    if rep and known.reps is not None and rep not in known.reps:
        reader.problem("locked_rep", "unknown_rep", f"there is no rep {rep!r}", rep)
    elif rep and known.skills_of_rep is not None:
        lacking = sorted(set(skills) - set(known.skills_of_rep.get(rep, skills)))
        if lacking:
            message = f"locked_rep lacks the skill {', '.join(lacking)}"
            reader.problem("locked_rep", "lacks_skill", message, rep)
    return rep or None


def _placed(draft: AccountRow, place: RowPlace) -> AccountRow:
    assert place.lon is not None and place.lat is not None  # rows without a place have a problem
    quality = place.geocoded.quality if place.geocoded else None
    return replace(draft, lon=place.lon, lat=place.lat, geocoded=quality)
