"""A map behind the OSRM surface: without accounts, reps or anything else of a company.

app = map_app(folder, osm_path)          composed over a fresh database, the map imported
app.client()                             asks it within this process
with live_server(app) as (host, port):   gunicorn as scripts/run starts it, a process of its own
"""

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from app import create_app
from app.commands.serving import address, environment_of, gunicorn_command
from app.compose import Beatplan, compose
from app.settings import PREFIX, Settings
from app.storage.migrate import migrate

ROOT = Path(__file__).parents[2]


def map_app(folder: Path, osm_path: Path | None = None, network_id: str | None = None, **settings: Any) -> Beatplan:
    """Either a map file to import, or the id of a network that lies in the folder's `networks` already."""
    app = compose(Settings(data_dir=folder, **settings))
    migrate(app.storage.database)
    organisation = app.storage.ensure_organisation(app.settings.organisation, "Maps", "UTC")
    if osm_path is not None:
        network_id = app.maps.store.ensure(osm_path).id
    with app.storage.writing(organisation.id) as work:
        work.organisations.set_network(organisation.id, network_id)
        work.commit()
    return app


def client_of(app: Beatplan) -> FlaskClient:
    return create_app(app).test_client()


@contextmanager
def live_server(app: Beatplan, **variables: str) -> Iterator[tuple[str, int]]:
    """Host and port of a server process; `variables` are settings without their prefix."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    own = {PREFIX + name: text for name, text in variables.items()}
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        url, port = address(taken), taken.getsockname()[1]
        process = subprocess.Popen(
            gunicorn_command(app.settings, taken.fileno()),
            env=environment_of(app.settings, kept | own),
            pass_fds=[taken.fileno()],
            cwd=ROOT,
        )
    try:
        _wait(f"{url}/health", process)
        yield "127.0.0.1", port
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as found:
                assert json.load(found)["status"] == "ok"
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no server after a minute (ended with {process.poll()})")
