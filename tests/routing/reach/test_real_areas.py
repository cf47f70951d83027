"""Areas of real towns and coasts: what is reached lies inside, and points anywhere are as their nearest street says."""

import itertools

import numpy as np
import pytest
import shapely

from routing.network.edge_shapes import snapped_points
from routing.network.snapping import SnapIndex
from routing.network.snaps import Snaps
from routing.reach.isochrones import AreaOptions, areas
from routing.reach.reach import Reach

OPTIONS = AreaOptions(off_road_m=250.0, most_nodes=200_000)
MINUTES = (10, 20, 40)


@pytest.mark.parametrize(
    ("name", "lon", "lat", "direction"),
    [("porto", -8.61, 41.15, "from"), ("porto", -8.66, 41.18, "to"), ("iceland", -21.9, 64.13, "from")],
)
def test_areas_are_as_the_streets_say(real_maps, name, lon, lat, direction):
    network = real_maps[name].network
    snapping = SnapIndex.build(network, excluded_classes=("ferry", "motorway", "motorway_link"))
    times = Reach(network).times(snapping.snap([lon], [lat]), MINUTES[-1] * 60_000, direction)
    limits = [minutes * 60_000 for minutes in MINUTES]
    found = [
        shapely.MultiPolygon([shapely.Polygon(outer, holes) for outer, *holes in one])
        for one in areas(snapping, times, limits, OPTIONS)
    ]
    assert all(inner.within(outer) for inner, outer in itertools.pairwise(found))
    rng = np.random.default_rng(1)
    edge = rng.choice(np.flatnonzero(times.reached() & (snapping.arrays.ways > 0)), 20_000).astype(np.int32)
    places = Snaps(edge, rng.random(edge.size).astype(np.float32), np.zeros(edge.size, np.float32))
    ms = times.at(places.edge, places.fraction.astype(np.float64))
    on_lon, on_lat = snapped_points(network, places)
    west, south, east, north = found[-1].bounds
    any_lon, any_lat = rng.uniform(west, east, 5_000), rng.uniform(south, north, 5_000)
    nearest = snapping.try_snap(any_lon, any_lat, OPTIONS.off_road_m)
    any_ms = np.where(nearest.edge >= 0, times.at(nearest.edge, nearest.fraction.astype(np.float64)), np.inf)
    for limit, area in zip(limits, found, strict=True):
        assert area.is_valid
        shapely.prepare(area)
        assert shapely.contains_xy(area, on_lon[ms <= limit], on_lat[ms <= limit]).all()
        agree = shapely.contains_xy(area, any_lon, any_lat) == (any_ms <= limit)
        assert agree.mean() > 0.97, "all but those along the outline"
