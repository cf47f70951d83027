"""What all benchmarks share: rows as JSON lines, the table at the end, the clock, the load of the machine.

    report = Report(arguments.out)
    with stopwatch() as watch:
        answer = solve()
    report.add(case="porto", system="beatplan", n=200, watch=watch, value=1.0, feasible=True, seed=0)
    report.missing("porto", "osrm", "not installed here")
    report.print_table()
    report.print_missing()

Absolute times belong to one machine and one moment: the table gives ratios to `beatplan` beside them, and the load.
"""

import json
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OURS = "beatplan"


@dataclass
class Watch:
    """What was measured between entering and leaving `stopwatch`; cpu_s counts this process only."""

    load_before: float
    wall_s: float = 0.0
    cpu_s: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Watch]:
    """Time what stands inside."""
    watch = Watch(load_before=os.getloadavg()[0])
    wall, cpu = time.perf_counter(), time.process_time()
    yield watch
    watch.wall_s = time.perf_counter() - wall
    watch.cpu_s = time.process_time() - cpu


@dataclass
class Report:
    """Rows of one run, written to `out` as they come."""

    out: Path
    rows: list[dict[str, Any]] = field(default_factory=list)
    absent: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.out.parent.mkdir(parents=True, exist_ok=True)
        self.out.write_text("")

    def add(
        self,
        *,
        case: str,
        system: str,
        n: int,
        watch: Watch,
        value: float | None,
        feasible: bool,
        seed: int,
        limit_s: float | None = None,
        best_known: float | None = None,
        **more: Any,
    ) -> None:
        """Write one row; `more` is what the case needs besides. `gap_pct` is of `value` above `best_known`."""
        gap_pct = None if best_known is None or value is None else round(100 * (value - best_known) / best_known, 3)
        row = {"case": case, "system": system, "n": n, "limit_s": limit_s, "wall_s": round(watch.wall_s, 7)}
        row |= {"cpu_s": round(watch.cpu_s, 7), "value": value, "best_known": best_known, "gap_pct": gap_pct}
        row |= {"feasible": feasible, "seed": seed, "load_before": round(watch.load_before, 2), **more}
        self.rows.append(row)
        self._write(row)

    def missing(self, case: str, system: str, reason: str) -> None:
        """Note a peer that could not take part."""
        self.absent.append((case, system, reason))
        self._write({"case": case, "system": system, "missing": reason})

    def print_table(self, measure: str = "wall_s") -> None:
        """Print the median of `measure` for every case, n and system, with its ratio to ours."""
        medians: dict[tuple[str, int, str], float] = {}
        for key in dict.fromkeys((row["case"], row["n"], row["system"]) for row in self.rows):
            same = [row[measure] for row in self.rows if (row["case"], row["n"], row["system"]) == key]
            medians[key] = statistics.median(same)
        print(f"{'case':20} {'n':>6} {'system':20} {measure:>12} {'x ' + OURS:>12}  all feasible")
        for (case, n, system), median in medians.items():
            ours = medians.get((case, n, OURS))
            ratio = f"{median / ours:12.2f}" if ours else f"{'':12}"
            sound = all(
                row["feasible"] for row in self.rows if (row["case"], row["n"], row["system"]) == (case, n, system)
            )
            print(f"{case:20} {n:6} {system:20} {median:12.4g} {ratio}  {'yes' if sound else 'NO'}")
        print(f"load average {' '.join(f'{load:.2f}' for load in os.getloadavg())} on {os.cpu_count()} processors")

    def print_missing(self) -> None:
        """Print which peers could not take part, and why."""
        for case, system, reason in self.absent:
            print(f"{case:20} {'':6} {system:20} {'missing':>12}  {reason}")

    def _write(self, row: dict[str, Any]) -> None:
        with self.out.open("a") as lines:
            lines.write(json.dumps(row) + "\n")
