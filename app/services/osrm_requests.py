"""What can be asked in OSRM's protocol, one type a service; fields are named as its options are.

OsrmRequest          coordinates, and what is asked of the roads they are placed on
├── NearestRequest
├── TableRequest
├── RouteRequest
├── TripRequest
└── MatchRequest

Each checks what OSRM checks before it looks at the map, and raises OsrmError (InvalidOptions) as OSRM does.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from app.services.osrm_errors import invalid_options
from routing.arrays import Float64Array

Approach = Literal["unrestricted", "curb", "opposite"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OsrmRequest:
    """n coordinates; a list has one element for each of them, or none at all."""

    lon: Float64Array
    """(n) degrees."""
    lat: Float64Array
    bearings: tuple[tuple[int, int] | None, ...] = ()
    """Degrees clockwise from north, and how much the road may run otherwise."""
    radiuses: tuple[float | None, ...] = ()
    """Metres."""
    hints: tuple[str | None, ...] = ()
    approaches: tuple[Approach | None, ...] = ()
    exclude: tuple[str, ...] = ()
    snapping: Literal["default", "any"] = "default"
    generate_hints: bool = True
    skip_waypoints: bool = False

    LISTS: ClassVar[tuple[str, ...]] = ("hints", "bearings", "radiuses", "approaches")
    FEWEST: ClassVar[int] = 2

    def __post_init__(self) -> None:
        for name in self.LISTS:
            size = len(getattr(self, name))
            if size not in (0, len(self)):
                text = f"Number of elements in {name} size {size} does not match coordinate size {len(self)}"
                raise invalid_options(text)
        if len(self) < self.FEWEST:
            raise invalid_options("Number of coordinates needs to be at least two.")
        for bearing in self.bearings:
            if bearing is not None and not (0 <= bearing[0] <= 360 and 0 <= bearing[1] <= 180):
                raise invalid_options()
        self._check()

    def __len__(self) -> int:
        return int(self.lon.size)

    def _check(self) -> None:
        """What one service asks beyond the others."""

    def _check_indices(self, indices: tuple[int, ...]) -> None:
        if any(index >= len(self) for index in indices):
            raise invalid_options()


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestRequest(OsrmRequest):
    """The nearest roads of each coordinate."""

    number: int = 1

    FEWEST: ClassVar[int] = 1

    def _check(self) -> None:
        if self.number < 1:
            raise invalid_options()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRequest(OsrmRequest):
    """Durations and distances between coordinates; no `sources` or no `destinations`: all of them."""

    sources: tuple[int, ...] = ()
    destinations: tuple[int, ...] = ()
    annotations: frozenset[str] = frozenset(("duration",))
    """Of duration and distance."""
    fallback_speed: float | None = None
    """Metres a second, as the crow flies, where no road leads."""
    fallback_coordinate: Literal["input", "snapped"] = "input"
    scale_factor: float = 1.0

    def _check(self) -> None:
        self._check_indices(self.sources)
        self._check_indices(self.destinations)
        for name in ("fallback_speed", "scale_factor"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise invalid_options(f"{name} must be > 0" + (" and finite" if value == math.inf else ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRequest(OsrmRequest):
    """The fastest route through coordinates in their order."""

    alternatives: int = 0
    """How many routes beside the fastest are wanted."""
    continue_straight: bool = True
    """Whether stops on the way are driven past without turning round there."""
    waypoints: tuple[int, ...] = ()
    """Coordinates where legs end; none: all of them."""

    def _check(self) -> None:
        self._check_indices(self.waypoints)


@dataclass(frozen=True, slots=True, kw_only=True)
class TripRequest(OsrmRequest):
    """The fastest order of coordinates."""

    roundtrip: bool = True
    source: Literal["any", "first"] = "any"
    destination: Literal["any", "last"] = "any"
    waypoints: tuple[int, ...] = ()
    """Taken and, as in OSRM, without effect."""

    def _check(self) -> None:
        self._check_indices(self.waypoints)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRequest(OsrmRequest):
    """The drive that most likely gave a trace."""

    timestamps: tuple[int, ...] = ()
    """Seconds since 1970."""
    gaps: Literal["split", "ignore"] = "split"
    tidy: bool = False
    waypoints: tuple[int, ...] = ()

    LISTS: ClassVar[tuple[str, ...]] = (*OsrmRequest.LISTS, "timestamps")

    def _check(self) -> None:
        self._check_indices(self.waypoints)


@dataclass(frozen=True, slots=True, kw_only=True)
class OsrmLimits:
    """How much one request may ask; each is a setting. Radiuses: infinity where there is no limit."""

    route_places: int
    table_places: int
    """Squared: the cells of a table."""
    trip_places: int
    match_places: int
    nearest_results: int
    nearest_places: int
    alternatives: int
    default_radius_m: float
    match_radius_m: float
    match_gap_m: float
    """Straight metres between two points of a trace beyond which another matching begins; finite."""
