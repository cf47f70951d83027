import math

import pytest

from routing.traffic.errors import SpeedTableUnreadable
from routing.traffic.profile_file import make_profile
from routing.traffic.speed_table import KMH_PER_MPH, read_speed_table

WEEK = make_profile({"periods": {"all": {"peak": "07:00", "rest": "09:00"}, "sunday": {"rest": "00:00"}}}).week


def read(text: str, most_rows: int = 100):
    return read_speed_table(text.encode(), WEEK, most_rows)


def test_osrm_files_are_read_as_they_are():
    found = read("50267,27780,32,30.3\n25296,25295,24\n\n34491,34494,3,\n2837,23844,0,,junk\n")
    assert not found.problems and found.row_count == 4
    rows = found.rows
    assert rows.line.tolist() == [1, 2, 4, 5]
    assert rows.from_node.tolist() == [50267, 25296, 34491, 2837]
    assert rows.to_node.tolist() == [27780, 25295, 34494, 23844]
    assert rows.speed_kmh[:3].tolist() == [32, 24, 3] and math.isnan(rows.speed_kmh[3])
    assert rows.closed.tolist() == [False, False, False, True], "0 closes"
    assert rows.periods[rows.when].all(), "in all periods"


def test_columns_by_name_in_any_order():
    found = read(
        "\ufeffPeriod;weekdays;osm_way;direction;speed_mph;factor;closed;from osm node;to_osm_id\n"
        "peak;workday;7;forward;30;;;;\n"
        "peak|rest;saturday | sunday;7;;;0.5;no;;\n"
        ";;;;;;yes;1;2\n"
        "all;sunday;8;backward;0;;;;\n"
    )
    assert not found.problems
    rows = found.rows
    assert rows.way.tolist() == [7, 7, -1, 8]
    assert rows.direction.tolist() == [1, 0, 1, -1]
    assert rows.speed_kmh[0] == pytest.approx(30 * KMH_PER_MPH) and rows.factor[1] == 0.5
    assert rows.closed.tolist() == [False, False, True, True]
    names = [
        {tuple(period) for period, holds in zip(WEEK.periods, rows.periods[when], strict=True) if holds}
        for when in rows.when
    ]
    assert names[0] == {("workday", "peak")}
    assert names[1] == {("saturday", "peak"), ("saturday", "rest"), ("sunday", "rest")}
    assert len(names[2]) == 5 and names[3] == {("sunday", "rest")}


@pytest.mark.parametrize(
    ("row", "field", "limit"),
    [
        ("1,,,50,,", "to_osm_node", "whole number"),
        (",,,50,,", "osm_way", "given"),
        ("1,2,3,50,,", "osm_way", "not both"),
        ("1.5,2,,50,,", "from_osm_node", "whole number"),
        ("0,2,,50,,", "from_osm_node", "from 1"),
        (f"{2**63},2,,50,,", "from_osm_node", "whole number"),
        ("1,2,,,,", "the row", "one of"),
        ("1,2,,50,0.5,", "the row", "one of"),
        ("1,2,,301,,", "speed_kmh", "0.1 to 300"),
        ("1,2,,-5,,", "speed_kmh", "0.1 to 300"),
        ("1,2,,nan,,", "speed_kmh", "0.1 to 300"),
        ("1,2,,fast,,", "speed_kmh", "0.1 to 300"),
        ("1,2,,,0,", "factor", "0.01 to 10"),
        ("1,2,,,11,", "factor", "0.01 to 10"),
        ("1,2,,50,,rush", "period", "peak, rest"),
        ("1,2,,50", "the row", "6 cells"),
    ],
)
def test_each_bad_row_names_line_field_and_limit(row, field, limit):
    found = read(f"from_osm_node,to_osm_node,osm_way,speed_kmh,factor,period\n1,2,,50,,peak\n{row}\n5,6,,50,,\n")
    assert found.rows.line.tolist() == [2, 4], "the others are taken"
    (problem,) = found.problems
    assert (problem.line, problem.field) == (3, field)
    assert limit in problem.limit and "line 3" in str(problem)


def test_a_period_that_no_such_day_has_is_a_problem():
    (problem,) = read("osm_way,factor,period,weekdays\n1,0.5,peak,sunday\n").problems
    assert problem.field == "period"
    (problem,) = read("osm_way,factor,closed\n1,,perhaps\n").problems
    assert problem.field == "closed"
    (problem,) = read("osm_way,factor,direction\n1,2,up\n").problems
    assert problem.field == "direction"


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", 1, "empty"),
        (b"\n\n", 1, "empty"),
        (b"1,2,3\n4,5,\xff6\n", 2, "UTF-8"),
        (b"from_osm_node,colour\n", 1, "colour"),
        (b"factor,factor\n", 1, "2 times"),
        (b"1,2,3\n" * 101, 101, "more than 100 rows"),
        (b'1,2,3\n1,2,"' + b"x" * 200_000, 2, "field larger"),
    ],
)
def test_files_that_cannot_be_read_say_where(data, line, reason):
    with pytest.raises(SpeedTableUnreadable, match=reason) as caught:
        read_speed_table(data, WEEK, 100)
    assert caught.value.line == line
