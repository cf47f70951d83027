"""What guidance looks up in a network, prepared once."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Int16Array, Int32Array, UInt8Array, frozen
from routing.guidance.bearing_kernels import fill_bearings
from routing.guidance.roundabout_kernels import RING
from routing.guidance.sight_kernels import Roads
from routing.network.road_network import ROAD_CLASSES, TOLL, TUNNEL, RoadNetwork

CLASSES = ("toll", "motorway", "ferry", "restricted", "tunnel")
"""What a road counts as for those who want to avoid it; restricted is destination-only."""
LOOK_M, LOOK_ON_RING_M = 10.0, 2.0
"""How far ahead a driver judges where a road leads; a roundabout would be cut across by a longer look. As in OSRM."""


class Texts(dict[int, str]):
    """The texts of a network by index, each decoded when first asked for: that costs a microsecond."""

    def __init__(self, network: RoadNetwork) -> None:
        super().__init__()
        self._network = network

    def __missing__(self, index: int) -> str:
        found = self[index] = self._network.text(index)
        return found


@dataclass(frozen=True, slots=True)
class Guide:
    """A network with the arms of its junctions; for times of another day the same guide serves."""

    network: RoadNetwork
    roads: Roads
    classes: UInt8Array
    """(e) uint8, bits of CLASSES."""
    texts: Texts
    """The network's texts by index."""

    @staticmethod
    def of(network: RoadNetwork) -> "Guide":
        """Sort the arms of all junctions by bearing: 13 bytes an edge and 4 a junction."""
        junction = _junctions(network)
        bearing = _bearings(network, junction)
        arm_first, arm = _arms(network, junction, bearing)
        roads = Roads(
            network.head,
            network.edge_of_arc,
            network.forward_arc,
            network.backward_arc,
            network.length_dm,
            network.arc_of_state,
            network.turn_first,
            network.turn_head,
            network.road_class_of_edge,
            network.flags_of_edge,
            network.destination_only_of_edge,
            network.name_of_edge,
            network.ref_of_edge,
            arm_first,
            arm,
            bearing,
        )
        return Guide(network, roads, _classes(network), Texts(network))

    def text(self, index: int) -> str:
        """A text of the network."""
        return self.texts[index]


def _classes(network: RoadNetwork) -> UInt8Array:
    kind, flags = network.road_class_of_edge, network.flags_of_edge
    marks = (
        (flags & TOLL) != 0,
        kind <= ROAD_CLASSES.index("motorway_link"),
        kind == ROAD_CLASSES.index("ferry"),
        network.destination_only_of_edge == 1,
        (flags & TUNNEL) != 0,
    )
    code = np.zeros(network.edge_count, np.uint8)
    for bit, mark in enumerate(marks):
        code |= mark.astype(np.uint8) << np.uint8(bit)
    return frozen(code)


def _junctions(network: RoadNetwork) -> Int32Array:
    """(2e) the junction that each dart leaves."""
    tail, ahead = network.tail(), network.forward_arc >= 0
    arc = np.where(ahead, network.forward_arc, network.backward_arc)
    junction = np.empty(2 * network.edge_count, np.int32)
    junction[0::2] = np.where(ahead, tail[arc], network.head[arc])
    junction[1::2] = np.where(ahead, network.head[arc], tail[arc])
    return junction


def _bearings(network: RoadNetwork, junction: Int32Array) -> Int16Array:
    """(2e) int16 bearing of each dart."""
    first, dart = _arms(network, junction, np.zeros(junction.size, np.int16))
    bearing = np.empty(junction.size, np.int16)
    shape = (network.shape_first, network.shape_lon_e7, network.shape_lat_e7)
    look_m = np.where((network.flags_of_edge & RING) != 0, LOOK_ON_RING_M, LOOK_M)
    fill_bearings(*shape, frozen(junction), first, dart, frozen(look_m), bearing)
    return frozen(bearing)


def _arms(network: RoadNetwork, junction: Int32Array, bearing: Int16Array) -> tuple[Int32Array, Int32Array]:
    """A forward star from junctions to the darts that leave them, clockwise from north."""
    first = np.zeros(network.junction_count + 1, np.int32)
    np.cumsum(np.bincount(junction, minlength=network.junction_count), out=first[1:])
    return frozen(first), frozen(np.lexsort((bearing, junction)).astype(np.int32))
