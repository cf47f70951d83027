import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tabular.numbers import decimal_mark, parse_coordinate, parse_number


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("12", 12, 12),
        ("-12.5", -12.5, -12.5),
        ("12,5", 12.5, 12.5),
        ("1,234", 1234, 1.234),
        ("1.234", 1.234, 1234),
        ("1,234.5", 1234.5, 1234.5),
        ("1.234,5", 1234.5, 1234.5),
        ("1.234.567", 1234567, 1234567),
        ("1,234,567", 1234567, 1234567),
        ("120 000", 120000, 120000),
        ("120\u202f000,50 €", 120000.5, 120000.5),
        ("120'000", 120000, 120000),
        ("$1,200", 1200, 1.2),
        ("1e5", 1e5, 1e5),
        ("−3", -3, -3),
        (".5", 0.5, 0.5),
    ],
)
def test_numbers_as_people_write_them(text, point, comma):
    assert (parse_number(text, "."), parse_number(text, ",")) == (point, comma)


@pytest.mark.parametrize(
    "cell",
    ["nan", "NaN", "inf", "-Infinity", "1e999", "1_000", "0x10", "=1+1", "abc", "1,2,3", "12,34.5.6", "--1", "", "٤٨",
     math.nan, math.inf, True, 10**400, None, "1" * 400],
)  # fmt: skip
def test_what_is_no_number(cell):
    assert parse_number(cell) is None
    assert parse_coordinate(cell) is None


@pytest.mark.parametrize(("text", "degrees"), [("48,137", 48.137), ("48.137", 48.137), ("-8,6°", -8.6), ("11", 11)])
def test_coordinates_have_no_thousands(text, degrees):
    assert parse_coordinate(text) == degrees


def test_decimal_mark_of_a_file():
    assert decimal_mark(["12,5", "1.000"], []) == ","
    assert decimal_mark(["12.5", "1,000"], []) == "."
    assert decimal_mark(["1,000"], ["48,137"]) == ",", "coordinates decide"
    assert decimal_mark(["1,000"], ["48.137"]) == "."
    assert decimal_mark(["1.234,50", None, 7], []) == ","
    assert decimal_mark(["1,000"], []) == "."


@given(st.integers(-(10**12), 10**12), st.integers(0, 2), st.sampled_from(".,"), st.booleans())
def test_written_numbers_come_back(whole, decimals, mark, grouped):
    value = whole / 10**decimals
    text = f"{value:,.{decimals}f}" if grouped else f"{value:.{decimals}f}"
    if mark == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert parse_number(text, mark) == pytest.approx(value), text


@given(st.floats(-180, 180))
def test_written_coordinates_come_back(degrees):
    for text in (f"{degrees:.6f}", f"{degrees:.6f}".replace(".", ",")):
        assert parse_coordinate(text) == pytest.approx(degrees, abs=1e-6)
