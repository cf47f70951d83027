"""Column types that read and write the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
"""Any JSON value; Python's None is the database's NULL."""

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A row number. SQLite numbers rows by itself only in a column called INTEGER, which holds 64 bits there."""


class UtcTime(sa.TypeDecorator[datetime]):
    """A moment. Refuses a datetime without a zone (ValueError); gives back UTC on both databases.

    SQLite has no type for it and keeps text of a fixed width without the zone, which sorts and compares as time does.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"a stored time needs a time zone, {value!r} has none")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self,
        value: datetime | None,
        dialect: sa.Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonTuple(sa.TypeDecorator[tuple[Any, ...]]):
    """Nested tuples, stored as nested JSON lists (skills, workdays, opening windows)."""

    impl = Json
    cache_ok = True

    def process_result_value(
        self,
        value: Any,
        dialect: sa.Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> tuple[Any, ...] | None:
        return None if value is None else _tuples(value)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
