"""Kernels of roundabouts: their exits counted as a driver passes them, and what they are called."""

import math

import numpy as np

from routing.arrays import Int32Array, Int64Array
from routing.guidance.kinds import ENTER_ROTARY, ENTER_ROUNDABOUT, ROUNDABOUT_TURN, U_TURN
from routing.guidance.sight_kernels import (
    ANGLE,
    ENTRY,
    FLAGS,
    LOW,
    Roads,
    angle_between,
    arc_of_dart,
    dart_of_arc,
    modifier_of,
)
from routing.jit import kernel
from routing.network.road_network import CIRCULAR, LEFT_HAND, ROUNDABOUT

RING = ROUNDABOUT | CIRCULAR
LARGE_RADIUS_DM = 150.0
"""OSRM's border between a roundabout that is crossed like a junction and one that is driven round."""
MOST_ARCS = 200
"""A ring of more arcs than this is taken for one that does not close."""


@kernel
def exits_passed(arms: Int32Array, count: int, come: int, go: int, clockwise: bool) -> int:
    """Roads out of the ring that a driver passes at a junction: those between the kerb and the arm taken.

    So roads that cut through the ring are no exits; neither are service roads off a ring of streets: no sign counts
    them, nor does OSRM.
    """
    lowest = max(arms[come, LOW], arms[go, LOW])
    passed = 0
    for k in range(count):
        if k in (come, go) or not arms[k, ENTRY] or arms[k, FLAGS] & RING or arms[k, LOW] > lowest:
            continue
        nearer = arms[k, ANGLE] < arms[go, ANGLE] if clockwise else arms[k, ANGLE] > arms[go, ANGLE]
        passed += 1 if nearer else 0
    return passed


@kernel
def modifier_at_ring(roads: Roads, arc: int, onward: int) -> int:
    """The modifier of a turn over a small roundabout, from the arc before it to the one after."""
    come = dart_of_arc(roads.edge_of_arc, roads.forward_arc, arc) ^ 1
    go = dart_of_arc(roads.edge_of_arc, roads.forward_arc, onward)
    if come == go:
        return U_TURN
    return modifier_of(angle_between(roads.bearing[come] + 180, roads.bearing[go]))


@kernel
def ring_kind(roads: Roads, start: int) -> tuple[int, bool]:
    """How the roundabout around arc `start` is announced, and whether it is driven clockwise.

    A rotary has a name of its own and is large. A roundabout turn is small, has at most four roads, one at a junction,
    more than 40 degrees apart. Everything else is a roundabout; so is a ring that does not close.
    """
    edge = roads.edge_of_arc[start]
    name, length_dm, roads_out, simple = roads.name[edge], 0, 0, True
    bearing, turned = np.empty(5, np.int64), 0
    arc = start
    for _ in range(MOST_ARCS):
        length_dm += roads.length_dm[arc]
        here, own_name, dart = _roads_beside(roads, roads.head[arc], name)
        if here:
            bearing[min(roads_out, 4)] = roads.bearing[dart]
        roads_out, simple = roads_out + (here > 0), simple and here <= 1
        before, arc = arc, _next_on_ring(roads, arc)
        if arc < 0:
            return ENTER_ROUNDABOUT, roads.flags[edge] & LEFT_HAND != 0
        turned += angle_between(_bearing_of(roads, before), _bearing_of(roads, arc))
        if not own_name or roads.name[roads.edge_of_arc[arc]] != name:
            name = 0
        if arc == start:
            break
    large = length_dm / (2 * math.pi) > LARGE_RADIUS_DM
    if arc == start and name != 0 and (large or roads.flags[edge] & CIRCULAR):
        return ENTER_ROTARY, turned > 0
    if arc != start or large or not simple or roads_out > 4 or _too_close(bearing[:roads_out]):
        return ENTER_ROUNDABOUT, turned > 0
    return ROUNDABOUT_TURN, turned > 0


@kernel
def _bearing_of(roads: Roads, arc: int) -> int:
    return int(roads.bearing[dart_of_arc(roads.edge_of_arc, roads.forward_arc, arc)])


@kernel
def _next_on_ring(roads: Roads, arc: int) -> int:
    """The arc of the ring after `arc`, or -1."""
    junction, back = roads.head[arc], dart_of_arc(roads.edge_of_arc, roads.forward_arc, arc) ^ 1
    for k in range(roads.arm_first[junction], roads.arm_first[junction + 1]):
        dart = roads.arm[k]
        onward = arc_of_dart(roads.forward_arc, roads.backward_arc, dart)
        if roads.flags[dart >> 1] & RING and onward >= 0 and dart != back:
            return onward
    return -1


@kernel
def _roads_beside(roads: Roads, junction: int, name: int) -> tuple[int, bool, int]:
    """Arms beside the ring at one of its junctions: how many, whether none is called `name`, and one of them."""
    count, own_name, found = 0, True, -1
    for k in range(roads.arm_first[junction], roads.arm_first[junction + 1]):
        dart = roads.arm[k]
        if roads.flags[dart >> 1] & RING == 0:
            count, found = count + 1, dart
            own_name = own_name and roads.name[dart >> 1] != name
    return count, own_name, found


@kernel
def _too_close(bearing: Int64Array) -> bool:
    for k in range(bearing.size):
        for other in range(k):
            if abs(angle_between(bearing[k], bearing[other])) <= 40:
                return True
    return False
