"""Detours against driving the tour with and without the stop."""

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.visits.detours import Detours, detours
from tests.helpers.driving_truth import random_places, random_town


def driven(engine, stops):
    """(s, m) of a tour, leg by leg; None where there is no way."""
    matrix = engine.matrix(stops, stops)
    legs = [(int(matrix.duration_s[i, i + 1]), int(matrix.distance_m[i, i + 1])) for i in range(len(stops) - 1)]
    return None if any(s >= UNREACHABLE_S for s, _ in legs) else np.sum(legs, axis=0)


@pytest.mark.parametrize("seed", range(15))
def test_extra_is_the_tour_with_the_stop_less_the_tour_without(seed):
    rng = np.random.default_rng(seed)
    network = random_town(seed)
    engine = DijkstraEngine(network, threads=1)
    places = random_places(network, 9, rng)
    tour, candidates = places.take(np.arange(4, dtype=np.int32)), places.take(np.arange(4, 9, dtype=np.int32))
    found = detours(engine, tour, candidates)
    assert found.extra_s.shape == found.extra_m.shape == (5, 3)
    for c in range(5):
        for gap in range(3):
            before, after = gap, gap + 1
            pair = places.take(np.array([before, after], np.int32))
            triple = places.take(np.array([before, 4 + c, after], np.int32))
            without, with_it = driven(engine, pair), driven(engine, triple)
            if without is None or with_it is None:
                assert found.extra_s[c, gap] == found.extra_m[c, gap] == UNREACHABLE_S
            else:
                extra = with_it - without
                assert (found.extra_s[c, gap], found.extra_m[c, gap]) == tuple(extra), f"seed {seed}: {c} in {gap}"
                assert found.extra_s[c, gap] >= -1


def test_the_best_gap_is_the_quickest_then_the_shortest_then_the_first():
    none = UNREACHABLE_S
    found = Detours(
        np.array([[5, 3, 3], [none, 9, none], [none, none, none], [2, 2, 2], [0, -1, none]], np.int32),
        np.array([[0, 80, 70], [none, 10, none], [none, none, none], [-5, 4, -5], [0, 300, none]], np.int32),
    )
    assert found.best_gap().tolist() == [2, 1, 0, 0, 1]


def test_a_tour_has_a_start_and_an_end():
    network = random_town(0)
    places = random_places(network, 2, np.random.default_rng(0))
    with pytest.raises(ValueError, match="two stops"):
        detours(DijkstraEngine(network, threads=1), places.take(np.zeros(1, np.int32)), places)
