"""Throwing away what is past its time: jobs that ended long ago, remembered answers, files that nobody came for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.jobs.queue import JobQueue
from app.storage.repositories import OrganisationRepository
from app.storage.unit_of_work import Storage
from app.uploads import Uploads


@dataclass(frozen=True, slots=True)
class KeepFor:
    """How long what is kept."""

    jobs: timedelta
    idempotency_keys: timedelta
    uploads: timedelta


@dataclass(frozen=True, slots=True)
class ThrownAway:
    """How many of each."""

    jobs: int
    idempotency_keys: int
    uploads: int


def keep_house(storage: Storage, queue: JobQueue, uploads: Uploads, now: datetime, keep: KeepFor) -> ThrownAway:
    """Once through everything, each organisation in a transaction of its own."""
    with storage.database.reading() as connection:
        organisations = OrganisationRepository(connection, now).all()
    keys = 0
    for organisation in organisations:
        with storage.writing(organisation.id) as work:
            keys += work.idempotency.forget(keep.idempotency_keys)
            work.commit()
    jobs = queue.forget_finished(now - keep.jobs)
    return ThrownAway(jobs, keys, uploads.forget_older_than(keep.uploads.total_seconds()))
