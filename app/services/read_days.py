"""Days as they are stored."""

from datetime import date, timedelta

import msgspec

from app.services.errors import InvalidInput, NotFound, at_most
from app.storage.records import DayDocument, DaySummary, PlannedStop, Rep
from app.storage.unit_of_work import Storage


class DaysOfDate(msgspec.Struct, frozen=True):
    """What is stored of a date, over all reps."""

    days: list[DaySummary]
    stops: dict[int, tuple[PlannedStop, ...]]
    reps: dict[int, Rep]
    unplanned: int


def read_day(storage: Storage, organisation_id: int, rep_id: int, day: date) -> DayDocument:
    """One read of a unique index, no engine, no solver. Raises NotFound with the code no_plan."""
    with storage.reading(organisation_id) as work:
        found = work.days.get_day(rep_id, day)
    if found is None:
        raise NotFound(f"nothing is planned for {day}", code="no_plan")
    return found


def days_of_date(storage: Storage, organisation_id: int, day: date) -> DaysOfDate:
    """Every rep's day on a date."""
    with storage.reading(organisation_id) as work:
        days = work.days.days_of_date(day)
        reps = work.reps.by_ids([one.rep_id for one in days])
        unplanned = work.days.unplanned_of_date(day)
        return DaysOfDate(days, work.days.stops_of_date(day), reps, len(unplanned))


def days_of_rep(
    storage: Storage, organisation_id: int, rep_id: int, first: date, last: date, most_days: int
) -> list[DaySummary]:
    """A rep's planned days. Raises InvalidInput for a span backwards, LimitExceeded for one over `most_days`."""
    if last < first:
        raise InvalidInput(f"to is {last}, before from, {first}", field="to")
    at_most("to", (last - first).days, most_days, "BEATPLAN_MAX_DAYS_SPAN", what="days from from to to")
    with storage.reading(organisation_id) as work:
        return work.days.days_of_rep(rep_id, first, last)


def next_planned_day(storage: Storage, organisation_id: int, rep_id: int | None, today: date) -> date | None:
    """The first day within a week from `today` on which the rep (None: anybody) has a plan."""
    with storage.reading(organisation_id) as work:
        for ahead in range(8):
            day = today + timedelta(days=ahead)
            if rep_id is None and work.days.days_of_date(day):
                return day
            if rep_id is not None and work.days.get_day(rep_id, day):
                return day
    return None
