"""How likely each candidate is, given the whole matching: forward and backward sums over the same lattice."""

import numpy as np

from routing.arrays import Float64Array, Int32Array
from routing.jit import kernel
from routing.matching.match_kernels import Lattice, Ways


@kernel
def _mixed(values: Float64Array, lattice: Lattice, begin: int, turning: float) -> Float64Array:
    """`values` of a point's candidates, each with its mirror's share for turning on the spot."""
    mixed = values.copy()
    for i in range(values.size):
        other = lattice.mirror[begin + i]
        if other >= 0:
            mixed[i] += turning * values[other - begin]
    return mixed


@kernel
def posterior(lattice: Lattice, ways: Ways, point: Int32Array, u_turn_cost: float) -> Float64Array:
    """(c) probability of each candidate of the points of one matching, 0 for all others.

    Every point's values are scaled, so that long traces do not run out of exponents.
    """
    turning = np.exp(-u_turn_cost)
    forward, backward = np.zeros(lattice.arc.size), np.ones(lattice.arc.size)
    for k in range(point.size):
        begin, end = lattice.first[point[k]], lattice.first[point[k] + 1]
        emission = lattice.emission[begin:end]
        if k > 0:
            before = lattice.first[point[k - 1]]
            count = lattice.first[point[k - 1] + 1] - before
            way = np.exp(ways.way[begin:end, :count] - ways.way[begin:end, :count].max())
            into = way @ _mixed(forward[before : before + count], lattice, before, turning)
            forward[begin:end] = into * np.exp(emission - emission.max())
        else:
            forward[begin:end] = np.exp(emission - emission.max())
        forward[begin:end] /= max(forward[begin:end].sum(), 1e-300)
    for k in range(point.size - 1, 0, -1):
        begin, end = lattice.first[point[k]], lattice.first[point[k] + 1]
        before = lattice.first[point[k - 1]]
        count = lattice.first[point[k - 1] + 1] - before
        emission = lattice.emission[begin:end]
        way = np.exp(ways.way[begin:end, :count] - ways.way[begin:end, :count].max())
        onward = way.T @ (backward[begin:end] * np.exp(emission - emission.max()))
        backward[before : before + count] = _mixed(onward, lattice, before, turning)
        backward[before : before + count] /= max(backward[before : before + count].sum(), 1e-300)
    both = forward * backward
    for k in range(point.size):
        begin, end = lattice.first[point[k]], lattice.first[point[k] + 1]
        both[begin:end] /= max(both[begin:end].sum(), 1e-300)
    return both
