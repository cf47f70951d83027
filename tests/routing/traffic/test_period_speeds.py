"""Speeds of single roads and of classes against the same rules, road by road."""

from dataclasses import replace

import numpy as np
import pytest

from routing.network.road_network import CLOSED_MS, ROAD_CLASSES
from routing.traffic.period_speeds import PeriodSpeeds
from routing.traffic.profile_file import DEFAULT_PROFILE, make_profile, read_profile
from routing.traffic.row_matching import match_rows
from routing.traffic.speed_change import SpeedChange
from routing.traffic.speed_table import read_speed_table
from tests.helpers.real_maps import RealMaps
from tests.helpers.slow_speeds import hit_rows, slow_duration_ms
from tests.helpers.small_networks import network_from_edges, random_network

PROFILE = make_profile(
    {
        "periods": {"all": {"peak": "07:00", "rest": "09:00"}},
        "factors": {"all": {"peak": {"residential": 0.8, "default": 0.5, "turn_time": 1.5}}},
    }
)


def random_table(network, rng) -> str:
    """Rows about segments, ways, directions and periods, also twice, also of elsewhere; all kinds of change."""
    lines = ["from_osm_node,to_osm_node,osm_way,direction,speed_kmh,factor,closed,period,weekdays"]
    for _ in range(int(rng.integers(1, 60))):
        if rng.random() < 0.6:
            edge = int(rng.integers(network.edge_count))
            points = range(network.shape_first[edge], network.shape_first[edge + 1])
            at = int(rng.integers(len(points) - 1))
            pair = [int(network.shape_node[points[at]]), int(network.shape_node[points[at + 1]])]
            a, b = pair if rng.random() < 0.5 else pair[::-1]
            road = f"{a},{b},,"
        else:
            direction = rng.choice(["", "forward", "backward"])
            road = f",,{int(rng.integers(1000, 1000 + network.edge_count + 3))},{direction}"
        change = rng.choice([f"{rng.uniform(1, 100):.1f},,", f",{rng.uniform(0.2, 2):.2f},", ",,yes", "0,,"])
        lines.append(f"{road},{change},{rng.choice(['', 'peak', 'rest'])},{rng.choice(['', 'sunday', 'workday'])}")
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(40))
def test_times_are_those_of_asking_every_row_of_every_road(seed):
    rng = np.random.default_rng(seed)
    network = random_network(seed, junctions=8, edges=14)
    network = replace(network, road_class_of_edge=rng.integers(0, len(ROAD_CLASSES), 14).astype(np.uint8))
    table = random_table(network, rng)
    found = read_speed_table(table.encode(), PROFILE.week, 100)
    assert not found.problems
    matched = match_rows(network, found.rows)
    assert set(range(len(found.rows))) - set(matched.elsewhere.tolist()) == hit_rows(network, found.rows), seed
    speeds = PeriodSpeeds.of(network, PROFILE, matched.speeds)
    for period in range(len(PROFILE.week.periods)):
        wanted = np.array(slow_duration_ms(network, PROFILE, found.rows, period))
        ms = speeds.duration_ms(period)
        assert ((ms == CLOSED_MS) == np.isinf(wanted)).all(), (seed, table)
        is_open = ~np.isinf(wanted)
        # Half a millisecond, and 4e-3 as the network measures shapes on the ellipsoid, this on the sphere.
        near = np.abs(ms[is_open] - np.maximum(wanted[is_open], 1)) <= 0.5 + 4e-3 * wanted[is_open]
        assert near.all(), (seed, period, table)
    varies = {
        period: frozenset(np.flatnonzero(speeds.duration_ms(period) == CLOSED_MS).tolist())
        for period in range(len(PROFILE.week.periods))
    }
    assert not matched.speeds.same_closures or len(set(varies.values())) == 1


