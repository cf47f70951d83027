"""The one way to the database: how connections are opened and how transactions begin."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

_WRITES = "beatplan_writes"


def _dump_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


class Database:
    """An engine with the two kinds of transaction that Beatplan knows.

    reading
        One snapshot for all its statements: SQLite in WAL gives that by itself, PostgreSQL as REPEATABLE READ.
    writing
        SQLite takes the write lock at once (BEGIN IMMEDIATE): a transaction that reads first and writes later would
        otherwise fail the moment somebody else wrote in between, without waiting `busy_timeout_s`. PostgreSQL works
        in READ COMMITTED; rows that a decision rests on are locked by the repositories.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._read_options: dict[str, Any] = (
            {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            if engine.dialect.name == "postgresql"
            else {}
        )

    @classmethod
    def open(cls, url: str, busy_timeout_s: float = 10.0, pool_size: int = 8) -> "Database":
        """Open `url` (sqlite:/// or postgresql+psycopg://); connects on first use. Creates SQLite's folder."""
        address = sa.make_url(url)
        if address.drivername in ("postgresql", "postgres"):
            address = address.set(drivername="postgresql+psycopg")
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size}
        if address.get_backend_name() == "sqlite":
            Path(address.database or "").parent.mkdir(parents=True, exist_ok=True)
            options["connect_args"] = {"timeout": busy_timeout_s}
        else:
            options["pool_pre_ping"] = True  # a restarted server costs no failed request
        engine = sa.create_engine(address, json_serializer=_dump_json, json_deserializer=msgspec.json.decode, **options)
        if address.get_backend_name() == "sqlite":
            _prepare_sqlite(engine, busy_timeout_s)
        return cls(engine)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection whose statements all see one snapshot; nothing is kept."""
        with self.engine.connect() as connection:
            yield connection.execution_options(**self._read_options) if self._read_options else connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A connection whose changes are lost unless the caller commits it."""
        with self.engine.connect() as connection:
            yield connection.execution_options(**{_WRITES: True})

    def close(self) -> None:
        """Close all idle connections."""
        self.engine.dispose()


def _prepare_sqlite(engine: sa.Engine, busy_timeout_s: float) -> None:
    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # Python's own BEGIN comes too late and never says IMMEDIATE
        _write_ahead(connection, busy_timeout_s)
        connection.execute(
            "PRAGMA synchronous = NORMAL"
        )  # in WAL: a power cut may lose the last commits, never the file
        connection.execute("PRAGMA foreign_keys = ON")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


_LONGEST_PAUSE_S = 0.02


def _write_ahead(connection: sqlite3.Connection, busy_timeout_s: float) -> None:
    """Switch the file to WAL, where it is not yet, waiting for others as statements do.

    The switch needs the file to itself, and there SQLite does not wait: of four processes that open a new file at
    once, one failed in 4 of 100 tries. The file remembers, so this is for the first to come only.
    """
    give_up = time.monotonic() + busy_timeout_s
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # the low byte: SQLITE_BUSY comes with several reasons
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
        time.sleep(random.uniform(0.1, 1.0) * _LONGEST_PAUSE_S)  # not in step with the others
