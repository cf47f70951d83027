"""Fixtures of the service's tests. A test that takes `database_url` runs on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator

import pytest

from app.storage.database import Database
from app.storage.unit_of_work import Storage
from tests.helpers.clocks import SettableClock
from tests.helpers.databases import PostgresDatabases, SqliteDatabases, postgres_databases


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[PostgresDatabases]:
    databases = postgres_databases()
    yield databases
    databases.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest) -> Iterator[Callable[[bool], str]]:
    """Makes databases, migrated or empty, that are gone after the test."""
    databases = request.getfixturevalue(f"{request.param}_databases")
    made: list[str] = []

    def new(migrated: bool) -> str:
        made.append(databases.new(migrated))
        return made[-1]

    yield new
    for url in made:
        databases.drop(url)


@pytest.fixture
def database_url(new_database_url: Callable[[bool], str]) -> str:
    """Address of a migrated database without rows, of this test alone."""
    return new_database_url(True)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def storage(database: Database, clock: SettableClock) -> Storage:
    return Storage(database, clock)


@pytest.fixture
def organisation_id(storage: Storage) -> int:
    return storage.ensure_organisation("default", "Default", "Europe/Lisbon").id
