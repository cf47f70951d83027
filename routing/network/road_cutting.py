"""Cutting ways into edges at junctions.

    way 1   a-----b--c--d        a node is a junction where a way ends, where two ways meet, where one way meets itself,
                  |              where cars wait or may turn back, and where a barrier blocks it. A blocking barrier
    way 2         e              gives every edge that ends there a junction of its own:    b--c | c'--d

Of several edges over the same two points the fastest stays in each direction, see `one_road_a_pair`.

Junctions are numbered along a Morton curve (what is near on the map is near in memory), edges by their lower junction.
"""

from dataclasses import dataclass

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array, Int64Array, UInt8Array
from routing.network.map_extract import MapExtract

EQUATOR_M, FLATTENING = 6_378_137.0, 1 / 298.257223563  # WGS 84


@dataclass(frozen=True, slots=True)
class CutRoads:
    """Edges between junctions. j junctions, e edges, p points, all as in the extract, before anything is dropped.

    Edge i has two *darts*: 2i along its shape and 2i+1 against it, open or not.
    """

    node: Int64Array
    """(j) OSM node."""
    lon_e7: Int32Array
    """(j)"""
    lat_e7: Int32Array
    who_waits: UInt8Array
    """(j) one of the rules in `node_behaviour`, where someone waits."""
    turns_round: BoolArray
    """(j) room to turn back."""
    roads: Int32Array
    """(j) edge ends that meet there; a loop counts twice."""
    begin: Int32Array
    """(e) junction."""
    end: Int32Array
    """(e) junction."""
    way: Int32Array
    """(e) index into the extract's ways."""
    first_point: Int32Array
    """(e) index into the extract's points."""
    last_point: Int32Array
    """(e)"""
    length_m: Float64Array
    """(e)"""
    dart_s: Float64Array
    """(2e) driving time in seconds along each dart; infinite where closed."""
    wait_ms: Int32Array
    """(2e) waited at the end of each dart: lights, signs, gates."""
    back: Int32Array
    """(2e) the dart that leads back over the same points: of the same edge, or of the other of two one-way roads."""

    @property
    def edge_count(self) -> int:
        return int(self.begin.size)


def cut_roads(extract: MapExtract, step_ms: int = 1) -> CutRoads:
    """Cut the extract's ways at their junctions; `step_ms` as `CarProfile.time_step_ms`."""
    nodes, index = np.unique(extract.node, return_inverse=True)
    rules = extract.node_rules.at(nodes)
    first, last, way = _stretches(extract, index, rules.blocks | rules.turns_round | rules.wait_ms.any(axis=1))
    step_m = step_metres(extract.lon_e7, extract.lat_e7)
    dart_s = _dart_s(extract, way, first, last, step_m, step_ms)
    dart_s, stays = one_road_a_pair(extract, index, first, last, way, dart_s)
    first, last, way, dart_s = first[stays], last[stays], way[stays], dart_s[np.repeat(stays, 2)]
    begin_code, end_code = _codes(index[first], index[last], rules.blocks)
    codes, joined = np.unique(np.concatenate([begin_code, end_code]), return_inverse=True)
    point = np.empty(codes.size, dtype=np.int64)
    point[joined] = np.concatenate([first, last])
    rank = _rank_along_curve(extract.lon_e7[point], extract.lat_e7[point])
    point = point[np.argsort(rank)]
    begin, end = rank[joined[: first.size]], rank[joined[first.size :]]
    order = np.lexsort((np.maximum(begin, end), np.minimum(begin, end)))
    begin, end, first, last, way = begin[order], end[order], first[order], last[order], way[order]
    dart_s = dart_s.reshape(-1, 2)[order].ravel()
    metres = np.concatenate([[0.0], np.cumsum(step_m)])
    return CutRoads(
        node=extract.node[point],
        lon_e7=extract.lon_e7[point],
        lat_e7=extract.lat_e7[point],
        who_waits=rules.who_waits[index[point]],
        turns_round=rules.turns_round[index[point]],
        roads=np.bincount(np.concatenate([begin, end]), minlength=codes.size).astype(np.int32),
        begin=begin.astype(np.int32),
        end=end.astype(np.int32),
        way=way.astype(np.int32),
        first_point=first.astype(np.int32),
        last_point=last.astype(np.int32),
        length_m=metres[last] - metres[first],
        dart_s=dart_s,
        wait_ms=np.stack([rules.wait_ms[index[last], 0], rules.wait_ms[index[first], 1]], axis=1).ravel(),
        back=_back(index, first, last, dart_s),
    )


