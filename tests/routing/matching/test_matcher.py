"""Matching against a plain twin, and against drives whose roads are known."""

from dataclasses import replace

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import NoRoute
from routing.engine.search_graph import forward_graph
from routing.matching import matcher as module
from routing.matching.match_kernels import (
    IMPOSSIBLE,
    SLOWEST_M_S,
    SPARE_S,
    SURE,
    Rules,
    keep_ways,
    kept_ways,
    most_ms,
)
from routing.matching.matcher import TraceMatcher, _points
from routing.matching.matching import FATES
from routing.matching.trace import MatchOptions, Trace
from routing.network.road_network import RoadNetwork
from routing.network.snapping import SnapIndex
from routing.network.snaps import Snaps
from tests.helpers.driven_traces import measured, share_right
from tests.helpers.plain_matching import PlainMatcher
from tests.helpers.real_maps import RealMaps
from tests.helpers.small_networks import lon_lat, network_from_edges, random_network


def matcher_of(network: RoadNetwork) -> TraceMatcher:
    snapping = SnapIndex.build(network, destination_only_penalty_m=0.0)
    return TraceMatcher(network, forward_graph(network), snapping)


def drive(network: RoadNetwork, rng: np.random.Generator, least_ms: int = 0):
    """A fastest path between random places: the first that takes so long, else the longest of thirty."""
    engine, found = DijkstraEngine(network, threads=1), []
    while len(found) < 30:
        try:
            edge, fraction = rng.integers(0, network.edge_count, 2), rng.random(2)
            places = Snaps(edge.astype(np.int32), fraction.astype(np.float32), np.zeros(2, np.float32))
            found.append(engine.paths_through(places)[0])
        except NoRoute:
            continue
        if found[-1].duration_ms >= least_ms:
            return found[-1]
    return max(found, key=lambda path: path.duration_ms)


def network_without_hairpins(seed: int) -> RoadNetwork:
    """An edge that runs out and back on one line has two nearest places for every point, and rounding would choose."""
    while True:
        network = random_network(seed, junctions=12, edges=20, side_m=600.0)
        ends = np.stack([network.shape_first[:-1], network.shape_first[1:] - 1])
        loops = (network.shape_lon_e7[ends[0]] == network.shape_lon_e7[ends[1]]) & (ends[1] - ends[0] == 2)
        if not loops.any():
            return network
        seed += 1000


def straight_road(length_m: float = 1000.0) -> RoadNetwork:
    """0 ---------- 1, both ways"""
    return network_from_edges([(0, 0), (length_m, 0)], [(0, 1, False, 36)])


def trace_m(points, time_s=None, accuracy_m=5.0) -> Trace:
    lon, lat = zip(*(lon_lat(x, y) for x, y in points), strict=True)
    times = None if time_s is None else np.array(time_s, float)
    return Trace(np.array(lon), np.array(lat), times, np.full(len(points), accuracy_m))


@pytest.mark.parametrize("seed", range(60))
def test_the_likeliest_way_is_the_one_that_trying_everything_finds(seed):
    rng = np.random.default_rng(seed)
    network = network_without_hairpins(seed)
    trace = measured(network, drive(network, rng), float(rng.choice([3, 8, 20])), float(rng.choice([3, 12, 30])), rng)
    far = rng.random(len(trace)) < 0.1
    trace = replace(trace, lat=trace.lat + far * rng.choice([0.001, 0.1]))
    if seed % 3 == 0:
        trace = replace(trace, time_s=None)
    if seed % 4 == 0:
        trace = replace(trace, accuracy_m=rng.choice([3.0, 8.0, 20.0], len(trace)))
    options = MatchOptions(most_edges=int(rng.integers(2, 9)), most_dropped=int(rng.integers(0, 4)), gap_s=45.0)
    matcher = matcher_of(network)
    read = matcher._read(trace, options, None)
    found = {matching.point[-1]: matching for matching in matcher.match(trace, options).matchings}
    plain = [(points, best) for points, best in PlainMatcher(network, trace, options).matchings() if len(points) > 1]
    assert [m.point.tolist() for m in found.values()] == [points for points, _ in plain], seed
    for points, best in plain:
        last = points[-1]
        score = read.ways.score[read.lattice.first[last] : read.lattice.first[last + 1]].max()
        assert score == pytest.approx(best.score, abs=1e-3), (seed, points)


