from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.geocoding.geocoder import GeocodedPlace, GeocodingFailed
from app.tabular.account_rows import Known, read_account_rows
from app.tabular.problems import TableError
from app.tabular.row_places import PlaceSources
from app.tabular.table import TableLimits
from tests.helpers.spreadsheets import csv_bytes, xlsx_bytes

HEADER = ("id", "name", "lat", "lon")


def around_porto(lon, lat):
    """A road everywhere within a degree of Porto: 10 m away there, beyond reach elsewhere."""
    return np.where((np.abs(lon + 8.6) < 1) & (np.abs(lat - 41.1) < 1), 10.0, np.inf)


class Directory:
    """A geocoder that knows what it is told."""

    def __init__(self, **known):
        self.known = known
        self.asked = []

    def geocode(self, address):
        self.asked.append(str(address))
        answer = self.known.get(address.street or address.line)
        if isinstance(answer, Exception):
            raise answer
        return answer


def codes(parsed):
    return [(p.row, p.column, p.code) for p in parsed.problems]


def one(header, row, **options):
    """The problems (column, code) of a file with one row, and the row where it is good."""
    parsed = read_account_rows(csv_bytes(header, row), "a.csv", **options)
    return [(p.column, p.code) for p in parsed.problems], parsed.rows[0] if parsed.rows else None


def test_a_full_row():
    header = ["Account ID", "Customer", "Latitude (WGS84)", "Lng", "Street", "ZIP", "Town", "Type", "Revenue",
              "Frequency", "Service Minutes", "Skills", "Opening Hours", "Rep", "Last Visit", "Comment"]  # fmt: skip
    row = ["007", " Café\u200b  Central ", "41,15", "-8,61", "Rua A 5", "4050", "Porto", "cafe", "120.000,50 €", "2",
           "30", "b; A", "Mo-Fr 08:00-18:00", "r1", "01.03.2026", "ring twice\nback door\x07"]  # fmt: skip
    parsed = read_account_rows(
        csv_bytes(header, row, delimiter=";"), "a.csv", known=Known(["a", "B"], ["r1"], date(2026, 3, 2))
    )
    assert parsed.problems == () and parsed.warnings == () and parsed.row_count == 1
    (account,) = parsed.rows
    assert (account.row, account.id, account.name) == (2, "007", "Café Central")
    assert (account.lat, account.lon, account.geocoded) == (41.15, -8.61, None)
    assert str(account.address) == "Rua A 5, 4050 Porto"
    assert (account.category, account.potential) == ("cafe", 120000.5)
    assert (account.visits_per_period, account.service_minutes, account.skills) == (2, 30, ("B", "a"))
    assert account.windows[0] == ((28800, 64800),) and account.windows[6] == ()
    assert (account.locked_rep, account.last_visit) == ("r1", date(2026, 3, 1))
    assert account.notes == "ring twice\nback door"


def test_little_is_enough():
    problems, account = one(HEADER[:1] + HEADER[2:], ["a1", "41.1", "-8.6"])
    assert problems == []
    assert (account.name, account.potential, account.windows, account.skills) == ("a1", None, None, ())


def test_workbook_numbers_read_as_a_person_sees_them():
    import datetime

    moment = datetime.datetime(2026, 3, 1)  # noqa: DTZ001 (as a workbook holds it)
    data = xlsx_bytes(
        [*HEADER, "zip", "last visit"], [4711, "x", 41.1, -8.6, 4050.0, moment], [4712.0, "y", 41, -8, None]
    )
    parsed = read_account_rows(data, "a.xlsx")
    assert parsed.problems == ()
    assert [account.id for account in parsed.rows] == ["4711", "4712"]
    assert (parsed.rows[0].address.postcode, parsed.rows[0].last_visit) == ("4050", date(2026, 3, 1))


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("potential", "lots", "bad_number"),
        ("potential", "nan", "bad_number"),
        ("potential", "inf", "bad_number"),
        ("potential", "=1+1", "bad_number"),
        ("potential", "-1", "out_of_range"),
        ("potential", "1e13", "out_of_range"),
        ("visits", "101", "out_of_range"),
        ("service_minutes", "0", "out_of_range"),
        ("service_minutes", "481", "out_of_range"),
        ("skills", "cooling;welding", "unknown_skill"),
        ("opening_hours", "whenever", "bad_opening_hours"),
        ("opening_hours", "off", "bad_opening_hours"),
        ("last_visit", "2026-02-30", "bad_date"),
        ("last_visit", "2026-03-03", "out_of_range"),
        ("rep", "r9", "unknown_rep"),
        ("notes", "x" * 2001, "too_long"),
    ],
)
def test_each_problem_names_row_column_and_value(column, value, code):
    known = Known(["cooling"], ["r1"], date(2026, 3, 2))
    parsed = read_account_rows(csv_bytes([*HEADER, column], ["a", "x", "41.1", "-8.6", value]), "a.csv", known=known)
    assert codes(parsed) == [(2, column, code)]
    assert parsed.rows == ()
    assert parsed.problems[0].value.startswith(value[:7].rstrip("…")) or code == "unknown_skill"


