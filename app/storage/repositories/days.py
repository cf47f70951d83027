"""Days: the stored plan of one rep on one local date, and what found no place on it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from app.storage.errors import VersionConflict
from app.storage.records import DayDocument, DayFacts, DaySummary, PlannedStop, UnplannedVisit
from app.storage.rows import Scope, columns_of, insert, record_of, values_of
from app.storage.tables import day_plans, planned_stops, unplanned_visits

_DOCUMENT = sa.select(*columns_of(day_plans, DayDocument)).where(
    day_plans.c.organisation_id == sa.bindparam("organisation"),
    day_plans.c.rep_id == sa.bindparam("rep"),
    day_plans.c.local_date == sa.bindparam("day"),
)


class DayRepository:
    """The organisation's days. The newest plan of a day replaces the one before; its version counts up."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._mine = day_plans.c.organisation_id == scope.organisation_id

    def get_day(self, rep_id: int, local_date: date) -> DayDocument | None:
        """What the phone gets: one read of a unique index."""
        place = {"organisation": self._scope.organisation_id, "rep": rep_id, "day": local_date}
        row = self._scope.connection.execute(_DOCUMENT, place).one_or_none()
        return None if row is None else DayDocument(*row)

    def versions(self, local_date: date) -> dict[int, int]:
        """Version of every rep's day on a date; a rep without one is missing (its version is 0)."""
        statement = sa.select(day_plans.c.rep_id, day_plans.c.version).where(
            self._mine, day_plans.c.local_date == local_date
        )
        return {row.rep_id: row.version for row in self._scope.connection.execute(statement)}

    def put_day(self, day: DayFacts, expected_version: int | None = None) -> DayDocument:
        """Store a day as the next version, with its stops.

        Where `expected_version` is given (0: no plan yet) and the day is at another one, raises VersionConflict; so a
        document may carry the number of the version that it is going to be.
        """
        found = self.versions(day.local_date).get(day.rep_id, 0)
        what = f"day {day.local_date} of rep {day.rep_id}"
        if expected_version not in (None, found):
            raise VersionConflict(what, expected_version or 0, found)
        etag = _etag(day.document)
        row = self._scope.connection.execute(self._upsert(day, etag, expected_version)).one_or_none()
        if row is None:  # another transaction committed between the two statements
            raise VersionConflict(what, expected_version or 0, found + 1)
        self._replace_stops(row.id, day.stops)
        return DayDocument(version=row.version, etag=etag, document=day.document)

    def lock_day(self, rep_id: int, local_date: date) -> bool:
        """Keep other writers of a day waiting until this transaction ends; false where there is no such day.

        To be called before a document is made of what is read: two batches of outcomes that come at once would
        otherwise each write a document without the other's on PostgreSQL (SQLite has only one writer anyway).
        """
        statement = sa.select(day_plans.c.id).where(
            self._mine, day_plans.c.rep_id == rep_id, day_plans.c.local_date == local_date
        )
        return self._scope.connection.scalar(statement.with_for_update()) is not None

    def put_document(self, rep_id: int, local_date: date, document: bytes) -> bool:
        """Replace a day's document without planning it anew (outcomes came in); false where there is no such day."""
        statement = sa.update(day_plans).where(
            self._mine, day_plans.c.rep_id == rep_id, day_plans.c.local_date == local_date
        )
        changed = self._scope.connection.execute(statement.values(document=document, etag=_etag(document)))
        return bool(changed.rowcount)

    def days_of_date(self, local_date: date) -> list[DaySummary]:
        """Every rep's day on a date, ordered by rep."""
        return self._summaries(day_plans.c.local_date == local_date)

    def days_of_rep(self, rep_id: int, first: date, last: date) -> list[DaySummary]:
        """A rep's days from `first` to `last`, ordered by date."""
        return self._summaries(day_plans.c.rep_id == rep_id, day_plans.c.local_date.between(first, last))

    def stops_of_date(self, local_date: date) -> dict[int, tuple[PlannedStop, ...]]:
        """Stops of every rep that has a day on a date, in order."""
        statement = (
            sa.select(day_plans.c.rep_id, *columns_of(planned_stops, PlannedStop))
            .join(planned_stops, planned_stops.c.day_plan_id == day_plans.c.id)
            .where(self._mine, day_plans.c.local_date == local_date)
            .order_by(day_plans.c.rep_id, planned_stops.c.sequence)
        )
        stops: defaultdict[int, list[PlannedStop]] = defaultdict(list)
        for rep_id, *values in self._scope.connection.execute(statement):
            names = [column.name for column in columns_of(planned_stops, PlannedStop)]
            stops[rep_id].append(PlannedStop(**dict(zip(names, values, strict=True))))
        return {rep_id: tuple(of_rep) for rep_id, of_rep in stops.items()}

    def planned_dates(self, first: date, last: date) -> list[tuple[int, int, date]]:
        """(account_id, rep_id, local_date) of every planned stop from `first` to `last`."""
        statement = (
            sa.select(planned_stops.c.account_id, day_plans.c.rep_id, day_plans.c.local_date)
            .join(day_plans, planned_stops.c.day_plan_id == day_plans.c.id)
            .where(self._mine, day_plans.c.local_date.between(first, last))
            .order_by(day_plans.c.local_date, day_plans.c.rep_id, planned_stops.c.sequence)
        )
        return [(row.account_id, row.rep_id, row.local_date) for row in self._scope.connection.execute(statement)]

    def put_unplanned(self, local_date: date, visits: Sequence[UnplannedVisit]) -> None:
        """Replace what found no place on a date."""
        mine = unplanned_visits.c.organisation_id == self._scope.organisation_id
        self._scope.connection.execute(
            sa.delete(unplanned_visits).where(mine, unplanned_visits.c.local_date == local_date)
        )
        if visits:
            same = {"organisation_id": self._scope.organisation_id, "local_date": local_date}
            self._scope.connection.execute(sa.insert(unplanned_visits), [values_of(visit, **same) for visit in visits])

    def unplanned_of_date(self, local_date: date) -> list[UnplannedVisit]:
        """What found no place on a date, with reasons, in the order it was written."""
        statement = sa.select(*columns_of(unplanned_visits, UnplannedVisit)).where(
            unplanned_visits.c.organisation_id == self._scope.organisation_id,
            unplanned_visits.c.local_date == local_date,
        )
        rows = self._scope.connection.execute(statement.order_by(unplanned_visits.c.id))
        return [record_of(UnplannedVisit, row) for row in rows]

    def _upsert(self, day: DayFacts, etag: str, expected_version: int | None) -> Any:
        values = values_of(day, organisation_id=self._scope.organisation_id, etag=etag, created_at=self._scope.now)
        values["stop_count"] = len(values.pop("stops"))
        statement = insert(self._scope.connection, day_plans).values(**values, version=1)
        kept = ("organisation_id", "rep_id", "local_date")
        changed: dict[str, Any] = {name: statement.excluded[name] for name in values if name not in kept}
        return statement.on_conflict_do_update(
            index_elements=list(kept),
            set_=changed | {"version": day_plans.c.version + 1},
            where=None if expected_version is None else day_plans.c.version == expected_version,
        ).returning(day_plans.c.id, day_plans.c.version)

    def _replace_stops(self, day_plan_id: int, stops: Collection[PlannedStop]) -> None:
        self._scope.connection.execute(sa.delete(planned_stops).where(planned_stops.c.day_plan_id == day_plan_id))
        if stops:
            same = {"organisation_id": self._scope.organisation_id, "day_plan_id": day_plan_id}
            self._scope.connection.execute(sa.insert(planned_stops), [values_of(stop, **same) for stop in stops])

    def _summaries(self, *conditions: sa.ColumnElement[bool]) -> list[DaySummary]:
        statement = sa.select(*columns_of(day_plans, DaySummary)).where(self._mine, *conditions)
        rows = self._scope.connection.execute(statement.order_by(day_plans.c.local_date, day_plans.c.rep_id))
        return [record_of(DaySummary, row) for row in rows]


def _etag(document: bytes) -> str:
    return f'"{sha256(document).hexdigest()[:24]}"'