@pytest.mark.parametrize("seed", range(20))
def test_legs_join_and_follow_the_rules_of_the_road(seed):
    rng = np.random.default_rng(seed)
    network = random_network(seed, junctions=20, edges=40)
    trace = measured(network, drive(network, rng), 5.0, 15.0, rng)
    for matching in matcher_of(network).match(trace).matchings:
        assert len(matching.legs) == matching.point.size - 1 == matching.leg_confidence.size
        for i, leg in enumerate(matching.legs):
            assert leg.arc_ms.min() >= 0
            assert leg.arc_dm.min() >= 0
            assert leg.from_fraction == matching.places.fraction[i]
            assert leg.to_fraction == matching.places.fraction[i + 1]
            assert network.edge_of_arc[leg.arcs[0]] == matching.places.edge[i]
            assert network.edge_of_arc[leg.arcs[-1]] == matching.places.edge[i + 1]
        assert ((matching.leg_confidence >= 0) & (matching.leg_confidence <= 1)).all()
        assert 0 <= matching.confidence <= 1


@pytest.mark.parametrize("seed", range(12))
def test_a_drive_measured_well_is_found_again(seed):
    rng = np.random.default_rng(seed)
    network = random_network(seed, junctions=40, edges=70, side_m=4000.0)
    path = drive(network, rng, least_ms=60_000)
    found = matcher_of(network).match(measured(network, path, 5.0, 5.0, rng))
    assert len(found.matchings) == 1
    assert share_right(path, found) >= 0.95
    assert found.distance_dm == pytest.approx(path.distance_dm, rel=0.02)


@pytest.fixture(scope="module")
def porto(real_maps: RealMaps) -> RoadNetwork:
    return real_maps["porto"].network


@pytest.fixture(scope="module")
def matcher_of_porto(porto) -> TraceMatcher:
    return matcher_of(porto)


@pytest.mark.parametrize(
    ("noise_m", "every_s", "least_right", "most_off"),
    [
        (5, 1, 0.9985, 0.001),
        (5, 5, 0.995, 0.001),
        (10, 10, 0.975, 0.001),
        (20, 5, 0.965, 0.005),
        (20, 1, 0.980, 0.010),
        (10, 30, 0.965, 0.004),
    ],
)
def test_drives_through_porto(porto, matcher_of_porto, noise_m, every_s, least_right, most_off):
    """The metres of twenty drives together, as one drive alone may lose a parallel street. Forty other seeds with ten
    drives each kept within these limits (means and worst in the README of routing/matching), and twenty vary less."""
    rng = np.random.default_rng(1)
    right = matched = driven = 0.0
    for _ in range(20):
        path = drive(porto, rng, least_ms=300_000)
        found = matcher_of_porto.match(measured(porto, path, every_s, noise_m, rng), MatchOptions(tidy=True))
        right += share_right(path, found) * path.distance_dm
        matched += found.distance_dm
        driven += path.distance_dm
    assert right / driven >= least_right
    assert matched == pytest.approx(driven, rel=most_off)


def test_the_surer_a_match_the_righter(porto, matcher_of_porto):
    """Of Porto's drives at 20 m and 15 s, legs that are said to be sure are right more often than the others."""
    rng = np.random.default_rng(7)
    sure, right = [], []
    for _ in range(12):
        path = drive(porto, rng, least_ms=300_000)
        driven = set(path.arcs.tolist())
        for matching in matcher_of_porto.match(measured(porto, path, 15.0, 20.0, rng)).matchings:
            sure += matching.leg_confidence.tolist()
            right += [driven.issuperset(leg.arcs.tolist()) for leg in matching.legs]
    sure, right = np.array(sure), np.array(right)
    assert right[sure > 0.9].mean() > 0.95
    assert right[sure < 0.6].mean() < right[sure > 0.9].mean() - 0.1


def test_points_that_jump_back_along_a_road_stand_still():
    found = matcher_of(straight_road()).match(
        trace_m([(100, 0), (108, 0), (96, 1), (104, -1), (200, 0)], [0, 5, 10, 15, 25])
    )
    (matching,) = found.matchings
    assert [leg.distance_dm for leg in matching.legs] == [80, 0, 0, 920]


def test_a_car_that_turns_round_on_a_road_is_followed():
    there = [(x, 0) for x in range(100, 601, 50)]
    found = matcher_of(straight_road()).match(trace_m(there + there[::-1], np.arange(22) * 5.0))
    (matching,) = found.matchings
    assert matching.distance_dm == pytest.approx(10_000, abs=20)
    assert sorted(matching.arcs().tolist()) == [0, 1]


def test_turning_round_costs_more_than_a_metre_of_noise():
    points = [(100, 0), (150, 0), (147, 0), (200, 0), (196, 0), (300, 0)]
    (matching,) = matcher_of(straight_road()).match(trace_m(points, np.arange(6) * 5.0)).matchings
    assert matching.arcs().tolist() == [0]
    assert matching.distance_dm == pytest.approx(2000, abs=2)


