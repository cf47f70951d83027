"""OSRM's nearest: the roads that are nearest to coordinates."""

from dataclasses import dataclass

import numpy as np

from app.services.company_map import CompanyMap
from app.services.osrm_errors import no_segment, too_big
from app.services.osrm_places import Waypoint, headings_of, radiuses, roads_for, snap_index, waypoints
from app.services.osrm_requests import NearestRequest, OsrmLimits
from routing.network.edge_shapes import segment_at
from routing.network.road_network import RoadNetwork
from routing.network.snapping import Headings
from routing.network.snaps import FORWARD, Snaps


@dataclass(frozen=True, slots=True)
class NearRoad:
    """A place on a road, and the OSM nodes on either side of it in driving direction (0 where there is none)."""

    waypoint: Waypoint
    nodes: tuple[int, int]


def nearest(company_map: CompanyMap, asked: NearestRequest, limits: OsrmLimits) -> list[list[NearRoad]]:
    """Roads for each coordinate, nearest first; none for one of several that has none within its radius.

    Raises OsrmError: TooBig, InvalidOptions, InvalidValue, and NoSegment for a single coordinate.
    """
    if asked.number > limits.nearest_results:
        text = f"Number of results {asked.number} is higher than current maximum ({limits.nearest_results})"
        raise too_big(text)
    if len(asked) > limits.nearest_places:
        text = f"Number of coordinates {len(asked)} is higher than current maximum ({limits.nearest_places})"
        raise too_big(text)
    company_map = roads_for(company_map, asked)
    headings, radius_m = headings_of(company_map, asked), radiuses(asked, limits)
    index, found = snap_index(company_map, asked), []
    for i in range(len(asked)):
        own = None
        if headings is not None:
            own = Headings(headings.bearing[i : i + 1], headings.bearing_range[i : i + 1], headings.side[i : i + 1])
        snaps = index.nearest(float(asked.lon[i]), float(asked.lat[i]), asked.number, float(radius_m[i]), own)
        if not len(snaps) and len(asked) == 1:
            raise no_segment()
        found.append(_near_roads(company_map, asked, i, snaps))
    return found


def _near_roads(company_map: CompanyMap, asked: NearestRequest, i: int, snaps: Snaps) -> list[NearRoad]:
    lon, lat = (np.full(len(snaps), degrees[i]) for degrees in (asked.lon, asked.lat))
    told = waypoints(company_map, asked, lon, lat, snaps)
    return [NearRoad(told[slot], _nodes(company_map.network, snaps, slot)) for slot in range(len(snaps))]


def _nodes(network: RoadNetwork, snaps: Snaps, slot: int) -> tuple[int, int]:
    point = segment_at(network, int(snaps.edge[slot]), float(snaps.fraction[slot]))
    first, second = (max(0, int(node)) for node in network.shape_node[point : point + 2])
    return (first, second) if snaps.ways[slot] & FORWARD else (second, first)
