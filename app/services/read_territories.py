"""Alignments as managers look at them, two of them side by side, and a draft put into force or thrown away."""

from collections.abc import Sequence

import numpy as np

from app.services.errors import NotFound
from app.services.score_accounts import read_demand
from app.services.territory_views import (
    AlignmentComparison,
    AlignmentMeasuresView,
    AlignmentSummary,
    AlignmentView,
    MovedAccount,
    TerritoryView,
    UnitColumns,
)
from app.storage.records import Alignment
from app.storage.unit_of_work import Storage, UnitOfWork


def current_alignment(storage: Storage, organisation_id: int) -> AlignmentView:
    """The territories in force. Raises NotFound."""
    with storage.reading(organisation_id) as work:
        return _view(work, _there(work.alignments.current(), "no territories are in force", "no_territories"))


def draft_alignment(storage: Storage, organisation_id: int) -> AlignmentView:
    """The draft. Raises NotFound."""
    with storage.reading(organisation_id) as work:
        return _view(work, _there(work.alignments.draft(), "there is no draft", "no_draft"))


def alignment(storage: Storage, organisation_id: int, version: int) -> AlignmentView:
    """Any version. Raises NotFound."""
    with storage.reading(organisation_id) as work:
        return _view(work, _version(work, version))


def history(storage: Storage, organisation_id: int, limit: int) -> list[AlignmentSummary]:
    """The last `limit` versions, newest first."""
    with storage.reading(organisation_id) as work:
        return [
            AlignmentSummary(
                found.version, found.state, found.based_on_version, found.note, found.created_at, _measures(found)
            )
            for found in work.alignments.history(limit)
        ]


def publish(storage: Storage, organisation_id: int, version: int) -> AlignmentView:
    """Put the draft into force. Raises NotFound, VersionConflict."""
    with storage.writing(organisation_id) as work:
        _version(work, version)
        view = _view(work, work.alignments.publish(version))
        work.commit()
        return view


def discard(storage: Storage, organisation_id: int, version: int) -> None:
    """Throw the draft away; it stays in the history. Raises NotFound, VersionConflict."""
    with storage.writing(organisation_id) as work:
        _version(work, version)
        work.alignments.discard(version)
        work.commit()


def units(storage: Storage, organisation_id: int, version: int) -> UnitColumns:
    """The accounts of an alignment as columns. Raises NotFound."""
    with storage.reading(organisation_id) as work:
        rep_of_account = work.alignments.units(_version(work, version).id).rep_of_account()
        columns = work.accounts.all_for_design()
        demand = read_demand(work, columns)
    rows = [row for row, account in enumerate(columns.id.tolist()) if account in rep_of_account]
    chosen = np.array(rows, np.int64)
    service = demand.visits_per_period * demand.service_s
    return UnitColumns(
        account_id=columns.id[chosen].tolist(),
        name=[columns.name[row] for row in rows],
        lon=np.round(columns.lon[chosen], 6).tolist(),
        lat=np.round(columns.lat[chosen], 6).tolist(),
        rep_id=[rep_of_account[account] for account in columns.id[chosen].tolist()],
        account_class=[columns.account_class[row] or "" for row in rows],
        service_s=np.rint(service[chosen]).astype(int).tolist(),
        potential=columns.potential[chosen].tolist(),
    )


def compare(storage: Storage, organisation_id: int, left: int, right: int) -> AlignmentComparison:
    """Two versions side by side and what changes hands from left to right. Raises NotFound."""
    with storage.reading(organisation_id) as work:
        sides = _version(work, left), _version(work, right)
        views = _view(work, sides[0]), _view(work, sides[1])
        before, after = (work.alignments.units(side.id).rep_of_account() for side in sides)
        changed = sorted(account for account in {**before, **after} if before.get(account) != after.get(account))
        found = work.accounts.by_ids(changed)
    moved = [MovedAccount(a, found[a].name, found[a].lon, found[a].lat, before.get(a), after.get(a)) for a in changed]
    return AlignmentComparison(*views, moved)


def _there(found: Alignment | None, what: str, code: str) -> Alignment:
    if found is None:
        raise NotFound(what, code=code)
    return found


def _version(work: UnitOfWork, version: int) -> Alignment:
    return _there(work.alignments.by_version(version), f"there is no version {version}", "not_found")


def _measures(found: Alignment) -> AlignmentMeasuresView:
    return AlignmentMeasuresView(**found.measures["summary"])


def _view(work: UnitOfWork, found: Alignment) -> AlignmentView:
    quota_set = work.quotas.latest()
    quota = {share.rep_id: share.amount for share in quota_set.quotas} if quota_set else {}
    reps = work.reps.by_ids([one["rep_id"] for one in found.measures["territories"]])
    territories: Sequence[TerritoryView] = [
        TerritoryView(
            **one,
            rep_code=reps[one["rep_id"]].code,
            rep_name=reps[one["rep_id"]].name,
            quota=quota.get(one["rep_id"]),
        )
        for one in found.measures["territories"]
    ]
    return AlignmentView(
        found.version,
        found.state,
        found.based_on_version,
        found.note,
        found.created_at,
        _measures(found),
        list(territories),
    )
