import numpy as np
import pytest

from routing.network.edge_shapes import edge_part, snapped_points
from routing.network.errors import InvalidCoordinate, PointOutsideNetwork
from routing.network.road_network import ROAD_CLASSES
from routing.network.snap_grid_kernels import BLOCK, NO_BLOCK
from routing.network.snapping import Headings, SnapIndex
from routing.network.snaps import Snaps
from tests.helpers.small_networks import METRES_PER_DEGREE, lon_lat, network_from_edges, random_network


def degrees(*points_m):
    return np.array([lon_lat(x, y) for x, y in points_m]).T


def brute_force(network, lon, lat, penalty_m=2.0):
    """Least distance + penalty over all segments of the edges that are no ferries, with numpy, in the same metres."""
    edge_of_point = np.repeat(np.arange(network.edge_count), np.diff(network.shape_first))
    starts = np.flatnonzero(edge_of_point[:-1] == edge_of_point[1:])
    starts = starts[network.road_class_of_edge[edge_of_point[starts]] != ROAD_CLASSES.index("ferry")]
    y_m = METRES_PER_DEGREE
    x_m = y_m * np.cos(np.radians(lat))
    ax, ay = (network.shape_lon_e7[starts] / 1e7 - lon) * x_m, (network.shape_lat_e7[starts] / 1e7 - lat) * y_m
    bx, by = (network.shape_lon_e7[starts + 1] / 1e7 - lon) * x_m, (network.shape_lat_e7[starts + 1] / 1e7 - lat) * y_m
    square = (bx - ax) ** 2 + (by - ay) ** 2
    share = np.clip(-(ax * (bx - ax) + ay * (by - ay)) / np.where(square > 0, square, 1), 0, 1)
    metres = np.hypot(ax + share * (bx - ax), ay + share * (by - ay))
    return metres, metres + penalty_m * network.destination_only_of_edge[edge_of_point[starts]], edge_of_point[starts]


@pytest.mark.parametrize("seed", range(60))
def test_finds_what_brute_force_finds(seed):
    rng = np.random.default_rng(seed)
    side_m = float(rng.choice([50, 2000, 60_000]))
    network = random_network(seed, edges=int(rng.integers(1, 80)), side_m=side_m)
    index = SnapIndex.build(network, cell_of_mean_segment=float(rng.choice([0.1, 1, 5])))
    lon, lat = degrees(*rng.uniform(-0.5 * side_m, 1.5 * side_m, (50, 2)))
    lon[:10], lat[:10] = network.shape_lon_e7[:10].mean() / 1e7, network.shape_lat_e7[:10].mean() / 1e7
    on = rng.integers(0, network.junction_count, 10)
    lon[10:20], lat[10:20] = network.lon_e7[on] / 1e7, network.lat_e7[on] / 1e7
    radius_m = float(rng.choice([0.02, 0.3, 10])) * side_m
    snaps = index.try_snap(lon, lat, radius_m)
    road_lon, road_lat = snapped_points(network, snaps)
    for i in range(lon.size):
        case = f"seed {seed}, point {i}"
        metres, key, edges = brute_force(network, lon[i], lat[i])
        if metres.min() > radius_m:
            assert snaps.edge[i] == -1 and np.isinf(snaps.distance_m[i]) and np.isnan(road_lon[i]), case
            continue
        best = key[metres <= radius_m].min()
        ties = set(edges[(key <= best + 1e-6) & (metres <= radius_m + 1e-6)].tolist())
        assert snaps.edge[i] in ties, case
        assert snaps.distance_m[i] == pytest.approx(best, rel=1e-6, abs=1e-3), case
        # the place itself, not only its distance: what is drawn must be as far away as was said
        dx = (road_lon[i] - lon[i]) * METRES_PER_DEGREE * np.cos(np.radians(lat[i]))
        dy = (road_lat[i] - lat[i]) * METRES_PER_DEGREE
        assert np.hypot(dx, dy) == pytest.approx(snaps.distance_m[i], rel=1e-5, abs=0.1), case


