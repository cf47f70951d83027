"""What reading a map file leaves: the ways a car may drive, as columns, with the nodes and restrictions that matter.

It is also the seam for other sources of roads: whoever can fill a `MapExtract` gets a `RoadNetwork` from
`network_building.build_network`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array, Int64Array, UInt8Array
from routing.network.node_behaviour import NodeBehaviour


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
    condition: str = ""
    """When it holds, such as "Mo-Fr 07:00-09:00"; always where empty."""


@dataclass(frozen=True, slots=True)
class NodeRules:
    """Nodes where driving is more than passing, as columns of `NodeBehaviour`; q nodes."""

    node: Int64Array
    """(q) OSM ids."""
    blocks: BoolArray
    """(q)"""
    wait_ms: Int32Array
    """(q, 2) waited by who drives along the way, and against it."""
    who_waits: UInt8Array
    """(q)"""
    turns_round: BoolArray
    """(q)"""

    @staticmethod
    def of(nodes: Sequence[int], behaviours: Sequence[NodeBehaviour]) -> "NodeRules":
        """Columns of what happens at `nodes`."""
        return NodeRules(
            node=np.array(nodes, dtype=np.int64),
            blocks=np.array([found.blocks for found in behaviours], dtype=np.bool_),
            wait_ms=np.array([(found.along_ms, found.against_ms) for found in behaviours], np.int32).reshape(-1, 2),
            who_waits=np.array([found.who_waits for found in behaviours], dtype=np.uint8),
            turns_round=np.array([found.turns_round for found in behaviours], dtype=np.bool_),
        )

    def at(self, nodes: Int64Array) -> "NodeRules":
        """The rules at each of `nodes`; nothing happens at nodes that are not among these."""
        _, wanted, known = np.intersect1d(nodes, self.node, return_indices=True)
        wait_ms = np.zeros((nodes.size, 2), dtype=np.int32)
        wait_ms[wanted] = self.wait_ms[known]
        who_waits = np.zeros(nodes.size, dtype=np.uint8)
        who_waits[wanted] = self.who_waits[known]
        blocks, turns_round = np.zeros(nodes.size, dtype=np.bool_), np.zeros(nodes.size, dtype=np.bool_)
        blocks[wanted], turns_round[wanted] = self.blocks[known], self.turns_round[known]
        return NodeRules(nodes, blocks, wait_ms, who_waits, turns_round)


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
    flags: UInt8Array
    """(w) as `RoadNetwork.flags_of_edge`, with `way_flags.BY_PLACE`."""
    name: Int32Array
    """(w) index into `texts`."""
    ref: Int32Array
    """(w) index into `texts`."""
    destination: Int32Array
    """(w) index into `texts`."""
    spoken: Int32Array
    """(w) index into `texts`."""
    texts: tuple[str, ...]
    """"" first."""
    node: Int64Array
    """(p) OSM node id of each point; ways that share a node are joined there."""
    lon_e7: Int32Array
    """(p)"""
    lat_e7: Int32Array
    """(p)"""
    node_rules: NodeRules
    restrictions: tuple[RawRestriction, ...] = ()
    way_count_read: int = 0
    """Ways with a highway or ferry tag in the file, driven or not."""
    restrictions_ignored: dict[str, int] = field(default_factory=dict)
    """Restrictions that do not concern this vehicle or could not be read, counted by reason."""

    @property
    def way_count(self) -> int:
        return int(self.way.size)
