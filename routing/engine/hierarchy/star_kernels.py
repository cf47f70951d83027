"""The arcs that searches run over."""

from typing import Any, NamedTuple

import numpy.typing as npt

from routing.arrays import Int32Array

Labels = npt.NDArray[Any]
"""int32 milliseconds or int64 keys."""


class Star(NamedTuple):
    """Arcs between each node and its ancestors, in one direction: node[first[v]:first[v+1]] and their weights."""

    first: Int32Array
    node: Int32Array
    weight: Labels
