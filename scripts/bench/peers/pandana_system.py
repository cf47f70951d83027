"""Pandana: contraction hierarchies over junctions, a query a pair; it knows no turns and snaps to junctions.

It is given our own junctions, arcs and driving times (`network.npz`, written by `scripts/bench/matrix`), so differences
to our times are the turns, the signals and the ends of journeys. It has one weight, hence no distances.
"""

import os
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandana import Network

from scripts.bench.peers.worker import Array, Phase

NO_PATH = 4294967.0
"""Its sentinel is 2**32 - 1 thousandths."""


class System:
    """One network, contracted when it is opened."""

    def __init__(self, folder: Path) -> None:
        self.version = f"pandana {version('pandana')}, no turns, pairs one by one"
        with np.load(folder / "network.npz") as file:
            nodes = {axis: pd.Series(file[axis]) for axis in ("lon", "lat")}
            ends = {end: pd.Series(file[end].astype(np.int64)) for end in ("tail", "head")}
            seconds = pd.DataFrame({"duration_s": file["duration_s"]})
        os.environ["OMP_NUM_THREADS"] = "1"
        self._network = Network(nodes["lon"], nodes["lat"], ends["tail"], ends["head"], seconds, twoway=False)

    def ask(self, lon: Array, lat: Array, first: int, last: int, _distances: bool) -> Any:
        nodes = self._network.get_node_ids(pd.Series(lon), pd.Series(lat)).to_numpy()
        sources, targets = np.repeat(nodes[first:last], nodes.size), np.tile(nodes, last - first)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pairs without a path, which come back as a sentinel
            return self._network.shortest_path_lengths(sources, targets)

    def arrays(self, answer: Any, shape: tuple[int, int], _distances: bool) -> list[Array]:
        seconds = np.asarray(answer, np.float64).reshape(shape)
        return [np.where(seconds >= NO_PATH, np.nan, seconds)]


def prepare(_osm: Path, _folder: Path) -> list[Phase]:
    """Nothing: `network.npz` is all it needs."""
    return []
