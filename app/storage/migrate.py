"""Bringing a database to the present tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.storage.database import Database

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x62656174  # "beat": any number, the same in every process that migrates this database


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to `revision` in one transaction; several processes may start at once, one migrates, the others wait."""
    with _locked(database) as connection:
        command.upgrade(_config(connection), revision)
        connection.commit()


def downgrade(database: Database, revision: str = "base") -> None:
    """Go back to `revision`; "base" removes every table."""
    with _locked(database) as connection:
        command.downgrade(_config(connection), revision)
        connection.commit()


def pending(database: Database) -> bool:
    """Whether the database lacks a migration (a server that finds this true is not ready)."""
    with database.reading() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return present != ScriptDirectory(str(_FOLDER)).get_current_head()


def new_revision(database: Database, message: str) -> None:
    """Write the next file of migrations/versions from the difference between `database` and the tables in code."""
    with database.writing() as connection:
        command.revision(_config(connection), message, autogenerate=True)


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _locked(database: Database) -> Iterator[sa.Connection]:
    """A writing connection that keeps every other migration out until it ends."""
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        yield connection
