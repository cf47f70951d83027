"""`skills`: the rep of the shift has every skill that the visit asks for."""

from routing.visits.model import Problem


def excess_s(problem: Problem, visit: int, shift: int) -> int | None:
    """0 where allowed, None where a skill is missing."""
    return None if int(problem.visits.skills[visit]) & ~problem.shifts[shift].skills else 0
