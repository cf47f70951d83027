"""Loops over arcs and turns for building a road network."""

import math
from typing import NamedTuple

from routing.arrays import BoolArray, Float64Array, Int32Array, Int64Array, UInt8Array
from routing.jit import kernel
from routing.network.node_behaviour import ON_MINOR_ROADS, TOWARDS_JUNCTION
from routing.network.road_cutting import EQUATOR_M, FLATTENING


@kernel
def metres_per_e7(lat_e7: int) -> tuple[float, float]:
    """Length of 1e-7 degrees eastward and northward on the WGS 84 ellipsoid, as `road_cutting.step_metres` has it."""
    lat = lat_e7 * 1e-7 * math.pi / 180.0
    e2 = FLATTENING * (2.0 - FLATTENING)
    squash = 1.0 - e2 * math.sin(lat) ** 2
    unit = EQUATOR_M * 1e-7 * math.pi / 180.0
    return unit * math.cos(lat) / math.sqrt(squash), unit * (1.0 - e2) / squash**1.5


@kernel
def departure_bearings(
    first_point: Int32Array,
    last_point: Int32Array,
    lon_e7: Int32Array,
    lat_e7: Int32Array,
    look_m: float,
    bearing: Float64Array,
) -> None:
    """Fill bearing (2e): compass degrees in which each dart leaves, seen `look_m` metres ahead.

    The first metres of a shape are often a drawing artefact, so the first point at least `look_m` away counts.
    """
    for edge in range(first_point.size):
        for side in range(2):
            step = 1 if side == 0 else -1
            here = first_point[edge] if side == 0 else last_point[edge]
            stop = last_point[edge] if side == 0 else first_point[edge]
            east_m, north_m = metres_per_e7(lat_e7[here])
            point = here
            east = 0.0
            north = 0.0
            while point != stop and east * east + north * north < look_m * look_m:
                point += step
                east = (lon_e7[point] - lon_e7[here]) * east_m
                north = (lat_e7[point] - lat_e7[here]) * north_m
            bearing[2 * edge + side] = math.atan2(east, north) * 180.0 / math.pi


@kernel
def turn_seconds(angle: float, turn_s: float, bias: float) -> float:
    """Seconds that a turn takes; angle in degrees, right positive, 180 back. OSRM's car.lua, process_turn."""
    if angle >= 0.0:
        return turn_s / (1.0 + math.exp(-((13.0 / bias) * angle / 180.0 - 6.5 * bias)))
    return turn_s / (1.0 + math.exp(-((13.0 * bias) * -angle / 180.0 - 6.5 / bias)))


@kernel
def oncoming_share(angle: float) -> float:
    """Share of the wait for a gap in the oncoming traffic, by degrees of the turn. OSRM's car.lua, process_turn."""
    return 1.0 / (1.0 + math.exp(-(13.0 * abs(angle) / 180.0 - 3.25)))


class TurnArrays(NamedTuple):
    """What turns depend on, by arc (m) and by junction (n)."""

    first_out: Int32Array
    head: Int32Array
    back: Int32Array
    """(m) the arc back over the same points, -1 where there is none."""
    ban_first: Int32Array
    """(m+1) the arcs ban_arc[ban_first[a]] .. may not follow arc a."""
    ban_arc: Int32Array
    leaving: Float64Array
    """(m) compass degrees at the arc's tail."""
    arriving: Float64Array
    """(m) compass degrees at the arc's head."""
    length_m: Float64Array
    kmh: Float64Array
    wait_ms: Int32Array
    """(m) at the arc's head."""
    private: BoolArray
    ferry: BoolArray
    ring: BoolArray
    """(m) part of a roundabout."""
    left_hand: BoolArray
    roads: Int32Array
    """(n) edge ends."""
    arrivals: Int32Array
    """(n) arcs that lead here."""
    who_waits: UInt8Array
    turns_round: BoolArray


class TurnCosts(NamedTuple):
    """Seconds, see `CarProfile`."""

    turn_s: float
    bias: float
    oncoming_s: float
    u_turn_s: float


@kernel
def is_banned(arcs: TurnArrays, arc: int, onward: int) -> bool:
    """Whether a restriction via a node forbids the turn."""
    banned = False
    for ban in range(arcs.ban_first[arc], arcs.ban_first[arc + 1]):
        banned = banned or arcs.ban_arc[ban] == onward
    return banned


