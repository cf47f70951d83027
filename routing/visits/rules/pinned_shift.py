"""`pinned_shift`: a visit pinned to a shift, or to a set of allowed shifts, goes into no other."""

from routing.visits.model import Problem
from routing.visits.visits import ANY


def excess_s(problem: Problem, visit: int, shift: int) -> int | None:
    """0 where allowed, None where the shift is another one."""
    visits = problem.visits
    allowed = visits.allowed_shifts is None or bool(visits.allowed_shifts[visit, shift])
    return 0 if allowed and visits.pinned_shift[visit] in (ANY, shift) else None
