import datetime

import pytest

from app.geocoding.geocoder import GeocodedPlace
from app.tabular.rep_rows import RepDefaults, read_rep_rows
from app.tabular.row_places import PlaceSources
from tests.helpers.spreadsheets import csv_bytes, xlsx_bytes

HEADER = ("id", "name", "home_lat", "home_lon")
HOME = ("r1", "Ana", "41.1", "-8.6")


def one(columns, values, **options):
    parsed = read_rep_rows(csv_bytes([*HEADER, *columns], [*HOME, *values]), "reps.csv", **options)
    return [(p.column, p.code) for p in parsed.problems], parsed.rows[0] if parsed.rows else None


def test_a_full_row():
    columns = ["Shift start", "Shift end", "Break start", "Break end", "Break minutes", "Max drive hours", "Skills",
               "Timezone", "E-Mail"]  # fmt: skip
    values = ["08:30", "16:30", "11:30", "13:30", "30", "4,5", "cooling, gas", "Europe/Lisbon", "ana@example.com"]
    problems, rep = one(columns, values, known_skills={"cooling", "gas"})
    assert problems == []
    assert (rep.id, rep.name, rep.lat, rep.lon) == ("r1", "Ana", 41.1, -8.6)
    assert (rep.shift_begin_s, rep.shift_end_s) == (30600, 59400)
    assert (rep.break_begin_s, rep.break_end_s, rep.break_s) == (41400, 48600, 1800)
    assert (rep.max_drive_s, rep.skills, rep.time_zone) == (16200, ("cooling", "gas"), "Europe/Lisbon")
    assert rep.email == "ana@example.com"


def test_defaults():
    problems, rep = one([], [], defaults=RepDefaults(time_zone="Atlantic/Reykjavik", break_s=2700))
    assert problems == []
    assert (rep.shift_begin_s, rep.shift_end_s, rep.break_s, rep.max_drive_s) == (30600, 61200, 2700, None)
    assert rep.time_zone == "Atlantic/Reykjavik"


@pytest.mark.parametrize("window", ["11:30-13:30", "11:30 – 13:30", "11.30 to 13.30", "11:30 and 13:30"])
def test_break_window_in_one_column(window):
    problems, rep = one(["break_window"], [window])
    assert problems == [] and (rep.break_begin_s, rep.break_end_s) == (41400, 48600)


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("08:00", "12:00", (41400, 43200, 1800)),  # 11:30 to 12:00 is left of the usual window
        ("08:00", "11:45", (41400, 42300, 0)),  # a quarter of an hour is left: none
        ("14:00", "18:00", (50400, 50400, 0)),
    ],
    ids=["cut", "too short", "afternoon"],
)
def test_the_usual_break_is_fitted_to_half_days(begin, end, expected):
    problems, rep = one(["shift_begin", "shift_end"], [begin, end])
    assert problems == [] and (rep.break_begin_s, rep.break_end_s, rep.break_s) == expected


@pytest.mark.parametrize(
    ("columns", "values", "problems"),
    [
        (["shift_begin"], ["early"], [("shift_begin", "bad_time")]),
        (["shift_begin", "shift_end"], ["17:00", "08:00"], [("shift_end", "out_of_range")]),
        (["break_window"], ["noon"], [("break_window", "bad_time")]),
        (["break_window", "break_minutes"], ["12:00-12:20", "30"], [("break_window", "out_of_range")]),
        (["break_begin", "break_end"], ["07:00", "09:00"], [("break_begin", "out_of_range")]),
        (["break_minutes"], ["-5"], [("break_minutes", "out_of_range")]),
        (["max_drive_hours"], ["25"], [("max_drive_hours", "out_of_range")]),
        (["max_drive_hours"], ["0"], [("max_drive_hours", "out_of_range")]),
        (["skills"], ["flying"], [("skills", "unknown_skill")]),
        (["tz"], ["Europe/Atlantis"], [("tz", "unknown_time_zone")]),
        (["tz"], ["../../etc/passwd"], [("tz", "unknown_time_zone")]),
    ],
)
def test_problems(columns, values, problems):
    assert one(columns, values, known_skills=["cooling"])[0] == problems


def test_workbook_times_and_home_address():
    class Directory:
        def geocode(self, address):
            return GeocodedPlace(-8.6, 41.1, "exact", str(address))

    rows = [["id", "home address", "shift begin", "shift end"], ["r1", "Rua A 5, Porto", datetime.time(8, 0), 0.75]]
    parsed = read_rep_rows(xlsx_bytes(*rows), "reps.xlsx", places=PlaceSources(Directory()))
    assert parsed.problems == ()
    rep = parsed.rows[0]
    assert (rep.lon, rep.geocoded, rep.shift_begin_s, rep.shift_end_s) == (-8.6, "exact", 28800, 64800)
