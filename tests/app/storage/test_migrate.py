import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.storage.database import Database
from app.storage.migrate import downgrade, migrate, pending
from app.storage.tables import metadata


@pytest.fixture
def empty(new_database_url: Callable[[bool], str]):
    database = Database.open(new_database_url(False))
    yield database
    database.close()


def _tables(database: Database) -> set[str]:
    return set(sa.inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_migrations_make_exactly_the_tables_in_code(empty):
    assert pending(empty)
    migrate(empty)
    assert not pending(empty)
    with empty.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing_and_going_back_leaves_nothing(empty):
    migrate(empty)
    migrate(empty)
    assert _tables(empty) == set(metadata.tables)
    downgrade(empty)
    assert _tables(empty) == set()


_MIGRATE = """
import sys
from app.storage.database import Database
from app.storage.migrate import migrate
database = Database.open(sys.argv[1])
sys.stdin.read(1)
migrate(database)
"""


def test_processes_that_start_at_once_migrate_once(empty):
    url = empty.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _MIGRATE, url]
    root = Path(__file__).parents[3]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, cwd=root) for _ in range(3)]
    for process in processes:
        process.stdin.write(b"go")
        process.stdin.flush()
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert _tables(empty) == set(metadata.tables)


def test_a_migration_that_fails_leaves_nothing_behind(empty):
    with empty.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE jobs (id INTEGER)")  # in the way of the fourth table
        connection.commit()
    with pytest.raises(sa.exc.DBAPIError):
        migrate(empty)
    assert _tables(empty) == {"jobs"}


def test_every_table_belongs_to_an_organisation():
    for table in metadata.sorted_tables:
        if table.name != "organisations":
            assert not table.c.organisation_id.nullable, table.name
