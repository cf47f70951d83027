"""The line of a route along the shapes of its edges."""

import numpy as np

from routing.arrays import Float64Array
from routing.network.edge_shapes import edge_part
from routing.network.road_network import RoadNetwork


def line_along(
    network: RoadNetwork, arcs: list[int], from_fraction: float, to_fraction: float
) -> tuple[Float64Array, Float64Array]:
    """Longitudes and latitudes in degrees of a drive over `arcs`.

    It begins at `from_fraction` of the first arc's edge and ends at `to_fraction` of the last one's (both along the
    edge's shape, as in Snaps); there are at least two arcs. Points that repeat their predecessor are left out.
    """
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
