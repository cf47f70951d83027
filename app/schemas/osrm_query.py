"""The query of an OSRM request: coordinates, then options. Both its forms, in the address and as JSON, end here.

**One more option**: a field in `app/services/osrm_requests.py` (or of RouteOptions, where it only says what of a route
is shown), a reader in one of the tables below, and a check in `osrm_body.py`.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from app.schemas.osrm_annotation import ANNOTATIONS
from app.schemas.osrm_grammar import (
    BOOLEAN,
    INDEX,
    NUMBER,
    REAL,
    SHORT,
    UINT,
    Malformed,
    NoMatch,
    Reader,
    either,
    expect,
    listed,
    matching,
    maybe,
    one_of,
    pair,
)  # fmt: skip
from app.schemas.osrm_route import RouteOptions
from app.services.osrm_errors import OsrmError
from app.services.osrm_requests import (
    MatchRequest,
    NearestRequest,
    OsrmRequest,
    RouteRequest,
    TableRequest,
    TripRequest,
)
from app.services.polyline import decode_polyline
from routing.arrays import Float64Array

INFINITE = float("inf")
LARGEST_DEGREES = (2**31 - 1) / 1e6
"""OSRM keeps degrees as 32-bit integers of 1e-6; what does not fit is a mistake in the text."""
_PLAIN = re.compile(rf"{NUMBER},{NUMBER}(?:;{NUMBER},{NUMBER})*", re.ASCII)
_LINE = re.compile(r"polyline(6?)\(")
_LINE_LETTERS = re.compile(r"[?-~]+")
_KEY = re.compile(r"([a-z_]+)=")


def words(*names: str) -> Reader:
    """One of the names, as it is."""
    return one_of(dict.fromkeys(names) | {name: name for name in names})


_HINT = matching(r"(?:[a-zA-Z0-9_=-]{4})+(?![a-zA-Z0-9_=-])", str)
"""Any base64: what other servers or versions made is taken, and counts as none."""

_ALL: dict[str, Reader] = {
    "bearings": listed(maybe(pair(SHORT))),
    "radiuses": listed(maybe(either(REAL, one_of({"unlimited": INFINITE})))),
    "hints": listed(maybe(_HINT)),
    "approaches": listed(maybe(words("unrestricted", "curb", "opposite"))),
    "exclude": listed(matching(r"[a-zA-Z0-9]+", str), ","),
    "snapping": words("default", "any"),
    "generate_hints": BOOLEAN,
    "skip_waypoints": BOOLEAN,
}
_SHOWN: dict[str, Reader] = {
    "steps": BOOLEAN,
    "geometries": words("polyline", "polyline6", "geojson"),
    "overview": words("simplified", "full", "false", "by_legs"),
    "annotations": either(one_of({"true": ANNOTATIONS, "false": ()}), listed(words(*ANNOTATIONS), ",")),
    "waypoints": listed(INDEX),
}
_INDICES = either(one_of({"all": ()}), listed(INDEX))


@dataclass(frozen=True, slots=True)
class Service:
    """What a service is asked with."""

    request: type[OsrmRequest]
    options: Mapping[str, Reader]
    posted: bool = False
    """Whether the request may come as JSON."""


SERVICES = {
    "nearest": Service(NearestRequest, {**_ALL, "number": UINT}),
    "table": Service(
        TableRequest,
        {
            **_ALL,
            "sources": _INDICES,
            "destinations": _INDICES,
            "annotations": listed(words("duration", "distance"), ","),
            "fallback_speed": REAL,
            "fallback_coordinate": words("input", "snapped"),
            "scale_factor": REAL,
        },
        posted=True,
    ),
    "route": Service(
        RouteRequest,
        {
            **_ALL,
            **_SHOWN,
            "alternatives": either(UINT, one_of({"true": 1, "false": 0})),
            "continue_straight": either(BOOLEAN, one_of({"default": True})),
        },
        posted=True,
    ),
    "trip": Service(
        TripRequest,
        {**_ALL, **_SHOWN, "roundtrip": BOOLEAN, "source": words("any", "first"), "destination": words("any", "last")},
    ),
    "match": Service(
        MatchRequest,
        {**_ALL, **_SHOWN, "timestamps": listed(UINT), "gaps": words("split", "ignore"), "tidy": BOOLEAN},
        posted=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and what of its routes is to be shown."""

    service: str
    request: OsrmRequest
    shown: RouteOptions = field(default_factory=RouteOptions)