def agreeing_ways(network, lon, lat, bearing, bearing_range, side):
    """Ways (bits) of every segment that run as wanted, found by turning vectors instead of comparing angles."""
    edge_of_point = np.repeat(np.arange(network.edge_count), np.diff(network.shape_first))
    starts = np.flatnonzero(edge_of_point[:-1] == edge_of_point[1:])
    starts = starts[network.road_class_of_edge[edge_of_point[starts]] != ROAD_CLASSES.index("ferry")]
    east = np.cos(np.radians(lat))
    ax, ay = (network.shape_lon_e7[starts] / 1e7 - lon) * east, network.shape_lat_e7[starts] / 1e7 - lat
    bx, by = (network.shape_lon_e7[starts + 1] / 1e7 - lon) * east, network.shape_lat_e7[starts + 1] / 1e7 - lat
    edge = edge_of_point[starts]
    ways = 1 * (network.forward_arc[edge] >= 0) + 2 * (network.backward_arc[edge] >= 0)
    two_way = ways == 3
    along = (90 - np.round(np.degrees(np.angle(bx - ax + 1j * (by - ay))))) % 360
    if bearing_range < 180:
        for bit, turned in ((1, 0), (2, 180)):
            apart = np.degrees(np.arccos(np.clip(np.cos(np.radians(along + turned - bearing)), -1, 1)))
            ways[apart > bearing_range + 1e-6] &= ~bit
    two_way &= ways == 3
    if side:
        right_of_shape = np.array(
            [np.linalg.det([[q - o, s - p], [-o, -p]]) < 0 for o, p, q, s in zip(ax, ay, bx, by, strict=True)]
        )
        ways[two_way] = np.where(right_of_shape == (side > 0), 1, 2)[two_way]
    return ways


@pytest.mark.parametrize("seed", range(40))
def test_several_edges_that_run_as_wanted(seed):
    rng = np.random.default_rng(seed)
    network = random_network(seed, edges=int(rng.integers(1, 60)))
    index = SnapIndex.build(network, cell_of_mean_segment=float(rng.choice([0.1, 1, 5])))
    for i in range(20):
        (lon,), (lat,) = degrees(rng.uniform(-500, 2500, 2))
        radius_m, count = float(rng.choice([150, 900, np.inf])), int(rng.integers(1, 9))
        bearing, bearing_range = float(rng.integers(0, 360)), float(rng.choice([0, 10, 45, 90, 180]))
        side = int(rng.integers(-1, 2))
        found = index.nearest(lon, lat, count, radius_m, Headings([bearing], [bearing_range], [side]))
        metres, key, edges = brute_force(network, lon, lat)
        ways = agreeing_ways(network, lon, lat, bearing, bearing_range, side)
        taken = (ways > 0) & (metres <= radius_m)
        nearest = {edge: key[taken & (edges == edge)].min() for edge in set(edges[taken].tolist())}
        best = sorted(nearest.values())[:count]
        case = f"seed {seed}, point {i}: {lon} {lat} {radius_m} {count} {bearing} {bearing_range} {side}"
        assert len(set(found.edge.tolist())) == len(found), case
        assert [nearest[edge] for edge in found.edge.tolist()] == pytest.approx(best, rel=1e-9), case  # any of a tie
        assert found.distance_m.tolist() == pytest.approx(best, rel=1e-5, abs=1e-2), case
        for slot, edge in enumerate(found.edge):
            segment = np.flatnonzero(taken & (edges == edge))
            tied = segment[key[segment] <= key[segment].min() + 1e-6]  # a bend belongs to both of its segments
            assert found.ways[slot] in ways[tied], case
        together = index.try_snap(
            [lon, lon], [lat, lat], [radius_m, 1e-9], Headings([bearing] * 2, [bearing_range] * 2, [side] * 2)
        )
        assert together.edge.tolist() == [found.edge[0] if best else -1, -1], case


