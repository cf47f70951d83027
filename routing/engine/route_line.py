"""A path as a route: seconds, metres and the line along the shapes of its edges."""

import numpy as np

from routing.arrays import Float64Array
from routing.engine.path import Path
from routing.engine.travel_matrix import Route
from routing.network.edge_shapes import edge_part
from routing.network.road_network import RoadNetwork


def route_of(network: RoadNetwork, path: Path) -> Route:
    """The route that drives `path`, rounded as matrices are."""
    lon, lat = line_along(network, path.arcs.tolist(), path.from_fraction, path.to_fraction)
    return Route((path.duration_ms + 500) // 1000, (path.distance_dm + 5) // 10, lon, lat)


def line_along(
    network: RoadNetwork, arcs: list[int], from_fraction: float, to_fraction: float
) -> tuple[Float64Array, Float64Array]:
    """Longitudes and latitudes in degrees of a drive over `arcs`.

    It begins at `from_fraction` of the first arc's edge and ends at `to_fraction` of the last one's (both along the
    edge's shape, as in Snaps). Points that repeat their predecessor are left out.
    """
    if len(arcs) == 1:
        return edge_part(network, int(network.edge_of_arc[arcs[0]]), from_fraction, to_fraction)
    parts = []
    for i, arc in enumerate(arcs):
        edge = int(network.edge_of_arc[arc])
        begin, end = (0.0, 1.0) if network.forward_arc[edge] == arc else (1.0, 0.0)
        if i == 0:
            begin = from_fraction
        if i == len(arcs) - 1:
            end = to_fraction
        parts.append(edge_part(network, edge, begin, end))
    lon, lat = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    moves = np.ones(lon.size, dtype=bool)
    moves[1:-1] = (np.diff(lon[:-1]) != 0) | (np.diff(lat[:-1]) != 0)
    return lon[moves], lat[moves]
