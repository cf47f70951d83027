"""One engine a period, and departures that run on into the next period."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import MatrixTooLarge
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.network.road_network import RoadNetwork
from routing.traffic.period_speeds import PeriodSpeeds
from routing.traffic.profile_file import DEFAULT_PROFILE, make_profile, read_profile
from routing.traffic.row_matching import match_rows
from routing.traffic.speed_change import SpeedChange
from routing.traffic.speed_table import read_speed_table
from routing.traffic.time_of_day_engine import TimeOfDayEngine
from routing.traffic.timed_matrix import TimedMatrix
from routing.traffic.week import DAY_S, WEEK_S
from tests.helpers.driving_truth import random_places
from tests.helpers.small_networks import random_network

PROFILE = make_profile(
    {
        "periods": {"all": {"peak": "07:00", "rest": "07:05"}, "sunday": {"rest": "00:00"}},
        "factors": {"all": {"peak": {"default": 0.2}}, "saturday": {"rest": {"default": 0.7}}},
    }
)


def make_dijkstra(network: RoadNetwork) -> DijkstraEngine:
    return DijkstraEngine(network, max_cells=1000, threads=1)


def slow_network(seed: int) -> RoadNetwork:
    """Journeys of minutes to an hour, so that they pass borders."""
    network = random_network(seed)
    return replace(network, duration_ms=(network.duration_ms * 3).astype(np.int32))


@pytest.mark.parametrize("seed", range(12))
def test_departures_agree_however_they_are_asked_for(seed):
    rng = np.random.default_rng(seed)
    network = slow_network(seed)
    table = (
        f"osm_way,closed,period\n{1000 + seed},yes,peak\n{1001 + seed},yes,\n" if seed % 2 else "osm_way,factor\n1,1"
    )
    own = match_rows(network, read_speed_table(table.encode(), PROFILE.week, 10).rows).speeds
    engine = TimeOfDayEngine(PeriodSpeeds.of(network, PROFILE, own), make_dijkstra)
    snaps = random_places(network, 8, rng)
    begin_s = int(rng.integers(0, 7)) * DAY_S + 6 * 3600
    timed = engine.timed_matrix(snaps, snaps, begin_s, begin_s + 2 * WEEK_S)
    for leave_s in [
        begin_s,
        begin_s + 3500,
        begin_s + 3600,
        begin_s + 3899,
        *rng.integers(begin_s, begin_s + WEEK_S, 4),
    ]:
        one, other = engine.matrix_at(snaps, snaps, int(leave_s)), timed.at(int(leave_s))
        assert one.duration_s.tolist() == other.duration_s.tolist(), (seed, leave_s)
        assert one.distance_m.tolist() == other.distance_m.tolist(), (seed, leave_s)


@pytest.mark.parametrize("seed", range(6))
def test_a_departure_whose_journeys_end_in_its_period_is_that_periods_matrix(seed):
    network = slow_network(seed)
    made = []
    engine = TimeOfDayEngine(
        PeriodSpeeds.of(network, PROFILE), lambda period: made.append(period) or make_dijkstra(period)
    )
    snaps = random_places(network, 6, np.random.default_rng(seed))
    wednesday_noon = 2 * DAY_S + 12 * 3600
    found = engine.matrix_at(snaps, snaps, wednesday_noon)
    assert len(made) == 1, "no other period is looked at"
    wanted = make_dijkstra(engine.speeds.at(engine.week.period_at(wednesday_noon))).matrix(snaps, snaps)
    assert found.duration_s.tolist() == wanted.duration_s.tolist()
    assert found.distance_m.tolist() == wanted.distance_m.tolist()


@pytest.mark.parametrize("seed", range(12))
def test_live_speeds_that_end_on_the_way_are_a_border_like_that_of_a_period(seed):
    rng = np.random.default_rng(seed)
    network = slow_network(seed)
    everything = np.arange(network.arc_count, dtype=np.int32)
    some = rng.choice(everything, 3, replace=False).astype(np.int32)
    lives = [
        SpeedChange.join([SpeedChange.by_factor(everything, 0.1), SpeedChange.closure(some)]),
        SpeedChange.by_factor(everything, 0.5),
        SpeedChange.join([]),
    ]
    speeds = PeriodSpeeds.of(network, PROFILE)
    engines = [TimeOfDayEngine(speeds.overlaid(live), make_dijkstra) for live in lives]
    snaps = random_places(network, 8, rng)
    begin_s = 4 * DAY_S + 6 * 3600
    ends = [begin_s + 1800, begin_s + 3700]
    days = [engine.timed_matrix(snaps, snaps, begin_s, begin_s + WEEK_S) for engine in engines]
    borders = sorted({begin_s, *ends, *(int(s) for s in days[0].begin_s if s > begin_s)})
    spans = [
        (sum(s >= end for end in ends), max(0, int(np.searchsorted(days[0].begin_s, s, "right")) - 1)) for s in borders
    ]
    layers = [len(days[0].duration_s) * state + int(days[state].layer[span]) for state, span in spans]
    timed = TimedMatrix(
        np.array(borders),
        np.array(layers, np.int32),
        np.concatenate([day.duration_s for day in days]),
        np.concatenate([day.distance_m for day in days]),
    )
    rest = [(end, lambda i=i: engines[i + 1]) for i, end in enumerate(ends)]
    whole = engines[0].timed_matrix(snaps, snaps, begin_s, begin_s + WEEK_S, later=rest)
    assert whole.at(begin_s + 1000).duration_s.tolist() == timed.at(begin_s + 1000).duration_s.tolist(), seed
    arrivals = []
    for leave_s in range(begin_s, begin_s + 4500, 120):
        state = sum(leave_s >= end for end in ends)
        later = rest[state:]
        one, other = engines[state].matrix_at(snaps, snaps, leave_s, later=later), timed.at(leave_s)
        assert one.duration_s.tolist() == other.duration_s.tolist(), (seed, leave_s)
        assert one.distance_m.tolist() == other.distance_m.tolist(), (seed, leave_s)
        arrivals.append(one.duration_s.astype(np.int64) + leave_s)
    assert (np.diff(arrivals, axis=0) >= 0).all(), "leaving later never arrives earlier"


def test_friday_night_runs_on_into_saturday_and_sunday_into_monday():
    network = slow_network(3)
    engine = TimeOfDayEngine(PeriodSpeeds.of(network, PROFILE), make_dijkstra)
    snaps = random_places(network, 6, np.random.default_rng(3))
    workday, saturday, sunday = (
        make_dijkstra(engine.speeds.at(engine.week.period_at(day * DAY_S))).matrix(snaps, snaps).duration_s
        for day in (4, 5, 6)
    )
    there = (workday > 120) & (workday < UNREACHABLE_S)
    assert there.any() and (saturday[there] > workday[there]).all()
    before = engine.matrix_at(snaps, snaps, 5 * DAY_S - 60).duration_s
    assert ((workday <= before) & (before <= saturday))[there].all()
    assert (before[there] == np.rint(60 + (1 - 60 / workday[there]) * saturday[there])).all()
    assert (sunday == workday).all(), "both are at rest without a factor"
    late = engine.matrix_at(snaps, snaps, WEEK_S - 60)
    assert late.duration_s.tolist() == engine.matrix_at(snaps, snaps, 2 * WEEK_S - 60).duration_s.tolist()
    assert (late.duration_s == sunday).all()


def test_engines_are_made_once_shared_and_forgotten():
    network = slow_network(5)
    made: list[RoadNetwork] = []
    profile = read_profile(DEFAULT_PROFILE)
    engine = TimeOfDayEngine(
        PeriodSpeeds.of(network, profile), lambda period: made.append(period) or make_dijkstra(period), keep=2
    )
    hours = [8, 12, 17]
    morning, noon, evening = (engine.week.period_at(hour * 3600) for hour in hours)
    first = engine.engine(morning)
    assert engine.engine(morning) is first and len(made) == 1
    engine.engine(noon)
    engine.engine(morning)
    engine.engine(evening)  # noon is the least recently used
    assert len(made) == 3 and engine.engine(morning) is first and len(made) == 3
    engine.engine(noon)
    assert len(made) == 4
    nights = {engine.week.period_at(day * DAY_S + 3 * 3600) for day in range(7)}
    assert len(nights) == 3 and len({id(engine.engine(night)) for night in nights}) == 1, "equal times share an engine"


def test_threads_share_one_engine():
    network = slow_network(6)
    made = []
    engine = TimeOfDayEngine(
        PeriodSpeeds.of(network, PROFILE), lambda period: made.append(period) or make_dijkstra(period)
    )
    found = []
    threads = [threading.Thread(target=lambda: found.append(engine.engine(0))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and len(set(map(id, found))) == 1


def test_an_engine_already_made_waits_for_no_other():
    network, begun, go_on = slow_network(6), threading.Event(), threading.Event()

    def make(period: RoadNetwork) -> DijkstraEngine:
        if made:
            begun.set()
            assert go_on.wait(60)
        made.append(period)
        return make_dijkstra(period)

    made: list[RoadNetwork] = []
    engine = TimeOfDayEngine(PeriodSpeeds.of(network, PROFILE), make)
    peak, rest = (engine.week.period_at(hour * 3600) for hour in (7, 8))
    at_peak = engine.engine(peak)
    with ThreadPoolExecutor(2) as pool, ThreadPoolExecutor(1) as alone:
        others = [pool.submit(engine.engine, rest) for _ in range(2)]
        assert begun.wait(60)
        there = alone.submit(engine.engine, peak)
        try:
            assert there.result(20) is at_peak
        finally:
            go_on.set()
        assert others[0].result(60) is others[1].result(60)
    assert len(made) == 2


@pytest.mark.parametrize("leave_s", [7 * 3600 - 60, 2 * DAY_S + 12 * 3600, 4 * DAY_S + 86_000])
def test_progress_runs_once_from_0_to_1_however_many_periods_there_are(leave_s):
    """A journey from before the peak passes three periods, at noon one; a matrix over both asks for all of them."""
    network = slow_network(3)
    engine = TimeOfDayEngine(PeriodSpeeds.of(network, PROFILE), make_dijkstra)
    snaps = random_places(network, 20, np.random.default_rng(3))
    for ask in (
        lambda note: engine.matrix_at(snaps, snaps, leave_s, note),
        lambda note: engine.timed_matrix(snaps, snaps, leave_s, leave_s + DAY_S, note),
    ):
        shares: list[float] = []
        ask(lambda done, what, shares=shares: shares.append(done))
        assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] == 1.0, leave_s
        assert shares.count(1.0) <= 2


def test_limits_are_those_of_the_engine():
    network = slow_network(7)
    engine = TimeOfDayEngine(PeriodSpeeds.of(network, PROFILE), make_dijkstra)
    snaps = random_places(network, 40, np.random.default_rng(7))
    with pytest.raises(MatrixTooLarge):
        engine.matrix_at(snaps, snaps, 0)
    with pytest.raises(ValueError, match="keep"):
        TimeOfDayEngine(engine.speeds, make_dijkstra, keep=0)
