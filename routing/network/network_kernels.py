"""Loops over arcs and turns for building a road network."""

import math

from routing.arrays import BoolArray, Float64Array, Int32Array, Int64Array
from routing.jit import kernel


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
    metres_per_unit = 0.011119508  # 1e-7 degrees of latitude
    for edge in range(first_point.size):
        for side in range(2):
            step = 1 if side == 0 else -1
            here = first_point[edge] if side == 0 else last_point[edge]
            stop = last_point[edge] if side == 0 else first_point[edge]
            squeeze = math.cos(lat_e7[here] * 1e-7 * math.pi / 180.0)
            point = here
            east = 0.0
            north = 0.0
            while point != stop and east * east + north * north < look_m * look_m:
                point += step
                east = (lon_e7[point] - lon_e7[here]) * squeeze * metres_per_unit
                north = (lat_e7[point] - lat_e7[here]) * metres_per_unit
            bearing[2 * edge + side] = math.atan2(east, north) * 180.0 / math.pi


@kernel
def turn_seconds(angle: float, turn_s: float, bias: float) -> float:
    """Seconds that a turn takes; angle in degrees, right positive, 180 back. OSRM's car.lua, process_turn."""
    if angle >= 0.0:
        return turn_s / (1.0 + math.exp(-((13.0 / bias) * angle / 180.0 - 6.5 * bias)))
    return turn_s / (1.0 + math.exp(-((13.0 * bias) * -angle / 180.0 - 6.5 / bias)))


@kernel
def plain_turns(
    first_out: Int32Array,
    head: Int32Array,
    dart: Int32Array,
    ban_first: Int32Array,
    ban_arc: Int32Array,
    bearing: Float64Array,
    roads: Int32Array,
    private: BoolArray,
    signals: BoolArray,
    ferry: BoolArray,
    turn_s: float,
    bias: float,
    u_turn_s: float,
    signal_s: float,
    turn_first: Int32Array,
    turn_arc: Int32Array,
    turn_ms: Int32Array,
) -> int:
    """Fill the forward star of turns between arcs and return their number.

    A U-turn (onto the arc's own edge, back) only where the road ends: where no other arc leaves, or from an open road
    none but destination-only (`private`) ones; never a turn in the ban list. Turns cost by angle where more than two
    roads meet, between road and ferry, and back; signals always.
    """
    count = 0
    for arc in range(head.size):
        turn_first[arc] = count
        via = head[arc]
        arriving = bearing[dart[arc] ^ 1] + 180.0
        others = False
        for onward in range(first_out[via], first_out[via + 1]):
            others = others or (dart[onward] != dart[arc] ^ 1 and (private[arc] or not private[onward]))
        for onward in range(first_out[via], first_out[via + 1]):
            back = dart[onward] == dart[arc] ^ 1
            if back and others:
                continue
            banned = False
            for ban in range(ban_first[arc], ban_first[arc + 1]):
                banned = banned or ban_arc[ban] == onward
            if banned:
                continue
            seconds = signal_s if signals[via] else 0.0
            if back:
                seconds += turn_seconds(180.0, turn_s, bias) + u_turn_s
            elif roads[via] > 2 or ferry[arc] != ferry[onward]:
                angle = (bearing[dart[onward]] - arriving) % 360.0
                seconds += turn_seconds(angle - 360.0 if angle > 180.0 else angle, turn_s, bias)
            turn_arc[count] = onward
            turn_ms[count] = round(seconds * 1000.0)
            count += 1
    turn_first[head.size] = count
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
