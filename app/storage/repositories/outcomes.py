"""Visit outcomes, as phones send them: in batches, possibly again."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.storage.errors import UnknownReference
from app.storage.records import OutcomesTaken, VisitOutcome
from app.storage.rows import Scope, chunks, columns_of, insert, record_of, values_of
from app.storage.tables import accounts, reps, visit_outcomes


class OutcomeRepository:
    """An outcome is written once; the phone's own id tells a repeated one from a new one."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._mine = visit_outcomes.c.organisation_id == scope.organisation_id

    def put_many(self, outcomes: Sequence[VisitOutcome]) -> OutcomesTaken:
        """Store what is new. The same id with the same content is harmless; with other content the first one stays.

        Raises UnknownReference where an account or rep is not the organisation's.
        """
        self._check_references(outcomes)
        first: dict[UUID, VisitOutcome] = {}
        for outcome in outcomes:
            first.setdefault(outcome.id, outcome)
        there = self.by_ids(list(first))
        stored = self._insert([outcome for outcome in first.values() if outcome.id not in there])
        truth = self.by_ids([id_ for id_ in first if id_ not in stored]) | {id_: first[id_] for id_ in stored}
        same = [outcome.id for outcome in outcomes if truth[outcome.id] == outcome]
        other = {outcome.id for outcome in outcomes if truth[outcome.id] != outcome}
        return OutcomesTaken(
            stored=tuple(id_ for id_ in first if id_ in stored),
            repeated=tuple(dict.fromkeys(id_ for id_ in same if id_ not in stored or same.count(id_) > 1)),
            conflicting=tuple(id_ for id_ in first if id_ in other),
        )

    def by_ids(self, ids: Sequence[UUID]) -> dict[UUID, VisitOutcome]:
        """Those of `ids` that are there."""
        return {
            row.id: record_of(VisitOutcome, row)
            for some in chunks(ids)
            for row in self._scope.connection.execute(self._select().where(visit_outcomes.c.id.in_(some)))
        }

    def of_day(self, rep_id: int, local_date: date) -> list[VisitOutcome]:
        """A rep's outcomes of a date, in the order they happened."""
        return self._found(visit_outcomes.c.rep_id == rep_id, visit_outcomes.c.local_date == local_date)

    def of_date(self, local_date: date) -> list[VisitOutcome]:
        """All reps' outcomes of a date, in the order they happened."""
        return self._found(visit_outcomes.c.local_date == local_date)

    def _insert(self, outcomes: Sequence[VisitOutcome]) -> set[UUID]:
        if not outcomes:
            return set()
        same = {"organisation_id": self._scope.organisation_id, "received_at": self._scope.now}
        # Another request may bring the same id at this moment: it is the first one to commit that counts.
        statement = insert(self._scope.connection, visit_outcomes).on_conflict_do_nothing()
        # In one order for all: two batches that hold the same ids in opposite orders would wait for each other forever.
        rows = [values_of(outcome, **same) for outcome in sorted(outcomes, key=lambda outcome: outcome.id)]
        return set(self._scope.connection.scalars(statement.returning(visit_outcomes.c.id), rows))

    def _check_references(self, outcomes: Sequence[VisitOutcome]) -> None:
        for table, what, wanted in (
            (accounts, "account", {outcome.account_id for outcome in outcomes}),
            (reps, "rep", {outcome.rep_id for outcome in outcomes}),
        ):
            statement = sa.select(table.c.id).where(table.c.organisation_id == self._scope.organisation_id)
            known = {
                row_id
                for some in chunks(sorted(wanted))
                for row_id in self._scope.connection.scalars(statement.where(table.c.id.in_(some)))
            }
            if missing := wanted - known:
                raise UnknownReference(f"{what} {min(missing)}")

    def _select(self) -> sa.Select[Any]:
        return sa.select(*columns_of(visit_outcomes, VisitOutcome)).where(self._mine)

    def _found(self, *conditions: sa.ColumnElement[bool]) -> list[VisitOutcome]:
        statement = self._select().where(*conditions).order_by(visit_outcomes.c.happened_at, visit_outcomes.c.id)
        return [record_of(VisitOutcome, row) for row in self._scope.connection.execute(statement)]
