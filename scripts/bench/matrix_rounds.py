"""Asking every system the same square matrix in turns, and writing down what came."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from routing.arrays import Float64Array
from scripts.bench.matrix_check import LEAST_REACHED, Yardstick, differences, reached_share, same_rows
from scripts.bench.matrix_systems import Answer, Beatplan, Library, System
from scripts.bench.peer_process import pin
from scripts.bench.peer_venv import PeerMissing
from scripts.bench.report import OURS, Report


@dataclass(frozen=True, slots=True)
class RunPlan:
    """How the rounds are run. A system gets about `limit_s` seconds for all its answers to one size."""

    case: str
    distances: bool
    repeats: int
    limit_s: float
    seed: int
    one_core: frozenset[int]
    all_cores: frozenset[int]
    save: Path | None
    tell: Callable[[str], None]


AWAKE_S = 1.0
"""Who answers within this is asked once for other places, uncounted, right before: the host of a virtual machine takes
memory away from who is idle for seconds. After 6 s of sleep our 100 x 100 took 17 to 37 ms instead of 0.8, without one
page fault of its own."""


class Rounds:
    """One run's systems, ours first."""

    def __init__(self, report: Report, plan: RunPlan, systems: list[System], yardstick: Yardstick) -> None:
        self._report, self._plan, self._systems, self._yardstick = report, plan, systems, yardstick
        self._seconds: dict[str, tuple[int, float]] = {}
        self._aside = np.zeros(0), np.zeros(0)

    def run(self, lon: Float64Array, lat: Float64Array, aside: tuple[Float64Array, Float64Array]) -> None:
        """A round that is not counted, which also finds who is too slow, then `repeats` rounds in turns.

        `aside` are as many points, others where there are enough, for what is asked and not counted.
        """
        self._aside = aside
        rows, slow = dict[str, int](), dict[str, Answer]()
        for system in self._systems:
            self._warm_up(system, lon, lat, rows, slow)
        again = [system for system in self._systems if system.name in rows]
        for number in range(self._plan.repeats):
            truth = self._ask(again[0], lon, lat, rows[again[0].name])
            self._note(again[0], truth, truth, lon, lat, number)
            # the peers' order turns, so that a drift of the machine does not always meet the same system
            for system in again[1:] if number % 2 == 0 else again[:0:-1]:
                self._note(system, self._ask(system, lon, lat, rows[system.name]), truth, lon, lat, number)
            for system in self._systems if number == 0 else ():
                if system.name in slow:
                    self._note(system, slow[system.name], truth, lon, lat, number)

    def _warm_up(
        self, system: System, lon: Float64Array, lat: Float64Array, rows: dict[str, int], slow: dict[str, Answer]
    ) -> None:
        """Put into `rows` how many rows to ask the system for in each round, or into `slow` its only answer."""
        n = lon.size
        few = min(2, n) if system.row_by_row else n
        before = self._seconds.get(system.name)  # the size last asked and its seconds
        if before and few == n and before[1] * n / before[0] > self._plan.limit_s:
            reason = f"not asked: n = {before[0]} took {before[1]:.3g} s"
            self._report.missing(f"{self._plan.case} {n}", system.name, reason)
            return
        self._plan.tell(f"{self._plan.case}, n = {n}: {system.name}")
        try:
            answer = self._ask(system, lon, lat, few)
        except PeerMissing as missing:
            self._report.missing(f"{self._plan.case} {n}", system.name, str(missing))
            return
        wall_s = answer.watch.wall_s
        self._seconds[system.name] = n, wall_s * n / few
        fitting = self._plan.limit_s / (self._plan.repeats + 1) / (wall_s / few)
        if system.row_by_row:
            rows[system.name] = max(few, min(n, int(fitting)))
        elif fitting < n and not isinstance(system, Beatplan):
            slow[system.name] = answer
        else:
            rows[system.name] = n

    def _ask(self, system: System, lon: Float64Array, lat: Float64Array, rows: int) -> Answer:
        threads = system.name.startswith(OURS) and system.name != OURS
        if threads:
            pin(self._plan.all_cores)
        n, wall_s = self._seconds.get(system.name, (0, np.inf))
        try:
            if n == lon.size and wall_s < AWAKE_S:
                system.matrix(*self._aside, rows, self._plan.distances)
            return system.matrix(lon, lat, rows, self._plan.distances)
        finally:
            if threads:
                pin(self._plan.one_core)

    def _note(
        self, system: System, answer: Answer, ours: Answer, lon: Float64Array, lat: Float64Array, number: int
    ) -> None:
        if number == 0 and self._plan.save:
            self._keep(system, answer, lon, lat)
        rows, more = answer.duration_s.shape[0], dict[str, Any](rows=answer.duration_s.shape[0])
        if system.name == OURS:
            sound = self._yardstick.agrees(lon, lat, answer) if number == 0 else True
        elif isinstance(system, Library | Beatplan):
            sound = same_rows(answer, ours)
        else:
            reached, more["convert_cpu_s"] = reached_share(answer, ours), round(answer.convert_cpu_s, 7)
            sound, more["reached_share"] = reached >= LEAST_REACHED, round(reached, 4)
            more |= differences(answer.duration_s, ours.duration_s[:rows])
        known = answer.duration_s[np.isfinite(answer.duration_s)]
        more["unreachable"] = int(answer.duration_s.size - known.size)
        self._report.add(
            case=self._plan.case, system=system.name, n=lon.size, watch=answer.watch, feasible=sound,
            value=round(float(known.mean()), 3) if known.size else None, seed=self._plan.seed, round=number, **more,
        )  # fmt: skip

    def _keep(self, system: System, answer: Answer, lon: Float64Array, lat: Float64Array) -> None:
        assert self._plan.save is not None
        self._plan.save.mkdir(parents=True, exist_ok=True)
        arrays = {"lon": lon, "lat": lat, "duration_s": answer.duration_s}
        arrays |= {} if answer.distance_m is None else {"distance_m": answer.distance_m}
        arrays |= {"system": np.array(system.name), "seed": np.array(self._plan.seed), "limit_s": np.array(np.nan)}
        arrays |= {"value": np.array(np.nanmean(answer.duration_s))}
        name = f"{self._plan.case}-{lon.size}-{system.name}".replace(" ", "-").replace(",", "")
        np.savez_compressed(self._plan.save / f"{name}.npz", allow_pickle=False, **arrays)
