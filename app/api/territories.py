"""Territories: in force, drafts, history, redraw, compare."""

import msgspec

from app.access import Action
from app.api.endpoint import Api, Call
from app.schemas.jobs import JobView, job_view
from app.schemas.territories import AlignmentHistory, CompareQuery, HistoryQuery, RedrawRequest
from app.services import read_territories
from app.services.errors import at_most
from app.services.territory_views import AlignmentComparison, AlignmentView, UnitColumns

api = Api("territories")
READ, WRITE = Action.READ_TERRITORIES, Action.WRITE_TERRITORIES


@api.operation("GET", "/v1/territories/current", action=READ, answer=AlignmentView, summary="Territories in force")
def get_current(call: Call[None, None]) -> AlignmentView:
    """With measures and outlines."""
    return read_territories.current_alignment(call.app.storage, call.organisation_id)


@api.operation("GET", "/v1/territories/draft", action=READ, answer=AlignmentView, summary="The draft")
def get_draft(call: Call[None, None]) -> AlignmentView:
    """What the last redraw made and nobody has put into force or discarded."""
    return read_territories.draft_alignment(call.app.storage, call.organisation_id)


@api.operation(
    "GET",
    "/v1/territories/history",
    action=READ,
    query=HistoryQuery,
    answer=AlignmentHistory,
    summary="Versions so far",
)
def get_history(call: Call[None, HistoryQuery]) -> AlignmentHistory:
    """Newest first."""
    at_most("limit", call.query.limit, call.app.settings.max_page_size, "BEATPLAN_MAX_PAGE_SIZE")
    found = read_territories.history(call.app.storage, call.organisation_id, call.query.limit)
    return AlignmentHistory(found)


@api.operation(
    "GET",
    "/v1/territories/compare",
    action=READ,
    query=CompareQuery,
    answer=AlignmentComparison,
    summary="Two versions side by side",
)
def get_comparison(call: Call[None, CompareQuery]) -> AlignmentComparison:
    """Measures of both, and every account that changes hands."""
    return read_territories.compare(call.app.storage, call.organisation_id, call.query.left, call.query.right)


@api.operation(
    "GET", "/v1/territories/<int:version>", action=READ, answer=AlignmentView, summary="One version of the territories"
)
def get_version(call: Call[None, None], version: int) -> AlignmentView:
    """With measures and outlines."""
    return read_territories.alignment(call.app.storage, call.organisation_id, version)


@api.operation(
    "GET", "/v1/territories/<int:version>/units", action=READ, answer=UnitColumns, summary="Accounts of a version"
)
def get_units(call: Call[None, None], version: int) -> UnitColumns:
    """As columns, for a map."""
    return read_territories.units(call.app.storage, call.organisation_id, version)


@api.operation(
    "POST",
    "/v1/territories/redraw",
    action=WRITE,
    body=RedrawRequest,
    answer=JobView,
    status=202,
    creates=True,
    location="/v1/jobs/{id}",
    summary="Redraw the territories as a draft",
)
def post_redraw(call: Call[RedrawRequest, None]) -> JobView:
    """A job; its result names the draft's version and what moves."""
    most = call.app.settings.max_redraw_moves_per_unit
    at_most("moves_per_unit", call.body.moves_per_unit or 0, most, "BEATPLAN_MAX_REDRAW_MOVES_PER_UNIT")
    asked = msgspec.to_builtins(call.body)
    return job_view(call.app.queue.submit(call.organisation_id, "redraw", asked, f"key {call.principal.key_id}"))


@api.operation(
    "POST",
    "/v1/territories/<int:version>/publish",
    action=WRITE,
    answer=AlignmentView,
    summary="Put the draft into force",
)
def post_publish(call: Call[None, None], version: int) -> AlignmentView:
    """Only the present draft can be; the version in force goes into the history."""
    return read_territories.publish(call.app.storage, call.organisation_id, version)


@api.operation("DELETE", "/v1/territories/<int:version>", action=WRITE, status=204, summary="Discard the draft")
def delete_draft(call: Call[None, None], version: int) -> None:
    """It stays in the history."""
    read_territories.discard(call.app.storage, call.organisation_id, version)
