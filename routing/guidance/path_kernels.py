"""The kernel that walks along a path and notes what is seen and what is said."""

import numpy as np

from routing.arrays import Int32Array, UInt8Array
from routing.guidance.kinds import (
    ENTER_ROTARY,
    ENTER_ROUNDABOUT,
    EXIT_ROTARY,
    EXIT_ROUNDABOUT,
    NONE,
    ROUNDABOUT_TURN,
)
from routing.guidance.roundabout_kernels import RING, exits_passed, modifier_at_ring, ring_kind
from routing.guidance.sight_kernels import ANGLE, COLUMNS, DART, ENTRY, FLAGS, Roads, Sights, look, modifier_of
from routing.guidance.turn_kernels import choices_at, told_at
from routing.jit import kernel


@kernel
def look_and_tell(
    roads: Roads,
    arcs: Int32Array,
    sights: Sights,
    kind: UInt8Array,
    modifier: UInt8Array,
    exit_number: Int32Array,
    onto: Int32Array,
) -> None:
    """Fill what is seen and said at each junction of a path.

    `exit_number` is 0 where no roundabout is left, `onto` the place in the path of the arc that names the road taken:
    the next one, or the one after the roundabout.
    """
    arms = np.empty((most_arms(roads.arm_first, roads.head, arcs), COLUMNS), np.int32)
    entered, exits, ring, clockwise, total = -1, 0, NONE, False, 0
    for i in range(arcs.size - 1):
        count, come, go = look(roads, arcs[i], arcs[i + 1], arms)
        sights.first[i], sights.come[i], sights.go[i] = total, come, go
        sights.choices[i] = choices_at(arms, count, come)
        sights.before[i] = (roads.bearing[arms[come, DART]] + 180) % 360
        sights.after[i] = roads.bearing[arms[go, DART]]
        for k in range(count):
            sights.bearing[total], sights.entry[total] = roads.bearing[arms[k, DART]], arms[k, ENTRY] != 0
            total += 1
        exit_number[i], onto[i] = 0, i + 1
        inside, goes_inside = arms[come, FLAGS] & RING != 0, arms[go, FLAGS] & RING != 0
        if not inside and not goes_inside:
            kind[i], modifier[i] = told_at(arms, count, come, go)
            continue
        kind[i], modifier[i] = NONE, modifier_of(arms[go, ANGLE])
        if not inside or ring == NONE:
            entered, exits = (-1 if inside else i), 0
            ring, clockwise = ring_kind(roads, arcs[i + 1] if goes_inside else arcs[i])
        exits += exits_passed(arms, count, come, go, clockwise)
        if not inside:
            kind[i] = ENTER_ROTARY if ring == ENTER_ROTARY else ENTER_ROUNDABOUT  # if the path ends on it
        elif not goes_inside:
            kind[i] = EXIT_ROTARY if ring == ENTER_ROTARY else EXIT_ROUNDABOUT
            exit_number[i] = exits + 1
            if entered >= 0:
                kind[entered], exit_number[entered], onto[entered] = ring, exits + 1, i + 1
                if ring == ROUNDABOUT_TURN:
                    kind[i] = NONE
                    modifier[entered] = modifier_at_ring(roads, arcs[entered], arcs[i + 1])
            ring = NONE
    sights.first[arcs.size - 1] = total


@kernel
def most_arms(arm_first: Int32Array, head: Int32Array, arcs: Int32Array) -> int:
    """The largest number of arms at a junction of a path."""
    most = 1
    for arc in arcs:
        most = max(most, arm_first[head[arc] + 1] - arm_first[head[arc]])
    return most


@kernel
def longest_names(name: Int32Array, ref: Int32Array, begin_ms: Int32Array) -> tuple[int, int]:
    """The two names that are driven longest on a path, in their order; a number stands in for a name, 0 for nothing.

    `name` and `ref` are those of its k arcs, `begin_ms` (k+1) when each begins; of equals the first one counts.
    """
    found, spent_ms = np.empty(name.size, np.int32), np.zeros(name.size, np.int64)
    count = 0
    for arc in range(name.size):
        text = name[arc] if name[arc] else ref[arc]
        if text == 0:
            continue
        k = count - 1  # most arcs bear the name of the one before
        while k >= 0 and found[k] != text:
            k -= 1
        if k < 0:
            k = count
            found[k] = text
            count += 1
        spent_ms[k] += begin_ms[arc + 1] - begin_ms[arc]
    longest, second = -1, -1
    for k in range(count):
        if longest < 0 or spent_ms[k] > spent_ms[longest]:
            longest, second = k, longest
        elif second < 0 or spent_ms[k] > spent_ms[second]:
            second = k
    if second < 0:
        return (int(found[longest]) if longest >= 0 else 0), 0
    return int(found[min(longest, second)]), int(found[max(longest, second)])
