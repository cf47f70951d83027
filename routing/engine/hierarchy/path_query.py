"""The fastest path between two places, arc by arc: two searches up, where they meet, and the shortcuts undone."""

from dataclasses import dataclass

from routing.engine.hierarchy.place_kernels import RoadArrays
from routing.engine.hierarchy.query_kernels import NO_PATH, STRAIGHT, Unpacking, fastest
from routing.engine.hierarchy.stored import StoredHierarchy
from routing.engine.hierarchy.workspaces import Workspaces
from routing.engine.path import Path, path_over, straight_along
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps


@dataclass(frozen=True, slots=True)
class PathQuery:
    """Answers for one metric."""

    network: RoadNetwork
    prepared: StoredHierarchy
    roads: RoadArrays
    unpacking: Unpacking
    spaces: Workspaces

    def between(self, stops: Snaps, i: int, j: int) -> Path | None:
        """The fastest path from stop i to stop j, of equally fast ones a shortest; None where there is none."""
        prepared, metric = self.prepared, self.prepared.metric
        with self.spaces.borrowed() as lent:
            space = lent.space
            found, states = fastest(
                metric.up, metric.down, prepared.hierarchy.parent, self.unpacking, self.roads,
                stops.edge, stops.fraction, stops.ways, i, j,
                space.label, space.other, space.came_by, space.goes_by,
            )  # fmt: skip
        if found == NO_PATH:
            return None
        fractions = float(stops.fraction[i]), float(stops.fraction[j])
        if found == STRAIGHT:
            common = int(stops.ways[i] & stops.ways[j])
            states = straight_along(self.network, int(stops.edge[i]), common, *fractions)
        return path_over(self.network, states, *fractions)
