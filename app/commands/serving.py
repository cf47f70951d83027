"""Server and worker as two child processes of one command; where one ends, all end."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from types import FrameType

from app.settings import PREFIX, Settings

READY_WITHIN_S = 60.0
STOP_WITHIN_S = 15.0


def gunicorn_command(settings: Settings) -> list[str]:
    """Threads per process, since sync workers stop answering under 20 slow clients; requests of any line length, since
    the application bounds them."""
    bind = f"{settings.host}:{settings.port}"
    return [
        sys.executable, "-m", "gunicorn", "app.wsgi:application", "--bind", bind,
        "--workers", str(settings.web_workers),
        "--worker-class", "gthread", "--threads", str(settings.web_threads), "--limit-request-line", "0",
        "--log-level", "warning", "--graceful-timeout", "10",
    ]  # fmt: skip


def environment_of(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which a child reads the same settings."""
    given = {"DATA_DIR": str(settings.data_dir), "ORGANISATION": settings.organisation}
    return {**environ, **{PREFIX + name: value for name, value in given.items()}}


class Serving:
    """The running children."""

    def __init__(self, settings: Settings) -> None:
        environment = environment_of(settings, os.environ)
        commands: Sequence[list[str]] = (gunicorn_command(settings), [sys.executable, "-m", "app.commands.work"])
        self._settings = settings
        self._children = [subprocess.Popen(command, env=environment) for command in commands]
        self._stopping = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def wait_until_ready(self) -> bool:
        """Whether the server answers within its time."""
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline and all(child.poll() is None for child in self._children):
            try:
                with urllib.request.urlopen(f"{address(self._settings)}/health", timeout=2) as answer:
                    return bool(answer.status == 200)
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        return False

    def wait(self) -> int:
        """Until told to stop, or until a child ends by itself; then all are ended. The exit code."""
        while not self._stopping and all(child.poll() is None for child in self._children):
            time.sleep(0.2)
        failed = not self._stopping
        self._end_all()
        return 1 if failed else 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _end_all(self) -> None:
        for child in self._children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_WITHIN_S
        for child in self._children:
            try:
                child.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                child.kill()


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the server."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "") else settings.host  # noqa: S104 - compared, not bound
    return f"http://{host}:{settings.port}"
