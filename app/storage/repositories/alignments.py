"""Alignments: numbered versions, of which one is current and at most one a draft."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa

from app.storage.errors import VersionConflict
from app.storage.records import Alignment, AlignmentUnits, JsonObject
from app.storage.rows import Scope, columns_of, record_of
from app.storage.tables import alignment_units, alignments, organisations


class AlignmentRepository:
    """Every version stays; publishing a draft retires the current one, a new draft retires the one before."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._mine = alignments.c.organisation_id == scope.organisation_id

    def current(self) -> Alignment | None:
        return self._one(alignments.c.state == "current")

    def draft(self) -> Alignment | None:
        return self._one(alignments.c.state == "draft")

    def by_version(self, version: int) -> Alignment | None:
        return self._one(alignments.c.version == version)

    def latest_version(self) -> int:
        """The highest version number given so far; 0 before the first. What `write_draft` expects."""
        return int(self._scope.connection.scalar(sa.select(sa.func.max(alignments.c.version)).where(self._mine)) or 0)

    def history(self, limit: int, before_version: int | None = None) -> list[Alignment]:
        """Versions, newest first, below `before_version` where given."""
        statement = self._select().order_by(alignments.c.version.desc()).limit(limit)
        if before_version is not None:
            statement = statement.where(alignments.c.version < before_version)
        return [record_of(Alignment, row) for row in self._scope.connection.execute(statement)]

    def units(self, alignment_id: int) -> AlignmentUnits:
        """Which rep serves which account."""
        statement = sa.select(alignment_units.c.account_id, alignment_units.c.rep_id).where(
            alignment_units.c.alignment_id == alignment_id,
            alignment_units.c.organisation_id == self._scope.organisation_id,
        )
        rows = self._scope.connection.execute(statement.order_by(alignment_units.c.account_id)).all()
        pairs = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 2)
        columns = [np.ascontiguousarray(pairs[:, column]) for column in (0, 1)]
        for column in columns:
            column.flags.writeable = False
        return AlignmentUnits(columns[0], columns[1])

    def write_draft(
        self,
        rep_of_account: Mapping[int, int],
        *,
        expected_version: int,
        measures: JsonObject,
        note: str = "",
        created_by: str = "",
        job_id: UUID | None = None,
    ) -> Alignment:
        """Write the next version as the draft; a draft that was there is retired.

        `expected_version` is `latest_version()` as it was when the work began; raises VersionConflict where another
        version was written since.
        """
        self._lock()
        if (found := self.latest_version()) != expected_version:
            raise VersionConflict("the alignment", expected_version, found)
        current = self.current()
        self._set_state("draft", state="retired")
        values: dict[str, Any] = {
            "organisation_id": self._scope.organisation_id,
            "version": expected_version + 1,
            "state": "draft",
            "based_on_version": current.version if current else None,
            "measures": measures,
            "note": note,
            "created_by": created_by,
            "job_id": job_id,
            "created_at": self._scope.now,
        }
        alignment_id = self._scope.connection.scalar(sa.insert(alignments).values(**values).returning(alignments.c.id))
        same = {"organisation_id": self._scope.organisation_id, "alignment_id": alignment_id}
        units = [same | {"account_id": account, "rep_id": rep} for account, rep in rep_of_account.items()]
        if units:
            self._scope.connection.execute(sa.insert(alignment_units), units)
        return self._expect(expected_version + 1)

    def publish(self, version: int) -> Alignment:
        """Make the draft `version` current. Raises VersionConflict where it is not the draft (any more)."""
        self._lock()
        draft = self.draft()
        if draft is None or draft.version != version:
            raise VersionConflict("the draft", version, draft.version if draft else 0)
        self._set_state("current", state="retired")
        self._set_state("draft", state="current", published_at=self._scope.now)
        return self._expect(version)

    def discard(self, version: int) -> None:
        """Retire the draft `version` without publishing it. Raises VersionConflict where it is not the draft."""
        self._lock()
        draft = self.draft()
        if draft is None or draft.version != version:
            raise VersionConflict("the draft", version, draft.version if draft else 0)
        self._set_state("draft", state="retired")

    def _lock(self) -> None:
        """Keep other writers of this organisation's alignments out (SQLite has only one writer anyway)."""
        mine = organisations.c.id == self._scope.organisation_id
        self._scope.connection.execute(sa.select(organisations.c.id).where(mine).with_for_update())

    def _set_state(self, of_state: str, **values: object) -> None:
        self._scope.connection.execute(
            sa.update(alignments).where(self._mine, alignments.c.state == of_state).values(**values)
        )

    def _select(self) -> sa.Select[Any]:
        return sa.select(*columns_of(alignments, Alignment)).where(self._mine)

    def _one(self, condition: sa.ColumnElement[bool]) -> Alignment | None:
        row = self._scope.connection.execute(self._select().where(condition)).one_or_none()
        return None if row is None else record_of(Alignment, row)

    def _expect(self, version: int) -> Alignment:
        found = self.by_version(version)
        assert found is not None
        return found
