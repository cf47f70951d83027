"""Areas that can be reached in time: against the same question asked of single places, and on drawings."""

import itertools

import numpy as np
import pytest
import shapely

from routing.earth import METRES_PER_E7
from routing.network.edge_shapes import snapped_points
from routing.network.shape_kernels import segment_distance
from routing.network.snapping import SnapIndex
from routing.network.snaps import Snaps
from routing.reach.field_kernels import grid_times, time_at
from routing.reach.isochrones import AreaOptions, _for_kernels, _grid, _streets, areas
from routing.reach.reach import Reach
from tests.helpers.small_networks import lon_lat, network_from_edges, random_network

OPTIONS = AreaOptions(off_road_m=150.0, most_nodes=40_000, least_cell_m=10.0)


def polygon_of(found):
    return shapely.MultiPolygon([shapely.Polygon(outer, holes) for outer, *holes in found])


def anywhere(network, count, rng):
    edge = rng.integers(0, network.edge_count, count).astype(np.int32)
    return Snaps(edge, rng.random(count).astype(np.float32), np.zeros(count, np.float32))


@pytest.mark.parametrize("seed", range(12))
def test_areas_hold_what_is_reached_and_nothing_else(seed):
    """Every place on a street; and points anywhere, by their nearest street, unless that is a near thing."""
    rng = np.random.default_rng(seed)
    network = random_network(seed, side_m=3000.0)
    snapping = SnapIndex.build(network, destination_only_penalty_m=0.0)
    place = anywhere(network, 1, rng)
    limits = [20_000, 60_000, 150_000]
    times = Reach(network).times(place, limits[-1], ("from", "to")[seed % 2])
    found = [polygon_of(one) for one in areas(snapping, times, limits, OPTIONS)]
    for inner, outer in itertools.pairwise(found):
        assert inner.within(outer), "nested"
    on_streets = anywhere(network, 3000, rng)
    ms = times.at(on_streets.edge, on_streets.fraction.astype(np.float64))
    lon, lat = snapped_points(network, on_streets)
    # A point, and others up to two cells off: where they do not agree it is a near thing.
    x, y = rng.uniform(-300, 3300, (2, 1500))
    near_m = 2 * _grid(snapping, times, OPTIONS).cell_m
    steps = np.linspace(-near_m, near_m, 9)
    ring = [(dx, dy) for dx in steps for dy in steps if dx * dx + dy * dy <= near_m * near_m]
    asked = [snapping.try_snap(*lon_lat(x + dx, y + dy), 150.0) for dx, dy in ring]
    asked_ms = [np.where(s.edge >= 0, times.at(s.edge, s.fraction.astype(np.float64)), np.inf) for s in asked]
    for limit, area in zip(limits, found, strict=True):
        assert area.is_valid, shapely.is_valid_reason(area)
        shapely.prepare(area)
        assert shapely.contains_xy(area, lon[ms <= limit], lat[ms <= limit]).all()
        votes = np.sum([one <= limit for one in asked_ms], axis=0)
        inside = shapely.contains_xy(area, *lon_lat(x, y))
        clear = (votes == 0) | (votes == len(ring))
        # A strip along streets that are reached belongs to the area, whatever else is near.
        reached = shapely.MultiPoint(np.column_stack([lon[ms <= limit], lat[ms <= limit]]))
        strip = shapely.contains_xy(reached.buffer(1.3 * near_m / METRES_PER_E7 / 1e7 / 0.64), *lon_lat(x, y))
        wrong = clear & (inside != (votes > 0)) & ~(strip & inside)
        assert not wrong.any(), (limit, x[wrong], y[wrong], votes[wrong])
        assert clear.sum() > 1000


