"""From the kept edges to a forward star of arcs, and the plain turns between them."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import BoolArray, Int32Array, Int64Array
from routing.network.car_profile import CarProfile
from routing.network.map_extract import MapExtract
from routing.network.network_kernels import departure_bearings, plain_turns
from routing.network.road_cutting import CutRoads
from routing.network.road_network import ROAD_CLASSES

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
    arc_count = arcs.head.size
    bearing = np.empty(roads.dart_s.size, dtype=np.float64)
    departure_bearings(roads.first_point, roads.last_point, extract.lon_e7, extract.lat_e7, _BEARING_LOOK_M, bearing)
    bans = np.array(sorted(banned), dtype=np.int32).reshape(-1, 2)
    most = int(np.diff(arcs.first_out)[arcs.head].sum())
    first = np.empty(arc_count + 1, dtype=np.int32)
    onward, ms = np.empty(most, dtype=np.int32), np.empty(most, dtype=np.int32)
    count = plain_turns(
        arcs.first_out,
        arcs.head,
        arcs.dart,
        np.searchsorted(bans[:, 0], np.arange(arc_count + 1)).astype(np.int32),
        np.ascontiguousarray(bans[:, 1]),
        bearing,
        roads.roads[arcs.junction],
        private,
        roads.signals[arcs.junction],
        (extract.road_class[roads.way] == _FERRY)[arcs.dart // 2],
        profile.turn_ms / 1000,
        1 / profile.turn_bias if profile.left_hand_driving else profile.turn_bias,
        profile.u_turn_ms / 1000,
        profile.signal_ms / 1000,
        first,
        onward,
        ms,
    )
    return Turns(first, onward[:count].copy(), ms[:count].copy())
