import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from app.storage import records, tables
from app.storage.column_types import UtcTime
from app.storage.database import Database
from app.storage.tables import accounts, organisations

RECORD_TABLES = {
    records.Organisation: tables.organisations,
    records.Rep: tables.reps,
    records.Account: tables.accounts,
    records.AccountColumns: tables.accounts,
    records.Alignment: tables.alignments,
    records.AlignmentUnits: tables.alignment_units,
    records.QuotaFacts: tables.quotas,
    records.PlannedStop: tables.planned_stops,
    records.DayDocument: tables.day_plans,
    records.DaySummary: tables.day_plans,
    records.UnplannedVisit: tables.unplanned_visits,
    records.VisitOutcome: tables.visit_outcomes,
    records.Job: tables.jobs,
    records.ApiKey: tables.api_keys,
}


@pytest.mark.parametrize("record", RECORD_TABLES, ids=lambda record: record.__name__)
def test_every_field_of_a_record_is_a_column(record):
    assert {item.name for item in fields(record)} <= set(RECORD_TABLES[record].c.keys())


@pytest.mark.parametrize("record", [records.Rep, records.Account, records.Job, records.ApiKey, records.Organisation])
def test_every_column_is_in_its_record(record):
    hidden = set(RECORD_TABLES[record].c.keys()) - {item.name for item in fields(record)}
    assert hidden <= {"organisation_id"}


def test_times_come_back_in_utc_and_the_same_moment(storage, organisation_id, clock):
    clock.now = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    made = storage.ensure_organisation("other", "Other", "UTC")
    assert made.created_at == clock.now
    assert made.created_at.tzinfo is UTC


def test_times_without_a_zone_are_refused(database):
    statement = sa.select(sa.literal(datetime(2026, 1, 1), UtcTime()))  # noqa: DTZ001 - the point of the test
    with database.reading() as connection, pytest.raises(sa.exc.StatementError, match="time zone"):
        connection.execute(statement)


def test_times_sort_as_moments_do(storage, database, organisation_id, clock):
    begin = clock.now
    for slug, seconds in (("c", 1.5), ("a", 0.0), ("b", 0.000001)):
        clock.now = begin + timedelta(seconds=seconds)
        storage.ensure_organisation(slug, slug, "UTC")
    with database.reading() as connection:
        slugs = connection.scalars(
            sa.select(organisations.c.slug)
            .where(organisations.c.slug != "default", organisations.c.created_at > begin - timedelta(seconds=1))
            .order_by(organisations.c.created_at)
        ).all()
    assert slugs == ["a", "b", "c"]


def test_what_is_not_committed_is_undone(storage, organisation_id):
    with storage.writing(organisation_id) as work:
        work.organisations.ensure("lost", "Lost", "UTC")
    assert storage.organisation("lost") is None


def test_a_reading_unit_of_work_does_not_commit(storage, organisation_id):
    with storage.reading(organisation_id) as work, pytest.raises(ValueError, match="nothing to commit"):
        work.commit()


def test_a_reader_sees_one_snapshot(storage, organisation_id):
    with storage.reading(organisation_id) as reader:
        before = len(reader.organisations.all())
        storage.ensure_organisation("new", "New", "UTC")
        assert len(reader.organisations.all()) == before
    with storage.reading(organisation_id) as reader:
        assert len(reader.organisations.all()) == before + 1


def test_a_writer_that_reads_first_keeps_others_waiting_and_does_not_fail(database, storage, organisation_id):
    mine = organisations.c.id == organisation_id
    read = sa.select(organisations.c.name).where(mine).with_for_update()

    def add(mark: str, pause_s: float = 0.0) -> None:
        with database.writing() as connection:
            found = connection.scalar(read)
            begun.set()
            time.sleep(pause_s)
            connection.execute(sa.update(organisations).where(mine).values(name=found + mark))
            connection.commit()

    begun = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(add, "1", 0.3)
        assert begun.wait(5)
        second = pool.submit(add, "2")
        first.result()
        second.result()
    assert storage.organisation("default").name == "Default12"


def test_the_database_refuses_a_reference_into_another_organisation(database, storage, organisation_id, clock):
    from tests.helpers.companies import account, rep

    other = storage.ensure_organisation("other", "Other", "UTC").id
    with storage.writing(other) as work:
        foreign = work.reps.add_many([rep(1)])["R1"]
        work.commit()
    with storage.writing(organisation_id) as work, pytest.raises(sa.exc.IntegrityError):
        work.accounts.add_many([account(1, locked_rep_id=foreign)])


def test_sqlite_runs_in_wal_with_foreign_keys(database):
    if database.engine.dialect.name != "sqlite":
        pytest.skip("pragmas are SQLite's")
    with database.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000}


@contextmanager
def _file_held_by_another(path):
    """A new file, not in WAL yet, that another connection is writing to."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE theirs (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    try:
        yield other
    finally:
        other.close()


def test_the_switch_to_wal_waits_for_others(tmp_path):
    with _file_held_by_another(tmp_path / "x.sqlite3") as other:
        threading.Timer(0.2, other.execute, ["COMMIT"]).start()
        database = Database.open(f"sqlite:///{tmp_path / 'x.sqlite3'}")
        with database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        database.close()


def test_the_switch_to_wal_does_not_wait_for_ever(tmp_path):
    with _file_held_by_another(tmp_path / "x.sqlite3"):
        database = Database.open(f"sqlite:///{tmp_path / 'x.sqlite3'}", busy_timeout_s=0.1)
        with pytest.raises(sa.exc.OperationalError, match="locked"), database.reading():
            pass


def test_json_null_is_the_databases_null(storage, database, organisation_id):
    from tests.helpers.companies import account

    with storage.writing(organisation_id) as work:
        work.accounts.add_many([account(1, windows=None)])
        work.commit()
    with database.reading() as connection:
        assert connection.scalar(sa.select(accounts.c.code).where(accounts.c.windows.is_(None))) == "A1"
