from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from app.tabular.opening_hours import ORDINARY_MONDAY, open_hours, weekly_windows


def h(*hours):
    return tuple((round(begin * 3600), round(end * 3600)) for begin, end in hours)


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("24/7", [h((0, 24))] * 7),
        ("Mo-Fr 08:00-12:00,13:00-18:00", [h((8, 12), (13, 18))] * 5 + [()] * 2),
        ("Mo-Fr 08:00-18:00; Sa 09:00-13:30; PH off", [h((8, 18))] * 5 + [h((9, 13.5)), ()]),
        ("Mo-Su,PH 10:00-22:00", [h((10, 22))] * 7),
        ("Fr-Sa 22:00-03:00", [()] * 4 + [h((22, 24)), h((0, 3), (22, 24)), h((0, 3))]),
        ("Su 20:00-02:00", [h((0, 2))] + [()] * 5 + [h((20, 24))]),
        ("Mo 08:00-10:00; Mo off", [()] * 7),
        ("PH 10:00-12:00", [()] * 7),
        ("Mo – Fr 8:00 – 17:00", [h((8, 17))] * 5 + [()] * 2),
        ("Mo-Fr: 08:00-17:00", [h((8, 17))] * 5 + [()] * 2),
        ("Mon-Fri 08:00-17:00, Saturday 9:00-12:00", [h((8, 17))] * 5 + [h((9, 12)), ()]),
        ("Mo-Fr 08:00-17:00,Sa 09:00-12:00", [h((8, 17))] * 5 + [h((9, 12)), ()]),
        ("Mo-Fr:08:00-12:00,13:00-17:00 Sa 09:00-12:00", [h((8, 12), (13, 17))] * 5 + [h((9, 12)), ()]),
        ("Mo-Fr 09:00-17:00 unknown", [h((9, 17))] * 5 + [()] * 2),
        ("Mo 09:00-12:00; Mo 12:00-17:00 unknown", [h((12, 17))] + [()] * 6),
        ("Jun Mo 09:00-12:00", [h((9, 12))] + [()] * 6),
        ("Dec Mo 09:00-12:00", [()] * 7),
    ],
)
def test_weeks(text, week):
    assert weekly_windows(text) == tuple(week)


@pytest.mark.parametrize("text", ["", "rubbish", "8-17", "Mo-Fr 25:99", "\x00", "always", "Mo-Fr 9am-5pm", "=1+1", "("])
def test_what_is_no_opening_hours(text):
    assert weekly_windows(text) is None


DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ranges = st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30]), st.integers(1, 20)).map(
    lambda r: f"{r[0]:02d}:{r[1]:02d}-{(r[0] + r[2]) % 24:02d}:{r[1]:02d}"
)
rules = st.lists(
    st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS), st.lists(ranges, min_size=1, max_size=3)),
    min_size=1,
    max_size=4,
).map(lambda parts: "; ".join(f"{a}-{b} {','.join(times)}" for a, b, times in parts))


@given(rules)
def test_windows_are_open_exactly_when_the_library_says_so(text):
    """Twin: ask for the state every quarter of an hour."""
    windows = weekly_windows(text)
    parsed = OpeningHours(text)
    monday = datetime.combine(ORDINARY_MONDAY, datetime.min.time())
    for quarter in range(7 * 96):
        day, second = divmod(quarter * 900, 86_400)
        inside = any(begin <= second < end for begin, end in windows[day])
        assert inside == parsed.is_open(monday + timedelta(seconds=quarter * 900)), (text, day, second)
    for day in windows:
        assert all(0 <= begin < end <= 86_400 for begin, end in day)
        assert all(first[1] < second[0] for first, second in pairwise(day)), (text, day)


def test_open_hours():
    assert open_hours(weekly_windows("Mo-Fr 08:00-12:00,13:00-18:00; Sa 09:00-12:30")) == 48.5
