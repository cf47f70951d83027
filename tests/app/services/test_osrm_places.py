"""Where coordinates are placed: bearings, sides of the road, hints; and what nearest tells of the roads around."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from app.services.osrm_errors import OsrmError
from app.services.osrm_hints import LETTERS
from app.services.osrm_nearest import nearest
from app.services.osrm_places import place, waypoints
from routing.network.road_network import LEFT_HAND
from tests.helpers.osrm_asking import LIMITS, asked, limits
from tests.helpers.plain_map import PlainMap
from tests.helpers.small_networks import lon_lat, network_from_edges, random_network


def placed(company_map, points, options=""):
    return place(company_map, asked("table", points, options).request, LIMITS)


def near(company_map, points, options="", limit=LIMITS):
    return nearest(company_map, asked("nearest", points, options).request, limit)


@pytest.fixture
def crossing():
    #        2
    #        |  b          a: 0-1 both ways, b: 1-2 both ways, c: 1-3 one-way to the east
    #  0--a--1--c--3
    edges = [(0, 1, False, 36), (1, 2, False, 36), (1, 3, True, 36)]
    names = {0: "A street", 1: "B street", 2: "C street"}
    return PlainMap(network_from_edges([(0, 0), (100, 0), (100, 100), (200, 0)], edges, names=names))


def test_bearings_choose_the_road_and_the_way(crossing):
    beside_b = [lon_lat(95, 20), lon_lat(95, 20)]
    assert placed(crossing, beside_b).edge.tolist() == [1, 1]
    assert placed(crossing, beside_b).ways.tolist() == [3, 3]
    eastwards = placed(crossing, beside_b, "bearings=90,10;")
    assert (eastwards.edge.tolist(), eastwards.ways.tolist()) == ([0, 1], [1, 3])
    southwards = placed(crossing, beside_b, "bearings=;185,5")
    assert (southwards.edge.tolist(), southwards.ways.tolist()) == ([1, 1], [3, 2])
    with pytest.raises(OsrmError, match="coordinate 0"):
        placed(crossing, beside_b, "bearings=185,5;&radiuses=4;")
    assert placed(crossing, beside_b, "bearings=45,180;").ways.tolist() == [3, 3], "a range of all is none"


def test_the_side_of_the_road_chooses_the_way(crossing):
    north_of_a, south_of_c = lon_lat(50, 5), lon_lat(150, -5)
    points = [north_of_a, south_of_c]
    assert placed(crossing, points, "approaches=curb;curb").ways.tolist() == [2, 1]
    assert placed(crossing, points, "approaches=opposite;opposite").ways.tolist() == [1, 1]
    assert placed(crossing, points, "approaches=unrestricted;").ways.tolist() == [3, 1]
    flags = np.full(3, LEFT_HAND, np.uint8)
    left_hand = PlainMap(replace(crossing.network, flags_of_edge=flags))
    assert placed(left_hand, points, "approaches=curb;curb").ways.tolist() == [1, 1]


def test_hints_bring_places_back():
    for seed in range(20):
        company_map, rng = PlainMap(random_network(seed)), np.random.default_rng(seed)
        points = [lon_lat(*rng.uniform(0, 2000, 2)) for _ in range(5)]
        request = asked("table", points).request
        snaps = place(company_map, request, LIMITS)
        hints = [w.hint for w in waypoints(company_map, request, request.lon, request.lat, snaps)]
        assert [len(hint) for hint in hints] == [LETTERS] * 5
        again = placed(company_map, points, f"hints={';'.join(hints)}")
        for column in ("edge", "fraction", "distance_m"):
            assert getattr(again, column).tolist() == getattr(snaps, column).tolist(), (seed, column)


def test_a_hint_leads_to_another_road_than_the_nearest(crossing):
    point = lon_lat(95, 20)
    (roads,) = near(crossing, [point], "number=3")
    assert [road.waypoint.name for road in roads] == ["B street", "A street", "C street"]
    for road, edge in zip(roads, [1, 0, 2], strict=True):
        found = placed(crossing, [point, point], f"hints=;{road.waypoint.hint}")
        assert found.edge.tolist() == [1, edge]
        assert found.distance_m[1] == pytest.approx(road.waypoint.distance_m, abs=1e-4)
    limited = placed(crossing, [point, point], f"hints={roads[1].waypoint.hint};&bearings=0,10;")
    assert limited.edge.tolist() == [1, 1], "a bearing counts for more than a hint"


def test_hints_that_are_not_ours_count_as_none(crossing):
    point, other = lon_lat(95, 20), lon_lat(95, 21)
    hint = near(crossing, [point], "number=2")[0][1].waypoint.hint
    assert placed(crossing, [point, point], f"hints={hint};").edge[0] == 0
    assert placed(crossing, [other, point], f"hints={hint};").edge[0] == 1, "of another coordinate"
    elsewhere = PlainMap(crossing.network, id="another map")
    assert placed(elsewhere, [point, point], f"hints={hint};").edge[0] == 1
    rng = np.random.default_rng(1)
    for foreign in ("A" * 112, "AAAA", hint[:-4], hint + "AAAA", "====" * 8, "-_-_" * 8):
        assert placed(crossing, [point, point], f"hints={foreign};").edge[0] == 1, foreign
    for _ in range(500):  # whatever a client may have done to it, it is taken or it is not
        letters = list(hint)
        for at in rng.integers(0, LETTERS, 3):
            letters[at] = rng.choice(list("ABCabc019-_"))
        found = placed(crossing, [point, point], f"hints={''.join(letters)};")
        assert 0 <= found.edge[0] < 3
        assert 0 <= found.fraction[0] <= 1


@pytest.mark.parametrize("seed", range(10))
def test_nearest_are_the_nearest_edges_and_their_nodes(seed):
    network = random_network(seed)
    company_map, rng = PlainMap(network), np.random.default_rng(seed)
    points = [lon_lat(*rng.uniform(0, 2000, 2)) for _ in range(2)]
    found = near(company_map, points, "number=7")
    for point, roads in zip(points, found, strict=True):
        snaps = company_map.road_snapping.nearest(*np.round(point, 7), 7)
        assert [road.waypoint.distance_m for road in roads] == pytest.approx(snaps.distance_m.tolist(), abs=1e-5)
        for road, edge in zip(roads, snaps.edge.tolist(), strict=True):
            shape = slice(network.shape_first[edge], network.shape_first[edge + 1])
            nodes = [max(0, node) for node in network.shape_node[shape].tolist()]
            ahead = road.nodes if network.forward_arc[edge] >= 0 else road.nodes[::-1]
            assert ahead in list(pairwise(nodes)), (seed, edge, road)
    (few,) = near(company_map, points[:1], "number=100&radiuses=300")
    assert len(few) < 100
    assert max(road.waypoint.distance_m for road in few) <= 300


def test_nearest_refuses_as_osrm_does(crossing):
    point = lon_lat(95, 20)
    with pytest.raises(OsrmError) as caught:
        near(crossing, [point], "number=101")
    assert (caught.value.code, caught.value.message) == (
        "TooBig",
        "Number of results 101 is higher than current maximum (100)",
    )
    with pytest.raises(OsrmError, match="Number of coordinates 3 is higher than current maximum"):
        near(crossing, [point] * 3, "", limits(nearest_places=2))
    with pytest.raises(OsrmError, match=r"Could not find a matching segment for coordinate$"):
        near(crossing, [point], "radiuses=3")
    assert [len(roads) for roads in near(crossing, [point, point], "radiuses=;3")] == [1, 0]


def test_ferries_only_where_any_road_will_do():
    edges = [(0, 1, False, 20), (0, 2, False, 50)]
    company_map = PlainMap(network_from_edges([(0, 0), (1000, 0), (0, 400)], edges, road_class={0: "ferry"}))
    points = [lon_lat(300, 5)] * 2
    assert placed(company_map, points).edge.tolist() == [1, 1]
    assert placed(company_map, points, "snapping=any").edge.tolist() == [0, 0]
