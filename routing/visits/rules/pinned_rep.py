"""`pinned_rep`: a visit pinned to a rep goes to nobody else."""

from routing.visits.model import Problem
from routing.visits.visits import ANY


def excess_s(problem: Problem, visit: int, shift: int) -> int | None:
    """0 where allowed, None where another rep is asked for."""
    return 0 if problem.visits.pinned_rep[visit] in (ANY, problem.shifts[shift].rep) else None
