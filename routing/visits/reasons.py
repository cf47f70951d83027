"""Why a visit is in no route: a code, the shift where it came closest, and by how much."""

from collections.abc import Iterable

import numpy as np

from routing.arrays import BoolArray
from routing.visits.model import Problem
from routing.visits.plan import Unplanned
from routing.visits.rules import RULES, TIMELESS_RULES

REASONS = {
    "no_shift": "nobody works in the plan's period",
    "skills": "no shift has the skills asked for",
    "pinned_rep": "the rep it is pinned to has no shift, or lacks the skills",
    "pinned_shift": "the shifts it is pinned to are not of a rep who may come",
    "load": "it asks for more load than any rep's car holds",
    "unreachable": "no way there or back for any rep who may come",
    "time_window": "no window can be met by any rep who may come, even with nothing else to do",
    "too_long": "even alone it exceeds the shift, the driving limit or leaves no room for the break",
    "no_capacity": "it would fit alone; the shifts are full with visits that matter as much or more",
}


def explain(problem: Problem, visits: Iterable[int]) -> tuple[Unplanned, ...]:
    """The reason for each of `visits`, in ascending order."""
    return tuple(_explain_one(problem, visit) for visit in sorted(visits))


def _explain_one(problem: Problem, visit: int) -> Unplanned:
    left = list(range(len(problem.shifts)))
    if not left:
        return Unplanned(visit, "no_shift")
    for rule in RULES:
        misses = {shift: rule.excess_s(problem, visit, shift) for shift in left}
        kept = [shift for shift in left if misses[shift] == 0]
        if not kept:
            measured = [(excess_s, shift) for shift, excess_s in misses.items() if excess_s]
            excess_s, shift = min(measured, default=(0, left[0] if len(left) == 1 else -1))
            return Unplanned(visit, rule.code, shift, excess_s)
        left = kept
    return Unplanned(visit, "no_capacity", left[0] if len(left) == 1 else -1, 0)


def eligible_shifts(problem: Problem) -> BoolArray:
    """(n_visits, n_shifts) bool: who may come at all, by skills and pins."""
    n, m = len(problem.visits), len(problem.shifts)
    allowed = np.zeros((n, m), dtype=np.bool_)
    for visit in range(n):
        for shift in range(m):
            allowed[visit, shift] = all(rule.excess_s(problem, visit, shift) == 0 for rule in TIMELESS_RULES)
    return allowed
