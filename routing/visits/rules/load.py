"""`load`: the rep's car holds what the visit asks for."""

from routing.visits.model import Problem


def excess_s(problem: Problem, visit: int, shift: int) -> int | None:
    """0 where the visit's load fits into an empty car, else None (load is not measured in seconds)."""
    return 0 if problem.visits.load[visit] <= problem.shifts[shift].capacity else None
