"""One transaction of one organisation, with its repositories."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from app.storage.database import Database
from app.storage.records import ApiKey, Organisation
from app.storage.repositories import (
    AccountRepository,
    AlignmentRepository,
    DayRepository,
    IdempotencyRepository,
    JobRepository,
    KeyRepository,
    OrganisationRepository,
    OutcomeRepository,
    QuotaRepository,
    RepRepository,
    SpeedRepository,
    SpeedTableRepository,
    find_key,
)
from app.storage.rows import Scope

Clock = Callable[[], datetime]
"""Gives the present moment, with a time zone."""


class UnitOfWork:
    """Repositories over one transaction. What is not committed is undone at the end."""

    def __init__(self, scope: Scope, writes: bool) -> None:
        self._scope, self._writes = scope, writes
        self.organisation_id = scope.organisation_id
        self.now = scope.now
        self.organisations = OrganisationRepository(scope.connection, scope.now)
        self.accounts = AccountRepository(scope)
        self.reps = RepRepository(scope)
        self.alignments = AlignmentRepository(scope)
        self.quotas = QuotaRepository(scope)
        self.days = DayRepository(scope)
        self.outcomes = OutcomeRepository(scope)
        self.jobs = JobRepository(scope)
        self.keys = KeyRepository(scope)
        self.speeds = SpeedRepository(scope)
        self.speed_tables = SpeedTableRepository(scope)
        self.idempotency = IdempotencyRepository(scope)

    def commit(self) -> None:
        """Keep everything written so far. Raises ValueError in a reading unit of work."""
        if not self._writes:
            raise ValueError("a reading unit of work has nothing to commit")
        self._scope.connection.commit()


class Storage:
    """The way from a service to the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self._clock = database, clock

    @contextmanager
    def reading(self, organisation_id: int) -> Iterator[UnitOfWork]:
        """One snapshot of the organisation's rows."""
        with self.database.reading() as connection:
            yield UnitOfWork(Scope(connection, organisation_id, self._clock()), writes=False)

    @contextmanager
    def writing(self, organisation_id: int) -> Iterator[UnitOfWork]:
        """One transaction that must be committed: ``with storage.writing(1) as work: …; work.commit()``."""
        with self.database.writing() as connection:
            yield UnitOfWork(Scope(connection, organisation_id, self._clock()), writes=True)

    def ensure_organisation(self, slug: str, name: str, time_zone: str) -> Organisation:
        """The organisation called `slug`; made, and committed, if it is not there."""
        with self.database.writing() as connection:
            organisation = OrganisationRepository(connection, self._clock()).ensure(slug, name, time_zone)
            connection.commit()
        return organisation

    def now(self) -> datetime:
        """The present moment, as every unit of work begun now would have it."""
        return self._clock()

    def speeds_versions(self) -> dict[int, int]:
        """The version of every organisation's live speeds, by row number."""
        with self.database.reading() as connection:
            return OrganisationRepository(connection, self._clock()).speeds_versions()

    def organisation(self, slug: str) -> Organisation | None:
        with self.database.reading() as connection:
            return OrganisationRepository(connection, self._clock()).by_slug(slug)

    def find_key(self, prefix: str) -> ApiKey | None:
        """The key called `prefix`, of whichever organisation."""
        with self.database.reading() as connection:
            return find_key(connection, prefix)

    def answers(self) -> bool:
        """Whether the database can be read; raises what the driver raises where it cannot."""
        with self.database.reading() as connection:
            return connection.exec_driver_sql("SELECT 1").scalar() == 1