def step_metres(lon_e7: Int32Array, lat_e7: Int32Array) -> Float64Array:
    """(n-1) distance from each point to the next on the WGS 84 ellipsoid, each step taken as flat.

    A sphere is 0.3 % short in Iceland. Flat steps are at most 8 mm wrong in 10 km (9 m in 100 km, a ferry's).
    """
    lon, lat = np.radians(lon_e7 / 1e7), np.radians(lat_e7 / 1e7)
    middle = (lat[1:] + lat[:-1]) / 2
    e2 = FLATTENING * (2 - FLATTENING)
    squash = 1 - e2 * np.sin(middle) ** 2
    north_m = np.diff(lat) * EQUATOR_M * (1 - e2) / squash**1.5
    east_m = np.diff(lon) * EQUATOR_M / np.sqrt(squash) * np.cos(middle)
    return np.asarray(np.hypot(north_m, east_m), dtype=np.float64)


def _stretches(extract: MapExtract, index: Int64Array, special: BoolArray) -> tuple[Int64Array, Int64Array, Int64Array]:
    """First and last point and way of every edge: from one break to the next within a way."""
    first_of_way, last_of_way = extract.first_point[:-1], extract.first_point[1:] - 1
    is_break = np.bincount(index, minlength=special.size) > 1
    is_break[index[first_of_way]] = True
    is_break[index[last_of_way]] = True
    is_break |= special
    way_of_point = np.repeat(np.arange(extract.way_count), np.diff(extract.first_point))
    breaks = np.flatnonzero(is_break[index])
    same_way = way_of_point[breaks[:-1]] == way_of_point[breaks[1:]]
    first, last = breaks[:-1][same_way], breaks[1:][same_way]
    standing = (index[first] == index[last]) & (last == first + 1)  # a node twice in a row
    return first[~standing], last[~standing], way_of_point[first[~standing]]


def one_road_a_pair(
    extract: MapExtract, index: Int64Array, first: Int64Array, last: Int64Array, way: Int64Array, dart_s: Float64Array
) -> tuple[Float64Array, BoolArray]:
    """Close all darts but one where several lead from one point to the next: (2e) seconds, and (e) edges that stay.

    The fastest stays, of equals the first by name, unnamed ones last: nobody could tell such roads apart on the ground,
    and OSRM keeps the same one. Points that ways share are junctions, so such edges have two points.
    """
    edge, pair = _shared_pairs(index, first, last)
    if not edge.size:
        return dart_s, np.ones(first.size, dtype=np.bool_)
    names = [extract.texts[text] for text in extract.name[way[edge]].tolist()]
    rank_of_name = {name: rank for rank, name in enumerate(sorted({*names} - {""}, key=str.encode))}
    rank = np.array([rank_of_name.get(name, len(rank_of_name)) for name in names])
    kept_s = dart_s.copy()
    turned = index[first[edge]] > index[last[edge]]
    for dart in (2 * edge + turned, 2 * edge + 1 - turned):
        ms = np.rint(np.minimum(dart_s[dart], 1e9) * 1000)
        order = np.lexsort((rank, ms, pair))
        others = order[1:][pair[order[1:]] == pair[order[:-1]]]
        kept_s[dart[others]] = np.inf
    is_open = np.isfinite(kept_s)
    return kept_s, is_open[::2] | is_open[1::2]


