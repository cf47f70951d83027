"""The road network as arrays: what an import makes and what every engine reads.

Junctions are joined by *edges* (a stretch of one OSM way with its shape); an edge gives one or two directed *arcs* in a
forward star. Driving happens on *states*: state ``i < arc_count`` is arc ``i`` itself; a further state is a second copy
of an arc that remembers how it was entered, so that restrictions via a way and "destination only" streets need no rule
at query time, only turns that exist or do not exist:

    restriction  no a>b>c           a --> b' -x-> c      b' = copy of b, entered from a
                                    d --> b  ---> c

    destination-only r between u,v  u --> r' -x-> v      r' = copy of r, entered from outside: leads to no way out
                                          r  ---> v      a journey that starts on r leaves through r itself

A journey's time is the sum of arc times and turn times. Source: arc-based (turn-expanded) graphs as in Delling,
Goldberg, Pajor, Werneck, "Customizable route planning" (2011); path restrictions by arc copies as in RoutingKit.
"""

from dataclasses import dataclass, fields

import numpy as np

from routing.arrays import Int8Array, Int32Array, Int64Array, UInt8Array, frozen

NO_ARC = -1
"""In place of an edge's arc in a direction that it is not driven in."""
UNREACHABLE = 2**30
"""Sentinel in milliseconds and in decimetres."""
CLOSED_MS = UNREACHABLE
"""`duration_ms` of an arc that may not be driven at present; no journey passes it, begins or ends on it."""

ROAD_CLASSES = (
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "track",
    "ferry",
    "other",
)
"""`road_class_of_edge` counts in this order."""

ROUNDABOUT, CIRCULAR, TOLL, TUNNEL, LEFT_HAND = 1, 2, 4, 8, 16
"""Bits of `flags_of_edge`: a roundabout, a ring of other rules, a toll to pay, a tunnel, driving on the left."""


@dataclass(frozen=True, slots=True)
class RoadNetwork:
    """Arrays of a road network; all int32 unless said otherwise, all read-only.

    n junctions, m arcs, e edges, k states (k >= m), t turns, p shape points, s edges with a pronunciation,
    b bans at times.
    """

    # junctions
    lon_e7: Int32Array
    """(n) longitude in 1e-7 degrees."""
    lat_e7: Int32Array
    osm_node: Int64Array
    """(n) int64 OSM node id; -1 where there is none."""
    # arcs, sorted by tail
    first_out: Int32Array
    """(n+1) arcs first_out[v] .. first_out[v+1]-1 leave junction v."""
    head: Int32Array
    """(m)"""
    duration_ms: Int32Array
    """(m) driving time along the arc, without turns; at least 1."""
    length_dm: Int32Array
    """(m) decimetres."""
    edge_of_arc: Int32Array
    """(m)"""
    # edges
    forward_arc: Int32Array
    """(e) the arc along the shape's direction, or -1."""
    backward_arc: Int32Array
    """(e) the arc against the shape's direction, or -1."""
    shape_first: Int32Array
    """(e+1) points shape_first[e] .. shape_first[e+1]-1 draw the edge, both end junctions included."""
    shape_lon_e7: Int32Array
    """(p)"""
    shape_lat_e7: Int32Array
    shape_node: Int64Array
    """(p) int64 OSM node id of each point, -1 where there is none."""
    road_class_of_edge: UInt8Array
    """(e) uint8 index into ROAD_CLASSES."""
    destination_only_of_edge: Int8Array
    """(e) int8, 1 where only journeys that start or end there may drive."""
    flags_of_edge: UInt8Array
    """(e) uint8, bits ROUNDABOUT, CIRCULAR, TOLL, TUNNEL, LEFT_HAND."""
    osm_way_of_edge: Int64Array
    """(e) int64, -1 where there is none."""
    name_of_edge: Int32Array
    """(e) street name, index into the texts."""
    ref_of_edge: Int32Array
    """(e) road numbers such as "A 28; N 14", index into the texts."""
    destination_of_edge: Int32Array
    """(e) what a one-way road is signed for, such as "A 28: Porto, Braga", index into the texts."""
    spoken_edge: Int32Array
    """(s) the few edges, in their order, whose name comes with how it is spoken ..."""
    spoken_text: Int32Array
    """(s) ... and that, index into the texts."""
    # driving states and turns between them, a forward star over states
    arc_of_state: Int32Array
    """(k) arc_of_state[i] == i for i < m."""
    turn_first: Int32Array
    """(k+1)"""
    turn_head: Int32Array
    """(t) the state that the turn leads into."""
    turn_ms: Int32Array
    """(t) time the turn itself costs, signals included."""
    # what may not be driven at times; the turns leave it out
    ban_first: Int32Array
    """(b+1) arcs ban_arc[ban_first[i]] .. ban_arc[ban_first[i+1]-1], one after the other, are banned ..."""
    ban_arc: Int32Array
    ban_condition: Int32Array
    """(b) ... at the times of this text, such as "Mo-Fr 07:00-09:00"."""
    # texts, "" first
    text_first: Int32Array
    """(texts+1) byte offsets into text_utf8."""
    text_utf8: UInt8Array

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name)))

    @property
    def junction_count(self) -> int:
        return int(self.lon_e7.size)

    @property
    def arc_count(self) -> int:
        return int(self.head.size)

    @property
    def edge_count(self) -> int:
        return int(self.forward_arc.size)

    @property
    def state_count(self) -> int:
        return int(self.arc_of_state.size)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        return (
            float(self.shape_lon_e7.min()) / 1e7,
            float(self.shape_lat_e7.min()) / 1e7,
            float(self.shape_lon_e7.max()) / 1e7,
            float(self.shape_lat_e7.max()) / 1e7,
        )

    def tail(self) -> Int32Array:
        """(m) the junction each arc leaves."""
        return np.repeat(np.arange(self.junction_count, dtype=np.int32), np.diff(self.first_out))

    def name(self, edge: int) -> str:
        """Street name of an edge, "" where it has none."""
        return self.text(int(self.name_of_edge[edge]))

    def ref(self, edge: int) -> str:
        """Road numbers of an edge, "" where it has none."""
        return self.text(int(self.ref_of_edge[edge]))

    def spoken(self, edge: int) -> str:
        """How the name of an edge is spoken, "" where the map does not say."""
        row = int(np.searchsorted(self.spoken_edge, edge))
        known = row < self.spoken_edge.size and self.spoken_edge[row] == edge
        return self.text(int(self.spoken_text[row])) if known else ""

    def text(self, index: int) -> str:
        """A text of `name_of_edge`, `ref_of_edge`, `destination_of_edge` or `spoken_text`."""
        return bytes(self.text_utf8[self.text_first[index] : self.text_first[index + 1]]).decode()
