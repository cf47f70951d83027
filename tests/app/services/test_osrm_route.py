import itertools
from dataclasses import replace

import numpy as np
import pytest

from app.services.osrm_errors import OsrmError
from app.services.osrm_route import route
from app.services.osrm_table import table
from app.services.osrm_trip import trip
from routing.engine.errors import NoRoute
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.network.road_network import TOLL
from routing.network.snaps import BACKWARD, FORWARD, Snaps
from tests.helpers.osrm_asking import LIMITS, asked, limits
from tests.helpers.plain_map import PlainMap
from tests.helpers.small_networks import lon_lat, network_from_edges, random_network
from tests.routing.engine.test_passing import every_combination, whole_ms


def ask(company_map, points, options="", limit=LIMITS):
    return route(company_map, asked("route", points, options).request, limit)


def refusal(service, company_map, points, options="", limit=LIMITS):
    with pytest.raises(OsrmError) as caught:
        service(company_map, asked(service.__name__, points, options).request, limit)
    return caught.value.code, caught.value.message


@pytest.fixture
def block():
    #  0---1-b---2
    #  a         |     a and c are on 0-3, b on 1-2
    #  3---------4
    points = [(0, 0), (100, 0), (300, 0), (0, -100), (300, -100)]
    edges = [(0, 1, False, 36), (1, 2, False, 36), (2, 4, False, 36), (4, 3, False, 36), (3, 0, False, 36)]
    return PlainMap(network_from_edges(points, edges, names={1: "North", 4: "West"}))


A, B, C = lon_lat(-3, -25), lon_lat(150, 4), lon_lat(0, -75)


def metres(found):
    return [[path.distance_dm / 10 for path in legs] for legs in found.routes]


def test_stops_are_driven_past_unless_turning_is_allowed(block):
    assert metres(ask(block, [A, B, C])) == [[175, 575]]
    assert metres(ask(block, [A, B, C], "continue_straight=false")) == [[175, 225]]
    assert metres(ask(block, [A, C])) == [[50]]


def test_coordinates_that_are_no_waypoints_end_no_leg(block):
    found = ask(block, [A, B, C], "waypoints=0;2")
    assert metres(found) == [[750]]
    assert found.ends == [0, 2]
    assert [waypoint.name for waypoint in found.waypoints] == ["West", "North", "West"]
    assert metres(ask(block, [A, B, C], "waypoints=0;2&continue_straight=false")) == [[750]], "never turned at"
    assert metres(ask(block, [A, B, C], "waypoints=0;1;1;2")) == [[175, 575]]
    text = "First and last coordinates must be specified as waypoints."
    for wrong in ("0;1", "1;2", "1", "2;0"):
        assert refusal(route, block, [A, B, C], f"waypoints={wrong}") == ("InvalidValue", text)


def test_bearings_and_sides_are_driven(block):
    assert metres(ask(block, [A, B], "bearings=0,20;")) == [[175]]
    assert metres(ask(block, [A, B], "bearings=180,20;")) == [[75 + 300 + 100 + 150]]
    assert metres(ask(block, [A, B], "bearings=;270,20")) == [[75 + 300 + 100 + 150]]
    assert metres(ask(block, [A, B], "approaches=curb;")) == [[75 + 300 + 100 + 150]], "A is west of its street"


@pytest.mark.parametrize("seed", range(20))
def test_routes_are_the_fastest_through_their_stops(seed):
    company_map, rng = PlainMap(random_network(seed)), np.random.default_rng(seed)
    points = [lon_lat(*rng.uniform(0, 2000, 2)) for _ in range(int(rng.integers(2, 5)))]
    request = asked("route", points).request
    snaps = company_map.road_snapping.snap(request.lon, request.lat, 1e9)
    best = every_combination(company_map.engine, snaps, np.full(len(points), True))
    try:
        found = ask(company_map, points)
    except OsrmError as error:
        assert (error.code, error.message) == ("NoRoute", "Impossible route between points")
        assert best is None, f"seed {seed}"
    else:
        (legs,) = found.routes
        assert best <= whole_ms(legs) <= best + 1000 * len(points), f"seed {seed}"
    try:
        plain = company_map.engine.paths_through(snaps)
    except NoRoute:
        assert refusal(route, company_map, points, "continue_straight=false")[0] == "NoRoute"
    else:
        (legs,) = ask(company_map, points, "continue_straight=false").routes
        assert [path.duration_ms for path in legs] == [path.duration_ms for path in plain]


