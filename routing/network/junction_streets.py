"""A place on a junction lies on all streets that meet there, not on one of them.

        c              to +: out of any street into it           from +: along any street away from it
    a---+---b          whichever is best for the journey, instead of the one that the place was snapped to by chance

OSRM does the same with several roads at one distance. Places along a street stay on that street.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from routing.arrays import BoolArray, Int32Array, Int64Array
from routing.network.road_network import ROAD_CLASSES, RoadNetwork
from routing.network.snaps import BACKWARD, FORWARD, Snaps

NEAR_M = 0.5
"""A place this near to a junction, and the asked point this near to its road, is on the junction."""
_FERRY = ROAD_CLASSES.index("ferry")


@dataclass(frozen=True, slots=True)
class Choices:
    """What each of n places may be instead: `places` first[i] .. first[i+1]-1, the last of them the place as it is."""

    places: Snaps
    first: Int64Array
    """(n+1)"""

    def of(self, place: int) -> Snaps:
        return self.places.take(np.arange(self.first[place], self.first[place + 1], dtype=np.int32))

    def take(self, place: Int32Array) -> "Choices":
        """Those of some places, in that order."""
        begin, count = self.first[place], np.diff(self.first)[place]
        first = np.concatenate([[0], np.cumsum(count)])
        rows = np.repeat(begin - first[:-1], count) + np.arange(first[-1])
        return Choices(self.places.take(rows.astype(np.int32)), first)

    def with_own(self, own: Mapping[int, Snaps]) -> "Choices":
        """Others for some places, before the place as it is."""
        places = [self.of(place) for place in range(self.first.size - 1)]
        for place, snaps in own.items():
            as_it_is = np.array([len(places[place]) - 1], np.int32)
            places[place] = Snaps.join([snaps, places[place].take(as_it_is)])
        return Choices(Snaps.join(places), np.cumsum([0, *map(len, places)]))


def streets_away(network: RoadNetwork, snaps: Snaps, free: BoolArray) -> Choices:
    """What a journey may begin at: the streets out of a place's junction. Only `free` (n) places are looked at.

    Destination-only streets count where there are no others: elsewhere a journey would begin inside of them and pass.
    """
    junction = _junctions(network, snaps, free)
    place, arc = _entries(network.first_out, np.arange(network.arc_count), junction)
    private = network.destination_only_of_edge[network.edge_of_arc[arc]] == 1
    public = np.zeros(len(snaps), np.bool_)
    public[place[~private]] = True
    return _choices(network, snaps, place, arc, 0.0, ~(private & public[place]))


def streets_here(network: RoadNetwork, snaps: Snaps, free: BoolArray) -> Choices:
    """What a journey may end at: the streets into a place's junction. Only `free` (n) places are looked at."""
    junction = _junctions(network, snaps, free)
    into = np.flatnonzero(np.isin(network.head, junction[junction >= 0]))
    into = into[np.argsort(network.head[into], kind="stable")]
    first_in = np.searchsorted(network.head[into], np.arange(network.junction_count + 1))
    place, arc = _entries(first_in, into, junction)
    return _choices(network, snaps, place, arc, 1.0, np.ones(arc.size, np.bool_))


def _junctions(network: RoadNetwork, snaps: Snaps, free: BoolArray) -> Int64Array:
    """(n) the junction that each place is on, -1 for others, and for places limited to one way of their street."""
    forward, backward = network.forward_arc[snaps.edge], network.backward_arc[snaps.edge]
    driven = np.where(forward >= 0, FORWARD, 0) | np.where(backward >= 0, BACKWARD, 0)
    arc = np.where(forward >= 0, forward, backward)
    length_m, along = network.length_dm[arc] / 10.0, snaps.fraction.astype(np.float64)
    at_begin, at_end = length_m * along <= NEAR_M, length_m * (1.0 - along) <= NEAR_M
    tail = np.searchsorted(network.first_out, arc, side="right") - 1
    junction = np.where(at_begin == (forward >= 0), tail, network.head[arc])
    there = free & (at_begin | at_end) & (snaps.distance_m <= NEAR_M) & (snaps.ways & driven == driven)
    return np.where(there, junction, -1).astype(np.int64)


def _entries(first: Int32Array | Int64Array, arc: Int64Array, junction: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Rows (place, arc) for the arcs first[v] .. first[v+1]-1 of each place's junction v."""
    place = np.flatnonzero(junction >= 0)
    begin = first[junction[place]].astype(np.int64)
    count = first[junction[place] + 1] - begin
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(place, count), arc[np.repeat(begin, count) + offset]


def _choices(
    network: RoadNetwork, snaps: Snaps, place: Int64Array, arc: Int64Array, along: float, wanted: BoolArray
) -> Choices:
    """The ends of arcs, tails at 0 and heads at 1, driven in their direction only; no journey ends or begins at sea."""
    wanted &= network.road_class_of_edge[network.edge_of_arc[arc]] != _FERRY
    place, arc = place[wanted], arc[wanted]
    edge = network.edge_of_arc[arc]
    ahead = network.forward_arc[edge] == arc
    ends = Snaps(
        edge,
        np.where(ahead, along, 1.0 - along).astype(np.float32),
        np.zeros(arc.size, np.float32),
        np.where(ahead, FORWARD, BACKWARD).astype(np.uint8),
    )
    owner = np.concatenate([place, np.arange(len(snaps))])
    order = np.argsort(owner, kind="stable").astype(np.int32)
    first = np.searchsorted(owner[order], np.arange(len(snaps) + 1))
    return Choices(Snaps.join([ends, snaps]).take(order), first.astype(np.int64))
