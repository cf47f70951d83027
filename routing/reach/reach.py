"""How long it takes to everywhere from one place, or from everywhere to it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array, frozen
from routing.engine.dijkstra_kernels import Hooks
from routing.engine.key_kernels import DISTANCE_BITS, DISTANCE_MASK
from routing.engine.places import Places, StatesOfArc
from routing.engine.search_graph import forward_graph, reversed_graph
from routing.network.road_network import CLOSED_MS, UNREACHABLE, RoadNetwork
from routing.network.snaps import Snaps
from routing.reach.reach_kernels import entered_ms, labels_within, left_ms

Direction = Literal["from", "to"]
"""Driving from the place, or to it."""


@dataclass(frozen=True, slots=True)
class StreetTimes:
    """Driving times along every edge, from a place or to it; (e) int32 milliseconds, read-only.

    At share x of edge e it is the lesser of begin_ms + x · up_ms and end_ms + (1 - x) · down_ms, UNREACHABLE and more
    where it is over the limit. On the edge of the place itself straight along also counts.
    """

    begin_ms: Int32Array
    up_ms: Int32Array
    end_ms: Int32Array
    down_ms: Int32Array
    edge: int
    fraction: float
    """Where the place is."""
    goes_up: bool
    """Whether driving straight along its own edge leads to greater shares, and to lesser ones."""
    goes_down: bool
    most_ms: int

    def __post_init__(self) -> None:
        for name in ("begin_ms", "up_ms", "end_ms", "down_ms"):
            object.__setattr__(self, name, frozen(getattr(self, name), np.int32))

    def at(self, edge: Int32Array, fraction: Float64Array) -> Float64Array:
        """(n) milliseconds at places of edges; infinite where it is over the limit."""
        up = self.begin_ms[edge] + fraction * self.up_ms[edge]
        down = self.end_ms[edge] + (1.0 - fraction) * self.down_ms[edge]
        found = np.minimum(up, down)
        off = fraction - self.fraction
        straight = np.full(found.size, np.inf)
        if self.goes_up:
            straight[off >= 0] = (off * self.up_ms[edge])[off >= 0]
        if self.goes_down:
            straight[off <= 0] = np.minimum(straight, -off * self.down_ms[edge])[off <= 0]
        found = np.where(edge == self.edge, np.minimum(found, straight), found)
        return np.where(found <= self.most_ms, found, np.inf)

    def reached(self) -> BoolArray:
        """(e) whether any of the edge is within the limit."""
        touched = np.minimum(self.begin_ms, self.end_ms) <= self.most_ms
        touched[self.edge] |= self.goes_up or self.goes_down
        return touched


class Reach:
    """Driving times to all streets of one network at once, by one search that stops at the limit.

    All of Porto is 8 ms of processor time, all of Iceland 9: no more than reading the answer off a hierarchy (a sweep
    over all nodes), and nothing to prepare but the graph.
    """

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self._states = StatesOfArc.of(network)
        self._forward = forward_graph(network)
        self._backward = reversed_graph(self._forward)

    def times(self, place: Snaps, most_ms: int, direction: Direction = "from") -> StreetTimes:
        """From a place (a snap of one), or to it, as far as `most_ms` leads. Turns, one-ways and closures as in every
        engine, the same milliseconds.
        """
        if len(place) != 1:
            raise ValueError("times are from one place or to one place")
        if not 0 <= most_ms < UNREACHABLE:
            raise ValueError(f"most_ms = {most_ms} must be from 0 to {UNREACHABLE - 1}")
        network, most = self.network, (most_ms << DISTANCE_BITS) | DISTANCE_MASK
        at = Places.of(network, self._states, place)
        nowhere = Hooks(frozen(np.zeros(2, np.int32)), frozen(np.empty(0, np.int32)), frozen(np.empty(0, np.int64)))
        if direction == "from":
            label = labels_within(self._forward, at.start.hooks, nowhere, most)
            of_arc = entered_ms(label, most, network.arc_of_state, network.duration_ms)
        else:
            label = labels_within(self._backward, at.arrive.hooks, nowhere, most)
            of_arc = left_ms(label, most, network.turn_first, network.turn_head, network.turn_ms, network.duration_ms)
        # Driving up an edge is along its forward arc, and being driven to from further up along its backward arc.
        rising, falling = network.forward_arc, network.backward_arc
        if direction == "to":
            rising, falling = falling, rising
        begin_ms, up_ms = self._of_edge(of_arc, rising)
        end_ms, down_ms = self._of_edge(of_arc, falling)
        forward, backward = bool(at.start.at.forward_key[0] >= 0), bool(at.start.at.backward_key[0] >= 0)
        up_down = (forward, backward) if direction == "from" else (backward, forward)
        fraction = min(1.0, max(0.0, float(place.fraction[0])))
        return StreetTimes(begin_ms, up_ms, end_ms, down_ms, int(place.edge[0]), fraction, *up_down, most_ms)

    def _of_edge(self, of_arc: Int32Array, arc: Int32Array) -> tuple[Int32Array, Int32Array]:
        """(e) time at the end of the edge where `arc` is begun (or ended), and how long all of it takes."""
        whole = np.where(arc >= 0, self.network.duration_ms[arc], CLOSED_MS)
        usable = whole < CLOSED_MS
        return np.where(usable, of_arc[arc], UNREACHABLE).astype(np.int32), np.where(usable, whole, 0).astype(np.int32)
