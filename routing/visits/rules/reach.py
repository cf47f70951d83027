"""`unreachable`: there is a way from the shift's start to the visit and from there to the shift's end."""

from routing.traffic.timed_kernels import NEVER_S
from routing.visits.model import Problem


def excess_s(problem: Problem, visit: int, shift: int) -> int | None:
    """0 where there is a way there and onwards, None where not."""
    place, there = int(problem.visits.place[visit]), problem.shifts[shift]
    legs = (there.start_place, place), (place, there.end_place)
    open_ever = all(problem.drive(a, b, there.begin_s).arrive_s < NEVER_S for a, b in legs)
    return 0 if open_ever else None
