import dataclasses
import itertools

import numpy as np
import pytest

from scripts.bench.design_problems import even_problem, lopsided_problem
from territories.design.checker import measure
from territories.design.costs import work_out
from territories.design.designer import LocationAllocationDesigner
from territories.design.model import Alignment, Budget, Measure
from territories.design.objective import objective
from territories.design.search import Search, SearchSettings

QUICK = Budget(moves_per_unit=1000, starts=3)


def design(problem, stop=QUICK, seed=1) -> Alignment:
    return LocationAllocationDesigner().design(problem, stop, seed)


@pytest.mark.parametrize("seed", range(25))
def test_balanced_and_contiguous_on_even_ground(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(60, 250)), int(rng.integers(2, 8))
    problem = even_problem(n, p, seed)
    found = measure(problem, design(problem))
    assert not found.violations, f"seed {seed}, n {n}, p {p}: {found.violations}"


@pytest.mark.parametrize("seed", range(8))
def test_homes_all_in_the_capital(seed: int) -> None:
    problem = lopsided_problem(500, 10, seed)
    found = measure(problem, design(problem))
    broken = {violation.rule for violation in found.violations}
    assert broken <= {"potential"}, f"seed {seed}: {found.violations}"  # far regions carry less of it per hour


def best_by_trying_all(problem, price_s: float, border_s: float) -> tuple[float, Alignment]:
    """The contiguous alignment with the least objective of all there are."""
    n, p = len(problem.units), len(problem.territories)
    arrays, best, found = work_out(problem), np.inf, None
    for owner in itertools.product(range(p), repeat=n):
        if len(set(owner)) == p:
            alignment = Alignment(np.array(owner))
            value = objective(arrays, alignment.territory_of_unit, price_s, border_s)
            if value < best and (measure(problem, alignment).parts == 1).all():
                best, found = value, alignment
    return best, found


@pytest.mark.parametrize("seed", range(12))
def test_close_to_the_best_of_all_alignments(seed: int) -> None:
    # seen: 11 of 12 equal the best; with three territories of two units each single moves run into a dead end once
    n, p = (9, 2) if seed % 2 else (7, 3)
    problem = even_problem(n, p, seed, measures=(Measure("workload", 0.25), Measure("potential", 0.5)))
    arrays = work_out(problem)
    search = Search(SearchSettings(), arrays, 1)
    list(search.starts(1))  # sets the price
    best, optimum = best_by_trying_all(problem, search.price_s, search.border_s)
    alignment = design(problem)
    value = search.value(alignment.territory_of_unit)
    assert best - 1e-6 <= value <= (1.15 if p == 3 else 1.02) * best, f"seed {seed}: {value} against {best}"
    if not measure(problem, optimum).violations:
        found = measure(problem, alignment).violations
        assert not found, f"seed {seed}: {found} though {optimum.territory_of_unit} breaks nothing"


