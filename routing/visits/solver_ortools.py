"""Visits -> day routes with OR-Tools' routing library: guided local search from our own cheapest insertion."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from routing.arrays import BoolArray, Int32Array
from routing.visits.budget import Budget
from routing.visits.fits import Fits
from routing.visits.greedy import insert_greedily, keep_what_fits
from routing.visits.model import Problem
from routing.visits.objective import cost
from routing.visits.ortools_model import RoutingModel, build_model
from routing.visits.plan import Plan
from routing.visits.plan_from_orders import plan_from_orders
from routing.visits.reasons import eligible_shifts

Orders = list[list[int]]


@dataclass(frozen=True, slots=True)
class OrToolsSolver:
    """Places visits on shifts: mandatory ones first, then the highest sum of priorities, then the least driving.

    lns_wall_s: longest time for one step of large neighbourhood search; not applied under a budget of solutions alone,
    where the clock may not decide.
    branches_per_solution: ends a search under a budget of solutions that finds no more neighbours (a single visit on a
    single shift has none, and guided local search would look for ever).
    """

    lns_wall_s: float = 0.1
    branches_per_solution: int = 200

    def solve(self, problem: Problem, stop: Budget, seed: int, start: Plan | None = None) -> Plan:
        """A plan that passes the checker and is never worse than cheapest insertion, nor than what is left of `start`.

        The seed shuffles the visits' numbering, which decides between equals. Same seed and a budget of solutions
        alone: same plan.
        """
        candidates = [insert_greedily(problem)]
        if start is not None:
            candidates.append(insert_greedily(problem, keep_what_fits(problem, start.orders)))
        # Beginning from our cheapest insertion beats OR-Tools' own: +32 priority in 1 s on a loaded machine (README).
        found = self._search(problem, stop, seed, candidates[-1])
        if found is not None:
            candidates.append(insert_greedily(problem, keep_what_fits(problem, found)))
        return plan_from_orders(problem, min(candidates, key=lambda orders: cost(problem, orders)))

    def _search(self, problem: Problem, stop: Budget, seed: int, first: Orders) -> Orders | None:
        allowed = shifts_that_fit_alone(problem)
        order: Int32Array = np.flatnonzero(allowed.any(axis=1)).astype(np.int32)
        if not len(order):
            return None
        model = build_model(problem, allowed, np.random.default_rng(seed).permutation(order))
        return self._run(model, stop, first)

    def _run(self, model: RoutingModel, stop: Budget, first: Orders) -> Orders | None:
        parameters = self._parameters(stop)
        if stop.solutions is not None:
            branches = self.branches_per_solution * (stop.solutions + len(model.visit_of_node))
            model.routing.AddSearchMonitor(model.routing.solver().BranchesLimit(branches))
        assignment = None
        model.routing.AddAtSolutionCallback(_let_others_run)
        model.routing.CloseModelWithParameters(parameters)
        begun = model.assignment(first)
        if begun is not None:
            assignment = model.routing.SolveFromAssignmentWithParameters(begun, parameters)
        if assignment is None:
            assignment = model.routing.SolveWithParameters(parameters)
        return None if assignment is None else model.orders(assignment)

    def _parameters(self, stop: Budget) -> Any:
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        if stop.solutions is not None:
            parameters.solution_limit = stop.solutions
        if stop.wall_s is not None:
            parameters.time_limit.FromMilliseconds(max(1, round(stop.wall_s * 1000)))
            parameters.lns_time_limit.FromMilliseconds(max(1, round(self.lns_wall_s * 1000)))
        else:
            # Without this a slow machine would cut a step short and answer differently.
            parameters.lns_time_limit.FromSeconds(10**6)
        return parameters


def _let_others_run() -> None:
    """Lend the interpreter lock, which OR-Tools holds through a whole search.

    Without this a worker's beat, begun between two searches, held the database's write lock through the next one.
    """
    time.sleep(0)


def shifts_that_fit_alone(problem: Problem) -> BoolArray:
    """(n_visits, n_shifts) bool: who may come by skills and pins, and has time for the visit in an empty shift."""
    allowed, fits = eligible_shifts(problem), Fits.of(problem)
    for visit, shift in np.argwhere(allowed).tolist():
        allowed[visit, shift] = fits.return_s(shift, np.array([visit], np.int32)) >= 0
    return allowed
