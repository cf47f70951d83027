"""Jobs on the wire."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from app.schemas.pages import Limit
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


class JobQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which jobs to list; `before` is the id that the last page ended with."""

    limit: Limit = 100
    before: UUID | None = None
    kind: str | None = None
    state: Literal["queued", "running", "done", "failed", "cancelled"] | None = None


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
