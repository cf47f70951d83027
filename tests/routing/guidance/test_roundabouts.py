"""Exits counted on drawn roundabouts, and what they are called."""

from pathlib import Path

import pytest

from routing.guidance.guide import Guide
from routing.guidance.steps import guide_leg
from routing.network.car_profile import CarProfile
from routing.network.road_network import LEFT_HAND, ROUNDABOUT, RoadNetwork
from tests.helpers.osm_drawing import Tags
from tests.helpers.small_networks import network_from_edges
from tests.helpers.told import path_by, told, told_on

RING = """
          b
          |
       e--f--g
       |     |
    a--h     i--c
       |     |
       l--k--j
          |
          d
"""
RING_WAYS: dict[str, Tags] = {
    "hlkjigfeh": {"junction": "roundabout", "name": ""},
    **{way: {} for way in ("ah", "bf", "ic", "kd")},
}
CLOCKWISE: dict[str, Tags] = {
    "hefgijklh": {"junction": "roundabout", "name": ""},
    **{way: {} for way in ("ah", "bf", "ic", "kd")},
}


@pytest.mark.parametrize(
    ("letters", "road", "number"),
    [("ahkd", "kd", 1), ("ahkic", "ic", 2), ("ahkifb", "bf", 3), ("ahkifha", "ah", 4), ("bfhkd", "kd", 2)],
)
def test_exits_are_counted(tmp_path: Path, letters: str, road: str, number: int) -> None:
    enter, leave = told_on(tmp_path, RING, RING_WAYS, letters)
    assert enter.startswith("roundabout ") and leave.startswith("exit roundabout ")
    assert enter.endswith(f" {road} {number}") and leave.endswith(f" {road} {number}")


@pytest.mark.parametrize(("letters", "road", "number"), [("ahfb", "bf", 1), ("ahfic", "ic", 2), ("ahfikd", "kd", 3)])
def test_driving_on_the_left(tmp_path: Path, letters: str, road: str, number: int) -> None:
    found = told_on(tmp_path, RING, CLOCKWISE, letters, CarProfile(left_hand_driving=True))
    assert [text.split()[-2:] for text in found] == [[road, str(number)]] * 2


@pytest.mark.parametrize(
    ("more", "number"),
    [
        ({"kx": {}}, 3),  # two roads at one junction of the ring: the one nearer to the kerb comes first
        ({"ky": {}}, 3),
        ({"km": {}, "mi": {}}, 2),  # a cut through the ring is no exit
        ({"kx": {"highway": "service"}}, 2),  # no sign counts a service road
        ({"kx": {"access": "private"}}, 2),
    ],
)
def test_what_counts_as_an_exit(tmp_path: Path, more: dict[str, Tags], number: int) -> None:
    picture = """
              b
              |
           e--f--g
           |     |
        a--h  m  i--c
           |     |
           l--k--j
            x d y
    """
    found = told_on(tmp_path, picture, {**RING_WAYS, **more}, "ahkic")
    assert [text.split()[-1] for text in found] == [str(number)] * 2


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("ahk", ["rotary right hlkjigfeh"]),  # ends on the ring
        ("kifb", ["exit rotary right bf 2"]),  # begins on it
    ],
)
def test_beginning_and_ending_on_the_ring(tmp_path: Path, letters: str, expected: list[str]) -> None:
    ring = {"hlkjigfeh": {"junction": "roundabout"}}
    assert told_on(tmp_path, RING, {**RING_WAYS, **ring}, letters) == expected


@pytest.mark.parametrize(
    ("ring_name", "road_name", "kind"),
    [("Plaza", "ah", "rotary"), ("Plaza", "Plaza", "roundabout"), ("", "ah", "roundabout")],
)
def test_a_large_ring_with_a_name_of_its_own_is_a_rotary(
    tmp_path: Path, ring_name: str, road_name: str, kind: str
) -> None:
    ways = {**RING_WAYS, "hlkjigfeh": {"junction": "roundabout", "name": ring_name}, "ah": {"name": road_name}}
    enter, leave = told_on(tmp_path, RING, ways, "ahkd")
    assert enter.startswith(f"{kind} ") and leave.startswith(f"exit {kind} ")


def small_ring(radius_m: float, flags: int) -> RoadNetwork:
    r"""Four streets of 100 m around a ring of eight edges, driven 0-1-2-3 (west, south, east, north), or backwards.

       7
       3
    4 0 2 6
       1
       5
    """
    half = radius_m * 0.7071
    points = [(-radius_m, 0.0), (0.0, -radius_m), (radius_m, 0.0), (0.0, radius_m)]
    points += [(x * 100 / radius_m, y * 100 / radius_m) for x, y in points]
    ring = [(0, 1), (1, 2), (2, 3), (3, 0)]
    bends = {0: [(-half, -half)], 1: [(half, -half)], 2: [(half, half)], 3: [(-half, half)]}
    if flags & LEFT_HAND:
        ring = [(b, a) for a, b in ring]
    edges = [*((a, b, True, 30.0) for a, b in ring), *((i + 4, i, False, 30.0) for i in range(4))]
    names = {4: "West Street", 5: "South Street", 6: "East Street", 7: "North Street"}
    return network_from_edges(points, edges, bends=bends, names=names, flags=dict.fromkeys(range(4), flags))


@pytest.mark.parametrize(
    ("flags", "junctions", "expected"),
    [
        (ROUNDABOUT, (4, 0, 1, 5), "roundabout turn right South Street 1"),
        (ROUNDABOUT, (4, 0, 1, 2, 6), "roundabout turn straight East Street 2"),
        (ROUNDABOUT, (4, 0, 1, 2, 3, 7), "roundabout turn left North Street 3"),
        (ROUNDABOUT, (4, 0, 1, 2, 3, 0, 4), "roundabout turn uturn West Street 4"),
        (ROUNDABOUT | LEFT_HAND, (4, 0, 3, 7), "roundabout turn left North Street 1"),
        (ROUNDABOUT | LEFT_HAND, (4, 0, 3, 2, 1, 5), "roundabout turn right South Street 3"),
    ],
)
def test_a_small_roundabout_is_a_turn(flags: int, junctions: tuple[int, ...], expected: str) -> None:
    assert told(small_ring(12.0, flags), junctions) == [expected]


def test_a_larger_one_is_driven_round() -> None:
    network = small_ring(20.0, ROUNDABOUT)
    assert told(network, (4, 0, 1, 2, 6)) == ["roundabout right East Street 2", "exit roundabout right East Street 2"]
    steps = guide_leg(Guide.of(network), path_by(network, (4, 0, 1, 2, 6))).steps
    assert [step.is_left_hand for step in steps] == [False] * 4
