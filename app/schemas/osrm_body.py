"""The same options as JSON, for POST: lists are arrays with null where an address has an empty element.

Messages are OSRM's. Members that no service knows are ignored, as OSRM does.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec
import numpy as np

from app.schemas.osrm_annotation import ANNOTATIONS
from app.schemas.osrm_grammar import Malformed
from app.schemas.osrm_query import INFINITE, LARGEST_DEGREES, SERVICES, Asked, asked_for, line_of
from app.services.osrm_errors import OsrmError
from routing.arrays import Float64Array

Check = Callable[[str, Any], Any]
"""Name and value of a member in, the option's value out; raises ValueError with OSRM's message."""


def parse_body(service: str, body: bytes) -> Asked:
    """Read a request in JSON. Raises OsrmError: InvalidQuery with what is wrong, or InvalidOptions."""
    try:
        found = _decoded(body)
        if "coordinates" not in found:
            raise ValueError("missing required member: coordinates")
        lon, lat = _coordinates(found["coordinates"])
        checks = _CHECKS | _OF_SERVICE[service]
        names = [name for name in SERVICES[service].options if name in found]
        given = {name: checks[name](name, found[name]) for name in names}
    except ValueError as error:
        raise OsrmError("InvalidQuery", str(error)) from None
    return asked_for(service, lon, lat, given)


def _decoded(body: bytes) -> Mapping[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        detail = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ValueError(f"invalid JSON: {detail}") from None
    if not isinstance(found, dict):
        raise ValueError("request body must be a JSON object")
    return found


def _coordinates(value: Any) -> tuple[Float64Array, Float64Array]:
    if isinstance(value, str):
        try:
            lon, lat, end = line_of(value)
        except Malformed:
            end = -1
        if end != len(value):
            raise ValueError("coordinates string must be of the form polyline(...) or polyline6(...)")
        return lon, lat
    if not isinstance(value, list):
        raise ValueError("coordinates must be an array of [longitude, latitude] pairs")
    for pair in value:
        if not (isinstance(pair, list) and len(pair) == 2 and _is_number(pair[0]) and _is_number(pair[1])):
            raise ValueError("each coordinate must be an array of two numbers [longitude, latitude]")
        if not (abs(pair[0]) <= LARGEST_DEGREES and abs(pair[1]) <= LARGEST_DEGREES):
            raise ValueError("coordinate value out of range")
    degrees = np.array(value, np.float64).reshape(-1, 2)
    return np.ascontiguousarray(degrees[:, 0]), np.ascontiguousarray(degrees[:, 1])


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _is_whole(value: Any, bits: int) -> bool:
    return type(value) is int and 0 <= value < 2**bits


def _boolean(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be a boolean")
    return value


def _number(name: str, value: Any) -> float:
    if not _is_number(value):
        raise ValueError(f"{name} must be a number")
    return _real(value)


def _real(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of more than 308 digits
        raise ValueError("invalid JSON: Number too big to be stored in double.") from None


def _word(*words: str) -> Check:
    def check(name: str, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a string")
        if value not in words:
            raise ValueError(f"invalid {name} value")
        return value

    return check


def _each(element: Callable[[Any], Any], wrong: str, what: str = "an array") -> Check:
    """An array whose elements `element` turns into what they mean; it raises ValueError for others."""

    def check(name: str, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError(f"{name} must be {what}")
        try:
            return tuple(element(item) for item in value)
        except ValueError as error:
            raise ValueError(str(error) or wrong.format(name=name)) from None

    return check


def _bearing(value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    if not (isinstance(value, list) and len(value) == 2 and all(type(part) is int for part in value)):
        raise ValueError
    return value[0], value[1]


def _radius(value: Any) -> float | None:
    if value == "unlimited":
        return INFINITE
    if value is not None and not _is_number(value):
        raise ValueError
    return None if value is None else _real(value)


def _hint(value: Any) -> str | None:
    if not (value is None or isinstance(value, str)):
        raise ValueError
    if value and len(value) % 4:
        raise ValueError("hint has an invalid length")
    return value or None


def _approach(value: Any) -> str | None:
    if not (value is None or isinstance(value, str)):
        raise ValueError
    if value not in (None, "unrestricted", "curb", "opposite"):
        raise ValueError("invalid approach value")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _index(bits: int) -> Callable[[Any], int]:
    def element(value: Any) -> int:
        if not _is_whole(value, bits):
            raise ValueError
        return int(value)

    return element


def _annotations(every: Collection[str]) -> Check:
    def check(_name: str, value: Any) -> tuple[str, ...]:
        if isinstance(value, bool):
            return tuple(every) if value else ()
        if not isinstance(value, list):
            raise ValueError("annotations must be a boolean or an array of strings")
        if not all(isinstance(item, str) for item in value):
            raise ValueError("annotation entries must be strings")
        if not set(value) <= set(every):
            raise ValueError("invalid annotation value")
        return tuple(value)

    return check


def _alternatives(_name: str, value: Any) -> int:
    if not (isinstance(value, bool) or _is_whole(value, 32)):
        raise ValueError("alternatives must be a boolean or a non-negative integer")
    return int(value)


def _continue_straight(_name: str, value: Any) -> bool:
    if not (isinstance(value, bool) or value == "default"):
        raise ValueError('continue_straight must be a boolean or "default"')
    return value is not False


_INDICES = _each(_index(64), "{name} entries must be non-negative integers", "an array of indices")
_CHECKS: dict[str, Check] = {
    "bearings": _each(_bearing, "each bearing must be null or an array of two integers"),
    "radiuses": _each(_radius, 'each radius must be null, a number or "unlimited"'),
    "hints": _each(_hint, "each hint must be null or a base64 string"),
    "approaches": _each(_approach, "each approach must be null or a string"),
    "exclude": _each(_text, "each exclude entry must be a string", "an array of strings"),
    "snapping": _word("default", "any"),
    "generate_hints": _boolean,
    "skip_waypoints": _boolean,
    "steps": _boolean,
    "geometries": _word("polyline", "polyline6", "geojson"),
    "overview": _word("simplified", "full", "false", "by_legs"),
    "annotations": _annotations(ANNOTATIONS),
    "waypoints": _INDICES,
}
_OF_SERVICE: dict[str, dict[str, Check]] = {
    "table": {
        "sources": _INDICES,
        "destinations": _INDICES,
        "annotations": _annotations(("duration", "distance")),
        "fallback_speed": _number,
        "fallback_coordinate": _word("input", "snapped"),
        "scale_factor": _number,
    },
    "route": {"alternatives": _alternatives, "continue_straight": _continue_straight},
    "match": {
        "timestamps": _each(_index(32), "{name} entries must be non-negative integers", "an array of integers"),
        "gaps": _word("split", "ignore"),
        "tidy": _boolean,
    },
}
