"""Everything the HTTP interface has, registered with one Flask application."""

import logging
import re
from functools import cache
from time import perf_counter
from typing import Any
from uuid import uuid4

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from app.api import (
    accounts,
    days,
    isochrones,
    jobs,
    keys,
    matrices,
    mileage,
    nearby,
    network,
    osrm,
    pages,
    periods,
    quotas,
    reps,
    scoring,
    service,
    speeds,
    territories,
)
from app.api.openapi import openapi_document
from app.api.problem import problem_response
from app.compose import Beatplan
from app.errors import Problem, problem_of
from app.metrics import observe_request
from app.services.errors import LimitExceeded, MapBeingMade
from app.settings import PREFIX, Settings
from app.version import VERSION

_LOG = logging.getLogger("beatplan.api")
APIS = (
    accounts.api, reps.api, territories.api, days.api, quotas.api, scoring.api, matrices.api, jobs.api, keys.api,
    network.api, speeds.api, periods.api, isochrones.api, nearby.api, mileage.api,
    service.api,
)  # fmt: skip
_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
}


def make_flask(beatplan: Beatplan) -> Flask:
    """Register everything. Nothing heavy happens before the first request needs it."""
    flask = Flask("app", static_folder=None)
    flask.extensions["beatplan"] = beatplan
    flask.config["MAX_CONTENT_LENGTH"] = beatplan.settings.max_body_bytes
    for api in APIS:
        flask.register_blueprint(api.blueprint)
    osrm.register(flask)
    flask.register_blueprint(pages.blueprint)
    flask.extensions["openapi"] = _document
    flask.before_request(_begin)
    flask.after_request(_finish)
    flask.register_error_handler(Exception, _answer_error)
    return flask


@cache
def _document() -> dict[str, Any]:
    """Of every application, made when first asked for: it takes 36 ms."""
    return openapi_document([operation for api in (*APIS, osrm.api) for operation in api.operations], VERSION)


def _too_large() -> LimitExceeded:
    settings: Settings = current_app.extensions["beatplan"].settings
    name: str = g.get("upload_setting", "max_body_bytes")
    limit: int = getattr(settings, name)
    return LimitExceeded("bytes of the body", request.content_length or limit + 1, limit, PREFIX + name.upper())


def _begin() -> None:
    g.began = perf_counter()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex[:16]


def _finish(response: Response) -> Response:
    for name, value in _SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.request_id
    method = request.method if request.method in _METHODS else "other"
    observe_request(method, str(request.url_rule), response.status_code, perf_counter() - g.began)
    return response


def _answer_error(error: Exception) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        error = _too_large()
    problem = problem_of(error)
    if problem is None:
        _LOG.exception("request %s failed", g.get("request_id", ""))
        detail = "The server failed; its log has the details under the request id."
        problem = Problem("Internal error", 500, detail, "internal", request_id=g.get("request_id", ""))
    response = problem_response(problem)
    allowed: Any = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, MapBeingMade):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response
