"""One peer in a process of its own: run by the peers' interpreter, asked line by line, timed in here.

    python -m scripts.bench.peers.worker serve   MODULE FOLDER          answers questions about what was prepared
    python -m scripts.bench.peers.worker prepare MODULE FOLDER OSM      makes FOLDER from a map file, prints its phases

MODULE has `System(folder)` (see `PeerSystem`) and `prepare(osm, folder)`. Questions and answers are one JSON object a
line; arrays go through .npz files that the question names. Only the standard library and numpy are imported here.

A question `{"do": "matrix", "points": FILE, "first": 0, "last": 100, "distances": true, "answer": FILE}` is timed from
coordinates in arrays to the answer in arrays; `convert_cpu_s` says which part was turning the peer's own answer
into arrays. What a peer cannot do is answered with `{"unable": why}`.
"""

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Phase = dict[str, Any]


class PeerSystem(Protocol):
    """What a peer offers; seconds and metres, NaN where there is no path.

    `route`, `route_with_steps` (of two points each) and `nearest` (of one) may be missing.
    """

    version: str

    def ask(self, lon: Array, lat: Array, first: int, last: int, distances: bool) -> Any:
        """The peer's own answer: travel from points first..last-1 to all points."""
        ...

    def arrays(self, answer: Any, shape: tuple[int, int], distances: bool) -> list[Array]:
        """[seconds] or [seconds, metres] of that answer as arrays."""
        ...


def main() -> None:
    order, module, folder = sys.argv[1], importlib.import_module(sys.argv[2]), Path(sys.argv[3])
    # what a library prints must not get between the answers
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    if order == "prepare":
        answers.write(json.dumps({"phases": module.prepare(Path(sys.argv[4]), folder)}) + "\n")
        return
    before = memory_mb()
    system = module.System(folder)
    answers.write(json.dumps({"version": system.version, "memory_before": before, "memory": memory_mb()}) + "\n")
    for line in sys.stdin:
        try:
            answer = answer_to(system, json.loads(line))
        except Exception as error:  # the asker must hear of it, whatever it was
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")


def answer_to(system: PeerSystem, question: dict[str, Any]) -> dict[str, Any]:
    """Answer one question."""
    if question["do"] == "memory":
        return {"memory": memory_mb()}
    with np.load(question["points"]) as file:
        lon, lat = file["lon"], file["lat"]
    if question["do"] == "matrix":
        return ask_matrix(system, lon, lat, question)
    if question["do"] == "stream":
        return ask_in_blocks(system, lon, lat, question)
    ask_one = getattr(system, question["do"], None)
    return {"unable": f"no {question['do'].replace('_', ' ')}"} if ask_one is None else ask_each(ask_one, lon, lat)


def ask_matrix(system: PeerSystem, lon: Array, lat: Array, question: dict[str, Any]) -> dict[str, Any]:
    """Travel from points first..last-1 to all; the arrays go into the file `answer`."""
    first, last, distances = question["first"], question["last"], question["distances"]
    load, wall, cpu = os.getloadavg()[0], time.perf_counter(), time.process_time()
    answer = system.ask(lon, lat, first, last, distances)
    answered, answered_cpu = time.perf_counter(), time.process_time()
    arrays = system.arrays(answer, (last - first, lon.size), distances)
    done, done_cpu = time.perf_counter(), time.process_time()
    named: dict[str, Any] = dict(zip(("duration_s", "distance_m"), arrays, strict=False))
    np.savez(question["answer"], **named)
    return {
        "load_before": load, "wall_s": done - wall, "cpu_s": done_cpu - cpu,
        "convert_s": done - answered, "convert_cpu_s": done_cpu - answered_cpu,
    }  # fmt: skip


def ask_in_blocks(system: PeerSystem, lon: Array, lat: Array, question: dict[str, Any]) -> dict[str, Any]:
    """The whole matrix in blocks of `rows` sources, each turned into arrays and dropped again."""
    before = begin_peak_mb()
    load, wall, cpu = os.getloadavg()[0], time.perf_counter(), time.process_time()
    cells = 0
    for first in range(0, lon.size, question["rows"]):
        last = min(first + question["rows"], lon.size)
        answer = system.ask(lon, lat, first, last, question["distances"])
        arrays = system.arrays(answer, (last - first, lon.size), question["distances"])
        cells += int(np.isfinite(arrays[0]).sum())
    watch = {"load_before": load, "wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    return {**watch, "cells": cells, "memory": memory_mb(), "memory_before": before}


def ask_each(ask_one: Callable[..., float | None], lon: Array, lat: Array) -> dict[str, Any]:
    """One call a row of the points; `wall_s` and `cpu_s` are lists."""
    load, walls, cpus, values = os.getloadavg()[0], [], [], []
    for x, y in zip(lon, lat, strict=True):
        wall, cpu = time.perf_counter(), time.process_time()
        value = ask_one(x, y)
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
        values.append(value)
    return {"load_before": load, "wall_s": walls, "cpu_s": cpus, "values": values}


def memory_mb() -> dict[str, float]:
    """Resident memory of this process: all, the part that is files (shared between processes), and most so far."""
    lines = Path("/proc/self/status").read_text().splitlines()
    found = {
        line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("VmRSS", "Rss", "VmHWM"))
    }
    return {
        name: round(found.get(key, 0.0), 1) for name, key in (("rss", "VmRSS"), ("files", "RssFile"), ("peak", "VmHWM"))
    }


def begin_peak_mb() -> float:
    """Resident memory now; `peak` of `memory_mb` counts from here on (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory_mb()["rss"]


def run_phase(phase: str, command: list[str | Path]) -> Phase:
    """Run a program of a peer and measure it: seconds, processor seconds, most memory. Raises RuntimeError.

    To be called from a small process: on Linux a child's maximum counts what its parent held at the fork.
    """
    load, wall = os.getloadavg()[0], time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        program = subprocess.Popen([str(part) for part in command], stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        if program.returncode:
            said.seek(0)
            raise RuntimeError(f"{phase} ended with {program.returncode}: {said.read().strip()[-300:]}")
    measured = {"wall_s": time.perf_counter() - wall, "cpu_s": used.ru_utime + used.ru_stime, "load_before": load}
    return {"phase": phase, **measured, "peak_mb": round(used.ru_maxrss / 1024, 1)}


def processors() -> int:
    """How many processors this process may use: as many threads are started."""
    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    main()
