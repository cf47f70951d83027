"""Local dates and clock times, and the instants they are.

A day is the rep's local date; planning counts seconds since its local midnight as the clock on the wall shows them, and
what is stored is the UTC instant. On the two nights a year when clocks change the difference is a matter of the small
hours, when nobody visits.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.services.errors import InvalidInput

EARLIEST_DAY, LATEST_DAY = date(1970, 1, 1), date(2199, 12, 31)
"""Days that can be spoken of: far enough from the ends of the calendar that no time zone steps over them."""


def check_day(day: date, field: str) -> date:
    """`day` itself. Raises InvalidInput for one that nobody can mean."""
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise InvalidInput(f"{field} is {day}, but must lie from {EARLIEST_DAY} to {LATEST_DAY}", field=field)
    return day


def local_date(now: datetime, time_zone: str) -> date:
    """The date on the wall in `time_zone` at the instant `now`."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def instant(day: date, clock_s: int, time_zone: str) -> datetime:
    """The UTC instant of `clock_s` seconds after the local midnight of `day`, as clocks on the wall show it."""
    wall = datetime.combine(day, time(0)) + timedelta(seconds=clock_s)
    return wall.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def clock_text(clock_s: int) -> str:
    """Seconds since midnight as HH:MM."""
    return f"{clock_s // 3600:02d}:{clock_s % 3600 // 60:02d}"


def next_workday(day: date, workdays: tuple[int, ...]) -> date:
    """`day` itself if it is a working day (0 is Monday), else the next one that is."""
    for ahead in range(7):
        candidate = day + timedelta(days=ahead)
        if candidate.weekday() in workdays:
            return candidate
    return day


def moment_meant(moment: datetime, time_zone: str, field: str) -> datetime:
    """The instant of `moment`, which is what the clock on the wall in `time_zone` shows where it names no zone itself.

    Raises InvalidInput for one that nobody can mean.
    """
    check_day(moment.date(), field)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(time_zone))


def clock_of_week(moment: datetime, time_zone: str) -> int:
    """Seconds after monday 0:00 that the clock on the wall in `time_zone` shows at an instant."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return local.weekday() * 86_400 + local.hour * 3600 + local.minute * 60 + local.second
