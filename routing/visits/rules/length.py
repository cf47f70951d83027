"""`too_long`: alone in the shift the visit ends in time, with the break and within the limit on driving."""

from routing.visits.model import Problem
from routing.visits.schedule import schedule


def excess_s(problem: Problem, visit: int, shift: int) -> int | None:
    """0 where the visit fits alone, else at least the seconds missing (None where the break is what does not fit)."""
    if schedule(problem, shift, (visit,)) is not None:
        return 0
    there, place = problem.shifts[shift], int(problem.visits.place[visit])
    to_s, back_s = problem.drive_s(there.start_place, place), problem.drive_s(place, there.end_place)
    ready_s = there.begin_s + to_s
    begins_s = [max(ready_s, begin_s) for begin_s, end_s in problem.visits.windows_s(visit) if end_s >= ready_s]
    leave_s = min(begins_s, default=ready_s) + int(problem.visits.service_s[visit])
    return max(leave_s + back_s - there.end_s, to_s + back_s - there.max_drive_s, 0) or None
