from datetime import UTC, datetime

import pytest

from app.jobs import JobQueue


def wall_clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def queue(database, clock, organisation_id) -> JobQueue:
    """A queue whose time goes on only when the test says so."""
    return JobQueue(database, clock, max_attempts=3)


@pytest.fixture
def live_queue(database, organisation_id) -> JobQueue:
    """A queue in real time."""
    return JobQueue(database, wall_clock, max_attempts=3)
