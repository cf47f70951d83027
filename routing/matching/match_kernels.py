"""The likeliest way through the candidates of a trace's points (Viterbi), with bounded searches between them.

A candidate is a place on an arc, so it has a direction. Between two points the car drives the fastest way from place to
place; a way is the less likely, the more its metres differ from the straight line (Newson and Krumm 2009). Before
driving on it may turn on the spot, at a cost; and as positions are noisy, the car may be a little before or behind the
place it was measured from, on the same arc (`slack`). So points that jump back are of a car that stands, as long as one
place suits all of them, however many they are. `floor` says from where on such a place may be.

    on one arc:   |--slack--c1--slack--|               c2 is behind c1, and yet the car drove nowhere backwards;
             |--slack--c2--slack--|                    floor of c1 and, after it, of c2
                  ^floor                               to a c3 whose slack ends before it the car must drive round

    point 0        point 1        point 2
    c0 ------+---> c2 ----------> c4        score(c4) = emission(c4) + max over c of score(c) + way(c, c4)
    c1 --x   +---> c3 <-turn-> c2
"""

import math
from typing import NamedTuple

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int8Array, Int32Array, Int64Array, UInt16Array
from routing.earth import METRES_PER_E7
from routing.engine.dijkstra_kernels import NO_NODE, Hooks, SearchGraph, Workspace, clean, new_workspace, search
from routing.engine.key_kernels import DISTANCE_BITS, DISTANCE_MASK
from routing.jit import kernel

IMPOSSIBLE = -np.inf
NO_WAY = np.uint16(65535)
SURE = 3.0
"""Accuracies within which a position certainly is: Gaussian errors east and north keep it in 99 of 100 points."""
SLOWEST_M_S = 3.0
"""A way that the network drives more slowly than this, a brisk run, over the straight line and the longest detour is
not looked for: it bounds the searches where there are no times, or hours between two points."""
SPARE_S = 5.0
"""Beyond `slowest_factor`: clocks of phones are a second or two off, and a turn may cost several in the network."""
STEPS_A_NAT = 250.0
"""Logarithms of probabilities are kept as 16 bits below the likeliest of a step, a quarter of the memory of float64:
within 0.2 %, down to e to the -262. By the default options nothing is less likely than e to the -200 (2000 m of detour
over 10 m); where they ended at -65, points of 100 m lost a tenth of their confidence. Only `posterior` reads them:
which way is the likeliest is decided unrounded."""
MATCHED, NO_ROAD_NEAR, DOES_NOT_FIT = 0, 1, 2
"""What became of a point."""


class Lattice(NamedTuple):
    """Candidates of all points: those of point i are first[i] .. first[i + 1] - 1."""

    first: Int32Array
    arc: Int32Array
    key: Int64Array
    """from the arc's tail to the place"""
    along: Float64Array
    """share of the arc before the place"""
    slack: Float64Array
    """share of the arc by which the car may be before or behind it"""
    emission: Float64Array
    """logarithm of how likely the point was measured from here, up to a constant of the point"""
    mirror: Int32Array
    """the candidate at the same place in the other direction, or -1"""


class Roads(NamedTuple):
    """What the searches drive on: turns as `search` reads them, and the states of each arc (a forward star)."""

    graph: SearchGraph
    state_first: Int32Array
    state: Int32Array


class Points(NamedTuple):
    """The trace itself; `time_s` is all zero and `timed` false where times are not known."""

    lon: Float64Array
    lat: Float64Array
    time_s: Float64Array
    accuracy_m: Float64Array
    timed: bool


class Rules(NamedTuple):
    """As in MatchOptions."""

    beta_m: float
    u_turn_cost: float
    gap_s: float
    gap_m: float
    most_dropped: float
    most_detour_m: float
    fastest_m_s: float
    slowest_factor: float


class Ways(NamedTuple):
    """What the forward pass found; p points, c candidates."""

    fate: Int8Array
    """(p) MATCHED, NO_ROAD_NEAR or DOES_NOT_FIT"""
    previous: Int32Array
    """(p) the point before in the same matching, -1 for the first of one"""
    score: Float64Array
    """(c) logarithm of the likeliest way that ends here"""
    left_from: Int32Array
    """(c) the candidate of the point before that the car left from; -1 where none"""
    reached_as: Int32Array
    """(c) the candidate as which this one's place was reached: itself, or its mirror where the car turned round"""
    floor: Float64Array
    """(c) share of the arc that the car has certainly behind it, by this point and those before on the same drive along
    the arc; below 0 where none"""
    same_arc: BoolArray
    """(c) whether the car came here along the arc on which it left `left_from`, or stood there, and never left it"""
    way_first: Int64Array
    """(p) where the ways to a point's candidates begin in `way`"""
    way: UInt16Array
    """For each candidate of a point, how likely the way from each one of the point before is (see STEPS_A_NAT)"""


