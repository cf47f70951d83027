"""A clock that stands until it is told to go on."""

from datetime import UTC, datetime, timedelta


class SettableClock:
    def __init__(self, now: datetime = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def monday_ahead() -> str:
    """A Monday that can still be planned, for commands that run by the real clock."""
    today = datetime.now(UTC).date()
    return str(today + timedelta(days=7 - today.weekday()))
