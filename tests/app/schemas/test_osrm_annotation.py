from itertools import pairwise

import numpy as np
import pytest

from app.schemas.osrm_annotation import ANNOTATIONS, annotation_json
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.path import Path, joined
from routing.guidance.path_line import path_line
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps
from tests.helpers.small_networks import METRES_PER_DEGREE, network_from_edges, random_network
from tests.routing.guidance.test_steps import random_paths

A, P, Q, B, C = 100, 10_001, 10_002, 101, 102


@pytest.fixture(scope="module")
def street() -> RoadNetwork:
    #  a - p - q - b --- c      100 m each, p and q are bends of edge 0; 10 m/s to b, 20 m/s behind it
    return network_from_edges(
        [(0, 0), (300, 0), (400, 0)],
        [(0, 1, False, 36.0), (1, 2, False, 72.0)],
        bends={0: [(100, 0), (200, 0)]},
        turn_ms=1500,
    )


def drive(network: RoadNetwork, *places: tuple[int, float]) -> list[Path]:
    """`places` are edges and fractions of their lengths."""
    edges, fractions = zip(*places, strict=True)
    stops = Snaps(np.array(edges, np.int32), np.array(fractions, np.float32), np.zeros(len(edges), np.float32))
    return DijkstraEngine(network, threads=1).paths_through(stops)


DRIVES = [
    ("over a junction", (0, 0.5), (1, 0.5), [P, Q, B, C], [50, 100, 50], [5, 10, 2.5], [10, 10, 20]),
    ("and back", (1, 0.5), (0, 0.5), [C, B, Q, P], [50, 100, 50], [2.5, 10, 5], [20, 10, 10]),
    ("inside one arc", (0, 0.5), (0, 0.9), [P, Q, B], [50, 70], [5, 7], [10, 10]),
    ("inside one arc, back", (0, 0.9), (0, 0.5), [B, Q, P], [70, 50], [7, 5], [10, 10]),
    ("inside one segment", (0, 0.4), (0, 0.6), [P, Q], [60], [6], [10]),
    ("inside one segment, back", (0, 0.6), (0, 0.4), [Q, P], [60], [6], [10]),
    ("all of it", (0, 0.0), (1, 1.0), [A, P, Q, B, C], [100] * 4, [10, 10, 10, 5], [10, 10, 10, 20]),
    ("from a junction on the street before", (0, 1.0), (1, 1.0), [B, C], [100], [5], [20]),
    ("to a junction on the street after", (0, 0.5), (1, 0.0), [P, Q, B], [50, 100], [5, 10], [10, 10]),
    ("nowhere, inside a segment", (0, 0.5), (0, 0.5), [P, Q], [0], [0], [0]),
    ("nowhere, at the first point", (0, 0.0), (0, 0.0), [A, P], [0], [0], [0]),
    ("nowhere, at the last point", (0, 1.0), (0, 1.0), [Q, B], [0], [0], [0]),
]


@pytest.mark.parametrize(("why", "begin", "end", "nodes", "metres", "seconds", "speeds"), DRIVES)
def test_segments_of_a_drive(street, why, begin, end, nodes, metres, seconds, speeds):
    (path,) = drive(street, begin, end)
    told = annotation_json(street, path, path_line(street, path), ANNOTATIONS)
    assert told["nodes"] == nodes, why
    assert told["distance"] == pytest.approx(metres, abs=0.1)
    assert told["duration"] == pytest.approx(seconds, abs=0.01)
    assert told["weight"] == told["duration"]
    assert told["speed"] == pytest.approx(speeds, abs=0.051)
    assert told["datasources"] == [0] * len(metres)
    assert told["metadata"] == {"datasource_names": ["lua profile"]}
    assert sum(told["distance"]) * 10 == pytest.approx(path.distance_dm)


