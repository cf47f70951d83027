"""Small drawn maps, each for one thing that is said, or not."""

import math
from pathlib import Path

import numpy as np
import pytest

from routing.arrays import frozen
from routing.earth import METRES_PER_E7
from routing.guidance.bearing_kernels import fill_bearings
from tests.helpers.osm_drawing import Tags
from tests.helpers.small_networks import network_from_edges
from tests.helpers.told import told, told_on

ONE_WAY = {"oneway": "yes"}
LINK = {"highway": "motorway_link", "name": "", **ONE_WAY}

CROSSING = """
       b
       |
    a--c--d
       |
       e
"""
SKEW = """
    i  b  j
     \\ | /
    a--c--d
     / | \\
    g  e  h
"""
TEE = """
    b--c--d
       |
       |
       e
"""
WYE = """
    b   d
     \\ /
      |
      c
      |
      e
"""


@pytest.mark.parametrize(
    ("ways", "letters", "expected"),
    [
        ({"acd": {}, "bce": {}}, "acd", []),
        ({"ac": {}, "cd": {}, "bce": {}}, "acd", ["new name straight cd"]),
        ({"ac": {}, "cd": {"name": ""}, "bce": {}}, "acd", []),
        ({"ac": {"name": ""}, "cd": {}, "bce": {}}, "acd", ["new name straight cd"]),
        ({"acd": {}, "bce": {}}, "ace", ["turn right bce"]),
        ({"acd": {}, "bce": {}}, "acb", ["turn left bce"]),
        ({"ace": {}, "bcd": {}}, "ace", ["continue right ace"]),
        ({"acd": {}, "bc": {"highway": "service"}, "ce": {"highway": "service"}}, "acd", []),
        ({"acd": {}, "bc": {"highway": "service"}, "ce": {"highway": "service"}}, "acb", ["turn left bc"]),
    ],
)
def test_crossing(tmp_path: Path, ways: dict[str, Tags], letters: str, expected: list[str]) -> None:
    assert told_on(tmp_path, CROSSING, ways, letters, scale=2) == expected


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("b", "turn left bce"),
        ("d", None),
        ("e", "turn right bce"),
        ("g", "turn sharp right gcj"),
        ("h", "turn right ich"),
        ("i", "turn sharp left ich"),
        ("j", "turn left gcj"),
    ],
)
def test_directions(tmp_path: Path, to: str, expected: str | None) -> None:
    found = told_on(tmp_path, SKEW, {"acd": {}, "bce": {}, "gcj": {}, "ich": {}}, f"ac{to}")
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("ways", "letters", "expected"),
    [
        ({"bcd": {}, "ec": {}}, "ecd", ["turn right bcd"]),
        ({"bcd": {}, "ec": {}}, "ecb", ["turn left bcd"]),
        ({"bcd": {}, "ec": {}}, "bcd", []),
        ({"bcd": {}, "ec": {}}, "bce", ["turn right ec"]),
        ({"bce": {}, "cd": {}}, "ecb", ["turn left bce"]),
        ({"bce": {}, "cd": {}}, "bcd", ["new name straight cd"]),
        ({"bce": {"highway": "primary"}, "cd": {"highway": "service"}}, "ecb", ["continue left bce"]),
        # only one way to go: a corner is a turn nevertheless, a bend of the street itself is none
        ({"ec": {}, "cd": {}, "bc": ONE_WAY, "bdeb": {}}, "ecd", ["turn right cd"]),
        ({"ecd": {}, "bc": ONE_WAY, "bdeb": {}}, "ecd", []),
    ],
)
def test_end_of_road(tmp_path: Path, ways: dict[str, Tags], letters: str, expected: list[str]) -> None:
    assert told_on(tmp_path, TEE, ways, letters, scale=2) == expected


