"""All orders and assignments of a few visits, by the slow schedule: the truth for small problems."""

from itertools import combinations, permutations

from routing.visits.model import Problem
from routing.visits.objective import Cost, cost
from routing.visits.reasons import eligible_shifts
from routing.visits.schedule import schedule


def best_cost(problem: Problem) -> Cost:
    """The lowest cost of all plans; at most about six visits."""
    n = len(problem.visits)
    driving = [_least_driving(problem, shift) for shift in range(len(problem.shifts))]
    empty = cost(problem, [()] * len(problem.shifts))
    # best[set of planned visits] = least driving, after looking at a growing number of shifts
    best = {frozenset(): 0}
    for of_set in driving:
        grown: dict[frozenset[int], int] = {}
        for planned, drive_s in best.items():
            for chosen, more_s in of_set.items():
                if not planned & chosen:
                    union = planned | chosen
                    grown[union] = min(grown.get(union, 2**40), drive_s + more_s)
        best = grown
    return min(
        (_missing(problem, n, planned)._replace(drive_s=drive_s) for planned, drive_s in best.items()), default=empty
    )


def _missing(problem: Problem, n: int, planned: frozenset[int]) -> Cost:
    missed = [visit for visit in range(n) if visit not in planned]
    mandatory = [visit for visit in missed if problem.visits.mandatory[visit]]
    return Cost(len(mandatory), sum(int(problem.visits.priority[v]) for v in missed if v not in mandatory), 0)


def _least_driving(problem: Problem, shift: int) -> dict[frozenset[int], int]:
    """Per set of visits that fits into the shift the least driving of an order that fits."""
    allowed = [visit for visit in range(len(problem.visits)) if eligible_shifts(problem)[visit, shift]]
    least = {frozenset[int](): 0}
    for size in range(1, len(allowed) + 1):
        for chosen in combinations(allowed, size):
            routes = [schedule(problem, shift, order) for order in permutations(chosen)]
            drives = [route.drive_s for route in routes if route is not None]
            if drives:
                least[frozenset(chosen)] = min(drives)
    return least
