"""Compile the kernels of visit planning ahead; `routing.warm` calls this."""

import numpy as np

from routing.engine.travel_matrix import TravelMatrix
from routing.visits.greedy import insert_greedily, keep_what_fits
from routing.visits.model import Problem, Shift
from routing.visits.visits import ANY, Visits


def warm_visits() -> None:
    """Plan one visit."""
    zero, long, free = np.zeros(1, np.int32), np.zeros(1, np.int64), np.full(1, ANY, np.int32)
    travel = TravelMatrix(zero[:, None], zero[:, None])
    visits = Visits(zero, zero, np.array([0, 1], np.int32), long, long, zero + 1, zero > 0, long, free, free)
    problem = Problem(visits, (Shift(0, 0, 10, 0, 0),), travel)
    keep_what_fits(problem, insert_greedily(problem))
