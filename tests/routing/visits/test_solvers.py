import threading

import numpy as np
import pytest

from routing.engine.travel_matrix import UNREACHABLE_S, TravelMatrix
from routing.visits.budget import Budget
from routing.visits.checker import check
from routing.visits.greedy import GreedySolver, insert_greedily, keep_what_fits
from routing.visits.model import Problem, Shift
from routing.visits.objective import cost
from routing.visits.reasons import eligible_shifts
from routing.visits.schedule import schedule
from routing.visits.solver_ortools import OrToolsSolver
from tests.helpers.visit_brute_force import best_cost
from tests.helpers.visit_problems import line_travel, random_problem, visits_of

H = 3600
MORE_DRIVING = {20, 51}  # 21 % and 0.2 % above the least; 3,000 solutions instead of 300 mend the first


def slow_insertion(problem):
    """The greedy solver by the slow schedule alone."""
    orders = [[] for _ in problem.shifts]
    visits, allowed = problem.visits, eligible_shifts(problem)
    ranked = sorted(range(len(visits)), key=lambda v: (not visits.mandatory[v], -visits.priority[v], v))
    for visit in ranked:
        choices = []
        for shift, order in enumerate(orders):
            before_s = cost(problem, [order if s == shift else () for s in range(len(orders))]).drive_s
            for position in range(len(order) + 1) if allowed[visit, shift] else ():
                trial = [*order[:position], visit, *order[position:]]
                route = schedule(problem, shift, trial)
                if route is not None:
                    choices.append((route.drive_s - before_s, shift, position))
        if choices:
            _, shift, position = min(choices)
            orders[shift].insert(position, visit)
    return orders


@pytest.mark.parametrize("seed", range(30))
def test_greedy_equals_its_slow_twin(seed):
    problem = random_problem(seed, n=15, reps=2)
    assert insert_greedily(problem) == slow_insertion(problem), seed


@pytest.mark.parametrize("seed", range(40))
def test_plans_pass_the_checker_and_beat_greedy(seed):
    problem = random_problem(seed, n=25, reps=3, days=1 + seed % 2)
    greedy = GreedySolver().solve(problem, Budget(solutions=1), seed)
    plan = OrToolsSolver().solve(problem, Budget(solutions=60), seed)
    assert check(problem, greedy) == [], seed
    assert check(problem, plan) == [], seed
    assert cost(problem, plan.orders) <= cost(problem, greedy.orders), seed
    assert any(plan.orders), seed


@pytest.mark.parametrize("seed", range(60))
def test_small_problems_reach_the_optimum(seed):
    rules = seed % 4 != 0
    problem = random_problem(seed, n=6, reps=1 + seed % 2, rules=rules)
    best = best_cost(problem)  # priorities always reach it; driving does in 58 of the 60 cases
    greedy = cost(problem, insert_greedily(problem))
    found = cost(problem, OrToolsSolver().solve(problem, Budget(solutions=300), seed).orders)
    assert best <= found <= greedy, seed
    assert found[:2] == best[:2], seed
    assert found == best or seed in MORE_DRIVING, seed


def test_same_seed_and_solutions_give_the_same_plan():
    problem = random_problem(7, n=40, reps=4)
    plans = [OrToolsSolver().solve(problem, Budget(solutions=60), seed) for seed in (3, 3)]
    assert plans[0] == plans[1]


@pytest.mark.parametrize("seed", range(10))
def test_replanning_starts_from_the_earlier_plan(seed):
    problem = random_problem(seed, n=25, reps=3)
    earlier = OrToolsSolver().solve(problem, Budget(solutions=100), seed)
    again = OrToolsSolver().solve(problem, Budget(solutions=2), seed + 1, start=earlier)
    assert check(problem, again) == []
    assert cost(problem, again.orders) <= cost(problem, earlier.orders), seed


def test_replanning_drops_what_the_changed_day_forbids():
    problem = random_problem(3, n=20, reps=3)
    earlier = OrToolsSolver().solve(problem, Budget(solutions=100), 0)
    changed = random_problem(4, n=18, reps=2)  # two visits and a rep fewer, other windows and travel times
    kept = keep_what_fits(changed, earlier.orders)
    for shift, order in enumerate(kept):
        assert schedule(changed, shift, order) is not None
        assert all(eligible_shifts(changed)[visit, shift] for visit in order)
    assert check(changed, OrToolsSolver().solve(changed, Budget(solutions=20), 0, start=earlier)) == []


def test_mandatory_comes_before_every_priority():
    # one hour of service fits once; the mandatory visit has priority 1
    shift = Shift(0, 8 * H, 9 * H + 1200, 0, 0)
    problem = Problem(visits_of([1, 2], H, None, [1000, 1], [False, True]), (shift,), line_travel([0, 5, 10]))
    plan = OrToolsSolver().solve(problem, Budget(solutions=20), 0)
    assert plan.orders == ((1,),)
    assert [(left.visit, left.reason) for left in plan.unplanned] == [(0, "no_capacity")]


def test_mandatory_visits_that_do_not_fit_are_an_outcome():
    shift = Shift(0, 8 * H, 10 * H, 0, 0)
    problem = Problem(visits_of([1, 2, 1], H, None, 1, True), (shift,), line_travel([0, 5, 10]))
    plan = OrToolsSolver().solve(problem, Budget(solutions=20), 0)
    assert check(problem, plan) == []
    assert len(plan.unplanned) == 2


def test_nothing_to_do_and_nobody_to_do_it():
    travel = line_travel([0, 5])
    nobody = OrToolsSolver().solve(Problem(visits_of([1]), (), travel), Budget(solutions=5), 0)
    assert [left.reason for left in nobody.unplanned] == ["no_shift"]
    idle = OrToolsSolver().solve(Problem(visits_of([]), (Shift(0, 0, H, 0, 0),), travel), Budget(solutions=5), 0)
    assert idle.unplanned == ()
    assert idle.routes[0].stops == ()


def test_a_shift_that_cannot_even_be_driven_empty_harms_nobody():
    duration_s = np.array([[0, UNREACHABLE_S, 60], [60, 0, 60], [60, UNREACHABLE_S, 0]])
    shifts = (Shift(0, 8 * H, 9 * H, 0, 1), Shift(1, 8 * H, 9 * H, 0, 0))  # from 0 there is no way to 1
    problem = Problem(visits_of([2]), shifts, TravelMatrix(duration_s, duration_s))
    plan = OrToolsSolver().solve(problem, Budget(solutions=5), 0)
    assert plan.orders == ((), (0,))
    assert check(problem, plan) == []


def test_a_wall_budget_ends_in_time_and_needs_one_limit():
    with pytest.raises(ValueError, match="wall_s or solutions"):
        Budget()
    plan = OrToolsSolver().solve(random_problem(1), Budget(wall_s=0.2), 0)
    assert any(plan.orders)


def test_other_threads_run_while_it_searches():
    problem = random_problem(3, n=60, reps=1)
    insert_greedily(problem)  # compiled before
    turns, ended = [], threading.Event()

    def take_turns():
        while not ended.wait(0.01):
            turns.append(None)

    other = threading.Thread(target=take_turns)
    other.start()
    OrToolsSolver().solve(problem, Budget(wall_s=1.0), 1)
    ended.set()
    other.join()
    assert len(turns) > 20, "at most 100; 1 to 4 where the search keeps the interpreter lock"
