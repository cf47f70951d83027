"""A company's map over a network made by hand: what the services of the OSRM surface read of it, and nothing else."""

from dataclasses import dataclass, field

from routing.engine.alternatives import AlternativePaths
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.search_graph import forward_graph
from routing.matching.matcher import TraceMatcher
from routing.network.excluded_roads import closed_roads
from routing.network.road_network import RoadNetwork
from routing.network.snapping import SnapIndex


@dataclass
class PlainMap:
    network: RoadNetwork
    id: str = "plain"
    engine: DijkstraEngine = field(init=False)
    road_snapping: SnapIndex = field(init=False)
    any_snapping: SnapIndex = field(init=False)
    alternatives: AlternativePaths = field(init=False)

    def __post_init__(self) -> None:
        self.engine = DijkstraEngine(self.network, threads=1)
        self.road_snapping = SnapIndex.build(self.network)
        self.any_snapping = SnapIndex.build(self.network, excluded_classes=())
        self.alternatives = AlternativePaths(self.network)

    def matcher(self, without: str | None = None, *, any_road: bool = False) -> TraceMatcher:
        network = self.network if without is None else closed_roads(self.network, without)
        return TraceMatcher(network, forward_graph(network), self.any_snapping if any_road else self.road_snapping)

    def without(self, kind: str) -> "PlainMap":
        return PlainMap(closed_roads(self.network, kind), self.id)
