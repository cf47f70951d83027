"""What a use case may refuse, with the data that explains it.

ServiceError
├── NotFound              nothing there under that name
├── Forbidden             the key's role may not do this
├── Unauthorised          no key, or one that is unknown or revoked
├── InvalidInput          a field is wrong
│   ├── LimitExceeded     a field is over a limit that is a setting
│   └── OutsideNetwork    a point has no road within the radius
├── Conflict              the state has moved on, or the same id came with other content
└── NotReady              something must be done first (no network imported, no alignment published)
    └── MapBeingMade      the map was damaged and is being made again
"""

import math


class ServiceError(Exception):
    """Base: `code` for machines, the message for people, `field` where one is to blame."""

    code = "error"

    def __init__(self, detail: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        if code is not None:
            self.code = code


class NotFound(ServiceError):
    """Nothing there under that name."""

    code = "not_found"


class Forbidden(ServiceError):
    """The key's role may not do this."""

    code = "forbidden"


class Unauthorised(ServiceError):
    """No key, or one that is unknown or revoked."""

    code = "unauthorised"


class InvalidInput(ServiceError):
    """A field is wrong."""

    code = "invalid_input"


class LimitExceeded(InvalidInput):
    """A field is over a limit; the limit is a setting, named in the message. `what` is counted, where not the field."""

    code = "limit_exceeded"

    def __init__(self, field: str, value: float, limit: float, setting: str, what: str = "") -> None:
        text = f"{what or field} is {_number(value)}, the limit is {_number(limit)} (setting {setting})"
        super().__init__(text, field=field)
        self.value = value
        self.limit = limit


def _number(value: float) -> str:
    """Whole numbers in full: "1e+09" is no number to a person."""
    return f"{int(value):,}" if math.isfinite(value) and value == int(value) else f"{value:g}"


class OutsideNetwork(InvalidInput):
    """A point has no road within the radius."""

    code = "outside_network"

    def __init__(self, field: str, distance_m: float, radius_m: float) -> None:
        super().__init__(
            f"{field} is {distance_m:.0f} m from the nearest road, the limit is {radius_m:.0f} m "
            "(setting BEATPLAN_SNAP_RADIUS_M)",
            field=field,
        )
        self.distance_m, self.radius_m = distance_m, radius_m


def at_most(field: str, value: float, limit: float, setting: str, what: str = "") -> None:
    """Raises LimitExceeded where `value` is over `limit`."""
    if value > limit:
        raise LimitExceeded(field, value, limit, setting, what)


class Conflict(ServiceError):
    """The state has moved on, or the same id came with other content."""

    code = "conflict"


class NotReady(ServiceError):
    """Something must be done first."""

    code = "not_ready"


class MapBeingMade(NotReady):
    """The map was damaged and is being made again; worth asking again after `retry_after_s`."""

    code = "map_being_made"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("the map is being made again from its file; ask again shortly")
        self.retry_after_s = retry_after_s
