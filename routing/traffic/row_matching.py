"""Rows about OSM nodes and ways -> pieces of arcs of a network.

A *step* is the road between two shape points that follow each other, in one direction: a forward step is driven on the
edge's forward arc, a backward step on its backward arc. A row about two nodes hits the steps between them; the arcs it
touches are cut into their steps, all other arcs stay whole.
"""

from typing import NamedTuple

import numpy as np

from routing.arrays import Float64Array, Int32Array, Int64Array
from routing.network.road_cutting import step_metres
from routing.network.road_network import RoadNetwork
from routing.traffic.own_speeds import OwnSpeeds
from routing.traffic.speed_table import SpeedRows


class Matched(NamedTuple):
    """Rows on a network: their speeds, and the rows that are about none of its roads."""

    speeds: OwnSpeeds
    elsewhere: Int64Array


class _Steps(NamedTuple):
    """All steps that may be driven, both directions."""

    begin_node: Int64Array
    end_node: Int64Array
    arc: Int32Array
    share: Float64Array
    """Of the arc's length."""


class _Hits(NamedTuple):
    """Which row is about which entry of something."""

    row: Int64Array
    entry: Int64Array


def match_rows(network: RoadNetwork, rows: SpeedRows) -> Matched:
    """Find the roads that `rows` are about. A row may hit several pieces: the arcs of a way, a pair of nodes twice."""
    steps = _steps(network)
    of_step, of_arc = _rows_of_steps(steps, rows), _rows_of_arcs(network, rows)
    cut = np.unique(steps.arc[of_step.entry])
    kept = np.flatnonzero(np.isin(steps.arc, cut))
    whole = np.setdiff1d(of_arc.entry, cut).astype(np.int32)
    arc, share = np.concatenate([steps.arc[kept], whole]), np.concatenate([steps.share[kept], np.ones(whole.size)])
    order = np.argsort(arc, kind="stable")
    arc, share = arc[order], share[order]
    piece_of_step = np.full(steps.arc.size, -1)
    piece_of_step[kept] = np.argsort(order)[: kept.size]
    all_of_arc = _spread(np.searchsorted(arc, of_arc.entry, "left"), np.searchsorted(arc, of_arc.entry, "right"))
    row = np.concatenate([of_step.row, of_arc.row[all_of_arc.row]])
    piece = np.concatenate([piece_of_step[of_step.entry], all_of_arc.entry])
    in_order = np.argsort(row, kind="stable")
    row, piece = row[in_order], piece[in_order].astype(np.int32)
    speeds = OwnSpeeds(
        arc, share, piece, rows.when[row], rows.factor[row], rows.speed_kmh[row], rows.closed[row], rows.periods
    )
    return Matched(speeds, np.setdiff1d(np.arange(len(rows)), row))


def _steps(network: RoadNetwork) -> _Steps:
    points = np.diff(network.shape_first)
    is_last = np.zeros(network.shape_node.size, np.bool_)
    is_last[network.shape_first[1:] - 1] = True
    first = np.flatnonzero(~is_last)
    edge = np.repeat(np.arange(network.edge_count), points - 1)
    metres = (
        step_metres(network.shape_lon_e7, network.shape_lat_e7)[first] + 1e-9
    )  # an edge of no length has equal steps
    share = metres / np.bincount(edge, metres, network.edge_count)[edge]
    begin, end = network.shape_node[first], network.shape_node[first + 1]
    arc = np.concatenate([network.forward_arc[edge], network.backward_arc[edge]])
    driven = arc >= 0
    return _Steps(
        np.concatenate([begin, end])[driven],
        np.concatenate([end, begin])[driven],
        arc[driven],
        np.tile(share, 2)[driven],
    )


def _rows_of_steps(steps: _Steps, rows: SpeedRows) -> _Hits:
    """Rows about pairs of nodes, and the steps between these."""
    nodes = np.unique(np.concatenate([steps.begin_node, steps.end_node]))
    key = np.searchsorted(nodes, steps.begin_node) * nodes.size + np.searchsorted(nodes, steps.end_node)
    order = np.argsort(key, kind="stable")
    known = (rows.way < 0) & np.isin(rows.from_node, nodes) & np.isin(rows.to_node, nodes)
    row = np.flatnonzero(known)
    asked = np.searchsorted(nodes, rows.from_node[row]) * nodes.size + np.searchsorted(nodes, rows.to_node[row])
    found = _spread(np.searchsorted(key[order], asked, "left"), np.searchsorted(key[order], asked, "right"))
    return _Hits(row[found.row], order[found.entry])


def _rows_of_arcs(network: RoadNetwork, rows: SpeedRows) -> _Hits:
    """Rows about ways, and the arcs of these in the directions that the rows name."""
    order = np.argsort(network.osm_way_of_edge, kind="stable")
    way = network.osm_way_of_edge[order]
    row = np.flatnonzero(rows.way >= 0)
    asked = rows.way[row]
    found = _spread(np.searchsorted(way, asked, "left"), np.searchsorted(way, asked, "right"))
    row, edge = row[found.row], order[found.entry]
    direction = rows.direction[row]
    along, against = direction >= 0, direction <= 0
    row = np.concatenate([row[along], row[against]])
    arc = np.concatenate([network.forward_arc[edge[along]], network.backward_arc[edge[against]]])
    return _Hits(row[arc >= 0], arc[arc >= 0].astype(np.int64))


def _spread(first: Int64Array, beyond: Int64Array) -> _Hits:
    """Entries first[i]..beyond[i]-1 of every i, as (i, entry)."""
    count = beyond - first
    row = np.repeat(np.arange(first.size), count)
    return _Hits(row, np.arange(row.size) - (np.cumsum(count) - count - first)[row])
