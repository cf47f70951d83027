"""Quotas: a goal for a period, split over reps, kept as sets."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from app.storage.records import QuotaFacts, QuotaSet
from app.storage.rows import Scope, columns_of, values_of
from app.storage.tables import quotas


class QuotaRepository:
    """Sets of quotas; a new split of the same period is a new set, the old one stays."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._mine = quotas.c.organisation_id == scope.organisation_id

    def add_set(self, period: str, goal: float, shares: Sequence[QuotaFacts]) -> QuotaSet:
        """Store one split. Raises ValueError without a single share."""
        if not shares:
            raise ValueError("a goal is split over at least one rep")
        same: dict[str, Any] = {
            "organisation_id": self._scope.organisation_id,
            "quota_set_id": (set_id := uuid4()),
            "period": period,
            "goal": goal,
            "created_at": self._scope.now,
        }
        self._scope.connection.execute(sa.insert(quotas), [values_of(share, **same) for share in shares])
        return QuotaSet(id=set_id, period=period, goal=goal, created_at=self._scope.now, quotas=tuple(shares))

    def get(self, set_id: UUID) -> QuotaSet | None:
        return next(iter(self._sets(quotas.c.quota_set_id == set_id)), None)

    def latest(self, period: str | None = None) -> QuotaSet | None:
        """The newest set, of `period` where given."""
        statement = sa.select(quotas.c.quota_set_id).where(self._mine)
        if period is not None:
            statement = statement.where(quotas.c.period == period)
        newest = self._scope.connection.scalar(
            statement.order_by(quotas.c.created_at.desc(), quotas.c.id.desc()).limit(1)
        )
        return None if newest is None else self.get(newest)

    def all(self) -> list[QuotaSet]:
        """Every set, newest first."""
        return self._sets(sa.true())

    def _sets(self, condition: sa.ColumnElement[bool]) -> list[QuotaSet]:
        shares = columns_of(quotas, QuotaFacts)
        statement = sa.select(quotas.c.quota_set_id, quotas.c.period, quotas.c.goal, quotas.c.created_at, *shares)
        rows = self._scope.connection.execute(
            statement.where(self._mine, condition).order_by(quotas.c.created_at.desc(), quotas.c.id)
        ).all()
        names = [column.name for column in shares]
        sets: dict[UUID, QuotaSet] = {}
        for row in rows:
            share = QuotaFacts(**{name: row._mapping[name] for name in names})
            before = sets.get(row.quota_set_id)
            sets[row.quota_set_id] = QuotaSet(
                id=row.quota_set_id,
                period=row.period,
                goal=row.goal,
                created_at=row.created_at,
                quotas=(*(before.quotas if before else ()), share),
            )
        return list(sets.values())
