"""After `warm` nothing is compiled any more: neither for stored networks nor for questions of any shape."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from app.commands.kernels import ready_kernels
from app.schemas.matrix_text import tenths_text
from app.schemas.osrm_annotation import ANNOTATIONS
from app.schemas.osrm_route import RouteOptions, route_json
from routing.engine.alternatives import AlternativePaths
from routing.engine.cells import unit_cells
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.hierarchy.stored import HIERARCHY, stored_hierarchy
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.engine.passing import paths_passing
from routing.engine.search_graph import forward_graph
from routing.guidance.guide import Guide
from routing.guidance.path_line import path_line, polylines, simplified
from routing.jit import kernel_files
from routing.matching.matcher import TraceMatcher
from routing.matching.trace import MatchOptions, Trace
from routing.network.edge_shapes import snapped_points
from routing.network.road_network import CLOSED_MS, RoadNetwork
from routing.network.snapping import Headings, SnapIndex
from routing.network.snaps import Snaps
from routing.network.store import NetworkStore
from routing.reach.isochrones import areas
from routing.reach.reach import Reach
from routing.traffic.period_speeds import PeriodSpeeds
from routing.traffic.profile_file import DEFAULT_PROFILE, read_profile
from routing.traffic.time_of_day_engine import TimeOfDayEngine
from routing.traffic.week import DAY_S
from routing.visits.greedy import insert_greedily, keep_what_fits
from routing.visits.trip_order import EXACT_PLACES, trip_order
from scripts.bench.design_problems import even_problem
from territories.design.designer import LocationAllocationDesigner
from territories.design.model import Budget
from tests.helpers.called_kernels import name_of, signatures
from tests.helpers.driving_truth import driven_one_way, random_places
from tests.helpers.random_roads import random_town
from tests.helpers.visit_problems import random_problem, random_timed_problem


@dataclass(frozen=True)
class Town:
    """A network as the service has it: opened from the store, its arrays mapped."""

    network: RoadNetwork
    engine: HierarchyEngine
    index: SnapIndex
    places: Snaps

    @property
    def few(self) -> Snaps:
        return self.places.take(np.arange(3))

    @property
    def one(self) -> Snaps:
        return self.places.take(np.array([0], np.int32))

    @property
    def pair(self) -> Snaps:
        """Two places with a way between them."""
        ms = self.engine.durations_ms(self.places, self.places)
        far = np.argwhere((ms > 0) & (ms < CLOSED_MS))
        return self.places.take(far[ms[tuple(far.T)].argmax()].astype(np.int32))


@pytest.fixture(scope="module")
def warmed() -> dict[str, list[str]]:
    ready_kernels()
    return signatures()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder: Path = tmp_path_factory.mktemp("warm")
    random_town(5).write(folder / "town.osm")
    stored = NetworkStore(folder / "store", (HIERARCHY,)).ensure(folder / "town.osm")
    assert not stored.network.duration_ms.flags.owndata, "mapped"
    network, rng = stored.network, np.random.default_rng(1)
    engine = HierarchyEngine(network, stored_hierarchy(stored), threads=2)
    return Town(network, engine, SnapIndex.build(network), driven_one_way(random_places(network, 40, rng), rng))


def ask_dijkstra(town: Town) -> None:
    for engine in (DijkstraEngine(town.network), DijkstraEngine(town.network, threads=1)):
        engine.matrix(town.places, town.few)
        engine.exact_matrix(town.few, town.places)
        engine.paths_through(town.pair)
    unit_cells(town.network, town.places)


def ask_matrices(town: Town) -> None:
    changed = np.where(np.arange(town.network.arc_count) % 7 == 0, CLOSED_MS, town.network.duration_ms * 2)
    live = replace(town.network, duration_ms=changed)
    for engine in (town.engine, town.engine.reweighted(live)):
        for sources, targets in ((town.places, town.places), (town.few, town.places), (town.one, town.one)):
            engine.matrix(sources, targets)
            engine.exact_matrix(sources, targets)
            engine.durations_ms(sources, targets)
            for _ in engine.matrix_blocks(sources, targets, max_bytes=100):
                pass
    HierarchyEngine.build(town.network).matrix(town.few, town.few)
    tenths_text(town.engine.matrix(town.few, town.places).duration_s)


def ask_routes(town: Town) -> None:
    town.engine.route_through(town.pair)
    paths = paths_passing(town.engine, Snaps.join([town.pair, town.pair.take(np.array([1]))]), np.ones(3, np.bool_))
    paths += AlternativePaths(town.network).beside(paths[0], town.pair, 3)
    for path in paths:
        for shown in (RouteOptions(steps=True, annotations=ANNOTATIONS), RouteOptions(geometries="geojson")):
            route_json(Guide.of(town.network), [path], shown)
        line = path_line(town.network, path)
        lon, lat = simplified(line.lon_e7, line.lat_e7, 5.0)
        for precision in (5, 6):
            polylines(lon, lat, [0], [len(lon) - 1], precision)


def ask_nearest(town: Town) -> None:
    lon, lat = snapped_points(town.network, town.places)
    heading = np.full(lon.size, 90.0)
    headings = Headings(heading, heading, np.zeros(lon.size))
    for index in (town.index, town.index.without(("residential",))):
        index.try_snap(lon, lat)
        index.try_snap(list(lon), list(lat), np.full(lon.size, 100.0))
        index.try_snap(float(lon[0]), float(lat[0]))
        index.try_snap(lon, lat, 500.0, headings)
        index.nearest(float(lon[0]), float(lat[0]), 1)
        index.nearest(float(lon[0]), float(lat[0]), 5, 300.0, headings.take(np.array([0])))
        index.near_each(lon, lat, 3, 100.0)


def ask_matches(town: Town) -> None:
    line = path_line(town.network, town.engine.paths_through(town.pair)[0])
    lon, lat = line.lon_e7 / 1e7, line.lat_e7 / 1e7
    matcher = TraceMatcher(town.network, forward_graph(town.network), town.index)
    for time_s in (None, np.arange(lon.size, dtype=np.float64) * 10):
        for options in (MatchOptions(), MatchOptions(tidy=True)):
            matcher.match(Trace(lon, lat, time_s, np.full(lon.size, 5.0)), options)


def ask_isochrones(town: Town) -> None:
    for direction in ("from", "to"):
        areas(town.index, Reach(town.network).times(town.one, 600_000, direction), [100_000, 600_000])


def ask_by_time(town: Town) -> None:
    speeds = PeriodSpeeds.of(town.network, read_profile(DEFAULT_PROFILE))
    engine = TimeOfDayEngine(speeds, town.engine.reweighted)
    timed = engine.timed_matrix(town.places, town.places, 0, DAY_S)
    timed.at(7 * 3600)
    timed.at(np.full(len(town.places), 7 * 3600, np.int64))
    timed.drive(0, 1, 7 * 3600)
    timed.moved(60).select(np.arange(3, dtype=np.int32), np.arange(3, dtype=np.int32)).at(0)
    engine.matrix_at(town.few, town.places, 7 * 3600)


def ask_visits(_: Town) -> None:
    for seed in range(3):
        for problem in (random_problem(seed), random_timed_problem(seed)):
            keep_what_fits(problem, insert_greedily(problem))
    for places in (3, EXACT_PLACES + 5):
        cost = np.random.default_rng(places).integers(1, 100, (places, places))
        trip_order(cost, round_trip=True, begin_first=True, end_last=False)
        trip_order(cost, round_trip=False, begin_first=True, end_last=True)


def ask_design(_: Town) -> None:
    LocationAllocationDesigner().design(even_problem(40, 3, seed=1), Budget(moves_per_unit=20, starts=2), seed=1)


@pytest.mark.parametrize(
    "ask",
    [
        ask_dijkstra, ask_matrices, ask_routes, ask_nearest, ask_matches, ask_isochrones, ask_by_time, ask_visits,
        ask_design,
    ],
)  # fmt: skip
def test_nothing_is_left_to_compile(warmed: dict[str, list[str]], town: Town, ask: Callable[[Town], None]) -> None:
    before = signatures()
    ask(town)
    after = signatures()
    new = {name: set(found) - set(before[name]) for name, found in after.items() if found != before[name]}
    assert not new, f"{ask.__name__} compiles, or loads, what warm does not"


def test_every_file_of_kernels_is_watched() -> None:
    assert {name.rsplit(".", 1)[0] for name in signatures()} >= {name_of(file) for file in kernel_files()} - {
        "routing.prefetch_kernels",
        "routing.engine.hierarchy.lane_kernels",
    }, "those are intrinsics, compiled within their callers"
