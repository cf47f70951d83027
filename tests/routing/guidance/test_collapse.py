"""What a driver takes for one turn is said once, and what goes without saying not at all."""

from pathlib import Path

import pytest

from routing.guidance.guide import Guide
from routing.guidance.steps import guide_leg
from tests.helpers.small_networks import network_from_edges
from tests.helpers.told import path_by, told, told_on


def street_with_offset(offset_m: float, names: dict[int, str]) -> list[str]:
    r"""A street that crosses another one with an offset:   0--1
    |
    2--3    4 above 1, 5 below 2
    """
    points = [(-120.0, 0.0), (0.0, 0.0), (0.0, -offset_m), (120.0, -offset_m), (0.0, 100.0), (0.0, -100.0 - offset_m)]
    edges = [(0, 1, False, 30.0), (1, 2, False, 30.0), (2, 3, False, 30.0), (1, 4, False, 30.0), (2, 5, False, 30.0)]
    cross = {1: "Cross", 3: "Cross", 4: "Cross"}
    return told(network_from_edges(points, edges, names=cross | names), (0, 1, 2, 3))


@pytest.mark.parametrize(
    ("offset_m", "names", "expected"),
    [
        (4.0, {0: "High", 2: "High"}, []),
        (4.0, {0: "High", 2: "Low"}, ["new name straight Low"]),
        (40.0, {0: "High", 2: "High"}, ["turn right Cross", "turn left High"]),
    ],
)
def test_staggered_crossing(offset_m: float, names: dict[int, str], expected: list[str]) -> None:
    assert street_with_offset(offset_m, names) == expected


@pytest.mark.parametrize(
    ("apart_m", "name", "expected"),
    [
        (12.0, "High", ["continue uturn High"]),
        (80.0, "High", ["turn left Gap", "turn left High"]),
        (12.0, "", ["turn left", "turn left"]),  # nothing says that the second one is the first one's other carriageway
        (59.0, "", ["turn left", "turn left"]),
    ],
)
def test_turning_round_on_a_divided_street(apart_m: float, name: str, expected: list[str]) -> None:
    r"""3 <-- 2 <-- 5
          |
    0 --> 1 --> 4
    """
    points = [(0.0, 0.0), (100.0, 0.0), (100.0, apart_m), (0.0, apart_m), (200.0, 0.0), (200.0, apart_m)]
    edges = [(0, 1, True, 50.0), (1, 4, True, 50.0), (5, 2, True, 50.0), (2, 3, True, 50.0), (1, 2, False, 50.0)]
    edges += [(3, 0, True, 50.0), (4, 5, True, 50.0)]
    names = {**dict.fromkeys(range(4), name), 4: "Gap" if apart_m > 60 else ""}
    assert told(network_from_edges(points, edges, names=names), (0, 1, 2, 3)) == expected


SLIP = """
    a-----b--c-----d
           \\\\ |
             e
             |
             f
"""


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ({"highway": "secondary_link", "name": "", "oneway": "yes"}, ["turn right cef"]),
        ({"highway": "secondary_link", "name": "", "oneway": "yes", "ref": "N 1"}, ["turn right cef"]),
        ({"highway": "secondary", "name": "Other", "oneway": "yes"}, ["turn right Other", "turn right cef"]),
    ],
)
def test_slip_road(tmp_path: Path, link: dict[str, str], expected: list[str]) -> None:
    ways = {"abcd": {"highway": "secondary"}, "be": link, "cef": {"highway": "secondary"}}
    assert told_on(tmp_path, SLIP, ways, "abef") == expected


@pytest.mark.parametrize(
    ("middle", "last", "expected"),
    [
        ({"name": "Bridge"}, {"name": "High"}, []),
        ({"name": "Bridge"}, {"name": "Low"}, ["new name straight Bridge", "new name straight Low"]),
        ({"name": ""}, {"name": "High"}, []),
        ({"name": "High (old N 14)"}, {"name": "High"}, []),
        ({"name": "Bridge", "ref": "N 1"}, {"name": "Low", "ref": "N 1"}, ["new name straight Bridge"]),
        ({"name": "", "ref": "N 1; N 2"}, {"name": "", "ref": "N 2"}, ["new name straight N 1; N 2"]),
    ],
)
def test_names_along_a_street(
    tmp_path: Path, middle: dict[str, str], last: dict[str, str], expected: list[str]
) -> None:
    ways = {"ab": {"name": "High"}, "bc": middle, "cd": last}
    assert told_on(tmp_path, "a-----b--------c------d", ways, "abcd") == expected


def test_a_name_just_behind_a_turn_belongs_to_it(tmp_path: Path) -> None:
    picture = """
        a--b--c
           e
           f
           |
           g
    """
    ways = {"abc": {}, "be": {"name": "Passage"}, "efg": {"name": "Long"}}
    assert told_on(tmp_path, picture, ways, "abefg") == ["turn right Long"]


def test_a_name_just_before_a_turn_is_left_out(tmp_path: Path) -> None:
    picture = """
        a-----bc--d
               |
               e
    """
    ways = {"ab": {"name": "Long"}, "bcd": {"name": "Short"}, "ce": {}}
    assert told_on(tmp_path, picture, ways, "abce") == ["turn right ce"]


def test_two_turns_round_one_corner_are_one() -> None:
    r"""0-----1------2
               \
          5-----3
                |
                4
    """
    points = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (113.0, -13.0), (113.0, -100.0), (20.0, -13.0)]
    edges = [(0, 1, False, 30.0), (1, 2, False, 30.0), (1, 3, False, 30.0), (3, 4, False, 30.0), (5, 3, False, 30.0)]
    names = {0: "High", 1: "High", 3: "Down", 4: "Side"}
    assert told(network_from_edges(points, edges, names=names), (0, 1, 3, 4)) == ["turn right Down"]
    apart = told(network_from_edges(points, edges, names={**names, 2: "Passage"}), (0, 1, 3, 4))
    assert apart == ["turn right Passage", "turn right Down"]


def test_a_summary_names_what_is_driven_longest(tmp_path: Path) -> None:
    points = [(0.0, 0.0), (100.0, 0.0), (400.0, 0.0), (450.0, 0.0), (1000.0, 0.0)]
    edges = [(i, i + 1, False, 50.0) for i in range(4)]
    network = network_from_edges(points, edges, names={0: "A", 1: "B", 2: "C"}, refs={3: "N 1"})
    guidance = guide_leg(Guide.of(network), path_by(network, (0, 1, 2, 3, 4)))
    assert guidance.drive.summary == "B, N 1"


def test_turns_at_the_very_ends_are_not_said() -> None:
    points = [(0.0, 0.0), (0.5, 0.0), (0.5, 100.0), (100.0, 0.0), (0.5, 100.6), (100.0, 100.0)]
    edges = [(0, 1, False, 30.0), (1, 2, False, 30.0), (1, 3, False, 30.0), (2, 4, False, 30.0), (2, 5, False, 30.0)]
    assert told(network_from_edges(points, edges, names={1: "Up", 3: "End"}), (0, 1, 2, 4)) == []