def test_the_way_that_a_road_is_driven():
    #  1 |  | 3     both run north; 0-1 both ways, 2-3 one-way towards the south
    #  0 |  | 2     the point x is west of 0-1
    network = network_from_edges([(0, 0), (0, 100), (40, 100), (40, 0)], [(0, 1, False, 50), (2, 3, True, 50)])
    index = SnapIndex.build(network)
    ((lon,), (lat,)) = degrees((-5, 50))

    def ways(bearing=0.0, bearing_range=180.0, side=0):
        found = index.nearest(lon, lat, 2, headings=Headings([bearing], [bearing_range], [side]))
        return dict(zip(found.edge.tolist(), found.ways.tolist(), strict=True))

    assert ways() == {0: 3, 1: 1}
    assert ways(10, 10) == {0: 1}
    assert ways(11, 10) == {}
    assert ways(175, 10) == {0: 2, 1: 1}
    assert ways(355, 5) == {0: 1}
    assert ways(side=1) == {0: 2, 1: 1}, "driving south it is on the right, which nobody asks of the one-way road"
    assert ways(side=-1) == {0: 1, 1: 1}
    assert ways(0, 90, side=1) == {0: 1}, "the bearing leaves one way only, of which no side is asked"


def test_classes_left_out_share_the_grid():
    edges = [(0, 1, False, 20), (0, 2, False, 50), (0, 3, False, 50)]
    classes = {0: "ferry", 1: "motorway"}
    network = network_from_edges([(0, 0), (1000, 0), (0, 400), (400, 400)], edges, road_class=classes)
    roads = SnapIndex.build(network)
    doors = roads.without(("motorway",))
    assert roads.snap(*degrees((5, 300))).edge.tolist() == [1]
    assert doors.snap(*degrees((5, 300))).edge.tolist() == [2]
    assert doors.arrays.grid.segment is roads.arrays.grid.segment


@pytest.mark.parametrize("seed", range(20))
def test_same_answer_one_by_one_and_by_the_search_for_several(seed):
    network = random_network(seed, edges=60)
    index = SnapIndex.build(network)
    lon, lat = degrees(*np.random.default_rng(seed).uniform(-200, 2200, (30, 2)))
    radius_m = 300.0
    together = index.try_snap(lon, lat, radius_m)
    anywhere = Headings(np.zeros(30), np.full(30, 180.0), np.zeros(30))
    alone = [index.try_snap(lon[i], lat[i], radius_m) for i in range(30)]
    for other in (Snaps.join(alone), index.try_snap(lon, lat, radius_m, anywhere)):
        for column in ("edge", "fraction", "distance_m", "ways"):
            assert getattr(other, column).tolist() == getattr(together, column).tolist(), f"seed {seed}, {column}"
    for i in range(30):
        assert index.nearest(lon[i], lat[i], 1, radius_m).edge.tolist() == [e for e in together.edge[[i]] if e >= 0]


@pytest.mark.parametrize(
    ("lon", "lat", "field"), [(np.nan, 50.0, "lon"), (10.0, np.inf, "lat"), (-180.1, 50.0, "lon"), (10.0, 90.1, "lat")]
)
def test_a_bad_single_point_is_named(lon, lat, field):
    index = SnapIndex.build(network_from_edges([(0, 0), (100, 0)], [(0, 1, False, 50)]))
    with pytest.raises(InvalidCoordinate, match=f"point 0: {field}="):
        index.snap(lon, lat)


def test_a_single_point_out_of_reach_is_named():
    index = SnapIndex.build(network_from_edges([(0, 0), (100, 0)], [(0, 1, False, 50)]))
    with pytest.raises(PointOutsideNetwork, match="point 0: 812 m"):
        index.snap(*lon_lat(50, 812), 500.0)
    with pytest.raises(ValueError, match="radius_m=-1"):
        index.snap(*lon_lat(50, 812), -1.0)


