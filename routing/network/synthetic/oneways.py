"""One-way streets downtown, in opposite pairs, and the check that every street can still be driven to and from."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from routing.arrays import BoolArray, Int64Array
from routing.network.synthetic.plan import Plan
from routing.network.synthetic.roads import RANK
from routing.network.synthetic.strokes import Stroke, shape
from routing.network.synthetic.web import Web

PAIR_M = 95.0
"""About the distance between parallel streets: neighbours get opposite directions."""


def make_oneways(plan: Plan, web: Web, strokes: list[Stroke]) -> None:
    """Turn half of the longer minor streets downtown into one-ways."""
    rng = plan.rng("oneways")
    reach = plan.core_m + 900.0 * min(1.0, plan.ring_m / 4_000.0)
    for stroke in strokes:
        if (
            not RANK["tertiary"] < RANK[stroke.kind] < RANK["service"]
            or stroke.length_m < 130.0
            or web.edges[stroke.edges[0]].oneway
        ):
            continue
        coords = shape(web, stroke)
        middle, way = coords[len(coords) // 2], coords[-1] - coords[0]
        if np.hypot(*middle) > reach or np.hypot(*way) < 80.0 or rng.random() > 0.5:
            continue
        theta = float(np.arctan2(way[1], way[0])) % np.pi
        offset = middle @ np.array([-np.sin(theta), np.cos(theta)])
        along = way @ np.array([np.cos(theta), np.sin(theta)]) > 0
        if (int(np.floor(offset / PAIR_M)) % 2 == 0) != along:
            stroke.edges, stroke.forward = stroke.edges[::-1], [not f for f in reversed(stroke.forward)]
        _direct(web, stroke)


def _direct(web: Web, stroke: Stroke) -> None:
    for index, forward in zip(stroke.edges, stroke.forward, strict=True):
        edge = web.edges[index]
        edge.oneway = True
        if not forward:
            edge.u, edge.v, edge.coords = edge.v, edge.u, edge.coords[::-1]
    stroke.forward = [True] * len(stroke.edges)


def strong_parts(web: Web, closed: BoolArray) -> Int64Array:
    """(n) the strongly connected part of each node, over edges that are not `closed`."""
    ends = web.ends()[~closed]
    both = np.array([not edge.oneway for edge in web.edges], dtype=bool)[~closed]
    tail = np.concatenate([ends[:, 0], ends[both, 1]])
    head = np.concatenate([ends[:, 1], ends[both, 0]])
    size = len(web.xy)
    _, label = connected_components(
        coo_matrix((np.ones(len(tail)), (tail, head)), shape=(size, size)), connection="strong"
    )
    return label.astype(np.int64)


def open_where_cut_off(web: Web, strokes: list[Stroke], closed: BoolArray) -> int:
    """Make one-way streets two-way again where they cut a part off; returns how many streets."""
    opened = 0
    for _ in range(6):
        label = strong_parts(web, closed)
        cut = [
            stroke
            for stroke in strokes
            if RANK[stroke.kind] > RANK["tertiary"]
            and any(web.edges[e].oneway and label[web.edges[e].u] != label[web.edges[e].v] for e in stroke.edges)
        ]
        if not cut:
            break
        for stroke in cut:
            for index in stroke.edges:
                web.edges[index].oneway = False
        opened += len(cut)
    return opened
