"""The organisation's uploaded speeds of single roads."""

import sqlalchemy as sa

from app.storage.records import SpeedTable, SpeedTableFacts
from app.storage.rows import Scope, columns_of, record_of, values_of
from app.storage.tables import speed_tables


class SpeedTableRepository:
    """At most one file, the newest."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._mine = speed_tables.c.organisation_id == scope.organisation_id

    def current_id(self) -> int | None:
        """The row number of the file, another one after every upload; None without one."""
        found = self._scope.connection.execute(sa.select(speed_tables.c.id).where(self._mine)).scalar()
        return None if found is None else int(found)

    def current(self) -> SpeedTable | None:
        """The file with its content."""
        statement = sa.select(*columns_of(speed_tables, SpeedTable)).where(self._mine)
        row = self._scope.connection.execute(statement).one_or_none()
        return None if row is None else record_of(SpeedTable, row)

    def put(self, facts: SpeedTableFacts) -> int:
        """Store a file in place of the one there was; its row number."""
        self.remove()
        owner = {"organisation_id": self._scope.organisation_id, "created_at": self._scope.now}
        statement = sa.insert(speed_tables).returning(speed_tables.c.id)
        return int(self._scope.connection.execute(statement, values_of(facts, **owner)).scalar_one())

    def remove(self) -> bool:
        """Forget the file; false where there is none."""
        return self._scope.connection.execute(sa.delete(speed_tables).where(self._mine)).rowcount > 0