def test_over_a_limit(block):
    text = "Number of entries 3 is higher than current maximum (2)"
    assert refusal(route, block, [A, B, C], "", limits(route_places=2)) == ("TooBig", text)
    text = "Requested number of alternatives is higher than current maximum (3)"
    assert refusal(route, block, [A, B], "alternatives=4") == ("TooBig", text)
    assert refusal(trip, block, [A, B, C], "", limits(trip_places=2)) == ("TooBig", "Too many trip coordinates")
    for service in (route, trip):
        assert refusal(service, block, [A, (0, 95)]) == ("InvalidValue", "Invalid coordinate value.")
        text = "Could not find a matching segment for coordinate 1"
        assert refusal(service, block, [A, B], "radiuses=;1") == ("NoSegment", text)


TRIPS = [
    ("", [0, 2, 1], 3),
    ("roundtrip=true&source=first", None, 3),
    ("roundtrip=true&destination=last", None, 3),
    ("roundtrip=true&source=first&destination=last", [0, 1, 2], 3),
    ("roundtrip=false&source=first", None, 2),
    ("roundtrip=false&destination=last", None, 2),
    ("roundtrip=false&source=first&destination=last", [0, 1, 2], 2),
]


@pytest.mark.parametrize(("options", "position", "leg_count"), TRIPS)
def test_a_trip_is_driven_in_its_order(block, options, position, leg_count):
    found = trip(block, asked("trip", [A, B, C], options).request, LIMITS)
    assert sorted(found.position) == [0, 1, 2]
    assert position is None or found.position == position
    assert len(found.legs) == leg_count == len(found.stops) - 1
    order = sorted(range(3), key=found.position.__getitem__)
    assert found.stops == (order + order[:1] if leg_count == 3 else order)
    assert "source=first" not in options or order[0] == 0
    assert "destination=last" not in options or 2 in (order[-1], found.stops[-1])
    plain = ask(block, [[A, B, C][i] for i in found.stops], "continue_straight=false")
    assert [path.distance_dm for path in found.legs] == [path.distance_dm for path in plain.routes[0]]


def test_trips_that_cannot_be(block):
    assert refusal(trip, block, [A, B], "roundtrip=false") == ("NotImplemented", "This request is not supported")
    one_way = PlainMap(network_from_edges([(0, 0), (1000, 0)], [(0, 1, True, 36)]))
    points = [lon_lat(100, 0), lon_lat(900, 0)]
    assert refusal(trip, one_way, points) == ("NoTrips", "No trip visiting all destinations possible.")
    assert refusal(route, one_way, points[::-1]) == ("NoRoute", "Impossible route between points")


def test_alternatives_stand_behind_the_fastest_between_two_coordinates(block):
    around = [lon_lat(0, -50), lon_lat(300, -50)]  # 400 m over the north or over the south of the block
    assert metres(ask(block, around)) == [[400]]
    assert metres(ask(block, around, "alternatives=true")) == [[400], [400]]
    assert metres(ask(block, around, "alternatives=3")) == [[400], [400]]
    assert len(ask(block, [around[0], B, around[1]], "alternatives=3").routes) == 1, "between two only, as in OSRM"


def test_roads_that_are_left_out_are_neither_driven_nor_stood_on():
    #  0 ==motorway== 1      x lies beside the motorway, the toll road goes round below, the ferry above
    points = [(0, 0), (1000, 0), (500, -300), (500, 600), (500, -900)]
    edges = [(0, 1), (0, 2), (2, 1), (0, 3), (3, 1), (0, 4), (4, 1)]
    classes = {0: "motorway", 3: "ferry", 4: "ferry"}
    network = network_from_edges(points, [(a, b, False, 36) for a, b in edges], road_class=classes)
    flags = np.array([0, TOLL, TOLL, 0, 0, 0, 0], np.uint8)
    company_map = PlainMap(replace(network, flags_of_edge=flags))
    ends = [lon_lat(0, 0), lon_lat(1000, 0)]
    over = {"": {0}, "exclude=toll": {0}, "exclude=motorway": {1, 2}, "exclude=ferry": {0}}
    for options, edges_driven in over.items():
        found = ask(company_map, ends, options)
        ((path,),) = found.routes
        assert set(network.edge_of_arc[path.arcs].tolist()) == edges_driven, options
        assert [waypoint.distance_m for waypoint in found.waypoints] == pytest.approx([0, 0], abs=0.01)
    near = [lon_lat(500, 10), lon_lat(0, 0)]
    assert metres(ask(company_map, near)) == [[500]]
    (waypoint, _) = ask(company_map, near, "exclude=motorway").waypoints
    assert waypoint.distance_m > 200
    for options in ("exclude=toll,ferry", "exclude=gravel"):
        text = "Exclude flag combination is not supported."
        assert refusal(route, company_map, ends, options) == ("InvalidValue", text)


def test_one_place_is_a_route_of_no_length(block):
    found = ask(block, [A, A])
    assert metres(found) == [[0]]
    assert found.routes[0][0].duration_ms == 0


