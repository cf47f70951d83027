"""What all tables share: the metadata with its naming of constraints, and the columns every table has."""

from collections.abc import Iterable

import sqlalchemy as sa

from app.storage.column_types import BigId, UtcTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def row_number() -> sa.Column[int]:
    """The primary key of a table whose rows the database numbers."""
    return sa.Column("id", BigId, primary_key=True, autoincrement=True)


def organisation_id(primary_key: bool = False) -> sa.Column[int]:
    """The organisation that a row belongs to; every table but `organisations` has it."""
    owner = sa.ForeignKey("organisations.id")
    return sa.Column("organisation_id", BigId, owner, nullable=False, primary_key=primary_key)


def moment(name: str, nullable: bool = False) -> "sa.Column[object]":
    """A column that holds a moment in UTC."""
    return sa.Column(name, UtcTime, nullable=nullable)


def same_organisation(column: str, target: str) -> sa.ForeignKeyConstraint:
    """A reference that cannot cross organisations: `column` and the organisation together name the `target` row."""
    return sa.ForeignKeyConstraint(["organisation_id", column], [f"{target}.organisation_id", f"{target}.id"])


def one_of(column: str, values: Iterable[str]) -> sa.CheckConstraint:
    """Only these texts are allowed in `column`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)
