"""A company served by real processes: two of gunicorn's workers, and a job worker beside them.

with served_by_processes(settings) as served:
    one, other = served.connections()        to each of the two
    one.ask("GET", "/v1/network/speeds", key)

Each worker has a gunicorn and a port of its own: of two that share one, the first may answer everything for minutes.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.commands.serving import environment_of, gunicorn_command, take_port
from app.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
START_S = 120.0


class ProcessConnection:
    """A connection to one server process."""

    def __init__(self, port: int) -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, key: str = "", body: Any = None) -> tuple[int, Any]:
        """Status and JSON."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self.http.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.http.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None


@dataclass(frozen=True)
class ServedProcesses:
    """Running; the port of each server process."""

    ports: tuple[int, ...]
    opened: list[ProcessConnection] = field(default_factory=list)

    def connections(self) -> list[ProcessConnection]:
        """A new one to each server process."""
        made = [ProcessConnection(port) for port in self.ports]
        self.opened.extend(made)
        return made

    def close(self) -> None:
        """A server that ends waits for its connections."""
        for one in self.opened:
            one.http.close()


@contextmanager
def served_by_processes(settings: Settings, count: int = 2) -> Iterator[ServedProcesses]:
    """Ends with all processes ended."""
    settings = replace(settings, port=0, web_workers=1)
    environment = {**environment_of(settings, os.environ), PREFIX + "DATABASE_URL": settings.database_url}
    running, ports = [], []
    for _ in range(count):
        with take_port(settings) as taken:
            ports.append(taken.getsockname()[1])
            server = [*gunicorn_command(settings, taken.fileno()), "--keep-alive", "120"]
            running.append(subprocess.Popen(server, env=environment, cwd=ROOT, pass_fds=[taken.fileno()]))
    running.append(subprocess.Popen([sys.executable, "-m", "app.commands.work"], env=environment, cwd=ROOT))
    try:
        for port in ports:
            _wait_until_healthy(port)
        served = ServedProcesses(tuple(ports))
        yield served
        served.close()
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(60)


def _wait_until_healthy(port: int) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            if ProcessConnection(port).ask("GET", "/health")[0] == 200:
                return
        except OSError:
            pass
        assert time.monotonic() < end, "the server does not answer"
        time.sleep(0.1)