def _shared_pairs(index: Int64Array, first: Int64Array, last: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Edges of two points that other edges share, and a number for each pair of points."""
    short = np.flatnonzero(last == first + 1)
    a, b = index[first[short]], index[last[short]]
    code = np.minimum(a, b) * (index.max(initial=0) + 1) + np.maximum(a, b)
    _, pair, count = np.unique(code, return_inverse=True, return_counts=True)
    shared = count[pair] > 1
    return short[shared], pair[shared]


def _back(index: Int64Array, first: Int64Array, last: Int64Array, dart_s: Float64Array) -> Int32Array:
    """(2e) see `CutRoads.back`; of two edges over one pair of points each is open in one direction only."""
    back = np.arange(dart_s.size, dtype=np.int32) ^ 1
    edge, pair = _shared_pairs(index, first, last)
    order = np.argsort(pair, kind="stable")
    one, other = edge[order[::2]], edge[order[1::2]]
    for here, there in ((one, other), (other, one)):
        ahead, back_ahead = (np.isinf(dart_s[2 * edge]).astype(np.int64) for edge in (here, there))
        back[2 * here + ahead] = 2 * there + back_ahead
    return back


def _codes(begin: Int64Array, end: Int64Array, blocked: BoolArray) -> tuple[Int64Array, Int64Array]:
    """The node at either end of each edge, and a number of its own for every end at a barrier."""
    both = np.concatenate([begin, end])
    at_barrier = blocked[both]
    both[at_barrier] = blocked.size + np.arange(np.count_nonzero(at_barrier))
    return both[: begin.size], both[begin.size :]


def _rank_along_curve(lon_e7: Int32Array, lat_e7: Int32Array) -> Int64Array:
    """Position of each point along a Morton curve over the bounding box, 16 bits an axis."""
    code = np.zeros(lon_e7.size, dtype=np.int64)
    for shift, axis in enumerate((lon_e7.astype(np.int64), lat_e7.astype(np.int64))):
        span = int(axis.max() - axis.min()) + 1
        bits = (axis - axis.min()) * 65536 // span
        for spread, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
            bits = (bits | (bits << spread)) & mask
        code |= bits << shift
    rank = np.empty(code.size, dtype=np.int64)
    rank[np.argsort(code, kind="stable")] = np.arange(code.size)
    return rank


def _dart_s(
    extract: MapExtract, way: Int64Array, first: Int64Array, last: Int64Array, step_m: Float64Array, step_ms: int
) -> Float64Array:
    """(2e) seconds along each dart. A time given for a whole way is spread over it by length.

    The stretch between two points takes at least `step_ms` and a multiple of that, unless that is 1.
    """
    metres = np.concatenate([[0.0], np.cumsum(step_m)])
    way_m = metres[extract.first_point[1:] - 1] - metres[extract.first_point[:-1]]
    timed = (extract.duration_s > 0) & (way_m > 0)
    timed_kmh = np.where(timed, way_m * 3.6 / np.where(timed, extract.duration_s, 1.0), 0.0)
    way_of_step = np.repeat(np.arange(extract.way_count), np.diff(extract.first_point))[:-1]
    dart_s = np.empty(2 * way.size)
    for side, kmh in enumerate((extract.forward_kmh, extract.backward_kmh)):
        open_kmh = np.where((kmh > 0) & timed, timed_kmh, kmh)
        safe_kmh = np.where(open_kmh > 0, open_kmh, 1.0)
        if step_ms == 1:
            moving_s = (metres[last] - metres[first]) * 3.6 / safe_kmh[way]
        else:
            steps = np.maximum(np.rint(step_m * 3600 / safe_kmh[way_of_step] / step_ms), 1.0)
            passed = np.concatenate([[0.0], np.cumsum(steps)])
            moving_s = (passed[last] - passed[first]) * (step_ms / 1000)
        dart_s[side::2] = np.where(open_kmh[way] > 0, moving_s, np.inf)
    return dart_s
