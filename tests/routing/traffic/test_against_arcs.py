"""Journeys by layers beside driving arc by arc: the same within a period, close to it over a border."""

from dataclasses import replace

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.traffic.period_speeds import PeriodSpeeds
from routing.traffic.profile_file import make_profile
from routing.traffic.time_of_day_engine import TimeOfDayEngine
from scripts.bench.timed_driving import NEVER_MS, DrivenByTheHour
from tests.helpers.driving_truth import random_places
from tests.helpers.small_networks import random_network

PROFILE = make_profile(
    {
        "periods": {"all": {"rest": "00:00", "peak": "08:00", "after": "08:20"}},
        "factors": {"all": {"peak": {"residential": 0.4, "turn_time": 2}, "after": {"default": 0.9}}},
    }
)


def setting(seed: int):
    network = random_network(seed)
    network = replace(network, duration_ms=(network.duration_ms * 3).astype(np.int32))
    speeds = PeriodSpeeds.of(network, PROFILE)
    engine = TimeOfDayEngine(speeds, lambda period: DijkstraEngine(period, threads=1))
    networks = [speeds.at(period) for period in range(len(PROFILE.week.periods))]
    slow = DrivenByTheHour.of(networks, PROFILE.week.unrolled(0, 86_400))
    return engine, slow, random_places(network, 6, np.random.default_rng(seed))


def both(engine, slow, snaps, leave_s):
    fast = engine.matrix_at(snaps, snaps, leave_s).duration_s
    rows = [slow.arrivals_ms(snaps.take(np.array([i])), snaps, leave_s) for i in range(len(snaps))]
    exact = np.array(rows) / 1000 - leave_s
    return np.where(fast < UNREACHABLE_S, fast, NEVER_MS), exact


@pytest.mark.parametrize("seed", range(15))
def test_within_a_period_both_are_the_same(seed):
    engine, slow, snaps = setting(seed)
    fast, exact = both(engine, slow, snaps, 10 * 3600)
    assert (np.isinf(fast) == np.isinf(exact)).all()
    there = ~np.isinf(fast)
    assert np.abs(fast[there] - exact[there]).max(initial=0) <= 1.01, seed  # parts of arcs are rounded there


@pytest.mark.parametrize("seed", range(15))
def test_over_a_border_both_lie_between_the_fastest_and_the_slowest_layer(seed):
    engine, slow, snaps = setting(seed)
    layers = np.stack([engine.engine(period).matrix(snaps, snaps).duration_s for period in range(3)])
    there = (layers < UNREACHABLE_S).all(axis=0)
    for leave_s in (8 * 3600 - 300, 8 * 3600 + 1000):
        fast, exact = both(engine, slow, snaps, leave_s)
        assert (fast[there] >= layers.min(axis=0)[there]).all() and (fast[there] <= layers.max(axis=0)[there]).all()
        assert (exact[there] >= layers.min(axis=0)[there] - 1.01).all(), seed
        assert (exact[there] <= layers.max(axis=0)[there] + 1.01).all(), seed


@pytest.mark.parametrize("seed", range(5))
def test_leaving_later_arrives_no_earlier_along_the_road_either(seed):
    _, slow, snaps = setting(seed)
    source = snaps.take(np.array([0]))
    arrivals = [slow.arrivals_ms(source, snaps, leave_s) for leave_s in range(8 * 3600 - 600, 8 * 3600 + 1500, 97)]
    assert (np.diff(np.array(arrivals)[:, np.isfinite(arrivals[0])], axis=0) >= -1e-6).all()
