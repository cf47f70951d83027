# ruff: noqa: DTZ001 (workbooks hold times without a zone)
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tabular.dates import parse_date, parse_time_of_day


@pytest.mark.parametrize(
    ("cell", "day", "ambiguous"),
    [
        ("2026-03-01", date(2026, 3, 1), False),
        ("2026-03-01T10:00:00Z", date(2026, 3, 1), False),
        ("2026/3/1", date(2026, 3, 1), False),
        ("01.03.2026", date(2026, 3, 1), False),
        ("1.3.26", date(2026, 3, 1), False),
        ("13/03/2026", date(2026, 3, 13), False),
        ("03/13/2026", date(2026, 3, 13), False),
        ("04/03/2026", date(2026, 3, 4), True),
        ("03/03/2026", date(2026, 3, 3), False),
        (datetime(2026, 3, 1, 5), date(2026, 3, 1), False),
        (date(2026, 3, 1), date(2026, 3, 1), False),
        ("2026-02-30", None, False),
        ("0000-01-01", None, False),
        ("32.01.2026", None, False),
        ("yesterday", None, False),
        (46000, None, False),
        (None, None, False),
    ],
)
def test_dates(cell, day, ambiguous):
    assert parse_date(cell) == (day, ambiguous)


@given(st.dates(date(2000, 1, 1)))
def test_dates_come_back(day):
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y"):
        assert parse_date(day.strftime(form).zfill(10))[0] == day


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("08:30", 30600), ("8:30", 30600), ("8.30", 30600), ("8h30", 30600), ("8", 28800), ("5 pm", 61200),
        ("12:15 am", 900), ("12 PM", 43200), ("24:00", 86400), ("00:00:05", 5), (time(8, 30), 30600),
        (datetime(2026, 1, 1, 8, 30), 30600), (timedelta(hours=8), 28800), (0.5, 43200), (9, 32400), (9.0, 32400),
        ("24:01", None), ("8:60", None), ("25", None), ("13 pm", None), ("0 am", None), ("morning", None), ("", None),
        (True, None), (None, None), (-1, None), (25, None), (8.5, None), (date(2026, 1, 1), None),
        (timedelta(days=2), None), (float("nan"), None), (float("inf"), None),
    ],
)  # fmt: skip
def test_times_of_day(cell, seconds):
    assert parse_time_of_day(cell) == seconds