@kernel
def straight_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Metres between two points in degrees, by local equirectangular steps."""
    scale = math.cos(math.radians((lat_a + lat_b) * 0.5))
    return 1e7 * METRES_PER_E7 * math.hypot((lon_b - lon_a) * scale, lat_b - lat_a)


@kernel
def most_ms(points: Points, rules: Rules, a: int, b: int) -> int:
    """The longest drive from point a to point b that is believed; -1 where nobody is so fast."""
    straight = straight_m(points.lon[a], points.lat[a], points.lon[b], points.lat[b])
    noise = SURE * (points.accuracy_m[a] + points.accuracy_m[b])
    slowly_ms = 1000.0 * (straight + noise + rules.most_detour_m) / SLOWEST_M_S
    if not points.timed:
        return int(slowly_ms)
    lasts_s = points.time_s[b] - points.time_s[a]
    if straight - noise > rules.fastest_m_s * lasts_s:
        return -1
    return int(min(slowly_ms, 1000.0 * (rules.slowest_factor * lasts_s + SPARE_S + noise / SLOWEST_M_S)))


@kernel
def is_gap(points: Points, rules: Rules, a: int, b: int) -> bool:
    """Whether nothing is known of how the car came from point a to point b."""
    if straight_m(points.lon[a], points.lat[a], points.lon[b], points.lat[b]) > rules.gap_m:
        return True
    if points.timed:
        return bool(points.time_s[b] - points.time_s[a] > rules.gap_s)
    return bool(b - a - 1 > rules.most_dropped)


@kernel
def floor_leaving(lattice: Lattice, ways: Ways, start: int) -> float:
    """`floor` of a car that leaves as candidate `start`: what was behind it is ahead after turning round, and only the
    point itself says what is behind now."""
    turned = ways.reached_as[start] != start
    return float(lattice.along[start] - lattice.slack[start] if turned else ways.floor[start])


@kernel
def goes_on(lattice: Lattice, start: int, floor: float, target: int) -> bool:
    """Whether a car that left `start` is at `target` without leaving the arc: standing still, or driving along it."""
    return bool(lattice.arc[target] == lattice.arc[start] and floor <= lattice.along[target] + lattice.slack[target])


@kernel
def fastest_ways(
    roads: Roads, space: Workspace, lattice: Lattice, start: int, floor: float, ends: Hooks, at: int, best: Int64Array
) -> None:
    """Lower `best` to the keys of the fastest ways from candidate `start` to the candidates `at`, `at` + 1, …

    `ends` are the latter's places as hooks. A place behind on the same arc where the car may still be is as good as
    this one: key 0.
    """
    graph, arc, key = roads.graph, lattice.arc[start], lattice.key[start]
    for j in range(best.size):
        if goes_on(lattice, start, floor, at + j):
            best[j] = min(best[j], max(0, lattice.key[at + j] - key))
    begin, end = graph.first[arc], graph.first[arc + 1]
    seeds = Hooks(np.array([0, end - begin], np.int32), graph.head[begin:end], graph.weight[begin:end] - key)
    search(graph, space, seeds, ends, best)
    clean(space)


@kernel
def hooks_of(roads: Roads, arcs: Int32Array, keys: Int64Array) -> Hooks:
    """Places as hooks: every state of their arc, at the key of the place."""
    first = np.zeros(arcs.size + 1, np.int32)
    for j in range(arcs.size):
        first[j + 1] = first[j] + roads.state_first[arcs[j] + 1] - roads.state_first[arcs[j]]
    node, key = np.empty(first[first.size - 1], np.int32), np.empty(first[first.size - 1], np.int64)
    for j in range(arcs.size):
        states = roads.state_first[arcs[j]]
        for k in range(first[j], first[j + 1]):
            node[k] = roads.state[states + k - first[j]]
            key[k] = keys[j]
    return Hooks(first, node, key)


@kernel
def turn_round(lattice: Lattice, ways: Ways, point: int, cost: float, leaving: Float64Array) -> None:
    """Scores on leaving a point's candidates: as they were reached, or from the mirror after turning on the spot."""
    begin = lattice.first[point]
    for i in range(begin, lattice.first[point + 1]):
        leaving[i - begin], ways.reached_as[i] = ways.score[i], i
        other = lattice.mirror[i]
        if other >= 0 and ways.score[other] - cost > ways.score[i]:
            leaving[i - begin], ways.reached_as[i] = ways.score[other] - cost, other


@kernel
def keep_ways(ways: Ways, point: int, way: Float64Array) -> None:
    """Pack the ways (candidates of the point, candidates of the one before) to where `way_first` says."""
    at, likeliest = ways.way_first[point], way.max()
    for likely in way.flat:
        ways.way[at] = NO_WAY
        if likely != IMPOSSIBLE:
            ways.way[at] = np.uint16(min((likeliest - likely) * STEPS_A_NAT + 0.5, NO_WAY - 1.0))
        at += 1


@kernel
def kept_ways(lattice: Lattice, ways: Ways, a: int, b: int) -> Float64Array:
    """(candidates of b, candidates of a) how likely each way is against the likeliest; b comes next after a."""
    shape = lattice.first[b + 1] - lattice.first[b], lattice.first[a + 1] - lattice.first[a]
    likely, at = np.zeros(shape), ways.way_first[b]
    for j in range(shape[0]):
        for i in range(shape[1]):
            if ways.way[at] != NO_WAY:
                likely[j, i] = math.exp(ways.way[at] / -STEPS_A_NAT)
            at += 1
    return likely


