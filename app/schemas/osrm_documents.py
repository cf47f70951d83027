"""The OSRM surface as the OpenAPI document shows it; requests are parsed elsewhere (osrm_query.py, osrm_body.py)."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

_Text = str | UnsetType


class OsrmErrorView(msgspec.Struct, frozen=True):
    """An error of OSRM's protocol."""

    code: str
    message: str


class WaypointView(msgspec.Struct, frozen=True):
    """A coordinate as it was placed on a road."""

    name: str
    location: tuple[float, float]
    distance: float
    hint: str | UnsetType = UNSET


class NearestView(msgspec.Struct, frozen=True):
    """Nearest first; a list of lists where several coordinates were asked."""

    code: Literal["Ok"]
    waypoints: (
        Annotated[list[Any], Meta(description="waypoints with the `nodes` on either side of the place")] | UnsetType
    ) = UNSET


class TableView(msgspec.Struct, frozen=True):
    """Seconds and metres; null where no road leads."""

    code: Literal["Ok"]
    durations: list[list[float | None]] | UnsetType = UNSET
    distances: list[list[float | None]] | UnsetType = UNSET
    sources: list[WaypointView] | UnsetType = UNSET
    destinations: list[WaypointView] | UnsetType = UNSET
    fallback_speed_cells: list[tuple[int, int]] | UnsetType = UNSET


class RouteView(msgspec.Struct, frozen=True):
    """Routes as OSRM's documentation describes them."""

    code: Literal["Ok"]
    routes: list[dict[str, Any]]
    waypoints: list[WaypointView] | UnsetType = UNSET


class TripView(msgspec.Struct, frozen=True):
    """Trips as OSRM's documentation describes them."""

    code: Literal["Ok"]
    trips: list[dict[str, Any]]
    waypoints: list[dict[str, Any]] | UnsetType = UNSET


class MatchView(msgspec.Struct, frozen=True):
    """Matchings as OSRM's documentation describes them."""

    code: Literal["Ok"]
    matchings: list[dict[str, Any]]
    tracepoints: list[dict[str, Any] | None] | UnsetType = UNSET


class AllQuery(msgspec.Struct, frozen=True):
    """Options of every service; lists are separated by `;`, an empty element stands for the default."""

    bearings: Annotated[_Text, Meta(description="value,range in degrees, for each coordinate")] = UNSET
    radiuses: Annotated[_Text, Meta(description="metres or unlimited, for each coordinate")] = UNSET
    hints: Annotated[_Text, Meta(description="from an earlier answer, for each coordinate")] = UNSET
    approaches: Annotated[_Text, Meta(description="curb, opposite or unrestricted, for each coordinate")] = UNSET
    exclude: Annotated[_Text, Meta(description="kinds of roads, separated by commas")] = UNSET
    snapping: Literal["default", "any"] = "default"
    generate_hints: bool = True
    skip_waypoints: bool = False


class NearestQuery(AllQuery, frozen=True):
    """Options of nearest."""

    number: Annotated[int, Meta(ge=1)] = 1


class TableQuery(AllQuery, frozen=True):
    """Options of table."""

    sources: Annotated[_Text, Meta(description="indices of coordinates, or all")] = UNSET
    destinations: Annotated[_Text, Meta(description="indices of coordinates, or all")] = UNSET
    annotations: Annotated[_Text, Meta(description="duration, distance or both, separated by commas")] = UNSET
    fallback_speed: Annotated[_Text, Meta(description="metres a second, as the crow flies; above 0")] = UNSET
    fallback_coordinate: Literal["input", "snapped"] = "input"
    scale_factor: Annotated[float, Meta(gt=0)] = 1.0


class ShownQuery(AllQuery, frozen=True):
    """What is shown of routes."""

    steps: bool = False
    geometries: Literal["polyline", "polyline6", "geojson"] = "polyline"
    overview: Literal["simplified", "full", "false", "by_legs"] = "simplified"
    annotations: Annotated[
        _Text, Meta(description="true, false, or of nodes, distance, duration, datasources, weight, speed")
    ] = UNSET
    waypoints: Annotated[_Text, Meta(description="indices of the coordinates where legs end")] = UNSET


class RouteQuery(ShownQuery, frozen=True):
    """Options of route."""

    alternatives: Annotated[_Text, Meta(description="true, false or a number")] = UNSET
    continue_straight: Literal["default", "true", "false"] = "default"


class TripQuery(ShownQuery, frozen=True):
    """Options of trip."""

    roundtrip: bool = True
    source: Literal["any", "first"] = "any"
    destination: Literal["any", "last"] = "any"


class MatchQuery(ShownQuery, frozen=True):
    """Options of match."""

    timestamps: Annotated[_Text, Meta(description="seconds since 1970, for each coordinate")] = UNSET
    gaps: Literal["split", "ignore"] = "split"
    tidy: bool = False


class OsrmBody(msgspec.Struct, frozen=True):
    """Coordinates, and the options of the address as JSON: lists are arrays, null stands for the default."""

    coordinates: list[tuple[float, float]] | str
