"""Blocks of a matrix that are made while the caller is busy."""

import threading

import numpy as np
import pytest

from routing.engine.hierarchy_engine import HierarchyEngine
from routing.engine.made_ahead import made_ahead
from tests.helpers.driving_truth import random_places
from tests.helpers.small_networks import random_network


def test_things_come_in_order_one_ahead_of_the_caller():
    begun = []
    made_ready = threading.Semaphore(0)

    def make(key):
        begun.append(key)
        made_ready.release()
        return -key

    things = made_ahead(make, range(5))
    for key in range(5):
        assert next(things) == -key
        for _ in range(2 if key == 0 else int(key < 4)):
            assert made_ready.acquire(timeout=5), "the next one is made meanwhile"
        assert begun == list(range(min(key + 2, 5))), "and no more than that"
    assert list(things) == []
    assert list(made_ahead(make, [])) == []


def test_what_goes_wrong_is_told_at_its_turn():
    things = made_ahead(lambda key: 1 // key, [1, 0, 1])
    assert next(things) == 1
    with pytest.raises(ZeroDivisionError):
        next(things)


def test_who_stops_in_the_middle_can_ask_again():
    network = random_network(3, junctions=200, edges=350, side_m=3000.0)
    stops = random_places(network, 120, np.random.default_rng(3))
    engine = HierarchyEngine.build(network, threads=2)
    whole = engine.durations_ms(stops, stops)
    for taken in range(4):
        blocks = engine.duration_blocks(stops, stops, max_bytes=4 * 120 * 25)
        for first, rows in blocks:
            assert np.array_equal(rows, whole[first : first + len(rows)])
            if first >= 25 * taken:
                break
        blocks.close()
        assert np.array_equal(engine.durations_ms(stops, stops), whole)
