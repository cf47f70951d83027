"""Peers as processes: prepared once for each map, then asked and timed inside (see `peers/worker.py`)."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np

from routing.arrays import Float64Array
from scripts.bench.peer_venv import REQUIREMENTS, ROOT, PeerMissing, python_with

MODULES = {
    "osrm": "scripts.bench.peers.osrm_system",
    "osrm-mld": "scripts.bench.peers.osrm_mld_system",
    "valhalla": "scripts.bench.peers.valhalla_system",
    "pandana": "scripts.bench.peers.pandana_system",
}
"""Peers with a process of their own. One more is a module there, a line here and one in the requirements."""


def prepare(python: Path, module: str, osm: Path, folder: Path) -> list[dict[str, Any]]:
    """Let a peer make `folder` from a map file; its phases with seconds and memory. Raises PeerMissing."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [*_command(python, "prepare", module, folder), str(osm)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PeerMissing(f"preparing failed: {_last_line(done.stderr)}")
    phases: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])["phases"]
    return phases


def prepared(peer: str, python: Path, osm: Path, extra: dict[str, Float64Array], root: Path) -> Path:
    """The folder of what a peer made from this map file, kept in `root` from run to run; `extra` as network.npz."""
    with osm.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    rules = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    folder = root / "maps" / f"{osm.name.split('.')[0]}-{sha256[:8]}-{rules[:8]}" / peer
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        prepare(python, MODULES[peer], osm, folder)
        (folder / "ready").touch()
    np.savez(folder / "network.npz", **extra)  # type: ignore[arg-type]  # numpy's stubs take the names for options
    return folder


class PeerProcess:
    """A running peer; pinned to the processors that the asker may use at the time it is started."""

    def __init__(self, python: Path, module: str, folder: Path) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open as long as the process
        self._process = subprocess.Popen(
            _command(python, "serve", module, folder), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._errors, text=True, bufsize=1,
        )  # fmt: skip
        self._folder = tempfile.TemporaryDirectory()
        self.opened = self._answer()

    @classmethod
    def of_peer(cls, peer: str, osm: Path, extra: dict[str, Float64Array], root: Path) -> Self:
        """Install, prepare and start a peer; `root` keeps environment and maps. Raises PeerMissing."""
        python = python_with(peer, root)
        return cls(python, MODULES[peer], prepared(peer, python, osm, extra, root))

    def ask(self, what: str, lon: Float64Array, lat: Float64Array, **question: Any) -> dict[str, Any]:
        """Put one question about these points. Raises PeerMissing with the peer's own words where it cannot."""
        points = Path(self._folder.name) / "points.npz"
        np.savez(points, lon=lon, lat=lat)
        return self._put({"do": what, "points": str(points), **question})

    def matrix(
        self, lon: Float64Array, lat: Float64Array, first: int, last: int, distances: bool
    ) -> tuple[dict[str, Any], dict[str, Float64Array]]:
        """What was measured, and the arrays of the answer."""
        answer = Path(self._folder.name) / "answer.npz"
        told = self.ask("matrix", lon, lat, first=first, last=last, distances=distances, answer=str(answer))
        with np.load(answer) as file:
            return told, dict(file)

    def memory_mb(self) -> dict[str, float]:
        """Resident memory: all, the part that is files, most so far."""
        found: dict[str, float] = self._put({"do": "memory"})["memory"]
        return found

    def close(self) -> None:
        """End the process."""
        with suppress(OSError, ValueError):
            if self._process.stdin:
                self._process.stdin.close()
            self._process.wait(10)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._errors.close()
        self._folder.cleanup()

    def _put(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
        except OSError:
            raise PeerMissing(f"ended: {self._said()}") from None
        answer = self._answer()
        for problem in ("error", "unable"):
            if problem in answer:
                raise PeerMissing(answer[problem])
        return answer

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise PeerMissing(f"ended: {self._said()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _said(self) -> str:
        self._errors.seek(0)
        return _last_line(self._errors.read())


def _command(python: Path, order: str, module: str, folder: Path) -> list[str]:
    return [str(python), "-m", "scripts.bench.peers.worker", order, module, str(folder)]


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1][:300]


def pin(processors: Iterable[int]) -> None:
    """Let all threads of this process, and what it starts from now on, run on these processors only."""
    for task in Path("/proc/self/task").iterdir():
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(task.name), set(processors))