def test_only_what_is_wanted_in_osrms_order(street):
    (path,) = drive(street, (0, 0.5), (1, 0.5))

    def members(*wanted: str) -> list[str]:
        return list(annotation_json(street, path, path_line(street, path), wanted))

    assert members(*ANNOTATIONS) == ["metadata", "datasources", "weight", "nodes", "distance", "duration", "speed"]
    assert members("speed", "nodes") == ["nodes", "speed"]
    assert members("datasources") == ["metadata", "datasources"]
    assert [members(name) for name in ("weight", "distance", "duration")] == [["weight"], ["distance"], ["duration"]]


def test_a_place_driven_past_begins_no_segment(street):
    path = joined(drive(street, (0, 0.4), (0, 0.5), (1, 0.5)))
    told = annotation_json(street, path, path_line(street, path), ANNOTATIONS)
    assert told["nodes"] == [P, Q, B, C]
    assert told["distance"] == pytest.approx([80, 100, 50], abs=0.1)


def test_a_node_without_a_number_is_0(street):
    nameless = network_from_edges([(0, 0), (100, 0)], [(0, 1, False, 36.0)])
    object.__setattr__(nameless, "shape_node", np.array([-1, 101]))
    (path,) = drive(nameless, (0, 0.0), (0, 1.0))
    assert annotation_json(nameless, path, path_line(nameless, path), ["nodes"]) == {"nodes": [0, 101]}


@pytest.mark.parametrize("seed", range(25))
def test_segments_add_up_to_the_leg_and_nodes_are_a_walk(seed: int) -> None:
    network = random_network(seed)
    places = zip(network.shape_lon_e7.tolist(), network.shape_lat_e7.tolist(), strict=True)
    where = dict(zip(network.shape_node.tolist(), places, strict=True))
    edge_of_point = np.repeat(np.arange(network.edge_count), np.diff(network.shape_first))
    one_edge = np.flatnonzero(np.diff(edge_of_point) == 0)
    steps = {(int(network.shape_node[p]), int(network.shape_node[p + 1])) for p in one_edge}
    steps |= {(b, a) for a, b in steps}
    for path, _ in random_paths(network, seed, 20):
        line = path_line(network, path)
        told = annotation_json(network, path, line, ANNOTATIONS)
        case = (seed, path, told)
        size = max(1, line.lon_e7.size - 1)
        assert len(told["nodes"]) == size + 1, case
        assert {len(told[name]) for name in ANNOTATIONS if name != "nodes"} == {size}, case
        assert sum(told["distance"]) == pytest.approx(path.distance_dm / 10), case
        assert sum(told["duration"]) == pytest.approx(int(path.arc_ms.sum()) / 1000), case
        assert set(pairwise(told["nodes"])) <= steps, case
        assert min(told["distance"]) >= 0 and min(told["duration"]) >= 0, case
        points = list(zip(line.lon_e7.tolist(), line.lat_e7.tolist(), strict=True))
        assert [where[node] for node in told["nodes"][1:-1]] == points[1:-1], case
        for end, (a, b) in ((points[0], told["nodes"][:2]), (points[-1], told["nodes"][-2:])):
            detour_m = metres(where[a], end) + metres(end, where[b]) - metres(where[a], where[b])
            assert detour_m == pytest.approx(0, abs=0.1), case
        for i, (a, b) in enumerate(pairwise(points)):
            assert told["distance"][i] == pytest.approx(metres(a, b), rel=1e-3, abs=0.2), "drawn on a plane"
            if told["duration"][i] > 2:
                assert told["speed"][i] == pytest.approx(told["distance"][i] / told["duration"][i], abs=0.1), case


def metres(a: tuple[int, int], b: tuple[int, int]) -> float:
    squeeze = float(np.cos(np.radians((a[1] + b[1]) * 0.5e-7)))
    return METRES_PER_DEGREE * float(np.hypot((b[0] - a[0]) * squeeze, b[1] - a[1])) * 1e-7
