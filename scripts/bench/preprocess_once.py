"""What follows an import before travel times can be asked for, in a process of its own; prints one JSON object.

    python -m scripts.bench.preprocess_once FILE.osm.pbf STORE

The network is opened from the store, where it is imported unless it is there. Each phase is timed by itself.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from routing.engine.hierarchy.contraction import build_hierarchy
from routing.engine.hierarchy.customisation import basic_weights, fill_of, perfect_metric
from routing.engine.hierarchy.node_order import node_order
from routing.engine.hierarchy.stored import StoredHierarchy, write_hierarchy
from routing.engine.search_graph import turn_keys
from routing.network.road_network import RoadNetwork
from routing.network.store import NetworkStore
from scripts.bench.peers.worker import memory_mb
from scripts.bench.report import stopwatch


def preprocess(network: RoadNetwork, folder: Path, timed: Callable[[str, Callable[[], Any]], Any]) -> None:
    """Every phase in turn, each by `timed(name, work)`; one more phase is one more line."""
    order = timed("order", lambda: node_order(network))
    hierarchy = timed("contraction", lambda: build_hierarchy(network, order))
    fill = timed("arcs by upper end", lambda: fill_of(hierarchy))
    basic = timed("customisation, basic", lambda: basic_weights(hierarchy, fill, turn_keys(network)))
    metric = timed("customisation, perfect", lambda: perfect_metric(hierarchy, fill, basic))
    timed("writing", lambda: write_hierarchy(folder, StoredHierarchy(hierarchy, fill, metric), network))


def main() -> None:
    osm, root = (Path(argument) for argument in sys.argv[1:3])
    network = NetworkStore(root).ensure(osm).network
    phases: list[dict[str, Any]] = []

    def timed(name: str, work: Callable[[], Any]) -> Any:
        load = os.getloadavg()[0]
        with stopwatch() as watch:
            result = work()
        phases.append({"phase": name, "wall_s": watch.wall_s, "cpu_s": watch.cpu_s, "load_before": load})
        phases[-1]["peak_mb"] = memory_mb()["peak"]
        return result

    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "hierarchy"
        preprocess(network, written, timed)
        disk_mb = sum(path.stat().st_size for path in written.iterdir()) / 1e6
    print(json.dumps({"phases": phases, "disk_mb": round(disk_mb, 2)}))


if __name__ == "__main__":
    main()