@pytest.mark.parametrize("seed", range(15))
def test_locks_and_skills_hold_and_only_they_cut(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, p = 120, 5
    locked = np.where(rng.random(n) < 0.08, rng.integers(0, p, n), -1)
    skills = rng.integers(0, 4, p)
    skills[0] = 3
    needed = np.where((rng.random(n) < 0.15) & (locked < 0), rng.integers(1, 4, n), 0)
    problem = even_problem(n, p, seed, locked=locked, skills=skills, required_skills=needed)
    found = measure(problem, design(problem))
    broken = {violation.rule for violation in found.violations}
    assert broken <= {"enclave", "workload", "potential"}, f"seed {seed}: {found.violations}"


def test_a_skill_nobody_has_and_locks_against_balance_are_outcomes() -> None:
    n = 40
    needed = np.zeros(n, np.int64)
    needed[5] = 4
    locked = np.where(np.arange(n) < 30, 0, -1)
    problem = even_problem(n, 3, 1, locked=locked, required_skills=needed)
    found = measure(problem, design(problem))
    assert {violation.rule for violation in found.violations} >= {"skills", "workload"}
    assert not {violation.rule for violation in found.violations} & {"lock", "coverage"}


def test_target_weights_are_followed() -> None:
    problem = even_problem(200, 4, 2, target_weight=np.array([1.0, 1.0, 0.5, 2.0]))
    found = measure(problem, design(problem))
    assert not found.violations
    assert found.workload_s[3] > 3 * found.workload_s[2]


def test_islands_without_a_road_are_assigned_whole() -> None:
    problem = even_problem(120, 4, 5)
    pairs = problem.neighbours
    island = np.zeros(120, bool)
    island[:6] = True
    problem = dataclasses.replace(problem, neighbours=pairs[island[pairs[:, 0]] == island[pairs[:, 1]]])
    assert not measure(problem, design(problem)).violations


def test_same_seed_and_budget_same_alignment() -> None:
    problem = even_problem(150, 5, 9)
    first, second, other = design(problem), design(problem), design(problem, seed=2)
    assert (first.territory_of_unit == second.territory_of_unit).all()
    assert measure(problem, other).feasible


class TestRedraw:
    def problem_and_alignment(self, seed: int, p: int = 8, n: int = 300):
        problem = even_problem(n, p, seed)
        return problem, design(problem)

    @pytest.mark.parametrize("seed", range(4))
    def test_nothing_changed_moves_almost_nothing(self, seed: int) -> None:
        problem, before = self.problem_and_alignment(seed)
        again = dataclasses.replace(problem, previous=before)
        after = design(again, seed=5)
        assert measure(again, after).changed_share < 0.03, f"seed {seed}"
        assert after.version == before.version + 1

    @pytest.mark.parametrize("seed", range(4))
    def test_a_rep_leaves_and_most_stay(self, seed: int) -> None:
        problem, before = self.problem_and_alignment(seed)
        held = before.territory_of_unit.copy()
        orphan = held == 7
        held[orphan] = -1
        smaller = even_problem(300, 7, seed)
        smaller = dataclasses.replace(
            smaller,
            units=problem.units,
            unit_travel=problem.unit_travel,
            neighbours=problem.neighbours,
            home_to_unit=problem.home_to_unit.select(np.arange(7), np.arange(300)),
            unit_to_home=problem.unit_to_home.select(np.arange(300), np.arange(7)),
            previous=Alignment(held),
        )
        found = measure(smaller, design(smaller))
        assert not found.violations, f"seed {seed}: {found.violations}"
        # an eighth more work each: what flows from neighbour to neighbour is about that
        assert found.changed_share < 0.15, f"seed {seed}: {found.changed_share}"

    @pytest.mark.parametrize("seed", range(4))
    def test_a_rep_joins_and_most_stay(self, seed: int) -> None:
        problem, _ = self.problem_and_alignment(seed)
        seven = np.arange(7)
        smaller = dataclasses.replace(
            problem,
            territories=even_problem(300, 7, seed).territories,
            home_to_unit=problem.home_to_unit.select(seven, np.arange(300)),
            unit_to_home=problem.unit_to_home.select(np.arange(300), seven),
        )
        larger = dataclasses.replace(problem, previous=design(smaller))
        found = measure(larger, design(larger))
        assert not {v.rule for v in found.violations} - {"potential"}, f"seed {seed}: {found.violations}"
        assert found.changed_share < 0.3, f"seed {seed}: {found.changed_share}"  # the new territory itself is 0.125

    def test_a_successor_takes_over_what_the_leaver_left(self) -> None:
        problem, before = self.problem_and_alignment(3)
        held = np.where(before.territory_of_unit == 2, -1, before.territory_of_unit)
        again = dataclasses.replace(problem, previous=Alignment(held))
        after = design(again).territory_of_unit
        assert (after == before.territory_of_unit).mean() > 0.95

    def test_dearer_changes_are_fewer(self) -> None:
        problem, before = self.problem_and_alignment(1)
        rng = np.random.default_rng(0)
        shaken = np.where(rng.random(300) < 0.1, rng.integers(0, 8, 300), before.territory_of_unit)
        moved = [
            int(measure(p, design(p)).changed.sum())
            for p in (
                dataclasses.replace(problem, previous=Alignment(shaken), disruption_weight=weight)
                for weight in (0.0, 1.0)
            )
        ]
        assert moved[1] < moved[0], moved
