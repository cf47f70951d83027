import numpy as np
import pytest

from scripts.bench.design_problems import even_problem
from territories.design.contiguity import main_parts
from territories.design.costs import work_out
from territories.design.objective import border, imbalance, targets
from territories.design.search import Search, SearchSettings
from territories.design.search_kernels import anneal, may_leave, move_delta, swap_delta


def prepared(seed: int, n: int = 40, p: int = 4):
    search = Search(SearchSettings(), work_out(even_problem(n, p, seed)), seed)
    owner = next(search.starts(1))[0]
    _, inputs, state = search._prepared(owner)
    return search.arrays, inputs, state


def plain_value(arrays, inputs, owner) -> float:
    cost = inputs.cost[owner, np.arange(owner.size)].sum() + inputs.border_s * border(arrays, owner)
    price = inputs.price[:, :1] / arrays.weight[:, None] / (arrays.share[0] / arrays.share.mean())
    unbalanced = imbalance(arrays.loads(owner), inputs.target, arrays.tolerance, arrays.firm, arrays.weight)
    return cost + float(price[0, 0]) * unbalanced


@pytest.mark.parametrize("seed", range(10))
def test_deltas_are_differences_of_the_objective(seed: int) -> None:
    arrays, inputs, state = prepared(seed)
    rng = np.random.default_rng(seed)
    before = plain_value(arrays, inputs, state.owner)
    for _ in range(30):
        unit, other = rng.choice(state.owner.size, 2, replace=False)
        a, b = state.owner[unit], state.owner[other]
        if a == b:
            continue
        moved, swapped = state.owner.copy(), state.owner.copy()
        moved[unit], swapped[unit], swapped[other] = b, b, a
        assert move_delta(inputs, state, unit, b) == pytest.approx(
            plain_value(arrays, inputs, moved) - before, abs=0.01
        )
        assert swap_delta(inputs, state, unit, other) == pytest.approx(
            plain_value(arrays, inputs, swapped) - before, abs=0.01
        ), f"seed {seed}: {unit} {other}"


@pytest.mark.parametrize("seed", range(10))
def test_may_leave_is_what_the_parts_say(seed: int) -> None:
    arrays, inputs, state = prepared(seed)
    for unit in range(state.owner.size):
        without = state.owner.copy()
        without[unit] = -1
        rest = without == state.owner[unit]
        whole = rest.any() and main_parts(arrays.first_out, arrays.head, without, np.ones(without.size))[rest].all()
        assert may_leave(inputs, state, unit) == whole, f"seed {seed}, unit {unit}"


@pytest.mark.parametrize("seed", range(5))
def test_a_walk_keeps_parts_whole_and_sums_right(seed: int) -> None:
    arrays, inputs, state = prepared(seed, 80, 5)
    anneal(inputs, state, 20_000, 5000.0, 1.0, seed + 1)
    assert main_parts(arrays.first_out, arrays.head, state.owner, arrays.pull).all(), f"seed {seed}"
    np.testing.assert_allclose(state.load, arrays.loads(state.owner), rtol=1e-9)
    np.testing.assert_array_equal(state.attached_units, np.bincount(state.owner, minlength=5))
    assert targets(arrays, state.load).shape == inputs.target.shape
