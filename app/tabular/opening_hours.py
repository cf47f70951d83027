"""Opening hours as OpenStreetMap writes them -> windows of an ordinary week.

"Mo-Fr 08:00-12:00,13:00-18:00; Sa 09:00-12:00; PH off"
Mo ... Fr  ((28800, 43200), (46800, 64800))     Sa  ((32400, 43200),)     Su  ()
"""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined] # missing in its stubs

WeeklyWindows = tuple[tuple[tuple[int, int], ...], ...]
"""Seven days from Monday, each with its (begin_s, end_s) windows in seconds of local time, in order, 0 to 86400."""

ORDINARY_MONDAY = date(2026, 6, 1)
"""The week that rules about seasons and months are asked about, where the caller names none."""

_DAY_S = 86_400
_DASHES = re.compile(r"\s*[‐‑‒–—−-]\s*")
_LONG_DAY = re.compile(
    r"\b(Mo|Tu|We|Th|Fr|Sa|Su)(?:n|e|d|u|i|t|es|urs?|nday|esday|dnesday|ursday|iday|turday)\b", re.IGNORECASE
)
_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)"
_COLON_AFTER_DAY = re.compile(rf"\b({_DAY})\s*:\s*", re.IGNORECASE)
_DAY_BEHIND_TIME = re.compile(rf"(:[0-9]{{2}})(?:\s*,\s*|\s+)(?={_DAY}\b)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def weekly_windows(text: str, monday: date = ORDINARY_MONDAY) -> WeeklyWindows | None:
    """Windows of the week that begins on `monday`, or None for text that is no opening hours.

    24/7 is every day from 0 to 86400. A window past midnight is cut there; the rest stands at the next day's beginning
    (Sunday's at Monday's). Public holidays are ignored, hours "by appointment" or unknown count as open. A week
    without any window comes back as seven empty days: the caller decides what that means.
    """
    parsed = _parsed(text)
    if parsed is None:
        return None
    begin = datetime.combine(monday, time())
    days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for start, end, state, _ in parsed.intervals(begin, begin + timedelta(days=7)):
        if state != State.CLOSED:
            _add(days, _seconds(start, begin), _seconds(end, begin))
    return tuple(tuple(windows) for windows in days)


def _parsed(text: str) -> OpeningHours | None:
    """Strict first; then put right as people type: long dashes, "Mon", "Mo:", days listed without a semicolon."""
    for attempt in (text, _put_right(text)):
        try:
            return OpeningHours(attempt)
        except ParserError:
            continue
    return None


def _put_right(text: str) -> str:
    """In the Iceland, Monaco and Liechtenstein extracts this reads 20 more of 1,053 opening hours (1,044)."""
    text = _LONG_DAY.sub(r"\1", _DASHES.sub("-", text))
    return _DAY_BEHIND_TIME.sub(r"\1; ", _COLON_AFTER_DAY.sub(r"\1 ", text))


def _seconds(moment: datetime, begin: datetime) -> int:
    return int((moment.replace(tzinfo=None) - begin).total_seconds())


def _add(days: list[list[tuple[int, int]]], begin_s: int, end_s: int) -> None:
    """Put a window of the week into its days; windows that touch become one (open, then unknown)."""
    for day in range(7):
        start, end = max(begin_s - day * _DAY_S, 0), min(end_s - day * _DAY_S, _DAY_S)
        if start >= end:
            continue
        if days[day] and days[day][-1][1] == start:
            start = days[day].pop()[0]
        days[day].append((start, end))


def open_hours(windows: WeeklyWindows) -> float:
    """Hours open in the week."""
    return sum(end - begin for day in windows for begin, end in day) / 3600
