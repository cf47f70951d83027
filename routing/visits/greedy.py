"""Cheapest feasible insertion: mandatory visits first, then by priority, each where it adds the least driving.

Never fails and needs no budget. It is the yardstick that the OR-Tools solver may not fall behind, and it repairs a
previous plan for a changed day.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from routing.arrays import Int32Array
from routing.visits.budget import Budget
from routing.visits.fits_kernels import LATE_S, ShiftScalars, VisitArrays, cheapest_insertion, return_s
from routing.visits.model import Problem, Shift
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
    visits, shifts = visit_arrays(problem), [shift_scalars(shift) for shift in problem.shifts]
    allowed = eligible_shifts(problem)
    planned = {visit for order in result for visit in order}
    arrays = [np.array(order, np.int32) for order in result]
    for visit in _by_importance(problem):
        if visit in planned:
            continue
        best_s, best_shift, best_position = LATE_S, -1, -1
        for shift in np.flatnonzero(allowed[visit]).tolist():
            buffer = np.empty(len(arrays[shift]) + 1, np.int32)
            added_s, position = cheapest_insertion(visits, shifts[shift], arrays[shift], len(buffer) - 1, visit, buffer)
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
    visits, allowed = visit_arrays(problem), eligible_shifts(problem)
    kept: list[list[int]] = [[] for _ in problem.shifts]
    seen: set[int] = set()
    for index, (shift, order) in enumerate(zip(problem.shifts, orders, strict=False)):
        scalars = shift_scalars(shift)
        for visit in order:
            if visit in seen or not 0 <= visit < len(problem.visits) or not allowed[visit, index]:
                continue
            trial: Int32Array = np.array([*kept[index], visit], np.int32)
            if return_s(visits, scalars, trial, len(trial)) >= 0:
                kept[index].append(visit)
                seen.add(visit)
    return kept


def visit_arrays(problem: Problem) -> VisitArrays:
    """The kernels' view of a problem's visits and driving times."""
    visits = problem.visits
    return VisitArrays(
        visits.place,
        visits.service_s,
        visits.window_first,
        visits.window_begin_s,
        visits.window_end_s,
        problem.travel.duration_s,
        visits.load,
    )


def shift_scalars(shift: Shift) -> ShiftScalars:
    """The kernels' view of a shift."""
    return ShiftScalars(
        shift.begin_s,
        shift.end_s,
        shift.start_place,
        shift.end_place,
        shift.break_begin_s,
        shift.break_end_s,
        shift.break_s,
        shift.max_drive_s,
        shift.capacity,
    )


def _by_importance(problem: Problem) -> list[int]:
    visits = problem.visits
    return sorted(range(len(visits)), key=lambda v: (not visits.mandatory[v], -int(visits.priority[v]), v))
