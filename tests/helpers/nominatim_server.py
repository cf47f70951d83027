"""A local server that answers as Nominatim's search does."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def place(lon, lat, text, **address):
    """One result as Nominatim writes it."""
    return {
        "place_id": 1, "osm_type": "way", "osm_id": 1, "lat": str(lat), "lon": str(lon), "class": "place",
        "type": "house", "display_name": text, "address": address, "boundingbox": ["0", "0", "0", "0"],
    }  # fmt: skip


class NominatimServer:
    """Answers every search with `answer(query)`: a list of places, a status code, raw bytes, or None to stay silent."""

    def __init__(self, answer):
        self.requests = []
        self.times = []
        self.user_agents = []
        self.closing = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                outer.requests.append(query)
                outer.times.append(time.monotonic())
                outer.user_agents.append(self.headers["User-Agent"])
                reply = answer(query)
                if reply is None:
                    outer.closing.wait(5)
                    return
                status = reply if isinstance(reply, int) else 200
                body = reply if isinstance(reply, bytes) else json.dumps([] if status != 200 else reply).encode()
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.domain = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
