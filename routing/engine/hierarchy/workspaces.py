"""Arrays as long as the network that searches need clean and leave clean, so that none is made for each question."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from routing.arrays import Int32Array, Int64Array, UInt8Array
from routing.engine.hierarchy.lane_kernels import LANES
from routing.engine.hierarchy.place_kernels import NONE
from routing.engine.hierarchy.star_kernels import Labels
from routing.engine.key_kernels import NO_KEY

ROW_ALIGNMENT = 64
"""Bytes: a row of labels in one cache line (two for keys)."""


class Workspace(NamedTuple):
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


@dataclass(slots=True)
class Room:
    """Memory for rows of labels, kept for the next question: writing to 1 MB of fresh pages costs 0.1 ms more."""

    _bytes: UInt8Array = field(default_factory=lambda: np.empty(0, np.uint8))

    def rows(self, count: int, dtype: type[np.int32 | np.int64]) -> Labels:
        """(count, LANES) labels that mean nothing, each row at the begin of a cache line; until the next call."""
        size = count * LANES * np.dtype(dtype).itemsize
        if self._bytes.size < size + ROW_ALIGNMENT:
            self._bytes = np.empty(size + ROW_ALIGNMENT, np.uint8)
        skip = -self._bytes.ctypes.data % ROW_ALIGNMENT
        return self._bytes[skip : skip + size].view(dtype).reshape(count, LANES)


@dataclass(frozen=True, slots=True)
class Lent:
    """A workspace with room for the rows of each thread: of nodes and of ends."""

    space: Workspace
    rooms: list[tuple[Room, Room]] = field(default_factory=list)

    def room(self, thread: int) -> tuple[Room, Room]:
        while len(self.rooms) <= thread:
            self.rooms.append((Room(), Room()))
        return self.rooms[thread]


@dataclass(frozen=True, slots=True)
class Workspaces:
    """Lends a workspace to each thread that asks; one that was left by an error is thrown away."""

    node_count: int
    edge_count: int
    free: deque[Lent] = field(default_factory=deque)

    @contextmanager
    def borrowed(self) -> Iterator[Lent]:
        """A clean workspace for the time being."""
        try:
            lent = self.free.pop()  # atomic: two threads never get the same one
        except IndexError:
            lent = Lent(Workspace.of_size(self.node_count, self.edge_count))
        yield lent
        self.free.append(lent)
