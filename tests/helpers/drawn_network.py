"""A drawn map, imported, and asked by the letters of its picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from routing.network.bans_at_times import bans_of
from routing.network.car_profile import CarProfile
from routing.network.import_report import BuildReport
from routing.network.importing import import_osm
from routing.network.road_network import RoadNetwork
from tests.helpers.osm_drawing import Ban, Drawn, Tags, draw
from tests.helpers.plain_driving import drive_between


@dataclass(frozen=True)
class DrawnNetwork:
    drawn: Drawn
    network: RoadNetwork
    report: BuildReport

    @property
    def letters(self) -> set[str]:
        """Junctions that stayed."""
        return {self.drawn.letter(int(node)) for node in self.network.osm_node}

    def junction(self, letter: str) -> int:
        return self.network.osm_node.tolist().index(self.drawn.node_of_letter[letter])

    def route(self, source: str, target: str) -> str | None:
        """Letters of the junctions on the fastest way, None where there is none."""
        found = drive_between(self.network, self.junction(source), self.junction(target))
        if found is None:
            return None
        return "".join(self.drawn.letter(int(self.network.osm_node[junction])) for junction in found[1])

    def seconds(self, source: str, target: str) -> float:
        found = drive_between(self.network, self.junction(source), self.junction(target))
        assert found is not None, f"no way from {source} to {target}"
        return found[0] / 1000

    def edges(self, way: str) -> list[int]:
        """Edges of a way."""
        return (self.network.osm_way_of_edge == self.drawn.way_of_name[way]).nonzero()[0].tolist()


def import_drawn(
    folder: Path,
    picture: str,
    ways: Mapping[str, Tags],
    nodes: Mapping[str, Tags] | None = None,
    restrictions: Sequence[Ban] = (),
    profile: CarProfile | None = None,
    scale: float = 1.0,
) -> DrawnNetwork:
    """Draw, import, check the arrays against each other."""
    drawn = draw(folder, picture, ways, nodes, restrictions, scale=scale)
    imported = import_osm(drawn.path, profile)
    assert_consistent(imported.network)
    return DrawnNetwork(drawn, imported.network, imported.report.build)


def assert_consistent(network: RoadNetwork) -> None:
    """What the docstring of RoadNetwork promises of its arrays."""
    n, m, e, k = network.junction_count, network.arc_count, network.edge_count, network.state_count
    tail = network.tail()
    assert network.first_out.tolist() == sorted(network.first_out.tolist())
    assert network.first_out.size == n + 1
    assert network.first_out[-1] == m == network.duration_ms.size == network.length_dm.size == tail.size
    assert network.duration_ms.min() >= 1
    assert network.arc_of_state[:m].tolist() == list(range(m))
    assert network.turn_first.size == k + 1
    assert network.turn_first[0] == 0
    assert network.turn_first[-1] == network.turn_head.size == network.turn_ms.size
    assert network.turn_ms.min(initial=0) >= 0
    for arc in range(m):
        edge = network.edge_of_arc[arc]
        forward, backward = network.forward_arc[edge], network.backward_arc[edge]
        assert arc in (forward, backward)
        points = list(range(network.shape_first[edge], network.shape_first[edge + 1]))
        points = points if arc == forward else points[::-1]
        for junction, point in ((tail[arc], points[0]), (network.head[arc], points[-1])):
            assert network.lon_e7[junction] == network.shape_lon_e7[point]
            assert network.lat_e7[junction] == network.shape_lat_e7[point]
            assert network.osm_node[junction] == network.shape_node[point]
    for state in range(k):
        onward = network.turn_head[network.turn_first[state] : network.turn_first[state + 1]]
        assert (tail[network.arc_of_state[onward]] == network.head[network.arc_of_state[state]]).all()
        assert len(set(network.arc_of_state[onward].tolist())) == onward.size, "one turn to each arc"
    assert sorted(
        network.forward_arc[network.forward_arc >= 0].tolist()
        + network.backward_arc[network.backward_arc >= 0].tolist()
    ) == list(range(m))
    assert network.text_first[1] == 0, "the empty text comes first"
    for ban in bans_of(network):
        arcs = np.array(ban.arcs)
        assert (network.head[arcs[:-1]] == tail[arcs[1:]]).all()
        assert ban.condition
    for column in (
        network.name_of_edge,
        network.ref_of_edge,
        network.destination_of_edge,
        network.flags_of_edge,
        network.osm_way_of_edge,
        network.destination_only_of_edge,
        network.road_class_of_edge,
    ):
        assert column.size == e
    assert network.spoken_edge.size == network.spoken_text.size
    assert network.spoken_edge.tolist() == sorted(network.spoken_edge.tolist())
    assert network.shape_node.size == network.shape_lon_e7.size == network.shape_lat_e7.size
