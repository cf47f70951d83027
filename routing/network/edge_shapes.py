"""Points and lines on the shapes of edges."""

import numpy as np

from routing.arrays import Float64Array, frozen
from routing.earth import METRES_PER_E7
from routing.network.road_network import RoadNetwork
from routing.network.shape_kernels import points_on_edges
from routing.network.snaps import Snaps


def edge_part(
    network: RoadNetwork, edge: int, from_fraction: float, to_fraction: float
) -> tuple[Float64Array, Float64Array]:
    """Longitudes and latitudes in degrees of an edge's shape between two fractions of its length.

    Runs against the shape where `to_fraction` is the smaller one. Both end points are always there, so there are at
    least two points, which are equal where the fractions are. Raises ValueError for a fraction outside 0 to 1.
    """
    if not (0.0 <= from_fraction <= 1.0 and 0.0 <= to_fraction <= 1.0):
        raise ValueError(f"fractions {from_fraction} and {to_fraction} must lie between 0 and 1")
    if from_fraction > to_fraction:
        lon, lat = edge_part(network, edge, to_fraction, from_fraction)
        return lon[::-1], lat[::-1]
    points = slice(int(network.shape_first[edge]), int(network.shape_first[edge + 1]))
    lon = network.shape_lon_e7[points].astype(np.float64)
    lat = network.shape_lat_e7[points].astype(np.float64)
    along = _along_m(lon, lat)
    begin, end = from_fraction * along[-1], to_fraction * along[-1]
    inner = (along > begin) & (along < end)
    at = np.concatenate(([begin], along[inner], [end]))
    return np.interp(at, along, lon) / 1e7, np.interp(at, along, lat) / 1e7


def snapped_points(network: RoadNetwork, snaps: Snaps) -> tuple[Float64Array, Float64Array]:
    """(n) longitudes and latitudes in degrees of the places on the road; NaN where `snaps.edge` is -1."""
    lon, lat = points_on_edges(
        network.shape_first, network.shape_lon_e7, network.shape_lat_e7, snaps.edge, snaps.fraction
    )
    return frozen(lon), frozen(lat)


def segment_at(network: RoadNetwork, edge: int, fraction: float) -> int:
    """The shape point that begins the segment on which a place of an edge lies."""
    points = slice(int(network.shape_first[edge]), int(network.shape_first[edge + 1]))
    along = _along_m(network.shape_lon_e7[points].astype(np.float64), network.shape_lat_e7[points].astype(np.float64))
    after = int(np.searchsorted(along, fraction * along[-1], side="left"))
    return points.start + max(0, min(after, along.size - 1) - 1)


def _along_m(lon_e7: Float64Array, lat_e7: Float64Array) -> Float64Array:
    """Metres from the first point along the line, by local equirectangular steps."""
    middle = np.radians((lat_e7[1:] + lat_e7[:-1]) * 0.5e-7)
    steps = np.hypot(np.diff(lon_e7) * np.cos(middle), np.diff(lat_e7)) * METRES_PER_E7
    return np.concatenate(([0.0], np.cumsum(steps)))
