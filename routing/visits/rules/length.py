"""`too_long`: alone in the shift the visit ends in time, with the break and within the limit on driving."""

from routing.traffic.timed_kernels import NEVER_S
from routing.visits.model import Problem
from routing.visits.schedule import schedule


def excess_s(problem: Problem, visit: int, shift: int) -> int | None:
    """0 where the visit fits alone, else at least the seconds missing (None where the break is what does not fit)."""
    if schedule(problem, shift, (visit,)) is not None:
        return 0
    there, place = problem.shifts[shift], int(problem.visits.place[visit])
    ready_s = problem.drive(there.start_place, place, there.begin_s).arrive_s
    begins_s = [max(ready_s, begin_s) for begin_s, end_s in problem.visits.windows_s(visit) if end_s >= ready_s]
    leave_s = min(begins_s, default=ready_s) + int(problem.visits.service_s[visit])
    return_s = problem.drive(place, there.end_place, leave_s).arrive_s
    if return_s >= NEVER_S:
        return None
    driving_s = ready_s - there.begin_s + return_s - leave_s
    return max(return_s - there.end_s, driving_s - there.max_drive_s, 0) or None
