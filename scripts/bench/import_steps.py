"""Importing a map: ours and osmnx, each in a process of its own, in turns."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium
from osmium.filter import KeyFilter

from routing.network.car_profile import CarProfile
from scripts.bench.report import OURS, Report, Watch

ROOT = Path(__file__).resolve().parents[2]
TARGET_S = {"porto": 15.0, "iceland": 60.0}
"""What the import of these extracts may take on the machine that the project was begun on."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What to import and how often; osmnx takes part up to `osmnx_mb` of map file and is stopped after `limit_s`."""

    osm: Path
    work_dir: Path
    repeats: int = 2
    osmnx_mb: float = 5.0
    limit_s: float = 300.0

    @property
    def case(self) -> str:
        return self.osm.name.split(".")[0]


def run_imports(report: Report, plan: ImportPlan, tell: Tell) -> None:
    """Rows `<map> roads`, `<map> everything` and `<map> opened again` of ours and, as far as it can, of osmnx."""
    peer = _peer_file(report, plan, tell)
    graphml = plan.work_dir / "osmnx.graphml"
    for repeat in range(plan.repeats):
        tell(f"roads, run {repeat + 1}")
        _ours(report, plan, "roads", plan.work_dir / f"roads-{repeat}")
        if peer and repeat == 0:  # once: it takes many times as long
            tell("roads, osmnx")
            _osmnx(report, plan, "osmnx", peer, graphml)
        tell(f"roads, places, addresses, backdrop, run {repeat + 1}")
        _ours(report, plan, "everything", plan.work_dir / f"everything-{repeat}")
        tell(f"opened again, run {repeat + 1}")
        _ours(report, plan, "open", plan.work_dir / f"everything-{repeat}")
        if graphml.exists() and repeat == 0:
            _osmnx(report, plan, "osmnx-open", plan.osm, graphml)


def write_roads_only(source: Path, target: Path) -> None:
    """The ways of `source` that a car could drive, and their nodes, as .osm: all that osmnx needs to read."""
    profile = CarProfile()
    with osmium.BackReferenceWriter(str(target), ref_src=str(source), overwrite=True) as writer:
        for way in osmium.FileProcessor(str(source), osmium.osm.WAY).with_filter(KeyFilter("highway")):
            if way.tags["highway"] in profile.speed_kmh:
                writer.add(way)


def _peer_file(report: Report, plan: ImportPlan, tell: Tell) -> Path | None:
    size_mb = plan.osm.stat().st_size / 1e6
    if size_mb > plan.osmnx_mb:
        reason = f"skipped: the map is {size_mb:.1f} MB, osmnx is asked up to {plan.osmnx_mb:g} MB"
        report.missing(f"{plan.case} roads", "osmnx", reason)
        return None
    tell("roads as .osm for osmnx, not counted")
    roads = plan.work_dir / "roads-for-osmnx.osm"
    write_roads_only(plan.osm, roads)
    return roads


def _ours(report: Report, plan: ImportPlan, kind: str, store: Path) -> None:
    found, problem = _once(kind, plan.osm, store, plan.limit_s)
    if found is None:
        raise RuntimeError(f"our import of {plan.osm.name} failed: {problem}")
    case = f"{plan.case} {'opened again' if kind == 'open' else kind}"
    _add(report, case, OURS, found, TARGET_S.get(plan.case) if kind == "roads" else None)


def _osmnx(report: Report, plan: ImportPlan, kind: str, source: Path, graphml: Path) -> None:
    found, problem = _once(kind, source, graphml, plan.limit_s)
    case = f"{plan.case} {'opened again' if kind == 'osmnx-open' else 'roads'}"
    if found is None:
        report.missing(case, "osmnx", problem)
    else:
        _add(report, case, "osmnx", found, None)


def _once(kind: str, source: Path, target: Path, limit_s: float) -> tuple[dict[str, Any] | None, str]:
    command = [sys.executable, "-m", "scripts.bench.import_once", kind, str(source), str(target)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired:
        return None, f"stopped after {limit_s:g} s"
    if done.returncode:
        return None, (done.stderr.strip().splitlines() or ["no message"])[-1]
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found, ""


def _add(report: Report, case: str, system: str, found: dict[str, Any], target_s: float | None) -> None:
    watch = Watch(found.pop("load_before"), found.pop("wall_s"), found.pop("cpu_s"))
    peak = "" if found["peak_mb"] is None else f", {found['peak_mb']:.0f} MB memory at most"
    text = f"{found['junctions']:,} junctions, {found['km']:,.0f} km, {found['disk_mb']:.1f} MB on disk{peak}"
    if target_s is not None:
        text += f"; wanted: at most {target_s:g} s"
    report.add(
        case=case, system=system, n=found["junctions"], watch=watch, value=found["km"], feasible=found.pop("sound"),
        seed=0, limit_s=target_s, figure=watch.wall_s, cpu=watch.cpu_s, unit="s", result=text, **found,
    )  # fmt: skip