@pytest.mark.parametrize("seed", range(30))
def test_times_of_no_time_of_day_are_those_of_rows_that_hold_in_all_periods(seed):
    rng = np.random.default_rng(seed)
    network = random_network(seed, junctions=8, edges=14)
    header, *lines = random_table(network, rng).split("\n")
    table = [
        header,
        *(line for line in lines if rng.random() < 0.7),
        *(line.rsplit(",", 2)[0] + ",," for line in lines[::3]),
    ]
    lasting = [header, *(line for line in table[1:] if line.endswith(",,"))]
    of_all, of_lasting = (
        match_rows(network, read_speed_table("\n".join(text).encode(), PROFILE.week, 100).rows).speeds
        for text in (table, lasting)
    )
    rest = PROFILE.week.period_at(12 * 3600)  # all of its factors are 1
    wanted = PeriodSpeeds.of(network, PROFILE, of_lasting).duration_ms(rest)
    assert of_all.always_ms(network.duration_ms, network.length_dm).tolist() == wanted.tolist(), seed
    assert (wanted != network.duration_ms).any() == (of_lasting.arcs.size > 0), seed


def test_layers_compose_base_then_period_then_live():
    network = network_from_edges([(0, 0), (1000, 0), (2000, 0)], [(0, 1, False, 36), (1, 2, False, 36)], turn_ms=1000)
    speeds = PeriodSpeeds.of(network, PROFILE)
    peak, rest = PROFILE.week.period_at(8 * 3600), PROFILE.week.period_at(12 * 3600)
    assert network.duration_ms.tolist() == [100_000] * 4
    assert speeds.duration_ms(rest).tolist() == [100_000] * 4 and speeds.turn_ms(rest) is network.turn_ms
    assert speeds.duration_ms(peak).tolist() == [125_000] * 4
    assert set(speeds.turn_ms(peak).tolist()) == {1500}
    live = SpeedChange.join(
        [
            SpeedChange.by_factor(np.array([0], np.int32), 0.5),
            SpeedChange.to_speed(np.array([1], np.int32), 72.0),
            SpeedChange.closure(np.array([2], np.int32)),
        ]
    )
    now = speeds.overlaid(live)
    assert now.duration_ms(peak).tolist() == [250_000, 50_000, CLOSED_MS, 125_000]
    assert now.duration_ms(rest).tolist() == [200_000, 50_000, CLOSED_MS, 100_000]
    assert now.at(peak).duration_ms.tolist() == now.duration_ms(peak).tolist()
    assert speeds.duration_ms(peak).tolist() == [125_000] * 4, "the first is as it was"


def test_a_segment_changes_its_share_of_the_arc():
    bends = {0: [(600.0, 0.0)]}  # 600 m + 400 m at 36 km/h
    network = network_from_edges([(0, 0), (1000, 0)], [(0, 1, False, 36)], bends=bends)
    table = b"from_osm_node,to_osm_node,speed_kmh\n10001,101,18\n101,10001,0\n"
    matched = match_rows(network, read_speed_table(table, PROFILE.week, 10).rows)
    speeds = PeriodSpeeds.of(network, PROFILE, matched.speeds)
    rest = PROFILE.week.period_at(12 * 3600)
    forward, backward = int(network.forward_arc[0]), int(network.backward_arc[0])
    assert speeds.duration_ms(rest)[forward] == pytest.approx(60_000 + 80_000, abs=20)
    assert speeds.duration_ms(rest)[backward] == CLOSED_MS


def test_every_pair_of_nodes_of_a_real_map_is_found(real_maps: RealMaps):
    network = real_maps["liechtenstein"].network
    profile = read_profile(DEFAULT_PROFILE)
    rng = np.random.default_rng(1)
    edges = rng.integers(0, network.edge_count, 300)
    first = network.shape_first[edges]
    pairs = network.shape_node[np.stack([first, first + 1], axis=1)]
    text = "\n".join(f"{a},{b},7" for a, b in pairs.tolist())
    found = match_rows(network, read_speed_table(text.encode(), profile.week, 1000).rows)
    backward_only = set(np.flatnonzero(network.forward_arc[edges] < 0).tolist())
    assert set(found.elsewhere.tolist()) <= backward_only
    changed = PeriodSpeeds.of(network, profile, found.speeds).duration_ms(0)
    plain = PeriodSpeeds.of(network, profile).duration_ms(0)
    arcs = network.forward_arc[edges]
    assert (changed[arcs[arcs >= 0]] != plain[arcs[arcs >= 0]]).mean() > 0.95
    others = np.setdiff1d(np.arange(network.arc_count), found.speeds.arcs)
    assert (changed[others] == plain[others]).all()
