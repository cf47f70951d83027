"""Commercial territory design instances (ctdp) as design problems, and their own measures."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from routing.arrays import Float64Array, Int32Array
from routing.engine.travel_matrix import TravelMatrix
from territories.design.model import DesignProblem, Measure, Territories, Units
from territories.design.workload import DriveEstimate

STEPS = 10
"""Distances are given to the designer as integers of a tenth."""


@dataclass(frozen=True, slots=True)
class CtdpInstance:
    """`activity` (3, n) each to be balanced within `tolerance`; `distance` (n, n) Euclidean."""

    name: str
    p: int
    distance: Float64Array
    activity: Float64Array
    pairs: Int32Array
    tolerance: float


def read_ctdp(path: Path) -> CtdpInstance:
    """Read n; id x y w1 w2 w3 0; m; edges; p … tolerances (rows after them are ones)."""
    words = iter(path.read_text().split())
    n = int(next(words))
    rows = np.array([[float(next(words)) for _ in range(7)] for _ in range(n)])
    pairs = np.array([[int(next(words)) for _ in range(2)] for _ in range(int(next(words)))], dtype=np.int32)
    settings = [float(next(words)) for _ in range(4)]
    index = {int(identifier): i for i, identifier in enumerate(rows[:, 0])}
    pairs = np.array([[index[int(a)], index[int(b)]] for a, b in pairs], dtype=np.int32)
    distance = np.hypot(rows[:, None, 1] - rows[None, :, 1], rows[:, None, 2] - rows[None, :, 2])
    return CtdpInstance(path.stem, int(settings[0]), distance, rows[:, 3:6].T.copy(), pairs, settings[2])


def as_problem(instance: CtdpInstance) -> DesignProblem:
    """Two of the three activities as workload and potential; centres are free (homes weigh nothing)."""
    n, p = instance.activity.shape[1], instance.p
    far = np.rint(instance.distance * STEPS).astype(np.int32)
    home = np.zeros((p, n), dtype=np.int32)
    return DesignProblem(
        units=Units(
            instance.activity[0], np.ones(n), instance.activity[1], np.zeros(n, np.int64), np.full(n, -1, np.int32)
        ),
        territories=Territories(np.ones(p), np.zeros(p, np.int64)),
        unit_travel=TravelMatrix(far, far),
        home_to_unit=TravelMatrix(home, home),
        unit_to_home=TravelMatrix(home.T, home.T),
        neighbours=instance.pairs,
        measures=(Measure("workload", instance.tolerance), Measure("potential", instance.tolerance)),
        home_weight=0.0,
        drive=DriveEstimate(hop_factor=0.0, line_haul_factor=0.0),
    )


def dispersion(instance: CtdpInstance, owner: Int32Array) -> tuple[float, list[int]]:
    """Sum of distances unit → its territory's median, and the medians."""
    total, centres = 0.0, []
    for territory in range(instance.p):
        members = np.flatnonzero(owner == territory)
        sums = instance.distance[np.ix_(members, members)].sum(axis=0)
        centres.append(int(members[sums.argmin()]))
        total += float(sums.min())
    return total, centres


def worst_deviation(instance: CtdpInstance, owner: Int32Array) -> float:
    """Largest |load / target - 1| over territories and all three activities."""
    loads = np.array([np.bincount(owner, weights=row, minlength=instance.p) for row in instance.activity])
    return float(np.abs(loads / (loads.sum(axis=1, keepdims=True) / instance.p) - 1).max())
