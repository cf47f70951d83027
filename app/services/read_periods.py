"""The periods of the week as people read them."""

from datetime import datetime

import msgspec

from app.services.company import open_company
from app.services.company_map import Maps
from app.services.local_time import clock_text
from app.services.times_of_day import TimesOfDay
from app.storage.unit_of_work import Storage
from routing.network.road_network import ROAD_CLASSES
from routing.traffic.speed_profile import SpeedProfile
from routing.traffic.week import DAY_S, WEEKDAYS, Week


class PeriodView(msgspec.Struct, frozen=True):
    """One set of speeds; factors are of the map's speed, 0.5 takes twice as long."""

    weekdays: str
    name: str
    hours: list[tuple[str, str]]
    """From and until, on the clock."""
    factors: dict[str, float]
    """By class of road."""
    turn_time: float
    """Of the time that turns and signals take."""


class SpeedTableView(msgspec.Struct, frozen=True):
    """The uploaded speeds of single roads."""

    filename: str
    rows: int
    arcs: int
    """Arcs of the map that have speeds of their own."""
    imported_at: datetime
    imported_by: str


class PeriodsView(msgspec.Struct, frozen=True):
    """Speeds by time of day."""

    name: str
    source: str
    """What the numbers are worth."""
    weekdays: dict[str, list[str]]
    periods: list[PeriodView]
    speed_table: SpeedTableView | None


def read_periods(storage: Storage, maps: Maps, times: TimesOfDay, organisation_id: int) -> PeriodsView:
    """No periods where the settings name no profile."""
    profile = times.profile
    if profile is None:
        return PeriodsView(
            "", "the same speeds all day: the setting BEATPLAN_SPEED_PERIODS names no others", {}, [], None
        )
    company = open_company(storage, maps, organisation_id)
    own = times.engine(company).speeds.own
    with storage.reading(organisation_id) as work:
        table = work.speed_tables.current()
    uploaded = None
    if table is not None:
        arcs = int(own.arcs.size)
        uploaded = SpeedTableView(table.filename, table.row_count, arcs, table.created_at, table.created_by)
    return PeriodsView(profile.name, profile.source, _weekdays(profile.week), _periods(profile), uploaded)


def _weekdays(week: Week) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for day, name in enumerate(WEEKDAYS):
        found.setdefault(week.periods[week.period_at(day * DAY_S)].weekdays, []).append(name)
    return found


def _periods(profile: SpeedProfile) -> list[PeriodView]:
    hours = _hours(profile.week)
    return [
        PeriodView(
            period.weekdays,
            period.name,
            hours[i],
            dict(zip(ROAD_CLASSES, profile.factor[i].tolist(), strict=True)),
            float(profile.turn_time[i]),
        )
        for i, period in enumerate(profile.week.periods)
    ]


def _hours(week: Week) -> list[list[tuple[str, str]]]:
    """Of the first day of each class."""
    hours: list[list[tuple[str, str]]] = [[] for _ in week.periods]
    days = [WEEKDAYS.index(names[0]) for names in _weekdays(week).values()]
    for midnight_s in (day * DAY_S for day in days):
        spans = week.unrolled(midnight_s, midnight_s + DAY_S - 1)
        begins = [max(int(begin_s) - midnight_s, 0) for begin_s in spans.begin_s]
        for begin_s, end_s, period in zip(begins, [*begins[1:], DAY_S], spans.period.tolist(), strict=True):
            hours[period].append((clock_text(begin_s), clock_text(end_s)))
    return hours
