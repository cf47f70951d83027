"""OSRM's route: the fastest way through coordinates in their order."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.services.company_map import CompanyMap
from app.services.osrm_errors import OsrmError, invalid_value, too_big
from app.services.osrm_legs import legs_through
from app.services.osrm_places import Waypoint, place, roads_for, waypoints
from app.services.osrm_requests import OsrmLimits, RouteRequest
from app.services.osrm_streets import streets_of
from routing.engine.errors import NoRoute
from routing.engine.path import Path, joined
from routing.network.snaps import Snaps


@dataclass(frozen=True, slots=True)
class OsrmRoutes:
    """Routes, the fastest first, each as its legs."""

    routes: list[list[Path]]
    ends: list[int]
    """Coordinates where legs begin or end."""
    waypoints: list[Waypoint]
    """Empty where they are not wanted."""


def route(company_map: CompanyMap, asked: RouteRequest, limits: OsrmLimits) -> OsrmRoutes:
    """Raises OsrmError: TooBig, InvalidValue, NoSegment, NoRoute."""
    if len(asked) > limits.route_places:
        text = f"Number of entries {len(asked)} is higher than current maximum ({limits.route_places})"
        raise too_big(text)
    if asked.alternatives > limits.alternatives:
        text = f"Requested number of alternatives is higher than current maximum ({limits.alternatives})"
        raise too_big(text)
    company_map = roads_for(company_map, asked)
    ends = leg_ends(asked.waypoints, len(asked))
    snaps = place(company_map, asked, limits)
    snaps, paths = _paths(company_map, asked, snaps, ends)
    routes = [[joined(paths[first:last]) for first, last in pairwise(ends)]]
    if asked.alternatives and len(asked) == 2:
        others = company_map.alternatives.beside(routes[0][0], snaps, asked.alternatives)
        routes += [[path] for path in others]
    told = [] if asked.skip_waypoints else waypoints(company_map, asked, asked.lon, asked.lat, snaps)
    return OsrmRoutes(routes, ends, told)


def leg_ends(wanted: tuple[int, ...], count: int) -> list[int]:
    """Coordinates where a leg ends or begins. Raises OsrmError unless the first and the last are among them."""
    if not wanted:
        return list(range(count))
    if wanted[0] != 0 or wanted[-1] != count - 1:
        raise invalid_value("First and last coordinates must be specified as waypoints.")
    return sorted(set(wanted))


def _paths(company_map: CompanyMap, asked: RouteRequest, snaps: Snaps, ends: list[int]) -> tuple[Snaps, list[Path]]:
    """The fastest way from coordinate to coordinate, and the places that it goes through.

    Coordinates between two ends of a leg are always driven past: turning round there would need an end.
    """
    passed = np.full(len(snaps), True)
    passed[ends] = asked.continue_straight
    try:
        return legs_through(company_map.engine, streets_of(company_map, asked, snaps), passed)
    except NoRoute:
        raise OsrmError("NoRoute", "Impossible route between points") from None
