"""What is to be said along a path, before it is made shorter."""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from routing.arrays import Int32Array, UInt8Array
from routing.engine.path import Path
from routing.guidance.guide import Guide
from routing.guidance.path_kernels import longest_names, look_and_tell
from routing.guidance.sight_kernels import Sights


@dataclass(slots=True)
class Instruction:
    """Something said at a junction, in the making."""

    junction: int
    """Between arcs `junction` and `junction + 1` of the path."""
    kind: int
    modifier: int
    exit_number: int
    onto: int
    """The arc of the path that names the road taken."""


@dataclass(frozen=True, slots=True)
class Drive:
    """A path as a driver sees it; k arcs, k - 1 junctions."""

    guide: Guide
    edges: list[int]
    """(k) edges driven."""
    names: list[int]
    """(k) as `RoadNetwork.name_of_edge`."""
    refs: list[int]
    """(k) as `RoadNetwork.ref_of_edge`."""
    classes: UInt8Array
    """(k) uint8 bits of CLASSES."""
    begin_dm: list[int]
    """(k+1) decimetres driven before each arc, and in all."""
    begin_ms: list[int]
    """(k+1) likewise milliseconds, the turn into the arc included."""
    sights: Sights
    before: list[int]
    """(k-1) bearing in which each junction is reached."""
    after: list[int]
    """(k-1) bearing in which it is left."""
    choices: list[int]
    """(k-1) roads that could be taken there."""
    summary: str
    """The two names that are driven longest, in their order."""

    def metres(self, begin: int, end: int) -> float:
        """From junction `begin` to junction `end`."""
        return (self.begin_dm[end + 1] - self.begin_dm[begin + 1]) / 10

    def is_quiet(self, begin: int, end: int) -> bool:
        """Whether nothing could be taken between two junctions but the road itself."""
        return all(self.choices[i] == 1 for i in range(begin + 1, end))

    def is_same_road(self, arc: int, other: int) -> bool:
        """Whether two arcs bear one name, share a number, or bear neither."""
        if self._same_name(arc, other):
            return True
        ref, other_ref = self.refs[arc], self.refs[other]
        if ref and other_ref:
            text = self.guide.text
            return ref == other_ref or not set(text(ref).split("; ")).isdisjoint(text(other_ref).split("; "))
        return not (self.is_named(arc) or self.is_named(other))

    def keeps_name(self, arc: int, other: int) -> bool:
        """Whether two arcs are one road by name, or by number where one of them has no name."""
        named = self.names[arc] and self.names[other]
        return self.is_named(other) and self.is_same_road(arc, other) and (not named or self._same_name(arc, other))

    def _same_name(self, arc: int, other: int) -> bool:
        name, other_name = self.names[arc], self.names[other]
        return bool(name and other_name) and (name == other_name or self._plain(name) == self._plain(other_name))

    def _plain(self, name: int) -> str:
        """A name without what stands in brackets behind it."""
        return self.guide.text(name).split(" (", 1)[0]

    def is_named(self, arc: int) -> bool:
        """Whether the road at an arc has a name or a number."""
        return bool(self.names[arc] or self.refs[arc])


def read_path(guide: Guide, path: Path) -> tuple[Drive, list[Instruction]]:
    """Look at every junction of a path and note what a driver must be told there."""
    count, roads = path.arcs.size - 1, guide.roads
    at = roads.head[path.arcs[:-1]]
    sights = _room(count, int((roads.arm_first[at + 1] - roads.arm_first[at]).sum()))
    kind, modifier = np.empty(count, np.uint8), np.empty(count, np.uint8)
    exit_number, onto = np.empty(count, np.int32), np.empty(count, np.int32)
    look_and_tell(roads, path.arcs, sights, kind, modifier, exit_number, onto)
    edges, begin_ms = roads.edge_of_arc[path.arcs], _begin_ms(path)
    names, refs = roads.name[edges], roads.ref[edges]
    longest = longest_names(names, refs, begin_ms)
    drive = Drive(
        guide,
        edges.tolist(),
        names.tolist(),
        refs.tolist(),
        guide.classes[edges],
        list(accumulate(path.arc_dm.tolist(), initial=0)),
        begin_ms.tolist(),
        sights,
        sights.before.tolist(),
        sights.after.tolist(),
        sights.choices.tolist(),
        ", ".join(guide.text(name) for name in longest if name),
    )
    said = kind.nonzero()[0]
    columns = (said, kind[said], modifier[said], exit_number[said], onto[said])
    return drive, [Instruction(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _begin_ms(path: Path) -> Int32Array:
    """The time of a turn belongs to the arc before it: that is where one waits."""
    begin_ms, turned_ms = np.zeros(path.arcs.size + 1, np.int32), np.cumsum(path.turn_ms, dtype=np.int32)
    np.cumsum(path.arc_ms, out=begin_ms[1:])
    begin_ms[:-1] += turned_ms
    begin_ms[-1] += turned_ms[-1]
    return begin_ms


def _room(junctions: int, arms: int) -> Sights:
    def int32(size: int) -> Int32Array:
        return np.empty(size, np.int32)

    return Sights(
        first=int32(junctions + 1),
        bearing=np.empty(arms, np.int16),
        entry=np.empty(arms, np.bool_),
        come=int32(junctions),
        go=int32(junctions),
        before=np.empty(junctions, np.int16),
        after=np.empty(junctions, np.int16),
        choices=int32(junctions),
    )