@pytest.mark.parametrize(
    ("ways", "letters", "expected"),
    [
        ({"ec": {}, "cb": {}, "cd": {}}, "ecb", ["fork slight left cb"]),
        ({"ec": {}, "cb": {}, "cd": {}}, "ecd", ["fork slight right cd"]),
        ({"ecb": {}, "cd": {}}, "ecb", ["fork slight left ecb"]),
        ({"ecb": {"highway": "primary"}, "cd": {"highway": "residential"}}, "ecb", []),
        ({"ecb": {"highway": "primary"}, "cd": {"highway": "residential"}}, "ecd", ["turn slight right cd"]),
        ({"ecb": {}, "cd": {"highway": "service"}}, "ecb", []),
    ],
)
def test_fork(tmp_path: Path, ways: dict[str, Tags], letters: str, expected: list[str]) -> None:
    assert told_on(tmp_path, WYE, ways, letters) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (-20, 20, "fork slight right R"),
        (-20, 30, "fork slight right R"),
        (-10, 30, "turn slight right R"),  # the left one is the road that goes on
        (-50, 50, "turn right R"),
    ],
)
def test_which_streets_fork(left: int, right: int, expected: str) -> None:
    points = [(0.0, -100.0), (0.0, 0.0)]
    points += [(100 * math.sin(math.radians(angle)), 100 * math.cos(math.radians(angle))) for angle in (left, right)]
    edges = [(0, 1, False, 30.0), (1, 2, False, 30.0), (1, 3, False, 30.0)]
    assert told(network_from_edges(points, edges, names={0: "A", 1: "L", 2: "R"}), (0, 1, 3)) == [expected]


@pytest.mark.parametrize(("look_m", "expected"), [(2.0, 0), (10.0, 45)])
def test_a_look_along_a_road(look_m: float, expected: int) -> None:
    """5 m north, then 5 m east: farther ahead the road leads north-east."""
    e7 = round(5 / METRES_PER_E7)
    lon, lat = frozen(np.array([0, 0, e7], np.int32)), frozen(np.array([0, e7, e7], np.int32))
    first, junction = frozen(np.array([0, 3], np.int32)), frozen(np.array([0, 1], np.int32))
    arm_first, bearing = frozen(np.array([0, 1, 2], np.int32)), np.zeros(2, np.int16)
    fill_bearings(first, lon, lat, junction, arm_first, junction, frozen(np.array([look_m])), bearing)
    assert bearing[0] == expected


@pytest.mark.parametrize(("to", "side"), [("b", "slight left"), ("f", "straight"), ("d", "slight right")])
def test_a_fork_of_three(tmp_path: Path, to: str, side: str) -> None:
    picture = """
        b f d
         \\|/
          |
          c
          |
          e
    """
    ways = {"ec": {}, "cb": {}, "cf": {}, "cd": {}}
    assert told_on(tmp_path, picture, ways, f"ec{to}") == [f"fork {side} c{to}"]


def test_a_road_that_becomes_a_link_leads_onto_the_motorway(tmp_path: Path) -> None:
    #  no junction is needed: a--b a street, b--c a link
    picture, link = "a--b--c--d", {"highway": "motorway_link", "oneway": "no"}
    for street, told_there in (({}, ["on ramp straight x"]), (link, []), ({"highway": "motorway", "oneway": "no"}, [])):
        ways = {"ab": {**street, "name": "x"}, "bcd": {**link, "name": "x"}}
        assert told_on(tmp_path, picture, ways, "abd", scale=2) == told_there, street


def test_the_end_of_a_road_is_one_where_a_junction_was_passed_on_it(tmp_path: Path) -> None:
    #  f  g  c
    #  a--b--e      into c-d from a past g, and from b
    #        d
    picture = "f--g--c\n|  |  |\na--b--e\n      |\n      d"
    ways = {"abe": {}, "bg": {}, "ced": {}, "fa": {}}
    assert told_on(tmp_path, picture, ways, "abed") == ["end of road right ced"]
    assert told_on(tmp_path, picture, ways, "gbed") == ["turn left abe", "turn right ced"]
    assert told_on(tmp_path, picture, ways, "bed") == ["turn right ced"]


def test_a_bend_without_a_choice_is_no_turn(tmp_path: Path) -> None:
    picture = "a--b\n   |\n   c"
    assert told_on(tmp_path, picture, {"ab": {}, "bc": {}}, "abc", scale=2) == ["new name right bc"]
    assert told_on(tmp_path, picture, {"ab": {}, "bc": {}}, "abc") == [], "bc ends after 60 m"
    assert told_on(tmp_path, picture, {"ab": {"name": "x"}, "bc": {"name": "x"}}, "abc", scale=2) == []


