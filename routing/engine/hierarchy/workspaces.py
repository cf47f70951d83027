"""Arrays as long as the network that searches need clean and leave clean, so that none is made for each question."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from routing.arrays import Int32Array, Int64Array
from routing.engine.hierarchy.place_kernels import NONE
from routing.engine.key_kernels import NO_KEY


@dataclass(frozen=True, slots=True)
class Workspace:
    """What one thread works with; k nodes, e edges."""

    label: Int64Array
    """(k) all NO_KEY between questions, as `other`."""
    other: Int64Array
    came_by: Int32Array
    """(k) means nothing between questions, as `goes_by` and `local_of`."""
    goes_by: Int32Array
    local_of: Int32Array
    last_on: Int32Array
    """(e) all NONE between questions."""

    @staticmethod
    def of_size(node_count: int, edge_count: int) -> "Workspace":
        return Workspace(
            np.full(node_count, NO_KEY, np.int64),
            np.full(node_count, NO_KEY, np.int64),
            np.empty(node_count, np.int32),
            np.empty(node_count, np.int32),
            np.full(node_count, NONE, np.int32),
            np.full(edge_count, NONE, np.int32),
        )


@dataclass(frozen=True, slots=True)
class Workspaces:
    """Lends a workspace to each thread that asks; one that was left by an error is thrown away."""

    node_count: int
    edge_count: int
    free: deque[Workspace] = field(default_factory=deque)

    @contextmanager
    def borrowed(self) -> Iterator[Workspace]:
        """A clean workspace for the time being."""
        try:
            space = self.free.pop()  # atomic: two threads never get the same one
        except IndexError:
            space = Workspace.of_size(self.node_count, self.edge_count)
        yield space
        self.free.append(space)
