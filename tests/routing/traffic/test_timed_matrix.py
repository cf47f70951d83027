"""Leaving later never arrives earlier, and arrivals are those of exact fractions."""

import numpy as np
import pytest

from routing.arrays import frozen
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.traffic.timed_kernels import NEVER_S, drive, latest_leave
from routing.traffic.timed_matrix import TimedMatrix
from tests.helpers.timed_travel import exact_arrival, random_timed


def one_journey(begin_s, whole_s, metres=None) -> TimedMatrix:
    """A single journey whose layer times follow each other."""
    layers = np.array(whole_s).reshape(-1, 1, 1)
    return TimedMatrix(begin_s, np.arange(len(whole_s)), layers, layers * 10 if metres is None else metres)


def spans_of(timed: TimedMatrix, a: int, b: int) -> list[tuple[int, int]]:
    return [
        (int(begin), int(timed.duration_s[layer, a, b]))
        for begin, layer in zip(timed.begin_s, timed.layer, strict=True)
    ]


def random_pause(rng: np.random.Generator) -> tuple[int, int]:
    if rng.random() < 0.4:
        return NEVER_S, NEVER_S
    begin_s = int(rng.integers(0, 20_000))
    return begin_s, begin_s + int(rng.integers(1, 4000))


@pytest.mark.parametrize("seed", range(60))
def test_arrivals_are_those_of_exact_fractions_and_the_kernel_agrees(seed):
    rng = np.random.default_rng(seed)
    timed = random_timed(rng)
    for leave_s in rng.integers(0, 30_000, 40).tolist():
        a, b = rng.integers(0, 3, 2).tolist()
        pause = random_pause(rng)
        found = timed.drive(a, b, leave_s, pause)
        assert tuple(found) == drive(timed.arrays, a, b, leave_s, *pause), (seed, a, b, leave_s, pause)
        exact = exact_arrival(spans_of(timed, a, b), leave_s, None if pause[0] == NEVER_S else pause)
        if exact is None:
            assert found == (NEVER_S, UNREACHABLE_S)
        else:
            # Half a second of rounding at the end; next to a pause or closure that half second may fall on either side.
            jumps = {begin for begin, _ in spans_of(timed, a, b)} | set(pause)
            near = abs(found.arrive_s - exact) <= 0.501 or found.arrive_s in jumps or round(exact) in jumps
            assert near, (seed, a, b, leave_s, pause, found, float(exact))


@pytest.mark.parametrize("seed", range(25))
def test_leaving_later_never_arrives_earlier(seed):
    """Every second over all borders, so also next to them where whole seconds and shares meet."""
    rng = np.random.default_rng(1000 + seed)
    timed = random_timed(rng, n=1, longest_s=int(rng.choice([3, 50, 4000])), closed=float(rng.choice([0, 0.3])))
    pause = random_pause(rng)
    seconds = range(int(timed.begin_s[-1]) + 100)
    arrivals = [drive(timed.arrays, 0, 0, leave_s, *pause)[0] for leave_s in seconds]
    falls = np.flatnonzero(np.diff(arrivals) < 0)
    assert not falls.size, (seed, falls[:5].tolist(), timed)
    assert all(arrive_s >= leave_s for arrive_s, leave_s in zip(arrivals, seconds, strict=True))


@pytest.mark.parametrize("seed", range(25))
def test_arrivals_do_not_jump(seed):
    """A second later is at most as many seconds later as the slowest layer is slower than the fastest (continuity)."""
    rng = np.random.default_rng(2000 + seed)
    timed = random_timed(rng, n=1, closed=0.0)
    whole_s = timed.duration_s[:, 0, 0].astype(float)
    if whole_s.min() == 0:
        pytest.skip("from a place to itself")
    steepest = whole_s.max() / whole_s.min()
    arrivals = [
        drive(timed.arrays, 0, 0, leave_s, NEVER_S, NEVER_S)[0] for leave_s in range(int(timed.begin_s[-1]) + 100)
    ]
    assert np.diff(arrivals).max() <= steepest + 1


