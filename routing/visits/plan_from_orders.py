"""Orders of visits -> a plan with times and reasons; every solver ends here."""

from collections.abc import Iterable, Sequence

from routing.visits.model import Problem
from routing.visits.plan import DayRoute, Plan
from routing.visits.reasons import explain
from routing.visits.schedule import OrderDoesNotFit, schedule


def plan_from_orders(problem: Problem, orders: Iterable[Sequence[int]]) -> Plan:
    """The plan that visits `orders`, one a shift. Raises OrderDoesNotFit (a solver's bug) where no times exist."""
    routes: list[DayRoute] = []
    for shift, order in enumerate(orders):
        route = schedule(problem, shift, order)
        if route is None:
            raise OrderDoesNotFit(shift, tuple(order))
        routes.append(route)
    planned = {visit for route in routes for visit in route.order}
    return Plan(tuple(routes), explain(problem, set(range(len(problem.visits))) - planned))
