"""Fresh databases for tests: a migrated one is made once a session and copied for every test."""

import os
import shutil
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.storage.database import Database
from app.storage.migrate import migrate
from app.storage.tables import metadata

POSTGRES_URL = os.environ.get("BEATPLAN_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
_CONNECT_TIMEOUT_S = 3


class SqliteDatabases:
    """Files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.sqlite3"
        database = Database.open(f"sqlite:///{self._template}")
        migrate(database)
        database.close()  # the last connection folds the write-ahead log into the file

    def new(self, migrated: bool) -> str:
        path = self._folder / f"{uuid4().hex}.sqlite3"
        if migrated:
            shutil.copy(self._template, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        path = Path(sa.make_url(url).database or "")
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()

    def close(self) -> None:
        pass


class PostgresDatabases:
    """Databases with a random name beside the one that the tests' address names; safe beside other test processes.

    Migrated ones are emptied and used again: making and dropping one takes 0.2 s, emptying it 0.01 s.
    """

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url).set(drivername="postgresql+psycopg")
        self._admin = sa.create_engine(
            self._url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": _CONNECT_TIMEOUT_S}
        )
        self._made: list[str] = []
        self._migrated: set[str] = set()
        self._free: list[str] = []
        self._free.append(self._new_migrated())  # fails here, once, where none answers

    def new(self, migrated: bool) -> str:
        if not migrated:
            return self._new()
        return self._free.pop() if self._free else self._new_migrated()

    def copy_of(self, url: str) -> str:
        """A database with the rows of the one at `url`, which nobody may be connected to; end it with `remove`."""
        return self._new(template=str(sa.make_url(url).database))

    def drop(self, url: str) -> None:
        if url not in self._migrated:
            return self.remove(url)
        engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
        with engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(sa.delete(table))
        return self._free.append(url)

    def close(self) -> None:
        for url in list(self._made):
            self.remove(url)
        self._admin.dispose()

    def _new(self, template: str = "template1") -> str:
        name = f"beatplan_test_{uuid4().hex[:16]}"
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        self._made.append(self._url.set(drivername="postgresql", database=name).render_as_string(hide_password=False))
        return self._made[-1]

    def _new_migrated(self) -> str:
        url = self._new()
        database = Database.open(url)
        migrate(database)
        database.close()
        self._migrated.add(url)
        return url

    def remove(self, url: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {sa.make_url(url).database} WITH (FORCE)")
        self._made.remove(url)


def postgres_databases() -> PostgresDatabases:
    """Skips the test where no PostgreSQL answers; fails instead under CI=true."""
    try:
        return PostgresDatabases(POSTGRES_URL)
    except sa.exc.OperationalError as error:
        where = sa.make_url(POSTGRES_URL)
        reason = f"no PostgreSQL at {where.host}:{where.port or 5432} (set BEATPLAN_TEST_POSTGRES_URL): {error.orig}"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
