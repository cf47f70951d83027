"""From the kept edges to a forward star of arcs, and the plain turns between them."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import BoolArray, Int32Array, Int64Array
from routing.network.car_profile import CarProfile
from routing.network.map_extract import MapExtract
from routing.network.network_kernels import TurnArrays, TurnCosts, departure_bearings, plain_turns
from routing.network.road_cutting import CutRoads
from routing.network.road_network import CIRCULAR, LEFT_HAND, ROAD_CLASSES, ROUNDABOUT

_FERRY = ROAD_CLASSES.index("ferry")
_BEARING_LOOK_M = 10.0


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs of the kept edges, sorted by tail; junctions and edges renumbered. n junctions, m arcs, e edges kept."""

    junction: Int64Array
    """(n) index into CutRoads' junctions."""
    edge: Int64Array
    """(e) index into CutRoads' edges."""
    first_out: Int32Array
    """(n+1)"""
    tail: Int32Array
    """(m)"""
    head: Int32Array
    """(m)"""
    dart: Int32Array
    """(m) dart of CutRoads."""
    edge_of_arc: Int32Array
    """(m) index into the kept edges."""
    arc_of_dart: Int32Array
    """(darts of CutRoads) -1 where the dart is closed or dropped."""


@dataclass(frozen=True, slots=True)
class Turns:
    """A forward star of turns: those of row i are first[i] .. first[i+1]-1."""

    first: Int32Array
    head: Int32Array
    ms: Int32Array


def build_arcs(roads: CutRoads, keep: BoolArray) -> Arcs:
    """Number the junctions, edges and arcs that stay."""
    edge = np.flatnonzero(keep)
    junction = np.unique(np.concatenate([roads.begin[edge], roads.end[edge]]))
    darts = np.stack([2 * edge, 2 * edge + 1], axis=1).ravel()
    tails = np.stack([roads.begin[edge], roads.end[edge]], axis=1).ravel()
    heads = np.stack([roads.end[edge], roads.begin[edge]], axis=1).ravel()
    is_open = np.isfinite(roads.dart_s[darts])
    darts, tails, heads = darts[is_open], tails[is_open], heads[is_open]
    order = np.argsort(tails, kind="stable")
    dart = darts[order].astype(np.int32)
    tail = np.searchsorted(junction, tails[order]).astype(np.int32)
    arc_of_dart = np.full(roads.dart_s.size, -1, dtype=np.int32)
    arc_of_dart[dart] = np.arange(dart.size)
    return Arcs(
        junction=junction.astype(np.int64),
        edge=edge.astype(np.int64),
        first_out=np.searchsorted(tail, np.arange(junction.size + 1)).astype(np.int32),
        tail=tail,
        head=np.searchsorted(junction, heads[order]).astype(np.int32),
        dart=dart,
        edge_of_arc=np.searchsorted(edge, dart // 2).astype(np.int32),
        arc_of_dart=arc_of_dart,
    )


def build_turns(
    extract: MapExtract,
    roads: CutRoads,
    arcs: Arcs,
    private: BoolArray,
    banned: list[tuple[int, int]],
    profile: CarProfile,
) -> Turns:
    """Every allowed turn from arc to arc with its cost; `private` (m) destination-only, `banned` pairs of arcs."""
    arc_count, edge, dart = arcs.head.size, arcs.dart // 2, arcs.dart
    bearing = np.empty(roads.dart_s.size, dtype=np.float64)
    departure_bearings(roads.first_point, roads.last_point, extract.lon_e7, extract.lat_e7, _BEARING_LOOK_M, bearing)
    bans = np.array(sorted(banned), dtype=np.int32).reshape(-1, 2)
    flags = extract.flags[roads.way[edge]]
    meeting = TurnArrays(
        first_out=arcs.first_out,
        head=arcs.head,
        back=arcs.arc_of_dart[roads.back[dart]],
        ban_first=np.searchsorted(bans[:, 0], np.arange(arc_count + 1)).astype(np.int32),
        ban_arc=np.ascontiguousarray(bans[:, 1]),
        leaving=bearing[dart],
        arriving=bearing[dart ^ 1] + 180.0,
        length_m=roads.length_m[edge],
        kmh=roads.length_m[edge] * 3.6 / np.maximum(roads.dart_s[dart], 0.001),
        wait_ms=roads.wait_ms[dart],
        private=private,
        ferry=extract.road_class[roads.way[edge]] == _FERRY,
        ring=flags & (ROUNDABOUT | CIRCULAR) > 0,
        left_hand=flags & LEFT_HAND > 0,
        roads=roads.roads[arcs.junction],
        arrivals=np.bincount(arcs.head, minlength=arcs.junction.size).astype(np.int32),
        who_waits=roads.who_waits[arcs.junction],
        turns_round=roads.turns_round[arcs.junction],
    )
    most = int(np.diff(arcs.first_out)[arcs.head].sum())
    first = np.empty(arc_count + 1, dtype=np.int32)
    onward, ms = np.empty(most, dtype=np.int32), np.empty(most, dtype=np.int32)
    count = plain_turns(meeting, _costs(profile), first, onward, ms)
    ms = ms[:count] - ms[:count] % profile.time_step_ms
    return Turns(first, onward[:count].copy(), ms)


def _costs(profile: CarProfile) -> TurnCosts:
    return TurnCosts(
        profile.turn_ms / 1000, profile.turn_bias, profile.oncoming_turn_ms / 1000, profile.u_turn_ms / 1000
    )
