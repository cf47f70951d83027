"""Turn-by-turn guidance of one leg."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from routing.engine.path import Path
from routing.guidance.collapse import collapsed
from routing.guidance.guide import Guide
from routing.guidance.instructions import Drive, Instruction, read_path
from routing.guidance.kinds import ARRIVE, DEPART, END_OF_ROAD, NEW_NAME, STRAIGHT, TURN
from routing.guidance.road_kinds import FERRY
from routing.network.road_network import LEFT_HAND

AT_ONCE_DM = 10
"""An instruction within a metre of the beginning or the end is none, and a road driven so far has no step."""
SHORT_NAME_DM = 1050
"""A new name for less than this is not told (OSRM's NAME_SEGMENT_CUTOFF_LENGTH)."""
NO_JUNCTION = -1


class Step(NamedTuple):
    """A manoeuvre and the road to the next one; as a tuple made in a quarter of a frozen dataclass's time."""

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
    """Junctions of the path with a choice, or where the classes of the road change (a toll begins), the manoeuvre's own
    first; junction i lies between arcs i and i + 1."""
    name: str
    ref: str
    destinations: str
    pronunciation: str
    """Of the name, where the map tells it."""
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


def guide_leg(guide: Guide, path: Path) -> LegGuidance:
    """Turn a path into steps."""
    drive, said = read_path(guide, path)
    begin_at, end_at = _first_under_way(drive), _first_at_end(drive)
    kept = [one for one in collapsed(drive, said) if begin_at <= one.junction < end_at]
    begin = Instruction(NO_JUNCTION, DEPART, STRAIGHT, 0, first_driven(drive))
    end = Instruction(len(drive.edges) - 1, ARRIVE, STRAIGHT, 0, _last_driven(drive))
    marks = [begin, *_without_short_ends(drive, _without_short_names(drive, kept)), end]
    steps = map(Step, *_columns(drive, marks, [*marks[1:], end]))
    return LegGuidance(drive, tuple(steps))


def _first_under_way(drive: Drive) -> int:
    """The first junction that does not lie right at the beginning."""
    return max(bisect_left(drive.begin_dm, AT_ONCE_DM) - 1, 0)


def _first_at_end(drive: Drive) -> int:
    """The first junction that lies right at the end; behind the last one where none does."""
    return max(bisect_right(drive.begin_dm, drive.begin_dm[-1] - AT_ONCE_DM) - 1, 0)


def first_driven(drive: Drive) -> int:
    """The arc that a leg begins on: not one that is left at once, as where a leg begins on a junction."""
    return min(bisect_right(drive.begin_dm, AT_ONCE_DM - 1) - 1, len(drive.edges) - 1)


def _last_driven(drive: Drive) -> int:
    return max(bisect_left(drive.begin_dm, drive.begin_dm[-1] - AT_ONCE_DM + 1) - 1, 0)


def _without_short_names(drive: Drive, said: list[Instruction]) -> list[Instruction]:
    """Leave out new names that last until just before the next instruction or the end."""
    begins = [drive.begin_dm[one.junction + 1] for one in said]
    lengths = [then - begin for begin, then in pairwise([*begins, drive.begin_dm[-1]])]
    return [one for one, dm in zip(said, lengths, strict=True) if one.kind != NEW_NAME or dm >= SHORT_NAME_DM]


def _without_short_ends(drive: Drive, said: list[Instruction]) -> list[Instruction]:
    """The end of a road is a turn like others where no junction was passed on that road (as in OSRM)."""
    begin = _first_under_way(drive)
    for one in said:
        if one.kind == END_OF_ROAD and (np.diff(drive.sights.first[begin : one.junction + 1]) <= 2).all():
            one.kind = TURN
        begin = one.junction + 1
    return said


def _columns(drive: Drive, marks: list[Instruction], thens: list[Instruction]) -> tuple[list[Any], ...]:
    """The members of the steps in their order; asking the network's arrays step by step took twice as long."""
    network, texts = drive.guide.network, drive.guide.texts
    begins, ends = [one.junction + 1 for one in marks], [then.junction + 1 for then in thens]
    first, last = first_driven(drive), _last_driven(drive)
    begun_on = [max(first, min(begin, last)) for begin in begins]
    driven = np.array([drive.edges[arc] for arc in begun_on])
    onto = [drive.edges[one.onto] for one in marks]
    destinations = network.destination_of_edge[np.array(onto)]
    noted = (np.diff(drive.sights.first) > 2) | (drive.classes[1:] != drive.classes[:-1])
    under_way = _first_under_way(drive), _first_at_end(drive)
    busy = (np.flatnonzero(noted[slice(*under_way)]) + under_way[0]).tolist()
    return (
        [one.kind for one in marks],
        [one.modifier for one in marks],
        [one.exit_number for one in marks],
        begins,
        ends,
        [(a - 1, *busy[bisect_left(busy, a) : bisect_left(busy, b - 1)]) for a, b in zip(begins, ends, strict=True)],
        [texts[drive.names[one.onto]] for one in marks],
        [texts[drive.refs[one.onto]] for one in marks],
        [texts[index] for index in destinations.tolist()],
        [network.spoken(edge) for edge in onto] if network.spoken_edge.size else [""] * len(onto),
        [texts[drive.names[arc]] for arc in begun_on],
        (network.road_class_of_edge[driven] == FERRY).tolist(),
        ((network.flags_of_edge[driven] & LEFT_HAND) != 0).tolist(),
        [drive.begin_ms[b] - drive.begin_ms[a] for a, b in zip(begins, ends, strict=True)],
        [drive.begin_dm[b] - drive.begin_dm[a] for a, b in zip(begins, ends, strict=True)],
    )
