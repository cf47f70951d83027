"""Resident memory of our engine in a process of its own; prints one JSON object.

    python -m scripts.bench.memory_once FILE.osm.pbf STORE POINTS.npz [--distances]

Four looks: the interpreter with the libraries, its kernels compiled, the network and the engine open, and after a
square matrix of the points. The network is opened from the store (memory-mapped), as the service opens it.
"""

import json
import sys
from pathlib import Path

import numpy as np

from routing.engine.hierarchy.stored import HIERARCHY, stored_hierarchy
from routing.network.store import NetworkStore
from routing.warm import warm
from scripts.bench.matrix_systems import Beatplan
from scripts.bench.peers.worker import memory_mb
from scripts.bench.report import stopwatch


def main() -> None:
    osm, root, points = (Path(argument) for argument in sys.argv[1:4])
    looks = {"libraries": memory_mb()}
    warm()
    looks["kernels"] = memory_mb()
    with stopwatch() as opening:
        stored = NetworkStore(root, (HIERARCHY,)).ensure(osm)
        ours = Beatplan(stored.network, stored_hierarchy(stored))
    looks["opened"] = memory_mb()
    with np.load(points) as file:
        lon, lat = file["lon"], file["lat"]
    answer = ours.matrix(lon, lat, lon.size, "--distances" in sys.argv)
    looks["answered"] = memory_mb()
    watch = answer.watch
    measured = {
        "open_s": opening.wall_s,
        "wall_s": watch.wall_s,
        "cpu_s": watch.cpu_s,
        "load_before": watch.load_before,
    }
    print(json.dumps({**measured, "looks": looks}))


if __name__ == "__main__":
    main()
