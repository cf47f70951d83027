"""Dates and times of day as people write them."""

import re
from datetime import date, datetime, time, timedelta

from app.tabular.table import Cell

_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})([T ].*)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})( .*)?")
_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?(?::([0-9]{2}))?\s*(am|pm|uhr|h)?")


def parse_date(cell: Cell) -> tuple[date | None, bool]:
    """(date, whether day and month could be the other way round); (None, False) where there is no date.

    2026-03-01, 01.03.2026, 1/3/2026 and a spreadsheet's own dates. Day before month, unless that cannot be.
    """
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell, False
    text = cell.strip() if isinstance(cell, str) else ""
    if match := _ISO.fullmatch(text):
        return _date(int(match[1]), int(match[2]), int(match[3])), False
    if match := _DAY_FIRST.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        year += 2000 if len(match[4]) == 2 else 0
        slashes = match[2] == "/"
        if slashes and second > 12:
            return _date(year, first, second), False
        return _date(year, second, first), slashes and first <= 12 and first != second
    return None, False


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_time_of_day(cell: Cell) -> int | None:
    """Seconds since midnight, 0 to 86400; None where there is no time of day.

    "08:30", "8.30", "8", "5 pm", a spreadsheet's own time, which is the share of a day, and whole hours.
    """
    if isinstance(cell, str):
        return _time_in_text(cell.strip().lower())
    seconds: float = -1
    if isinstance(cell, datetime | time):
        seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
    elif isinstance(cell, timedelta):
        seconds = cell.total_seconds()
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        seconds = _seconds_in_number(cell)
    return round(seconds) if 0 <= seconds <= 86_400 else None


def _seconds_in_number(value: float) -> float:
    if 0 <= value < 1:
        return value * 86_400
    return value * 3600 if value in range(1, 25) else -1


def _time_in_text(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    if not match:
        return None
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if match[4] in {"am", "pm"}:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4] == "pm" else 0)
    seconds = hour * 3600 + minute * 60 + second
    return seconds if minute < 60 and second < 60 and seconds <= 86_400 else None
