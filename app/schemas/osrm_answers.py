"""Answers of the OSRM surface as JSON; members in the order of OSRM's documentation, since R reads some by position."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from app.schemas.matrix_text import tenths_text
from app.schemas.osrm_route import RouteOptions, route_json
from app.services.osrm_errors import OsrmError, no_segment
from app.services.osrm_match import OsrmMatch, Tracepoint
from app.services.osrm_nearest import NearRoad
from app.services.osrm_places import Waypoint
from app.services.osrm_requests import (
    MatchRequest,
    NearestRequest,
    OsrmRequest,
    RouteRequest,
    TableRequest,
    TripRequest,
)
from app.services.osrm_route import OsrmRoutes
from app.services.osrm_table import OsrmTable
from app.services.osrm_trip import OsrmTrip
from routing.guidance.guide import Guide


def error_json(error: OsrmError) -> bytes:
    """Code and message: clients read the message of every error."""
    return msgspec.json.encode(_told(error))


def _told(error: OsrmError) -> dict[str, str]:
    return {"code": error.code, "message": error.message}


def ok_json(members: dict[str, Any]) -> bytes:
    """A good answer."""
    return msgspec.json.encode({"code": "Ok", **members})


def waypoint_json(waypoint: Waypoint, **before: Any) -> dict[str, Any]:
    """A waypoint object; what one service tells beyond the others comes first."""
    told = {
        **before,
        "name": waypoint.name,
        "location": (waypoint.lon, waypoint.lat),
        "distance": waypoint.distance_m,
    }
    if waypoint.hint is not None:
        told["hint"] = waypoint.hint
    return told


def places_at(asked: OsrmRequest, indices: Sequence[int]) -> list[tuple[float, float]]:
    """Coordinates as they were asked."""
    return [(float(asked.lon[index]), float(asked.lat[index])) for index in indices]


def waypoints_json(waypoints: Iterable[Waypoint]) -> list[dict[str, Any]]:
    """Of route, and of both sides of a table."""
    return [waypoint_json(waypoint) for waypoint in waypoints]


def table_json(asked: TableRequest, found: OsrmTable) -> bytes:
    """{durations?, distances?, sources?, destinations?, fallback_speed_cells?}"""
    members: dict[str, Any] = {}
    if "duration" in asked.annotations:
        members["durations"] = msgspec.Raw(tenths_text(found.durations_ds))
    if "distance" in asked.annotations:
        members["distances"] = msgspec.Raw(tenths_text(found.distances_dm))
    if not asked.skip_waypoints:
        members["sources"] = waypoints_json(found.sources)
        members["destinations"] = waypoints_json(found.destinations)
    if asked.fallback_speed is not None:
        members["fallback_speed_cells"] = found.fallback_cells.tolist()
    return ok_json(members)


def nearest_json(asked: NearestRequest, found: Sequence[Sequence[NearRoad]]) -> bytes:
    """{waypoints?}: a list for one coordinate, a list of lists for several, with an error where there is no road."""
    if asked.skip_waypoints:
        return ok_json({})
    lists = [[waypoint_json(near.waypoint, nodes=near.nodes) for near in roads] for roads in found]
    return ok_json({"waypoints": lists[0] if len(asked) == 1 else [one or _told(no_segment()) for one in lists]})


def routes_json(guide: Guide, asked: RouteRequest, shown: RouteOptions, found: OsrmRoutes) -> bytes:
    """{routes, waypoints?}"""
    places = places_at(asked, found.ends)
    members: dict[str, Any] = {"routes": [route_json(guide, legs, shown, places) for legs in found.routes]}
    if not asked.skip_waypoints:
        members["waypoints"] = waypoints_json(found.waypoints)
    return ok_json(members)


def trip_json(guide: Guide, asked: TripRequest, shown: RouteOptions, found: OsrmTrip) -> bytes:
    """{trips, waypoints?}, the waypoints as they were given."""
    members: dict[str, Any] = {"trips": [route_json(guide, found.legs, shown, places_at(asked, found.stops))]}
    if not asked.skip_waypoints:
        members["waypoints"] = [
            waypoint_json(waypoint, waypoint_index=position, trips_index=0)
            for waypoint, position in zip(found.waypoints, found.position, strict=True)
        ]
    return ok_json(members)


def match_json(guide: Guide, asked: MatchRequest, shown: RouteOptions, found: OsrmMatch) -> bytes:
    """{matchings, tracepoints?}, the tracepoints as the coordinates were given."""
    members: dict[str, Any] = {
        "matchings": [
            {"confidence": round(one.confidence, 6), **route_json(guide, one.legs, shown, places_at(asked, one.ends))}
            for one in found.matchings
        ]
    }
    if not asked.skip_waypoints:
        members["tracepoints"] = [None if point is None else _tracepoint_json(point) for point in found.tracepoints]
    return ok_json(members)


def _tracepoint_json(point: Tracepoint) -> dict[str, Any]:
    return waypoint_json(
        point.waypoint,
        matchings_index=point.matching,
        waypoint_index=point.end,
        alternatives_count=point.alternatives,
    )
