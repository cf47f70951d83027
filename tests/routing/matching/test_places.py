"""Where the car was at each point: near enough to it, and never somewhere else when the next leg begins."""

from dataclasses import replace

import numpy as np
import pytest

from routing.matching.matching import Matching
from routing.matching.trace import MatchOptions, Trace
from routing.network.road_network import RoadNetwork
from routing.network.snapping import Headings
from tests.helpers.driven_traces import measured
from tests.helpers.small_networks import network_from_edges, random_network
from tests.routing.matching.test_matcher import drive, matcher_of, straight_road, trace_m

OPTIONS = MatchOptions()


def random_headings(count: int, rng: np.random.Generator) -> Headings:
    """Every other point's road must run roughly somewhere, and a third must lie on one side."""
    given = rng.random(count) < 0.5
    width = np.where(given, rng.choice([60.0, 90.0, 120.0], count), 180.0)
    return Headings(rng.uniform(0, 360, count), width, rng.choice([-1.0, 0.0, 1.0], count))


def assert_legs_join(network: RoadNetwork, matching: Matching) -> None:
    """Each leg runs from its point's place to the next one's, and is driven in the direction of its arcs."""
    edge, fraction = matching.places.edge.tolist(), matching.places.fraction.tolist()
    for i, leg in enumerate(matching.legs):
        assert (network.edge_of_arc[leg.arcs[0]], leg.from_fraction) == (edge[i], fraction[i])
        assert (network.edge_of_arc[leg.arcs[-1]], leg.to_fraction) == (edge[i + 1], fraction[i + 1])
        assert min(leg.arc_ms.min(), leg.arc_dm.min()) >= 0


def assert_places_are_near(trace: Trace, matching: Matching) -> None:
    """A decimetre for rounding."""
    reach_m = np.maximum(OPTIONS.search_factor * trace.accuracy_m[matching.point], OPTIONS.least_search_m)
    assert (matching.places.distance_m <= reach_m + 0.1).all()


@pytest.mark.parametrize("seed", range(40))
def test_each_leg_begins_where_the_one_before_ended_whatever_the_headings(seed):
    rng = np.random.default_rng(seed)
    network = random_network(seed, junctions=20, edges=40, side_m=600.0)
    trace = measured(network, drive(network, rng), 2.0, 10.0, rng)
    trace = replace(
        trace, accuracy_m=rng.choice([3.0, 8.0, 20.0], len(trace)), time_s=trace.time_s if seed % 2 else None
    )
    if seed % 4 == 0:
        trace = replace(trace, lon=trace.lon[::-1], lat=trace.lat[::-1])  # against one-ways
    headings = random_headings(len(trace), rng) if seed % 5 else None
    for matching in matcher_of(network).match(trace, OPTIONS, headings).matchings:
        assert_legs_join(network, matching)
        assert_places_are_near(trace, matching)


def test_a_car_that_must_have_come_one_way_turns_where_it_is():
    """The first point's bearing leaves one direction only; the second is behind it, from where the car drives back."""
    trace = trace_m([(500, 0), (494, 0), (440, 0), (380, 0)])
    headings = Headings(np.full(4, 90.0), np.array([30.0, 180.0, 180.0, 180.0]), np.zeros(4))
    network = straight_road()
    (matching,) = matcher_of(network).match(trace, OPTIONS, headings).matchings
    assert_legs_join(network, matching)
    assert [leg.arcs.tolist() for leg in matching.legs] == [[0], [1], [1]]
    assert matching.distance_dm == pytest.approx(1200, abs=2)


def one_way(length_m: float = 1000.0) -> RoadNetwork:
    """0 -----> 1"""
    return network_from_edges([(0, 0), (length_m, 0)], [(0, 1, True, 36)])


@pytest.mark.parametrize("step_m", [1, 2, 8])
def test_driving_back_through_a_one_way_street_is_not_standing_still(step_m):
    x_m = np.arange(500, 400, -step_m)
    trace = trace_m([(x, 0) for x in x_m.tolist()])
    matchings = matcher_of(one_way()).match(trace).matchings
    assert len(matchings) > 1
    for matching in matchings:
        assert_places_are_near(trace, matching)
        assert np.ptp(x_m[matching.point]) <= 30  # three accuracies of both its ends


def test_driving_back_through_a_one_way_street_is_driving_round_where_there_is_a_way():
    r"""
    0 --->--- 1      600 m each way, and 60 m beside
    |         |
    2 ------- 3
    """
    points = [(0, 60), (600, 60), (0, 0), (600, 0)]
    edges = [(0, 1, True, 36), (2, 3, False, 36), (0, 2, False, 36), (1, 3, False, 36)]
    trace = trace_m([(x, 60) for x in range(350, 250, -2)])
    found = matcher_of(network_from_edges(points, edges)).match(trace)
    for matching in found.matchings:
        assert_places_are_near(trace, matching)
    assert found.distance_dm > 10_000


def test_who_was_measured_too_far_ahead_is_drawn_back_and_stands():
    """25 m back are noise at 5 m each way, and no reason to leave a point out."""
    points = [(400, 0), (512, 0), (487, 0), (505, 0), (490, 0), (600, 0)]
    trace = trace_m(points)
    (matching,) = matcher_of(one_way()).match(trace).matchings
    assert matching.point.tolist() == [0, 1, 2, 3, 4, 5]
    assert [leg.distance_dm for leg in matching.legs] == pytest.approx([1020, 0, 30, 0, 950], abs=2)
    assert_places_are_near(trace, matching)


@pytest.mark.parametrize("seed", range(10))
def test_a_minute_of_standing_in_a_one_way_street_drives_nothing(seed):
    noise = np.random.default_rng(seed).normal(0, 5, (60, 2))
    trace = trace_m([(100, 0), *((500 + x, y) for x, y in noise), (900, 0)])
    (matching,) = matcher_of(one_way()).match(trace).matchings
    assert matching.point.size == len(trace)
    assert matching.distance_dm == pytest.approx(8000, abs=2)
