"""The yardstick engine: one search a source over all states, nothing prepared but the graph itself."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed

import numpy as np

from routing.engine.dijkstra_kernels import Question, fastest_path, fastest_rows
from routing.engine.errors import MatrixTooLarge, NoRoute
from routing.engine.key_kernels import NO_KEY
from routing.engine.path import Path, path_over, straight_along
from routing.engine.places import Places, StatesOfArc
from routing.engine.route_line import route_of
from routing.engine.search_graph import forward_graph, reversed_graph
from routing.engine.travel_matrix import ExactMatrix, Route, TravelMatrix
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps
from routing.progress import Progress, silent

ROWS_AT_ONCE = 8
"""Rows of one kernel call: some 50 ms on a city, so that progress and cancelling stay lively."""


class DijkstraEngine:
    """Fastest driving times and routes by Dijkstra's algorithm over driving states.

    `max_cells` bounds one matrix (8 bytes a cell); `threads` is how many searches run at a time, None for one a
    processor. Of equally fast paths the shorter counts, so that no answer depends on the other places of a question.
    """

    def __init__(self, network: RoadNetwork, max_cells: int = 25_000_000, threads: int | None = None) -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"threads = {threads} must be at least 1")
        self._network = network
        self._max_cells = max_cells
        self._threads = threads or os.cpu_count() or 1
        self._states = StatesOfArc.of(network)
        self._forward = forward_graph(network)
        self._backward = reversed_graph(self._forward)

    def matrix(self, sources: Snaps, targets: Snaps, progress: Progress = silent) -> TravelMatrix:
        """Fastest driving from each source to each target, turns included.

        Returns seconds and metres, (sources, targets), UNREACHABLE_S where there is no path. Raises MatrixTooLarge.
        """
        return self.exact_matrix(sources, targets, progress).rounded()

    def exact_matrix(self, sources: Snaps, targets: Snaps, progress: Progress = silent) -> ExactMatrix:
        """The same in milliseconds and decimetres. Raises MatrixTooLarge.

        Where targets are fewer than sources, searches run backwards from the targets.
        """
        cells = len(sources) * len(targets)
        if cells > self._max_cells:
            raise MatrixTooLarge(cells, self._max_cells)
        start, arrive = self._places(sources).start, self._places(targets).arrive
        if len(targets) < len(sources):
            shape, question = (len(targets), len(sources)), Question(self._backward, arrive, start, True)
        else:
            shape, question = (len(sources), len(targets)), Question(self._forward, start, arrive, False)
        duration_ms, distance_dm = np.empty(shape, np.int32), np.empty(shape, np.int32)

        def fill(first: int, last: int) -> None:
            fastest_rows(question, first, last, duration_ms, distance_dm)

        if cells:
            self._in_blocks(fill, shape[0], progress)
        if question.backwards:
            return ExactMatrix(duration_ms.T, distance_dm.T)
        return ExactMatrix(duration_ms, distance_dm)

    def route(self, source: Snaps, target: Snaps) -> Route:
        """Fastest route between two places (snaps of one each), numbers as in `matrix`. Raises NoRoute(0, 1)."""
        if len(source) != 1 or len(target) != 1:
            raise ValueError("a route leads from one place to one place")
        return self.route_through(Snaps.join([source, target]))[0]

    def route_through(self, stops: Snaps) -> list[Route]:
        """Fastest route from each stop to the next, in the order given. Raises NoRoute."""
        return [route_of(self._network, path) for path in self.paths_through(stops)]

    def paths_through(self, stops: Snaps) -> list[Path]:
        """Fastest path from each stop to the next, arc by arc. Raises NoRoute."""
        return [self._path(stops, i) for i in range(len(stops) - 1)]

    def _path(self, stops: Snaps, i: int) -> Path:
        pair = np.arange(i, i + 2, dtype=np.int32)
        begin, end = self._places(stops.take(pair[:1])), self._places(stops.take(pair[1:]))
        question = Question(self._forward, begin.start, end.arrive, False)
        key, direct, hook, states = fastest_path(question, self._backward)
        if key == NO_KEY:
            raise NoRoute(i, i + 1)
        fractions = float(stops.fraction[i]), float(stops.fraction[i + 1])
        if direct:
            common = int(stops.ways[i] & stops.ways[i + 1])
            states = straight_along(self._network, int(stops.edge[i]), common, *fractions)
            return path_over(self._network, states, *fractions)
        whole = np.concatenate([[begin.out_arc[hook]], states]).astype(np.int32)
        return path_over(self._network, whole, *fractions)

    def _places(self, snaps: Snaps) -> Places:
        return Places.of(self._network, self._states, snaps)

    def _in_blocks(self, fill: Callable[[int, int], None], rows: int, progress: Progress) -> None:
        """Call `fill` for blocks of rows, in threads; an exception out of `progress` drops the blocks not begun."""
        blocks = [(first, min(first + ROWS_AT_ONCE, rows)) for first in range(0, rows, ROWS_AT_ONCE)]
        done = 0
        with ThreadPoolExecutor(min(self._threads, len(blocks))) as pool:
            try:
                for future in as_completed([pool.submit(fill, *block) for block in blocks]):
                    future.result()
                    done += 1
                    progress(done / len(blocks), "travel times")
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
