"""A company served by real processes: two of gunicorn's workers; and a job worker beside them where one is wanted.

with served_by_processes(settings) as served:
    one, other = served.connections()        to each of the two
    one.ask("GET", "/v1/network/speeds", key)
    served.restart(0)
    with working(settings): ...              a job worker

Each worker has a gunicorn and a port of its own: of two that share one, the first may answer everything for minutes.
A process takes some 3 s of processor time before it answers, so tests share them where they can.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
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


class ServedProcesses:
    """Running; `settings` are those of every process."""

    def __init__(self, settings: Settings, count: int) -> None:
        self._settings = replace(settings, port=0, web_workers=1)
        self._opened: list[ProcessConnection] = []
        self._servers: list[tuple[int, subprocess.Popen[bytes]]] = []
        for _ in range(count):
            self._servers.append(self._start())

    def connections(self) -> list[ProcessConnection]:
        """A new one to each server process, once it answers."""
        for port, _ in self._servers:
            _wait_until_healthy(port)
        made = [ProcessConnection(port) for port, _ in self._servers]
        self._opened.extend(made)
        return made

    def restart(self, number: int) -> None:
        """End that server process and begin another; connections made before are closed."""
        self.close_connections()
        _end(self._servers[number][1])
        self._servers[number] = self._start()

    def close_connections(self) -> None:
        """A server that ends waits for its connections."""
        while self._opened:
            self._opened.pop().http.close()

    def end(self) -> None:
        self.close_connections()
        _end(*(process for _, process in self._servers))

    def _start(self) -> "tuple[int, subprocess.Popen[bytes]]":
        with take_port(self._settings) as taken:
            server = [*gunicorn_command(self._settings, taken.fileno()), "--keep-alive", "120"]
            environment = _environment(self._settings)
            process = subprocess.Popen(server, env=environment, cwd=ROOT, pass_fds=[taken.fileno()])
            return taken.getsockname()[1], process


@contextmanager
def served_by_processes(settings: Settings, count: int = 2) -> Iterator[ServedProcesses]:
    """Ends with all processes ended."""
    served = ServedProcesses(settings, count)
    try:
        yield served
    finally:
        served.end()


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    """A process that does jobs, until the end."""
    process = subprocess.Popen([sys.executable, "-m", "app.commands.work"], env=_environment(settings), cwd=ROOT)
    try:
        yield
    finally:
        _end(process)


def _environment(settings: Settings) -> dict[str, str]:
    return {**environment_of(settings, os.environ), PREFIX + "DATABASE_URL": settings.database_url}


def _end(*processes: "subprocess.Popen[bytes]") -> None:
    for process in processes:
        process.terminate()
    for process in processes:
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