@kernel
def may_turn_back(arcs: TurnArrays, arc: int) -> bool:
    """Whether a car may turn at the arc's head: where the road ends for it, or there is room.

    The road ends where no other arc may be taken, where an open road leads only to destination-only ones, and where
    no other road leads here, as where a two-way street ends at the beginning of a one-way street. OSRM's rules, but
    for the destination-only streets.
    """
    via = arcs.head[arc]
    if arcs.turns_round[via] or arcs.arrivals[via] <= 1:
        return True
    for onward in range(arcs.first_out[via], arcs.first_out[via + 1]):
        ahead = onward != arcs.back[arc] and (arcs.private[arc] or not arcs.private[onward])
        if ahead and not is_banned(arcs, arc, onward):
            return False
    return True


@kernel
def waits(arcs: TurnArrays, arc: int, onward: int) -> bool:
    """Whether who turns waits at the node; the rules are named in `node_behaviour`, and OSRM's."""
    via = arcs.head[arc]
    if arcs.who_waits[via] == TOWARDS_JUNCTION:
        return not (arcs.roads[via] == 2 and arcs.length_m[arc] < 20.0 < arcs.length_m[onward])
    if arcs.who_waits[via] == ON_MINOR_ROADS:
        for other in range(arcs.first_out[via], arcs.first_out[via + 1]):
            if other != arcs.back[arc] and arcs.kmh[other] > arcs.kmh[arc] + 0.1:
                return True
        return False
    return True


@kernel
def angle_seconds(arcs: TurnArrays, costs: TurnCosts, arc: int, onward: int) -> float:
    """What the angle of a turn costs: nothing where only two roads meet, save between road and ferry."""
    via = arcs.head[arc]
    bias = 1.0 / costs.bias if arcs.left_hand[arc] else costs.bias
    if onward == arcs.back[arc]:
        return turn_seconds(180.0, costs.turn_s, bias) + costs.u_turn_s
    if arcs.roads[via] <= 2 and arcs.ferry[arc] == arcs.ferry[onward]:
        return 0.0
    angle = (arcs.leaving[onward] - arcs.arriving[arc]) % 360.0
    angle = angle - 360.0 if angle > 180.0 else angle
    seconds = turn_seconds(angle, costs.turn_s, bias)
    across = angle > 0.0 if arcs.left_hand[arc] else angle < 0.0
    if across and arcs.roads[via] > 2 and not arcs.ring[arc] and not arcs.ring[onward]:
        seconds += costs.oncoming_s * oncoming_share(angle)
    return seconds


@kernel
def plain_turns(
    arcs: TurnArrays, costs: TurnCosts, turn_first: Int32Array, turn_arc: Int32Array, turn_ms: Int32Array
) -> int:
    """Fill the forward star of allowed turns between arcs and return their number."""
    count = 0
    for arc in range(arcs.head.size):
        turn_first[arc] = count
        via = arcs.head[arc]
        back_too = may_turn_back(arcs, arc)
        for onward in range(arcs.first_out[via], arcs.first_out[via + 1]):
            if (onward == arcs.back[arc] and not back_too) or is_banned(arcs, arc, onward):
                continue
            wait_ms = arcs.wait_ms[arc] if waits(arcs, arc, onward) else 0
            turn_arc[count] = onward
            turn_ms[count] = wait_ms + round(angle_seconds(arcs, costs, arc, onward) * 1000.0)
            count += 1
    turn_first[arcs.head.size] = count
    return count


@kernel
def spread_turns(
    arc_of_state: Int32Array,
    layer_of_state: Int32Array,
    first: Int32Array,
    arc: Int32Array,
    ms: Int32Array,
    private: BoolArray,
    entered: Int32Array,
    count: Int64Array,
    turn_head: Int32Array,
    turn_ms: Int32Array,
) -> int:
    """Copy the turns between arcs to their states, those that destination-only streets allow; return their number.

    layer 0: an arc's own state, layer 1: the copy of a destination-only arc that was entered from outside (`entered`).
    Fills count (k), the turns of each state, in order of states.
    """
    total = 0
    for state in range(arc_of_state.size):
        begin = total
        here = arc_of_state[state]
        for turn in range(first[here], first[here + 1]):
            onward = arc[turn]
            if layer_of_state[state] == 1 and not private[onward]:
                continue
            if private[onward] and (layer_of_state[state] == 1 or not private[here]):
                turn_head[total] = entered[onward]
            else:
                turn_head[total] = onward
            turn_ms[total] = ms[turn]
            total += 1
        count[state] = total - begin
    return total
