"""What a request that speaks OSRM's protocol may be refused with: its own codes and messages."""


class OsrmError(Exception):
    """`code` and `message` as OSRM words them, and the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code, message, status)
        self.code, self.message, self.status = code, message, status

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def invalid_options(message: str = "") -> OsrmError:
    """An option is out of range (no message, as in OSRM), or does not go with the others."""
    return OsrmError("InvalidOptions", message)


def invalid_value(message: str) -> OsrmError:
    """Options are sound each by itself, but cannot be answered."""
    return OsrmError("InvalidValue", message)


def too_big(message: str) -> OsrmError:
    """Over a limit, which is a setting."""
    return OsrmError("TooBig", message)


def no_segment(index: int | None = None) -> OsrmError:
    """Clients read the index out of this message (VROOM does); nearest tells none."""
    which = "" if index is None else f" {index}"
    return OsrmError("NoSegment", f"Could not find a matching segment for coordinate{which}")
