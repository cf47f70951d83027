"""Jobs on the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.storage.records import Job


class JobView(msgspec.Struct, frozen=True):
    """Long work: look again until `state` is done, failed or cancelled."""

    id: UUID
    kind: str
    state: str
    progress: float
    message: str
    attempts: int
    result: dict[str, Any] | None
    problem: dict[str, Any] | None
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobList(msgspec.Struct, frozen=True):
    """Jobs, newest first."""

    items: list[JobView]


def job_view(job: Job) -> JobView:
    """A stored job as it is sent."""
    return JobView(
        job.id,
        job.kind,
        job.state,
        job.progress,
        job.message,
        job.attempts,
        job.result,
        job.problem,
        job.cancel_requested,
        job.created_at,
        job.started_at,
        job.finished_at,
    )
