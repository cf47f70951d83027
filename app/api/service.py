"""The service itself: who am I, health, metrics, the OpenAPI document."""

import logging

from flask import Response, current_app

from app.access import Action
from app.api.endpoint import Api, Call, json_response
from app.api.network import attribution
from app.metrics import exposition
from app.schemas.service import Health, MapView, Me
from app.services.company import open_company
from app.services.edit_accounts import read_rep
from app.services.local_time import local_date
from app.services.read_days import next_planned_day
from app.version import VERSION

api = Api("service")
_LOG = logging.getLogger("beatplan.api")


@api.operation("GET", "/v1/me", action=Action.READ_NETWORK, answer=Me, summary="Whose key it is")
def get_me(call: Call[None, None]) -> Me:
    """Role, organisation, local date and map."""
    app, principal = call.app, call.principal
    company = open_company(app.storage, app.maps, call.organisation_id)
    zone, rep_name = company.organisation.time_zone, None
    if principal.rep_id is not None:
        rep = read_rep(app.storage, call.organisation_id, principal.rep_id)
        zone, rep_name = rep.time_zone, rep.name
    today = local_date(app.clock(), zone)
    found = MapView(company.map.id, company.map.name, *company.map.network.bounds, attribution(company.map))
    planned = next_planned_day(app.storage, call.organisation_id, principal.rep_id, today)
    name = company.organisation.name
    return Me(principal.role, principal.rep_id, rep_name, name, zone, today, planned, found)


@api.operation(
    "GET",
    "/health",
    answer=Health,
    also={503: "The database does not answer"},
    summary="Whether the service can work",
)
def get_health(call: Call[None, None]) -> Response:
    """200 while the database answers, else 503."""
    try:
        waiting = call.app.queue.waiting()
    except Exception:  # whatever it is, no work can be done; the log says why
        _LOG.warning("not healthy", exc_info=True)
        return json_response(Health("database does not answer", VERSION, {}), 503)
    return json_response(Health("ok", VERSION, waiting))


@api.operation("GET", "/metrics", summary="Metrics for Prometheus", media_type="text/plain")
def get_metrics(call: Call[None, None]) -> Response:
    """Text format; each server process has its own counters."""
    return Response(exposition(call.app.queue.waiting()), content_type="text/plain; version=0.0.4; charset=utf-8")


@api.operation("GET", "/openapi.json", summary="This document")
def get_openapi(call: Call[None, None]) -> Response:  # noqa: ARG001 - every endpoint has this shape
    """OpenAPI 3.1."""
    return json_response(current_app.extensions["openapi"]())
