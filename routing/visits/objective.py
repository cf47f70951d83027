"""What makes one plan better than another."""

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from routing.arrays import Int64Array
from routing.visits.model import Problem
from routing.visits.schedule import OrderDoesNotFit, places, schedule


class Cost(NamedTuple):
    """Compared from left to right, lower is better."""

    mandatory_missed: int
    priority_missed: int
    drive_s: int


def cost(problem: Problem, orders: Iterable[Sequence[int]]) -> Cost:
    """Cost of a plan given as the order of visits in each shift.

    Where driving depends on when one leaves the orders must fit: raises OrderDoesNotFit.
    """
    visits = problem.visits
    planned: set[int] = set()
    driving_s = 0
    for shift, order in zip(range(len(problem.shifts)), orders, strict=True):
        planned.update(order)
        driving_s += _driving_s(problem, shift, order) if order else 0
    missed = [visit for visit in range(len(visits)) if visit not in planned]
    optional = [visit for visit in missed if not visits.mandatory[visit]]
    return Cost(len(missed) - len(optional), int(visits.priority[optional].sum()), driving_s)


def _driving_s(problem: Problem, shift: int, order: Sequence[int]) -> int:
    if problem.timed is None:  # no need for times
        through = places(problem, problem.shifts[shift], order)
        return sum(problem.drive_s(a, b) for a, b in itertools.pairwise(through))
    route = schedule(problem, shift, order)
    if route is None:
        raise OrderDoesNotFit(shift, tuple(order))
    return route.drive_s


def reward_of_visit(problem: Problem) -> Int64Array:
    """(n,) int64: what planning a visit is worth in driving seconds, so that a single sum orders plans as `Cost` does.

    One unit of priority outweighs all driving that fits into the shifts; a mandatory visit all priorities together.
    Raises ValueError where the sum of all would not fit into 62 bits.
    """
    visits = problem.visits
    unit_s = 1 + sum(min(shift.end_s - shift.begin_s, shift.max_drive_s) for shift in problem.shifts)
    units = visits.priority.astype(np.int64)
    most = int(units.sum()) + 1
    if unit_s * most * (1 + int(visits.mandatory.sum())) >= 2**62:
        raise ValueError(f"priorities sum to {most - 1}: times {unit_s} s of driving they exceed 2**62")
    return np.where(visits.mandatory, most, units) * unit_s
