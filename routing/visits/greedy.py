"""Cheapest feasible insertion: mandatory visits first, then by priority, each where it adds the least driving.

Never fails and needs no budget. It is the yardstick that the OR-Tools solver may not fall behind, and it repairs a
previous plan for a changed day.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from routing.arrays import Int32Array
from routing.visits.budget import Budget
from routing.visits.fits import Fits
from routing.visits.fits_kernels import LATE_S
from routing.visits.model import Problem
from routing.visits.plan import Plan
from routing.visits.plan_from_orders import plan_from_orders
from routing.visits.reasons import eligible_shifts


class GreedySolver:
    """The solver protocol around `insert_greedily`; budget and seed change nothing."""

    def solve(self, problem: Problem, stop: Budget, seed: int, start: Plan | None = None) -> Plan:  # noqa: ARG002
        """A plan by cheapest insertion into the routes of `start`, or into empty ones."""
        kept = keep_what_fits(problem, start.orders) if start else None
        return plan_from_orders(problem, insert_greedily(problem, kept))


def insert_greedily(problem: Problem, orders: Sequence[Sequence[int]] | None = None) -> list[list[int]]:
    """Orders per shift after inserting all visits that fit into `orders` (empty where None)."""
    result = [list(order) for order in orders] if orders is not None else [[] for _ in problem.shifts]
    fits, allowed = Fits.of(problem), eligible_shifts(problem)
    planned = {visit for order in result for visit in order}
    arrays = [np.array(order, np.int32) for order in result]
    for visit in _by_importance(problem):
        if visit in planned:
            continue
        best_s, best_shift, best_position = LATE_S, -1, -1
        for shift in np.flatnonzero(allowed[visit]).tolist():
            added_s, position = fits.cheapest_insertion(shift, arrays[shift], visit)
            if added_s < best_s:
                best_s, best_shift, best_position = added_s, shift, position
        if best_shift >= 0:
            result[best_shift].insert(best_position, visit)
            arrays[best_shift] = np.array(result[best_shift], np.int32)
    return result


def keep_what_fits(problem: Problem, orders: Iterable[Sequence[int]]) -> list[list[int]]:
    """Orders of an earlier plan without the visits that are gone, repeated, no longer allowed or no longer fit.

    Takes as many shifts as the problem has; a visit that does not fit after its predecessors is left out.
    """
    fits, allowed = Fits.of(problem), eligible_shifts(problem)
    kept: list[list[int]] = [[] for _ in problem.shifts]
    seen: set[int] = set()
    for index, order in zip(range(len(problem.shifts)), orders, strict=False):
        for visit in order:
            if visit in seen or not 0 <= visit < len(problem.visits) or not allowed[visit, index]:
                continue
            trial: Int32Array = np.array([*kept[index], visit], np.int32)
            if fits.return_s(index, trial) >= 0:
                kept[index].append(visit)
                seen.add(visit)
    return kept


def _by_importance(problem: Problem) -> list[int]:
    visits = problem.visits
    return sorted(range(len(visits)), key=lambda v: (not visits.mandatory[v], -int(visits.priority[v]), v))
