"""Ours and the peers behind one question: coordinates in, arrays of seconds (and metres) out, timed as a whole.

Snapping, turn costs and, of peers in a process of their own, turning their answer into arrays are inside the clock;
import, preprocessing and the building of graphs are not. `Beatplan` is the one place where our system is put together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from app.schemas.osrm_route import RouteOptions, route_json
from routing.arrays import Float64Array, Int32Array
from routing.engine.hierarchy.stored import StoredHierarchy
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.engine.travel_matrix import UNREACHABLE_S
from routing.guidance.guide import Guide
from routing.network.road_network import RoadNetwork
from routing.network.snapping import SnapIndex
from routing.network.snaps import Snaps
from scripts.bench.matrix_peers import Rows, seconds_and_metres
from scripts.bench.peer_process import PeerProcess
from scripts.bench.report import OURS, Watch, stopwatch


@dataclass(frozen=True, slots=True)
class Answer:
    """Travel from the first places to all; float64 (rows, n), NaN where there is no path."""

    watch: Watch
    duration_s: Float64Array
    distance_m: Float64Array | None
    convert_cpu_s: float = 0.0
    """The part of the processor time that turned a peer's own answer into arrays."""


class System(Protocol):
    """Something that is asked for travel between places; `row_by_row`: half the rows take half the time."""

    name: str
    row_by_row: bool

    def matrix(self, lon: Float64Array, lat: Float64Array, rows: int, distances: bool) -> Answer:
        """Travel from the first `rows` places to all of them. Raises PeerMissing."""
        ...


class Beatplan:
    """Our engine with snapping, on `threads` threads; the one place where it is put together."""

    row_by_row = False

    def __init__(
        self, network: RoadNetwork, prepared: StoredHierarchy, threads: int = 1, radius_m: float = 500.0
    ) -> None:
        self.name = OURS if threads == 1 else f"{OURS}, {threads} threads"
        self.network = network
        self._index, self._guide = SnapIndex.build(network), Guide.of(network)
        self._engine = HierarchyEngine(network, prepared, max_cells=2**31, threads=threads)
        self._radius_m = radius_m

    def snap(self, lon: Float64Array | float, lat: Float64Array | float) -> Snaps:
        return self._index.snap(lon, lat, self._radius_m)

    def route(self, lon: Float64Array, lat: Float64Array, steps: bool) -> dict[str, Any]:
        """The fastest route as OSRM's object, with its full line and, if wanted, its steps. Raises NoRoute."""
        paths = self._engine.paths_through(self.snap(lon, lat))
        return route_json(self._guide, paths, RouteOptions(steps=steps, overview="full"))

    def travel(self, sources: Snaps, targets: Snaps, distances: bool) -> tuple[Int32Array, Int32Array | None]:
        """Seconds and metres, or milliseconds alone: all that the clock is put to besides snapping."""
        if not distances:
            return self._engine.durations_ms(sources, targets), None
        found = self._engine.matrix(sources, targets)
        return found.duration_s, found.distance_m

    def blocks(self, places: Snaps, rows: int, distances: bool) -> Iterator[tuple[int, Int32Array]]:
        """The matrix between `places` block by block: the first row of each, and its seconds."""
        if not distances:
            for first, duration_ms in self._engine.duration_blocks(places, places, max_bytes=4 * rows * len(places)):
                yield first, whole_seconds(duration_ms)
            return
        for block in self._engine.matrix_blocks(places, places, max_bytes=8 * rows * len(places)):
            yield block.first_row, block.matrix.duration_s

    def matrix(self, lon: Float64Array, lat: Float64Array, rows: int, distances: bool) -> Answer:
        with stopwatch() as watch:
            places = self.snap(lon, lat)
            sources = places if rows == len(places) else places.take(np.arange(rows, dtype=np.int32))
            durations, metres = self.travel(sources, places, distances)
        if metres is None:
            return Answer(watch, as_known(whole_seconds(durations)), None)
        return Answer(watch, as_known(durations), as_known(metres))


class Library:
    """scipy or networkx on our driving states: the same times by other code, so every cell must be equal."""

    row_by_row = True

    def __init__(self, name: str, rows: Rows, ours: Beatplan) -> None:
        self.name = name
        self._rows, self._ours = rows, ours

    def matrix(self, lon: Float64Array, lat: Float64Array, rows: int, distances: bool) -> Answer:
        with stopwatch() as watch:
            places = self._ours.snap(lon, lat)
            keys = self._rows(places, places, rows)
        seconds, metres = seconds_and_metres(keys, UNREACHABLE_S)
        return Answer(watch, as_known(seconds), as_known(metres) if distances else None)


class Worker:
    """A peer in a process of its own."""

    def __init__(self, name: str, process: PeerProcess, row_by_row: bool) -> None:
        self.name, self.process, self.row_by_row = name, process, row_by_row

    def matrix(self, lon: Float64Array, lat: Float64Array, rows: int, distances: bool) -> Answer:
        told, arrays = self.process.matrix(lon, lat, 0, rows, distances)
        watch = Watch(told["load_before"], told["wall_s"], told["cpu_s"])
        known = {name: array.astype(np.float64) for name, array in arrays.items()}
        return Answer(watch, known["duration_s"], known.get("distance_m"), told["convert_cpu_s"])


def whole_seconds(duration_ms: Int32Array) -> Int32Array:
    """Rounded as matrices in seconds are."""
    return np.where(duration_ms < UNREACHABLE_S, (duration_ms + 500) // 1000, duration_ms)


def as_known(whole: np.ndarray[tuple[int, ...], np.dtype[np.integer]]) -> Float64Array:
    """As float64 with NaN for the sentinel."""
    return np.where(whole >= UNREACHABLE_S, np.nan, whole)
