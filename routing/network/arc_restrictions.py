"""Restrictions on the arcs that were kept: banned pairs, and a tree of longer banned sequences.

The tree is that of Aho and Corasick (1975): a state of driving is the longest suffix of the arcs driven so far that
begins some banned sequence. So restrictions may overlap, share beginnings or contain each other, and still every banned
sequence is stopped at its last arc and nothing else is.
"""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from routing.arrays import Int32Array
from routing.network.arcs import Arcs
from routing.network.restrictions import DartRestrictions

ArcPath = tuple[int, ...]


@dataclass(slots=True)
class ArcRestrictions:
    """What may not be driven, in arcs."""

    pairs: set[tuple[int, int]] = field(default_factory=set)
    sequences: set[ArcPath] = field(default_factory=set)
    """Of three arcs or more."""


def restrictions_on_arcs(found: DartRestrictions, arcs: Arcs) -> ArcRestrictions:
    """Translate darts to arcs; what names a dropped arc falls away, and only_* becomes bans of all other ways out."""
    result = ArcRestrictions()
    for path in sorted(found.banned):
        _ban(result, _to_arcs(path, arcs.arc_of_dart))
    for path, allowed in sorted(found.mandatory.items()):
        prefix = _to_arcs(path, arcs.arc_of_dart)
        if prefix is None:
            continue
        via = arcs.head[prefix[-1]]
        ways_out = set(range(int(arcs.first_out[via]), int(arcs.first_out[via + 1])))
        onward = ways_out & set(arcs.arc_of_dart[sorted(allowed)].tolist())
        for arc in ways_out - onward if onward else ():  # beyond a barrier, say, there is nothing that must be taken
            _ban(result, (*prefix, arc))
    return result


@dataclass(frozen=True, slots=True)
class BanAtTimes:
    """Arcs that may not be driven one after the other while a condition holds."""

    arcs: ArcPath
    condition: str


def bans_at_times(found: DartRestrictions, arcs: Arcs) -> list[BanAtTimes]:
    """The restrictions under a condition, each condition by itself."""
    bans: list[BanAtTimes] = []
    for condition, part in sorted(found.at_times.items()):
        on_arcs = restrictions_on_arcs(part, arcs)
        bans += [BanAtTimes(path, condition) for path in sorted({*on_arcs.pairs, *on_arcs.sequences})]
    return bans


def _to_arcs(path: tuple[int, ...], arc_of_dart: Int32Array) -> ArcPath | None:
    arcs = tuple(arc_of_dart[np.array(path)].tolist())
    return None if -1 in arcs else arcs


def _ban(result: ArcRestrictions, path: ArcPath | None) -> None:
    if path is None:
        return
    if len(path) == 2:
        result.pairs.add((path[0], path[1]))
    else:
        result.sequences.add(path)


@dataclass(slots=True)
class SequenceTree:
    """The automaton over banned sequences. Node 0 is the root; a node's path is the arcs that lead to it."""

    children: list[dict[int, int]] = field(default_factory=lambda: [{}])
    fallback: list[int] = field(default_factory=lambda: [0])
    """The node of the longest proper suffix."""
    banned: list[bool] = field(default_factory=lambda: [False])
    """Whether a banned sequence ends here, be it a suffix."""
    arc: list[int] = field(default_factory=lambda: [-1])
    """Last arc of the node's path."""
    depth: list[int] = field(default_factory=lambda: [0])

    def step(self, node: int, arc: int) -> int:
        """The node after driving `arc`."""
        while arc not in self.children[node]:
            if node == 0:
                return 0
            node = self.fallback[node]
        return self.children[node][arc]


def sequence_tree(sequences: set[ArcPath]) -> SequenceTree:
    """Build the automaton."""
    tree = SequenceTree()
    for path in sorted(sequences):
        node = 0
        for arc in path:
            if arc not in tree.children[node]:
                tree.children[node][arc] = len(tree.arc)
                tree.children.append({})
                tree.fallback.append(0)
                tree.banned.append(False)
                tree.arc.append(arc)
                tree.depth.append(tree.depth[node] + 1)
            node = tree.children[node][arc]
        tree.banned[node] = True
    waiting = deque(tree.children[0].values())
    while waiting:
        node = waiting.popleft()
        for arc, child in tree.children[node].items():
            tree.fallback[child] = tree.step(tree.fallback[node], arc)
            tree.banned[child] |= tree.banned[tree.fallback[child]]
            waiting.append(child)
    return tree
