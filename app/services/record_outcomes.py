"""Take what came of visits from a rep's phone: new ones are kept, repeated ones harmless, contradictions reported."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from app.services.day_document import DayDocument, Outcome
from app.services.errors import LimitExceeded
from app.services.local_time import EARLIEST_DAY, LATEST_DAY
from app.storage.records import VisitOutcome
from app.storage.unit_of_work import Storage, UnitOfWork


class ReportedOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One outcome as the phone sends it."""

    id: UUID
    account_id: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    date: date
    outcome: Literal["done", "not_met", "skipped"]
    happened_at: datetime
    note: str = ""


class RefusedOutcome(msgspec.Struct, frozen=True):
    """An outcome that was not taken, and why."""

    id: UUID
    code: str
    detail: str


class OutcomesAnswer(msgspec.Struct, frozen=True):
    """What became of a batch; every id of it is in exactly one list."""

    accepted: list[UUID]
    repeated: list[UUID]
    refused: list[RefusedOutcome]


def record_outcomes(
    storage: Storage,
    organisation_id: int,
    rep_id: int,
    reported: Sequence[ReportedOutcome],
    *,
    most: int,
    longest_note: int,
) -> OutcomesAnswer:
    """Keep a batch in one transaction and show it in the rep's stored days. Raises LimitExceeded over `most`."""
    if len(reported) > most:
        raise LimitExceeded("outcomes", len(reported), most, "BEATPLAN_MAX_OUTCOMES_PER_BATCH")
    with storage.writing(organisation_id) as work:
        known = work.accounts.by_ids({one.account_id for one in reported})
        good, refused = _sorted_out(reported, set(known), longest_note)
        taken = work.outcomes.put_many([_stored(rep_id, one) for one in good])
        stored = set(taken.stored)
        fresh = [one for one in good if one.id in stored]
        work.accounts.note_visits(_last_done(fresh))
        for day in sorted({one.date for one in fresh}):
            _show_in_day(work, rep_id, day)
        work.commit()
    conflicts = [
        RefusedOutcome(id_, "changed", "This id came before with other content; the first stays")
        for id_ in taken.conflicting
    ]
    conflicting = set(taken.conflicting)
    repeated = [id_ for id_ in taken.repeated if id_ not in stored and id_ not in conflicting]
    return OutcomesAnswer([i for i in taken.stored if i not in conflicting], repeated, [*refused, *conflicts])


def _sorted_out(
    reported: Sequence[ReportedOutcome], known: set[int], longest_note: int
) -> tuple[list[ReportedOutcome], list[RefusedOutcome]]:
    good, refused = [], []
    for one in reported:
        if one.account_id not in known:
            refused.append(RefusedOutcome(one.id, "unknown_account", f"account {one.account_id} is not there"))
        elif not _can_be_meant(one.date, one.happened_at.date()):
            detail = f"date and happened_at must lie from {EARLIEST_DAY} to {LATEST_DAY}"
            refused.append(RefusedOutcome(one.id, "impossible_date", detail))
        elif one.happened_at.tzinfo is None:
            refused.append(RefusedOutcome(one.id, "no_time_zone", "happened_at must say its time zone, as in …Z"))
        elif len(one.note) > longest_note:
            detail = f"note has {len(one.note)} characters, the limit is {longest_note}"
            refused.append(RefusedOutcome(one.id, "note_too_long", detail))
        else:
            good.append(one)
    return good, refused


def _can_be_meant(*days: date) -> bool:
    return all(EARLIEST_DAY < day < LATEST_DAY for day in days)


def _stored(rep_id: int, one: ReportedOutcome) -> VisitOutcome:
    return VisitOutcome(
        id=one.id,
        rep_id=rep_id,
        account_id=one.account_id,
        local_date=one.date,
        outcome=one.outcome,
        note=one.note,
        happened_at=one.happened_at,
    )


def _last_done(fresh: Sequence[ReportedOutcome]) -> dict[int, date]:
    last: dict[int, date] = {}
    for one in fresh:
        if one.outcome == "done":
            last[one.account_id] = max(one.date, last.get(one.account_id, one.date))
    return last


def _show_in_day(work: UnitOfWork, rep_id: int, day: date) -> None:
    work.days.lock_day(rep_id, day)  # two batches at once must not drop each other's outcomes from the document
    stored = work.days.get_day(rep_id, day)
    if stored is None:
        return
    outcomes = outcomes_of_day(work, rep_id, day)
    document = msgspec.structs.replace(msgspec.json.decode(stored.document, type=DayDocument), outcomes=outcomes)
    work.days.put_document(rep_id, day, msgspec.json.encode(document))


def outcomes_of_day(work: UnitOfWork, rep_id: int, day: date) -> list[Outcome]:
    """A rep's outcomes of a date as the day's document shows them."""
    return [
        Outcome(one.id, one.account_id, one.outcome, one.note, one.happened_at)
        for one in work.outcomes.of_day(rep_id, day)
    ]