def test_times_of_nodes_are_those_of_the_nearest_street():
    """The sweeps against every node and every segment."""
    network = random_network(3, junctions=12, edges=16, side_m=1500.0)
    snapping = SnapIndex.build(network)
    times = Reach(network).times(anywhere(network, 1, np.random.default_rng(3)), 10**6)
    grid = _grid(snapping, times, AreaOptions(off_road_m=150.0, most_nodes=2_000, least_cell_m=10.0))
    streets = _streets(snapping, grid)
    kernel_times = _for_kernels(times)
    ms, away_m = grid_times(grid, streets, kernel_times)
    y_m = METRES_PER_E7
    for node in range(0, grid.rows * grid.columns, 7):
        at = grid.west_e7 * grid.x_m + node % grid.columns * grid.cell_m
        north = grid.south_e7 * y_m + node // grid.columns * grid.cell_m
        away, part = {}, {}
        for p in streets.segment.tolist():
            a, b = (
                (network.shape_lon_e7[i] * grid.x_m - at, network.shape_lat_e7[i] * y_m - north) for i in (p, p + 1)
            )
            square, share = segment_distance(*a, *b)
            away[p] = np.sqrt(square)
            part[p] = streets.along_m[p] + share * (streets.along_m[p + 1] - streets.along_m[p])
        least = min(away.values())
        assert away_m[node] == pytest.approx(least, abs=0.05 * grid.cell_m)
        if least > 1.5 * grid.cell_m:  # else the least time in the strip
            edge = {p: int(streets.edge_of_point[p]) for p in away if away[p] < away_m[node] + 1e-3}
            whole = {p: streets.along_m[network.shape_first[edge[p] + 1] - 1] for p in edge}
            ends = [time_at(kernel_times, edge[p], part[p] / whole[p]) for p in edge]  # several meet at a junction
            assert any(ms[node] == pytest.approx(one, abs=1) for one in ends), (node, ms[node], ends)


def lake():
    r"""Streets round a lake of 2 km by 2 km, and one into the hills; 36 km/h: 10 m a second.

    3 --- 2
    |     |
    0 --- 1 ----------- 4
    """
    points = [(0, 0), (2000, 0), (2000, 2000), (0, 2000), (6000, 0)]
    edges = [(0, 1, False, 36.0), (1, 2, False, 36.0), (2, 3, False, 36.0), (3, 0, False, 36.0), (1, 4, False, 36.0)]
    return network_from_edges(points, edges)


def test_a_lake_stays_dry_and_a_street_is_cut_where_time_is_up():
    network = lake()
    place = Snaps(np.zeros(1, np.int32), np.zeros(1, np.float32), np.zeros(1, np.float32))
    times = Reach(network).times(place, 500_000)
    (found,) = areas(SnapIndex.build(network), times, [500_000], OPTIONS)
    (polygon,) = found
    assert len(polygon) == 2, "one hole"
    area = polygon_of(found)
    assert not area.contains(shapely.Point(lon_lat(1000, 1000)))
    assert area.contains(shapely.Point(lon_lat(1000, 130)))
    assert area.contains(shapely.Point(lon_lat(4990, 0)))
    assert not area.contains(shapely.Point(lon_lat(5040, 0)))
    assert not area.contains(shapely.Point(lon_lat(3500, 200)))
    outer, hole = (shapely.LinearRing(ring) for ring in polygon)
    assert outer.is_ccw and not hole.is_ccw


def test_the_far_bank_of_a_river_is_not_reached():
    """Two streets 60 m apart, and no bridge."""
    network = network_from_edges([(0, 0), (2000, 0), (0, 60), (2000, 60)], [(0, 1, False, 36.0), (2, 3, False, 36.0)])
    place = Snaps(np.zeros(1, np.int32), np.full(1, 0.5, np.float32), np.zeros(1, np.float32))
    times = Reach(network).times(place, 60_000)
    area = polygon_of(areas(SnapIndex.build(network), times, [60_000], OPTIONS)[0])
    assert area.contains(shapely.Point(lon_lat(1000, -100)))
    assert not area.contains(shapely.Point(lon_lat(1000, 60)))
    assert not area.contains(shapely.Point(lon_lat(1000, 100)))


def test_nothing_reached_is_no_area_and_a_limit_beyond_the_times_is_refused():
    network = lake()
    place = Snaps(np.zeros(1, np.int32), np.zeros(1, np.float32), np.zeros(1, np.float32))
    times = Reach(network).times(place, 1000)
    snapping = SnapIndex.build(network)
    assert areas(snapping.without_edges(np.ones(network.edge_count, bool)), times, [500, 1000]) == [[], []]
    with pytest.raises(ValueError, match="beyond"):
        areas(snapping, times, [1001])
