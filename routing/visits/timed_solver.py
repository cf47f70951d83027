"""Visits -> day routes where driving depends on when one leaves, with any solver for driving times that do not.

    guess when each place is left ──► matrix with these departures ──► solver ──► orders ──► exact times, repaired
              ▲                                                                                     │
              └───────────────────── when the plan leaves each place ◄──────────────────────────────┘

A row of the matrix has the times of the hour at which a route leaves that place, so after a round or two the solver
sees nearly the times that its routes really meet. Whatever it answers is timed exactly: what then does not fit is taken
out and inserted again where it does. The solver itself stays as it is.
"""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Int64Array
from routing.visits.budget import Budget, Solver
from routing.visits.greedy import insert_greedily, keep_what_fits
from routing.visits.model import Problem
from routing.visits.objective import cost
from routing.visits.plan import Plan
from routing.visits.plan_from_orders import plan_from_orders


@dataclass(frozen=True, slots=True)
class TimedSolver:
    """Solves problems with `timed` by `solver` in `rounds` that share the budget; other problems by `solver` alone."""

    solver: Solver
    rounds: int = 3

    def solve(self, problem: Problem, stop: Budget, seed: int, start: Plan | None = None) -> Plan:
        """A plan that passes the checker, never worse than cheapest insertion, nor than what is left of `start`."""
        if problem.timed is None:
            return self.solver.solve(problem, stop, seed, start)
        kept = [keep_what_fits(problem, start.orders)] if start is not None else []
        candidates = [insert_greedily(problem, orders) for orders in [None, *kept]]
        best = plan_from_orders(problem, min(candidates, key=lambda orders: cost(problem, orders)))
        leave_s = _left_at(problem, best, _guess(problem))
        for _ in range(self.rounds):
            plain = Problem(problem.visits, problem.shifts, problem.timed.at(leave_s))
            orders = self.solver.solve(plain, _share(stop, self.rounds), seed, best).orders
            plan = plan_from_orders(problem, insert_greedily(problem, keep_what_fits(problem, orders)))
            best = min(best, plan, key=lambda one: cost(problem, one.orders))
            before, leave_s = leave_s, _left_at(problem, plan, leave_s)
            if (leave_s == before).all():
                break
        return best


def _share(stop: Budget, rounds: int) -> Budget:
    return Budget(
        None if stop.wall_s is None else stop.wall_s / rounds,
        None if stop.solutions is None else max(1, stop.solutions // rounds),
    )


def _guess(problem: Problem) -> Int64Array:
    """(places) when each is left where nothing is known: homes as shifts begin, others in the middle of the day."""
    visits, shifts = problem.visits, problem.shifts
    middle_s = round(sum(shift.begin_s + shift.end_s for shift in shifts) / (2 * len(shifts))) if shifts else 0
    leave_s: Int64Array = np.full(len(problem.travel.duration_s), middle_s, np.int64)
    for visit in range(len(visits)):
        windows = visits.windows_s(visit)
        if windows and not windows[0][0] <= middle_s <= windows[-1][1]:
            leave_s[visits.place[visit]] = (windows[0][0] + windows[0][1]) // 2 + int(visits.service_s[visit])
    for shift in shifts:
        leave_s[shift.start_place] = shift.begin_s
    return leave_s


def _left_at(problem: Problem, plan: Plan, before: Int64Array) -> Int64Array:
    """(places) when `plan` leaves each, on average; as `before` where it does not come."""
    left: dict[int, list[int]] = {}
    for shift, route in zip(problem.shifts, plan.routes, strict=True):
        for stop in route.stops:
            left.setdefault(int(problem.visits.place[stop.visit]), []).append(stop.leave_s)
        if route.stops:
            left.setdefault(shift.start_place, []).append(route.depart_s)
    leave_s = before.copy()
    for place, times in left.items():
        leave_s[place] = sum(times) // len(times)
    return leave_s
