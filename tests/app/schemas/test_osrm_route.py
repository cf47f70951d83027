import json

import numpy as np
import pytest

from app.schemas.osrm_route import RouteOptions, route_json
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
    assert simplified["coordinates"] == [full["coordinates"][0], full["coordinates"][-1]]
    assert isinstance(route_json(Guide.of(network), paths(network), RouteOptions())["geometry"], str)
    by_legs = route_json(Guide.of(network), paths(network), RouteOptions(overview="by_legs", geometries="polyline6"))
    assert "geometry" not in by_legs
    assert all(isinstance(leg["geometry"], str) for leg in by_legs["legs"])
    json.dumps(by_legs)
