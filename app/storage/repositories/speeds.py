"""Live speeds and closures, with the version by which every process notices that they changed."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.storage.records import SpeedChange, SpeedChangeFacts
from app.storage.rows import Scope, columns_of, record_of, values_of
from app.storage.tables import organisations, speed_changes


class SpeedRepository:
    """The organisation's live speeds."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._mine = speed_changes.c.organisation_id == scope.organisation_id
        self._me = organisations.c.id == scope.organisation_id

    def next_version(self) -> int:
        """Count one write; call it before reading or writing any other row, since it keeps other writers out."""
        statement = sa.update(organisations).where(self._me)
        counted = statement.values(speeds_version=organisations.c.speeds_version + 1)
        return int(self._scope.connection.execute(counted.returning(organisations.c.speeds_version)).scalar_one())

    def is_due(self, version: int) -> None:
        """From now on no answer may rest on an older version."""
        older = organisations.c.speeds_due < version
        self._scope.connection.execute(sa.update(organisations).where(self._me, older).values(speeds_due=version))

    def add_many(self, facts: Sequence[SpeedChangeFacts]) -> list[int]:
        """Store them in the order given; their row numbers, rising."""
        owner = {"organisation_id": self._scope.organisation_id, "created_at": self._scope.now}
        statement = sa.insert(speed_changes).returning(speed_changes.c.id)
        return [int(self._scope.connection.execute(statement, values_of(one, **owner)).scalar_one()) for one in facts]

    def in_effect(self) -> list[SpeedChange]:
        """What has not ended, oldest first."""
        statement = sa.select(*columns_of(speed_changes, SpeedChange)).where(self._mine, ~self._ended())
        rows = self._scope.connection.execute(statement.order_by(speed_changes.c.id))
        return [record_of(SpeedChange, row) for row in rows]

    def remove(self, change_id: int) -> bool:
        """Take one back; false where it is not there, or has ended."""
        statement = sa.delete(speed_changes).where(self._mine, speed_changes.c.id == change_id, ~self._ended())
        return self._scope.connection.execute(statement).rowcount > 0

    def clear(self) -> None:
        """Take all back."""
        self._scope.connection.execute(sa.delete(speed_changes).where(self._mine))

    def forget_ended(self) -> None:
        """Remove what has ended."""
        self._scope.connection.execute(sa.delete(speed_changes).where(self._mine, self._ended()))

    def _ended(self) -> sa.ColumnElement[bool]:
        until = speed_changes.c.until
        return until.is_not(None) & (until <= self._scope.now)
