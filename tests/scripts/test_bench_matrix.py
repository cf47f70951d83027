"""scripts/bench/matrix on a tiny region: rows, checks and the table of ratios."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from routing.engine.hierarchy.stored import prepare_hierarchy
from routing.warm import two_streets
from scripts.bench.matrix_check import Yardstick, differences, reached_share, same_rows
from scripts.bench.matrix_systems import Answer, Beatplan
from scripts.bench.matrix_table import comparison_lines
from scripts.bench.report import Report, Watch

MATRIX = Path(__file__).resolve().parents[2] / "scripts" / "bench" / "matrix"


def run(osm: Path, tmp_path: Path, *more: str, env: dict[str, str] | None = None) -> tuple[str, list[dict]]:
    out = tmp_path / "rows.jsonl"
    asked = [
        sys.executable,
        str(MATRIX),
        "--osm",
        str(osm),
        "--out",
        str(out),
        "--work-dir",
        str(tmp_path / "work"),
        *more,
    ]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=900, check=False, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout, [json.loads(line) for line in out.read_text().splitlines()]


def test_all_parts_on_a_tiny_region(small_map: Path, tmp_path: Path) -> None:
    table, rows = run(
        small_map, tmp_path, "--n", "5,20,30", "--distances", "--peers", "scipy,networkx", "--repeats", "2",
        "--routes", "3", "--block-cells", "400", "--threads", "2", "--save", str(tmp_path / "answers"),
    )  # fmt: skip
    assert all(row["feasible"] for row in rows)
    both = [row for row in rows if row["case"] == "small with distances"]
    assert {(row["system"], row["n"], row["round"]) for row in both} == {
        (system, n, number)
        for system in ("beatplan", "beatplan, 2 threads", "scipy", "networkx")
        for n in (5, 20)
        for number in (0, 1)
    }
    assert {row["case"] for row in rows} - {"small with distances"} == {
        "small streamed with distances", "small route", "small route with steps", "small nearest", "small 500 snapped",
        "small memory",
    }  # fmt: skip
    streamed = next(row for row in rows if row["case"] == "small streamed with distances")
    assert (streamed["n"], streamed["value"], streamed["block_rows"]) == (30, 900, 13)
    looks = next(row["looks"] for row in rows if row["case"] == "small memory")
    assert looks["libraries"]["rss"] < looks["answered"]["rss"]
    with np.load(tmp_path / "answers" / "small-with-distances-20-beatplan.npz") as file:
        assert file["duration_s"].shape == file["distance_m"].shape == (20, 20)
        assert file["lon"].shape == file["lat"].shape == (20,)
    assert "| small with distances" in table


def test_points_from_a_file_and_a_peer_that_cannot_be_installed(small_map: Path, tmp_path: Path) -> None:
    points, nowhere = tmp_path / "points.csv", str(tmp_path / "nowhere")
    run(small_map, tmp_path, "--n", "4", "--peers", "", "--parts", "matrix", "--save", str(tmp_path), "--repeats", "1")
    with np.load(tmp_path / "small-durations-4-beatplan.npz") as file, points.open("w", newline="") as lines:
        lon, lat = file["lon"], file["lat"]
        csv.writer(lines).writerows([("lon", "lat"), *zip(lon.tolist(), lat.tolist(), strict=True)])
    table, rows = run(
        small_map, tmp_path, "--n", "4", "--points", str(points), "--peers", "osrm", "--parts", "matrix",
        "--repeats", "1", "--save", str(tmp_path / "again"), env=os.environ | {"PATH": nowhere, "PYENV_ROOT": nowhere},
    )  # fmt: skip
    with np.load(tmp_path / "again" / "small-durations-4-beatplan.npz") as file:
        np.testing.assert_array_equal(file["lon"], lon)
    missing = [row for row in rows if "missing" in row]
    assert [(row["case"], row["system"]) for row in missing] == [("small", "osrm")]
    assert "no Python 3.12" in missing[0]["missing"]
    assert missing[0]["missing"] in table


def answer(seconds: list[list[float]], metres: list[list[float]] | None = None) -> Answer:
    return Answer(Watch(0.0), np.array(seconds), None if metres is None else np.array(metres))


def on_two_streets() -> Beatplan:
    network = two_streets()
    return Beatplan(network, prepare_hierarchy(network))


def test_yardstick_notices_one_wrong_cell() -> None:
    ours = on_two_streets()
    lon, lat = np.array([10.0003, 10.0015, 10.0012]), np.full(3, 50.0)
    right, yardstick = ours.matrix(lon, lat, 3, True), Yardstick(ours, rows=3)
    assert yardstick.agrees(lon, lat, right)
    for part in ("duration_s", "distance_m"):
        wrong = {name: np.array(getattr(right, name)) for name in ("duration_s", "distance_m")}
        wrong[part][2, 1] += 1
        assert not yardstick.agrees(lon, lat, Answer(right.watch, **wrong))


def test_yardstick_notices_a_wrong_route_and_a_wrong_row() -> None:
    ours = on_two_streets()
    yardstick, lat = Yardstick(ours, rows=3), np.full((2, 2), 50.0)
    lon = np.array([[10.0003, 10.0015], [10.0012, 10.0001]])
    drive_s = np.array([ours.route(x, y, steps=False)["duration"] for x, y in zip(lon, lat, strict=True)])
    assert yardstick.routes_agree(lon, lat, drive_s)
    assert not yardstick.routes_agree(lon, lat, drive_s + np.array([0, 0.2]))
    assert not yardstick.routes_agree(lon, lat, np.array([drive_s[0], np.nan]))
    places = ours.snap(lon.ravel(), lat.ravel())
    rows = {first: seconds[0].copy() for first, seconds in ours.blocks(places, 3, distances=False)}
    assert list(rows) == [0, 3]
    assert yardstick.rows_agree(places, rows)
    rows[3][0] += 1
    assert not yardstick.rows_agree(places, rows)


def test_peers_on_our_network_must_have_every_cell_of_their_rows() -> None:
    ours = answer([[0, 5], [6, np.nan]], [[0, 50], [60, np.nan]])
    assert same_rows(answer([[0, 5]]), ours)
    assert same_rows(ours, ours)
    assert not same_rows(answer([[0, 5], [6, 7]]), ours)
    assert not same_rows(answer([[0, 5]], [[0, 51]]), ours)


def test_differences_leave_out_short_drives_and_unreachable_places() -> None:
    ours = np.array([10.0, 100.0, 100.0, 100.0, np.nan, 100.0])
    peer = np.array([99.0, 90.0, 105.0, 130.0, 5.0, np.nan])
    assert differences(peer, ours) == {
        "diff_median_pct": 5.0, "diff_p95_pct": 28.0, "within_10_pct": pytest.approx(66.67),
    }  # fmt: skip
    assert differences(peer[:1], ours[:1]) == {}
    assert reached_share(answer([peer.tolist()]), answer([ours.tolist()])) == 0.8


def test_ratios_are_of_rounds_and_scaled_by_rows(tmp_path: Path) -> None:
    report = Report(tmp_path / "rows.jsonl")
    # the machine is twice as slow in round 1: ratios within rounds do not notice
    for number, (ours, peer) in enumerate([(1.0, 3.0), (2.0, 8.0), (1.0, 5.0)]):
        for system, wall in (("beatplan", ours), ("peer", peer)):
            more = {"rows": 10 if system == "beatplan" else 5, "round": number}
            more |= (
                {} if system == "beatplan" else {"convert_cpu_s": 1.0, "diff_median_pct": -1.5, "diff_p95_pct": 9.25}
            )
            watch = Watch(0.0, wall, wall)
            report.add(case="a", system=system, n=10, watch=watch, value=1.0, feasible=True, seed=0, **more)
    report.missing("a", "other", "not installed")
    assert comparison_lines(report) == [
        ("a", "10", "beatplan", "1,000", "1,000", "1,000", "1", "1", "1", "", "", "", "", "yes"),
        (
            "a",
            "10",
            "peer",
            "about 10,000",
            "about 6,000",
            "about 10,000",
            "8",
            "6",
            "8",
            "7",
            "-1.5",
            "9.25",
            "",
            "yes",
        ),
        ("a", "", "other", "missing", *[""] * 9, "not installed"),
    ]
