"""Between rows and records: a record's fields are its table's columns, by name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Record = TypeVar("Record")
Item = TypeVar("Item")

IN_AT_ONCE = 10_000
"""Values of one IN list; SQLite takes 32,766 parameters a statement, PostgreSQL 65,535."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What every repository is bound to: one transaction, one organisation, the moment it began."""

    connection: sa.Connection
    organisation_id: int
    now: datetime


def columns_of(table: sa.Table, record: type[Any]) -> list[sa.Column[Any]]:
    """The columns of `table` that fill `record`."""
    return [table.c[item.name] for item in fields(record)]


def record_of(record: type[Record], row: sa.Row[Any]) -> Record:
    """Make a `record` of a row that was selected by `columns_of`."""
    return record(**row._mapping)


def values_of(record: Any, **more: object) -> dict[str, Any]:
    """Column values of a record, with `more` beside them."""
    return {item.name: getattr(record, item.name) for item in fields(record)} | more


def insert(connection: sa.Connection, table: sa.Table) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT that knows ON CONFLICT, in the connection's dialect."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def chunks(items: Sequence[Item], size: int = IN_AT_ONCE) -> Iterator[Sequence[Item]]:
    """Cut `items` into pieces that fit one statement."""
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]
