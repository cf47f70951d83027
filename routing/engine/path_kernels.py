"""Times, lengths and the line of a path, arc by arc."""

import numpy as np

from routing.arrays import Int32Array
from routing.engine.key_kernels import part_of
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


@kernel
def path_columns(
    arc_of_state: Int32Array,
    duration_ms: Int32Array,
    length_dm: Int32Array,
    turn_first: Int32Array,
    turn_head: Int32Array,
    turn_ms: Int32Array,
    states: Int32Array,
    begin: float,
    end: float,
) -> tuple[Int32Array, Int32Array, Int32Array, Int32Array]:
    """Arcs, their milliseconds and decimetres and the turns into them, of a drive through `states`.

    It begins and ends at shares of the first and the last arc, counted from their tails; rounded as `part_of` does.
    """
    last = states.size - 1
    arcs, arc_ms = np.empty(states.size, np.int32), np.empty(states.size, np.int32)
    arc_dm = np.empty(states.size, np.int32)
    for i in range(states.size):
        arc = arc_of_state[states[i]]
        arcs[i], arc_ms[i], arc_dm[i] = arc, duration_ms[arc], length_dm[arc]
        if i == last:
            arc_ms[i], arc_dm[i] = part_of(arc_ms[i], end), part_of(arc_dm[i], end)
        if i == 0:
            arc_ms[i] -= part_of(duration_ms[arc], begin)
            arc_dm[i] -= part_of(length_dm[arc], begin)
    return arcs, arc_ms, arc_dm, turns_between(turn_first, turn_head, turn_ms, states)
