"""One import in a process of its own, so that time and memory are of nothing else; prints one JSON object.

    python -m scripts.bench.import_once roads|everything|open FILE STORE       ours; STORE is the folder of networks
    python -m scripts.bench.import_once osmnx|osmnx-open FILE.osm FILE.graphml

Starting Python and loading modules is not counted, nor is writing the .graphml; our times include writing the store.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from routing.network.car_profile import CarProfile
from scripts.bench.report import stopwatch

Counts = dict[str, float | bool]


def memory_mb(name: str) -> float | None:
    """`VmRSS` (now) or `VmHWM` (most so far) of this process; None where the system does not tell.

    Not getrusage: its maximum is inherited from the parent on Linux.
    """
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next((round(int(line.split()[1]) / 1024, 1) for line in lines if line.startswith(f"{name}:")), None)


def ours(kind: str, osm: Path, root: Path) -> tuple[Callable[[], Any], Callable[[Any], Counts]]:
    """By the store that the service uses; sound: one strongly connected part, times above 0. `open` reads all of it."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    from routing.network.parts import ALL_PARTS
    from routing.network.store import NetworkStore

    store = NetworkStore(root, () if kind == "roads" else ALL_PARTS)

    def counts(stored: Any) -> Counts:
        network = stored.network
        shape = (network.junction_count, network.junction_count)
        graph = csr_array((np.ones(network.arc_count, np.int8), network.head, network.first_out), shape=shape)
        parts, _ = connected_components(graph, directed=True, connection="strong")
        files = [path for path in stored.folder.rglob("*") if path.is_file()]
        return {
            "junctions": network.junction_count,
            "arcs": network.arc_count,
            "states": network.state_count,
            "turns": int(network.turn_head.size),
            "km": round(float(network.length_dm.astype(np.int64).sum()) / 10_000, 1),
            "disk_mb": round(sum(path.stat().st_size for path in files) / 1e6, 2),
            "sound": parts == 1 and bool((network.duration_ms > 0).all()),
        }

    def work() -> Any:
        stored = store.ensure(osm, CarProfile())
        if kind == "open":  # memory-mapped: without reading, opening would be a promise
            for field in fields(stored.network):
                getattr(stored.network, field.name).sum()
        return stored

    return work, counts


def osmnx(kind: str, osm: Path, graphml: Path) -> tuple[Callable[[], Any], Callable[[Any], Counts]]:
    """osmnx with speeds and travel times, cut to its largest strongly connected part as ours is."""
    import networkx as nx
    import osmnx as ox

    def read() -> Any:
        graph = ox.graph_from_xml(osm, retain_all=True)
        graph = ox.truncate.largest_component(graph, strongly=True)
        return ox.add_edge_travel_times(ox.add_edge_speeds(graph))

    def counts(graph: Any) -> Counts:
        if kind == "osmnx":
            ox.save_graphml(graph, graphml)
        metres = [length for _, _, length in graph.edges(data="length")]
        times = [seconds for _, _, seconds in graph.edges(data="travel_time")]
        return {
            "junctions": graph.number_of_nodes(),
            "arcs": graph.number_of_edges(),
            "km": round(sum(metres) / 1000, 1),
            "disk_mb": round(graphml.stat().st_size / 1e6, 2),
            "sound": nx.is_strongly_connected(graph) and all(s is not None and s >= 0 for s in times),
        }

    return (read if kind == "osmnx" else lambda: ox.load_graphml(graphml)), counts


def main() -> None:
    kind, osm, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    work, counts = (osmnx if kind.startswith("osmnx") else ours)(kind, osm, target)
    before_mb, load = memory_mb("VmRSS"), os.getloadavg()[0]
    with stopwatch() as watch:
        result = work()
    memory = {"before_mb": before_mb, "after_mb": memory_mb("VmRSS"), "peak_mb": memory_mb("VmHWM")}
    measured = {"wall_s": watch.wall_s, "cpu_s": watch.cpu_s, "load_before": load}
    print(json.dumps({**measured, **memory, **counts(result)}))


if __name__ == "__main__":
    main()
