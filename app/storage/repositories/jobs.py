"""Jobs as the service sees them: submit, look, cancel. Taking and finishing them is `app.jobs.queue`."""

from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from app.storage.records import Job, JobState, JsonObject
from app.storage.rows import Scope, columns_of, record_of
from app.storage.tables import jobs


class JobRepository:
    """The organisation's jobs."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._mine = jobs.c.organisation_id == scope.organisation_id

    def submit(self, kind: str, job_input: JsonObject, created_by: str = "") -> Job:
        """Queue a job; a worker takes it once this transaction is committed."""
        values = {"id": (job_id := uuid4()), "kind": kind, "input": job_input, "created_by": created_by}
        fresh = {"state": "queued", "progress": 0.0, "message": "", "attempts": 0, "cancel_requested": False}
        owner = {"organisation_id": self._scope.organisation_id, "created_at": self._scope.now}
        self._scope.connection.execute(sa.insert(jobs).values(**values, **fresh, **owner))
        found = self.get(job_id)
        assert found is not None
        return found

    def get(self, job_id: UUID) -> Job | None:
        row = self._scope.connection.execute(self._select().where(jobs.c.id == job_id)).one_or_none()
        return None if row is None else record_of(Job, row)

    def page(
        self, limit: int, before: UUID | None = None, kind: str | None = None, state: JobState | None = None
    ) -> list[Job]:
        """Jobs, newest first, older than the job `before` where given."""
        statement = self._select().order_by(jobs.c.created_at.desc(), jobs.c.id.desc()).limit(limit)
        if kind is not None:
            statement = statement.where(jobs.c.kind == kind)
        if state is not None:
            statement = statement.where(jobs.c.state == state)
        if before is not None and (last := self.get(before)) is not None:
            position = sa.tuple_(sa.literal(last.created_at, jobs.c.created_at.type), sa.literal(last.id, sa.Uuid()))
            statement = statement.where(sa.tuple_(jobs.c.created_at, jobs.c.id) < position)
        return [record_of(Job, row) for row in self._scope.connection.execute(statement)]

    def request_cancel(self, job_id: UUID) -> Job | None:
        """Cancel a queued job at once; ask a running one to stop; leave a finished one. None where there is none."""
        mine = sa.update(jobs).where(self._mine, jobs.c.id == job_id)
        now = self._scope.now
        self._scope.connection.execute(
            mine.where(jobs.c.state == "queued").values(state="cancelled", cancel_requested=True, finished_at=now)
        )
        self._scope.connection.execute(mine.where(jobs.c.state == "running").values(cancel_requested=True))
        return self.get(job_id)

    def _select(self) -> sa.Select[Any]:
        return sa.select(*columns_of(jobs, Job)).where(self._mine)
