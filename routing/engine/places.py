"""Snaps as the searches read them: where on its arcs a place lies and through which states it is left and reached.

    out hooks, of a place x on arc a:   x---rest of a--> | turn | --> s'         (s', rest + turn), for all turns of a
    in hooks, of a place y on arc b:    --> | turn | --> s --part of b--> y      (s, part), for b and all its copies s

A journey starts in the base state of its arc, and its label belongs to x alone: driving round the block into that same
arc again is a path like any other.
"""

from dataclasses import dataclass

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array, Int64Array, frozen
from routing.engine.dijkstra_kernels import Hooks, Positions, Side
from routing.engine.key_kernels import DISTANCE_BITS
from routing.engine.keys import pack, position_key
from routing.network.road_network import CLOSED_MS, NO_ARC, RoadNetwork
from routing.network.snaps import BACKWARD, FORWARD, Snaps


@dataclass(frozen=True, slots=True)
class StatesOfArc:
    """A forward star from arcs to their states, the base state first; int32, read-only."""

    first: Int32Array
    state: Int32Array

    @staticmethod
    def of(network: RoadNetwork) -> "StatesOfArc":
        """Base state and copies of every arc."""
        first = np.zeros(network.arc_count + 1, np.int32)
        np.cumsum(np.bincount(network.arc_of_state, minlength=network.arc_count), out=first[1:])
        state = np.argsort(network.arc_of_state, kind="stable")
        return StatesOfArc(frozen(first), frozen(state.astype(np.int32)))


@dataclass(frozen=True, slots=True)
class Places:
    """Snaps as places to start from and to arrive at; `out_arc` names the arc that each hook of `start` leaves by."""

    start: Side
    out_arc: Int32Array
    arrive: Side

    @staticmethod
    def of(network: RoadNetwork, states: StatesOfArc, snaps: Snaps) -> "Places":
        """Raises ValueError for a snap on no edge of the network."""
        check_snaps(network, snaps)
        at = _positions(network, snaps)
        place, arc, key = _by_arc(network, snaps, at)
        row, turn = _entries(network.turn_first, arc)
        leave = (pack(network.duration_ms[arc], network.length_dm[arc]) - key)[row]
        leave += network.turn_ms[turn].astype(np.int64) << DISTANCE_BITS
        out, order = _hooks(len(snaps), place[row], network.turn_head[turn], leave)
        out_arc = frozen(arc[row][order])
        row, entry = _entries(states.first, arc)
        into, _ = _hooks(len(snaps), place[row], states.state[entry], key[row])
        return Places(Side(out, at), out_arc, Side(into, at))


def check_snaps(network: RoadNetwork, snaps: Snaps) -> None:
    """Raise ValueError for a snap on no edge of the network."""
    beyond = snaps.edge.view(np.uint32) >= network.edge_count  # edges below 0 are the largest of all
    if beyond.any():
        raise ValueError(f"a snap lies on none of the {network.edge_count} edges of the network")


def _positions(network: RoadNetwork, snaps: Snaps) -> Positions:
    fraction = np.clip(snaps.fraction.astype(np.float64), 0.0, 1.0)
    return Positions(
        snaps.edge,
        snaps.fraction,
        _along(network, network.forward_arc[snaps.edge], fraction, (snaps.ways & FORWARD) != 0),
        _along(network, network.backward_arc[snaps.edge], 1.0 - fraction, (snaps.ways & BACKWARD) != 0),
    )


def _along(network: RoadNetwork, arc: Int32Array, along: Float64Array, wanted: BoolArray) -> Int64Array:
    key = position_key(network.duration_ms[arc], network.length_dm[arc], along)
    shut = (arc == NO_ARC) | (network.duration_ms[arc] >= CLOSED_MS) | ~wanted
    return frozen(np.where(shut, -1, key), np.int64)


def _by_arc(network: RoadNetwork, snaps: Snaps, at: Positions) -> tuple[Int64Array, Int32Array, Int64Array]:
    """Rows (place, arc, key from the arc's tail to the place), forward arcs first."""
    forward, backward = np.flatnonzero(at.forward_key >= 0), np.flatnonzero(at.backward_key >= 0)
    return (
        np.concatenate([forward, backward]),
        np.concatenate([network.forward_arc[snaps.edge[forward]], network.backward_arc[snaps.edge[backward]]]),
        np.concatenate([at.forward_key[forward], at.backward_key[backward]]),
    )


def _entries(first: Int32Array, node: Int32Array) -> tuple[Int64Array, Int64Array]:
    """Entries first[v]..first[v+1]-1 of every v in `node`, as (row in `node`, entry)."""
    count = first[node + 1] - first[node]
    row = np.repeat(np.arange(node.size), count)
    return row, np.arange(row.size) - (np.cumsum(count) - count - first[node])[row]


def _hooks(place_count: int, place: Int64Array, node: Int32Array, key: Int64Array) -> tuple[Hooks, Int64Array]:
    """Hooks grouped by place, and the order they were taken in."""
    order = np.argsort(place, kind="stable")
    first = np.zeros(place_count + 1, np.int32)
    np.cumsum(np.bincount(place, minlength=place_count), out=first[1:])
    return Hooks(frozen(first), frozen(node[order], np.int32), frozen(key[order], np.int64)), order
