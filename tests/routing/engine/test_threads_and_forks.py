"""Any number of threads may ask one engine at once, and so may what is forked off after kernels ran."""

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import NoRoute
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.network.snapping import SnapIndex
from routing.network.snaps import Snaps
from tests.helpers.driving_truth import random_places
from tests.helpers.small_networks import random_network

WAIT_S = 60


@dataclass(frozen=True)
class Asked:
    """One engine and one index, and questions of several shapes."""

    engine: HierarchyEngine | DijkstraEngine
    snapping: SnapIndex
    places: Snaps
    lon: np.ndarray
    lat: np.ndarray

    def answer(self, number: int) -> list[object]:
        """The answers to question `number`, as plain values."""
        rng = np.random.default_rng(number)
        rows, columns = (self.places.take(rng.integers(0, 60, rng.integers(1, 50)).astype(np.int32)) for _ in "ab")
        matrix = self.engine.matrix(rows, columns)
        found: list[object] = [matrix.duration_s.tolist(), matrix.distance_m.tolist()]
        if isinstance(self.engine, HierarchyEngine):
            found.append(self.engine.durations_ms(rows, columns).tolist())
        for stops in (rows.take(np.arange(min(3, len(rows)), dtype=np.int32)), columns):
            try:
                found.append([(path.arcs.tolist(), path.duration_ms) for path in self.engine.paths_through(stops)])
            except NoRoute as error:
                found.append(str(error))
        points = rng.integers(0, 60, 7)
        snaps = self.snapping.try_snap(self.lon[points], self.lat[points])
        return [*found, snaps.edge.tolist(), snaps.fraction.tolist()]


@pytest.fixture(scope="module", params=[HierarchyEngine.build, DijkstraEngine], ids=["hierarchy", "dijkstra"])
def asked(request: pytest.FixtureRequest) -> Asked:
    network = random_network(2, junctions=300, edges=520, side_m=5000.0)
    rng = np.random.default_rng(2)
    at = rng.integers(0, network.junction_count, 60)
    lon, lat = network.lon_e7[at] / 1e7 + 0.0003, network.lat_e7[at] / 1e7
    return Asked(request.param(network, threads=2), SnapIndex.build(network), random_places(network, 60, rng), lon, lat)


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_at_once_get_what_one_after_the_other_gets(asked: Asked, threads: int) -> None:
    right = [asked.answer(number) for number in range(24)]
    together = threading.Barrier(threads)

    def answers(first: int) -> list[list[object]]:
        together.wait(WAIT_S)
        return [asked.answer((first + number) % 24) for number in range(24)]

    with ThreadPoolExecutor(threads) as pool:
        for first, found in enumerate(pool.map(answers, range(threads))):
            for number in range(24):
                assert found[number] == right[(first + number) % 24], f"thread {first}, question {number}"


def _answer_all(asked: Asked, right: list[list[object]], told: "multiprocessing.Queue[list[int]]") -> None:
    told.put([number for number in range(len(right)) if asked.answer(number) != right[number]])


def test_what_is_forked_after_threads_ran_answers_right(asked: Asked) -> None:
    """As under gunicorn's --preload: warmed up, asked in threads, then forked, also from a thread."""
    with ThreadPoolExecutor(3) as pool:
        right = list(pool.map(asked.answer, range(8)))
        context = multiprocessing.get_context("fork")
        told: multiprocessing.Queue[list[int]] = context.Queue()
        # the pool's threads are still there, and one of them is at work
        busy = pool.submit(lambda: [asked.answer(number) for number in range(8)])
        children = [context.Process(target=_answer_all, args=(asked, right, told)) for _ in range(3)]
        for child in children:
            child.start()
        try:
            wrong = [told.get(timeout=WAIT_S) for _ in children]
        finally:
            for child in children:
                child.join(WAIT_S)
                child.kill()
        assert wrong == [[], [], []]
        assert [child.exitcode for child in children] == [0, 0, 0]
        assert busy.result() == right
    assert [asked.answer(number) for number in range(8)] == right