@pytest.mark.parametrize(
    ("lat", "lon", "problems"),
    [
        ("", "-8.6", [("lat", "missing_value")]),
        ("41.1", "", [("lon", "missing_value")]),
        ("", "", [("lat", "missing_value")]),
        ("north", "-8.6", [("lat", "bad_number")]),
        ("91", "-8.6", [("lat", "out_of_range")]),
        ("41.1", "181", [("lon", "out_of_range")]),
        ("NaN", "inf", [("lat", "bad_number"), ("lon", "bad_number")]),
        ("48.1", "11.5", [("lat", "coordinate_outside_network")]),
    ],
)
def test_coordinates(lat, lon, problems):
    found, _ = one(HEADER, ["a", "x", lat, lon], places=PlaceSources(road_distance=around_porto))
    assert found == problems


def test_swapped_coordinates_are_suspected():
    parsed = read_account_rows(
        csv_bytes(HEADER, ["a", "x", "-8.6", "41.1"], ["b", "x", "0", "0"], ["c", "x", "5", "179"]),
        "a.csv",
        places=PlaceSources(road_distance=around_porto, max_road_m=300),
    )
    swapped, far, farther = (p.message for p in parsed.problems)
    nowhere = "no road that is connected to the rest of the network within 300 m"
    assert swapped == f"{nowhere}; are latitude and longitude swapped?"
    assert far == farther == nowhere


def test_a_row_tells_all_that_is_wrong():
    found, _ = one([*HEADER, "potential", "last_visit"], ["", "x", "north", "-8.6", "lots", "soon"])
    assert found == [
        ("id", "missing_value"),
        ("lat", "bad_number"),
        ("potential", "bad_number"),
        ("last_visit", "bad_date"),
    ]


def test_duplicates_name_the_first_row_and_keep_it():
    parsed = read_account_rows(csv_bytes(HEADER, *[[i, "x", "41.1", "-8.6"] for i in ("a", "b", "a", "a")]), "a.csv")
    assert codes(parsed) == [(4, "id", "duplicate_id"), (5, "id", "duplicate_id")]
    assert parsed.problems[0].message == "id 'a' already stands in row 2"
    assert [account.id for account in parsed.rows] == ["a", "b"]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["name", "lat", "lon"], ["id"]),
        (["id", "lat"], ["lon"]),
        (["id", "name"], ["lat", "lon"]),
        (["foo"], ["id", "lat", "lon"]),
        (["name", "address"], ["id"]),
    ],
)
def test_missing_columns_are_said_once(header, columns):
    parsed = read_account_rows(csv_bytes(header, ["1"], ["2"]), "a.csv")
    assert codes(parsed) == [(1, column, "missing_column") for column in columns]
    assert parsed.rows == () and parsed.row_count == 2


def test_unknown_and_doubled_columns_are_warned_of():
    parsed = read_account_rows(
        csv_bytes(["code", "id", "lat", "lon", "colour"], ["c", "i", "41", "-8", "red"]), "a.csv"
    )
    assert parsed.rows[0].id == "i", "a field's own name wins over a synonym"
    assert [(w.column, w.code) for w in parsed.warnings] == [("code", "duplicate_column"), ("colour", "unknown_column")]


