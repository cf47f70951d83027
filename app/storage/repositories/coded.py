"""What accounts and reps have in common: rows that the company knows by its own code."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import sqlalchemy as sa

from app.storage.rows import Scope, chunks, columns_of, insert, record_of, values_of

Facts = TypeVar("Facts", bound="Coded")
Stored = TypeVar("Stored")


class Coded(Protocol):
    """Anything with a code."""

    @property
    def code(self) -> str: ...


class CodedRepository(Generic[Facts, Stored]):
    """Rows of one table, unique by `code` within the organisation."""

    table: ClassVar[sa.Table]
    stored: ClassVar[type[Any]]
    snap_prefix: ClassVar[str] = ""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._mine = self.table.c.organisation_id == scope.organisation_id

    def add_many(self, facts: Sequence[Facts], only: Collection[str] | None = None) -> dict[str, int]:
        """Write `facts`; a code that is there already gets the new facts. Returns the row number of every code.

        `only` names the facts that a code that is there gets (None: all); the others of it stay.
        Raises ValueError where a code stands twice in `facts`.
        """
        codes = [item.code for item in facts]
        if len(set(codes)) != len(codes):
            raise ValueError("a code stands twice in one batch")
        if not facts:
            return {}
        stamps = {
            "organisation_id": self._scope.organisation_id,
            "created_at": self._scope.now,
            "updated_at": self._scope.now,
        }
        statement = insert(self._scope.connection, self.table)
        kept = ("organisation_id", "code", "created_at")
        given = [name for name in values_of(facts[0], updated_at=None) if name not in kept]
        if only is not None:
            given = [name for name in given if name in only or name == "updated_at"]
        changed = {name: statement.excluded[name] for name in given}
        self._scope.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["organisation_id", "code"], set_=self._on_update(changed, statement.excluded)
            ),
            [values_of(item, **stamps) for item in facts],
        )
        return self.ids_of_codes(codes)

    def ids_of_codes(self, codes: Sequence[str]) -> dict[str, int]:
        """Row numbers of those `codes` that are there."""
        statement = sa.select(self.table.c.code, self.table.c.id)
        return {
            row.code: row.id
            for some in chunks(codes)
            for row in self._scope.connection.execute(statement.where(self._mine, self.table.c.code.in_(some)))
        }

    def by_codes(self, codes: Sequence[str]) -> dict[str, Stored]:
        """Those of `codes` that are there."""
        return {str(row.code): self._record(row) for row in self._where(self.table.c.code, codes)}

    def by_ids(self, ids: Collection[int]) -> dict[int, Stored]:
        """Those of `ids` that are there."""
        return {int(row.id): self._record(row) for row in self._where(self.table.c.id, list(ids))}

    def get(self, row_id: int) -> Stored | None:
        return self.by_ids([row_id]).get(row_id)

    def count(self) -> int:
        """How many there are, active or not."""
        return int(self._scope.connection.scalar(sa.select(sa.func.count()).where(self._mine)) or 0)

    def set_active(self, ids: Collection[int], active: bool) -> None:
        """Take out of use, or back into it. Nothing is deleted: history refers to it."""
        for some in chunks(list(ids)):
            statement = sa.update(self.table).where(self._mine, self.table.c.id.in_(some))
            self._scope.connection.execute(statement.values(active=active, updated_at=self._scope.now))

    def put_snaps(self, snaps: Mapping[int, tuple[int, float, float] | None]) -> None:
        """Set (edge, fraction, distance_m) of rows by number; None where no road is near."""
        names = [f"{self.snap_prefix}snap_{part}" for part in ("edge", "fraction", "distance_m")]
        self._update_many(
            {row_id: dict(zip(names, snap or (None, None, None), strict=True)) for row_id, snap in snaps.items()}
        )

    def _update_many(self, changes: Mapping[int, Mapping[str, object]]) -> None:
        """Write the same columns of many rows by number, with a value of its own each."""
        if not changes:
            return
        names = next(iter(changes.values())).keys()
        new = {name: sa.bindparam(f"new_{name}", type_=self.table.c[name].type) for name in names}
        statement = sa.update(self.table).where(self._mine, self.table.c.id == sa.bindparam("row_id"))
        self._scope.connection.execute(
            statement.values(**new, updated_at=self._scope.now),
            [
                {"row_id": row_id} | {f"new_{name}": value for name, value in values.items()}
                for row_id, values in changes.items()
            ],
        )

    def _on_update(self, changed: dict[str, Any], excluded: Any) -> dict[str, Any]:  # noqa: ARG002 - for subclasses
        """What an upsert writes over a row that is there."""
        return changed

    def _select(self) -> sa.Select[Any]:
        return sa.select(*columns_of(self.table, self.stored)).where(self._mine)

    def _where(self, column: sa.Column[Any], values: Sequence[Any]) -> Iterable[sa.Row[Any]]:
        for some in chunks(values):
            yield from self._scope.connection.execute(self._select().where(column.in_(some)))

    def _record(self, row: sa.Row[Any]) -> Stored:
        record: Stored = record_of(self.stored, row)
        return record
