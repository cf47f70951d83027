"""The junctions of steps are written as text by a kernel; here they are made as plain objects and compared."""

import json
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from app.schemas.osrm_crossing_kernels import put_degrees, put_number
from app.schemas.osrm_line import degrees, line_json
from app.schemas.osrm_route import RouteOptions, route_json
from app.services.polyline import decode_polyline
from routing.arrays import frozen
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import NoRoute
from routing.guidance.guide import CLASSES, Guide
from routing.guidance.kinds import ARRIVE, DEPART
from routing.guidance.path_line import path_line
from routing.guidance.steps import guide_leg
from tests.helpers.driving_truth import random_places
from tests.helpers.small_networks import random_network


def plain_crossings(guidance, line):
    """The intersections of each step but those at the ends of the leg."""
    drive, sights = guidance.drive, guidance.drive.sights
    points = degrees(line.lon_e7[line.first], line.lat_e7[line.first])
    for step in guidance.steps:
        told = []
        for i in step.junctions[1:] if step.kind in (DEPART, ARRIVE) else step.junctions:
            arms = slice(int(sights.first[i]), int(sights.first[i + 1]))
            one = {
                "out": int(sights.go[i]),
                "in": int(sights.come[i]),
                "entry": sights.entry[arms].tolist(),
                "bearings": sights.bearing[arms].tolist(),
                "location": points[i + 1],
            }
            names = [name for bit, name in enumerate(CLASSES) if drive.classes[i + 1] >> bit & 1]
            told.append(one | ({"classes": names} if names else {}))
        yield told


@pytest.mark.parametrize("seed", range(20))
def test_text_equals_plain_objects(seed):
    network, rng = random_network(seed), np.random.default_rng(seed)
    codes = rng.integers(0, 1 << len(CLASSES), network.edge_count).astype(np.uint8)
    guide = replace(Guide.of(network), classes=frozen(codes))
    places, engine, compared = random_places(network, 20, rng), DijkstraEngine(network, threads=1), 0
    for at in range(0, 20, 2):
        try:
            (path,) = engine.paths_through(places.take(np.array([at, at + 1], np.int32)))
        except NoRoute:
            continue
        route = json.loads(msgspec.json.encode(route_json(guide, [path], RouteOptions(steps=True))))
        line, guidance = path_line(network, path), guide_leg(guide, path)
        for step, plain in zip(route["legs"][0]["steps"], plain_crossings(guidance, line), strict=True):
            is_end = step["maneuver"]["type"] in ("depart", "arrive")
            told = step["intersections"][1:] if is_end else step["intersections"]
            assert json.dumps(told) == json.dumps(plain), "members in the same order, too"
            compared += len(told)
    assert compared > 0


@pytest.mark.parametrize("e7", [0, 4, 5, 12_345_678, -86_291_055, -4, -5, 1_800_000_000, -1_800_000_000, 99_999_995])
def test_degrees_are_those_of_lines(e7):
    letters = np.zeros(16, np.uint8)
    text = letters[: put_degrees(letters, 0, np.int32(e7))].tobytes()
    (((expected, _),)) = degrees(np.array([e7], np.int32), np.zeros(1, np.int32))
    assert float(text) == expected
    assert text in (msgspec.json.encode(expected), f"{expected:.6f}".encode()), "no needless zeros"


@pytest.mark.parametrize("number", [0, 7, 10, 359, 1_000_000])
def test_whole_numbers(number):
    letters = np.zeros(16, np.uint8)
    assert letters[: put_number(letters, 0, number)].tobytes() == str(number).encode()


@pytest.mark.parametrize(
    ("e7", "sixth", "fifth"),
    [(-86_291_055, -8_629_106, -862_911), (86_291_055, 8_629_106, 862_911), (-45, -5, -1), (-4, 0, 0), (-5, -1, 0)],
)
def test_halves_are_rounded_away_from_zero(e7, sixth, fifth):
    """In degrees and in polylines, which round the sixth digit once more (OSRM keeps six): -45 -> -5 -> -1."""
    lon, lat = np.array([e7], np.int32), np.array([-e7], np.int32)
    assert degrees(lon, lat) == [[sixth / 1e6, -sixth / 1e6]]
    letters = np.zeros(16, np.uint8)
    assert float(letters[: put_degrees(letters, 0, np.int32(e7))].tobytes()) == sixth / 1e6
    for geometries, precision, units in (("polyline", 5, fifth), ("polyline6", 6, sixth)):
        x, y = decode_polyline(line_json(lon, lat, geometries), precision)
        assert np.rint([x[0] * 10**precision, y[0] * 10**precision]).tolist() == [units, -units]
