"""The running service beside plain Flask: the same gunicorn, the same table, in turns."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.commands.local_keys import local_keys
from app.commands.serving import environment_of, gunicorn_command, take_port
from app.services.travel import TravelLimits, matrix
from scripts.bench.company import BenchCompany
from scripts.bench.http_load import Expected, Load, LoadResult, Question, put_load
from scripts.bench.report import OURS, Report, Watch, stopwatch

ROOT = Path(__file__).resolve().parents[2]
PLAIN, HELLO = "plain flask", "flask hello"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Server:
    """A running gunicorn."""

    pid: int
    port: int


@dataclass(frozen=True, slots=True)
class Trial:
    """One question to one system, and what its answer's body must satisfy."""

    case: str
    system: str
    server: Server
    question: Question
    is_right: Callable[[bytes], bool]
    status: int = 200
    etag: str | None = None
    n: int = 1


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """How much to ask for, how often in turns; `matrix_n` places of a matrix, 0: none."""

    load: Load = field(default_factory=Load)
    rounds: int = 3
    matrix_n: int = 50
    health: bool = True


def run_service(report: Report, company: BenchCompany, plan: ServicePlan, tell: Tell) -> None:
    """Rows `day 200`, `day 304`, `health` and `matrix nxn`; all systems in turns, every other round backwards."""
    company.app.storage.database.close()  # folds the write-ahead log into the file, so that nobody has a head start
    with _server(company, "app.wsgi:application") as ours, _server(company, "scripts.bench.plain_flask") as plain:
        trials = _trials(company, ours, plain, plan)
        lengths = {id(trial): _first_answer(trial) for trial in trials}
        for number in range(plan.rounds):
            for trial in trials if number % 2 == 0 else trials[::-1]:
                tell(f"{trial.case}, {trial.system}, round {number + 1}")
                expected = Expected(trial.status, trial.etag, lengths[id(trial)])
                with stopwatch() as watch:
                    result = put_load(trial.question, expected, plan.load, trial.server.pid)
                watch.wall_s, watch.cpu_s = result.wall_s, result.server_cpu_s or 0.0
                _note(report, trial, watch, result, plan.load)


def _trials(company: BenchCompany, ours: Server, plain: Server, plan: ServicePlan) -> list[Trial]:
    keys = local_keys(company.app, company.company)
    with company.app.storage.reading(company.company.id) as work:
        rep_id = work.reps.all()[0].id
        stored = work.days.get_day(rep_id, company.day)
    if stored is None:
        raise LookupError(f"nothing is planned for the first rep on {company.day}")
    document, etag = json.loads(stored.document), stored.etag
    path, key = f"/v1/reps/{rep_id}/days/{company.day}", {"Authorization": f"Bearer {keys['rep']}"}
    seen = {"If-None-Match": etag}

    def same_day(body: bytes) -> bool:
        return bool(json.loads(body) == document)

    def empty(body: bytes) -> bool:
        return not body

    def hello(case: str) -> Trial:
        return Trial(case, HELLO, plain, Question(plain.port, "/hello"), lambda body: body == b"hello")

    trials = [
        Trial("day 200", OURS, ours, Question(ours.port, path, headers=key), same_day, etag=etag),
        Trial("day 200", PLAIN, plain, Question(plain.port, path), same_day, etag=etag),
        hello("day 200"),
        Trial("day 304", OURS, ours, Question(ours.port, path, headers=key | seen), empty, 304, etag),
        Trial("day 304", PLAIN, plain, Question(plain.port, path, headers=seen), empty, 304, etag),
        hello("day 304"),
    ]
    if plan.health:
        question = Question(ours.port, "/health")
        trials += [Trial("health", OURS, ours, question, lambda body: b'"ok"' in body), hello("health")]
    if plan.matrix_n:
        trials.append(_matrix_trial(company, ours, keys["manager"], plan.matrix_n))
    return trials


def _matrix_trial(company: BenchCompany, ours: Server, key: str, n: int) -> Trial:
    """Between accounts; right is what the engine says in this process."""
    with company.app.storage.reading(company.company.id) as work:
        accounts = work.accounts.all_for_design()
    points = list(zip(accounts.lon[:n].tolist(), accounts.lat[:n].tolist(), strict=True))
    limits = TravelLimits(n, n * n, company.app.settings.snap_radius_m)
    truth = matrix(company.company.map, points, None, limits)

    def same(body: bytes) -> bool:
        found = json.loads(body)
        return bool(found["durations_s"] == truth.durations_s and found["distances_m"] == truth.distances_m)

    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    question = Question(ours.port, "/v1/matrices", "POST", headers, json.dumps({"sources": points}))
    return Trial(f"matrix {n}x{n}", OURS, ours, question, same, n=n)


def _first_answer(trial: Trial) -> int:
    """Length of the first answer, whose body is looked into; all others must be as long. Raises AssertionError."""
    question = trial.question
    request = urllib.request.Request(
        f"http://127.0.0.1:{question.port}{question.path}",
        method=question.method,
        headers=dict(question.headers),
        data=question.body.encode() if question.body else None,
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, body = answer.status, answer.read()
    except urllib.error.HTTPError as other:  # so urllib calls a 304
        status, body = other.code, other.read()
    if status != trial.status or not trial.is_right(body):
        raise AssertionError(f"{trial.case}, {trial.system}: answer {status} of {len(body)} bytes is not the right one")
    return len(body)


def _note(report: Report, trial: Trial, watch: Watch, result: LoadResult, load: Load) -> None:
    cpu_ms = None if result.server_cpu_s is None else round(1000 * result.server_cpu_s / result.requests, 3)
    text = f"p50 {result.p50_ms:.1f}, p95 {result.p95_ms:.1f}, p99 {result.p99_ms:.1f} ms"
    text += "" if cpu_ms is None else f"; {cpu_ms:.2f} ms server CPU a request"
    report.add(
        case=trial.case, system=trial.system, n=trial.n, limit_s=load.seconds, watch=watch,
        value=round(result.per_s, 1), feasible=result.wrong == 0, seed=0,
        figure=result.per_s, cpu=cpu_ms, unit="requests/s", result=text, requests=result.requests,
        wrong=result.wrong, first_wrong=result.first_wrong, p50_ms=result.p50_ms,
        p95_ms=result.p95_ms, p99_ms=result.p99_ms, server_cpu_ms=cpu_ms, connections=load.connections,
    )  # fmt: skip


@contextmanager
def _server(company: BenchCompany, application: str) -> Iterator[Server]:
    """A gunicorn as scripts/run starts it, on a free port; ended with the block."""
    settings = replace(company.app.settings, host="127.0.0.1", port=0)
    database = company.app.storage.database.engine.url.database or ""
    environment = environment_of(settings, {**os.environ, "BENCH_DATABASE": database, "PYTHONPATH": str(ROOT)})
    with take_port(settings) as taken:
        port: int = taken.getsockname()[1]
        command = gunicorn_command(settings, taken.fileno())
        command = [application if part == "app.wsgi:application" else part for part in command]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[taken.fileno()])
    try:
        _wait(process, f"http://127.0.0.1:{port}/{'health' if 'wsgi' in application else 'hello'}")
        yield Server(process.pid, port)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", address: str, limit_s: float = 60.0) -> None:
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer")
