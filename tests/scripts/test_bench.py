"""The benchmark commands run on a tiny region and write rows that keep the contract."""

import json
import os
import runpy
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts.bench.figure_table import figure_lines
from scripts.bench.http_load import Expected, Load, Question, put_load
from scripts.bench.report import Report, Watch

BENCH = Path(__file__).resolve().parents[2] / "scripts" / "bench"
CONTRACT = (
    "case", "system", "n", "limit_s", "wall_s", "cpu_s", "value", "best_known", "gap_pct", "feasible", "seed",
    "load_before",
)  # fmt: skip
PHASES = (
    "order",
    "contraction",
    "arcs by upper end",
    "customisation, basic",
    "customisation, perfect",
    "writing",
)


def run(command: str, *arguments: str, env: dict[str, str] | None = None) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BEATPLAN_")} | (env or {})
    asked = [sys.executable, str(BENCH / command), *arguments]
    done = subprocess.run(asked, capture_output=True, text=True, env=plain, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def rows_of(path: Path) -> list[dict]:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        if "missing" not in row:
            assert set(CONTRACT) <= row.keys(), row
            assert row["wall_s"] > 0
            assert row["n"] >= 1
    return rows


@pytest.mark.parametrize("command", ["network", "service", "main_job"])
def test_help_says_what_is_compared(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process: starting another one takes 2.7 s."""
    monkeypatch.setattr(sys, "argv", [str(BENCH / command), "--help"])
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(BENCH / command), run_name="__main__")
    assert not left.value.code
    assert "scripts/bench/" + command in capsys.readouterr().out


@pytest.mark.slow
def test_network_imports_preprocesses_and_opens(small_map: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    asked = ["--osm", str(small_map), "--repeats", "1", "--out", str(out), "--work-dir", str(tmp_path)]
    table = run("network", *asked, env={"PATH": str(tmp_path), "PYENV_ROOT": str(tmp_path)})
    missing = [row for row in rows_of(out) if "missing" in row]
    assert [(row["case"], row["system"]) for row in missing] == [("small ready to answer", "osrm")]
    assert "no Python 3.12" in missing[0]["missing"]
    rows = [row for row in rows_of(out) if "missing" not in row]
    assert {(row["case"], row["system"]) for row in rows} == {
        ("small roads", "beatplan"), ("small roads", "osmnx"), ("small everything", "beatplan"),
        ("small opened again", "beatplan"), ("small opened again", "osmnx"),
        *((f"small {phase}", "beatplan") for phase in PHASES), ("small ready to answer", "beatplan"),
    }  # fmt: skip
    assert all(row["feasible"] for row in rows)
    roads = {row["system"]: row for row in rows if row["case"] == "small roads"}
    # two importers, one map: nearly the same roads
    assert roads["beatplan"]["km"] == pytest.approx(roads["osmnx"]["km"], rel=0.02)
    assert "small opened again" in table
    whole = next(row for row in rows if row["case"] == "small ready to answer")
    parts = [roads["beatplan"], *(row for row in rows if row["case"].removeprefix("small ") in PHASES)]
    assert whole["wall_s"] == pytest.approx(sum(row["wall_s"] for row in parts))
    assert len(parts) == 1 + len(PHASES)
    assert whole["disk_mb"] > roads["beatplan"]["disk_mb"]
    assert whole["peak_mb"] == max(row["peak_mb"] for row in parts)


@pytest.mark.slow
def test_main_job_covers_the_whole_journey(tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    table = run(
        "main_job", "--junctions", "1500", "--accounts", "100", "--reps", "2", "--n", "10,20", "--networkx-rows", "2",
        "--osmnx-mb", "0", "--connections", "2", "--seconds", "0.2", "--out", str(out),
    )  # fmt: skip
    absent = [row["missing"] for row in rows_of(out) if "missing" in row]
    assert absent == ["skipped: the map is 0.1 MB, osmnx is asked up to 0 MB"]
    assert absent[0] in table
    rows = [row for row in rows_of(out) if "missing" not in row]
    systems: dict[str, set[str]] = {}
    for row in rows:
        systems.setdefault(row["case"], set()).add(row["system"])
    assert systems["matrix 10x10"] == {"beatplan", "beatplan, all cores", "scipy", "networkx"}
    assert systems["matrix 20x20"] == {"beatplan", "beatplan, all cores", "scipy"}
    assert systems["redraw"] == {"beatplan", "nearest home", "k-means"}
    assert systems["plan"] == systems["plan, 7 days' visits"] == {"beatplan", "or-tools"}
    of_day, of_week = (
        next(row["n"] for row in rows if row["case"] == case) for case in ("plan", "plan, 7 days' visits")
    )
    assert of_day < of_week
    assert systems["day 200"] == systems["day 304"] == {"beatplan", "plain flask", "flask hello"}
    assert all(row["feasible"] for row in rows if row["case"] != "redraw")
    assert all(row["wrong"] == 0 and row["requests"] > 1 for row in rows if row["case"].startswith("day"))
    for case in systems:
        assert f"| {case} " in table


@pytest.mark.slow
def test_service_measures_health_and_matrices(tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    run(
        "service", "--junctions", "1500", "--accounts", "100", "--connections", "2", "--seconds", "0.2",
        "--rounds", "1", "--matrix-n", "5", "--out", str(out),
    )  # fmt: skip
    rows = rows_of(out)
    assert {row["case"] for row in rows} == {"day 200", "day 304", "health", "matrix 5x5"}
    assert all(row["feasible"] and 0 < row["p50_ms"] <= row["p95_ms"] <= row["p99_ms"] for row in rows)


@pytest.mark.parametrize(
    ("expected", "all_wrong"),
    [
        (Expected(200, '"v1"', 4), False),
        (Expected(304, '"v1"', 4), True),
        (Expected(200, '"v2"', 4), True),
        (Expected(200, '"v1"', 5), True),
    ],
)
def test_load_counts_every_wrong_answer(expected: Expected, all_wrong: bool) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), FourBytes) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        load = Load(connections=2, seconds=5.0, most_requests=20)
        result = put_load(Question(server.server_port, "/"), expected, load, os.getpid())
        server.shutdown()
    assert result.requests == 40
    assert result.wrong == (40 if all_wrong else 0)
    assert (result.first_wrong is None) == (not all_wrong)


class FourBytes(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("ETag", '"v1"')
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"four")

    def log_message(self, *_: object) -> None:
        pass


def test_table_compares_medians_with_ours_and_keeps_missing_peers(tmp_path: Path) -> None:
    report = Report(tmp_path / "rows.jsonl")
    for system, figure in (("beatplan", 2.0), ("beatplan", 4.0), ("peer", 9.0)):
        more = {"figure": figure, "cpu": figure**2, "unit": "s", "result": "words", "scaled": system == "peer"}
        report.add(case="a", system=system, n=1, watch=Watch(0.0), value=None, feasible=True, seed=0, **more)
    report.missing("a", "other", "not installed")
    assert figure_lines(report) == [
        ("a", "beatplan", "3 s", "1", "1", "words", "yes"),
        ("a", "peer", "about 9 s", "3", "8.1", "words", "yes"),
        ("a", "other", "-", "-", "-", "not installed", "-"),
    ]
