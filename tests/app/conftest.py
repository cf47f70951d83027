"""Fixtures of the service's tests. A test that takes `database_url` runs on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.storage.database import Database
from app.storage.unit_of_work import Storage
from tests.helpers.clocks import SettableClock
from tests.helpers.company_copies import Api, CompanyCopies
from tests.helpers.databases import PostgresDatabases, SqliteDatabases, postgres_databases
from tests.helpers.served_company import SmallCompany, prepare_company


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


@pytest.fixture(scope="session")
def prepared_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCompany]:
    """Made once a session; do not change it, take `small_company` or a copy."""
    company = prepare_company(tmp_path_factory.mktemp("prepared"))
    yield company
    company.close()


@pytest.fixture
def small_company(prepared_company: SmallCompany, tmp_path: Path) -> Iterator[SmallCompany]:
    """A copy of the prepared company that belongs to this test alone (SQLite)."""
    company = prepared_company.copy(tmp_path / "company")
    yield company
    company.close()


@pytest.fixture(scope="session")
def sqlite_copies(prepared_company: SmallCompany, tmp_path_factory: pytest.TempPathFactory) -> CompanyCopies:
    return CompanyCopies("sqlite", prepared_company, tmp_path_factory.mktemp("on_sqlite"), None)


@pytest.fixture(scope="session")
def postgresql_copies(
    prepared_company: SmallCompany, tmp_path_factory: pytest.TempPathFactory, postgresql_databases: PostgresDatabases
) -> CompanyCopies:
    return CompanyCopies("postgresql", prepared_company, tmp_path_factory.mktemp("on_postgresql"), postgresql_databases)


@pytest.fixture(params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest) -> CompanyCopies:
    """Makes prepared companies, for tests that need settings of their own."""
    found: CompanyCopies = request.getfixturevalue(f"{request.param}_copies")
    return found


@pytest.fixture
def api(copies: CompanyCopies, tmp_path: Path) -> Iterator[Api]:
    """A prepared company of this test alone, on both databases."""
    with copies.copy(tmp_path / "data") as made:
        yield made


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def quiet_api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A prepared company shared by tests that change nothing (their refused requests leave no trace)."""
    made: CompanyCopies = request.getfixturevalue(f"{request.param}_copies")
    with made.copy(tmp_path_factory.mktemp("quiet") / "data") as shared:
        yield shared
