"""The fastest path between two places, arc by arc: two searches up, where they meet, and the shortcuts undone."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Int32Array
from routing.engine.hierarchy.place_kernels import NONE, Ends, RoadArrays, direct_key, ends, starts
from routing.engine.hierarchy.query_kernels import TurnStar, meet, unpack
from routing.engine.hierarchy.stored import StoredHierarchy
from routing.engine.hierarchy.workspaces import Workspaces
from routing.engine.key_kernels import NO_KEY
from routing.engine.path import Path, path_over, straight_along
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps


@dataclass(frozen=True, slots=True)
class PathQuery:
    """Answers for one metric."""

    network: RoadNetwork
    prepared: StoredHierarchy
    roads: RoadArrays
    turns: TurnStar
    spaces: Workspaces

    def between(self, stops: Snaps, i: int, j: int) -> Path | None:
        """The fastest path from stop i to stop j, of equally fast ones a shortest; None where there is none."""
        source, target = (stops.take(np.array([stop], np.int32)) for stop in (i, j))
        begin = starts(self.roads, source.edge, source.fraction, source.ways)
        apart = source.edge == target.edge
        end = ends(self.roads, target.edge, target.fraction, target.ways, apart)
        straight = direct_key(begin, 0, end, 0) if apart[0] else NO_KEY
        key, path, hook = self._meeting(begin, end)
        fractions = float(source.fraction[0]), float(target.fraction[0])
        if straight <= key:
            if straight == NO_KEY:
                return None
            common = int(source.ways[0] & target.ways[0])
            return path_over(
                self.network, straight_along(self.network, int(source.edge[0]), common, *fractions), *fractions
            )
        metric = self.prepared.metric
        states = unpack(self.prepared.fill, self.turns, metric.up_key, metric.down_key, path)
        if end.turned_into[hook] != NONE:
            states = np.append(states, end.turned_into[hook])
        return path_over(self.network, states, *fractions)

    def _meeting(self, begin: Ends, end: Ends) -> tuple[int, Int32Array, int]:
        with self.spaces.borrowed() as space:
            return meet(
                self.prepared.metric.up,
                self.prepared.metric.down,
                self.prepared.hierarchy.parent,
                begin,
                end,
                space.label,
                space.other,
                space.came_by,
                space.goes_by,
            )
