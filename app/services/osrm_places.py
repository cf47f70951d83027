"""Coordinates of a request on the roads, as it asks for them, and what it is told of these places."""

from dataclasses import dataclass

import numpy as np

from app.services.company_map import CompanyMap
from app.services.osrm_errors import invalid_options, invalid_value, no_segment
from app.services.osrm_hints import hints_of, with_hints
from app.services.osrm_requests import NearestRequest, OsrmLimits, OsrmRequest, TableRequest
from routing.arrays import Float64Array
from routing.guidance.path_line import in_e6
from routing.network.edge_shapes import snapped_points
from routing.network.excluded_roads import EXCLUDABLE, roads_of_kind
from routing.network.road_network import LEFT_HAND
from routing.network.snapping import Headings, SnapIndex
from routing.network.snaps import BOTH_WAYS, Snaps


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A coordinate as it was placed; `hint` is None where none is wanted."""

    name: str
    lon: float
    lat: float
    distance_m: float
    hint: str | None


def check_places(asked: OsrmRequest) -> None:
    """Raises OsrmError (InvalidValue or InvalidOptions) for coordinates off the globe, and for more than one kind of
    roads to leave out or one that is not offered, each as OSRM words it."""
    if not ((np.abs(asked.lon) <= 180) & (np.abs(asked.lat) <= 90)).all():
        if isinstance(asked, TableRequest | NearestRequest):
            raise invalid_options("Coordinates are invalid")
        raise invalid_value("Invalid coordinate value.")
    if asked.exclude and (len(asked.exclude) > 1 or asked.exclude[0] not in EXCLUDABLE):
        raise invalid_value("Exclude flag combination is not supported.")


def roads_for(company_map: CompanyMap, asked: OsrmRequest) -> CompanyMap:
    """The map without the roads that are to be left out. Raises OsrmError as `check_places`."""
    check_places(asked)
    return company_map.without(asked.exclude[0]) if asked.exclude else company_map


def place(company_map: CompanyMap, asked: OsrmRequest, limits: OsrmLimits) -> Snaps:
    """Every coordinate on its road. Raises OsrmError (NoSegment) for the first that has none within its radius."""
    radius_m = np.array(radiuses(asked, limits))
    headings = headings_of(company_map, asked)
    index = snap_index(company_map, asked)
    snaps = index.try_snap(asked.lon, asked.lat, radius_m, headings)
    if asked.hints and not asked.exclude:
        free = [None if limited else hint for hint, limited in zip(asked.hints, limited(asked), strict=True)]
        closed = (index.arrays.ways & BOTH_WAYS) == 0
        snaps = with_hints(company_map.id, company_map.network, asked.lon, asked.lat, snaps, free, closed)
    missed = np.flatnonzero(snaps.edge < 0)
    if missed.size:
        raise no_segment(int(missed[0]))
    return snaps


def snap_index(company_map: CompanyMap, asked: OsrmRequest) -> SnapIndex:
    """Roads that coordinates may be placed on."""
    index = company_map.any_snapping if asked.snapping == "any" else company_map.road_snapping
    for kind in asked.exclude:
        index = index.without_edges(roads_of_kind(company_map.network, kind))
    return index


def radiuses(asked: OsrmRequest, limits: OsrmLimits) -> list[float]:
    """Metres, one for each coordinate; OSRM takes a negative radius for none."""
    default = limits.default_radius_m
    given = asked.radiuses or (None,) * len(asked)
    return [default if radius is None or radius < 0 else radius for radius in given]


def headings_of(company_map: CompanyMap, asked: OsrmRequest) -> Headings | None:
    """What bearings and approaches ask of the roads; None where they ask nothing."""
    if not any(limited(asked)):
        return None
    bearing, bearing_range, side = np.zeros(len(asked)), np.full(len(asked), 180.0), np.zeros(len(asked))
    for index, wanted in enumerate(asked.bearings):
        if wanted is not None:
            bearing[index], bearing_range[index] = wanted
    curb = _side_of_the_curb(company_map)
    for index, approach in enumerate(asked.approaches):
        side[index] = {"curb": curb, "opposite": -curb}.get(approach or "", 0)
    return Headings(bearing, bearing_range, side)


def limited(asked: OsrmRequest) -> list[bool]:
    """Whether a bearing or an approach is given, for each coordinate."""
    nothing = (None,) * len(asked)
    pairs = zip(asked.bearings or nothing, asked.approaches or nothing, strict=True)
    return [bearing is not None or approach in ("curb", "opposite") for bearing, approach in pairs]


def _side_of_the_curb(company_map: CompanyMap) -> int:
    """1 where people drive on the right, -1 on the left; a map of both counts as most of its roads do."""
    return -1 if np.mean((company_map.network.flags_of_edge & LEFT_HAND) != 0) > 0.5 else 1


def waypoints(
    company_map: CompanyMap, asked: OsrmRequest, lon: Float64Array, lat: Float64Array, snaps: Snaps
) -> list[Waypoint]:
    """What is told of the coordinates (degrees, (n) each) that `snaps` are the places of."""
    network = company_map.network
    names = [network.name(edge) for edge in snaps.edge.tolist()]
    at_lon, at_lat = ((in_e6(np.rint(degrees * 1e7)) / 1e6).tolist() for degrees in snapped_points(network, snaps))
    distances = np.round(snaps.distance_m.astype(np.float64), 6).tolist()
    hints = hints_of(company_map.id, lon, lat, snaps) if asked.generate_hints else [None] * len(snaps)
    return [Waypoint(*row) for row in zip(names, at_lon, at_lat, distances, hints, strict=True)]
