"""Days: a rep's route, all reps' days, planning, and what came of visits."""

import re
from datetime import date, timedelta

import msgspec
from flask import Response, request

from app.access import Action
from app.api.endpoint import Api, Call
from app.schemas.days import DayLine, DayOverview, DayRef, DayRefs, DaysQuery, OutcomeBatch
from app.schemas.jobs import JobView, job_view
from app.schemas.territories import PlanRequest
from app.services.day_document import DayDocument
from app.services.edit_accounts import read_rep
from app.services.errors import InvalidInput, at_most
from app.services.local_time import check_day, local_date
from app.services.read_days import days_of_date, days_of_rep, read_day
from app.services.record_outcomes import OutcomesAnswer, record_outcomes

api = Api("days")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@api.operation(
    "GET",
    "/v1/reps/<int:rep_id>/days/<day>",
    action=Action.READ_DAYS,
    answer=DayDocument,
    also={304: "Not changed since the ETag in If-None-Match"},
    summary="A rep's route on a date",
)
def get_day(call: Call[None, None], rep_id: int, day: str) -> Response:
    """All that a phone needs, offline too; with its ETag as If-None-Match the answer is 304 while nothing changed."""
    found = read_day(call.app.storage, call.organisation_id, rep_id, parse_date(day))
    headers = {"ETag": found.etag, "Cache-Control": "private, no-cache"}
    if request.if_none_match.contains_weak(found.etag.strip('"')):
        return Response(status=304, headers=headers)
    return Response(found.document, headers=headers, content_type="application/json")


@api.operation(
    "GET",
    "/v1/reps/<int:rep_id>/days",
    action=Action.READ_DAYS,
    query=DaysQuery,
    answer=DayRefs,
    summary="A rep's planned days",
)
def get_days_of_rep(call: Call[None, DaysQuery], rep_id: int) -> DayRefs:
    """From and to included; the week from today on where nothing is said."""
    zone = read_rep(call.app.storage, call.organisation_id, rep_id).time_zone
    first = check_day(call.query.first or local_date(call.app.clock(), zone), "from")
    last = check_day(call.query.last or first + timedelta(days=7), "to")
    most = call.app.settings.max_days_span
    found = days_of_rep(call.app.storage, call.organisation_id, rep_id, first, last, most)
    return DayRefs([DayRef(one.local_date, one.stop_count, one.version) for one in found])


@api.operation(
    "GET", "/v1/days/<day>", action=Action.READ_TERRITORIES, answer=DayOverview, summary="All reps' days on a date"
)
def get_days(call: Call[None, None], day: str) -> DayOverview:
    """One line a rep."""
    asked = parse_date(day)
    found = days_of_date(call.app.storage, call.organisation_id, asked)
    lines = []
    for one in found.days:
        rep, stops = found.reps[one.rep_id], found.stops.get(one.rep_id, ())
        first = stops[0].begin_at if stops else None
        last = stops[-1].leave_at if stops else None
        figures = (one.stop_count, one.drive_s, one.distance_m)
        lines.append(DayLine(one.rep_id, rep.code, rep.name, *figures, first, last, one.version))
    return DayOverview(asked, lines, found.unplanned)


@api.operation(
    "POST",
    "/v1/days/<day>/plan",
    action=Action.PLAN_DAYS,
    body=PlanRequest,
    answer=JobView,
    status=202,
    creates=True,
    location="/v1/jobs/{id}",
    summary="Plan the visits of a date",
)
def post_plan(call: Call[PlanRequest, None], day: str) -> JobView:
    """A job; visits come from the call frequencies of the accounts in each rep's territory."""
    settings, asked = call.app.settings, call.body
    at_most("solutions", asked.solutions or 0, settings.max_plan_solutions, "BEATPLAN_MAX_PLAN_SOLUTIONS")
    at_most("most_candidates", asked.most_candidates or 0, settings.max_plan_candidates, "BEATPLAN_MAX_PLAN_CANDIDATES")
    given = {"date": parse_date(day).isoformat(), "options": msgspec.to_builtins(call.body)}
    return job_view(call.app.queue.submit(call.organisation_id, "plan_day", given, f"key {call.principal.key_id}"))


@api.operation(
    "POST",
    "/v1/reps/<int:rep_id>/outcomes",
    action=Action.WRITE_OUTCOMES,
    body=OutcomeBatch,
    answer=OutcomesAnswer,
    summary="Report what came of visits",
)
def post_outcomes(call: Call[OutcomeBatch, None], rep_id: int) -> OutcomesAnswer:
    """In batches, ids made by the client: what came before is answered as repeated and changes nothing.

    Refused: dates after the rep's tomorrow (`future_date`) and, for a rep's key, accounts that are neither in the rep's
    territory nor in its plan of that date (`not_yours`).
    """
    settings = call.app.settings
    return record_outcomes(
        call.app.storage,
        call.organisation_id,
        rep_id,
        call.body.outcomes,
        most=settings.max_outcomes_per_batch,
        longest_note=settings.max_note_chars,
        only_own=call.principal.role == "rep",
    )


def parse_date(text: str) -> date:
    """A date of the address, as in 2026-11-23. Raises InvalidInput."""
    try:
        if _DATE.fullmatch(text):
            return check_day(date.fromisoformat(text), "date")
    except ValueError:
        pass
    raise InvalidInput(f"{text!r} is no date like 2026-11-23", field="date")
