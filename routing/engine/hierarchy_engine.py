"""The fast engine: a customizable contraction hierarchy (see hierarchy/README.md)."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

from routing.arrays import Int32Array, frozen
from routing.engine.errors import MatrixTooLarge, NoRoute
from routing.engine.hierarchy.customisation import customise_hierarchy
from routing.engine.hierarchy.hierarchy import Hierarchy
from routing.engine.hierarchy.many_to_many import Answer, Question, asking
from routing.engine.hierarchy.path_query import PathQuery
from routing.engine.hierarchy.place_kernels import RoadArrays
from routing.engine.hierarchy.query_kernels import Unpacking
from routing.engine.hierarchy.stored import StoredHierarchy, prepare_hierarchy
from routing.engine.hierarchy.workspaces import Workspaces
from routing.engine.made_ahead import made_ahead
from routing.engine.path import Path
from routing.engine.places import StatesOfArc, check_snaps
from routing.engine.route_line import route_of
from routing.engine.search_graph import forward_graph, reversed_graph, turn_keys
from routing.engine.travel_matrix import ExactMatrix, Route, TravelMatrix
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps
from routing.progress import Progress, silent

ROWS_AT_ONCE = 512
"""Starts between two calls of `progress`: some 10 ms at 1,000 ends, 200 ms at 20,000."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows first_row, first_row + 1, ... of a matrix."""

    first_row: int
    matrix: TravelMatrix


