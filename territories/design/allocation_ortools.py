"""Allocation of units to fixed centres as a minimum-cost flow of workload.

Hess et al. (1965); George, Lamar & Wallace (1997).

    source units ──(cost of the unit at this centre)──► territories ──► sink
      workload                                          least load free, up to the most dear, beyond very dear

The flow splits at most a handful of units; a split unit goes where most of it flows.
"""

import numpy as np
from ortools.graph.python import min_cost_flow

from routing.arrays import BoolArray, Float64Array, Int32Array, Int64Array

_QUANTA = 10**7
"""The whole workload in flow units; a unit of 5,000 is then about 2,000 of them."""
_COST_STEPS = 10**6
"""Costs as integers up to this."""


def allocate(
    cost: Float64Array,
    amount: Float64Array,
    allowed: BoolArray,
    share: Float64Array,
    tolerance: float,
    candidates: int = 10,
) -> Int32Array:
    """Territory of each unit, (n) int32; `cost`, `amount` and `allowed` are (p, n), `share` (p) sums to 1.

    Each unit is offered its `candidates` cheapest allowed territories. Always answers: load beyond the tolerance is
    dear, not forbidden.
    """
    p, n = cost.shape
    territory, unit = _offers(np.where(allowed, cost, np.inf), min(candidates, p))
    size = amount[np.argmin(np.where(allowed, cost, np.inf), axis=0), np.arange(n)]
    supply = np.maximum(np.rint(size * (_QUANTA / max(float(size.sum()), 1e-9))), 1).astype(np.int64)
    per_quantum = cost[territory, unit] / supply[unit]
    step = max(float(per_quantum.max()), 1e-12) / _COST_STEPS
    flow = _solve(territory, unit, np.rint(per_quantum / step).astype(np.int64), supply, share, tolerance)
    best = np.lexsort((-flow, unit))  # by unit, the largest flow first
    first = np.searchsorted(unit[best], np.arange(n))
    return territory[best[first]].astype(np.int32)


def _offers(cost: Float64Array, candidates: int) -> tuple[Int64Array, Int64Array]:
    cheapest = np.argpartition(cost, candidates - 1, axis=0)[:candidates]
    units = np.broadcast_to(np.arange(cost.shape[1]), cheapest.shape)
    offered = np.isfinite(cost[cheapest, units])
    return cheapest[offered], units[offered]


def _solve(
    territory: Int64Array,
    unit: Int64Array,
    price: Int64Array,
    supply: Int64Array,
    share: Float64Array,
    tolerance: float,
) -> Int64Array:
    n, p, total = supply.size, share.size, int(supply.sum())
    sink = n + p
    least = np.floor(np.maximum(share * total * (1 - tolerance), 0)).astype(np.int64)
    band = np.ceil(share * total * 2 * tolerance).astype(np.int64)
    out = np.arange(n, n + p)
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(unit, n + territory, supply[unit], price)
    for capacity, dear in ((least, 0), (band, 2 * _COST_STEPS), (np.full(p, total), 20 * _COST_STEPS)):
        flow.add_arcs_with_capacity_and_unit_cost(out, np.full(p, sink), capacity, np.full(p, dear))
    flow.set_nodes_supplies(np.arange(n), supply)
    flow.set_node_supply(sink, -total)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ValueError(f"allocation: min-cost flow ended with status {status}")
    found: Int64Array = np.asarray(flow.flows(np.arange(unit.size)))
    return found
