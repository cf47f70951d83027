"""The fast engine on real maps: every answer is Dijkstra's, and scipy's."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import NoRoute
from routing.engine.hierarchy.stored import stored_hierarchy
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.network.road_network import CLOSED_MS, RoadNetwork
from routing.network.snaps import Snaps
from tests.helpers.driving_truth import driven_one_way, driving_truth_of_large, random_places
from tests.helpers.real_maps import RealMaps
from tests.routing.engine.test_hierarchy_engine import assert_same, pair

EARTH_M = 6_371_008.8


@dataclass(frozen=True)
class Case:
    """A real map with both engines, and places all over it."""

    name: str
    network: RoadNetwork
    fast: HierarchyEngine
    slow: DijkstraEngine
    sources: Snaps
    targets: Snaps


@pytest.fixture(scope="module", params=["monaco", "liechtenstein", "porto", "iceland"])
def case(request, real_maps: RealMaps) -> Case:
    stored = real_maps[request.param]
    network, rng = stored.network, np.random.default_rng(len(request.param))
    sources, targets = random_places(network, 90, rng), random_places(network, 110, rng)
    # some of the sources are targets, too, and a third of all may be left and reached one way only
    targets = Snaps.join([targets, sources.take(np.arange(0, 90, 3, dtype=np.int32))])
    sources, targets = driven_one_way(sources, rng), driven_one_way(targets, rng)
    return Case(
        request.param,
        network,
        HierarchyEngine(network, stored_hierarchy(stored), threads=2),
        DijkstraEngine(network, threads=2),
        sources,
        targets,
    )


def places_of_one_arc(network: RoadNetwork, count: int, rng: np.random.Generator) -> Snaps:
    """Places on a few long edges, five on each, in any order along them."""
    long = np.argsort(network.length_dm[np.maximum(network.forward_arc, network.backward_arc)])[-200:]
    edge = np.repeat(rng.choice(long, count // 5, replace=False), 5).astype(np.int32)
    return Snaps(edge, rng.random(edge.size).astype(np.float32), np.zeros(edge.size, np.float32))


def test_every_cell_is_dijkstras(case: Case):
    reached = case.fast.matrix(case.sources, case.targets).duration_s != UNREACHABLE_S
    assert reached.mean() > 0.3, "places are hardly connected: the comparison says little"
    assert_same(case.fast, case.slow, case.sources, case.targets, case.name)


def test_every_cell_is_dijkstras_where_places_share_arcs(case: Case):
    places = places_of_one_arc(case.network, 40, np.random.default_rng(1))
    assert_same(case.fast, case.slow, places, places, case.name)


def test_every_cell_is_dijkstras_with_other_times_and_closed_roads(case: Case):
    rng = np.random.default_rng(2)
    duration_ms = np.maximum(1, case.network.duration_ms * rng.uniform(0.5, 2.0, case.network.arc_count))
    duration_ms[rng.random(duration_ms.size) < 0.02] = CLOSED_MS
    network = replace(case.network, duration_ms=duration_ms.astype(np.int32))
    some, others = case.sources.take(np.arange(40)), case.targets.take(np.arange(60))
    assert_same(case.fast.reweighted(network), DijkstraEngine(network, threads=2), some, others, case.name)


def test_a_cell_does_not_change_with_the_other_places(case: Case):
    rng = np.random.default_rng(3)
    whole = case.fast.matrix(case.sources, case.targets)
    whole_ms = case.fast.durations_ms(case.sources, case.targets)
    for most in (1, 2, 5, 17, 40, 80):
        rows = rng.integers(0, len(case.sources), rng.integers(1, most + 1)).astype(np.int32)  # repeated, too
        columns = rng.integers(0, len(case.targets), rng.integers(1, most + 1)).astype(np.int32)
        sources, targets = case.sources.take(rows), case.targets.take(columns)
        some, told = case.fast.matrix(sources, targets), f"{case.name}: rows {rows}, columns {columns}"
        assert np.array_equal(some.duration_s, whole.duration_s[np.ix_(rows, columns)]), told
        assert np.array_equal(some.distance_m, whole.distance_m[np.ix_(rows, columns)]), told
        assert np.array_equal(case.fast.durations_ms(sources, targets), whole_ms[np.ix_(rows, columns)]), told


def test_routes_are_dijkstras_and_add_up(case: Case):
    rng, driven = np.random.default_rng(4), 0
    stops = Snaps.join([case.sources, case.targets])
    whole, whole_ms = case.fast.matrix(stops, stops), case.fast.durations_ms(stops, stops)
    for i, j in rng.integers(0, len(stops), (40, 2)):
        told = f"{case.name}: {i} to {j}"
        if whole_ms[i, j] == UNREACHABLE_S:
            for engine in (case.fast, case.slow):
                with pytest.raises(NoRoute):
                    engine.paths_through(pair(stops, i, j))
            continue
        path, right = (engine.paths_through(pair(stops, i, j))[0] for engine in (case.fast, case.slow))
        assert (path.duration_ms, path.distance_dm) == (right.duration_ms, right.distance_dm), told
        assert path.duration_ms == whole_ms[i, j], told
        route = case.fast.route_through(pair(stops, i, j))[0]
        assert (route.duration_s, route.distance_m) == (whole.duration_s[i, j], whole.distance_m[i, j]), told
        # arcs are as long as on the ellipsoid, up to 0.5 % more than on the sphere, and rounded to decimetres each
        off_m = 0.006 * route.distance_m + 0.05 * path.arcs.size + 1
        assert line_m(route.lon, route.lat) == pytest.approx(route.distance_m, rel=0, abs=off_m), told
        driven += 1
    assert driven >= 10


def line_m(lon_deg, lat_deg) -> float:
    """Length of a line on the sphere (haversine)."""
    lon, lat = np.radians(lon_deg), np.radians(lat_deg)
    a = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    return float(2 * EARTH_M * np.arcsin(np.sqrt(a)).sum())


def test_every_cell_is_what_scipy_finds(case: Case):
    sources = case.sources.take(np.arange(0, 90, 6, dtype=np.int32))
    right_ms, right_dm = driving_truth_of_large(case.network, sources, case.targets)
    reached = right_ms >= 0
    ms, matrix = case.fast.durations_ms(sources, case.targets), case.fast.matrix(sources, case.targets)
    for name, found, right in (
        ("ms", ms, right_ms),
        ("s", matrix.duration_s, (right_ms + 500) // 1000),
        ("m", matrix.distance_m, (right_dm + 5) // 10),
    ):
        other = np.argwhere(found != np.where(reached, right, UNREACHABLE_S))
        assert not other.size, f"{case.name}: {name} of {other[:5].tolist()}"
