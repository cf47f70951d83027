"""Taking jobs under a lease and finishing them; the jobs table is the one truth.

A lease is the pair (`leased_by`, `attempts`): whoever takes the job again counts `attempts` up, and every write of the
worker that had it before then finds no row. A lease that ran out but that nobody took is still its worker's.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.jobs.errors import LeaseLost
from app.storage.database import Database
from app.storage.records import Job, JobState, JsonObject
from app.storage.repositories import JobRepository
from app.storage.rows import Scope, columns_of, record_of
from app.storage.tables import jobs

Clock = Callable[[], datetime]

WORKER_LOST = "worker_lost"
"""Problem code of a job whose workers died `max_attempts` times."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one job."""

    job: Job
    worker_id: str


class JobQueue:
    """Jobs of all organisations, for workers; and of one organisation, for the service."""

    def __init__(self, database: Database, clock: Clock, max_attempts: int = 3) -> None:
        if max_attempts < 1:
            raise ValueError("max_attempts must be at least 1")
        self._database, self._clock, self._max_attempts = database, clock, max_attempts

    # The service's side: each call is a transaction of its own. Inside a unit of work, use `work.jobs` instead.

    def submit(self, organisation_id: int, kind: str, job_input: JsonObject, created_by: str = "") -> Job:
        """Queue a job."""
        with self._of(organisation_id, writes=True) as mine:
            return mine.submit(kind, job_input, created_by)

    def get(self, organisation_id: int, job_id: UUID) -> Job | None:
        with self._of(organisation_id) as mine:
            return mine.get(job_id)

    def page(
        self,
        organisation_id: int,
        limit: int,
        before: UUID | None = None,
        kind: str | None = None,
        state: JobState | None = None,
    ) -> list[Job]:
        """Jobs, newest first."""
        with self._of(organisation_id) as mine:
            return mine.page(limit, before, kind, state)

    def request_cancel(self, organisation_id: int, job_id: UUID) -> Job | None:
        """Cancel a queued job at once, ask a running one to stop; None where there is none."""
        with self._of(organisation_id, writes=True) as mine:
            return mine.request_cancel(job_id)

    # The worker's side.

    def take(self, worker_id: str, lease_s: float, kinds: Collection[str]) -> Lease | None:
        """Lease the oldest job of these `kinds` that is queued or whose lease ran out; None where there is none.

        A job whose lease ran out is closed instead where its cancelling was asked for, or where it was begun
        `max_attempts` times.
        """
        now = self._clock()
        expired = sa.and_(jobs.c.state == "running", jobs.c.lease_until < now)
        takeable = sa.and_(sa.or_(jobs.c.state == "queued", expired), jobs.c.kind.in_(sorted(kinds)))
        with self._database.reading() as connection:  # an idle worker must not take SQLite's one write lock
            if connection.scalar(sa.select(jobs.c.id).where(sa.or_(takeable, expired)).limit(1)) is None:
                return None
        with self._database.writing() as connection:
            self._close_expired(connection, expired, now)
            oldest = sa.select(jobs.c.id).where(takeable).order_by(jobs.c.created_at, jobs.c.id).limit(1)
            statement = sa.update(jobs).where(jobs.c.id == oldest.with_for_update(skip_locked=True).scalar_subquery())
            row = connection.execute(
                statement.values(
                    state="running",
                    attempts=jobs.c.attempts + 1,
                    leased_by=worker_id,
                    lease_until=now + timedelta(seconds=lease_s),
                    started_at=sa.func.coalesce(jobs.c.started_at, sa.literal(now, jobs.c.started_at.type)),
                    progress=0.0,
                    message="",
                ).returning(*columns_of(jobs, Job))
            ).one_or_none()
            connection.commit()
        return None if row is None else Lease(record_of(Job, row), worker_id)

    def beat(self, lease: Lease, lease_s: float, progress: float, message: str) -> bool:
        """Extend the lease and write the progress; whether cancelling was asked for. Raises LeaseLost."""
        until = self._clock() + timedelta(seconds=lease_s)
        return self._write(lease, lease_until=until, progress=progress, message=message).cancel_requested

    def cancel_requested(self, lease: Lease) -> bool:
        """Whether cancelling was asked for, without writing. Raises LeaseLost."""
        with self._database.reading() as connection:
            asked = connection.scalar(sa.select(jobs.c.cancel_requested).where(_held(lease)))
        if asked is None:
            raise LeaseLost(lease.job.id, lease.worker_id)
        return bool(asked)

    def finish(self, lease: Lease, result: JsonObject) -> Job:
        """Store the result. Raises LeaseLost."""
        return self._close(lease, "done", progress=1.0, result=result)

    def fail(self, lease: Lease, problem: JsonObject) -> Job:
        """Store why there is no result. Raises LeaseLost."""
        return self._close(lease, "failed", problem=problem)

    def cancel(self, lease: Lease) -> Job:
        """Note that the work stopped because it was asked to. Raises LeaseLost."""
        return self._close(lease, "cancelled")

    def release(self, lease: Lease) -> Job:
        """Give the job back unfinished, as if it had not been begun. Raises LeaseLost."""
        unbegun = {"state": "queued", "attempts": jobs.c.attempts - 1, "progress": 0.0, "message": ""}
        return self._write(lease, **unbegun, leased_by=None, lease_until=None)

    def waiting(self) -> dict[str, int]:
        """How many jobs are in each state that is not final (for metrics)."""
        statement = sa.select(jobs.c.state, sa.func.count()).where(jobs.c.state.in_(("queued", "running")))
        with self._database.reading() as connection:
            counted = {state: int(count) for state, count in connection.execute(statement.group_by(jobs.c.state))}
        return {"queued": 0, "running": 0} | counted

    def forget_finished(self, before: datetime) -> int:
        """Delete jobs that ended before a moment; how many."""
        with self._database.writing() as connection:
            gone = connection.execute(sa.delete(jobs).where(jobs.c.finished_at < before)).rowcount
            connection.commit()
        return gone

    def _close_expired(self, connection: sa.Connection, expired: sa.ColumnElement[bool], now: datetime) -> None:
        ended = {"leased_by": None, "lease_until": None, "finished_at": now}
        asked = sa.update(jobs).where(expired, jobs.c.cancel_requested)
        connection.execute(asked.values(state="cancelled", **ended))
        detail = f"The worker was lost {self._max_attempts} times while working on this job; it is not tried again."
        problem = {"code": WORKER_LOST, "detail": detail}
        worn_out = sa.update(jobs).where(expired, jobs.c.attempts >= self._max_attempts)
        connection.execute(worn_out.values(state="failed", problem=problem, **ended))

    def _close(self, lease: Lease, state: JobState, **values: Any) -> Job:
        ended = {"leased_by": None, "lease_until": None, "finished_at": self._clock()}
        return self._write(lease, state=state, **ended, **values)

    def _write(self, lease: Lease, **values: Any) -> Job:
        with self._database.writing() as connection:
            statement = sa.update(jobs).where(_held(lease)).values(**values).returning(*columns_of(jobs, Job))
            row = connection.execute(statement).one_or_none()
            if row is None:
                raise LeaseLost(lease.job.id, lease.worker_id)
            connection.commit()
        return record_of(Job, row)

    @contextmanager
    def _of(self, organisation_id: int, writes: bool = False) -> Iterator[JobRepository]:
        with self._database.writing() if writes else self._database.reading() as connection:
            yield JobRepository(Scope(connection, organisation_id, self._clock()))
            if writes:
                connection.commit()


def _held(lease: Lease) -> sa.ColumnElement[bool]:
    return sa.and_(
        jobs.c.id == lease.job.id,
        jobs.c.state == "running",
        jobs.c.leased_by == lease.worker_id,
        jobs.c.attempts == lease.job.attempts,
    )
