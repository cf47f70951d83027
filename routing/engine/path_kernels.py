"""Times, lengths and the line of a path, arc by arc."""

import numpy as np

from routing.arrays import Int32Array
from routing.jit import kernel

NO_TURN = -1


@kernel
def turns_between(first: Int32Array, head: Int32Array, cost_ms: Int32Array, states: Int32Array) -> Int32Array:
    """Milliseconds of the turn into each state from the one before it; 0 for the first, NO_TURN where there is none."""
    found = np.zeros(states.size, np.int32)
    for i in range(1, states.size):
        best = NO_TURN
        for turn in range(first[states[i - 1]], first[states[i - 1] + 1]):
            if head[turn] == states[i] and (best == NO_TURN or cost_ms[turn] < best):
                best = cost_ms[turn]
        found[i] = best
    return found
