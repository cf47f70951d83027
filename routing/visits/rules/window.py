"""`time_window`: coming straight from the shift's start, service can begin in one of the visit's windows.

Windows that close before the earliest arrival or open after the shift's end are of no use.
"""

from routing.visits.model import Problem


def excess_s(problem: Problem, visit: int, shift: int) -> int | None:
    """0 where a window fits, else seconds between the shift's reach and the nearest window."""
    there = problem.shifts[shift]
    earliest_s = problem.drive(there.start_place, int(problem.visits.place[visit]), there.begin_s).arrive_s
    windows = problem.visits.windows_s(visit) or [(earliest_s, earliest_s)]
    return min(max(0, earliest_s - end_s, begin_s - there.end_s) for begin_s, end_s in windows)
