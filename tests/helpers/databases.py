"""Fresh databases for tests: a migrated one is made once a session and copied for every test."""

import os
import shutil
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.storage.database import Database
from app.storage.migrate import migrate

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
    """Databases with a random name beside the one that the tests' address names; safe beside other test processes."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url).set(drivername="postgresql+psycopg")
        self._admin = sa.create_engine(
            self._url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": _CONNECT_TIMEOUT_S}
        )
        self._template = ""
        template_url = self.new(migrated=False)
        database = Database.open(template_url)
        migrate(database)
        database.close()
        self._template = str(sa.make_url(template_url).database)

    def new(self, migrated: bool) -> str:
        name = f"beatplan_test_{uuid4().hex[:16]}"
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}" + (f" TEMPLATE {self._template}" if migrated else ""))
        return self._url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {sa.make_url(url).database} WITH (FORCE)")

    def close(self) -> None:
        self.drop(f"postgresql:///{self._template}")
        self._admin.dispose()


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
