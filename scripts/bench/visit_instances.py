"""Public instances as problems: `fieldday` (JSON) and `vrptw` (Solomon, Gehring & Homberger)."""

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from routing.engine.travel_matrix import TravelMatrix
from routing.visits.model import Problem, Shift
from routing.visits.plan import Plan
from routing.visits.visits import ANY, Visits


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem, the number that each visit has in the file, and what is compared."""

    name: str
    problem: Problem
    number_of_visit: tuple[int, ...]
    value: Callable[[Plan], float]
    more_is_better: bool


def read_fieldday(path: Path) -> Instance:
    """Reps with skills, homes and a break; a visit's skill 0 asks for none. Value: the sum of planned priorities."""
    told = json.loads(path.read_text())
    reps, rows = told["reps"], told["visits"]
    duration_s = np.array(told["matrix"], np.int32)
    visits = _visits(
        place=range(len(reps), len(reps) + len(rows)),
        service=[row["service"] for row in rows],
        windows=[row["tw"] for row in rows],
        priority=[row["priority"] for row in rows],
        skills=[1 << row["skill"] if row["skill"] else 0 for row in rows],
    )
    shifts = []
    for rep, row in enumerate(reps):
        begin_s, end_s = row["shift"]
        lunch = dict(zip(("break_begin_s", "break_end_s", "break_s"), row["brk"] or (0, 0, 0), strict=True))
        skills = sum(1 << skill for skill in row["skills"])
        shifts.append(Shift(rep, begin_s, end_s, rep, rep, skills=skills, **lunch))
    problem = Problem(visits, tuple(shifts), TravelMatrix(duration_s, duration_s))
    return Instance(path.stem, problem, tuple(row["id"] for row in rows), lambda plan: _priority(problem, plan), True)


def read_vrptw(path: Path) -> Instance:
    """DIMACS convention: distances truncated to one decimal, all times in tenths here. Value: distance."""
    lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
    vehicles, capacity = next((int(a[0]), int(a[1])) for k, a in enumerate(lines) if lines[k - 1][:1] == ["NUMBER"])
    rows = np.array([[float(word) for word in line] for line in lines if len(line) == 7 and line[0].isdigit()])
    tenths = np.floor(10 * np.hypot(*(rows[:, None, 1:3] - rows[None, :, 1:3]).transpose(2, 0, 1))).astype(np.int32)
    customers = rows[1:]
    visits = _visits(
        place=range(1, len(rows)),
        service=(customers[:, 6] * 10).astype(int).tolist(),
        windows=(customers[:, 4:6] * 10).astype(int).tolist(),
        load=customers[:, 3].astype(int).tolist(),
        mandatory=True,
    )
    shifts = tuple(Shift(rep, 0, int(rows[0, 5] * 10), 0, 0, capacity=capacity) for rep in range(vehicles))
    problem = Problem(visits, shifts, TravelMatrix(tenths, tenths))
    numbers = tuple(customers[:, 0].astype(int).tolist())
    return Instance(path.stem, problem, numbers, lambda plan: plan.drive_s / 10, False)


READERS = {"fieldday": read_fieldday, "vrptw": read_vrptw}


def read_best_known(path: Path | None) -> dict[str, float]:
    """`instance,bks` or `instance,best_known` of a csv, by the instance's name."""
    if path is None:
        return {}
    with path.open() as lines:
        return {row["instance"]: float(row.get("bks") or row["best_known"]) for row in csv.DictReader(lines)}


def _visits(
    place: Sequence[int],
    service: Sequence[int],
    windows: Sequence[Sequence[int]],
    priority: Sequence[int] | None = None,
    skills: Sequence[int] | None = None,
    load: Sequence[int] | None = None,
    mandatory: bool = False,
) -> Visits:
    n = len(place)
    bounds = np.array(windows, np.int64).reshape(n, 2)
    return Visits(
        place=np.array(place, np.int32),
        service_s=np.array(service, np.int32),
        window_first=np.arange(n + 1, dtype=np.int32),
        window_begin_s=bounds[:, 0],
        window_end_s=bounds[:, 1],
        priority=np.array(priority or [1] * n, np.int32),
        mandatory=np.full(n, mandatory),
        skills=np.array(skills or [0] * n, np.int64),
        pinned_rep=np.full(n, ANY, np.int32),
        pinned_shift=np.full(n, ANY, np.int32),
        load=np.array(load or [0] * n, np.int32),
    )


def _priority(problem: Problem, plan: Plan) -> int:
    return sum(int(problem.visits.priority[visit]) for order in plan.orders for visit in order)
