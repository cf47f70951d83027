"""Server and worker as two child processes of one command; where one ends, all end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from types import FrameType

from app.services.errors import InvalidInput
from app.settings import PREFIX, Settings


def take_port(settings: Settings) -> socket.socket:
    """A socket bound to the address of the settings (port 0: a free one), which the server is going to listen on.

    Taken before the long preparation, so that a port in use is said at once. Raises InvalidInput.
    """
    host, port = settings.host, settings.port
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        if port and _answers(taken):
            raise OSError(f"port {port} is in use")
    except OSError as error:
        taken.close()
        text = f"cannot listen on {host}, port {port}: {error.strerror or error}; --port takes another one, 0 any"
        raise InvalidInput(text, field="port") from None
    return taken


def _answers(bound: socket.socket) -> bool:
    """Whether somebody listens there already; Linux lets two sockets be bound as long as none listens."""
    probe = socket.socket(bound.family, socket.SOCK_STREAM)
    probe.settimeout(0.5)
    with probe:
        return probe.connect_ex(bound.getsockname()) == 0


def gunicorn_command(settings: Settings, listening: int) -> list[str]:
    """Threads per process, since sync workers stop answering under 20 slow clients; requests of any line length, since
    the application bounds them."""
    return [
        sys.executable, "-m", "gunicorn", "app.wsgi:application", "--bind", f"fd://{listening}",
        "--workers", str(settings.web_workers),
        "--worker-class", "gthread", "--threads", str(settings.web_threads), "--limit-request-line", "0",
        "--log-level", "warning", "--graceful-timeout", str(max(1, int(settings.stop_seconds * 2 / 3))),
    ]  # fmt: skip


def environment_of(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which a child reads the same settings."""
    given = {"DATA_DIR": str(settings.data_dir), "ORGANISATION": settings.organisation}
    return {**environ, **{PREFIX + name: value for name, value in given.items()}}


class Serving:
    """The running children. `taken` is closed here: the server has its own copy."""

    def __init__(self, settings: Settings, taken: socket.socket) -> None:
        environment = environment_of(settings, os.environ)
        self._settings = settings
        self._stopping = False
        self._children: list[subprocess.Popen[bytes]] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self.address = address(taken)
        with taken:
            server = gunicorn_command(settings, taken.fileno())
            self._children.append(subprocess.Popen(server, env=environment, pass_fds=[taken.fileno()]))
        self._children.append(subprocess.Popen([sys.executable, "-m", "app.commands.work"], env=environment))

    def wait_until_ready(self) -> bool:
        """Whether the server answers within its time."""
        deadline = time.monotonic() + self._settings.start_seconds
        while time.monotonic() < deadline and self._running():
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=2) as answer:
                    return bool(answer.status == 200)
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        return False

    def wait(self) -> int:
        """Until told to stop, or until a child ends by itself; then all are ended. The exit code."""
        while self._running():
            time.sleep(0.2)
        failed = not self._stopping
        self._end_all()
        return 1 if failed else 0

    def _running(self) -> bool:
        return not self._stopping and all(child.poll() is None for child in self._children)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _end_all(self) -> None:
        for child in self._children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + self._settings.stop_seconds
        for child in self._children:
            try:
                child.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def address(taken: socket.socket) -> str:
    """Where a browser on this machine finds the server."""
    host, port = taken.getsockname()[:2]
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"