def test_the_picture_of_the_docstring():
    timed = one_journey([0, 9 * 3600], [40 * 60, 20 * 60])
    assert timed.drive(0, 0, 8 * 3600 + 1800) == (9 * 3600 + 300, round(0.75 * 24_000 + 0.25 * 12_000))
    assert timed.drive(0, 0, 9 * 3600).arrive_s == 9 * 3600 + 1200
    assert timed.drive(0, 0, 8 * 3600 + 1200) == (9 * 3600, 24_000), "exactly until the border"


@pytest.mark.parametrize("whole_s", [0, 1, 59, 3601, 385_200])
def test_borders_between_equal_layers_change_nothing(whole_s):
    timed = one_journey([0, 1000, 1001, 5000, 90_000, 400_000], [whole_s] * 6)
    for leave_s in [*range(0, 6000, 7), 89_999, 90_000]:
        assert timed.drive(0, 0, leave_s) == (leave_s + whole_s, whole_s * 10)


def test_a_closed_way_waits_until_it_opens():
    timed = one_journey([0, 1000, 2000, 3000], [100, UNREACHABLE_S, 200, UNREACHABLE_S])
    assert timed.drive(0, 0, 950).arrive_s == 2100, "half of the way, then closed, then half of 200 s"
    assert timed.drive(0, 0, 1500).arrive_s == 2200
    assert timed.drive(0, 0, 2900) == (NEVER_S, UNREACHABLE_S)
    assert timed.at(1500).duration_s.tolist() == [[700]]
    assert timed.at(2900).duration_s.tolist() == [[UNREACHABLE_S]]


def test_a_pause_is_made_on_the_way_only():
    timed = one_journey([0], [100])
    assert timed.drive(0, 0, 0, (50, 80)).arrive_s == 130
    assert timed.drive(0, 0, 0, (100, 200)).arrive_s == 100, "it begins as one arrives"
    assert timed.drive(0, 0, 50, (50, 80)).arrive_s == 180, "it begins as one leaves"
    assert timed.drive(0, 0, 60, (50, 80)).arrive_s == 180, "one leaves within it"
    assert timed.drive(0, 0, 80, (50, 80)).arrive_s == 180
    assert one_journey([0], [0]).drive(0, 0, 50, (50, 80)).arrive_s == 50, "there is no way to interrupt"


@pytest.mark.parametrize("seed", range(20))
def test_a_matrix_of_departures_is_that_of_its_journeys(seed):
    rng = np.random.default_rng(3000 + seed)
    timed = random_timed(rng, n=5)
    leave_s = rng.integers(0, 20_000, 5)
    found = timed.at(leave_s)
    for a in range(5):
        for b in range(5):
            arrive_s, metres = timed.drive(a, b, int(leave_s[a]))
            wanted = UNREACHABLE_S if arrive_s == NEVER_S else arrive_s - int(leave_s[a])
            assert (int(found.duration_s[a, b]), int(found.distance_m[a, b])) == (wanted, metres)
    rows = frozen(np.array([3, 1], np.int32))
    part = timed.select(rows, rows)
    assert part.at(500).duration_s.tolist() == timed.at(500).select(rows, rows).duration_s.tolist()
    assert (timed.fastest().duration_s <= found.duration_s).all()


@pytest.mark.parametrize("seed", range(30))
def test_the_latest_departure_is_the_last_that_arrives_in_time(seed):
    rng = np.random.default_rng(4000 + seed)
    timed = random_timed(rng, n=1, longest_s=300, closed=0.0)
    pause = random_pause(rng)
    from_s = int(rng.integers(0, 3000))
    until_s = from_s + 900
    arrivals = {leave_s: drive(timed.arrays, 0, 0, leave_s, *pause)[0] for leave_s in range(from_s, until_s + 1)}
    by_s = int(rng.integers(arrivals[from_s], arrivals[from_s] + 1000))
    wanted = max(leave_s for leave_s, arrive_s in arrivals.items() if arrive_s <= by_s)
    assert latest_leave(timed.arrays, 0, 0, by_s, from_s, until_s, *pause) == wanted
