"""The side of the road by country, and what ways themselves say."""

from pathlib import Path
from zoneinfo import available_timezones

import numpy as np
import pytest

from routing.network.car_profile import CarProfile
from routing.network.driving_side import drives_left, left_hand_zones
from routing.network.importing import import_osm
from routing.network.road_network import LEFT_HAND
from tests.helpers.osm_drawing import way_xml, write_osm

LEFT = {
    "London": (-0.1276, 51.5072),
    "Dublin": (-6.26, 53.35),
    "Valletta": (14.51, 35.9),
    "Nicosia": (33.36, 35.17),
    "Mumbai": (72.88, 19.08),
    "Tokyo": (139.69, 35.68),
    "Bangkok": (100.5, 13.75),
    "Hong Kong": (114.17, 22.3),
    "Sydney": (151.2, -33.87),
    "Cape Town": (18.42, -33.92),
}
RIGHT = {
    "Porto": (-8.61, 41.15),
    "Reykjavik": (-21.9, 64.14),
    "Gibraltar": (-5.35, 36.14),
    "Calais": (1.86, 50.95),
    "Vientiane": (102.6, 17.97),
    "Shenzhen": (114.06, 22.55),
    "New York": (-74.0, 40.7),
    "open sea": (-30.0, 45.0),
}


def e7(places: dict[str, tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    lon, lat = (np.array(list(places.values())) * 1e7).round().astype(np.int32).T
    return lon, lat


def test_sides_of_places() -> None:
    assert drives_left(*e7(LEFT)).tolist() == [True] * len(LEFT)
    assert drives_left(*e7(RIGHT)).tolist() == [False] * len(RIGHT)
    both = {**LEFT, **RIGHT}
    assert drives_left(*e7(both)).tolist() == [name in LEFT for name in both]


def test_zones_are_zones() -> None:
    assert left_hand_zones() <= available_timezones()
    assert len(left_hand_zones()) > 75


#  Hong Kong's border along the Shenzhen River: one street north of it, one south, one across
ACROSS = ((114.02, 22.53), (114.02, 22.49))


@pytest.mark.parametrize(
    ("tags", "profile", "left"),
    [
        ({}, CarProfile(all_parts=True), [False, True, True]),
        ({"driving_side": "right"}, CarProfile(all_parts=True), [False] * 3),
        ({}, CarProfile(all_parts=True, left_hand_driving=False), [False] * 3),
        ({"driving_side": "right"}, CarProfile(all_parts=True, left_hand_driving=True), [False] * 3),
        ({}, CarProfile(all_parts=True, left_hand_driving=True), [True] * 3),
    ],
)
def test_each_way_by_its_last_point(
    tmp_path: Path, tags: dict[str, str], profile: CarProfile, left: list[bool]
) -> None:
    (lon, north), (_, south) = ACROSS
    places = [(lon, north), (lon + 0.002, north), (lon, south), (lon + 0.002, south)]
    nodes = [f"<node id='{i + 1}' version='1' lon='{x}' lat='{y}'/>" for i, (x, y) in enumerate(places)]
    ways = [way_xml(10 + i, ends, {"highway": "primary", **tags}) for i, ends in enumerate(((1, 2), (3, 4), (1, 3)))]
    write_osm(tmp_path / "border.osm", [*nodes, *ways])
    network = import_osm(tmp_path / "border.osm", profile).network
    found = {
        int(way): bool(flags & LEFT_HAND)
        for way, flags in zip(network.osm_way_of_edge, network.flags_of_edge, strict=True)
    }
    assert [found[way] for way in (10, 11, 12)] == left
    assert network.flags_of_edge.max() <= LEFT_HAND
