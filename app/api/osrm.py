"""OSRM's HTTP protocol, version 1, at its own addresses and with its own errors, for dispatch tools as they are.

    GET  /{service}/v1/{profile}/{coordinates}[.json]?options       route, table, nearest, trip, match
    POST /{service}/v1/{profile}                                    nearest, route, table, match: the options as JSON

An address is read from its raw bytes (`app/schemas/osrm_url.py`), so that errors name positions as OSRM's do; Flask
only tells which requests are meant.
"""

import logging
from collections.abc import Callable

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import BaseConverter, Rule

from app.access import Action, may, verify_key
from app.api.endpoint import Api, Operation, bearer_token
from app.api.network import served_map
from app.compose import Beatplan
from app.schemas import osrm_documents as documents
from app.schemas.osrm_answers import error_json, match_json, nearest_json, routes_json, table_json, trip_json
from app.schemas.osrm_body import parse_body
from app.schemas.osrm_query import SERVICES, Asked, parse_query
from app.schemas.osrm_url import OsrmUrl, parse_url
from app.services.company import open_company
from app.services.company_map import CompanyMap
from app.services.errors import MapBeingMade, NotReady
from app.services.osrm_errors import OsrmError, too_big
from app.services.osrm_match import match
from app.services.osrm_nearest import nearest
from app.services.osrm_requests import (
    MatchRequest,
    NearestRequest,
    OsrmLimits,
    OsrmRequest,
    RouteRequest,
    TableRequest,
    TripRequest,
)
from app.services.osrm_route import route
from app.services.osrm_table import table
from app.services.osrm_trip import trip
from app.settings import Settings

api = Api("osrm")
_LOG = logging.getLogger("beatplan.osrm")
_METHODS = "GET, HEAD, POST, OPTIONS"
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": _METHODS,
    "Access-Control-Allow-Headers": "X-Requested-With, Content-Type, Authorization, X-Api-Key",
}


def answer(**_values: str) -> Response:
    """Whatever is asked and however wrong it is: an answer as OSRM gives it."""
    if request.method == "OPTIONS":
        return Response(status=204, headers=_HEADERS)
    try:
        return _response(_answer(current_app.extensions["beatplan"]), 200)
    except OsrmError as error:
        response = _response(error_json(error), error.status)
        if error.status == 405:
            response.headers["Allow"] = _METHODS
        return response
    except MapBeingMade as error:
        response = _response(error_json(OsrmError("DisabledDataset", str(error))), 503)
        response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    except Exception:
        _LOG.exception("an OSRM request failed")
        text = "The server failed; its log has the details."
        return _response(error_json(OsrmError("InternalError", text)), 500)


def _answer(app: Beatplan) -> bytes:
    if request.method not in ("GET", "HEAD", "POST"):
        text = "Method not allowed. Use GET, HEAD, POST, or OPTIONS."
        raise OsrmError("InvalidMethod", text, 405)
    asked = _asked(app.settings)
    handler = _ANSWERS[type(asked.request)]
    return handler(_company_map(app, asked.service), asked, _limits(app.settings))


def _asked(settings: Settings) -> Asked:
    posted = request.method == "POST"
    if posted and request.mimetype != "application/json":
        raise OsrmError("InvalidContentType", "POST requests require a Content-Type of application/json.", 415)
    url = parse_url(_target(settings), with_query=not posted)
    _check_service(url)
    if not posted:
        return parse_query(url.service, url.query, url.prefix_length)
    if not SERVICES[url.service].posted:
        raise OsrmError("NotImplemented", "This service does not support POST requests with a JSON body.")
    try:
        return parse_body(url.service, request.get_data())
    except RequestEntityTooLarge:
        limit = settings.max_body_bytes
        raise too_big(f"The body is longer than {limit} bytes (setting BEATPLAN_MAX_BODY_BYTES)") from None


