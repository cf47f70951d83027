"""Copies of arcs that remember how they were entered, so that every rule becomes a turn that exists or does not.

Two memories are multiplied. Destination-only: layer 0 is the arc's own state, layer 1 the copy of a destination-only
arc entered from outside, which leads only to more of its kind. Restrictions via ways: a node of the `SequenceTree` two
or more arcs deep.

    state = (arc, layer, tree node)      the tree node is 0 almost everywhere: a hundred copies in a country
"""

from dataclasses import dataclass, field

import numpy as np

from routing.arrays import BoolArray, Int32Array
from routing.network.arc_restrictions import SequenceTree
from routing.network.arcs import Turns
from routing.network.network_kernels import spread_turns


@dataclass(frozen=True, slots=True)
class DrivingStates:
    """k states and the turns between them."""

    arc: Int32Array
    """(k) arc[i] == i for the first m."""
    turns: Turns


def build_states(plain: Turns, private: BoolArray, tree: SequenceTree) -> DrivingStates:
    """Spread the turns between arcs over states. `private` (m): the arc is destination-only."""
    arc_count = private.size
    private_arcs = np.flatnonzero(private)
    entered = np.full(arc_count, -1, dtype=np.int32)
    entered[private_arcs] = arc_count + np.arange(private_arcs.size)
    layered_arc = np.concatenate([np.arange(arc_count), private_arcs]).astype(np.int32)
    layer = np.repeat(np.array([0, 1], dtype=np.int32), [arc_count, private_arcs.size])
    most = int(np.diff(plain.first)[layered_arc].sum())
    count = np.empty(layered_arc.size, dtype=np.int64)
    turn_head, turn_ms = np.empty(most, dtype=np.int32), np.empty(most, dtype=np.int32)
    total = spread_turns(
        layered_arc, layer, plain.first, plain.head, plain.ms, private, entered, count, turn_head, turn_ms
    )
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    layered = DrivingStates(layered_arc, Turns(first, turn_head[:total].copy(), turn_ms[:total].copy()))
    return _Splicing(layered, tree).spliced() if len(tree.arc) > 1 else layered


@dataclass(slots=True)
class _Splicing:
    """Adds the copies for restrictions via ways to the states that exist."""

    layered: DrivingStates
    tree: SequenceTree
    copies: dict[tuple[int, int], int] = field(default_factory=dict)
    """(state it copies, tree node) -> new state."""
    arcs: list[int] = field(default_factory=list)
    waiting: list[tuple[int, int]] = field(default_factory=list)

    def spliced(self) -> DrivingStates:
        turns = self.layered.turns
        head = turns.head.copy()
        for state in np.flatnonzero(np.isin(self.layered.arc, list(self.tree.children[0]))).tolist():
            node = self.tree.children[0][int(self.layered.arc[state])]
            for turn in range(int(turns.first[state]), int(turns.first[state + 1])):
                onward = self._enter(int(turns.head[turn]), node)
                if onward is not None:  # never None: sequences of two are plain bans
                    head[turn] = onward
        added_count: list[int] = []
        added_head: list[int] = []
        added_ms: list[int] = []
        for original, node in self.waiting:  # grows while it is read
            before = len(added_head)
            for turn in range(int(turns.first[original]), int(turns.first[original + 1])):
                onward = self._enter(int(turns.head[turn]), node)
                if onward is not None:
                    added_head.append(onward)
                    added_ms.append(int(turns.ms[turn]))
            added_count.append(len(added_head) - before)
        first = np.concatenate([turns.first, turns.first[-1] + np.cumsum(added_count, dtype=np.int64)])
        return DrivingStates(
            np.concatenate([self.layered.arc, np.array(self.arcs, dtype=np.int32)]),
            Turns(
                first.astype(np.int32),
                np.concatenate([head, np.array(added_head, dtype=np.int32)]),
                np.concatenate([turns.ms, np.array(added_ms, dtype=np.int32)]),
            ),
        )

    def _enter(self, target: int, node: int) -> int | None:
        """The state for `target` when coming from tree node `node`; None where a banned sequence would be complete."""
        arc = int(self.layered.arc[target])
        onward = self.tree.step(node, arc)
        if self.tree.banned[onward]:
            return None
        if self.tree.depth[onward] < 2:
            return target
        key = (target, onward)
        if key not in self.copies:
            self.copies[key] = self.layered.arc.size + len(self.arcs)
            self.arcs.append(arc)
            self.waiting.append(key)
        return self.copies[key]
