"""Road networks small enough to draw, built from points in metres and edges between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from routing.network.road_network import ROAD_CLASSES, RoadNetwork

ORIGIN_LON, ORIGIN_LAT = 10.0, 50.0
METRES_PER_DEGREE = 6_371_009.0 * float(np.pi) / 180

Edge = tuple[int, int, bool, float]
"""tail, head, one-way, speed in km/h"""


@dataclass(frozen=True)
class _Arcs:
    tail: list[int]
    head: list[int]
    edge: list[int]
    forward: list[bool]


def lon_lat(x_m: float, y_m: float) -> tuple[float, float]:
    """Degrees of a point `x_m` east and `y_m` north of the origin."""
    return (
        ORIGIN_LON + x_m / (METRES_PER_DEGREE * float(np.cos(np.radians(ORIGIN_LAT)))),
        ORIGIN_LAT + y_m / METRES_PER_DEGREE,
    )


def network_from_edges(
    points_m: Sequence[tuple[float, float]],
    edges: Sequence[Edge],
    banned: Iterable[tuple[int, ...]] = (),
    *,
    bends: Mapping[int, Sequence[tuple[float, float]]] | None = None,
    road_class: Mapping[int, str] | None = None,
    destination_only: Iterable[int] = (),
    names: Mapping[int, str] | None = None,
    refs: Mapping[int, str] | None = None,
    flags: Mapping[int, int] | None = None,
    turn_ms: int = 0,
) -> RoadNetwork:
    """Build a network: U-turns only where a road ends, every other turn costs `turn_ms`.

    `banned` are paths of junctions that may not be driven: (a, b, c) a turn, (a, b, c, d) a restriction via a way.
    `bends`, `road_class`, `names`, `refs`, `flags` are by edge; `bends` are the points in metres between both ends.
    """
    shapes = [[points_m[a], *(bends or {}).get(i, ()), points_m[b]] for i, (a, b, _, _) in enumerate(edges)]
    shape_m = [float(np.hypot(*np.diff(np.array(shape), axis=0).T).sum()) for shape in shapes]
    arcs = _arcs(edges, len(points_m))
    private = set(destination_only)
    turns, arc_of_state = _turns(arcs, [tuple(path) for path in banned], private)
    lookup = {(edge, forward): arc for arc, (edge, forward) in enumerate(zip(arcs.edge, arcs.forward, strict=True))}
    lon, lat = _e7(points_m)
    shape_lon, shape_lat = _e7([point for shape in shapes for point in shape])
    classes = {**dict.fromkeys(range(len(edges)), "residential"), **(road_class or {})}
    names, refs, flags = names or {}, refs or {}, flags or {}
    texts = ["", *sorted({*names.values(), *refs.values()})]
    utf8 = [text.encode() for text in texts]
    order = sorted(turns)
    first = np.searchsorted([a for a, _ in order], np.arange(len(arc_of_state) + 1))
    return RoadNetwork(
        lon_e7=lon,
        lat_e7=lat,
        osm_node=np.arange(100, 100 + len(points_m), dtype=np.int64),
        first_out=np.searchsorted(arcs.tail, np.arange(len(points_m) + 1)).astype(np.int32),
        head=_int32(arcs.head),
        duration_ms=_int32([max(1, round(shape_m[e] / edges[e][3] * 3600)) for e in arcs.edge]),
        length_dm=_int32([round(shape_m[e] * 10) for e in arcs.edge]),
        edge_of_arc=_int32(arcs.edge),
        forward_arc=_int32([lookup.get((e, True), -1) for e in range(len(edges))]),
        backward_arc=_int32([lookup.get((e, False), -1) for e in range(len(edges))]),
        shape_first=_int32(np.cumsum([0, *map(len, shapes)])),
        shape_lon_e7=shape_lon,
        shape_lat_e7=shape_lat,
        shape_node=_shape_nodes(edges, shapes),
        road_class_of_edge=np.array([ROAD_CLASSES.index(classes[e]) for e in range(len(edges))], dtype=np.uint8),
        destination_only_of_edge=np.array([e in private for e in range(len(edges))], dtype=np.int8),
        flags_of_edge=np.array([flags.get(e, 0) for e in range(len(edges))], dtype=np.uint8),
        osm_way_of_edge=np.arange(1000, 1000 + len(edges), dtype=np.int64),
        name_of_edge=_int32([texts.index(names.get(e, "")) for e in range(len(edges))]),
        ref_of_edge=_int32([texts.index(refs.get(e, "")) for e in range(len(edges))]),
        destination_of_edge=np.zeros(len(edges), np.int32),
        spoken_edge=np.zeros(0, np.int32),
        spoken_text=np.zeros(0, np.int32),
        arc_of_state=_int32(arc_of_state),
        turn_first=first.astype(np.int32),
        turn_head=_int32([b for _, b in order]),
        turn_ms=_int32([turn_ms] * len(order)),
        ban_first=np.zeros(1, np.int32),
        ban_arc=np.zeros(0, np.int32),
        ban_condition=np.zeros(0, np.int32),
        text_first=_int32(np.cumsum([0, *map(len, utf8)])),
        text_utf8=np.frombuffer(b"".join(utf8), dtype=np.uint8),
    )


def random_network(seed: int, junctions: int = 30, edges: int = 60, side_m: float = 2000.0) -> RoadNetwork:
    """Build a random network, not always connected: bends, one-ways, loops, parallel edges, banned turns and paths."""
    rng = np.random.default_rng(seed)
    points = [(float(x), float(y)) for x, y in rng.uniform(0, side_m, (junctions, 2))]
    pairs = rng.integers(0, junctions, (edges, 2))
    roads = [(int(a), int(b), bool(rng.random() < 0.25), float(rng.integers(10, 100))) for a, b in pairs]
    bends = {
        i: [(float(x), float(y)) for x, y in rng.uniform(0, side_m, (int(rng.integers(0, 4)) + int(a == b), 2))]
        for i, (a, b, _, _) in enumerate(roads)
    }
    out: dict[int, list[int]] = {}
    for a, b, one_way, _ in roads:
        out.setdefault(a, []).append(b)
        if not one_way:
            out.setdefault(b, []).append(a)
    walks = []
    for length in [3] * (edges // 6) + [4] * (edges // 10):
        walk = [roads[int(rng.integers(edges))][0]]
        while len(walk) < length and walk[-1] in out:
            walk.append(int(rng.choice(out[walk[-1]])))
        if len(walk) == length:
            walks.append(tuple(walk))
    return network_from_edges(points, roads, walks, bends=bends, turn_ms=int(rng.integers(0, 3)) * 1500)


def _arcs(edges: Sequence[Edge], junctions: int) -> _Arcs:
    found = [(a, b, i, True) for i, (a, b, _, _) in enumerate(edges)]
    found += [(b, a, i, False) for i, (a, b, one_way, _) in enumerate(edges) if not one_way]
    if any(not (0 <= tail < junctions and 0 <= head < junctions) for tail, head, _, _ in found):
        raise ValueError("an edge names a junction that is not there")
    columns = [list(column) for column in zip(*sorted(found), strict=True)] or [[], [], [], []]
    return _Arcs(*columns)


def _turns(arcs: _Arcs, banned: list[tuple[int, ...]], private: set[int]) -> tuple[list[tuple[int, int]], list[int]]:
    """Turns between states and the arc of each state.

    A state is (arc, entered): "" the arc itself; "in" a destination-only arc entered from outside; a path (a, b, c, d)
    for arcs b>c entered by a>b.
    """
    count = len(arcs.head)
    turns_banned = {path for path in banned if len(path) == 3}
    paths = [path for path in banned if len(path) == 4]
    states: dict[tuple[int, frozenset[tuple[int, ...]], bool], int] = {
        (arc, frozenset(), False): arc for arc in range(count)
    }
    waiting = list(states)
    turns: list[tuple[int, int]] = []
    while waiting:
        arc, armed, came_in = state = waiting.pop(0)
        a, b = arcs.tail[arc], arcs.head[arc]
        nexts = [next_arc for next_arc in range(count) if arcs.tail[next_arc] == b]
        onward = [n for n in nexts if not (arcs.edge[n] == arcs.edge[arc] and arcs.forward[n] != arcs.forward[arc])]
        for n in onward or nexts:
            c = arcs.head[n]
            if (a, b, c) in turns_banned or any((a, b, c) == path[1:] for path in armed):
                continue
            inside = arcs.edge[n] in private
            if came_in and not inside:
                continue
            entered = inside and (came_in or arcs.edge[arc] not in private)
            target = (n, frozenset(path for path in paths if path[:3] == (a, b, c)), entered)
            if target not in states:
                states[target] = len(states)
                waiting.append(target)
            turns.append((states[state], states[target]))
    return turns, [arc for arc, _, _ in states]


def _shape_nodes(edges: Sequence[Edge], shapes: Sequence[Sequence[object]]) -> np.ndarray:
    """100 and on for the ends of edges, 10,000 and on for the points between."""
    ids = 10_000 + np.arange(sum(map(len, shapes)), dtype=np.int64)
    last = np.cumsum([len(shape) for shape in shapes])
    for (tail, head, _, _), shape, end in zip(edges, shapes, last, strict=True):
        ids[end - len(shape)], ids[end - 1] = 100 + tail, 100 + head
    return ids


def _e7(points_m: Sequence[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    degrees = np.array([lon_lat(x, y) for x, y in points_m]).reshape(-1, 2)
    scaled = np.round(degrees * 1e7).astype(np.int32)
    return scaled[:, 0].copy(), scaled[:, 1].copy()


def _int32(values: Sequence[int] | np.ndarray) -> np.ndarray:
    return np.asarray(values, dtype=np.int32)
