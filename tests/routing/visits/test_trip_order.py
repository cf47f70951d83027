"""The order of a trip against all permutations, and the search for long ones against exact orders of short ones."""

from itertools import pairwise, permutations

import numpy as np
import pytest

from routing.visits.trip_order import trip_order
from routing.visits.trip_order_kernels import exact_tour, farthest_insertion, improve, kicked_tour, tour_cost

KINDS = [
    {"round_trip": round_trip, "begin_first": begin_first, "end_last": end_last}
    for round_trip in (True, False)
    for begin_first in (True, False)
    for end_last in (True, False)
    if round_trip or begin_first or end_last
]


def length(cost, order, round_trip):
    return int(sum(cost[a, b] for a, b in pairwise(order)) + round_trip * cost[order[-1], order[0]])


def ends_as_asked(order, round_trip, begin_first, end_last):
    """A round trip that only has to end at the last place begins there."""
    begins = order[0] == 0 or not begin_first
    return begins and (not end_last or order[0 if round_trip and not begin_first else -1] == len(order) - 1)


def road_like(rng, n, unlike=0.3):
    """Travel times between points of a plane, there and back a little different."""
    points = rng.uniform(0, 1000, (n, 2))
    metres = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    return np.rint(metres * rng.uniform(1, 1 + unlike, (n, n))).astype(np.int64)


@pytest.mark.parametrize("kind", KINDS)
def test_short_trips_are_the_best_of_all_orders(kind):
    for seed in range(60):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(1, 7))
        cost = rng.integers(0, 50, (n, n)) if seed % 2 else road_like(rng, n)
        order = trip_order(cost, **kind).tolist()
        case = f"seed {seed}: {cost.tolist()}: {order}"
        assert sorted(order) == list(range(n)), case
        assert ends_as_asked(order, **kind), case
        allowed = [other for other in permutations(range(n)) if ends_as_asked(other, **kind)]
        best = min(length(cost, other, kind["round_trip"]) for other in allowed)
        assert length(cost, order, kind["round_trip"]) == best, case


@pytest.mark.parametrize("seed", range(10))
def test_long_trips_are_close_to_the_best(seed):
    """Thirteen places, where the exact order can still be had."""
    cost = road_like(np.random.default_rng(seed), 13)
    best = tour_cost(cost, exact_tour(cost))
    begun = farthest_insertion(cost)
    found = kicked_tour(cost, begun, 13, 0)
    assert sorted(found.tolist()) == list(range(13))
    assert best <= tour_cost(cost, found) <= 1.02 * best, f"seed {seed}"
    assert tour_cost(cost, found) <= tour_cost(cost, begun)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_gained_is_what_the_tour_is_shorter_by(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 40))
    cost = road_like(rng, n, unlike=3.0)
    tour = rng.permutation(n).astype(np.int32)
    before = tour_cost(cost, tour)
    gained = improve(cost, tour)
    assert sorted(tour.tolist()) == list(range(n))
    assert before - tour_cost(cost, tour) == gained
    assert improve(cost, tour) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_long_trips_keep_their_ends_and_come_out_the_same_again(kind):
    cost = road_like(np.random.default_rng(5), 60)
    order = trip_order(cost, **kind).tolist()
    assert sorted(order) == list(range(60))
    assert ends_as_asked(order, **kind)
    assert trip_order(cost, **kind).tolist() == order
    nearest = [0]
    while len(nearest) < 60:
        nearest.append(min(set(range(60)) - set(nearest), key=lambda place: cost[nearest[-1], place]))
    if not kind["end_last"]:
        assert length(cost, order, kind["round_trip"]) < length(cost, nearest, kind["round_trip"])
