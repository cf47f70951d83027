"""Turn-by-turn guidance of one leg."""

from bisect import bisect_left
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from typing import Any

import numpy as np

from routing.engine.path import Path
from routing.guidance.collapse import collapsed
from routing.guidance.guide import Guide
from routing.guidance.instructions import Drive, Instruction, read_path
from routing.guidance.kinds import ARRIVE, DEPART, STRAIGHT
from routing.guidance.road_kinds import FERRY
from routing.network.road_network import LEFT_HAND

AT_ONCE_DM = 10
"""An instruction within a metre of the beginning or the end is none."""
NO_JUNCTION = -1


@dataclass(frozen=True, slots=True)
class Step:
    """A manoeuvre and the road to the next one."""

    kind: int
    """Index into KINDS."""
    modifier: int
    """Index into MODIFIERS; means nothing for depart and arrive."""
    exit_number: int
    """Of a roundabout, from 1; 0 where none is left."""
    begin: int
    """Arcs begin to end - 1 of the path belong to the step; none to an arrival."""
    end: int
    junctions: tuple[int, ...]
    """Junctions of the path with a choice, the manoeuvre's own first; junction i lies between arcs i and i + 1."""
    name: str
    ref: str
    destinations: str
    first_name: str
    """Of the road that the step begins on: the ring's, where `name` is that of the road behind it."""
    is_ferry: bool
    is_left_hand: bool
    duration_ms: int
    distance_dm: int


@dataclass(frozen=True, slots=True)
class LegGuidance:
    """A leg's steps, the first a departure, the last an arrival; their times and lengths add up to the path's."""

    drive: Drive
    steps: tuple[Step, ...]
    summary: str
    """The two names that are driven longest, in their order."""


def guide_leg(guide: Guide, path: Path) -> LegGuidance:
    """Turn a path into steps."""
    drive, said = read_path(guide, path)
    kept = [
        one
        for one in collapsed(drive, said)
        if AT_ONCE_DM <= drive.begin_dm[one.junction + 1] <= drive.begin_dm[-1] - AT_ONCE_DM
    ]
    last = len(drive.edges) - 1
    begin = Instruction(NO_JUNCTION, DEPART, STRAIGHT, 0, 0)
    end = Instruction(last, ARRIVE, STRAIGHT, 0, last)
    marks = [begin, *kept, end]
    steps = map(Step, *_columns(drive, marks, [*marks[1:], end]))
    return LegGuidance(drive, tuple(steps), _summary(drive))


def _columns(drive: Drive, marks: list[Instruction], thens: list[Instruction]) -> tuple[list[Any], ...]:
    """The members of the steps in their order; asking the network's arrays step by step took twice as long."""
    network, text = drive.guide.network, drive.guide.text
    begins, ends = [one.junction + 1 for one in marks], [then.junction + 1 for then in thens]
    last = len(drive.edges) - 1
    driven = np.array([drive.edges[min(begin, last)] for begin in begins])
    destinations = network.destination_of_edge[np.array([drive.edges[one.onto] for one in marks])]
    busy = np.flatnonzero(np.diff(drive.sights.first) > 2).tolist()
    return (
        [one.kind for one in marks],
        [one.modifier for one in marks],
        [one.exit_number for one in marks],
        begins,
        ends,
        [(a - 1, *busy[bisect_left(busy, a) : bisect_left(busy, b - 1)]) for a, b in zip(begins, ends, strict=True)],
        [text(drive.names[one.onto]) for one in marks],
        [text(drive.refs[one.onto]) for one in marks],
        [text(index) for index in destinations.tolist()],
        [text(drive.names[min(begin, last)]) for begin in begins],
        (network.road_class_of_edge[driven] == FERRY).tolist(),
        ((network.flags_of_edge[driven] & LEFT_HAND) != 0).tolist(),
        [drive.begin_ms[b] - drive.begin_ms[a] for a, b in zip(begins, ends, strict=True)],
        [drive.begin_dm[b] - drive.begin_dm[a] for a, b in zip(begins, ends, strict=True)],
    )


def _summary(drive: Drive) -> str:
    spent_ms: dict[int, int] = {}
    for name, ref, (begin, end) in zip(drive.names, drive.refs, pairwise(drive.begin_ms), strict=True):
        spent_ms[name or ref] = spent_ms.get(name or ref, 0) + end - begin
    spent_ms.pop(0, None)
    longest = nlargest(2, spent_ms, key=spent_ms.__getitem__)
    return ", ".join(drive.guide.text(name) for name in spent_ms if name in longest)
