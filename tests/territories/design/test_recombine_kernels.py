import networkx as nx
import numpy as np
import pytest

from territories.design.checker import measure
from territories.design.costs import work_out
from territories.design.designer import LocationAllocationDesigner
from territories.design.model import Budget
from territories.design.objective import border, imbalance
from territories.design.recombine_kernels import (
    best_cut,
    branch_sums,
    melt,
    present_value,
    recombine,
    recombine_pairs,
    spanning_tree,
)
from territories.design.search import Search, SearchSettings
from tests.helpers.road_like_problems import road_like_problem


def prepared(seed: int, n: int = 120, p: int = 4):
    search = Search(SearchSettings(), work_out(road_like_problem(n, p, seed)), seed)
    owner = next(search.starts(1))[0]
    _, inputs, state = search._prepared(owner)
    return search.arrays, inputs, state


def neighbours(arrays) -> nx.Graph:
    n = arrays.pull.size
    return nx.Graph(
        list(zip(np.repeat(np.arange(n), np.diff(arrays.first_out)).tolist(), arrays.head.tolist(), strict=True))
    )


def adjacent(arrays, owner) -> tuple[int, int]:
    return next((int(owner[u]), int(owner[v])) for u, v in neighbours(arrays).edges if owner[u] != owner[v])


def plain_value(arrays, inputs, owner) -> float:
    cost = inputs.cost[owner, np.arange(owner.size)].sum() + inputs.border_s * border(arrays, owner)
    price = float(inputs.price[0, 0] / arrays.weight[0] / (arrays.share[0] / arrays.share.mean()))
    return cost + price * imbalance(arrays.loads(owner), inputs.target, arrays.tolerance, arrays.firm, arrays.weight)


@pytest.mark.parametrize("seed", range(12))
def test_the_best_cut_is_the_best_of_all_edges_of_the_tree(seed: int) -> None:
    arrays, inputs, state = prepared(seed)
    a, b = adjacent(arrays, state.owner)
    melted = melt(inputs, state, a, b)
    weight = np.random.default_rng(seed).random(melted.left.size)
    order, parent = spanning_tree(melted, weight)
    tree = nx.Graph([(int(i), int(parent[i])) for i in order if parent[i] >= 0])
    assert nx.is_tree(tree)
    assert tree.number_of_nodes() == melted.unit.size
    whole = nx.Graph()
    whole.add_weighted_edges_from(zip(melted.left.tolist(), melted.right.tolist(), weight.tolist(), strict=True))
    assert {frozenset(e) for e in tree.edges} == {frozenset(e) for e in nx.minimum_spanning_tree(whole).edges}

    before = plain_value(arrays, inputs, state.owner)
    found = []
    for i, j in list(tree.edges):
        tree.remove_edge(i, j)
        piece = melted.unit[list(nx.node_connected_component(tree, i))]
        tree.add_edge(i, j)
        for inner, outer in ((a, b), (b, a)):
            owner = state.owner.copy()
            owner[melted.unit] = outer
            owner[piece] = inner
            found.append(plain_value(arrays, inputs, owner) - before)
    present, fixed = present_value(inputs, state, melted, a, b)
    value, _, _ = best_cut(inputs, a, b, branch_sums(inputs, melted, a, b, order, parent), fixed)
    assert value - present == pytest.approx(min(found), abs=0.05), f"seed {seed}: {a} {b}"


@pytest.mark.parametrize("seed", range(12))
def test_a_recombination_changes_the_objective_by_what_it_says_and_cuts_nothing(seed: int) -> None:
    arrays, inputs, state = prepared(seed)
    graph, random, taken = neighbours(arrays), seed + 1, 0
    for _ in range(40):
        a, b = adjacent(arrays, state.owner) if taken % 2 else adjacent(arrays, state.owner)[::-1]
        before, old = plain_value(arrays, inputs, state.owner), state.owner.copy()
        random, _, made = recombine(inputs, state, a, b, 0.0, random)
        taken += made
        assert made == (old != state.owner).any()
        assert not made or plain_value(arrays, inputs, state.owner) < before, f"seed {seed}"
        assert set(np.flatnonzero(old != state.owner)) <= set(np.flatnonzero((old == a) | (old == b)))
        for territory in range(4):
            assert nx.is_connected(graph.subgraph(np.flatnonzero(state.owner == territory).tolist())), f"seed {seed}"


@pytest.mark.parametrize("seed", range(5))
def test_a_walk_of_recombinations_keeps_the_sums_right(seed: int) -> None:
    arrays, inputs, state = prepared(seed, 200, 7)
    _, taken = recombine_pairs(inputs, state, 30_000, 5000.0, 1.0, seed + 1)
    assert taken > 5
    np.testing.assert_allclose(state.load, arrays.loads(state.owner), rtol=1e-9)
    np.testing.assert_array_equal(state.attached_units, np.bincount(state.owner, minlength=7))


@pytest.mark.parametrize("seed", range(20))
def test_balanced_and_contiguous_on_tree_like_roads(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, p, more = int(rng.integers(150, 400)), int(rng.integers(3, 9)), float(rng.uniform(0.05, 0.6))
    problem = road_like_problem(n, p, seed, more)
    found = measure(problem, LocationAllocationDesigner().design(problem, Budget(1000, 3), 1))
    broken = {violation.rule for violation in found.violations}
    assert broken <= {"potential"}, f"seed {seed}, n {n}, p {p}, {more}: {found.violations}"
