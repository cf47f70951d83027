"""Roads that an area meets, against segments and corners looked at one by one; roads of ways."""

from itertools import pairwise

import numpy as np
import pytest

from routing.network.changed_roads import Area, arcs_of_edges, edges_in_area, edges_of_ways
from routing.network.errors import InvalidArea
from tests.helpers.small_networks import lon_lat, network_from_edges, random_network


def exact(lon, lat):
    """As whole numbers, without rounding: degrees from 8 on are multiples of 2**-49."""
    return int(lon * 2**60), int(lat * 2**60)


def side(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def on_segment(a, b, c):
    """Whether c lies on the segment from a to b."""
    within = all(min(a[k], b[k]) <= c[k] <= max(a[k], b[k]) for k in (0, 1))
    return side(a, b, c) == 0 and within


def cross(a, b, c, d):
    if (side(a, b, c) > 0) != (side(a, b, d) > 0) and (side(c, d, a) > 0) != (side(c, d, b) > 0):
        return True
    return any((on_segment(a, b, c), on_segment(a, b, d), on_segment(c, d, a), on_segment(c, d, b)))


def inside(rings, point):
    """Even or odd number of borders to the east; the border itself is asked for by `cross`."""
    odd = False
    for ring in rings:
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            if (a[1] > point[1]) != (b[1] > point[1]):
                odd ^= (side(a, b, point) > 0) == (b[1] > a[1])
    return odd


def meets(network, edge, polygons):
    """The slow twin: exact numbers, every segment against every border."""
    points = range(int(network.shape_first[edge]), int(network.shape_first[edge + 1]))
    line = [exact(network.shape_lon_e7[p] / 1e7, network.shape_lat_e7[p] / 1e7) for p in points]
    for rings in ([[exact(*corner) for corner in ring] for ring in polygon] for polygon in polygons):
        if any(inside(rings, point) for point in line):
            return True
        borders = [pair for ring in rings for pair in zip(ring, ring[1:] + ring[:1], strict=True)]
        if any(cross(a, b, c, d) for a, b in pairwise(line) for c, d in borders):
            return True
    return False


def star(rng, corners, radius_m, at_m, flat=1.0):
    """A polygon around a point, its corners in the order of their angles: never crosses itself."""
    angles = (np.arange(corners) + rng.uniform(0, 0.9, corners)) * 2 * np.pi / corners
    reach = radius_m * rng.uniform(0.3, 1.0, corners)
    x, y = at_m[0] + reach * np.cos(angles), at_m[1] + flat * reach * np.sin(angles)
    return [lon_lat(*point) for point in zip(x.tolist(), y.tolist(), strict=True)]


@pytest.mark.parametrize("seed", range(60))
def test_finds_what_looking_at_every_segment_finds(seed):
    rng = np.random.default_rng(seed)
    network = random_network(seed, junctions=30, edges=60, side_m=2000)
    polygons = []
    for part in range(int(rng.integers(1, 3))):
        at = rng.uniform(0, 900, 2) + np.array([1100 * part, 0])
        rings = [star(rng, int(rng.integers(5, 12)), 500, at, float(rng.choice([1.0, 0.2])))]
        if rng.random() < 0.5:
            west, east = lon_lat(at[0] - 20, at[1]), lon_lat(at[0] + 20, at[1] + 5)
            hole = [west, (east[0], west[1]), east]
            if _is_valid([[rings[0], hole]]):
                rings.append(hole)
        polygons.append(rings)
    polygons = polygons if _is_valid(polygons) else polygons[:1]
    found = edges_in_area(network, Area.of(polygons))
    expected = [edge for edge in range(network.edge_count) if meets(network, edge, polygons)]
    assert found.tolist() == expected, (seed, polygons)


def _is_valid(polygons):
    try:
        Area.of(polygons)
    except InvalidArea:
        return False
    return True


#        1
#        |   3 ── 4            an area is met by what lies in it, crosses it or touches it
#   0 ───┼──2
#        5
@pytest.fixture
def crossing():
    points = [(0, 0), (100, 100), (200, 0), (150, 50), (250, 50), (100, -100)]
    return network_from_edges(points, [(0, 2, False, 50), (5, 1, True, 50), (3, 4, False, 50)])


def area(west, south, east, north):
    return Area.box(*lon_lat(west, south), *lon_lat(east, north))


@pytest.mark.parametrize(
    ("box", "edges"),
    [
        ((-10, -200, 300, 200), [0, 1, 2]),  # all
        ((90, 10, 110, 20), [1]),  # crossed, without an end in it
        ((90, -10, 110, 20), [0, 1]),
        ((20, 20, 80, 80), []),  # within the bounds of edge 1 and beside it
        ((1000, 1000, 1100, 1100), []),
    ],
)
def test_a_box(crossing, box, edges):
    assert edges_in_area(crossing, area(*box)).tolist() == edges


def test_a_road_that_only_touches_the_border_is_met(crossing):
    end = crossing.shape_lon_e7[-1] / 1e7, crossing.shape_lat_e7[-1] / 1e7
    assert edges_in_area(crossing, Area.box(end[0], end[1] - 1e-4, end[0] + 1, end[1] + 1e-4)).tolist() == [2]
    assert edges_in_area(crossing, Area.box(end[0] + 1e-7, end[1] - 1e-4, end[0] + 1, end[1] + 1e-4)).tolist() == []


def test_a_road_in_a_hole_is_not_met(crossing):
    def ring(size):
        return [lon_lat(100 + x * size, y * size) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]

    assert edges_in_area(crossing, Area.of([[ring(500), ring(400)]])).tolist() == []
    assert edges_in_area(crossing, Area.of([[ring(500), ring(80)]])).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("polygons", "reason"),
    [
        ([], "no polygon"),
        ([[]], "ring"),
        ([[[(0.0, 0.0), (1.0, 1.0)]]], "three corners"),
        ([[[(0.0, 0.0), (1.0, 1.0), (0.0, 0.0)]]], "three corners"),
        ([[[(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)]]], "Self-intersection"),
        ([[[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]]], "Self-intersection"),
        ([[[(0.0, 0.0), (float("nan"), 0.0), (2.0, 1.0)]]], "finite"),
    ],
)
def test_what_is_no_polygon_is_refused(polygons, reason):
    with pytest.raises(InvalidArea, match=reason):
        Area.of(polygons)


