"""From a `MapExtract` to a `RoadNetwork`.

extract --cut--> edges --largest part--> arcs --> plain turns --> states       drop what turn bans cut off
                                          ^                          |         and build again (rarely twice)
                                          +--------------------------+
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from routing.arrays import BoolArray, Int32Array, UInt8Array
from routing.network.arc_restrictions import bans_at_times, restrictions_on_arcs, sequence_tree
from routing.network.arcs import Arcs, build_arcs, build_turns
from routing.network.car_profile import CarProfile
from routing.network.connectivity import cut_off_edges, main_parts, strongest_part
from routing.network.driving_states import DrivingStates, build_states
from routing.network.import_report import BuildReport
from routing.network.map_extract import MapExtract
from routing.network.restrictions import DartRestrictions, resolve_restrictions
from routing.network.road_cutting import CutRoads, cut_roads
from routing.network.road_network import UNREACHABLE, RoadNetwork
from routing.network.way_flags import with_sides_by_place
from routing.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class _Built:
    keep: BoolArray
    private: BoolArray
    """(edges of CutRoads) destination-only, by tag or by where they lie."""
    arcs: Arcs
    states: DrivingStates
    cut_off: int


def build_network(
    extract: MapExtract, profile: CarProfile, progress: Progress = silent
) -> tuple[RoadNetwork, BuildReport] | None:
    """Build the network of `extract`; None where it holds no road to drive to and fro (with `all_parts`, no road).

    It is the largest strongly connected part, or all of them where `profile.all_parts`.
    """
    extract = with_sides_by_place(extract)
    roads = cut_roads(extract, profile.time_step_ms)
    progress(0.3, "cutting roads at junctions")
    found = resolve_restrictions(extract, roads)
    if profile.restrictions_at:
        found = found.at(datetime.fromisoformat(profile.restrictions_at))
    built = _connect(extract, roads, found, profile, progress)
    if built is None:
        return None
    progress(0.9, "collecting the network")
    return _assemble(extract, roads, found, built), _report(extract, roads, found, built)


def _connect(
    extract: MapExtract, roads: CutRoads, found: DartRestrictions, profile: CarProfile, progress: Progress
) -> _Built | None:
    """Drop edges until every edge that stays can be driven to and from; with `all_parts`, none."""
    part = main_parts if profile.all_parts else strongest_part
    keep = np.ones(roads.edge_count, dtype=np.bool_)
    keep = keep if profile.all_parts else strongest_part(roads, keep)
    cut_off = 0
    while keep.any():
        private = extract.destination_only[roads.way] & keep
        private = keep & ~part(roads, keep & ~private)
        arcs = build_arcs(roads, keep)
        bans = restrictions_on_arcs(found, arcs)
        private_arc = private[arcs.dart // 2]
        plain = build_turns(extract, roads, arcs, private_arc, sorted(bans.pairs), profile)
        states = build_states(plain, private_arc, sequence_tree(bans.sequences))
        progress(0.7, "joining roads by turns")
        if profile.all_parts:
            return _Built(keep, private, arcs, states, cut_off)
        lost = cut_off_edges(
            states.turns.first, states.turns.head, arcs.edge_of_arc[states.arc], private_arc, arcs.edge.size
        )
        if not lost.any():
            return _Built(keep, private, arcs, states, cut_off)
        cut_off += int(np.count_nonzero(lost))
        keep[arcs.edge[lost]] = False
        keep = strongest_part(roads, keep)
    return None


def _assemble(extract: MapExtract, roads: CutRoads, found: DartRestrictions, built: _Built) -> RoadNetwork:
    arcs, edge = built.arcs, built.arcs.edge
    way = roads.way[edge]
    first, last = roads.first_point[edge], roads.last_point[edge]
    point, shape_first = _points(first, last)
    milliseconds = np.rint(roads.dart_s[arcs.dart] * 1000)
    length_dm = np.rint(roads.length_m[edge] * 10).astype(np.int32)
    of_way = np.stack([extract.name, extract.ref, extract.destination, extract.spoken])
    used, index = np.unique(np.concatenate([[0], of_way[:, way].ravel()]), return_inverse=True)
    name, ref, destination, spoken = index[1:].reshape(4, -1).astype(np.int32)
    is_spoken = np.flatnonzero(spoken)
    bans = bans_at_times(found, arcs)
    conditions = sorted({ban.condition for ban in bans})
    text_first, text_utf8 = _texts([*(extract.texts[text] for text in used), *conditions])
    return RoadNetwork(
        lon_e7=roads.lon_e7[arcs.junction],
        lat_e7=roads.lat_e7[arcs.junction],
        osm_node=roads.node[arcs.junction],
        first_out=arcs.first_out,
        head=arcs.head,
        duration_ms=np.clip(milliseconds, 1, UNREACHABLE - 1).astype(np.int32),
        length_dm=length_dm[arcs.edge_of_arc],
        edge_of_arc=arcs.edge_of_arc,
        forward_arc=arcs.arc_of_dart[2 * edge],
        backward_arc=arcs.arc_of_dart[2 * edge + 1],
        shape_first=shape_first,
        shape_lon_e7=extract.lon_e7[point],
        shape_lat_e7=extract.lat_e7[point],
        shape_node=extract.node[point],
        road_class_of_edge=extract.road_class[way],
        destination_only_of_edge=built.private[edge].astype(np.int8),
        flags_of_edge=extract.flags[way],
        osm_way_of_edge=extract.way[way],
        name_of_edge=name,
        ref_of_edge=ref,
        destination_of_edge=destination,
        spoken_edge=is_spoken.astype(np.int32),
        spoken_text=spoken[is_spoken],
        arc_of_state=built.states.arc,
        turn_first=built.states.turns.first,
        turn_head=built.states.turns.head,
        turn_ms=built.states.turns.ms,
        ban_first=np.cumsum([0, *(len(ban.arcs) for ban in bans)], dtype=np.int32),
        ban_arc=np.array([arc for ban in bans for arc in ban.arcs], dtype=np.int32),
        ban_condition=np.array([used.size + conditions.index(ban.condition) for ban in bans], dtype=np.int32),
        text_first=text_first,
        text_utf8=text_utf8,
    )


def _points(first: Int32Array, last: Int32Array) -> tuple[Int32Array, Int32Array]:
    """All points of the edges, one after the other, and where each edge's begin."""
    size = last - first + 1
    shape_first = np.concatenate([[0], np.cumsum(size)]).astype(np.int32)
    point = np.arange(shape_first[-1], dtype=np.int32) + np.repeat(first - shape_first[:-1], size)
    return point.astype(np.int32), shape_first


