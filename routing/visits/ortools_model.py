"""A problem as an OR-Tools routing model.

Every matrix is registered natively: Python callbacks on each arc lose about half the quality in a second. Service is
folded into the time transit, so that a cumul is the begin of service.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp

from routing.arrays import BoolArray, Int32Array, Int64Array
from routing.visits.model import NO_LIMIT_S, Problem, Shift
from routing.visits.objective import reward_of_visit


@dataclass(frozen=True, slots=True)
class RoutingModel:
    """The model with its numbering: nodes are the visits of `visit_of_node`, then the starts and ends of the shifts."""

    routing: Any
    nodes: Any
    visit_of_node: Int32Array

    def orders(self, assignment: Any) -> list[list[int]]:
        """Visits of each shift in the order of an OR-Tools assignment."""
        result = []
        for shift in range(self.routing.vehicles()):
            order, index = [], assignment.Value(self.routing.NextVar(self.routing.Start(shift)))
            while not self.routing.IsEnd(index):
                order.append(int(self.visit_of_node[self.nodes.IndexToNode(index)]))
                index = assignment.Value(self.routing.NextVar(index))
            result.append(order)
        return result

    def assignment(self, orders: Sequence[Sequence[int]]) -> Any:
        """An OR-Tools assignment of `orders`, None where the model does not accept it."""
        node_of_visit = {int(visit): node for node, visit in enumerate(self.visit_of_node)}
        routes = [[node_of_visit[visit] for visit in order if visit in node_of_visit] for order in orders]
        return self.routing.ReadAssignmentFromRoutes(routes, True)


def build_model(problem: Problem, allowed: BoolArray, order: Int32Array) -> RoutingModel:
    """The model of the visits in `order` (their order breaks ties); allowed: (n_visits, n_shifts) who may come."""
    shifts, n = problem.shifts, len(order)
    ends = sorted({place for shift in shifts for place in (shift.start_place, shift.end_place)})
    node_of_end = {place: n + k for k, place in enumerate(ends)}
    nodes = pywrapcp.RoutingIndexManager(
        n + len(ends),
        len(shifts),
        [node_of_end[shift.start_place] for shift in shifts],
        [node_of_end[shift.end_place] for shift in shifts],
    )
    routing = pywrapcp.RoutingModel(nodes)
    horizon_s = max(shift.end_s for shift in shifts)
    drive_s = _drives(problem, order, ends, horizon_s)
    service_s = np.concatenate([problem.visits.service_s[order], np.zeros(len(ends), np.int64)]).astype(np.int64)
    drive = routing.RegisterTransitMatrix(drive_s.tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(drive)
    time = routing.RegisterTransitMatrix((drive_s + service_s[:, None]).tolist())
    routing.AddDimension(time, horizon_s, horizon_s, False, "time")
    _add_shifts(routing, nodes, shifts, service_s)
    if any(shift.max_drive_s < horizon_s for shift in shifts):
        limits = [min(shift.max_drive_s, horizon_s) for shift in shifts]
        routing.AddDimensionWithVehicleCapacity(drive, 0, limits, True, "drive")
    if any(shift.capacity < problem.visits.load[order].sum() for shift in shifts):
        load = routing.RegisterUnaryTransitVector([*problem.visits.load[order].tolist(), *([0] * len(ends))])
        routing.AddDimensionWithVehicleCapacity(load, 0, [shift.capacity for shift in shifts], True, "load")
    _add_visits(routing, nodes, problem, allowed, order)
    return RoutingModel(routing, nodes, order)


def _drives(problem: Problem, order: Int32Array, ends: Sequence[int], horizon_s: int) -> Int64Array:
    """Driving between nodes, unreachable = more than the horizon; a rep without visits stays where the shift begins."""
    rows = np.concatenate([problem.visits.place[order], np.array(ends, np.int32)])
    drive_s: Int64Array = np.minimum(problem.travel.duration_s[np.ix_(rows, rows)].astype(np.int64), horizon_s + 1)
    drive_s[len(order) :, len(order) :] = 0
    return drive_s


def _add_shifts(routing: Any, nodes: Any, shifts: Sequence[Shift], service_s: Int64Array) -> None:
    time = routing.GetDimensionOrDie("time")
    # A rep may eat before departing and after returning, which OR-Tools allows too.
    visit_transits = [0] * routing.Size()
    for index in range(routing.Size()):
        visit_transits[index] = int(service_s[nodes.IndexToNode(index)])
    for vehicle, shift in enumerate(shifts):
        for index in (routing.Start(vehicle), routing.End(vehicle)):
            time.CumulVar(index).SetRange(shift.begin_s, shift.end_s)
        if shift.break_s:
            latest_s = shift.break_end_s - shift.break_s
            interval = routing.solver().FixedDurationIntervalVar(
                shift.break_begin_s, latest_s, shift.break_s, False, f"break {vehicle}"
            )
            time.SetBreakIntervalsOfVehicle([interval], vehicle, visit_transits)


def _add_visits(routing: Any, nodes: Any, problem: Problem, allowed: BoolArray, order: Int32Array) -> None:
    time = routing.GetDimensionOrDie("time")
    reward = reward_of_visit(problem)
    for node, visit in enumerate(order.tolist()):
        index = nodes.NodeToIndex(node)
        routing.AddDisjunction([index], int(reward[visit]))
        # SetAllowedVehiclesForIndex raises TypeError in OR-Tools 9.15; -1 stands for "not planned".
        routing.VehicleVar(index).SetValues([-1, *np.flatnonzero(allowed[visit]).tolist()])
        windows = problem.visits.windows_s(visit)
        if windows:
            cumul = time.CumulVar(index)
            cumul.SetRange(min(windows[0][0], NO_LIMIT_S), min(windows[-1][1], NO_LIMIT_S))
            for (_, end_s), (begin_s, _) in itertools.pairwise(windows):
                if begin_s > end_s + 1:
                    cumul.RemoveInterval(end_s + 1, begin_s - 1)
