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
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from routing.arrays import Int32Array
from routing.engine.hierarchy.customisation import Metric
from routing.engine.hierarchy.hierarchy import Hierarchy
from routing.engine.hierarchy.lane_kernels import LANES
from routing.engine.hierarchy.place_kernels import MOST_HOOKS_OF_START, RoadArrays, unchain
from routing.engine.hierarchy.plan_kernels import SHARED_HOOKS, Asked, Spots, ask
from routing.engine.hierarchy.sweep_kernels import Desk, fill_both, fill_durations
from routing.engine.hierarchy.workspaces import Workspaces
from routing.engine.key_kernels import DISTANCE_BITS
from routing.network.snaps import Snaps

BLOCKS_A_THREAD = 48
"""Blocks of LANES starts that a thread must have to do: with two of them 100 x 100 takes 1.6 times as long as with one,
1,000 x 1,000 (63 blocks) 0.9 to 1.2 times, 10,000 x 10,000 half (2026-11-28)."""

Answer = Literal["duration_ms", "rounded", "exact"]
"""(duration_ms,), (duration_s, distance_m), or (duration_ms, distance_dm)."""


@dataclass(frozen=True, slots=True)
class Question:
    """Starts, ends and the sweep between them, to be asked for any of the starts; holds a workspace while it lives."""

    asked: Asked
    order: Int32Array
    """All starts, neighbours in the hierarchy together."""
    answer: Answer
    desks: list[Desk]
    """One for each thread."""
    pool: ThreadPoolExecutor | None
    """None where there is one desk."""

    def fill(self, chosen: Int32Array, first_row: int, out: tuple[Int32Array, ...]) -> None:
        """Answer for the starts `chosen`: start i goes to row i - first_row of each of `out`.

        `out` is as the question's `answer` says.
        """
        blocks = -(-chosen.size // LANES)
        if self.pool is None or blocks < 2:
            self._fill_part(first_row, out, chosen, self.desks[0])
            return
        shares = np.array_split(np.arange(blocks), min(len(self.desks), blocks))
        parts = [chosen[int(share[0]) * LANES : (int(share[-1]) + 1) * LANES] for share in shares]
        list(self.pool.map(partial(self._fill_part, first_row, out), parts, self.desks))

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
    Fewer do where there is little to share.
    """
    in_ms = answer == "duration_ms"
    up, down = (metric.up_ms, metric.down_ms) if in_ms else (metric.up, metric.down)
    with spaces.borrowed() as lent:
        asked, order = ask(
            up,
            down,
            hierarchy.parent,
            hierarchy.lowest,
            roads,
            Spots(sources.edge, sources.fraction, sources.ways),
            Spots(targets.edge, targets.fraction, targets.ways),
            DISTANCE_BITS if in_ms else 0,
            SHARED_HOOKS,
            lent.space,
        )
        label = np.int32 if in_ms else np.int64
        core = asked.plan.core.size
        nodes = core + min(MOST_HOOKS_OF_START * LANES * most_ancestors, hierarchy.node_count)
        desks = []
        blocks = -(-len(sources) // LANES)
        for i in range(max(1, min(threads, blocks // BLOCKS_A_THREAD))):
            of_nodes, of_ends = lent.room(i)
            local_of = lent.space.local_of if i == 0 else lent.space.local_of.copy()
            fresh = np.empty(core, np.int32)
            desks.append(Desk(local_of, of_nodes.rows(nodes, label), of_ends.rows(len(targets), label), fresh))
        if len(desks) == 1:
            yield Question(asked, order, answer, desks, None)
        else:
            with ThreadPoolExecutor(len(desks)) as pool:
                yield Question(asked, order, answer, desks, pool)
        unchain(targets.edge, lent.space.last_on)
