"""Accounts that are near, and what it costs to see them on the way."""

from app.access import Action
from app.api.days import parse_date
from app.api.endpoint import Api, Call
from app.compose import Beatplan
from app.schemas.nearby import (
    DayDetourQuery,
    DetourRequest,
    NearestQuery,
    RepNearestQuery,
    day_wish,
    wanted,
    whereabouts,
)
from app.services.detours import DayDetours, DetoursFound, detours_of_day, detours_of_points
from app.services.errors import at_most
from app.services.nearest_accounts import NearAccounts, nearest_accounts
from app.services.travel import TravelLimits
from app.services.whereabouts import Whereabouts
from app.storage.records import AccountFilter

api = Api("nearby")


@api.operation(
    "GET",
    "/v1/accounts/nearest",
    action=Action.READ_ACCOUNTS,
    query=NearestQuery,
    answer=NearAccounts,
    summary="Accounts nearest by driving time",
)
def get_nearest(call: Call[None, NearestQuery]) -> NearAccounts:
    """Active accounts that the filter lets through, by the speeds in effect; `rep_id` is the territory."""
    asked = call.query
    return _nearest(call.app, call.organisation_id, whereabouts(asked), wanted(asked, asked.rep_id), asked)


@api.operation(
    "GET",
    "/v1/reps/<int:rep_id>/accounts/nearest",
    action=Action.READ_DAYS,
    query=RepNearestQuery,
    answer=NearAccounts,
    summary="A rep's own accounts nearest by driving time",
)
def get_nearest_of_rep(call: Call[None, RepNearestQuery], rep_id: int) -> NearAccounts:
    """Those of the rep's territory, from a point or from home."""
    where = Whereabouts(call.query.lon, call.query.lat).or_home_of(rep_id)
    return _nearest(call.app, call.organisation_id, where, wanted(call.query, rep_id), call.query)


@api.operation(
    "GET",
    "/v1/reps/<int:rep_id>/days/<day>/detours",
    action=Action.READ_DAYS,
    query=DayDetourQuery,
    answer=DayDetours,
    summary="What more stops cost on a rep's day",
)
def get_day_detours(call: Call[None, DayDetourQuery], rep_id: int, day: str) -> DayDetours:
    """Extra driving in every gap of the planned route, the cheapest first: which accounts are near today's way.

    The order of the stops stays. Whether a later stop would still be open is not looked at.
    """
    at_most("limit", call.query.limit, call.app.settings.max_page_size, "BEATPLAN_MAX_PAGE_SIZE")
    return detours_of_day(
        call.app.storage,
        call.app.maps,
        call.organisation_id,
        rep_id,
        parse_date(day),
        day_wish(call.query, rep_id),
        _limits(call.app),
        only_own=call.principal.role == "rep",
    )


@api.operation(
    "POST",
    "/v1/detours",
    action=Action.COMPUTE_ROUTES,
    body=DetourRequest,
    answer=DetoursFound,
    summary="What more stops cost on a route",
)
def post_detours(call: Call[DetourRequest, None]) -> DetoursFound:
    """For any route and any points."""
    asked, service_s = call.body, round(call.body.service_minutes * 60)
    app = call.app
    return detours_of_points(
        app.storage, app.maps, call.organisation_id, asked.stops, asked.candidates, service_s, _limits(app)
    )


def _nearest(
    app: Beatplan,
    organisation_id: int,
    where: Whereabouts,
    which: AccountFilter,
    asked: NearestQuery | RepNearestQuery,
) -> NearAccounts:
    at_most("limit", asked.limit, app.settings.max_page_size, "BEATPLAN_MAX_PAGE_SIZE")
    within_s = None if asked.within_minutes is None else int(asked.within_minutes * 60)
    return nearest_accounts(
        app.storage, app.maps, organisation_id, where, which, asked.limit, within_s, app.settings.snap_radius_m
    )


def _limits(app: Beatplan) -> TravelLimits:
    settings = app.settings
    return TravelLimits(settings.max_matrix_places, settings.max_matrix_cells, settings.snap_radius_m)
