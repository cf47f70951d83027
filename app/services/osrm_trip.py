"""OSRM's trip: coordinates in the order in which they are seen fastest, and the way through them."""

from dataclasses import dataclass

import numpy as np

from app.services.company_map import CompanyMap
from app.services.osrm_errors import OsrmError, too_big
from app.services.osrm_legs import legs_through
from app.services.osrm_places import Waypoint, place, roads_for, waypoints
from app.services.osrm_requests import OsrmLimits, TripRequest
from app.services.osrm_streets import streets_of
from app.services.osrm_table import NO_WAY, best_between, tenths_of
from routing.engine.path import Path
from routing.visits.trip_order import trip_order


@dataclass(frozen=True, slots=True)
class OsrmTrip:
    """The legs of the trip, and where in it each coordinate comes."""

    legs: list[Path]
    stops: list[int]
    """Coordinates where legs begin or end, in driving order."""
    position: list[int]
    """Of each coordinate, as they were given."""
    waypoints: list[Waypoint]
    """As they were given; empty where they are not wanted."""


def trip(company_map: CompanyMap, asked: TripRequest, limits: OsrmLimits) -> OsrmTrip:
    """Raises OsrmError: NotImplemented, TooBig, InvalidValue, NoSegment, NoTrips."""
    begin_first, end_last = asked.source == "first", asked.destination == "last"
    if not (asked.roundtrip or begin_first or end_last):
        raise OsrmError("NotImplemented", "This request is not supported")
    if len(asked) > limits.trip_places:
        raise too_big("Too many trip coordinates")
    company_map = roads_for(company_map, asked)
    snaps = place(company_map, asked, limits)
    streets = streets_of(company_map, asked, snaps)
    durations_ds, _ = tenths_of(best_between(company_map.engine, streets.away, streets.here))
    if (durations_ds == NO_WAY).any():
        raise OsrmError("NoTrips", "No trip visiting all destinations possible.")
    cost = durations_ds.astype(np.int64)
    order = trip_order(cost, round_trip=asked.roundtrip, begin_first=begin_first, end_last=end_last)
    stops = np.append(order, order[:1]) if asked.roundtrip else order
    _, legs = legs_through(company_map.engine, streets.take(stops), np.full(stops.size, False))
    told = [] if asked.skip_waypoints else waypoints(company_map, asked, asked.lon, asked.lat, snaps)
    return OsrmTrip(legs, stops.tolist(), np.argsort(order).tolist(), told)
