"""Public instances: our plans pass the checker and are in the range that the literature and peers give."""

import os
from pathlib import Path

import pytest

from routing.visits.budget import Budget
from routing.visits.checker import check
from routing.visits.greedy import GreedySolver
from routing.visits.objective import cost
from routing.visits.solver_ortools import OrToolsSolver
from scripts.bench.visit_instances import read_best_known, read_fieldday, read_vrptw

SHARED = Path(os.environ.get("BEATPLAN_SHARED", Path(__file__).resolve().parents[4] / "shared")) / "data" / "visits"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="no data/visits under BEATPLAN_SHARED or ../shared")


@pytest.mark.parametrize(("name", "least"), [("fieldday_A_1", 400), ("fieldday_B_1", 530)])
def test_field_day(name, least):
    instance = read_fieldday(SHARED / "fieldday" / f"{name}.json")
    plan = OrToolsSolver().solve(instance.problem, Budget(solutions=60), 0)
    assert check(instance.problem, plan) == []
    greedy = GreedySolver().solve(instance.problem, Budget(solutions=1), 0)
    assert cost(instance.problem, plan.orders) <= cost(instance.problem, greedy.orders)
    assert instance.value(plan) >= least
    assert {left.reason for left in plan.unplanned} == {"no_capacity"}


@pytest.mark.parametrize("name", ["C101", "R101"])
def test_solomon(name):
    instance = read_vrptw(SHARED / "vrptw_solomon" / f"{name}.txt")
    best = read_best_known(SHARED / "bks_vrptw_cvrp.csv")[name]
    plan = OrToolsSolver().solve(instance.problem, Budget(solutions=60), 0)
    assert check(instance.problem, plan) == []
    assert plan.unplanned == ()
    assert best - 0.05 <= instance.value(plan) <= 1.25 * best