def test_addresses_are_looked_up_once_each_and_only_where_needed():
    place = GeocodedPlace(-8.61, 41.15, "interpolated", "Rua A 7")
    directory = Directory(**{"Rua A 5": place, "Rua Far": GeocodedPlace(10, 50, "street", "Far")})
    data = csv_bytes(
        ["id", "street", "city", "lat", "lon"],
        ["a", "Rua A 5", "Porto", "", ""],
        ["b", "rua a 5", "PORTO", "", ""],
        ["c", "Rua B", "Porto", "", ""],
        ["d", "Rua A 5", "Porto", "41.2", "-8.5"],
        ["e", "Rua Far", "Porto", "", ""],
    )
    parsed = read_account_rows(data, "a.csv", places=PlaceSources(directory, around_porto))
    assert directory.asked == ["Rua A 5, Porto", "Rua B, Porto", "Rua Far, Porto"]
    assert codes(parsed) == [(4, "address", "not_geocoded"), (6, "lat", "coordinate_outside_network")]
    assert [(a.id, a.lon, a.geocoded) for a in parsed.rows] == [
        ("a", -8.61, "interpolated"),
        ("b", -8.61, "interpolated"),
        ("d", -8.5, None),
    ]


def test_a_geocoder_that_is_down_does_not_hold_the_import():
    directory = Directory(**{f"s{i}": GeocodingFailed("no answer in time") for i in range(10)})
    parsed = read_account_rows(
        csv_bytes(["id", "street"], *[[i, f"s{i}"] for i in range(10)]), "a.csv", places=PlaceSources(directory)
    )
    assert len(directory.asked) == 3
    assert {p.code for p in parsed.problems} == {"not_geocoded"} and len(parsed.problems) == 10
    assert parsed.problems[0].message == "no answer in time"
    assert parsed.problems[9].message == "not asked after 3 failures in a row"


def test_without_a_geocoder_an_address_is_a_problem():
    found, _ = one(["id", "address"], ["a", "Rua A 5, Porto"])
    assert found == [("address", "not_geocoded")]


def test_ambiguous_dates_are_warned_of():
    parsed = read_account_rows(csv_bytes([*HEADER, "last_visit"], ["a", "x", "41", "-8", "04/03/2026"]), "a.csv")
    assert parsed.rows[0].last_visit == date(2026, 3, 4)
    assert [(w.row, w.code) for w in parsed.warnings] == [(2, "ambiguous_date")]


def test_an_unclosed_quote_keeps_its_row_out():
    data = b'id,name,lat,lon,notes\na,x,41,-8,fine\nb,x,41,-8,"oh\nc,x,41,-8,lost\n'
    parsed = read_account_rows(data, "a.csv")
    assert [a.id for a in parsed.rows] == ["a"]
    assert codes(parsed) == [(3, "id", "unclosed_quote")]


def test_limits_are_kept():
    data = csv_bytes(HEADER, *[[i, "x", "41", "-8"] for i in range(5)])
    parsed = read_account_rows(data, "a.csv", TableLimits(max_rows=3))
    assert len(parsed.rows) == 3 and codes(parsed) == [(5, None, "too_many_rows")]


cell = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["", "41.1", "-8.6", "nan", "a", "Mo-Fr 08:00-10:00", "2026-01-01", "=1", "1e999", '"', "\n", "\x00"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(cell, min_size=1, max_size=12), max_size=6), st.booleans())
def test_bad_data_never_raises_and_good_rows_are_good(rows, workbook):
    header = ["id", "name", "lat", "lon", "street", "potential", "visits", "service_minutes", "skills", "opening_hours",
              "rep", "last_visit"]  # fmt: skip
    try:
        if workbook:
            rows = [[c.replace("\x00", "") for c in row] for row in rows]
            rows = [["".join(x for x in c if x.isprintable()) for c in row] for row in rows]
            data = xlsx_bytes(header, *rows)
        else:
            data = csv_bytes(header, *rows, encoding="utf-8")
    except UnicodeEncodeError:
        return  # lone surrogates cannot be written
    try:
        parsed = read_account_rows(data, "fuzz", known=Known(["a"], ["a"], date(2026, 1, 1)))
    except TableError:
        return
    bad = {p.row for p in parsed.problems}
    assert len(parsed.rows) + len(bad) == parsed.row_count, (rows, parsed)
    for account in parsed.rows:
        assert account.row not in bad
        assert np.isfinite([account.lat, account.lon]).all()
        assert account.id and account.name
        assert not any(ord(c) < 32 for c in account.id + account.name + account.category)
