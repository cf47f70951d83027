"""A bounded load on a server of this machine: several processes with one keep-alive connection each.

Not wrk, even where it is installed: it does not look at ETags and lengths. The generator takes its share of the same
processors, so the server's own CPU time a request is measured as well; it does not depend on the generator.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CLIENT = Path(__file__).with_name("http_client.py")


@dataclass(frozen=True, slots=True)
class Expected:
    """What every answer must be."""

    status: int
    etag: str | None
    length: int


@dataclass(frozen=True, slots=True)
class Question:
    """A request to 127.0.0.1."""

    port: int
    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """How much to ask: so many connections at once, until the seconds or the requests of a connection are over."""

    connections: int = 4
    seconds: float = 3.0
    most_requests: int = 100_000


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What came of it; latencies in ms."""

    requests: int
    wall_s: float
    server_cpu_s: float | None
    wrong: int
    first_wrong: dict[str, Any] | None
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def per_s(self) -> float:
        return self.requests / self.wall_s


def put_load(question: Question, expected: Expected, load: Load, server_pid: int) -> LoadResult:
    """Ask and check; `server_pid` is the gunicorn whose CPU time (with its workers') is measured."""
    line = json.dumps(_client_input(question, expected, load)) + "\n"
    clients = [_client() for _ in range(load.connections)]
    try:
        for client in clients:
            _say(client, line)
        if any(_hear(client) != "ready" for client in clients):
            raise RuntimeError(f"no answer from port {question.port}")
        cpu_before = cpu_s_of(server_pid)
        for client in clients:
            _say(client, "go\n")
        told = [json.loads(_hear(client)) for client in clients]
        cpu_after = cpu_s_of(server_pid)
    finally:
        for client in clients:
            client.kill()
            client.communicate()
    cpu_s = None if cpu_before is None or cpu_after is None else cpu_after - cpu_before
    return _result(told, cpu_s)


def cpu_s_of(pid: int) -> float | None:
    """CPU time of a process and its children so far; None where the system has no /proc."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ticks = 0
        for one in (str(pid), *children):
            after_name = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(after_name[11]) + int(after_name[12])
    except OSError:
        return None
    return ticks / os.sysconf("SC_CLK_TCK")


def _client_input(question: Question, expected: Expected, load: Load) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": question.port,
        "method": question.method,
        "path": question.path,
        "headers": dict(question.headers),
        "body": question.body,
        "seconds": load.seconds,
        "most": load.most_requests,
        "expect": {"status": expected.status, "etag": expected.etag, "length": expected.length},
    }


def _client() -> "subprocess.Popen[str]":
    command = [sys.executable, "-I", "-S", str(CLIENT)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _say(client: "subprocess.Popen[str]", line: str) -> None:
    assert client.stdin
    client.stdin.write(line)
    client.stdin.flush()


def _hear(client: "subprocess.Popen[str]") -> str:
    assert client.stdout
    return client.stdout.readline().strip()


def _result(told: list[dict[str, Any]], cpu_s: float | None) -> LoadResult:
    latencies_ms = [1000 * latency for one in told for latency in one["latencies_s"]]
    centiles = statistics.quantiles(latencies_ms, n=100, method="inclusive")
    wrong = [one["first_wrong"] for one in told if one["first_wrong"]]
    return LoadResult(
        requests=len(latencies_ms),
        wall_s=max(one["end"] for one in told) - min(one["begin"] for one in told),
        server_cpu_s=cpu_s,
        wrong=sum(one["wrong"] for one in told),
        first_wrong=wrong[0] if wrong else None,
        p50_ms=round(centiles[49], 3),
        p95_ms=round(centiles[94], 3),
        p99_ms=round(centiles[98], 3),
    )
