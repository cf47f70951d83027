"""Take what came of visits from a rep's phone: new ones are kept, repeated ones harmless, contradictions reported."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from app.services.day_document import DayDocument, Outcome
from app.services.errors import LimitExceeded, NotFound
from app.services.local_time import EARLIEST_DAY, LATEST_DAY, local_date
from app.storage.records import Rep, VisitOutcome
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
    only_own: bool = False,
) -> OutcomesAnswer:
    """Keep a batch in one transaction and show it in the rep's stored days.

    `only_own` refuses accounts that are neither in the rep's territory nor in the rep's stored day of that date. Raises
    NotFound for a rep that is not there, LimitExceeded over `most`.
    """
    if len(reported) > most:
        raise LimitExceeded("outcomes", len(reported), most, "BEATPLAN_MAX_OUTCOMES_PER_BATCH")
    with storage.writing(organisation_id) as work:
        rep = work.reps.get(rep_id)
        if rep is None:
            raise NotFound(f"rep {rep_id} is not there")
        good, refused = _sorted_out(reported, _checks(work, rep, reported, longest_note, only_own))
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


Check = Callable[[ReportedOutcome], tuple[str, str] | None]
"""(code, detail) of what is wrong with an outcome, or None."""


def _sorted_out(
    reported: Sequence[ReportedOutcome], checks: Sequence[Check]
) -> tuple[list[ReportedOutcome], list[RefusedOutcome]]:
    good, refused = [], []
    for one in reported:
        wrong = next((found for check in checks if (found := check(one))), None)
        if wrong is None:
            good.append(one)
        else:
            refused.append(RefusedOutcome(one.id, *wrong))
    return good, refused


def _checks(
    work: UnitOfWork, rep: Rep, reported: Sequence[ReportedOutcome], longest_note: int, only_own: bool
) -> list[Check]:
    """In the order in which they are reported; the first that fails is the reason."""
    known = set(work.accounts.by_ids({one.account_id for one in reported}))
    checks: list[Check] = [
        lambda one: None if one.account_id in known else ("unknown_account", f"account {one.account_id} is not there"),
        _check_calendar,
        lambda one: _check_future(one, rep, work.now),
        lambda one: _check_note(one, longest_note),
    ]
    return [*checks, _check_own(work, rep, reported)] if only_own else checks


def _check_calendar(one: ReportedOutcome) -> tuple[str, str] | None:
    if not all(EARLIEST_DAY < day < LATEST_DAY for day in (one.date, one.happened_at.date())):
        return "impossible_date", f"date and happened_at must lie from {EARLIEST_DAY} to {LATEST_DAY}"
    if one.happened_at.tzinfo is None:
        return "no_time_zone", "happened_at must say its time zone, as in …Z"
    return None


def _check_future(one: ReportedOutcome, rep: Rep, now: datetime) -> tuple[str, str] | None:
    """A day of grace: phones' clocks are wrong, and a visit may be reported from another time zone."""
    tomorrow, latest = local_date(now, rep.time_zone) + timedelta(days=1), now + timedelta(days=1)
    if one.date > tomorrow:
        return "future_date", f"date is {one.date}, the latest that can be reported is {tomorrow}"
    if one.happened_at > latest:
        return "future_date", f"happened_at is {one.happened_at}, more than a day from now"
    return None


def _check_note(one: ReportedOutcome, longest: int) -> tuple[str, str] | None:
    if len(one.note) > longest:
        return "note_too_long", f"note has {len(one.note)} characters, the limit is {longest}"
    return None


def _check_own(work: UnitOfWork, rep: Rep, reported: Sequence[ReportedOutcome]) -> Check:
    """What was taken before stays taken, so that a retry after a redraw is answered as repeated."""
    current = work.alignments.current()
    rep_of_account = work.alignments.units(current.id).rep_of_account() if current else {}
    taken = {id_ for id_, stored in work.outcomes.by_ids([o.id for o in reported]).items() if stored.rep_id == rep.id}
    elsewhere = {o.date for o in reported if rep_of_account.get(o.account_id) != rep.id and o.id not in taken}
    in_day = {day: _accounts_of_day(work, rep.id, day) for day in elsewhere}

    def check(one: ReportedOutcome) -> tuple[str, str] | None:
        mine = rep_of_account.get(one.account_id) == rep.id or one.id in taken
        if mine or one.account_id in in_day[one.date]:
            return None
        return "not_yours", f"account {one.account_id} is neither in your territory nor in your plan of {one.date}"

    return check


def _accounts_of_day(work: UnitOfWork, rep_id: int, day: date) -> set[int]:
    stored = work.days.get_day(rep_id, day)
    if stored is None:
        return set()
    document = msgspec.json.decode(stored.document, type=DayDocument)
    return {one.account_id for one in document.stops} | {one.account_id for one in document.unplanned}


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
