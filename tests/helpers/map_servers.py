"""A server on this machine that answers as Nominatim and Overpass do."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse

SQUARE = [[10.0, 50.0], [10.02, 50.0], [10.02, 50.02], [10.0, 50.02], [10.0, 50.0]]


def nominatim_answer(name: str = "Testtown", ring: list[list[float]] | None = None) -> list[dict[str, Any]]:
    """One place with an outline."""
    points = ring or SQUARE
    lon, lat = [point[0] for point in points], [point[1] for point in points]
    return [
        {
            "place_id": 1,
            "osm_type": "relation",
            "osm_id": 1,
            "lat": str(lat[0]),
            "lon": str(lon[0]),
            "class": "boundary",
            "type": "administrative",
            "importance": 0.5,
            "name": name,
            "display_name": name,
            "boundingbox": [str(min(lat)), str(max(lat)), str(min(lon)), str(max(lon))],
            "geojson": {"type": "Polygon", "coordinates": [points]},
        }
    ]


def overpass_answer() -> dict[str, Any]:
    """A ring of four streets with a cross street, a banned turn, a shop and a pond."""
    corners = [(10.005, 50.005), (10.015, 50.005), (10.015, 50.015), (10.005, 50.015)]
    nodes = [{"type": "node", "id": i + 1, "lon": lon, "lat": lat} for i, (lon, lat) in enumerate(corners)]
    ways = [
        {"type": "way", "id": 10 + i, "nodes": [i + 1, (i + 1) % 4 + 1], "tags": {"highway": "residential"}}
        for i in range(4)
    ]
    ways.append({"type": "way", "id": 14, "nodes": [1, 3], "tags": {"highway": "tertiary", "name": "Cross Street"}})
    ways.append({"type": "way", "id": 20, "nodes": [1, 2, 3, 1], "tags": {"natural": "water"}})
    shop = {"shop": "bakery", "name": "Brot", "addr:street": "Cross Street", "addr:housenumber": "1"}
    nodes.append({"type": "node", "id": 5, "lon": 10.01, "lat": 50.0101, "tags": shop})
    members = [
        {"type": "way", "ref": 10, "role": "from"},
        {"type": "node", "ref": 2, "role": "via"},
        {"type": "way", "ref": 11, "role": "to"},
    ]
    tags = {"type": "restriction", "restriction": "no_left_turn"}
    relation = {"type": "relation", "id": 30, "members": members, "tags": tags}
    return {"version": 0.6, "elements": [relation, *ways, *nodes]}


@dataclass
class MapServer:
    """What the server answers, and what it was asked. Change the answers before asking."""

    url: str = ""
    places: Any = field(default_factory=nominatim_answer)
    elements: Any = field(default_factory=overpass_answer)
    status: int = 200
    drip_s: float = 0.0
    """Seconds between the bytes of Overpass' answer."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """(path, query)"""


@contextmanager
def map_server() -> Iterator[MapServer]:
    """Serve until the block ends; `url` is that of both services."""
    state = MapServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlparse(self.path)
            state.asked.append((url.path, parse_qs(url.query).get("q", [""])[0]))
            self.answer(state.places, 200)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            state.asked.append((urlparse(self.path).path, parse_qs(body).get("data", [""])[0]))
            self.answer(state.elements, state.status)

        def answer(self, content: Any, status: int) -> None:
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            pieces = [body[i : i + 1] for i in range(len(body))] if state.drip_s and self.command == "POST" else [body]
            for piece in pieces:
                try:
                    self.wfile.write(piece)
                except OSError:
                    return
                time.sleep(state.drip_s)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