class HierarchyEngine:
    """Fastest driving times and routes, the same answers as `DijkstraEngine` gives.

    `max_cells` bounds one matrix (8 bytes a cell); `threads` is how many sweeps may run at a time, None for one a
    processor; small questions take one. Any number of threads may ask at once.
    """

    def __init__(
        self,
        network: RoadNetwork,
        prepared: StoredHierarchy,
        *,
        max_cells: int = 25_000_000,
        threads: int | None = None,
    ) -> None:
        if threads is not None and threads < 1:
            raise ValueError(f"threads = {threads} must be at least 1")
        self.network = network
        self.prepared = prepared
        self._max_cells = max_cells
        self._threads = threads or os.cpu_count() or 1
        hierarchy = prepared.hierarchy
        metric = prepared.metric
        unpacking = Unpacking(
            hierarchy.up_first,
            hierarchy.up_head,
            hierarchy.down_first,
            hierarchy.down_tail,
            metric.up_via,
            metric.down_via,
            frozen(np.argsort(hierarchy.rank_of_state).astype(np.int32)),
        )
        self._roads = _road_arrays(network, hierarchy)
        self._most_ancestors = int(hierarchy.depth.max(initial=0)) + 1
        self._spaces = Workspaces(hierarchy.node_count, network.edge_count)
        self._paths = PathQuery(network, prepared, self._roads, unpacking, self._spaces)

    @staticmethod
    def build(
        network: RoadNetwork, *, max_cells: int = 25_000_000, threads: int | None = None, progress: Progress = silent
    ) -> "HierarchyEngine":
        """Order, contract and customise: some seconds for a city."""
        return HierarchyEngine(network, prepare_hierarchy(network, progress), max_cells=max_cells, threads=threads)

    def reweighted(self, network: RoadNetwork) -> "HierarchyEngine":
        """The engine for other driving times on the same roads (`network` differs in `duration_ms` alone)."""
        hierarchy, fill = self.prepared.hierarchy, self.prepared.fill
        metric = customise_hierarchy(hierarchy, fill, turn_keys(network))
        prepared = StoredHierarchy(hierarchy, fill, metric)
        return HierarchyEngine(network, prepared, max_cells=self._max_cells, threads=self._threads)

    def matrix(self, sources: Snaps, targets: Snaps, progress: Progress = silent) -> TravelMatrix:
        """Fastest driving from each source to each target, turns included.

        Returns seconds and metres, (sources, targets), UNREACHABLE_S where there is no path. Raises MatrixTooLarge.
        """
        self._check(len(sources) * len(targets))
        shape = len(sources), len(targets)
        out = np.empty(shape, np.int32), np.empty(shape, np.int32)
        with self._asking(sources, targets, "rounded") as question:
            order = question.order
            for first in range(0, order.size, ROWS_AT_ONCE):
                question.fill(order[first : first + ROWS_AT_ONCE], 0, out)
                progress(min(1.0, (first + ROWS_AT_ONCE) / order.size), "travel times")
        return TravelMatrix(*out)

    def exact_matrix(self, sources: Snaps, targets: Snaps) -> ExactMatrix:
        """The same in milliseconds and decimetres. Raises MatrixTooLarge."""
        self._check(len(sources) * len(targets))
        out = tuple(np.empty((len(sources), len(targets)), np.int32) for _ in range(2))
        with self._asking(sources, targets, "exact") as question:
            question.fill(question.order, 0, out)
        return ExactMatrix(*out)

    def durations_ms(self, sources: Snaps, targets: Snaps) -> Int32Array:
        """Fastest driving times alone, (sources, targets) int32 milliseconds, UNREACHABLE_S where there is no path.

        Half the work of `matrix`. Raises MatrixTooLarge.
        """
        self._check(len(sources) * len(targets))
        duration_ms = np.empty((len(sources), len(targets)), np.int32)
        with self._asking(sources, targets, "duration_ms") as question:
            question.fill(question.order, 0, (duration_ms,))
        return frozen(duration_ms)

    def matrix_blocks(self, sources: Snaps, targets: Snaps, max_bytes: int = 64 << 20) -> Iterator[Block]:
        """A matrix of any size, block of rows by block of rows, each of at most `max_bytes` (one row at the least).

        Where several threads answer, the next block is made while the caller is busy with the last.
        """
        for first, (duration_s, distance_m) in self._blocks(sources, targets, "rounded", max_bytes // 2):
            yield Block(first, TravelMatrix(duration_s, distance_m))

    def duration_blocks(
        self, sources: Snaps, targets: Snaps, max_bytes: int = 64 << 20
    ) -> Iterator[tuple[int, Int32Array]]:
        """`durations_ms` of any size likewise: the first row of each block, and its rows."""
        for first, (duration_ms,) in self._blocks(sources, targets, "duration_ms", max_bytes):
            yield first, duration_ms

    def _blocks(
        self, sources: Snaps, targets: Snaps, answer: Answer, most_bytes: int
    ) -> Iterator[tuple[int, tuple[Int32Array, ...]]]:
        rows = max(1, most_bytes // (4 * max(1, len(targets))))
        with self._asking(sources, targets, answer) as question:
            order = question.order

            def block(first: int) -> tuple[int, tuple[Int32Array, ...]]:
                last = min(first + rows, len(sources))
                columns = 1 if answer == "duration_ms" else 2
                out = tuple(np.empty((last - first, len(targets)), np.int32) for _ in range(columns))
                question.fill(order[(order >= first) & (order < last)], first, out)
                return first, out

            firsts = range(0, len(sources), rows)
            yield from map(block, firsts) if question.pool is None else made_ahead(block, firsts)

    def route(self, source: Snaps, target: Snaps) -> Route:
        """Fastest route between two places (snaps of one each), numbers as in `matrix`. Raises NoRoute(0, 1)."""
        if len(source) != 1 or len(target) != 1:
            raise ValueError("a route leads from one place to one place")
        return self.route_through(Snaps.join([source, target]))[0]

    def route_through(self, stops: Snaps) -> list[Route]:
        """Fastest route from each stop to the next, in the order given. Raises NoRoute."""
        return [route_of(self.network, path) for path in self.paths_through(stops)]

    def paths_through(self, stops: Snaps) -> list[Path]:
        """Fastest path from each stop to the next, arc by arc. Raises NoRoute."""
        paths = []
        for i in range(len(stops) - 1):
            path = self._paths.between(stops, i, i + 1)
            if path is None:
                raise NoRoute(i, i + 1)
            paths.append(path)
        return paths

    def _check(self, cells: int) -> None:
        if cells > self._max_cells:
            raise MatrixTooLarge(cells, self._max_cells)

    def _asking(self, sources: Snaps, targets: Snaps, answer: Answer) -> AbstractContextManager[Question]:
        check_snaps(self.network, sources)
        if targets is not sources:
            check_snaps(self.network, targets)
        return asking(
            self.prepared.hierarchy,
            self.prepared.metric,
            self._roads,
            self._spaces,
            sources,
            targets,
            self._most_ancestors,
            answer,
            self._threads,
        )


def _road_arrays(network: RoadNetwork, hierarchy: Hierarchy) -> RoadArrays:
    states = StatesOfArc.of(network)
    into = reversed_graph(forward_graph(network))
    return RoadArrays(
        network.forward_arc,
        network.backward_arc,
        network.duration_ms,
        network.length_dm,
        states.first,
        states.state,
        hierarchy.rank_of_state,
        into.first,
        frozen(hierarchy.rank_of_state[into.head]),
        into.weight,
    )
