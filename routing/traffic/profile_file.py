"""A speed profile from a settings file, TOML or JSON of the same shape.

name = "my city"
source = "own GPS traces, spring 2026"

[weekdays]                          # default: these three; every day in exactly one
workday = ["monday", "tuesday", "wednesday", "thursday", "friday"]
saturday = ["saturday"]
sunday = ["sunday"]

[periods.workday]                   # when each begins, clock time; it lasts until the next begins
night = "20:00"                     # past midnight too
morning_peak = "06:30"
midday = ["09:30", "12:00"]         # several times a day
[periods]
saturday = "hourly"                 # 24 periods, "00" to "23"
sunday = {all_day = "00:00"}

[factors.workday.morning_peak]      # of the speed; what is not said is 1
motorway = 0.7                      # a class of road; a link without a factor has that of its road
default = 0.9                       # every class that is not named, but for ferries
turn_time = 1.3                     # of the time that turns and signals take
[factors.all.night]                 # "all": every weekday class that has the period and says nothing of its own
default = 1.1
"""

import json
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from routing.network.road_network import ROAD_CLASSES
from routing.traffic.errors import InvalidProfile
from routing.traffic.speed_change import FACTOR_RANGE
from routing.traffic.speed_profile import SpeedProfile
from routing.traffic.week import DAY_S, WEEKDAYS, Week, make_week

DEFAULT_PROFILE = Path(__file__).with_name("default_profile.toml")
"""Ships with the package; its `source` says what it is worth."""
EVERY_CLASS = "all"
TURN_TIME_RANGE = (0.0, 10.0)
MOST_PERIODS_A_DAY = 96
_WORKWEEK = {"workday": list(WEEKDAYS[:5]), "saturday": ["saturday"], "sunday": ["sunday"]}
_HOURLY = {f"{hour:02d}": f"{hour:02d}:00" for hour in range(24)}
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")


def read_profile(path: Path) -> SpeedProfile:
    """Read a profile. Raises InvalidProfile, which names the field and its limit."""
    try:
        data = path.read_bytes()
        document = json.loads(data) if path.suffix.lower() == ".json" else tomllib.loads(data.decode())
    except FileNotFoundError:
        raise InvalidProfile(path.name, "no file", "the path of a TOML or JSON file") from None
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidProfile(path.name, str(error), "TOML, or JSON in a file called .json") from None
    return make_profile(document, path.stem)


def make_profile(document: Any, default_name: str = "") -> SpeedProfile:
    """The profile that a parsed settings file describes. Raises InvalidProfile."""
    top = _table("the file", document, {"name", "source", "weekdays", "periods", "factors"})
    week = _week(top)
    factor, turn_time = np.ones((len(week.periods), len(ROAD_CLASSES))), np.ones(len(week.periods))
    factors = _table("factors", top.get("factors", {}), {EVERY_CLASS, *(period.weekdays for period in week.periods)})
    for weekdays in sorted(factors, key=lambda key: key != EVERY_CLASS):  # what a class says of its own comes last
        rows: dict[str, list[int]] = {}
        for row, period in enumerate(week.periods):
            if weekdays in (EVERY_CLASS, period.weekdays):
                rows.setdefault(period.name, []).append(row)
        for name, said in _table(f"factors.{weekdays}", factors[weekdays], set(rows)).items():
            factor[rows[name]], turn_time[rows[name]] = _factors(f"factors.{weekdays}.{name}", said)
    called, source = _text("name", top.get("name", default_name)), _text("source", top.get("source", ""))
    return SpeedProfile(called, source, week, factor, turn_time)


def _week(top: Mapping[str, Any]) -> Week:
    weekdays = _weekdays(_table("weekdays", top.get("weekdays", _WORKWEEK)))
    periods = _table("periods", top.get("periods"), {EVERY_CLASS, *weekdays})
    days = {}
    for name in weekdays:
        said = periods.get(name, periods.get(EVERY_CLASS))
        field = f"periods.{name if name in periods else EVERY_CLASS}"
        if said is None:
            raise InvalidProfile(field, "missing", f"given for {name}, or for {EVERY_CLASS}")
        days[name] = _begins(field, _HOURLY if said == "hourly" else said)
    return make_week(weekdays, days)


def _weekdays(said: Mapping[str, Any]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    owner: dict[str, str] = {}
    for name, days in said.items():
        field = f"weekdays.{name}"
        _check_name(field, name)
        if name == EVERY_CLASS:
            raise InvalidProfile(field, name, "another name")
        for day in days if isinstance(days, Sequence) and not isinstance(days, str) else [days]:
            if day not in WEEKDAYS or day in owner:
                limit = f"one of {', '.join(WEEKDAYS)}, each in one class"
                raise InvalidProfile(field, day, limit)
            owner[day] = name
            found.setdefault(name, []).append(WEEKDAYS.index(day))
    missing = [day for day in WEEKDAYS if day not in owner]
    if missing:
        raise InvalidProfile("weekdays", ", ".join(missing) + " missing", "every day in one class")
    return found


def _begins(field: str, said: Any) -> dict[str, list[int]]:
    table = _table(field, said)
    if not table:
        raise InvalidProfile(field, "empty", "at least one period")
    seen: dict[int, str] = {}
    begins: dict[str, list[int]] = {}
    for name, times in table.items():
        _check_name(f"{field}.{name}", name)
        for text in times if isinstance(times, list) else [times]:
            clock = _CLOCK.fullmatch(text) if isinstance(text, str) else None
            if clock is None:
                raise InvalidProfile(f"{field}.{name}", text, "a clock time from 00:00 to 23:59, or a list of them")
            at_s = int(clock[1]) * 3600 + int(clock[2]) * 60
            if at_s in seen:
                raise InvalidProfile(f"{field}.{name}", text, f"another time than that of {seen[at_s]}")
            seen[at_s] = name
            begins.setdefault(name, []).append(at_s)
    if not seen or len(seen) > MOST_PERIODS_A_DAY or max(seen) >= DAY_S:
        raise InvalidProfile(field, f"{len(seen)} times", f"from 1 to {MOST_PERIODS_A_DAY} times a day")
    return begins


def _factors(field: str, said: Any) -> tuple[list[float], float]:
    table = _table(field, said, {"default", "turn_time", *ROAD_CLASSES})
    default = _number(f"{field}.default", table.get("default", 1.0), FACTOR_RANGE)
    turn_time = _number(f"{field}.turn_time", table.get("turn_time", 1.0), TURN_TIME_RANGE)
    own = {key: _number(f"{field}.{key}", table[key], FACTOR_RANGE) for key in ROAD_CLASSES if key in table}
    rest = {key: 1.0 if key == "ferry" else default for key in ROAD_CLASSES}
    return [own.get(key, own.get(key.removesuffix("_link"), rest[key])) for key in ROAD_CLASSES], turn_time


def _table(field: str, value: Any, known: set[str] | None = None) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise InvalidProfile(field, "missing" if value is None else value, "a table")
    for key in value:
        if known is not None and key not in known:
            raise InvalidProfile(f"{field}.{key}".removeprefix("the file."), key, f"one of {', '.join(sorted(known))}")
    return value


def _number(field: str, value: Any, allowed: tuple[float, float]) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not allowed[0] <= value <= allowed[1]:
        raise InvalidProfile(field, value, f"a number from {allowed[0]:g} to {allowed[1]:g}")
    return float(value)


def _text(field: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > 1000:
        raise InvalidProfile(field, value, "a text of at most 1000 characters")
    return value


def _check_name(field: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidProfile(field, name, "a name of at most 40 letters, digits, _ and -")
