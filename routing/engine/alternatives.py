"""Other good ways from one place to another, beside the fastest.

    start --a--.          .--b-- end        a: fastest from the start     b: fastest to the end
               '====p===='                  p: both, a plateau

A way over a long plateau is a sensible one: along p nobody could do better, wherever they came from. Of all plateaus
those are taken whose ways are not much slower than the fastest, differ enough from it and from each other, and come to
no junction twice. Source: plateaus (Camvit's "choice routing", 2005) and the limits and ranking of Abraham, Delling,
Goldberg and Werneck, "Alternative routes in road networks" (2013).
"""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Int64Array, frozen
from routing.engine.alternatives_kernels import plateaus, way_through
from routing.engine.dijkstra_kernels import Hooks, labels_from
from routing.engine.key_kernels import DISTANCE_BITS
from routing.engine.path import Path, path_over
from routing.engine.places import Places, StatesOfArc
from routing.engine.search_graph import forward_graph, reversed_graph
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps

MOST_LONGER = 0.25
"""Longer than the fastest by at most this share of it."""
MOST_SHARED = 0.7
"""At most this share of the fastest's time is driven on the same arcs, and of the shorter one's length; likewise with
each alternative taken before. 40 pairs of Porto, median and most of the length shared with the fastest: 0.45 and 0.69;
with 0.75 of the time alone 0.54 and 0.88. At 0.5 most pairs have one or two fewer."""
LEAST_PLATEAU = 0.1
"""A plateau is at least this share of the fastest."""
MOST_TRIED = 60
"""Ways that are looked at more closely, the most promising first."""


@dataclass(frozen=True, slots=True)
class _Labels:
    """Keys from the start until each state is entered, and from there to the end."""

    from_start: Int64Array
    to_end: Int64Array
    start: Places
    end: Places


class AlternativePaths:
    """Finds them on one network: two searches of all of it and a look at every turn, some 30 ms for a city."""

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self._states = StatesOfArc.of(network)
        self._forward = forward_graph(network)
        self._backward = reversed_graph(self._forward)

    def beside(self, fastest: Path, stops: Snaps, count: int) -> list[Path]:
        """Up to `count` other paths between the two `stops` that `fastest` joins, the faster first."""
        if count < 1 or fastest.duration_ms == 0:
            return []
        labels = self._labels(stops)
        taken: list[Path] = []
        for via in self._promising(labels, fastest.duration_ms):
            path = self._through(labels, via, stops)
            if path is not None and self._sensible(path) and self._differs(path, [fastest, *taken]):
                taken.append(path)
                if len(taken) == count:
                    break
        return sorted(taken, key=lambda path: path.duration_ms)

    def _labels(self, stops: Snaps) -> _Labels:
        places = [Places.of(self.network, self._states, stops.take(np.array([i], np.int32))) for i in (0, 1)]
        nowhere = Hooks(frozen(np.zeros(2, np.int32)), frozen(np.empty(0, np.int32)), frozen(np.empty(0, np.int64)))
        from_start = labels_from(self._forward, places[0].start.hooks, nowhere)
        to_end = labels_from(self._backward, places[1].arrive.hooks, nowhere)
        return _Labels(from_start, to_end, *places)

    def _promising(self, labels: _Labels, fastest_ms: int) -> list[int]:
        """States that begin a plateau, the best ways first: twice their time, less what of it is plateau."""
        most = int((1 + MOST_LONGER) * fastest_ms) << DISTANCE_BITS
        first, last = plateaus(self._forward, labels.from_start, labels.to_end, most)
        way_ms = (labels.from_start[first] + labels.to_end[first]) >> DISTANCE_BITS
        plateau_ms = (labels.from_start[last] - labels.from_start[first]) >> DISTANCE_BITS
        long = np.flatnonzero(plateau_ms >= LEAST_PLATEAU * fastest_ms)
        order = long[np.argsort((2 * way_ms - plateau_ms)[long], kind="stable")]
        return [int(state) for state in first[order[:MOST_TRIED]]]

    def _through(self, labels: _Labels, via: int, stops: Snaps) -> Path | None:
        hook, states = way_through(
            self._forward,
            self._backward,
            labels.from_start,
            labels.to_end,
            labels.start.start.hooks,
            labels.end.arrive.hooks,
            via,
        )
        if hook < 0:
            return None
        whole = np.concatenate([[labels.start.out_arc[hook]], states]).astype(np.int32)
        return path_over(self.network, whole, float(stops.fraction[0]), float(stops.fraction[1]))

    def _sensible(self, path: Path) -> bool:
        """Whether it comes to no junction twice: into a dead end and out again is a plateau, too."""
        junctions = self.network.head[path.arcs[:-1]]
        return np.unique(junctions).size == junctions.size

    def _differs(self, path: Path, others: list[Path]) -> bool:
        most_ms = MOST_SHARED * others[0].duration_ms
        for other in others:
            shared_ms, shared_dm = _shared(path, other)
            if shared_ms > most_ms or shared_dm > MOST_SHARED * min(path.distance_dm, other.distance_dm):
                return False
        return True


def _shared(path: Path, other: Path) -> tuple[int, int]:
    """Driving time and length of `path` on arcs that are driven in `other`, too."""
    same = np.isin(path.arcs, other.arcs)
    return int(path.arc_ms[same].sum(dtype=np.int64)), int(path.arc_dm[same].sum(dtype=np.int64))
