"""OR-Tools as its guide shows it: Python callbacks, default search parameters and a time limit, nothing chosen."""

from itertools import pairwise
from typing import Any

from ortools.constraint_solver import pywrapcp

from routing.visits.model import Problem
from routing.visits.objective import reward_of_visit
from routing.visits.reasons import eligible_shifts


def plain_ortools(problem: Problem, limit_s: float) -> list[list[int]] | None:
    """Orders per shift, None where nothing was found. The same penalties, windows, breaks and skills as ours."""
    visits, shifts, n = problem.visits, problem.shifts, len(problem.visits)
    place = [*visits.place.tolist()]
    starts = [n + 2 * k for k in range(len(shifts))]
    for shift in shifts:
        place += [shift.start_place, shift.end_place]
    service_s = [*visits.service_s.tolist(), *[0] * (2 * len(shifts))]
    load = [*visits.load.tolist(), *[0] * (2 * len(shifts))]
    nodes = pywrapcp.RoutingIndexManager(len(place), len(shifts), starts, [start + 1 for start in starts])
    routing = pywrapcp.RoutingModel(nodes)
    table = problem.travel.duration_s.tolist()

    def drive_s(a: int, b: int) -> int:
        return int(table[place[nodes.IndexToNode(a)]][place[nodes.IndexToNode(b)]])

    drive = routing.RegisterTransitCallback(drive_s)
    routing.SetArcCostEvaluatorOfAllVehicles(drive)
    time = routing.RegisterTransitCallback(lambda a, b: drive_s(a, b) + service_s[nodes.IndexToNode(a)])
    horizon_s = max(shift.end_s for shift in shifts)
    routing.AddDimension(time, horizon_s, horizon_s, False, "time")
    if any(load):
        loads = routing.RegisterUnaryTransitCallback(lambda a: load[nodes.IndexToNode(a)])
        routing.AddDimensionWithVehicleCapacity(loads, 0, [shift.capacity for shift in shifts], True, "load")
    _add_times(routing, nodes, problem, service_s)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.time_limit.FromMilliseconds(round(limit_s * 1000))
    assignment = routing.SolveWithParameters(parameters)
    return None if assignment is None else [_order(routing, nodes, assignment, shift) for shift in range(len(shifts))]


def _add_times(routing: Any, nodes: Any, problem: Problem, service_s: list[int]) -> None:
    time, visits = routing.GetDimensionOrDie("time"), problem.visits
    service_of_index = [service_s[nodes.IndexToNode(index)] for index in range(routing.Size())]
    for vehicle, shift in enumerate(problem.shifts):
        for index in (routing.Start(vehicle), routing.End(vehicle)):
            time.CumulVar(index).SetRange(shift.begin_s, shift.end_s)
        if shift.break_s:
            latest_s = shift.break_end_s - shift.break_s
            interval = routing.solver().FixedDurationIntervalVar(
                shift.break_begin_s, latest_s, shift.break_s, False, "break"
            )
            time.SetBreakIntervalsOfVehicle([interval], vehicle, service_of_index)
    allowed, reward = eligible_shifts(problem), reward_of_visit(problem)
    for visit in range(len(visits)):
        index = nodes.NodeToIndex(visit)
        begin = time.CumulVar(index)
        given = visits.windows_s(visit)  # none: any time
        windows = [w for w in given if w[0] <= begin.Max() and w[1] >= begin.Min()]
        if given and not windows:  # open only when nobody works; an empty range would stop the whole model
            routing.AddDisjunction([index], int(reward[visit]))
            routing.VehicleVar(index).SetValues([-1])
            continue
        if windows:
            begin.SetRange(max(windows[0][0], begin.Min()), min(windows[-1][1], begin.Max()))
        for (_, closed_s), (open_s, _) in pairwise(windows):
            begin.RemoveInterval(closed_s + 1, open_s - 1)
        if not visits.mandatory[visit]:
            routing.AddDisjunction([index], int(reward[visit]))
        if not allowed[visit].all():
            routing.VehicleVar(index).SetValues([-1, *allowed[visit].nonzero()[0].tolist()])


def _order(routing: Any, nodes: Any, assignment: Any, vehicle: int) -> list[int]:
    order, index = [], assignment.Value(routing.NextVar(routing.Start(vehicle)))
    while not routing.IsEnd(index):
        order.append(nodes.IndexToNode(index))
        index = assignment.Value(routing.NextVar(index))
    return order
