import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.schemas.osrm_line import overview_json
from app.schemas.osrm_route import RouteOptions, route_json
from app.services.polyline import decode_polyline
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.path import Path
from routing.guidance.guide import Guide
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps
from tests.helpers.small_networks import network_from_edges


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    """a--b--c, 1,000 m each at 36 km/h."""
    return network_from_edges([(0, 0), (1000, 0), (2000, 0)], [(0, 1, False, 36.0), (1, 2, False, 36.0)])


def paths(network: RoadNetwork) -> list[Path]:
    stops = Snaps(np.array([0, 1, 1], np.int32), np.array([0.5, 0.5, 0.75], np.float32), np.zeros(3, np.float32))
    return DijkstraEngine(network, threads=1).paths_through(stops)


def test_members_come_in_osrms_order(network: RoadNetwork) -> None:
    route = route_json(Guide.of(network), paths(network), RouteOptions())
    assert list(route) == ["geometry", "legs", "weight_name", "weight", "duration", "distance"]
    assert list(route["legs"][0]) == ["steps", "weight", "summary", "duration", "distance"]
    rest = ["duration", "summary", "weight", "distance", "steps"]
    annotated = RouteOptions(annotations=("nodes",))
    assert list(route_json(Guide.of(network), paths(network), annotated)["legs"][0]) == ["annotation", *rest]
    by_legs = RouteOptions(annotations=("nodes",), overview="by_legs")
    assert list(route_json(Guide.of(network), paths(network), by_legs)["legs"][0]) == ["annotation", "geometry", *rest]


def test_sums_of_legs(network: RoadNetwork) -> None:
    route = route_json(Guide.of(network), paths(network), RouteOptions(overview="false"))
    assert "geometry" not in route
    assert (route["duration"], route["distance"]) == (125.0, 1250.0)
    assert [(leg["duration"], leg["weight"], leg["distance"]) for leg in route["legs"]] == [
        (100.0, 100.0, 1000.0),
        (25.0, 25.0, 250.0),
    ]


def test_geometries(network: RoadNetwork) -> None:
    full = route_json(Guide.of(network), paths(network), RouteOptions(overview="full", geometries="geojson"))[
        "geometry"
    ]
    assert full["type"] == "LineString"
    lon = [point[0] for point in full["coordinates"]]
    assert lon == sorted(set(lon)), "every point once, from west to east"
    simplified = route_json(Guide.of(network), paths(network), RouteOptions(geometries="geojson"))["geometry"]
    first_leg, _ = route_json(
        Guide.of(network), paths(network), RouteOptions(overview="by_legs", geometries="geojson")
    )["legs"]
    stop = first_leg["geometry"]["coordinates"][-1]
    assert simplified["coordinates"] == [full["coordinates"][0], stop, full["coordinates"][-1]]
    assert isinstance(route_json(Guide.of(network), paths(network), RouteOptions())["geometry"], str)
    by_legs = route_json(Guide.of(network), paths(network), RouteOptions(overview="by_legs", geometries="polyline6"))
    assert "geometry" not in by_legs
    assert all(isinstance(leg["geometry"], str) for leg in by_legs["legs"])
    json.dumps(by_legs)


@pytest.mark.parametrize(("geometries", "digits"), [("polyline", 5), ("polyline6", 6), ("geojson", 6)])
def test_a_route_of_one_place_has_its_point_twice(network: RoadNetwork, geometries: str, digits: int) -> None:
    """As in OSRM, in all lines but polylines of arrivals."""
    path = paths(network)[0]
    stay = replace(path, arcs=path.arcs[:1], arc_ms=path.arc_ms[:1], arc_dm=path.arc_dm[:1], turn_ms=path.turn_ms[:1],
                   to_fraction=path.from_fraction)  # fmt: skip

    def points(line: Any) -> list[Any]:
        if geometries == "geojson":
            return list(line["coordinates"])
        return list(zip(*(column.tolist() for column in decode_polyline(line, digits)), strict=True))

    for overview in ("simplified", "full"):
        shown = RouteOptions(steps=True, geometries=geometries, overview=overview)
        route = route_json(Guide.of(network), [stay], shown)
        first, last = points(route["geometry"])
        assert first == last
        departure, arrival = (points(step["geometry"]) for step in route["legs"][0]["steps"])
        assert departure == [first, first]
        assert arrival == [first] * (2 if geometries == "geojson" else 1)
    assert route["legs"][0]["summary"] == "", "nothing was driven"
    begin, end = (step["maneuver"] for step in route["legs"][0]["steps"])
    driven = route_json(Guide.of(network), [path], RouteOptions(steps=True))["legs"][0]["steps"][0]["maneuver"]
    assert begin["bearing_after"] == end["bearing_before"] == driven["bearing_after"], "that of the street"
    (leg,) = route_json(Guide.of(network), [stay], RouteOptions(geometries=geometries, overview="by_legs"))["legs"]
    assert points(leg["geometry"]) == [first, first]
    shown = RouteOptions(geometries=geometries, overview="full")
    assert points(route_json(Guide.of(network), [stay, stay], shown)["geometry"]) == [first] * 3


@pytest.mark.parametrize(
    ("bearing", "departing", "arriving"),
    [
        (0, "left", "left"),
        (30, "left", "left"),
        (50, "left", "straight"),
        (90, "right", "straight"),
        (130, "right", "straight"),
        (150, "right", "right"),
        (180, "right", "right"),
        (230, "straight", "right"),
        (269, "straight", "right"),
        (310, "straight", "left"),
        (320, "left", "left"),
    ],
)
def test_sides_of_the_road(network: RoadNetwork, bearing: int, departing: str, arriving: str) -> None:
    """Driving east. Straight is within 45 degrees, at departure where the place that was asked lies behind."""
    path, angle = paths(network)[0], math.radians(bearing)
    line = route_json(Guide.of(network), [path], RouteOptions(geometries="geojson"))["geometry"]["coordinates"]
    x, y = 0.0005 * math.sin(angle), 0.0005 * math.cos(angle)
    asked = [(lon + x / math.cos(math.radians(lat)), lat + y) for lon, lat in line]
    steps = route_json(Guide.of(network), [path], RouteOptions(steps=True), asked)["legs"][0]["steps"]
    assert [step["maneuver"]["modifier"] for step in steps] == [departing, arriving]


@pytest.mark.parametrize(("lon", "lat", "zoom"), [(0.1, 0.0, 14), (0.0, 0.1, 13), (0.0001, 0.0, 18), (10.0, 0.0, 8)])
@pytest.mark.parametrize("off_pixels", [4.9, 5.1])
def test_simplified_is_to_five_pixels_of_a_map_that_shows_it_all(
    lon: float, lat: float, zoom: int, off_pixels: float
) -> None:
    """At 60 degrees north, where a degree of latitude is 2 degrees of longitude; 2,048 by 1,280 pixels."""
    pixel = 360 / 256 / 2**zoom
    x, y = (off_pixels * pixel, 0.0) if lat else (0.0, off_pixels * pixel / 2)
    lons, lats = np.array([0, lon / 2 + x, lon]), 60 + np.array([-lat / 2, y, lat / 2])
    e7 = [np.rint(column * 1e7).astype(np.int32) for column in (lons, lats)]
    line = overview_json([(e7[0], e7[1])], "geojson", simple=True)["coordinates"]
    assert len(line) == (3 if off_pixels > 5 else 2)
    legs = [(e7[0][part], e7[1][part]) for part in (slice(0, 2), slice(1, 3))]
    line = overview_json(legs, "geojson", simple=True)["coordinates"]
    assert len(line) == 3, "where a leg ends there is a point"
