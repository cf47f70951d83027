"""The pages and their files."""

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

blueprint = Blueprint("pages", __name__)
WEB = Path(__file__).resolve().parent.parent / "web"
_HOUR_S = 3600


@blueprint.get("/")
def start_page() -> Response:
    """Links to the others."""
    return _page("index.html")


@blueprint.get("/rep")
def rep_page() -> Response:
    """Today's route, for a phone."""
    return _page("rep.html")


@blueprint.get("/manager")
def manager_page() -> Response:
    """Territories, for a manager."""
    return _page("manager.html")


@blueprint.get("/docs")
def docs_page() -> Response:
    """The API, for people."""
    return _page("docs.html")


@blueprint.get("/service-worker.js")
def service_worker() -> Response:
    """At the root, since a service worker serves only what lies beneath its own address."""
    return send_from_directory(WEB / "static" / "js", "service_worker.js", max_age=0)


@blueprint.get("/static/<path:name>")
def static_file(name: str) -> Response:
    """Scripts, styles and the libraries that scripts/install fetched."""
    max_age = _HOUR_S if name.startswith("vendor/") else 0
    return send_from_directory(WEB / "static", name, max_age=max_age)


def _page(name: str) -> Response:
    return send_from_directory(WEB, name, max_age=0)
