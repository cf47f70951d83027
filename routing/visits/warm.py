"""Compile the kernels of visit planning ahead; `routing.warm` calls this."""

import numpy as np

from routing.engine.travel_matrix import TravelMatrix
from routing.traffic.timed_matrix import TimedMatrix
from routing.visits.greedy import insert_greedily, keep_what_fits
from routing.visits.model import Problem, Shift, timed_problem
from routing.visits.trip_order import EXACT_PLACES, trip_order
from routing.visits.visits import ANY, Visits


def warm_visits() -> None:
    """Plan one visit, by driving times of all day and by those of an hour."""
    zero, long, free = np.zeros(1, np.int32), np.zeros(1, np.int64), np.full(1, ANY, np.int32)
    travel = TravelMatrix(zero[:, None], zero[:, None])
    visits = Visits(zero, zero, np.array([0, 1], np.int32), long, long, zero + 1, zero > 0, long, free, free)
    shifts = (Shift(0, 0, 10, 0, 0),)
    timed = TimedMatrix(long, zero, travel.duration_s[None], travel.distance_m[None])
    for problem in (Problem(visits, shifts, travel), timed_problem(visits, shifts, timed)):
        keep_what_fits(problem, insert_greedily(problem))
    for places in (1, EXACT_PLACES + 1):
        trip_order(np.ones((places, places), np.int64), round_trip=True, begin_first=True, end_last=False)
