"""How sure a match is."""

from collections.abc import Iterator

import numpy as np

from routing.arrays import Float64Array, Int32Array
from routing.engine.path import Path
from routing.matching.chains import Chain
from routing.matching.match_kernels import Lattice

FIT_WINDOW = 11
"""Points over which the distances from the road are judged: one alone may be far off by chance."""
GOOD_FIT = 1.5
"""Root mean square of distances over accuracies up to which nothing speaks against the match; 1 is expected."""

LIKELY = 0.05
"""From this probability on, an edge is one that a point may well have been on."""


def leg_confidences(
    lattice: Lattice, posterior: Float64Array, chain: Chain, legs: tuple[Path, ...], off: Float64Array
) -> Float64Array:
    """(legs) 0 to 1: that the car was on the matched roads at both ends, times how well the points fit to them.

    `off` are the points' distances from where they were matched, over their accuracies.
    """
    driven: list[set[int]] = [set(), *(set(leg.arcs.tolist()) for leg in legs), set()]
    on_road = np.empty(chain.point.size)
    for k, (near, likely) in enumerate(_candidates(lattice, posterior, chain)):
        of_arc = zip(lattice.arc[near].tolist(), likely.tolist(), strict=True)
        on_road[k] = sum(share for arc, share in of_arc if arc in driven[k] or arc in driven[k + 1])
    fit = np.minimum(1.0, (GOOD_FIT / np.maximum(_moving_rms(off), 1e-9)) ** 2)
    both = np.clip(on_road * fit, 0.0, 1.0)
    return np.minimum(both[:-1], both[1:])


def edge_alternatives(
    lattice: Lattice, posterior: Float64Array, chain: Chain, edge: Int32Array, taken: Int32Array
) -> Int32Array:
    """(p) edges beside the one `taken` that the car may well have been on at each point; `edge` (c) of candidates."""
    count = np.zeros(chain.point.size, np.int32)
    for k, (near, likely) in enumerate(_candidates(lattice, posterior, chain)):
        edges, which = np.unique(edge[near], return_inverse=True)
        count[k] = ((np.bincount(which, likely) >= LIKELY) & (edges != taken[k])).sum()
    return count


def _candidates(lattice: Lattice, posterior: Float64Array, chain: Chain) -> Iterator[tuple[slice, Float64Array]]:
    """Of each point of the matching: which candidates of the trace are its, and their shares of the `posterior`."""
    begins, ends = lattice.first[chain.point].tolist(), lattice.first[chain.point + 1].tolist()
    for begin, end in zip(begins, ends, strict=True):
        yield slice(begin, end), posterior[begin - begins[0] : end - begins[0]]


def _moving_rms(values: Float64Array) -> Float64Array:
    """Root mean square over FIT_WINDOW values around each, fewer at the ends."""
    window = np.ones(min(FIT_WINDOW, values.size))
    return np.sqrt(np.convolve(values**2, window, "same") / np.convolve(np.ones(values.size), window, "same"))
