"""From a map file to an engine that answers: import and preprocessing of ours beside OSRM's extract and contract."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from routing.network.synthetic.region import write_region
from scripts.bench.peer_process import MODULES, prepare
from scripts.bench.peer_venv import ROOT, PeerMissing, python_with
from scripts.bench.report import OURS, Report, Watch

Phases = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PreprocessPlan:
    """Which map, where to work, and which peers prepare it as well; `peers_dir` keeps their environment."""

    osm: Path
    work_dir: Path
    peers_dir: Path
    peers: tuple[str, ...]
    repeats: int
    tell: Callable[[str], None]

    @property
    def case(self) -> str:
        return self.osm.name.split(".")[0]


def compile_kernels(work_dir: Path) -> None:
    """Import and preprocess a small region once, so that no clock runs while kernels are compiled."""
    osm = work_dir / "small.osm.pbf"
    write_region(osm, junctions=1_500, accounts=10, homes=1)
    _our_phases(osm, work_dir / "small")


def run_preprocessing(report: Report, plan: PreprocessPlan) -> None:
    """Rows `<map> PHASE` of ours and `<map> ready to answer` of ours and the peers, in turns.

    Ours are the rows `<map> roads` that the report has, with the phases that follow.
    """
    imports = [row for row in report.rows if row["case"] == f"{plan.case} roads" and row["system"] == OURS]
    for repeat in range(plan.repeats):
        plan.tell(f"preprocessing, run {repeat + 1}")
        phases, disk_mb = _our_phases(plan.osm, plan.work_dir / "roads-0")
        for phase in phases:
            _add(report, f"{plan.case} {phase['phase']}", OURS, [phase], repeat, None)
        of_import = imports[min(repeat, len(imports) - 1)]
        imported = {"phase": "import"} | {
            name: of_import[name] for name in ("wall_s", "cpu_s", "load_before", "peak_mb")
        }
        _add(report, f"{plan.case} ready to answer", OURS, [imported, *phases], repeat, of_import["disk_mb"] + disk_mb)
        for peer in plan.peers if repeat == 0 else ():  # once: the peers' phases take long and vary little
            plan.tell(peer)
            _peer(report, plan, peer)


def _our_phases(osm: Path, store: Path) -> tuple[Phases, float]:
    """The phases after the import, and the MB that they leave on disk."""
    command = [sys.executable, "-m", "scripts.bench.preprocess_once", str(osm), str(store)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return found["phases"], found["disk_mb"]


def _peer(report: Report, plan: PreprocessPlan, peer: str) -> None:
    folder = plan.work_dir / peer
    try:
        phases = prepare(python_with(peer, plan.peers_dir), MODULES[peer], plan.osm, folder)
    except PeerMissing as missing:
        report.missing(f"{plan.case} ready to answer", peer, str(missing))
    else:
        disk_mb = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
        _add(report, f"{plan.case} ready to answer", peer, phases, 0, round(disk_mb, 2))
    shutil.rmtree(folder, ignore_errors=True)


def _add(report: Report, case: str, system: str, phases: Phases, repeat: int, disk_mb: float | None) -> None:
    """The sum of `phases` as one row."""
    wall_s, cpu_s = (sum(phase[name] for phase in phases) for name in ("wall_s", "cpu_s"))
    peak_mb = max(phase["peak_mb"] or 0.0 for phase in phases)
    text = " + ".join(f"{phase['phase']} {phase['wall_s']:.3g} s" for phase in phases) if len(phases) > 1 else ""
    text += f"{', ' if text else ''}{peak_mb:.0f} MB memory at most"
    text += "" if disk_mb is None else f", {disk_mb:.1f} MB on disk"
    report.add(
        case=case, system=system, n=len(phases), watch=Watch(phases[0]["load_before"], wall_s, cpu_s), value=None,
        feasible=True, seed=0, round=repeat, figure=wall_s, cpu=cpu_s, unit="s", result=text, peak_mb=peak_mb,
        disk_mb=disk_mb, phases=phases,
    )  # fmt: skip