def parse_query(service: str, query: str, prefix_length: int) -> Asked:
    """Read the query part of an address. Raises OsrmError: InvalidQuery with its position, or InvalidOptions."""
    options = SERVICES[service].options
    try:
        lon, lat, at = _coordinates(query)
        at += 5 * query.startswith(".json", at)
        given: dict[str, Any] = {}
        if query.startswith("?", at):
            at = _options(query, at + 1, options, given)
        if at < len(query):
            raise Malformed(at)
    except Malformed as error:
        text = f"Query string malformed close to position {prefix_length + error.position}"
        raise OsrmError("InvalidQuery", text) from None
    return asked_for(service, lon, lat, given)


def asked_for(service: str, lon: Float64Array, lat: Float64Array, given: Mapping[str, Any]) -> Asked:
    """The request of options by name, in whichever form they came. Raises OsrmError (InvalidOptions)."""
    shown_names = {item.name for item in fields(RouteOptions)} if "steps" in SERVICES[service].options else set()
    shown = RouteOptions(**{name: value for name, value in given.items() if name in shown_names})
    rest = {name: value for name, value in given.items() if name not in shown_names}
    if service == "table" and "annotations" in rest:
        rest["annotations"] = frozenset(rest["annotations"])
    return Asked(service, SERVICES[service].request(lon=lon, lat=lat, **rest), shown)


def _options(query: str, at: int, options: Mapping[str, Reader], given: dict[str, Any]) -> int:
    """Fill `given`; returns the position after the last option. An unknown one after `&` is left, as OSRM does."""
    first = True
    while True:
        key = _KEY.match(query, at)
        if key is None or key[1] not in options:
            if first:
                raise Malformed(at)
            return at - 1
        value, at = expect(options[key[1]], query, key.end())
        again = key[1] in OsrmRequest.LISTS  # a list that is given twice goes on, and so has too many elements
        given[key[1]] = given.get(key[1], ()) + value if again else value
        if not query.startswith("&", at):
            return at
        first, at = False, at + 1


def _coordinates(query: str) -> tuple[Float64Array, Float64Array, int]:
    """Longitudes, latitudes, and the position after them."""
    found = _PLAIN.match(query)
    if found is None:
        return line_of(query)
    at = found.end()
    degrees = np.array(found.group().replace(";", ",").split(","), np.float64).reshape(-1, 2)
    beyond = np.flatnonzero((np.abs(degrees) > LARGEST_DEGREES).any(axis=1))
    if beyond.size:
        raise Malformed(max(0, _position(query, int(beyond[0])) - 1))
    if query.startswith(";", at):
        try:
            pair(REAL)(query, at + 1)  # it raises, or the pattern would have taken it
        except NoMatch:
            raise Malformed(at) from None
    return np.ascontiguousarray(degrees[:, 0]), np.ascontiguousarray(degrees[:, 1]), at


def _position(query: str, index: int) -> int:
    """Where the coordinate `index` begins."""
    at = 0
    for _ in range(index):
        at = query.index(";", at) + 1
    return at


def line_of(query: str) -> tuple[Float64Array, Float64Array, int]:
    """The same of `polyline(...)` and `polyline6(...)`. Raises Malformed."""
    found = _LINE.match(query)
    if found is None:
        with suppress(NoMatch):
            pair(REAL)(query, 0)  # a number that no other follows
        raise Malformed(0)
    letters = _LINE_LETTERS.match(query, found.end())
    if letters is None:
        raise Malformed(found.end())
    if not query.startswith(")", letters.end()):
        raise Malformed(letters.end())
    lon, lat = decode_polyline(letters.group(), 6 if found[1] else 5)
    return lon, lat, letters.end() + 1