def test_one_ways_are_honoured():
    r"""
    0 --->--- 1      the trace runs from right to left along the upper street, which is one way to the right;
    |         |      the street below it, 30 m away, may be driven
    2 ------- 3
    """
    points = [(0, 30), (600, 30), (0, 0), (600, 0)]
    edges = [(0, 1, True, 36), (2, 3, False, 36), (0, 2, False, 36), (1, 3, False, 36)]
    network = network_from_edges(points, edges)
    (matching,) = (
        matcher_of(network)
        .match(trace_m([(x, 28) for x in range(550, 0, -50)], np.arange(11) * 5.0, accuracy_m=10.0))
        .matchings
    )
    assert set(network.edge_of_arc[matching.arcs()].tolist()) == {1}
    assert matching.confidence < 0.6


def test_a_banned_turn_is_not_driven():
    r"""
            3
            |         0>1>3 is banned: who is measured on 0-1 and then on 1-3 came through 2
    0 ----- 1
     \_ 2 _/
    """
    points = [(0, 0), (300, 0), (150, -60), (300, 300)]
    edges = [(0, 1, False, 36), (1, 3, False, 36), (0, 2, False, 36), (2, 1, False, 36)]
    network = network_from_edges(points, edges, banned=[(0, 1, 3)])
    trace = trace_m([(5, 0), (120, -25), (300, 100), (300, 200)], [0, 20, 50, 60], accuracy_m=10.0)
    (matching,) = matcher_of(network).match(trace).matchings
    assert [network.edge_of_arc[arc] for arc in matching.arcs()][-3:] == [2, 3, 1]


def test_what_becomes_of_every_point():
    """Two stretches with a pause between them, a point far off, one that nobody could have driven to, one alone."""
    first = [(x, 0) for x in range(0, 250, 50)]
    points = [*first[:3], (100, 400), *first[3:], (2900, 0), (250, 0), (500, 0), (600, 0), (2900, 0)]
    times = [0, 5, 10, 13, 15, 20, 22, 25, 200, 210, 1000]
    found = matcher_of(straight_road(3000.0)).match(trace_m(points, times))
    fates = [FATES[fate] for fate in found.fate.tolist()]
    assert fates == [
        *["matched"] * 3, "no_road_near", *["matched"] * 2, "does_not_fit", *["matched"] * 3, "too_few"
    ]  # fmt: skip
    assert found.matching_of_point.tolist() == [0, 0, 0, -1, 0, 0, -1, 0, 1, 1, -1]
    assert found.distance_dm == pytest.approx(2500 + 1000, abs=4)


def test_without_times_only_missing_points_and_great_leaps_part_a_trace():
    points = [(x, 0) for x in (0, 100, 200, 6000, 6100)]
    far = matcher_of(straight_road(9000.0)).match(trace_m(points))
    assert far.matching_of_point.tolist() == [0, 0, 0, 1, 1]
    near = matcher_of(straight_road(9000.0)).match(trace_m(points), MatchOptions(gap_m=20_000.0))
    assert near.matching_of_point.tolist() == [0] * 5


@pytest.mark.parametrize(
    ("time_s", "most_s"),
    [
        (None, (1000 + 2000 + SURE * 10) / SLOWEST_M_S),
        ([0, 7200], (1000 + 2000 + SURE * 10) / SLOWEST_M_S),
        ([0, 60], 3 * 60 + SPARE_S + SURE * 10 / SLOWEST_M_S),
        ([0, 14], 3 * 14 + SPARE_S + SURE * 10 / SLOWEST_M_S),
        ([0, 13], -0.001),
    ],
)
def test_how_long_a_drive_from_point_to_point_may_take(time_s, most_s):
    """A kilometre between two points of 5 m each; 70 m/s for 13.9 s is 30 m less, which is their noise."""
    points = _points(trace_m([(0, 0), (1000, 0)], time_s))
    rules = Rules(*(float(getattr(MatchOptions(), name)) for name in Rules._fields))
    assert most_ms(points, rules, 0, 1) == pytest.approx(1000 * most_s, abs=2)


def test_a_car_that_stands_drives_nothing():
    rng = np.random.default_rng(3)
    standing = [(500 + x, y) for x, y in rng.normal(0, 8, (120, 2))]
    points = [(x, 0) for x in range(0, 500, 20)] + standing + [(x, 0) for x in range(500, 1001, 20)]
    found = matcher_of(straight_road()).match(trace_m(points, np.arange(len(points)), 8.0), MatchOptions(tidy=True))
    assert found.distance_dm == pytest.approx(10_000, rel=0.01)
    assert (found.fate == 4).sum() > 100


