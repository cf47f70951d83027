import math
import tracemalloc

import numpy as np
import pytest

from app.services.osrm_errors import OsrmError
from app.services.osrm_requests import TableRequest
from app.services.osrm_table import NO_WAY, table, tenths_of
from routing.network.junction_streets import streets_away, streets_here
from routing.network.snaps import Snaps
from tests.helpers.driving_truth import driving_truth, random_town
from tests.helpers.osrm_asking import LIMITS, asked, limits
from tests.helpers.plain_map import PlainMap
from tests.helpers.small_networks import lon_lat, network_from_edges, random_network


def ask(company_map, points, options="", limit=LIMITS):
    return table(company_map, asked("table", points, options).request, limit)


@pytest.mark.parametrize("seed", range(25))
def test_cells_are_the_fastest_paths_between_the_placed_coordinates(seed):
    network = random_network(seed) if seed % 2 else random_town(seed)
    company_map, rng = PlainMap(network), np.random.default_rng(seed)
    points = [lon_lat(*rng.uniform(0, 400 if seed % 2 == 0 else 2000, 2)) for _ in range(6)]
    sources, destinations = (rng.integers(0, 6, int(rng.integers(1, 8))) for _ in range(2))
    options = f"sources={';'.join(map(str, sources))}&destinations={';'.join(map(str, destinations))}"
    found = ask(company_map, points, options)
    request = asked("table", points).request
    snaps = company_map.road_snapping.snap(request.lon, request.lat, radius_m=1e9)
    free = np.ones(len(snaps), np.bool_)
    away, here = streets_away(network, snaps, free), streets_here(network, snaps, free)
    for i, source in enumerate(sources.tolist()):
        for j, destination in enumerate(destinations.tolist()):
            truth = driving_truth(network, away.of(source), here.of(destination))
            key = min((key for row in truth for key in row if key is not None), default=None)
            cell = int(found.durations_ds[i, j]), int(found.distances_dm[i, j])
            case = f"seed {seed}: {points}?{options}, cell {i}, {j}: {cell}, truth {key}"
            if key is None:
                assert cell == (NO_WAY, NO_WAY), case
            else:
                assert cell == ((key[0] + 50) // 100, key[1]), case
    everything = ask(company_map, points)
    assert (everything.durations_ds[np.ix_(sources, destinations)] == found.durations_ds).all()
    assert [waypoint.name for waypoint in found.sources] == [everything.sources[i].name for i in sources]
    assert [waypoint.lon for waypoint in found.destinations] == [everything.sources[j].lon for j in destinations]


def test_what_cannot_be_driven_is_estimated_where_that_is_asked():
    #  0 ---> 1      one-way: nobody gets back
    network = network_from_edges([(0, 0), (1000, 0)], [(0, 1, True, 36)])
    company_map = PlainMap(network)
    points = [lon_lat(100, 30), lon_lat(900, 40)]
    plain = ask(company_map, points)
    assert plain.durations_ds.tolist() == [[0, 800], [NO_WAY, 0]]
    assert plain.distances_dm.tolist() == [[0, 8000], [NO_WAY, 0]]
    assert plain.fallback_cells.size == 0
    given = ask(company_map, points, "fallback_speed=10")
    as_the_crow_flies_m = np.hypot(800, 10)
    assert given.durations_ds.tolist() == [[0, 800], [round(as_the_crow_flies_m), 0]]
    assert given.distances_dm[1, 0] == pytest.approx(as_the_crow_flies_m * 10, abs=2)
    assert given.fallback_cells.tolist() == [[1, 0]]
    snapped = ask(company_map, points, "fallback_speed=10&fallback_coordinate=snapped&scale_factor=2.5")
    assert snapped.durations_ds.tolist() == [[0, 2000], [2000, 0]], "estimates are scaled, too"
    assert snapped.distances_dm.tolist() == [[0, 8000], [8000, 0]], "lengths are not"


SMALLEST, LARGEST = f"{5e-324:.400f}", f"{1.7e308:.0f}"


@pytest.mark.parametrize(
    ("options", "there", "back"),
    [
        ("scale_factor=99999999999999999999", 2**31 - 2, NO_WAY),
        (f"scale_factor={LARGEST}", 2**31 - 2, NO_WAY),
        (f"scale_factor={SMALLEST}", 0, NO_WAY),
        (f"fallback_speed={LARGEST}", 1000, 0),
        (f"fallback_speed={SMALLEST}", 1000, 2**31 - 2),
        (f"fallback_speed={SMALLEST}&scale_factor={LARGEST}", 2**31 - 2, 2**31 - 2),
        (f"fallback_speed={SMALLEST}&scale_factor={SMALLEST}", 0, 2**31 - 2),
    ],
)
def test_scales_and_speeds_near_the_bounds_of_numbers_give_numbers(options, there, back):
    company_map = PlainMap(network_from_edges([(0, 0), (1000, 0)], [(0, 1, True, 36)]))
    found = ask(company_map, [lon_lat(0, 0), lon_lat(1000, 0)], options)
    assert found.durations_ds.tolist() == [[0, there], [back, 0]]


@pytest.mark.parametrize("name", ["scale_factor", "fallback_speed"])
@pytest.mark.parametrize("value", [math.inf, math.nan, -1.0])
def test_what_is_no_number_above_zero_is_refused_however_it_came(name, value):
    with pytest.raises(OsrmError, match=f"InvalidOptions: {name} must be > 0"):
        TableRequest(lon=np.zeros(2), lat=np.zeros(2), **{name: value})


def test_over_the_limit_nothing_is_looked_up_and_nothing_of_its_size_is_made(monkeypatch):
    company_map = PlainMap(random_network(1))
    points = [lon_lat(10.0 * i, 0) for i in range(3000)]
    request = asked("table", points).request
    for name in ("engine", "road_snapping", "network"):
        monkeypatch.delattr(company_map, name)
    tracemalloc.start()
    try:
        with pytest.raises(OsrmError) as caught:
            table(company_map, request, LIMITS)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (caught.value.code, caught.value.message) == ("TooBig", "Too many table coordinates")
    assert peak < 100_000, "nine million cells would be 36 MB"


def test_the_limit_counts_cells():
    company_map = PlainMap(random_network(1))
    points = [lon_lat(10.0 * i, 0) for i in range(9)]
    small = limits(table_places=3)
    assert ask(company_map, points, "sources=0", small).durations_ds.shape == (1, 9)
    assert ask(company_map, points[:3], "", small).durations_ds.shape == (3, 3)
    with pytest.raises(OsrmError, match="Too many table coordinates"):
        ask(company_map, points, "sources=0;0", small)


def test_coordinates_without_a_road_are_numbered():
    company_map = PlainMap(network_from_edges([(0, 0), (1000, 0)], [(0, 1, False, 36)]))
    points = [lon_lat(0, 10), lon_lat(500, 90), lon_lat(900, 95)]
    assert ask(company_map, points, "radiuses=11;91;unlimited").durations_ds.shape == (3, 3)
    for options in ("radiuses=11;89;unlimited", "radiuses=;50;50", "radiuses=unlimited;0;-1"):
        with pytest.raises(OsrmError) as caught:
            ask(company_map, points, options)
        assert caught.value.code == "NoSegment"
        assert caught.value.message == "Could not find a matching segment for coordinate 1"
    with pytest.raises(OsrmError, match="coordinate 1"):
        ask(company_map, points, "", limits(default_radius_m=50))
    with pytest.raises(OsrmError, match="InvalidOptions: Coordinates are invalid"):
        ask(company_map, [(0, 91), (0, 0)])


def test_tenths_are_rounded_once():
    """1,000 m at 36 km/h, asked from 250 m to 504.6 m: 25,460 ms. To seconds first, it would be 25.0 s and 34.3 s."""
    network = network_from_edges([(0, 0), (1000, 0)], [(0, 1, True, 36)])
    snaps = Snaps(np.zeros(2, np.int32), np.array([0.25, 0.5046], np.float32), np.zeros(2, np.float32))
    found = PlainMap(network).engine.exact_matrix(snaps, snaps)
    durations_ds, distances_dm = tenths_of(found)
    assert durations_ds.tolist() == [[0, 255], [NO_WAY, 0]]
    assert distances_dm.tolist() == [[0, 2546], [NO_WAY, 0]]
    assert (durations_ds.dtype, distances_dm.dtype) == (np.int32, np.int32)
    scaled_ds, whole_dm = tenths_of(found, 1.37)
    assert scaled_ds.tolist() == [[0, 349], [NO_WAY, 0]], "34.88 s"
    assert (scaled_ds.dtype, whole_dm.tolist()) == (np.int32, distances_dm.tolist())