@kernel
def most_ways(lattice: Lattice) -> int:
    """Ways there can be, whichever points follow on each other: of two that do, half the sum of the squares of their
    candidates is at least the product, and each point follows on one and is followed by one."""
    most = 0
    for point in range(lattice.first.size - 1):
        most += (lattice.first[point + 1] - lattice.first[point]) ** 2
    return most


@kernel
def step(
    roads: Roads, space: Workspace, lattice: Lattice, points: Points, rules: Rules, ways: Ways, a: int, b: int
) -> bool:
    """Score the candidates of point b by the ways from those of point a; whether there is any."""
    limit_ms = most_ms(points, rules, a, b)
    if limit_ms < 0:
        return False
    straight = straight_m(points.lon[a], points.lat[a], points.lon[b], points.lat[b])
    noise = 2.0 * (points.accuracy_m[a] ** 2 + points.accuracy_m[b] ** 2)
    straight = math.sqrt(max(0.0, straight * straight - noise))
    begin, end = lattice.first[a], lattice.first[a + 1]
    at, count = lattice.first[b], lattice.first[b + 1] - lattice.first[b]
    leaving, best, way = np.empty(end - begin), np.empty(count, np.int64), np.full((count, end - begin), IMPOSSIBLE)
    turn_round(lattice, ways, a, rules.u_turn_cost, leaving)
    ends = hooks_of(roads, lattice.arc[at : at + count], lattice.key[at : at + count])
    found = False
    for i in range(begin, end):
        if leaving[i - begin] == IMPOSSIBLE:
            continue
        best[:] = (limit_ms + 1) << DISTANCE_BITS
        floor = floor_leaving(lattice, ways, i)
        fastest_ways(roads, space, lattice, i, floor, ends, at, best)
        for j in range(count):
            metres = 0.1 * (best[j] & DISTANCE_MASK)
            if best[j] >> DISTANCE_BITS > limit_ms or metres > straight + rules.most_detour_m:
                continue
            if best[j] == 0 and lattice.key[at + j] < lattice.key[i]:
                metres = -0.1 * ((lattice.key[i] & DISTANCE_MASK) - (lattice.key[at + j] & DISTANCE_MASK))
            way[j, i - begin] = -abs(metres - straight) / rules.beta_m
            score = leaving[i - begin] + way[j, i - begin] + lattice.emission[at + j]
            if score > ways.score[at + j]:
                ways.score[at + j], ways.left_from[at + j] = score, i
                ways.same_arc[at + j] = goes_on(lattice, i, floor, at + j)
                ways.floor[at + j] = lattice.along[at + j] - lattice.slack[at + j]
                if ways.same_arc[at + j]:
                    ways.floor[at + j] = max(floor, ways.floor[at + j])
                found = True
    if found:
        keep_ways(ways, b, way)
    return found


@kernel
def likeliest_ways(roads: Roads, lattice: Lattice, points: Points, rules: Rules) -> Ways:
    """The forward pass over all points, beginning anew after gaps and where points do not fit.

    A point that nothing leads to is left out; where `most_dropped` + 1 in a row are, the first of them begins another
    matching, and so it does after a gap or at the end of the trace.
    """
    count, candidates = points.lon.size, lattice.arc.size
    ways = Ways(
        np.full(count, DOES_NOT_FIT, np.int8),
        np.full(count, -1, np.int32),
        np.full(candidates, IMPOSSIBLE),
        np.full(candidates, -1, np.int32),
        np.arange(candidates).astype(np.int32),
        lattice.along - lattice.slack,
        np.zeros(candidates, np.bool_),
        np.zeros(count, np.int64),
        np.empty(most_ways(lattice), np.uint16),
    )
    space = new_workspace(roads.graph.first.size - 1, roads.graph.bucket_count)
    last, waiting, dropped, point, kept = NO_NODE, NO_NODE, 0, 0, 0
    while point < count or waiting >= 0:
        if point == count:
            last, point, waiting = NO_NODE, waiting, NO_NODE
        begin, end = lattice.first[point], lattice.first[point + 1]
        if begin == end:
            ways.fate[point] = NO_ROAD_NEAR
            point += 1
            continue
        gap = last >= 0 and is_gap(points, rules, last, point)
        ways.way_first[point] = kept
        if last >= 0 and not gap and step(roads, space, lattice, points, rules, ways, last, point):
            ways.previous[point], ways.fate[point] = last, MATCHED
            kept += (end - begin) * (lattice.first[last + 1] - lattice.first[last])
            last, waiting, point = point, NO_NODE, point + 1
            continue
        if last >= 0:
            waiting, dropped = (point, 1) if waiting < 0 else (waiting, dropped + 1)
            if not gap and dropped <= rules.most_dropped:
                point += 1
                continue
            point, waiting = waiting, NO_NODE
            begin, end = lattice.first[point], lattice.first[point + 1]
        ways.score[begin:end] = lattice.emission[begin:end]
        ways.fate[point] = MATCHED
        last, point = point, point + 1
    return ways
