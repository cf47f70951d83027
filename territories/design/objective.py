"""One number for an alignment that keeps locks, skills and contiguity: routed time, plus the price of imbalance.

    routed seconds + price × Σ measures weight × Σ territories size × worth of the deviation
                   + small price × pairs of neighbours in two territories

size = target / mean target, deviation = load / target - 1, excess = what of it lies beyond the tolerance.
A firm measure's deviation is worth excess + 2 excess² (the square lets load flow on from a territory far beyond the
tolerance to one just at its edge), a soft one's excess / (1 + 10 excess) (a territory that cannot reach the band is let
be); both plus 0.002 deviation² / tolerance, which draws to the middle of the band where that costs nearly nothing.
The border term is there for the eye: far from every home units cost nearly the same in any territory, and borders
frayed.
"""

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array
from territories.design.costs import DesignArrays

PRICE = 50.0
"""Price of a territory's whole excess, in mean routed times of a territory: it outweighs any detour."""


def imbalance(
    load: Float64Array, target: Float64Array, tolerance: Float64Array, firm: BoolArray, weight: Float64Array
) -> float:
    """The weighted sum above; `load` and `target` (m, p)."""
    deviation = np.abs(load / np.maximum(target, 1e-9) - 1)
    excess = np.maximum(deviation - tolerance[:, np.newaxis], 0)
    size = target / np.maximum(target.mean(axis=1, keepdims=True), 1e-9)
    nudge = 0.002 * deviation**2 / tolerance[:, np.newaxis]
    worth = np.where(firm[:, np.newaxis], excess + 2 * excess**2, excess / (1 + 10 * excess)) + nudge
    return float((weight[:, np.newaxis] * size * worth).sum())


def targets(arrays: DesignArrays, load: Float64Array) -> Float64Array:
    """(m, p) what each territory should carry, given what all carry together."""
    return np.ascontiguousarray(load.sum(axis=1, keepdims=True) * arrays.share[np.newaxis, :])


def routed_cost_s(arrays: DesignArrays, owner: Int32Array) -> float:
    """Routed seconds (with the price of changed hands) of an alignment around its own medians."""
    return float(arrays.cost(arrays.medians(owner))[owner, np.arange(owner.size)].sum())


def border(arrays: DesignArrays, owner: Int32Array) -> int:
    """Pairs of neighbours in two territories: straight borders have few."""
    tail = np.repeat(np.arange(owner.size), np.diff(arrays.first_out))
    return int((owner[tail] != owner[arrays.head]).sum()) // 2


def objective(arrays: DesignArrays, owner: Int32Array, price_s: float, border_s: float) -> float:
    """The whole; `price_s` is PRICE × the mean routed time of a territory at the start, `border_s` that of a
    cut pair of neighbours; the same for all compared."""
    load = arrays.loads(owner)
    unbalanced = imbalance(load, targets(arrays, load), arrays.tolerance, arrays.firm, arrays.weight)
    return routed_cost_s(arrays, owner) + price_s * unbalanced + border_s * border(arrays, owner)