def test_turning_round_at_the_end_of_a_street(tmp_path: Path) -> None:
    assert told_on(tmp_path, "a--b--c\n   |\n   d", {"abc": {}, "bd": {}}, "abdba") == [
        "turn right bd",
        "continue uturn bd",
        "turn left abc",
    ]


def test_ferry(tmp_path: Path) -> None:
    ways = {"ab": {}, "bc": {"route": "ferry", "name": "Boat"}, "cd": {}, "be": {}}
    assert told_on(tmp_path, "a--b--c--d\n   |\n   e", ways, "abcd") == [
        "notification straight Boat",
        "notification straight cd",
    ]


MOTORWAY = """
    a-----b---------------d-----e
           \\             /
            ----f---g----
                |   |
                h   i
"""
MOTORWAY_WAYS: dict[str, Tags] = {
    "abde": {"highway": "motorway", "ref": "A 1", "name": ""},
    "bf": {**LINK, "destination": "Porto"},
    "gd": LINK,
    "fh": {},
    "gi": {},
    "fg": {},
    "eihae": {"highway": "residential"},  # round the back, so that one can drive there again
}


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("abde", []),
        ("abfh", ["off ramp slight right", "turn right fh"]),
        ("fgde", ["on ramp slight left", "merge slight left A 1"]),
        ("igde", ["on ramp right", "merge slight left A 1"]),
    ],
)
def test_motorway_exit_and_entry(tmp_path: Path, letters: str, expected: list[str]) -> None:
    assert told_on(tmp_path, MOTORWAY, MOTORWAY_WAYS, letters) == expected


PARTING = """
    a----b-------c
          ---\\
              d
"""


@pytest.mark.parametrize(
    ("from_kind", "left", "right", "letters", "expected"),
    [
        ("motorway", "motorway", "motorway", "abc", "fork slight left bc"),
        ("motorway", "motorway", "motorway", "abd", "fork slight right bd"),
        ("motorway_link", "motorway_link", "motorway_link", "abc", "fork slight left bc"),
        ("motorway_link", "motorway_link", "motorway_link", "abd", "fork slight right bd"),
        ("motorway", "motorway_link", "motorway_link", "abd", "fork slight right bd"),
        ("motorway", "motorway", "motorway_link", "abc", "new name straight bc"),
        ("motorway", "motorway", "motorway_link", "abd", "off ramp slight right bd"),
        ("primary", "primary", "motorway_link", "abd", "on ramp slight right bd"),
        ("primary", "primary", "primary_link", "abc", "new name straight bc"),
        ("primary", "primary", "residential", "abd", "turn slight right bd"),
    ],
)
def test_parting(tmp_path: Path, from_kind: str, left: str, right: str, letters: str, expected: str) -> None:
    ways = {"ab": {"highway": from_kind, **ONE_WAY}, "bc": {"highway": left, **ONE_WAY}}
    ways |= {"bd": {"highway": right, **ONE_WAY}, "cda": {"highway": "residential"}}
    assert told_on(tmp_path, PARTING, ways, letters) == [expected]


def test_two_motorways_become_one(tmp_path: Path) -> None:
    picture = """
        a----------b-----c
           d---/
    """
    one, other = ({"highway": "motorway", "ref": ref, "name": ""} for ref in ("A 1", "A 2"))
    ways = {"abc": one, "db": other, "cda": {}}
    assert told_on(tmp_path, picture, ways, "dbc") == ["merge slight left A 1"]
    assert told_on(tmp_path, picture, ways, "abc") == []


def test_joining_a_street_by_a_link_without_a_name_change(tmp_path: Path) -> None:
    picture = """
        a----------b-----c
           d---/
    """
    street = {"highway": "primary", "name": "Ring", **ONE_WAY}
    link = {"highway": "primary_link", "name": "", **ONE_WAY}
    assert told_on(tmp_path, picture, {"abc": street, "db": link, "cda": {}}, "dbc") == ["turn straight Ring"]
    assert told_on(tmp_path, picture, {"abc": street, "db": {**link, "name": "Ring"}, "cda": {}}, "dbc") == []