@pytest.mark.parametrize("points", [[], [(0, 0)], [(0, 900), (10, 900)]])
@pytest.mark.parametrize("tidy", [False, True])
def test_a_trace_without_a_road_has_no_matchings(points, tidy):
    empty = Trace(np.zeros(0), np.zeros(0), None, np.zeros(0))
    found = matcher_of(straight_road()).match(trace_m(points) if points else empty, MatchOptions(tidy=tidy))
    assert found.matchings == ()
    assert found.distance_dm == 0
    assert found.fate.size == len(points)


def parted_drives(network: RoadNetwork, rng: np.random.Generator, drives: int) -> list[Trace]:
    """Each begins two minutes after the one before has ended."""
    traces, begin_s = [], 0.0
    for _ in range(drives):
        one = measured(network, drive(network, rng), 5.0, 10.0, rng)
        traces.append(replace(one, time_s=one.time_s + begin_s))
        begin_s = traces[-1].time_s[-1] + 120.0
    return traces


def joined(traces: list[Trace]) -> Trace:
    columns = ([getattr(one, name) for one in traces] for name in ("lon", "lat", "time_s", "accuracy_m"))
    return Trace(*(np.concatenate(column) for column in columns))


def told(matching, first_point: int):
    return (
        (matching.point - first_point).tolist(),
        [leg.arcs.tolist() for leg in matching.legs],
        matching.leg_confidence.tolist(),
        matching.alternatives.tolist(),
    )


@pytest.mark.parametrize("seed", range(8))
def test_drives_of_one_trace_are_matched_as_if_each_were_alone(seed):
    rng = np.random.default_rng(seed)
    network = random_network(seed, junctions=30, edges=50)
    matcher, traces = matcher_of(network), parted_drives(network, rng, 4)
    together, first_point = iter(matcher.match(joined(traces)).matchings), 0
    for trace in traces:
        for alone in matcher.match(trace).matchings:
            assert told(next(together), first_point) == told(alone, 0), seed
        first_point += len(trace)
    assert next(together, None) is None


def test_the_work_grows_with_the_points_and_not_with_the_matchings(monkeypatch):
    """What is made for each matching is as large as the matching, and what is as large as the network is made once."""
    network = random_network(5, junctions=30, edges=50)
    matcher, trace = matcher_of(network), joined(parted_drives(network, np.random.default_rng(5), 40))
    likely, searched = [], []

    def counted(made, kernel):
        return lambda *given: made.append(kernel(*given)) or made[-1]

    monkeypatch.setattr(module, "posterior", counted(likely, module.posterior))
    monkeypatch.setattr(module, "drive_legs", counted(searched, module.drive_legs))
    found, lattice = matcher.match(trace), matcher._read(trace, MatchOptions(), None).lattice
    assert len(found.matchings) >= 40
    assert sum(values.size for values in likely) <= lattice.arc.size
    assert len(searched) == 1


def test_ways_are_kept_within_two_thousandths_down_to_the_longest_detour():
    network = random_network(6, junctions=30, edges=50)
    trace = measured(network, drive(network, np.random.default_rng(6)), 5.0, 10.0, np.random.default_rng(6))
    read = matcher_of(network)._read(trace, MatchOptions(), None)
    shape = tuple(np.diff(read.lattice.first)[[1, 0]].tolist())
    way = -np.random.default_rng(6).uniform(1000.0, 1200.0, shape)
    way[0, 0], way[-1, -1] = IMPOSSIBLE, -1200.0
    keep_ways(read.ways, 1, way)
    found = kept_ways(read.lattice, read.ways, 0, 1)
    assert found[0, 0] == 0.0
    assert np.allclose(found, np.exp(way - way.max()), rtol=0.0021, atol=0.0)


def test_sixteen_bits_are_kept_for_each_way_from_candidate_to_candidate():
    network = random_network(6, junctions=30, edges=50)
    read = matcher_of(network)._read(measured(network, drive(network, np.random.default_rng(6)), 5.0, 10.0,
                                              np.random.default_rng(6)), MatchOptions(), None)  # fmt: skip
    candidates = np.diff(read.lattice.first).astype(np.int64)
    assert read.ways.way.nbytes == 2 * (candidates**2).sum()
    followed = read.ways.previous >= 0
    used = candidates[followed] * candidates[read.ways.previous[followed]]
    assert read.ways.way_first[followed].tolist() == (np.cumsum(used) - used).tolist()


def test_places_of_a_matching_are_as_far_off_as_they_say():
    (matching,) = matcher_of(straight_road()).match(trace_m([(100, 3), (200, -4)], [0, 10])).matchings
    assert matching.places.distance_m == pytest.approx([3.0, 4.0], abs=0.05)
    assert isinstance(matching.places, Snaps)
