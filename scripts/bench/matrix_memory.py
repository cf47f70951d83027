"""Memory after opening a network and answering one square matrix, each system in a fresh process of its own."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from routing.arrays import Float64Array
from scripts.bench.peer_process import PeerProcess
from scripts.bench.peer_venv import ROOT, PeerMissing
from scripts.bench.report import OURS, Report, Watch


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """What is opened: our network out of a store, and each peer with the graph it may ask for."""

    osm: Path
    networks: Path
    peers_dir: Path
    peers: dict[str, dict[str, Float64Array]]


def measure_memory(
    report: Report, case: str, plan: MemoryPlan, lon: Float64Array, lat: Float64Array, distances: bool
) -> None:
    """Rows `<case> memory`; `value` is the resident memory after the matrix, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        points = Path(folder) / "points.npz"
        np.savez(points, lon=lon, lat=lat)
        command = [sys.executable, "-m", "scripts.bench.memory_once", str(plan.osm), str(plan.networks), str(points)]
        told = subprocess.run(
            command + ["--distances"] * distances, cwd=ROOT, capture_output=True, text=True, check=True
        )
    found = json.loads(told.stdout.splitlines()[-1])
    _add(report, case, OURS, lon.size, found, found["looks"])
    for peer, extra in plan.peers.items():
        try:
            process = PeerProcess.of_peer(peer, plan.osm, extra, plan.peers_dir)
            looks = {"libraries": process.opened["memory_before"], "opened": process.opened["memory"]}
            measured, _ = process.matrix(lon, lat, 0, lon.size, distances)
            looks["answered"] = process.memory_mb()
        except PeerMissing as missing:
            report.missing(f"{case} memory", peer, str(missing))
            continue
        process.close()
        _add(report, case, peer, lon.size, measured, looks)


def print_memory(report: Report) -> None:
    """A line for each system: resident MB, files that processes share in brackets."""
    rows = [row for row in report.rows if "looks" in row]
    if rows:
        print(f"\nresident MB (of it files, shared), {rows[0]['n']} x {rows[0]['n']} places")
    for row in rows:
        looks = (f"{look} {row['looks'][look]['rss']:.0f} ({row['looks'][look]['files']:.0f})" for look in row["looks"])
        print(f"{row['case']:20} {row['system']:12} {', '.join(looks)}")


def _add(report: Report, case: str, system: str, n: int, found: dict[str, Any], looks: dict[str, Any]) -> None:
    watch = Watch(found["load_before"], found["wall_s"], found["cpu_s"])
    report.add(
        case=f"{case} memory", system=system, n=n, watch=watch, value=looks["answered"]["rss"], feasible=True, seed=0,
        looks=looks,
    )  # fmt: skip
