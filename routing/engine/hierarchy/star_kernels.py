"""The arcs that searches run over."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.arrays import Int32Array
from routing.jit import kernel
from routing.prefetch_kernels import prefetch

Labels = npt.NDArray[Any]
"""int32 milliseconds or int64 keys."""


class Star(NamedTuple):
    """Arcs between each node and its ancestors, in one direction: node[first[v]:first[v+1]] and their weights."""

    first: Int32Array
    node: Int32Array
    weight: Labels


@kernel
def prefetch_arcs(star: Star, node: Int32Array) -> None:
    """Ask for the arcs of many nodes."""
    for i in range(node.size):
        prefetch(star.first, node[i])
    for i in range(node.size):
        begin = np.int64(star.first[node[i]])
        prefetch(star.node, begin)
        prefetch(star.weight, begin)
