"""Beside the matrices: one route, the nearest road, a thousand points snapped, a matrix too large to hold."""

import math
import os
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from routing.arrays import Float64Array, Int32Array
from routing.engine.errors import NoRoute
from routing.engine.travel_matrix import UNREACHABLE_S
from scripts.bench.matrix_check import Yardstick, differences
from scripts.bench.matrix_systems import Beatplan, Worker
from scripts.bench.peer_process import pin
from scripts.bench.peer_venv import PeerMissing
from scripts.bench.peers.worker import begin_peak_mb, memory_mb
from scripts.bench.report import OURS, Report, Watch, stopwatch

SNAPPED = 1000


@dataclass(frozen=True, slots=True)
class Singles:
    """What the questions of one run share."""

    report: Report
    case: str
    ours: Beatplan
    yardstick: Yardstick
    workers: list[Worker]
    repeats: int
    seed: int
    one_core: frozenset[int]
    all_cores: frozenset[int]

    def routes(self, lon: Float64Array, lat: Float64Array, count: int) -> None:
        """The median time of one route between random points, as OSRM's object; `count` a round."""
        pairs = np.random.default_rng(self.seed).integers(0, lon.size, (count, 2))
        ends = lon[pairs], lat[pairs]
        for number in range(self.repeats):
            for steps in (False, True):
                what = "route with steps" if steps else "route"
                right = partial(self.yardstick.routes_agree, *ends)
                drive_s = self._ours(what, number, partial(self._duration, steps), ends, right)
                for worker in self.workers:
                    self._peer(what, worker, number, ends, drive_s)

    def nearest(self, lon: Float64Array, lat: Float64Array, count: int) -> None:
        """The median time of snapping one point, and the time of snapping a thousand."""
        lon, lat = lon[:SNAPPED], lat[:SNAPPED]
        for number in range(self.repeats):
            self._ours(
                "nearest", number, self._nearest, (lon[:count], lat[:count]), lambda metres: bool((metres >= 0).all())
            )
            with stopwatch() as watch:
                self.ours.snap(lon, lat)
            self._add(f"{lon.size} snapped", OURS, lon.size, watch, number, {})
            for worker in self.workers:
                self._peer("nearest", worker, number, (lon[:count], lat[:count]), None)
                self._snapped(worker, number, lon, lat)

    def stream(
        self, lon: Float64Array, lat: Float64Array, distances: bool, block_cells: int, threaded: Beatplan | None
    ) -> None:
        """A matrix too large to hold: in blocks of rows, each dropped when it has been counted.

        Ours once more on all processors (`threaded`). `memory_mb` is what a process grows by meanwhile, at most. Two
        blocks are made before that are not counted: whoever writes to memory first pays for the host to find it, on one
        virtual machine as much as for the matrix itself.
        """
        rows = max(1, block_cells // lon.size)
        case = f"{self.case} streamed {'with distances' if distances else 'durations'}"
        for _ in islice(self.ours.blocks(self.ours.snap(lon, lat), rows, distances), 2):
            pass
        for system, cores in ((self.ours, self.one_core), (threaded, self.all_cores)):
            if system is None:
                continue
            kept, reached, before_mb = dict[int, Int32Array](), 0, begin_peak_mb()
            pin(cores)
            with stopwatch() as watch:
                places = system.snap(lon, lat)
                for first, seconds in system.blocks(places, rows, distances):
                    reached += int((seconds < UNREACHABLE_S).sum())
                    kept[first] = seconds[0].copy()
            pin(self.one_core)
            sound = self.yardstick.rows_agree(places, kept)
            self.report.add(
                case=case, system=system.name, n=lon.size, watch=watch, value=reached, feasible=sound, seed=self.seed,
                round=0, block_rows=rows, memory_mb=round(memory_mb()["peak"] - before_mb, 1),
            )  # fmt: skip
        for worker in self.workers:
            if not worker.name.startswith("osrm"):
                self.report.missing(f"{case} {lon.size}", worker.name, "not asked: see its time for smaller sizes")
                continue
            try:
                told = worker.process.ask("stream", lon, lat, rows=rows, distances=distances)
            except PeerMissing as missing:
                self.report.missing(case, worker.name, str(missing))
                continue
            grown_mb = round(told["memory"]["peak"] - told["memory_before"], 1)
            self.report.add(
                case=case, system=worker.name, n=lon.size, watch=_watch(told), value=told["cells"],
                feasible=told["cells"] > 0, seed=self.seed, round=0, block_rows=rows, memory_mb=grown_mb,
            )  # fmt: skip

    def _duration(self, steps: bool, lon: Float64Array, lat: Float64Array) -> float:
        try:
            return float(self.ours.route(lon, lat, steps)["duration"])
        except NoRoute:
            return math.nan

    def _nearest(self, lon: float, lat: float) -> float:
        return float(self.ours.snap(lon, lat).distance_m[0])

    def _ours(
        self, what: str, number: int, ask: Callable[[Any, Any], float], points: tuple[Float64Array, Float64Array],
        right: Callable[[Float64Array], bool],
    ) -> Float64Array:  # fmt: skip
        walls, cpus, values, load = [], [], [], os.getloadavg()[0]
        for x, y in zip(*points, strict=True):
            with stopwatch() as watch:
                values.append(ask(x, y))
            walls.append(watch.wall_s)
            cpus.append(watch.cpu_s)
        answers, watch = np.array(values), Watch(load, statistics.median(walls), statistics.median(cpus))
        self._add(what, OURS, 1, watch, number, {"calls": len(walls)}, number > 0 or right(answers))
        return answers

    def _peer(
        self,
        what: str,
        worker: Worker,
        number: int,
        points: tuple[Float64Array, Float64Array],
        ours: Float64Array | None,
    ) -> None:
        try:
            told = worker.process.ask(what.replace(" ", "_"), *points)
        except PeerMissing as missing:
            if number == 0:
                self.report.missing(f"{self.case} {what}", worker.name, str(missing))
            return
        watch = Watch(told["load_before"], statistics.median(told["wall_s"]), statistics.median(told["cpu_s"]))
        more: dict[str, Any] = {"calls": len(told["wall_s"])}
        if ours is not None:
            more |= differences(np.array(told["values"], np.float64), ours)
        self._add(what, worker.name, 1, watch, number, more)

    def _snapped(self, worker: Worker, number: int, lon: Float64Array, lat: Float64Array) -> None:
        try:
            told = worker.process.ask("nearest", lon, lat)
        except PeerMissing:
            return  # said above
        watch = Watch(told["load_before"], sum(told["wall_s"]), sum(told["cpu_s"]))
        self._add(f"{lon.size} snapped", worker.name, lon.size, watch, number, {"calls": lon.size})

    def _add(
        self, what: str, system: str, n: int, watch: Watch, number: int, more: dict[str, Any], sound: bool = True
    ) -> None:
        self.report.add(
            case=f"{self.case} {what}", system=system, n=n, watch=watch, value=None, feasible=sound, seed=self.seed,
            round=number, **more,
        )  # fmt: skip


def _watch(told: dict[str, Any]) -> Watch:
    return Watch(told["load_before"], told["wall_s"], told["cpu_s"])