def _target(settings: Settings) -> bytes:
    """The address as it was sent, without scheme and host where a proxy sent them along."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    target = str(raw).encode("latin-1", "replace")
    if len(target) > settings.osrm_max_url_bytes:
        text = f"The address has {len(target)} bytes, the limit is {settings.osrm_max_url_bytes}"
        raise too_big(f"{text} (setting BEATPLAN_OSRM_MAX_URL_BYTES)")
    if not target.startswith(b"/") and b"://" in target[:10]:
        target = b"/" + target.split(b"/", 3)[-1]
    return target.removeprefix(request.root_path.encode())


def _check_service(url: OsrmUrl) -> None:
    if url.service not in SERVICES or url.version != 1:
        code = "InvalidVersion" if url.service in SERVICES else "InvalidService"
        raise OsrmError(code, f"Service {url.service} not found!")


def _company_map(app: Beatplan, service: str) -> CompanyMap:
    """The map of the organisation whose key was sent; without one, of the organisation that this server is for."""
    access = app.settings.osrm_access
    if access == "off":
        raise OsrmError("InvalidService", f"Service {service} not found!")
    token = bearer_token()
    principal = verify_key(app.storage, token) if token else None
    if principal is None and (token or access == "key"):
        text = "The key is unknown or revoked" if token else "Send a key as Authorization: Bearer bp_…"
        raise OsrmError("InvalidKey", text, 401)
    try:
        if principal is None:
            return served_map(app)
        app.key_use.note(principal)
        action = Action.COMPUTE_MATRICES if service == "table" else Action.COMPUTE_ROUTES
        if access == "key" and not may(principal, action):
            raise OsrmError("InvalidKey", f"The role {principal.role} may not do this", 403)
        return open_company(app.storage, app.maps, principal.organisation_id).map
    except MapBeingMade:
        raise
    except NotReady as error:
        raise OsrmError("DisabledDataset", str(error)) from None


def _limits(settings: Settings) -> OsrmLimits:
    return OsrmLimits(
        route_places=settings.osrm_max_route_places,
        table_places=settings.osrm_max_table_places,
        trip_places=settings.osrm_max_trip_places,
        match_places=settings.osrm_max_match_places,
        nearest_results=settings.osrm_max_nearest_results,
        nearest_places=settings.osrm_max_nearest_places,
        alternatives=settings.osrm_max_alternatives,
        default_radius_m=settings.osrm_default_radius_m or float("inf"),
        match_radius_m=settings.osrm_max_match_radius_m or float("inf"),
        match_gap_m=settings.osrm_max_match_gap_m,
    )


def _response(body: bytes, status: int) -> Response:
    """No compression, no chunks: VROOM reads from the first brace of the whole response to the last."""
    return Response(body, status, _HEADERS, content_type="application/json; charset=UTF-8")


def _nearest(company_map: CompanyMap, asked: Asked, limits: OsrmLimits) -> bytes:
    given = asked.request
    assert isinstance(given, NearestRequest)
    return nearest_json(given, nearest(company_map, given, limits))


def _table(company_map: CompanyMap, asked: Asked, limits: OsrmLimits) -> bytes:
    given = asked.request
    assert isinstance(given, TableRequest)
    return table_json(given, table(company_map, given, limits))


def _route(company_map: CompanyMap, asked: Asked, limits: OsrmLimits) -> bytes:
    given = asked.request
    assert isinstance(given, RouteRequest)
    return routes_json(company_map.guide, given, asked.shown, route(company_map, given, limits))


def _trip(company_map: CompanyMap, asked: Asked, limits: OsrmLimits) -> bytes:
    given = asked.request
    assert isinstance(given, TripRequest)
    return trip_json(company_map.guide, given, asked.shown, trip(company_map, given, limits))


def _match(company_map: CompanyMap, asked: Asked, limits: OsrmLimits) -> bytes:
    given = asked.request
    assert isinstance(given, MatchRequest)
    return match_json(company_map.guide, given, asked.shown, match(company_map, given, limits))


_ANSWERS: dict[type[OsrmRequest], Callable[[CompanyMap, Asked, OsrmLimits], bytes]] = {
    NearestRequest: _nearest,
    TableRequest: _table,
    RouteRequest: _route,
    TripRequest: _trip,
    MatchRequest: _match,
}


def _operation(method: str, path: str, summary: str, query: type | None, answer_type: type) -> Operation:
    body = documents.OsrmBody if method == "POST" else None
    text = "As in OSRM's documentation; `profile` may be anything. Errors are OSRM's, with status 400."
    return Operation(
        method, path, summary, "osrm", None, body, query, answer_type, 200, False, None, "", "application/json", {},
        text, documents.OsrmErrorView,
    )  # fmt: skip


_DESCRIBED = (
    ("nearest", "Roads near coordinates", documents.NearestQuery, documents.NearestView),
    ("table", "Durations and distances between coordinates", documents.TableQuery, documents.TableView),
    ("route", "The fastest route through coordinates", documents.RouteQuery, documents.RouteView),
    ("trip", "The fastest order of coordinates", documents.TripQuery, documents.TripView),
    ("match", "The drive that a trace most likely is of", documents.MatchQuery, documents.MatchView),
)
for _name, _summary, _query, _view in _DESCRIBED:
    _path = f"/{_name}/v1/<profile>"
    _get = _operation("GET", f"{_path}/<path:coordinates>", _summary, _query, _view)
    api.foreign_operation(_get, answer, merge_slashes=False)
    if SERVICES[_name].posted:
        _post = _operation("POST", _path, _summary, None, _view)
        api.foreign_operation(_post, answer, merge_slashes=False)


class _Anything(BaseConverter):
    """The rest of an address, slashes and nothing at all included."""

    regex = ".*"
    part_isolating = False


def register(flask: Flask) -> None:
    """The surface, and the same answers for addresses near it that are wrong: OSRM says what is wrong with them."""
    flask.url_map.converters["anything"] = _Anything
    flask.register_blueprint(api.blueprint)
    services = ",".join(SERVICES)
    rules = (
        f"/<any({services}):service>",
        f"/<any({services}):service>/<anything:rest>",
        "/<service>/v<int:version>/<anything:rest>",
    )
    for rule in rules:  # not Flask's: those are for methods that are named, and these for any word at all
        flask.url_map.add(Rule(rule, endpoint="osrm_others", merge_slashes=False))
    flask.view_functions["osrm_others"] = answer
