"""What reading a map file leaves: the ways a car may drive, as columns, with the nodes and restrictions that matter.

It is also the seam for other sources of roads: whoever can fill a `MapExtract` gets a `RoadNetwork` from
`network_building.build_network`.
"""

from dataclasses import dataclass, field

from routing.arrays import BoolArray, Float64Array, Int32Array, Int64Array, UInt8Array


@dataclass(frozen=True, slots=True)
class RawRestriction:
    """A turn restriction as the map has it: ways and, between them, one node or a chain of ways."""

    relation: int
    kind: str
    """Such as "no_left_turn" or "only_straight_on"."""
    from_ways: tuple[int, ...]
    to_ways: tuple[int, ...]
    via_node: int | None = None
    via_ways: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MapExtract:
    """Driven ways with their points, one after the other. w ways, p points."""

    way: Int64Array
    """(w) OSM id; a way that the extract's border cuts into pieces comes once for each."""
    first_point: Int32Array
    """(w+1) points first_point[i] .. first_point[i+1]-1 draw way i; at least two each."""
    forward_kmh: Float64Array
    """(w) 0 where closed."""
    backward_kmh: Float64Array
    """(w)"""
    road_class: UInt8Array
    """(w) index into ROAD_CLASSES."""
    destination_only: BoolArray
    """(w)"""
    duration_s: Float64Array
    """(w) time along the whole way where the map gives it, else 0."""
    name: Int32Array
    """(w) index into `names`."""
    names: tuple[str, ...]
    """"" first."""
    node: Int64Array
    """(p) OSM node id of each point; ways that share a node are joined there."""
    lon_e7: Int32Array
    """(p)"""
    lat_e7: Int32Array
    """(p)"""
    barrier_node: Int64Array
    """Nodes that no car passes."""
    signal_node: Int64Array
    """Nodes with traffic lights."""
    restrictions: tuple[RawRestriction, ...] = ()
    way_count_read: int = 0
    """Ways with a highway or ferry tag in the file, driven or not."""
    restrictions_ignored: dict[str, int] = field(default_factory=dict)
    """Restrictions that do not concern this vehicle or could not be read, counted by reason."""

    @property
    def way_count(self) -> int:
        return int(self.way.size)
