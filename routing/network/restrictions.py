"""Turn restrictions of the map as sequences of darts.

    via a node     from ==> v ==> to            banned (from, to), or for only_*: after (from,) nothing but (to,)
    via ways       from ==> w1 ==> w2 ==> to    banned (from, w1, w2, to); a way of several edges gives several darts,
                                                and is driven from end to end, else nothing is meant (as in OSRM)

A dart is an edge in one direction, see `CutRoads`. Only open darts take part, which settles most cases in which a way
runs through the via node and the relation alone would not say which half is meant; the rest is counted as ambiguous.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import numpy as np

from routing.network.conditions import condition_holds
from routing.network.map_extract import MapExtract, RawRestriction
from routing.network.road_cutting import CutRoads

DartPath = tuple[int, ...]


@dataclass(slots=True)
class DartRestrictions:
    """Banned sequences of darts; and sequences after which only certain darts may follow."""

    banned: set[DartPath] = field(default_factory=set)
    mandatory: dict[DartPath, set[int]] = field(default_factory=dict)
    at_times: dict[str, "DartRestrictions"] = field(default_factory=dict)
    """By condition."""
    used: int = 0
    """Those that hold always."""
    ignored: Counter[str] = field(default_factory=Counter)

    def at(self, local_time: datetime) -> "DartRestrictions":
        """Those that hold always and those that hold then, as if they held always."""
        now = [self, *(part for condition, part in self.at_times.items() if condition_holds(condition, local_time))]
        found = DartRestrictions(at_times=self.at_times, used=self.used, ignored=self.ignored)
        for part in now:
            found.banned |= part.banned
            for path, allowed in part.mandatory.items():
                found.mandatory.setdefault(path, set()).update(allowed)
        return found


def resolve_restrictions(extract: MapExtract, roads: CutRoads) -> DartRestrictions:
    """Find the darts that each restriction of the extract speaks of."""
    found = DartRestrictions()
    lines = _way_lines(extract, roads)
    for restriction in extract.restrictions:
        outcome = _resolve(restriction, lines)
        if isinstance(outcome, str):
            found.ignored[outcome] += 1
            continue
        holding = found
        if restriction.condition:
            holding = found.at_times.setdefault(restriction.condition, DartRestrictions())
        holding.used += 1
        for path in outcome:
            if restriction.kind.startswith("only_"):
                holding.mandatory.setdefault(path[:-1], set()).add(path[-1])
            else:
                holding.banned.add(path)
    return found


@dataclass(frozen=True, slots=True)
class _WayLine:
    """The open darts of one OSM way, by the node they lead into and out of."""

    into: dict[int, list[int]]
    out_of: dict[int, list[int]]
    ends: frozenset[int]
    """First and last node of the way."""

    def open_into(self, node: int) -> list[int]:
        return self.into.get(node, [])

    def open_out_of(self, node: int) -> list[int]:
        return self.out_of.get(node, [])


@dataclass(frozen=True, slots=True)
class _Lines:
    of_way: dict[int, _WayLine]
    dart_head: dict[int, int]
    """OSM node that each dart of these ways leads into, open or not."""

    def nodes(self, way: int) -> set[int]:
        line = self.of_way[way]
        return {*line.into, *line.out_of}


def _way_lines(extract: MapExtract, roads: CutRoads) -> _Lines:
    wanted = {way for r in extract.restrictions for way in (*r.from_ways, *r.via_ways, *r.to_ways)}
    way_id = extract.way[roads.way]
    edges = np.flatnonzero(np.isin(way_id, np.array(sorted(wanted), dtype=np.int64)))
    edges = edges[np.argsort(roads.first_point[edges], kind="stable")]
    lines: dict[int, _WayLine] = {}
    dart_head: dict[int, int] = {}
    ends: dict[int, list[int]] = {}
    for edge in edges.tolist():
        way = int(way_id[edge])
        begin, end = int(roads.node[roads.begin[edge]]), int(roads.node[roads.end[edge]])
        line = lines.setdefault(way, _WayLine({}, {}, frozenset()))
        ends.setdefault(way, [begin, end])[1] = end
        for dart, tail, head in ((2 * edge, begin, end), (2 * edge + 1, end, begin)):
            dart_head[dart] = head
            if np.isfinite(roads.dart_s[dart]):
                line.into.setdefault(head, []).append(dart)
                line.out_of.setdefault(tail, []).append(dart)
    return _Lines(
        {way: _WayLine(line.into, line.out_of, frozenset(ends[way])) for way, line in lines.items()}, dart_head
    )


def _resolve(restriction: RawRestriction, lines: _Lines) -> list[DartPath] | str:
    """The sequences of darts meant, or why there is none."""
    from_ways = [way for way in restriction.from_ways if way in lines.of_way]
    to_ways = [way for way in restriction.to_ways if way in lines.of_way]
    if not from_ways or not to_ways or any(way not in lines.of_way for way in restriction.via_ways):
        return "a way is not driven"
    paths: list[DartPath] = []
    for from_way in from_ways:
        for to_way in to_ways:
            if restriction.via_node is not None:
                some = _paths_via_node(restriction, from_way, to_way, lines)
            else:
                some = _paths_via_ways(restriction, from_way, to_way, lines)
            if isinstance(some, str):
                return some
            paths += some
    return paths or "impossible anyway"


def _paths_via_node(restriction: RawRestriction, from_way: int, to_way: int, lines: _Lines) -> list[DartPath] | str:
    node = restriction.via_node
    if node is None:
        raise ValueError("a restriction via ways has no via node")
    into, out_of = lines.of_way[from_way].open_into(node), lines.of_way[to_way].open_out_of(node)
    if restriction.kind == "no_u_turn" and from_way == to_way:
        return [(dart, dart ^ 1) for dart in into if dart ^ 1 in out_of]
    if from_way == to_way or "u_turn" in restriction.kind:
        paths: list[DartPath] = [(a, b) for a in into for b in out_of]
    else:
        paths = [(a, b) for a in into for b in out_of if a ^ 1 != b]
    if len({path[0] for path in paths}) > 1 or len({path[1] for path in paths}) > 1:
        return "ambiguous"
    return paths


def _paths_via_ways(restriction: RawRestriction, from_way: int, to_way: int, lines: _Lines) -> list[DartPath] | str:
    chain = (*restriction.via_ways, to_way)
    entries = _joins(from_way, chain[0], lines)
    paths: list[DartPath] = [(dart,) for node in sorted(entries) for dart in lines.of_way[from_way].open_into(node)]
    if len(paths) > 1 and not entries & lines.of_way[from_way].ends:
        return "ambiguous"
    for way, following in pairwise(chain):
        exits = _joins(following, way, lines)
        paths = [longer for path in paths for longer in _along(path, way, exits, lines)]
    last = lines.of_way[to_way]
    whole = [
        (*path, dart) for path in paths for dart in last.open_out_of(lines.dart_head[path[-1]]) if dart != path[-1] ^ 1
    ]
    if len({path[-1] for path in whole}) > 1 and not _joins(to_way, chain[-2], lines) & last.ends:
        return "ambiguous"
    return whole


def _joins(way: int, via: int, lines: _Lines) -> set[int]:
    """Nodes where `way` meets an end of the way `via`: ends of both where there are such."""
    common = lines.nodes(way) & lines.of_way[via].ends
    return common & lines.of_way[way].ends or common


def _along(path: DartPath, way: int, exits: set[int], lines: _Lines) -> list[DartPath]:
    """`path` continued along `way`, both ways round, to the first node among `exits`."""
    found: list[DartPath] = []
    line = lines.of_way[way]
    for first in line.open_out_of(lines.dart_head[path[-1]]):
        longer, dart = path, first
        while dart not in longer and dart ^ 1 not in longer:
            longer = (*longer, dart)
            node = lines.dart_head[dart]
            if node in exits:
                found.append(longer)
                break
            onward = [following for following in line.open_out_of(node) if following != dart ^ 1]
            if len(onward) != 1:
                break
            dart = onward[0]
    return found
