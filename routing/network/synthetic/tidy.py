"""Make a freshly cut web look like streets: merge near junctions, drop stubs, slivers and sharp forks.

Every step removes or moves only; the last step of `tidy` removes what still crosses, so the web stays planar.
"""

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from routing.arrays import BoolArray, Float64Array, Int64Array
from routing.network.synthetic.joining import extend_dead_ends
from routing.network.synthetic.roads import RANK, TERTIARY
from routing.network.synthetic.web import Web, heading, points

MERGE_M = 15.0
STUB_M = 30.0
SLIVER_M = 21.0
SHARP_DEG = 24.0
REACH_M = 42.0
"""A dead end this close to the street before it is led on to it."""


def tidy(web: Web, open_ends: Float64Array) -> None:
    """Bring the web into order, in place. Main roads may end at `open_ends` (k, 2), where something joins later."""
    for _ in range(3):
        merge_near_nodes(web, MERGE_M)
        drop_repeats(web)
    drop_slivers(web)
    extend_dead_ends(web, REACH_M)
    drop_sharp_forks(web)
    for _ in range(4):
        drop_stubs(web, STUB_M)
    merge_near_nodes(web, MERGE_M)
    drop_repeats(web)
    drop_crossing(web)
    keep_largest(web)
    drop_dead_main_ends(web, open_ends)
    keep_largest(web)
    drop_unused_nodes(web)


def merge_near_nodes(web: Web, limit_m: float) -> None:
    """Contract edges shorter than `limit_m`; the node with the most important roads stays in its place."""
    ends, ranks = web.ends(), web.ranks()
    short = (web.lengths() < limit_m) & ~np.array([edge.bridge for edge in web.edges], dtype=bool)
    best = np.full(len(web.xy), 99, dtype=np.int64)
    np.minimum.at(best, ends.ravel(), np.repeat(ranks, 2))
    parent = np.arange(len(web.xy))
    anchor = np.zeros(len(web.xy), dtype=bool)
    for index in np.flatnonzero(short).tolist():
        u, v = (int(parent[node]) for node in ends[index])
        if u == v or parent[u] != u or parent[v] != v:
            continue
        keep, gone = (u, v) if (best[u], u) <= (best[v], v) else (v, u)
        if anchor[gone]:
            continue
        parent[gone] = keep
        anchor[keep] = True
    for edge in web.edges:
        edge.u, edge.v = int(parent[edge.u]), int(parent[edge.v])
        if (edge.coords[0] != web.xy[edge.u]).any() or (edge.coords[-1] != web.xy[edge.v]).any():
            edge.coords = _rounded_off(edge.coords, web.xy[edge.u], web.xy[edge.v])
    web.keep(np.array([e.u != e.v or e.length_m > 6 * limit_m for e in web.edges], dtype=bool))


def _rounded_off(coords: Float64Array, begin: Float64Array, end: Float64Array) -> Float64Array:
    """Move the ends, and leave out points near an end that moved: they would make a kink."""
    inner = coords[1:-1]
    for moved, old in ((begin, coords[0]), (end, coords[-1])):
        if (moved != old).any():
            inner = inner[np.hypot(*(inner - moved).T) > 1.7 * MERGE_M]
    return np.concatenate([begin[None], inner, end[None]])


def drop_repeats(web: Web) -> None:
    """Of several edges between the same two nodes keep the most important one, unless they enclose a block."""
    best: dict[tuple[int, int], tuple[int, float, int]] = {}
    for index, edge in enumerate(web.edges):
        key = (min(edge.u, edge.v), max(edge.u, edge.v))
        best[key] = min(best.get(key, (99, 0.0, index)), (edge.rank, edge.length_m, index))
    keep = [best[(min(e.u, e.v), max(e.u, e.v))][2] == index for index, e in enumerate(web.edges)]
    web.keep(np.array(keep, dtype=bool))


def drop_slivers(web: Web) -> None:
    """Drop minor edges that run beside a more important road; short ones may be the way onto it, so they stay."""
    lines, ranks = web.lines(), web.ranks()
    strong = np.flatnonzero(ranks <= RANK["residential"])
    tree = shapely.STRtree(lines[strong])
    minor = np.flatnonzero((ranks > TERTIARY) & (shapely.length(lines) > 2.2 * SLIVER_M))
    beside = np.zeros(len(minor), dtype=np.int64)
    for share in (0.25, 0.5, 0.75):
        points = shapely.line_interpolate_point(lines[minor], share, normalized=True)
        a, b = tree.query(points, predicate="dwithin", distance=SLIVER_M)
        close = ranks[strong[b]] < ranks[minor[a]]
        hit = np.zeros(len(minor), dtype=np.int64)
        hit[a[close]] = 1
        beside += hit
    keep = np.ones(len(web.edges), dtype=bool)
    keep[minor[beside == 3]] = False
    web.keep(keep)


