"""Kernels of sight: what a driver sees at a junction of a path.

Angles are whole degrees: 0 straight on, 90 right, -90 left, 180 back. A *dart* is an edge as seen from one of its ends:
2e leaves along the shape of edge e, 2e+1 against it. An *arm* is a dart at a junction; its facts are a row of `arms`.

One small table instead of the network's arrays: handing 25 arrays from function to function cost more (their reference
counts) than all rules together, 95 of 110 µs for a path of 106 arcs.
"""

from typing import NamedTuple

from routing.arrays import BoolArray, Int8Array, Int16Array, Int32Array, UInt8Array
from routing.guidance.kinds import LEFT, RIGHT, SHARP_LEFT, SHARP_RIGHT, SLIGHT_LEFT, SLIGHT_RIGHT, STRAIGHT
from routing.guidance.road_kinds import LEVEL, LOW_LEVEL
from routing.jit import kernel

DART, ANGLE, ENTRY, OUT, CLASS, NAME, REF, LOW, ONE_WAY, FLAGS = range(10)
"""Columns of `arms`: the dart, its angle, whether one may drive into it, whether anyone may, index into ROAD_CLASSES,
name, number, whether it is too small to be taken for the street that goes on, whether it is
one-way, its flags."""
COLUMNS = 10


class Roads(NamedTuple):
    """The network as guidance reads it; arrays are read-only. n junctions, m arcs, e edges."""

    head: Int32Array
    edge_of_arc: Int32Array
    forward_arc: Int32Array
    backward_arc: Int32Array
    length_dm: Int32Array
    arc_of_state: Int32Array
    turn_first: Int32Array
    turn_head: Int32Array
    road_class: UInt8Array
    flags: UInt8Array
    private: Int8Array
    name: Int32Array
    ref: Int32Array
    arm_first: Int32Array
    """(n+1) arms arm_first[v] .. arm_first[v+1]-1 stand at junction v, clockwise from north."""
    arm: Int32Array
    """(2e) darts."""
    bearing: Int16Array
    """(2e) int16 by dart, 0 to 359."""


class Sights(NamedTuple):
    """What is seen at the junctions of a path, to be filled. j junctions, a arms in all."""

    first: Int32Array
    """(j+1) arms first[i] .. first[i+1]-1 are those of junction i."""
    bearing: Int16Array
    """(a)"""
    entry: BoolArray
    """(a) whether one may drive into it."""
    come: Int32Array
    """(j) the arm the path comes by, counted from the junction's first."""
    go: Int32Array
    """(j) the arm it goes on by."""
    before: Int16Array
    """(j) bearing in which the junction is reached."""
    after: Int16Array
    """(j) bearing in which it is left."""
    choices: Int32Array
    """(j) arms one may drive into, the one the path comes by left out."""


@kernel
def look(roads: Roads, arc: int, onward: int, arms: Int32Array) -> tuple[int, int, int]:
    """Fill the facts of the arms where `arc` ends; return their number, the one come by and the one gone on by.

    Restrictions that remember more than the arc before them are left out of ENTRY.
    """
    come, go = dart_of_arc(roads.edge_of_arc, roads.forward_arc, arc) ^ 1, 0
    ahead = roads.bearing[come] + 180
    last = dart_of_arc(roads.edge_of_arc, roads.forward_arc, onward)
    count = 0
    for k in range(roads.arm_first[roads.head[arc]], roads.arm_first[roads.head[arc] + 1]):
        dart = roads.arm[k]
        edge = dart >> 1
        forward, backward = roads.forward_arc[edge], roads.backward_arc[edge]
        out = forward if dart & 1 == 0 else backward
        entry = out == onward
        for turn in range(roads.turn_first[arc], roads.turn_first[arc + 1]):
            entry = entry or roads.arc_of_state[roads.turn_head[turn]] == out
        arms[count, DART] = dart
        arms[count, ANGLE] = 180 if dart == come else angle_between(ahead, roads.bearing[dart])
        arms[count, ENTRY] = entry
        arms[count, OUT] = out >= 0
        arms[count, CLASS] = roads.road_class[edge]
        arms[count, NAME] = roads.name[edge]
        arms[count, REF] = roads.ref[edge]
        arms[count, LOW] = LEVEL[roads.road_class[edge]] >= LOW_LEVEL or roads.private[edge] != 0
        arms[count, ONE_WAY] = forward < 0 or backward < 0
        arms[count, FLAGS] = roads.flags[edge]
        if dart == come:
            came = count
        if dart == last:
            go = count
        count += 1
    return count, came, go


@kernel
def arc_of_dart(forward_arc: Int32Array, backward_arc: Int32Array, dart: int) -> int:
    """The arc that leaves by a dart, or -1."""
    return int(forward_arc[dart >> 1] if dart & 1 == 0 else backward_arc[dart >> 1])


@kernel
def dart_of_arc(edge_of_arc: Int32Array, forward_arc: Int32Array, arc: int) -> int:
    """The dart by which an arc leaves its tail; its opposite stands at the head."""
    edge = edge_of_arc[arc]
    return int(2 * edge if forward_arc[edge] == arc else 2 * edge + 1)


@kernel
def angle_between(before: int, after: int) -> int:
    """The angle from one bearing to another, -179 to 180."""
    angle = (after - before) % 360
    return angle - 360 if angle > 180 else angle


@kernel
def modifier_of(angle: int) -> int:
    """OSRM's names for angles: straight within 20 degrees, slight within 40, sharp beyond 120."""
    size = abs(angle)
    if size < 20:
        return STRAIGHT
    if size < 40:
        return SLIGHT_RIGHT if angle > 0 else SLIGHT_LEFT
    if size <= 120:
        return RIGHT if angle > 0 else LEFT
    return SHARP_RIGHT if angle > 0 else SHARP_LEFT
