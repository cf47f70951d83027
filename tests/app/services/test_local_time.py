from datetime import UTC, date, datetime

import pytest

from app.services.errors import InvalidInput
from app.services.local_time import check_day, clock_text, instant, local_date, next_workday


@pytest.mark.parametrize(
    ("day", "clock_s", "zone", "utc", "why"),
    [
        (date(2026, 7, 1), 30_600, "Europe/Berlin", "2026-07-01T06:30Z", "summer time"),
        (date(2026, 12, 1), 30_600, "Europe/Berlin", "2026-12-01T07:30Z", "winter time"),
        (date(2026, 3, 29), 36_000, "Europe/Berlin", "2026-03-29T08:00Z", "the day summer time begins"),
        (date(2026, 10, 25), 36_000, "Europe/Berlin", "2026-10-25T09:00Z", "the day it ends"),
        (date(2026, 11, 1), 36_000, "America/New_York", "2026-11-01T15:00Z", "the day it ends there"),
        (date(2026, 11, 1), 75_600, "America/New_York", "2026-11-02T02:00Z", "an evening is tomorrow in UTC"),
        (date(2026, 11, 1), 3_600, "Pacific/Auckland", "2026-10-31T12:00Z", "a morning is yesterday there"),
        (date(2026, 1, 1), 86_400, "Asia/Kolkata", "2026-01-01T18:30Z", "midnight at the end, a half hour"),
    ],
)
def test_clock_times_are_the_instants_that_the_wall_shows(day, clock_s, zone, utc, why):
    assert instant(day, clock_s, zone) == datetime.fromisoformat(utc), why


def test_a_local_date_may_differ_from_the_date_in_utc():
    now = datetime(2026, 11, 16, 23, 30, tzinfo=UTC)
    assert local_date(now, "Europe/Berlin") == date(2026, 11, 17)
    assert local_date(now, "America/New_York") == date(2026, 11, 16)


def test_clock_text_counts_to_midnight():
    assert [clock_text(s) for s in (0, 59, 32_400, 86_340, 86_400)] == ["00:00", "00:00", "09:00", "23:59", "24:00"]


def test_the_next_workday_is_today_where_today_is_one():
    friday = date(2026, 11, 20)
    assert next_workday(friday, (0, 1, 2, 3, 4)) == friday
    assert next_workday(date(2026, 11, 21), (0, 1, 2, 3, 4)) == date(2026, 11, 23)
    assert next_workday(friday, (3,)) == date(2026, 11, 26)
    assert next_workday(friday, ()) == friday


@pytest.mark.parametrize("day", [date.min, date(1969, 12, 31), date(2200, 1, 1), date.max])
def test_days_at_the_ends_of_the_calendar_are_refused(day):
    with pytest.raises(InvalidInput, match=r"from is .* must lie from 1970-01-01 to 2199-12-31"):
        check_day(day, "from")
