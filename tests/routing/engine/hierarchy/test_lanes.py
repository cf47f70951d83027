"""The loops spelled out in LLVM's terms do what their plain twins do."""

import numba
import numpy as np
import pytest

from routing.engine.hierarchy.lane_kernels import (
    LANES,
    _plain_gather_min,
    _plain_scatter_min,
    gather_min,
    scatter_min,
)
from routing.engine.hierarchy.workspaces import Room


@numba.njit
def gathered(into, row, fresh, labels, node, weight, begin, end):
    gather_min(into, row, fresh, labels, node, weight, begin, end)


@numba.njit
def scattered(labels, row, row_of, node, weight, begin, end):
    scatter_min(labels, row, row_of, node, weight, begin, end)


def some(rng, dtype, *shape):
    """Labels and weights of which any two sum within the type."""
    most = np.iinfo(dtype).max // 2
    return rng.integers(-most, most, shape, dtype, endpoint=True)


def rows_of(values):
    rows = Room().rows(len(values), values.dtype.type)
    rows[:] = values
    return rows


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("seed", range(20))
def test_gather(dtype, seed):
    rng = np.random.default_rng(seed)
    labels, into = some(rng, dtype, 9, LANES), some(rng, dtype, 5, LANES)
    node, weight = rng.integers(0, 9, 12).astype(np.int32), some(rng, dtype, 12)
    begin, end = sorted(rng.integers(0, 13, 2).tolist())
    fresh = [0, -1, 1 << 30, int(np.iinfo(dtype).max)][seed % 4]
    truth, ours = into.copy(), rows_of(into)
    _plain_gather_min(truth, 3, fresh, labels, node, weight, begin, end)
    gathered(ours, 3, fresh, rows_of(labels), node, weight, begin, end)
    assert np.array_equal(ours, truth), f"seed {seed}: {ours[3]} is {truth[3]}"


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("seed", range(20))
def test_gather_within_one_table(dtype, seed):
    """As a sweep down does it: what is lowered and what it is lowered by are rows of one table."""
    rng = np.random.default_rng(seed)
    labels = some(rng, dtype, 9, LANES)
    node, weight = rng.integers(0, 8, 6).astype(np.int32), some(rng, dtype, 6)
    truth, ours = labels.copy(), rows_of(labels)
    _plain_gather_min(truth, 8, 0, truth, node, weight, 0, 6)
    gathered(ours, 8, 0, ours, node, weight, 0, 6)
    assert np.array_equal(ours, truth), f"seed {seed}"


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("seed", range(20))
def test_scatter(dtype, seed):
    rng = np.random.default_rng(seed)
    labels = some(rng, dtype, 9, LANES)
    row_of = rng.permutation(9).astype(np.int32)
    row = int(rng.integers(0, 9))
    others = np.flatnonzero(row_of != row)  # no arc leads to where it begins
    node, weight = rng.choice(others, 12).astype(np.int32), some(rng, dtype, 12)
    begin, end = sorted(rng.integers(0, 13, 2).tolist())
    truth, ours = labels.copy(), rows_of(labels)
    _plain_scatter_min(truth, row, row_of, node, weight, begin, end)
    scattered(ours, row, row_of, node, weight, begin, end)
    assert np.array_equal(ours, truth), f"seed {seed}"