@pytest.mark.parametrize("seed", [*range(14), *range(15, 21)])  # 14: one-way streets that lead to no way back
def test_from_junction_to_junction_route_trip_and_table_agree(seed):
    """A stop on a junction may be reached by one street and left by another."""
    network = random_network(seed)
    company_map, rng = PlainMap(network), np.random.default_rng(seed)
    junctions = rng.choice(network.junction_count, 5, replace=False)
    points = [(float(network.lon_e7[one]) / 1e7, float(network.lat_e7[one]) / 1e7) for one in junctions]
    durations_ds = table(company_map, asked("table", points).request, LIMITS).durations_ds
    assert (durations_ds >= 0).all()
    driven = ask(company_map, points, "continue_straight=false").routes[0]
    assert [(leg.duration_ms + 50) // 100 for leg in driven] == np.diagonal(durations_ds, 1).tolist()
    found = trip(company_map, asked("trip", points).request, LIMITS)
    chain = durations_ds[found.stops[:-1], found.stops[1:]]
    assert [(leg.duration_ms + 50) // 100 for leg in found.legs] == chain.tolist()
    orders = [(0, *order, 0) for order in itertools.permutations(range(1, 5))]
    assert chain.sum() == min(durations_ds[order[:-1], order[1:]].sum() for order in orders)


def ends_at(network, junction, bearing, give):
    """The ends of all streets at a junction that are driven there in a direction: the slow twin of `osrm_streets`."""
    edges, fractions, ways = [], [], []
    for arc in range(network.arc_count):
        edge = int(network.edge_of_arc[arc])
        ahead = bool(network.forward_arc[edge] == arc)
        shape = list(range(int(network.shape_first[edge]), int(network.shape_first[edge + 1])))
        driven = shape if ahead else shape[::-1]
        tail = int(np.searchsorted(network.first_out, arc, side="right")) - 1
        for here, (one, other), fraction in (
            (tail, driven[:2], 0.0),
            (int(network.head[arc]), driven[-2:], 1.0),
        ):
            x = (network.shape_lon_e7[other] - network.shape_lon_e7[one]) * np.cos(
                np.radians(network.lat_e7[junction] / 1e7)
            )
            along = round(
                np.degrees(np.arctan2(float(x), float(network.shape_lat_e7[other] - network.shape_lat_e7[one])))
            )
            if here == junction and abs((along - bearing + 180) % 360 - 180) <= give:
                edges.append(edge)
                fractions.append(fraction if ahead else 1.0 - fraction)
                ways.append(FORWARD if ahead else BACKWARD)
    fraction = np.array(fractions, np.float32)
    return Snaps(np.array(edges, np.int32), fraction, np.zeros(len(edges), np.float32), np.array(ways, np.uint8))


@pytest.mark.parametrize("seed", range(30))
def test_on_a_junction_a_bearing_leaves_all_streets_that_agree(seed):
    network = random_network(seed)
    company_map, rng = PlainMap(network), np.random.default_rng(seed)
    junctions = rng.choice(network.junction_count, 2, replace=False).tolist()
    points = [(float(network.lon_e7[one]) / 1e7, float(network.lat_e7[one]) / 1e7) for one in junctions]
    bearings = rng.integers(0, 360, 2).tolist()
    options = [ends_at(network, junction, bearing, 100) for junction, bearing in zip(junctions, bearings, strict=True)]
    bound = "bearings=" + ";".join(f"{bearing},100" for bearing in bearings)
    if min(map(len, options)) == 0:
        return  # put on another street, farther off
    best = int(company_map.engine.exact_matrix(*options).duration_ms.min())
    found = table(company_map, asked("table", points, bound).request, LIMITS).durations_ds[0, 1]
    assert found == (-1 if best >= UNREACHABLE_S else (best + 50) // 100), seed
    if found >= 0:
        (leg,) = ask(company_map, points, bound).routes[0]
        assert leg.duration_ms == best, seed


def test_in_the_middle_of_the_road_there_is_no_side(block):
    for off_m, metres_driven in ((0.2, 175), (-0.2, 175), (-0.8, 625)):
        a = lon_lat(off_m, -25)
        assert metres(ask(block, [a, B], "approaches=curb;")) == [[metres_driven]], off_m
    assert metres(ask(block, [lon_lat(0.2, -25), B], "approaches=curb;&bearings=180,20;")) == [[625]]


def test_on_a_junction_there_is_no_side_of_the_road():
    company_map = PlainMap(random_network(3))
    network = company_map.network
    points = [(float(network.lon_e7[one]) / 1e7, float(network.lat_e7[one]) / 1e7) for one in range(8)]
    free = table(company_map, asked("table", points).request, LIMITS).durations_ds
    for approach in ("curb", "opposite"):
        bound = "approaches=" + ";".join([approach] * 8)
        assert table(company_map, asked("table", points, bound).request, LIMITS).durations_ds.tolist() == free.tolist()
