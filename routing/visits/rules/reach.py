"""`unreachable`: there is a way from the shift's start to the visit and from there to the shift's end."""

from routing.engine.travel_matrix import UNREACHABLE_S
from routing.visits.model import Problem


def excess_s(problem: Problem, visit: int, shift: int) -> int | None:
    """0 where there is a way there and onwards, None where not."""
    place, there = int(problem.visits.place[visit]), problem.shifts[shift]
    legs = problem.drive_s(there.start_place, place), problem.drive_s(place, there.end_place)
    return None if max(legs) >= UNREACHABLE_S else 0
