"""leaflet-routing-machine, unchanged, on a page of somebody else's in headless Chromium, against a server process."""

import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.browser import DESK
from tests.helpers.npm_clients import client_files
from tests.helpers.osrm_server import live_server

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html><head>
<link rel="stylesheet" href="leaflet/leaflet.css"><link rel="stylesheet" href="machine/leaflet-routing-machine.css">
<style>#map {{ height: 800px }}</style></head>
<body><div id="map"></div>
<script src="leaflet/leaflet.js"></script><script src="machine/leaflet-routing-machine.js"></script>
<script>
const map = L.map("map", {{ fadeAnimation: false, zoomAnimation: false }}).setView([{lat}, {lon}], 12);
const control = L.Routing.control({{
  router: L.Routing.osrmv1({{ serviceUrl: "{server}/route/v1", profile: "car", suppressDemoServerWarning: true }}),
  waypoints: {waypoints}.map(([lon, lat]) => L.latLng(lat, lon)),
  showAlternatives: true,
}}).addTo(map);
control.on("routesfound", (found) => {{ window.routes = found.routes; }});
control.on("routingerror", (failed) => {{ window.refused = failed.error; }});
</script></body></html>"""


@pytest.fixture(scope="module")
def server(prepared_company) -> Iterator[str]:
    client_files("leaflet-routing-machine")
    with live_server(prepared_company.app) as (host, port):
        yield f"http://{host}:{port}"


@pytest.fixture(scope="module")
def places(prepared_company) -> list[list[float]]:
    """[lon, lat] of three accounts that lie apart."""
    with prepared_company.app.storage.reading(prepared_company.organisation_id) as work:
        columns = work.accounts.all_for_design()
    return [[float(columns.lon[i]), float(columns.lat[i])] for i in (0, 15, 30)]


@pytest.fixture(scope="module")
def somebodys_page() -> Iterator[tuple[str, dict[str, str]]]:
    """Address of another web server with the client's files, and the pages that it has. Chromium lets a page ask a
    server of this machine only if the page itself came from one."""
    folders = {"leaflet": client_files("leaflet") / "dist", "machine": client_files("leaflet-routing-machine") / "dist"}
    pages: dict[str, str] = {}

    class Handler(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            _, folder, name = path.split("/", 2)
            return str(folders[folder] / name)

        def do_GET(self) -> None:
            html = pages.get(self.path)
            if html is None and self.path.count("/") >= 2:
                super().do_GET()
                return
            self.send_response(200 if html else 204)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write((html or "").encode())

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as other:
        thread = threading.Thread(target=other.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{other.server_port}", pages
        other.shutdown()
        thread.join(10)


@pytest.fixture
def machine(server, somebodys_page, pages):
    """Opens the page with these waypoints."""
    origin, htmls = somebodys_page

    def opened(waypoints: list[list[float]]) -> Page:
        lon, lat = waypoints[0]
        htmls["/"] = PAGE.format(lon=lon, lat=lat, server=server, waypoints=waypoints)
        page = pages.open(DESK)
        page.goto(origin)
        return page

    return opened


def test_the_route_is_drawn_and_told(machine, places):
    page = machine(places[:2])
    best = page.locator(".leaflet-routing-alt").first
    expect(best.locator("tr .leaflet-routing-icon-depart")).to_have_count(1)
    expect(best.locator("tr .leaflet-routing-icon-arrive")).to_have_count(1)
    route = page.evaluate(
        "({ name: routes[0].name, count: routes.length, metres: routes[0].summary.totalDistance,"
        " seconds: routes[0].summary.totalTime, texts: routes[0].instructions.map((one) => one.text),"
        " line: routes[0].coordinates.map((one) => [one.lng, one.lat]),"
        " ends: routes[0].waypoints.map((one) => [one.latLng.lng, one.latLng.lat]) })"
    )
    assert page.evaluate("window.refused") is None
    assert route["count"] >= 1
    rows = best.locator("tr td:nth-child(2)").all_inner_texts()
    assert rows == route["texts"]
    assert len(rows) > 3 and rows[0].startswith("Head ") and rows[-1].startswith("You have arrived")
    assert not any("undefined" in text or not text.strip() for text in rows), rows
    kilometres, minutes = route["metres"] / 1000, route["seconds"] / 60
    assert 1 < kilometres < 200 and 0.3 < kilometres / minutes < 2.2, "from 18 to 130 km/h"
    assert len(route["line"]) > 20
    for at, place in ((route["line"][0], places[0]), (route["line"][-1], places[1])):
        assert at == pytest.approx(place, abs=5e-3)
    drawn = [line.bounding_box() for line in page.locator("#map path.leaflet-interactive").all()]
    assert sum(max(box["width"], box["height"]) > 100 for box in drawn) >= 3, "a casing, a white line, a coloured one"


def test_stops_between_and_what_cannot_be_routed(machine, places, pages):
    page = machine(places)
    page.wait_for_function("window.routes")
    arrivals = page.evaluate("routes[0].instructions.map((one) => one.type)")
    assert arrivals.count("WaypointReached") == 1 and arrivals[-1] == "DestinationReached"
    assert len(page.evaluate("routes[0].waypointIndices")) == 3
    pages.expected += ["400 (", "Routing error"]
    with page.expect_response(lambda answer: "/route/v1/" in answer.url) as refused:
        page.evaluate("control.setWaypoints([L.latLng(91, 0), L.latLng(0, 0)])")
    assert refused.value.json()["code"] == "InvalidValue"
    page.wait_for_function("window.refused")
