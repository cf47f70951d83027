"""How likely each candidate is, given the whole matching: forward and backward sums over the same lattice."""

import numpy as np

from routing.arrays import Float64Array, Int32Array
from routing.jit import kernel
from routing.matching.match_kernels import Lattice, Ways, kept_ways


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
    """Probability of each candidate from the first of a matching's points to its last, 0 for those of other points.

    Every point's values are scaled, so that long traces do not run out of exponents.
    """
    turning, origin = np.exp(-u_turn_cost), lattice.first[point[0]]
    forward = np.zeros(lattice.first[point[point.size - 1] + 1] - origin)
    backward = np.ones(forward.size)
    for k in range(point.size):
        begin, end = lattice.first[point[k]], lattice.first[point[k] + 1]
        emission, own = lattice.emission[begin:end], forward[begin - origin : end - origin]
        own[:] = np.exp(emission - emission.max())
        if k > 0:
            before, after = lattice.first[point[k - 1]], lattice.first[point[k - 1] + 1]
            left = _mixed(forward[before - origin : after - origin], lattice, before, turning)
            own *= kept_ways(lattice, ways, point[k - 1], point[k]) @ left
        own /= max(own.sum(), 1e-300)
    for k in range(point.size - 1, 0, -1):
        begin, end = lattice.first[point[k]], lattice.first[point[k] + 1]
        before, after = lattice.first[point[k - 1]], lattice.first[point[k - 1] + 1]
        emission, own = lattice.emission[begin:end], backward[before - origin : after - origin]
        ahead = backward[begin - origin : end - origin] * np.exp(emission - emission.max())
        own[:] = _mixed(kept_ways(lattice, ways, point[k - 1], point[k]).T @ ahead, lattice, before, turning)
        own /= max(own.sum(), 1e-300)
    both = forward * backward
    for k in range(point.size):
        own = both[lattice.first[point[k]] - origin : lattice.first[point[k] + 1] - origin]
        own /= max(own.sum(), 1e-300)
    return both
