"""Matrices: a few sweeps over the part of the hierarchy that the asked places need.

    16 starts at a time       up         over the union of their ancestors, a row of 16 labels a node
                              down       over the core: the nodes that several ends have in common, highest first
                              to ends    each takes the least over its entries into the core

*Private ends.* Below the core a node leads to one end only. What such nodes would add to every sweep is worked out
once: a search back from the end as far as the core gives its entries. Porto, 1,000 places: 116,000 arcs and 1,800
entries a sweep without, 69,500 and 5,300 with. A start below the core that is near an end makes a pair of its own.
(Some entries are needless, as another one leads there as fast. Leaving them out saves 3 % of the entries and cost a
sixth of the whole question.)

Sources: Delling, Goldberg, Werneck, "Faster batched shortest paths in road networks" (2011; RPHAST); Delling, Goldberg,
Nowatzyk, Werneck, "PHAST" (2013; several sources a sweep).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from routing.arrays import Int32Array
from routing.engine.hierarchy.customisation import Metric
from routing.engine.hierarchy.hierarchy import Hierarchy
from routing.engine.hierarchy.lane_kernels import LANES
from routing.engine.hierarchy.place_kernels import (
    RoadArrays,
    chain_by_edge,
    ends_for,
    starts,
    unchain,
)
from routing.engine.hierarchy.plan_kernels import SHARED_HOOKS, block_order, plan_sweep
from routing.engine.hierarchy.star_kernels import Labels
from routing.engine.hierarchy.sweep_kernels import Asked, Desk, fill_both, fill_durations
from routing.engine.hierarchy.workspaces import Workspaces
from routing.engine.key_kernels import DISTANCE_BITS
from routing.network.snaps import Snaps

ROW_ALIGNMENT = 64
"""Bytes: a row of labels in one cache line (two for keys)."""

Answer = Literal["duration_ms", "rounded", "exact"]
"""(duration_ms,), (duration_s, distance_m), or (duration_ms, distance_dm)."""


@dataclass(frozen=True, slots=True)
class Question:
    """Starts, ends and the sweep between them, to be asked for any of the starts; holds a workspace while it lives."""

    asked: Asked
    answer: Answer
    desks: list[Desk]
    """One for each thread."""
    pool: ThreadPoolExecutor | None
    """None where there is one desk."""

    def order(self) -> Int32Array:
        """All starts, neighbours in the hierarchy together."""
        return block_order(self.asked.starts, self.asked.parent.size)

    def fill(self, chosen: Int32Array, first_row: int, out: tuple[Int32Array, ...]) -> None:
        """Answer for the starts `chosen`: start i goes to row i - first_row of each of `out`.

        `out` is as the question's `answer` says.
        """
        blocks = -(-chosen.size // LANES)
        shares = np.array_split(np.arange(blocks), min(len(self.desks), blocks)) if blocks else []
        parts = [chosen[int(share[0]) * LANES : (int(share[-1]) + 1) * LANES] for share in shares]
        fill = partial(self._fill_part, first_row, out)
        if self.pool is None or len(parts) < 2:
            list(map(fill, parts, self.desks))
        else:
            list(self.pool.map(fill, parts, self.desks))

    def _fill_part(self, first_row: int, out: tuple[Int32Array, ...], chosen: Int32Array, desk: Desk) -> None:
        if self.answer == "duration_ms":
            fill_durations(self.asked, desk, chosen, first_row, *out)
        else:
            fill_both(self.asked, desk, chosen, first_row, self.answer == "exact", *out)


@contextmanager
def asking(
    hierarchy: Hierarchy,
    metric: Metric,
    roads: RoadArrays,
    spaces: Workspaces,
    sources: Snaps,
    targets: Snaps,
    most_ancestors: int,
    answer: Answer,
    threads: int,
) -> Iterator[Question]:
    """Everything that does not depend on which of the sources are asked for, made once.

    `most_ancestors` is what the deepest node has, itself counted; `threads` is how many sweeps may run at a time.
    """
    in_ms = answer == "duration_ms"
    up, down = (metric.up_ms, metric.down_ms) if in_ms else (metric.up, metric.down)
    begin = starts(roads, sources.edge, sources.fraction, sources.ways)
    before = np.empty(len(targets), np.int32)
    with spaces.borrowed() as space, ExitStack() as until_answered:
        chain_by_edge(targets.edge, space.last_on, before)
        end = ends_for(roads, begin, targets.edge, targets.fraction, targets.ways, space.last_on, before)
        plan = plan_sweep(
            up,
            down,
            hierarchy.parent,
            hierarchy.lowest,
            begin,
            end,
            DISTANCE_BITS if in_ms else 0,
            SHARED_HOOKS,
            space.local_of,
            space.label,
            space.other,
            space.came_by,
            space.goes_by,
        )
        label = np.int32 if in_ms else np.int64
        most = int(np.diff(begin.first).max(initial=0)) * LANES * most_ancestors
        nodes = plan.core.size + min(most, hierarchy.node_count)
        count = max(1, min(threads, -(-len(sources) // LANES)))
        desks = [
            Desk(
                space.local_of if i == 0 else space.local_of.copy(),
                aligned_rows(nodes, label),
                aligned_rows(len(targets), label),
                np.empty(plan.core.size, np.int32),
            )
            for i in range(count)
        ]
        pool = until_answered.enter_context(ThreadPoolExecutor(count)) if count > 1 else None
        yield Question(Asked(up, hierarchy.parent, begin, end, plan, space.last_on, before), answer, desks, pool)
        unchain(targets.edge, space.last_on)


def aligned_rows(count: int, dtype: type[np.int32 | np.int64]) -> Labels:
    """(count, LANES) uninitialised labels, each row at the begin of a cache line."""
    size = np.dtype(dtype).itemsize
    room = np.empty(count * LANES + ROW_ALIGNMENT // size, dtype)
    skip = -room.ctypes.data % ROW_ALIGNMENT // size
    return room[skip : skip + count * LANES].reshape(count, LANES)