def drop_sharp_forks(web: Web) -> None:
    """Of two edges that leave a node at less than SHARP_DEG, drop the less important one."""
    keep = np.ones(len(web.edges), dtype=bool)
    for node, at in enumerate(web.incident()):
        if len(at) < 2:
            continue
        ways = sorted((heading(web.edges[index], node), index) for index in at if keep[index])
        for (a, i), (b, j) in zip(ways, [*ways[1:], *ways[:1]], strict=True):
            gap = np.degrees((b - a) % (2 * np.pi))
            if i == j or not (gap < SHARP_DEG or gap > 360 - SHARP_DEG) or not (keep[i] and keep[j]):
                continue
            worse = max((i, j), key=lambda index: (web.edges[index].rank, web.edges[index].length_m))
            if web.edges[worse].rank > TERTIARY:
                keep[worse] = False
    web.keep(keep)


def drop_stubs(web: Web, limit_m: float) -> None:
    """Drop dead ends shorter than `limit_m`."""
    on_end = (web.degrees() == 1)[web.ends()].any(axis=1)
    web.keep(~on_end | (web.lengths() >= limit_m))


def drop_dead_main_ends(web: Web, open_ends: Float64Array) -> None:
    """A main road does not just end: peel its dead ends off, edge by edge, except near `open_ends`."""
    xy = points(web)
    stays = np.hypot(*(xy[:, None] - open_ends[None]).transpose(2, 0, 1)).min(axis=1) < 25.0
    for _ in range(14):
        loose = (web.degrees() == 1) & ~stays
        peel = loose[web.ends()].any(axis=1) & (web.ranks() <= TERTIARY)
        if not peel.any():
            break
        web.keep(~peel)


def crossing_pairs(web: Web) -> Int64Array:
    """(k, 2) edges that touch anywhere but in a shared node, bridges left out."""
    lines, ends = web.lines(), web.ends()
    ground = np.flatnonzero(np.array([not edge.bridge for edge in web.edges]))
    tree = shapely.STRtree(lines[ground])
    a, b = tree.query(lines[ground], predicate="intersects")
    a, b = ground[a[a < b]], ground[b[a < b]]
    shared = np.zeros(len(a), dtype=np.int64)
    for i in (0, 1):
        for j in (0, 1):
            shared += ends[a, i] == ends[b, j]
    meet = shapely.intersection(lines[a], lines[b])
    only_points = shapely.get_dimensions(meet) == 0
    bad = ~only_points | (shapely.get_num_coordinates(meet) > shared)
    return np.stack([a[bad], b[bad]], axis=1)


def drop_crossing(web: Web) -> None:
    """Drop edges that cross themselves and the less important of every two that cross."""
    web.keep(np.asarray(shapely.is_simple(web.lines())))
    pairs = crossing_pairs(web)
    keep = np.ones(len(web.edges), dtype=bool)
    for a, b in pairs.tolist():
        if keep[a] and keep[b]:
            keep[max((a, b), key=lambda index: (web.edges[index].rank, web.edges[index].length_m))] = False
    web.keep(keep)


def keep_largest(web: Web) -> None:
    """Keep the largest connected part."""
    ends = web.ends()
    joins = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(web.xy), len(web.xy)))
    _, label = connected_components(joins, directed=False)
    largest = np.bincount(label[ends[:, 0]]).argmax()
    web.keep(label[ends[:, 0]] == largest)


def demote_stranded_lanes(web: Web) -> None:
    """Lanes that only farm tracks lead to become tracks: car profiles leave tracks out and would find them cut off."""
    ends, ranks = web.ends(), web.ranks()
    paved = ends[ranks < RANK["track"]]
    joins = coo_matrix((np.ones(len(paved)), (paved[:, 0], paved[:, 1])), shape=(len(web.xy), len(web.xy)))
    _, label = connected_components(joins, directed=False)
    largest = np.bincount(label[paved[:, 0]]).argmax()
    for edge, part in zip(web.edges, label[ends[:, 0]].tolist(), strict=True):
        if edge.kind == "unclassified" and part != largest:
            edge.kind = "track"


def drop_unused_nodes(web: Web) -> None:
    """Number nodes again without those that no edge uses."""
    used: BoolArray = web.degrees() > 0
    number = np.cumsum(used) - 1
    web.xy = [point for point, stays in zip(web.xy, used.tolist(), strict=True) if stays]
    for edge in web.edges:
        edge.u, edge.v = int(number[edge.u]), int(number[edge.v])
