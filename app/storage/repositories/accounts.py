"""Accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import numpy as np
import sqlalchemy as sa

from app.storage.records import Account, AccountColumns, AccountFacts, AccountFilter, AccountPlaces, AccountScore
from app.storage.repositories.coded import CodedRepository
from app.storage.rows import columns_of
from app.storage.tables import accounts, alignment_units, alignments
from routing.arrays import frozen

_EVERYTHING = AccountFilter()


class AccountRepository(CodedRepository[AccountFacts, Account]):
    """The organisation's accounts; possibly very many."""

    table = accounts
    stored: ClassVar[type[Account]] = Account

    def page(self, after: int, limit: int, wanted: AccountFilter = _EVERYTHING) -> list[Account]:
        """Up to `limit` accounts with a row number above `after` (0: from the start), ordered by it."""
        statement = self._select().where(accounts.c.id > after, *self._conditions(wanted))
        rows = self._scope.connection.execute(statement.order_by(accounts.c.id).limit(limit))
        return [self._record(row) for row in rows]

    def matching(self, wanted: AccountFilter) -> int:
        """How many accounts `wanted` lets through."""
        statement = sa.select(sa.func.count()).select_from(accounts).where(self._mine, *self._conditions(wanted))
        return int(self._scope.connection.scalar(statement) or 0)

    def all_for_design(self) -> AccountColumns:
        """Every active account that stands on the road network, as columns."""
        statement = sa.select(*columns_of(accounts, AccountColumns)).where(
            self._mine, accounts.c.active, accounts.c.snap_edge.is_not(None)
        )
        rows = self._scope.connection.execute(statement.order_by(accounts.c.id)).all()
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(statement.selected_columns)
        return _columns(dict(zip(statement.selected_columns.keys(), columns, strict=True)))

    def places_matching(self, wanted: AccountFilter) -> AccountPlaces:
        """Where the active accounts that `wanted` lets through stand on the road network."""
        statement = sa.select(*columns_of(accounts, AccountPlaces)).where(
            self._mine, accounts.c.active, accounts.c.snap_edge.is_not(None), *self._conditions(wanted)
        )
        rows = self._scope.connection.execute(statement.order_by(accounts.c.id)).all()
        columns = zip(*rows, strict=True) if rows else [()] * 6
        types = (np.int64, np.float64, np.float64, np.int32, np.float32, np.float32)
        return AccountPlaces(*(frozen(np.array(column, of)) for column, of in zip(columns, types, strict=True)))

    def unsnapped(self) -> int:
        """How many active accounts stand on no road and so take no part in design and planning."""
        statement = sa.select(sa.func.count()).select_from(accounts)
        return int(
            self._scope.connection.scalar(
                statement.where(self._mine, accounts.c.active, accounts.c.snap_edge.is_(None))
            )
            or 0
        )

    def update_scores(self, scores: Sequence[AccountScore]) -> None:
        """Write what scoring found."""
        self._update_many(
            {
                item.account_id: {
                    "score": item.score,
                    "account_class": item.account_class,
                    "score_reasons": item.reasons,
                }
                for item in scores
            }
        )

    def set_locked_reps(self, locked: Mapping[int, int | None]) -> None:
        """Pin accounts to reps (None: free)."""
        self._update_many({account_id: {"locked_rep_id": rep_id} for account_id, rep_id in locked.items()})

    def note_visits(self, visited_on: Mapping[int, date]) -> None:
        """Set the last visit of accounts; an earlier date than the one known changes nothing."""
        known = {row_id: account.last_visit_on for row_id, account in self.by_ids(list(visited_on)).items()}
        self._update_many(
            {
                row_id: {"last_visit_on": day}
                for row_id, day in visited_on.items()
                if row_id in known and ((last := known[row_id]) is None or last < day)
            }
        )

    def edit(self, account_id: int, **changes: Any) -> Account | None:
        """Change some facts of one account; None where there is none. Raises TypeError for an unknown fact."""
        found = self.get(account_id)
        if found is None:
            return None
        edited = replace(found, **changes)
        if changes:
            self._update_many({account_id: {name: getattr(edited, name) for name in changes}})
        return self.get(account_id)

    def _on_update(self, changed: dict[str, Any], excluded: Any) -> dict[str, Any]:
        if "last_visit_on" not in changed:
            return changed
        # A file that knows no visits, or older ones, must not wipe out those that phones reported.
        known, told = accounts.c.last_visit_on, excluded.last_visit_on
        later = sa.case((told.is_(None), known), (known > told, known), else_=told)
        return changed | {"last_visit_on": later}

    def _conditions(self, wanted: AccountFilter) -> list[sa.ColumnElement[bool]]:
        conditions: list[sa.ColumnElement[bool]] = [
            accounts.c[name] == value
            for name in ("category", "kind", "account_class", "active")
            if (value := getattr(wanted, name)) is not None
        ]
        if wanted.text:
            texts = (accounts.c.name, accounts.c.code, accounts.c.city)
            conditions.append(sa.or_(*(column.icontains(wanted.text, autoescape=True) for column in texts)))
        if wanted.rep_id is not None:
            conditions.append(accounts.c.id.in_(self._served_by(wanted.rep_id)))
        return conditions

    def _served_by(self, rep_id: int) -> sa.Select[Any]:
        current = sa.select(alignments.c.id).where(
            alignments.c.organisation_id == self._scope.organisation_id, alignments.c.state == "current"
        )
        return sa.select(alignment_units.c.account_id).where(
            alignment_units.c.alignment_id == current.scalar_subquery(), alignment_units.c.rep_id == rep_id
        )


_ARRAYS: dict[str, tuple[type[np.generic], float]] = {
    "id": (np.int64, 0),
    "lon": (np.float64, 0),
    "lat": (np.float64, 0),
    "snap_edge": (np.int32, 0),
    "snap_fraction": (np.float32, 0),
    "snap_distance_m": (np.float32, 0),
    "potential": (np.float64, 0),
    "service_s": (np.int64, 0),
    "visits_per_period": (np.float64, np.nan),
    "score": (np.float64, np.nan),
    "locked_rep_id": (np.int64, 0),
}
"""Type of each numeric column and what stands where the database has none."""


def _columns(values: dict[str, Sequence[Any]]) -> AccountColumns:
    filled: dict[str, Any] = {name: tuple(column) for name, column in values.items()}
    for name, (dtype, absent) in _ARRAYS.items():
        array = np.array([absent if value is None else value for value in values[name]], dtype=dtype)
        array.flags.writeable = False
        filled[name] = array
    return AccountColumns(**filled)