def test_fraction_is_by_length_along_the_bends():
    #            300 m up
    # 0 -- 100 m --'        middle of the 400 m is 100 m up the second stretch
    network = network_from_edges([(0, 0), (100, 300)], [(0, 1, False, 50)], bends={0: [(100, 0)]})
    snaps = SnapIndex.build(network).snap(*degrees((120, 100), (-30, -40), (140, 330)))
    assert snaps.fraction.tolist() == pytest.approx([0.5, 0.0, 1.0], abs=1e-4)
    assert snaps.distance_m.tolist() == pytest.approx([20, 50, 50], abs=0.1)
    assert np.array(snapped_points(network, snaps)).T[0] == pytest.approx(lon_lat(100, 100), abs=1e-6)


def test_never_on_a_ferry():
    edges = [(0, 1, False, 20), (0, 2, False, 50)]
    network = network_from_edges([(0, 0), (1000, 0), (0, 400)], edges, road_class={0: "ferry"})
    assert SnapIndex.build(network).snap(*degrees((300, 5))).edge.tolist() == [1]
    assert SnapIndex.build(network, excluded_classes=()).snap(*degrees((300, 5))).edge.tolist() == [0]


def test_an_ordinary_street_wins_at_practically_the_same_distance():
    # 0 ---- 1   street at y = 0; 2 ---- 3 yard at y = 20
    points = [(0, 0), (100, 0), (0, 20), (100, 20)]
    network = network_from_edges(points, [(0, 1, False, 50), (2, 3, False, 10)], destination_only=[1])
    near_middle, in_the_yard = (50, 10.5), (50, 13)
    assert SnapIndex.build(network).snap(*degrees(near_middle, in_the_yard)).edge.tolist() == [0, 1]


def test_first_point_out_of_reach_is_named():
    network = network_from_edges([(0, 0), (100, 0)], [(0, 1, False, 50)])
    with pytest.raises(PointOutsideNetwork) as caught:
        SnapIndex.build(network).snap(*degrees((50, 10), (50, 812), (50, 9000)), radius_m=500)
    assert (caught.value.index, caught.value.radius_m) == (1, 500)
    assert caught.value.distance_m == pytest.approx(812, abs=0.1)
    assert str(caught.value) == "point 1: 812 m from the nearest road, radius_m is 500"


@pytest.mark.parametrize(
    ("lon", "lat", "index", "field"),
    [
        ([10, np.nan], [50, 50], 1, "lon"),
        ([10, 10], [50, np.inf], 1, "lat"),
        ([181, 10], [50, 50], 0, "lon"),
        ([10, 10, 10], [50, 50, -90.1], 2, "lat"),
    ],
)
def test_bad_coordinates_are_named(lon, lat, index, field):
    network = network_from_edges([(0, 0), (100, 0)], [(0, 1, False, 50)])
    with pytest.raises(InvalidCoordinate, match=f"point {index}: {field}=") as caught:
        SnapIndex.build(network).snap(lon, lat)
    assert (caught.value.index, caught.value.field) == (index, field)


def test_far_away_points_end_quickly_and_no_points_are_fine():
    index = SnapIndex.build(random_network(1))
    assert index.try_snap([-170.0], [-80.0], 1e9).edge[0] >= 0
    assert len(index.snap([], [])) == 0


def columns_passed(ax, ay, bx, by, low, high):
    """Least and greatest x of a segment where low <= y <= high, by clipping it."""
    if ay == by:
        return min(ax, bx), max(ax, bx)
    shares = sorted(min(max((y - ay) / (by - ay), 0.0), 1.0) for y in (low, high))
    ends = [ax + (bx - ax) * share for share in shares]
    return min(ends), max(ends)