@pytest.mark.parametrize("box", [(1, 0, 0, 1), (0, 1, 1, 0), (0, 0, 0, 1), (float("nan"), 0, 1, 1)])
def test_what_is_no_box_is_refused(box):
    with pytest.raises(InvalidArea, match="west"):
        Area.box(*box)


def test_edges_of_ways(crossing):
    assert edges_of_ways(crossing, np.array([1002, 1000, 7, -1])).tolist() == [0, 2]
    assert edges_of_ways(crossing, np.array([], np.int64)).tolist() == []


def test_an_edge_without_a_way_is_of_no_way(crossing):
    from dataclasses import replace

    without = replace(crossing, osm_way_of_edge=np.array([-1, 5, -1]))
    assert edges_of_ways(without, np.array([-1, 5])).tolist() == [1]


def test_arcs_of_edges_by_direction(crossing):
    both = arcs_of_edges(crossing, np.array([0, 1], np.int32))
    forward = arcs_of_edges(crossing, np.array([0, 1], np.int32), "forward")
    backward = arcs_of_edges(crossing, np.array([0, 1], np.int32), "backward")
    assert forward.tolist() == crossing.forward_arc[:2].tolist()
    assert backward.tolist() == [crossing.backward_arc[0]], "edge 1 is one-way"
    assert sorted(both.tolist()) == sorted([*forward.tolist(), *backward.tolist()])
