"""Reps."""

from typing import ClassVar

from app.storage.records import Rep, RepFacts
from app.storage.repositories.coded import CodedRepository
from app.storage.tables import reps


class RepRepository(CodedRepository[RepFacts, Rep]):
    """The organisation's reps; few enough to be read at once."""

    table = reps
    stored: ClassVar[type[Rep]] = Rep
    snap_prefix = "home_"

    def all(self, active: bool | None = True) -> list[Rep]:
        """Reps ordered by row number; `active` None: those out of use too."""
        statement = self._select().order_by(reps.c.id)
        if active is not None:
            statement = statement.where(reps.c.active == active)
        return [self._record(row) for row in self._scope.connection.execute(statement)]