@pytest.mark.parametrize("seed", range(20))
def test_every_cell_holds_the_segments_that_pass_it(seed):
    network = random_network(seed, edges=40)
    grid = SnapIndex.build(
        network, cell_of_mean_segment=float(np.random.default_rng(seed).choice([0.2, 0.6, 3]))
    ).arrays.grid
    frame = grid.frame
    wide = -(-frame.columns // BLOCK)
    edge_of_point = np.repeat(np.arange(network.edge_count), np.diff(network.shape_first))
    x, y = network.shape_lon_e7 - frame.west_e7, network.shape_lat_e7 - frame.south_e7
    missed = 0
    for p in np.flatnonzero(edge_of_point[:-1] == edge_of_point[1:]).tolist():
        if network.road_class_of_edge[edge_of_point[p]] == ROAD_CLASSES.index("ferry"):
            continue
        low, high = sorted((int(y[p]), int(y[p + 1])))
        for row in range(low // frame.cell_lat_e7, high // frame.cell_lat_e7 + 1):
            bottom, top = row * frame.cell_lat_e7, (row + 1) * frame.cell_lat_e7
            left, right = columns_passed(*(int(v) for v in (x[p], y[p], x[p + 1], y[p + 1])), bottom, top)
            for column in range(int(left // frame.cell_lon_e7), int(right // frame.cell_lon_e7) + 1):
                block = grid.block[row // BLOCK * wide + column // BLOCK]
                cell = (block * BLOCK + row % BLOCK) * BLOCK + column % BLOCK
                missed += block == NO_BLOCK or p not in grid.segment[grid.first[cell] : grid.first[cell + 1]]
    assert missed == 0, seed
    assert np.count_nonzero(grid.block != NO_BLOCK) * BLOCK * BLOCK == grid.first.size - 1


@pytest.mark.parametrize("seed", range(10))
def test_far_away_points_find_what_brute_force_finds(seed):
    network = random_network(seed)
    index = SnapIndex.build(network, cell_of_mean_segment=0.2)
    for lon, lat in [(0.0, 0.0), (50.0, 10.0), (10.0, -90.0), (-180.0, 90.0), (10.3, 50.0), (10.0, 49.0), (9.0, 51.0)]:
        _, key, edges = brute_force(network, lon, lat)
        for count in (1, 3):
            found = index.nearest(lon, lat, count)
            best = sorted({edge: key[edges == edge].min() for edge in set(edges.tolist())}.values())[:count]
            assert found.distance_m.tolist() == pytest.approx(best, rel=1e-5), (lon, lat)


@pytest.mark.parametrize("seed", range(30))
def test_edge_parts_add_up(seed):
    network = random_network(seed, junctions=6, edges=10)
    rng = np.random.default_rng(seed)
    for edge in range(network.edge_count):
        a, b = (float(value) for value in rng.random(2))
        lon, lat = edge_part(network, edge, a, b)
        back_lon, back_lat = edge_part(network, edge, b, a)
        assert back_lon[::-1].tolist() == lon.tolist() and back_lat[::-1].tolist() == lat.tolist()
        whole = metres(*edge_part(network, edge, 0.0, 1.0))
        assert metres(lon, lat) == pytest.approx(abs(b - a) * whole, rel=1e-4, abs=0.05), f"seed {seed}, edge {edge}"
        points = slice(network.shape_first[edge], network.shape_first[edge + 1])
        assert edge_part(network, edge, 0.0, 1.0)[0] == pytest.approx(network.shape_lon_e7[points] / 1e7)


def test_edge_part_of_no_length_and_outside():
    network = network_from_edges([(0, 0), (100, 0)], [(0, 1, False, 50)])
    lon, _ = edge_part(network, 0, 0.25, 0.25)
    assert lon.tolist() == pytest.approx([lon_lat(25, 0)[0]] * 2)
    with pytest.raises(ValueError, match="between 0 and 1"):
        edge_part(network, 0, 0.0, 1.5)


def metres(lon, lat):
    middle = np.radians((lat[1:] + lat[:-1]) / 2)
    return float(np.hypot(np.diff(lon) * np.cos(middle), np.diff(lat)).sum() * METRES_PER_DEGREE)
