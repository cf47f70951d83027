import dataclasses

import numpy as np
import pytest

from routing.engine.travel_matrix import UNREACHABLE_S, TravelMatrix
from scripts.bench.design_problems import even_problem, problem_of
from territories.design.checker import measure
from territories.design.designer import LocationAllocationDesigner
from territories.design.model import Alignment, Budget, Measure
from tests.helpers.alignment_twin import plain_measures


@pytest.mark.parametrize("seed", range(40))
def test_measures_equal_plain_python_and_networkx(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(5, 40)), int(rng.integers(1, 5))
    problem = even_problem(n, p, seed)
    if seed % 2:  # a neighbour graph in several parts
        keep = rng.random(len(problem.neighbours)) < 0.3
        problem = dataclasses.replace(problem, neighbours=problem.neighbours[keep])
    owner = rng.integers(0, p, n)
    found, expected = measure(problem, Alignment(owner)), plain_measures(problem, owner.tolist())
    for name, values in expected.items():
        np.testing.assert_allclose(getattr(found, name), values, err_msg=f"seed {seed}: {name}, owner {owner}")
    shares = [expected["workload_s"], expected["potential"], expected["count"]]
    for row, load in zip(found.deviation, shares, strict=True):
        np.testing.assert_allclose(row, np.array(load) * p / sum(load) - 1, err_msg=f"seed {seed}")


def a_good_design(**settings: object):
    problem = even_problem(80, 4, 3, disruption_weight=0.0, **settings)
    return problem, LocationAllocationDesigner().design(problem, Budget(500, 2), 1).territory_of_unit.copy()


def rules(problem, owner) -> set[str]:
    return {violation.rule for violation in measure(problem, Alignment(owner)).violations}


def test_a_good_design_breaks_nothing() -> None:
    problem, owner = a_good_design()
    assert rules(problem, owner) == set()
    assert measure(problem, Alignment(owner)).feasible


class TestEveryMutationIsFound:
    def test_unassigned_and_unknown_territory(self) -> None:
        problem, owner = a_good_design()
        owner[[3, 5]] = [-1, 4]
        found = [(v.rule, v.unit) for v in measure(problem, Alignment(owner)).violations if v.rule == "coverage"]
        assert found == [("coverage", 3), ("coverage", 5)]

    def test_a_unit_out_of_its_lock(self) -> None:
        problem, owner = a_good_design()
        locked = np.full(80, -1, np.int32)
        locked[7] = (owner[7] + 1) % 4
        units = dataclasses.replace(problem.units, locked_territory=locked)
        found = measure(dataclasses.replace(problem, units=units), Alignment(owner)).violations
        assert [(v.rule, v.unit, v.territory) for v in found] == [("lock", 7, owner[7])]

    def test_a_skill_that_the_rep_lacks(self) -> None:
        problem, owner = a_good_design()
        needed = np.zeros(80, np.int64)
        needed[9] = 0b10
        units = dataclasses.replace(problem.units, required_skills=needed)
        skills = np.full(4, 0b10)
        skills[owner[9]] = 0b01
        territories = dataclasses.replace(problem.territories, skills=skills)
        broken = dataclasses.replace(problem, units=units, territories=territories)
        assert [(v.rule, v.unit) for v in measure(broken, Alignment(owner)).violations] == [("skills", 9)]

    def test_a_unit_given_to_a_territory_far_away_cuts_it(self) -> None:
        problem, owner = a_good_design()
        graph_neighbours = {int(b) for a, b in [*problem.neighbours, *problem.neighbours[:, ::-1]] if a == 11}
        far = next(t for t in range(4) if t not in {int(owner[u]) for u in graph_neighbours} | {int(owner[11])})
        owner[11] = far
        found = measure(problem, Alignment(owner))
        assert ("contiguity", far, 11, 1.0) in [(v.rule, v.territory, v.unit, v.excess) for v in found.violations]
        assert found.parts[far] == 2 and found.cut_off.tolist().index(True) == 11

    @pytest.mark.parametrize("name", ["workload", "potential", "count"])
    def test_a_territory_swallowed_by_another(self, name: str) -> None:
        problem, owner = a_good_design(measures=(Measure(name, 0.3),))
        owner[owner == 0] = 1
        found = [v for v in measure(problem, Alignment(owner)).violations if v.rule == name]
        assert {v.territory for v in found} >= {0, 1}
        assert next(v.excess for v in found if v.territory == 0) == pytest.approx(0.7)

    def test_a_home_without_a_road(self) -> None:
        problem, owner = a_good_design()
        duration_s = problem.home_to_unit.duration_s.copy()
        duration_s[owner[4], 4] = UNREACHABLE_S
        broken = dataclasses.replace(problem, home_to_unit=TravelMatrix(duration_s, duration_s))
        assert ("unreachable", 4) in [(v.rule, v.unit) for v in measure(broken, Alignment(owner)).violations]

    def test_changes_against_the_previous_alignment(self) -> None:
        problem, owner = a_good_design()
        before = owner.copy()
        before[:3] = (before[:3] + 1) % 4
        before[3] = -1  # a new account is nobody's loss
        found = measure(dataclasses.replace(problem, previous=Alignment(before)), Alignment(owner))
        assert np.flatnonzero(found.changed).tolist() == [0, 1, 2]
        assert 0 < found.changed_share < 0.2


def test_a_locked_unit_amid_another_territory_is_an_enclave() -> None:
    # 0 - 1 - 2 - 3 - 4 along a road; territory 0 holds 0, 1 and, locked, 4
    points = np.array([[i * 1000.0, (i % 2) * 10.0] for i in range(5)])
    locked = np.array([-1, -1, -1, -1, 0], np.int32)
    problem = problem_of(
        points, points[[0, 2]], np.random.default_rng(0), locked=locked, measures=(Measure("count", 1.5),)
    )
    chain = np.array([[0, 1], [1, 2], [2, 3], [3, 4]], np.int32)
    problem = dataclasses.replace(problem, neighbours=chain)
    found = measure(problem, Alignment(np.array([0, 0, 1, 1, 0])))
    assert [(v.rule, v.territory, v.unit) for v in found.violations] == [("enclave", 0, 4)]
    assert found.feasible