def _texts(texts: list[str]) -> tuple[Int32Array, UInt8Array]:
    utf8 = [text.encode() for text in texts]
    first = np.concatenate([[0], np.cumsum([len(text) for text in utf8])]).astype(np.int32)
    return first, np.frombuffer(b"".join(utf8), dtype=np.uint8)


def _report(extract: MapExtract, roads: CutRoads, found: DartRestrictions, built: _Built) -> BuildReport:
    ignored = dict(extract.restrictions_ignored)
    for reason, count in found.ignored.items():
        ignored[reason] = ignored.get(reason, 0) + count
    tagged = extract.destination_only[roads.way]
    return BuildReport(
        ways=extract.way_count,
        junctions=int(built.arcs.junction.size),
        edges=int(built.arcs.edge.size),
        arcs=int(built.arcs.head.size),
        states=int(built.states.arc.size),
        turns=int(built.states.turns.head.size),
        road_km=round(float(roads.length_m[built.keep].sum()) / 1000, 1),
        destination_only_edges=int(np.count_nonzero(built.private)),
        reached_only_through_destination=int(np.count_nonzero(built.private & ~tagged)),
        restrictions_used=found.used,
        restrictions_at_times=sum(part.used for part in found.at_times.values()),
        restrictions_ignored=dict(sorted(ignored.items())),
        dropped_junctions=int(roads.node.size - built.arcs.junction.size),
        dropped_edges=int(roads.edge_count - built.arcs.edge.size),
        dropped_km=round(float(roads.length_m[~built.keep].sum()) / 1000, 1),
        cut_off_edges=built.cut_off,
    )
