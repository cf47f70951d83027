"""What cannot be done with speeds, each with the data and the limit it broke.

    TrafficError
    ├── InvalidSpeed     a factor, speed or arc out of its range
    ├── InvalidProfile   a settings file of speeds says what cannot be
    └── SpeedTableUnreadable   a CSV file of speeds that cannot be read at all

All survive pickling, so that a worker can hand them over.
"""


class TrafficError(Exception):
    """Anything a caller of `routing.traffic` may have to tell its user."""


class InvalidSpeed(TrafficError):
    """A row of a speed change that cannot be: `field` had `value`, which breaks `limit`."""

    def __init__(self, row: int, field: str, value: float, limit: str) -> None:
        super().__init__(row, field, value, limit)
        self.row = row
        """Counted from 0."""
        self.field = field
        self.value = value
        self.limit = limit

    def __str__(self) -> str:
        return f"row {self.row}: {self.field} is {self.value:g}, must be {self.limit}"


class InvalidProfile(TrafficError):
    """A settings file that cannot be used: `field` had `value`, which breaks `limit`."""

    def __init__(self, field: str, value: object, limit: str) -> None:
        super().__init__(field, str(value)[:200], limit)
        self.field = field
        """The way to it, say factors.workday.midday.primary."""
        self.value = str(value)[:200]
        self.limit = limit

    def __str__(self) -> str:
        return f"{self.field} is {self.value}, must be {self.limit}"


class SpeedTableUnreadable(TrafficError):
    """A CSV file of speeds that cannot be read at all; a bad row alone is a `SpeedProblem`."""

    def __init__(self, line: int, reason: str, too_long: bool = False) -> None:
        super().__init__(line, reason, too_long)
        self.line = line
        """Counted from 1."""
        self.reason = reason
        self.too_long = too_long
        """More rows than the limit that the reason names."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
