"""OSRM's match as a service: what becomes of every coordinate, legs and their ends, and what is refused.

The way itself is the matcher's (tests/routing/matching).
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from app.services.osrm_errors import OsrmError
from app.services.osrm_match import match
from routing.network.road_network import TOLL
from tests.helpers.osrm_asking import LIMITS, asked, limits
from tests.helpers.plain_map import PlainMap
from tests.helpers.small_networks import lon_lat, network_from_edges


@pytest.fixture(scope="module")
def street():
    """0---1---2---3, 1,000 m each at 36 km/h, both ways; 4---5 runs beside 1---2, 60 m south of it, linked to both."""
    points = [(0, 0), (1000, 0), (2000, 0), (3000, 0), (1000, -60), (2000, -60)]
    edges = [(a, b, False, 36) for a, b in ((0, 1), (1, 2), (2, 3), (1, 4), (4, 5), (5, 2))]
    return PlainMap(network_from_edges(points, edges, names={1: "Main", 4: "Lower"}))


def ask(company_map, metres, options="", limit=LIMITS):
    return match(company_map, asked("match", [lon_lat(x, y) for x, y in metres], options).request, limit)


def refusal(company_map, metres, options="", limit=LIMITS):
    with pytest.raises(OsrmError) as caught:
        ask(company_map, metres, options, limit)
    return caught.value.code, caught.value.message


def along(*xs, y=2.0):
    return [(x, y) for x in xs]


def driven(found):
    return [[round(path.distance_dm / 10) for path in one.legs] for one in found.matchings]


def ends(found):
    """Matching and end of each coordinate."""
    return [None if point is None else (point.matching, point.end) for point in found.tracepoints]


def seconds(*times):
    return "timestamps=" + ";".join(map(str, times))


def radiuses(metres, count):
    return "radiuses=" + ";".join([str(metres)] * count)


def test_every_coordinate_ends_a_leg(street):
    found = ask(street, along(100, 300, 1200), seconds(0, 20, 110))
    assert driven(found) == [[200, 900]]
    assert ends(found) == [(0, 0), (0, 1), (0, 2)]
    assert [point.waypoint.name for point in found.tracepoints] == ["", "", "Main"]
    assert [point.waypoint.distance_m for point in found.tracepoints] == pytest.approx([2, 2, 2], abs=0.05)
    assert found.matchings[0].ends == [0, 1, 2]
    assert found.matchings[0].confidence > 0.9
    assert [point.alternatives for point in found.tracepoints] == [0, 0, 0]
    assert found.matchings[0].legs[0].duration_ms == 20_000


def test_a_coordinate_without_a_road_has_no_tracepoint(street):
    found = ask(street, [*along(100, 300), (400, 500), *along(500, 700)])
    assert driven(found) == [[200, 200, 200]]
    assert ends(found) == [(0, 0), (0, 1), None, (0, 2), (0, 3)]
    assert found.matchings[0].ends == [0, 1, 3, 4]


def test_a_long_pause_parts_the_trace_unless_gaps_are_ignored(street):
    points, times = along(100, 200, 300, 700, 800, 900), seconds(0, 10, 20, 200, 210, 220)
    found = ask(street, points, times)
    assert driven(found) == [[100, 100], [100, 100]]
    assert ends(found) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert driven(ask(street, points, f"{times}&gaps=ignore")) == [[100, 100, 400, 100, 100]]
    rarely = seconds(0, 60, 120, 300, 360, 420)
    assert len(driven(ask(street, points, rarely))) == 1, "three minutes are three of its usual pauses"


def test_a_long_way_parts_it_by_a_setting(street):
    points = along(100, 200, 1200, 1300)
    assert driven(ask(street, points)) == [[100, 1000, 100]]
    assert driven(ask(street, points, limit=limits(match_gap_m=900.0))) == [[100], [100]]


def test_radiuses_say_how_precise_coordinates_are(street):
    middle = [(1300, -40), (1500, -38), (1700, -40)]
    assert refusal(street, [(1400, -30), (1500, -30)], radiuses(5, 2))[0] == "NoSegment", "30 m off"
    found = ask(street, middle, radiuses(30, 3))
    assert {point.waypoint.name for point in found.tracepoints} == {"Lower"}
    assert [point.alternatives for point in found.tracepoints] == [1, 1, 1], "Main may be it, too"
    for meaningless in ("0", "-1", "unlimited", ""):
        assert driven(ask(street, along(100, 300), f"radiuses={meaningless};{meaningless}")) == [[200]]


def test_waypoints_end_legs_alone(street):
    points = along(100, 300, 1200, 1400)
    found = ask(street, points, "waypoints=0;2;3")
    assert driven(found) == [[1100, 200]]
    assert ends(found) == [(0, 0), (0, None), (0, 1), (0, 2)]
    assert found.matchings[0].ends == [0, 2, 3]
    first_and_last = ("InvalidValue", "First and last coordinates must be specified as waypoints.")
    for wrong in ("0;1", "1;3", "2"):
        assert refusal(street, points, f"waypoints={wrong}") == first_and_last
    lost = [*along(100, 300), (400, 500), *along(500)]
    text = "Requested waypoint parameter could not be matched."
    assert refusal(street, lost, "waypoints=0;2;3") == ("NoMatch", text)
    parted = f"{seconds(0, 10, 500, 510)}&waypoints=0;3"
    text = "Could not match the trace with the given waypoints."
    assert refusal(street, points, parted) == ("NoMatch", text)
    back = along(100, 300, 500, 300, 100)
    assert driven(ask(street, back)) == [[200, 200, 200, 200]], "turned round at 500 m"
    assert refusal(street, back, "waypoints=0;4") == ("NoMatch", text)
    assert driven(ask(street, back, "waypoints=0;2;4")) == [[400, 400]]


def test_tidying_leaves_one_coordinate_of_a_cluster(street):
    rng = np.random.default_rng(1)
    standing = [(500 + x, y) for x, y in rng.normal(0, 4, (8, 2))]
    points = [*along(100, 300), *standing, *along(700, 900)]
    times = seconds(0, 10, *range(20, 28), 40, 50)
    found = ask(street, points, f"{times}&tidy=true")
    assert [point is None for point in found.tracepoints].count(True) == len(standing) - 1
    assert sum(driven(found)[0]) == pytest.approx(800, abs=4)
    kept = next(index for index in range(2, 10) if found.tracepoints[index] is not None)
    for waypoint in (2, 9):
        at_it = ask(street, points, f"{times}&tidy=true&waypoints=0;{waypoint};11")
        assert at_it.matchings[0].ends == [0, kept, 11], "its stand-in ends the leg"
        assert sum(driven(at_it)[0]) == sum(driven(found)[0])


def test_bearings_hold(street):
    points = [(1400, -30), (1500, -30), (1600, -30)]
    eastward = f"bearings=90,20;90,20;90,20&{radiuses(30, 3)}&tidy=true"
    (one,) = ask(street, points, eastward).matchings
    assert sum(path.distance_dm for path in one.legs) == pytest.approx(2000, abs=20)
    assert refusal(street, points, f"bearings=0,20;0,20;0,20&{radiuses(5, 3)}")[0] == "NoSegment"


def test_roads_of_a_kind_can_be_left_out(street):
    flags = np.zeros(6, np.uint8)
    flags[1] = TOLL
    tolled = PlainMap(replace(street.network, flags_of_edge=flags))
    points, close = along(1300, 1500, 1700, y=-25.0), radiuses(20, 3)
    assert {point.waypoint.name for point in ask(tolled, points, close).tracepoints} == {"Main"}
    found = ask(tolled, points, f"{close}&exclude=toll")
    assert {point.waypoint.name for point in found.tracepoints} == {"Lower"}
    assert refusal(tolled, points, "exclude=rain") == ("InvalidValue", "Exclude flag combination is not supported.")


def test_refusals_are_osrms(street):
    there = along(100, 300, 500)
    far = [(100, 900), (300, 900)]
    assert refusal(street, far) == ("NoSegment", "Could not find a matching segment for any coordinate.")
    assert refusal(street, [(100, 0), (300, 900)]) == ("NoMatch", "Could not match the trace.")
    text = "Timestamps need to be monotonically increasing."
    assert refusal(street, there, seconds(0, 10, 9)) == ("InvalidValue", text)
    assert driven(ask(street, there, seconds(0, 30, 30), limits(match_places=3))) == [[200]]
    assert refusal(street, there, "", limits(match_places=2)) == ("TooBig", "Too many trace coordinates")
    text = "Radius search size is too large for map matching."
    assert refusal(street, there, "radiuses=;51;5", limits(match_radius_m=50.0)) == ("TooBig", text)
    assert driven(ask(street, there, "radiuses=;50;5", limits(match_radius_m=50.0))) == [[200, 200]]


def test_waypoints_may_be_skipped(street):
    assert ask(street, along(100, 300), "skip_waypoints=true").tracepoints == []


@pytest.mark.parametrize("options", ["approaches=curb;;;", "bearings=90,30;;;"])
def test_each_leg_begins_at_its_tracepoint_where_only_one_direction_was_left_before(street, options):
    """The first point leaves one direction only; the second lies behind it, and then the car drives back."""
    found = ask(street, along(500, 494, 440, 380, y=-2.0), options)
    (matching,) = found.matchings
    for before, after in pairwise(matching.legs):
        assert after.from_fraction == before.to_fraction
        assert street.network.edge_of_arc[after.arcs[0]] == street.network.edge_of_arc[before.arcs[-1]]
    assert sum(path.distance_dm for path in matching.legs) == pytest.approx(1200, abs=2)


def test_driving_back_through_a_one_way_street_is_not_one_place():
    street = PlainMap(network_from_edges([(0, 0), (1000, 0)], [(0, 1, True, 36)]))
    found = ask(street, along(*range(700, 300, -8)), radiuses(5, 50))
    assert len(found.matchings) > 5
    assert all(point is None or point.waypoint.distance_m <= 25 for point in found.tracepoints)
