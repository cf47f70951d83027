"""Compile the kernels of territory design ahead."""

import numpy as np

from routing.engine.travel_matrix import TravelMatrix
from territories.design.designer import LocationAllocationDesigner
from territories.design.model import UNLOCKED, Budget, DesignProblem, Territories, Units


def warm_design() -> None:
    """Draw two territories of eight units in a row; takes what compiling takes, then milliseconds."""
    n, homes = 8, np.array([0, 7], dtype=np.int32)
    row = np.arange(n, dtype=np.int32) * 600
    drive_s = np.abs(row[:, np.newaxis] - row)
    travel = TravelMatrix(drive_s, drive_s)
    units = np.arange(n, dtype=np.int32)
    problem = DesignProblem(
        Units(np.ones(n), np.ones(n), np.ones(n), np.zeros(n, np.int64), np.full(n, UNLOCKED, np.int32)),
        Territories(np.ones(2), np.zeros(2, np.int64)),
        travel,
        travel.select(homes, units),
        travel.select(units, homes),
        np.stack([units[:-1], units[1:]], axis=1),
    )
    LocationAllocationDesigner().design(problem, Budget(moves_per_unit=50, starts=1), seed=1)
