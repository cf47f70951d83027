"""What is opened and made once a process, by however many threads, and who waits for it."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event
from types import SimpleNamespace

import pytest

from app.services.company_map import NETWORKS_KEPT, Engines, OpenMap
from routing.engine.dijkstra import DijkstraEngine
from routing.network.road_network import RoadNetwork
from tests.helpers.osm_drawing import draw
from tests.helpers.osrm_server import map_app
from tests.helpers.small_networks import random_network

LONGEST_S = 60.0
"""Only a test that fails waits so long."""
KINDS = ("alternatives", "reach", "excluding")


class Counted:
    """Engines, and the networks they were made for."""

    def __init__(self) -> None:
        self.made: list[object] = []
        self.reweighted: list[RoadNetwork] = []

    def make(self, stored) -> DijkstraEngine:
        time.sleep(0.05)  # long enough for other threads to come
        self.made.append(stored)
        return DijkstraEngine(stored.network, threads=1)

    def reweight(self, engine, network: RoadNetwork) -> DijkstraEngine:
        self.reweighted.append(network)
        return DijkstraEngine(network, threads=1)


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def opened(counted, tmp_path) -> OpenMap:
    return OpenMap(
        SimpleNamespace(network=random_network(1), id="map"), tmp_path, Engines(counted.make, counted.reweight)
    )


def with_other_times(opened: OpenMap) -> RoadNetwork:
    return replace(opened.stored.network, duration_ms=opened.stored.network.duration_ms + 1)


def made_for(opened: OpenMap, kind: str, network: RoadNetwork) -> object:
    return opened.excluding("toll", network)[1] if kind == "excluding" else getattr(opened, kind)(network)


@pytest.mark.parametrize("part", ["engine", "road_snapping", "any_snapping", "snapping", "guide"])
def test_threads_that_ask_at_once_get_one_thing(opened, counted, part):
    together = Barrier(8)

    def ask(_):
        together.wait(LONGEST_S)
        return getattr(opened, part)

    with ThreadPoolExecutor(8) as threads:
        assert len(set(map(id, threads.map(ask, range(8))))) == 1
    assert len(counted.made) == (part == "engine")


@pytest.mark.parametrize("kind", [*KINDS, "matcher"])
def test_threads_that_ask_for_one_network_get_one_thing(opened, counted, kind):
    together = Barrier(8)

    def ask(_):
        together.wait(LONGEST_S)
        return opened.matcher() if kind == "matcher" else made_for(opened, kind, opened.stored.network)

    with ThreadPoolExecutor(8) as threads:
        assert len(set(map(id, threads.map(ask, range(8))))) == 1
    assert len(counted.reweighted) == (kind == "excluding")


@pytest.mark.parametrize("kind", KINDS)
def test_organisations_with_other_speeds_on_one_map_take_turns(opened, kind):
    networks = [with_other_times(opened) for _ in range(NETWORKS_KEPT)]
    first = [made_for(opened, kind, network) for network in networks]
    again = [made_for(opened, kind, network) for network in networks]
    assert [one is other for one, other in zip(first, again, strict=True)] == [True] * NETWORKS_KEPT
    assert len(set(map(id, first))) == NETWORKS_KEPT


@pytest.mark.parametrize("kind", ["alternatives", "reach"])
def test_nothing_is_taken_for_what_was_made_for_a_network_that_is_gone(opened, kind):
    for _ in range(5 * NETWORKS_KEPT):
        network = with_other_times(opened)
        assert made_for(opened, kind, network).network is network


def test_a_map_that_takes_long_to_open_delays_only_those_who_work_on_it(tmp_path, monkeypatch):
    app = map_app(tmp_path / "data", draw(tmp_path, "a--b", {"ab": {}}).path)
    maps, begun, go_on, asked = app.maps, Event(), Event(), []
    with app.storage.reading(1) as work:
        organisation = work.organisations.by_id(1)
    damaged = replace(organisation, id=2, network_id="damaged")
    open_now = maps.store.open

    def open_slowly(network_id: str):
        asked.append(network_id)
        if network_id == "damaged":
            begun.set()
            assert go_on.wait(LONGEST_S)
        return open_now(organisation.network_id)

    monkeypatch.setattr(maps, "store", SimpleNamespace(open=open_slowly))
    with ThreadPoolExecutor(3) as threads:
        waiting = [threads.submit(maps.of, damaged) for _ in range(2)]
        assert begun.wait(LONGEST_S)
        try:
            assert threads.submit(maps.of, organisation).result(20).network.edge_count == 1
        finally:
            go_on.set()
        assert waiting[0].result(LONGEST_S).opened is waiting[1].result(LONGEST_S).opened
    assert sorted(asked) == sorted(["damaged", organisation.network_id])
