"""Fewer instructions: two that a driver takes for one become one, and what goes without saying is left out.

Each rule looks at an instruction and the one after it, a few metres on, and gives what takes their place, or None where
it has nothing to say. In the spirit of OSRM's collapse_turns; the pictures show the path as a chain of letters.
"""

from collections.abc import Callable, Sequence

from routing.guidance.instructions import Drive, Instruction
from routing.guidance.kinds import (
    CONTINUE,
    END_OF_ROAD,
    FORK,
    LEFT,
    MERGE,
    NEW_NAME,
    OFF_RAMP,
    ON_RAMP,
    RIGHT,
    SHARP_LEFT,
    SHARP_RIGHT,
    SILENT,
    SLIGHT_LEFT,
    SLIGHT_RIGHT,
    STRAIGHT,
    TURN,
    U_TURN,
)
from routing.guidance.road_kinds import IS_LINK, MOTORWAY
from routing.guidance.sight_kernels import angle_between, modifier_of

STAGGERED_M = 6.0
SHORT_M = 30.0
"""OSRM's MAX_COLLAPSE_DISTANCE."""
NAME_AFTER_M = 1.5 * SHORT_M
LINK_M = 60.0
SLIP_ROAD_M = 150.0
OTHER_NAME_M = 500.0
"""A road that has its old name again after this much has changed its name for a driver."""

_TURNS = frozenset({TURN, CONTINUE, END_OF_ROAD})
_HALVES = _TURNS | {FORK, SILENT}
_LEFTS = frozenset({LEFT, SLIGHT_LEFT, SHARP_LEFT})
_RIGHTS = frozenset({RIGHT, SLIGHT_RIGHT, SHARP_RIGHT})

Rule = Callable[[Drive, Instruction, Instruction], list[Instruction] | None]


def collapsed(drive: Drive, said: Sequence[Instruction]) -> list[Instruction]:
    """The instructions that are left."""
    kept: list[Instruction] = []
    for one in said:
        kept.append(one)
        while len(kept) > 1 and (instead := _instead(drive, kept[-2], kept[-1])) is not None:
            kept[-2:] = instead
    return _without_known_names(drive, kept)


def _instead(drive: Drive, one: Instruction, other: Instruction) -> list[Instruction] | None:
    metres = drive.metres(one.junction, other.junction)
    for reach_m, rule in _RULES:
        if metres <= reach_m:
            instead = rule(drive, one, other)
            if instead is not None:
                return instead
    return None


def _straight_over_staggered_crossing(drive: Drive, one: Instruction, other: Instruction) -> list[Instruction] | None:
    """Where a crossing is not quite one:      a--b
    right and left at once is straight on.        c--d
    """
    if not (one.kind in _TURNS and other.kind in _TURNS):
        return None
    there, back = _turn(drive, one), _turn(drive, other)
    if not (45 < abs(there) < 135 and 45 < abs(back) < 135 and there * back < 0):
        return None
    return [_said(drive, one, other, NEW_NAME, STRAIGHT)]


def _u_turn(drive: Drive, one: Instruction, other: Instruction) -> list[Instruction] | None:
    """Back on the other carriageway:     a--b
    two turns to one side, one name.      d--c
    """
    if not (one.kind in _HALVES and other.kind in _HALVES and _same_side(one, other)):
        return None
    if not drive.is_named(one.junction):  # nothing says that the other carriageway is of the same road
        return None
    unnamed = not drive.is_named(one.junction + 1)
    if drive.metres(one.junction, other.junction) > (LINK_M if unnamed else SHORT_M):
        return None
    whole = abs(angle_between(drive.before[one.junction], drive.after[other.junction]))
    if whole < 150 or not drive.is_same_road(one.junction, other.onto):
        return None
    return [_said(drive, one, other, CONTINUE, U_TURN)]


def _slip_road(drive: Drive, one: Instruction, other: Instruction) -> list[Instruction] | None:
    """A lane that cuts the corner:     a--b-----
    one turn, not two.                      \\  |
                                              c
                                              d
    """
    if one.kind not in {TURN, FORK, ON_RAMP, OFF_RAMP, CONTINUE} or other.kind not in _TURNS | {MERGE, NEW_NAME, FORK}:
        return None
    links = drive.guide.network.road_class_of_edge
    between = range(one.junction + 1, other.junction + 1)
    if not all(IS_LINK[links[drive.edges[arc]]] for arc in between):
        return None
    around = [int(links[drive.edges[one.junction]]), int(links[drive.edges[other.junction + 1]])]
    if any(IS_LINK[kind] or kind == MOTORWAY for kind in around):
        return None
    whole = angle_between(drive.before[one.junction], drive.after[other.junction])
    if abs(whole) < 30:
        return None
    if not drive.is_quiet(one.junction, other.junction):
        return None
    return [_said(drive, one, other, TURN, modifier_of(whole))]


def _one_corner(drive: Drive, one: Instruction, other: Instruction) -> list[Instruction] | None:
    """Two turns to one side round one corner:    a--b
    the stretch between is no street of its own.      \\
                                                       c--d
    """
    if not (one.kind in _HALVES and other.kind in _HALVES and _same_side(one, other)):
        return None
    if not drive.is_quiet(one.junction, other.junction):
        return None
    middle = one.junction + 1
    if drive.is_named(middle) and not any(drive.is_same_road(middle, arc) for arc in (one.junction, other.onto)):
        return None
    whole = angle_between(drive.before[one.junction], drive.after[other.junction])
    if abs(whole) < 30 or (_turn(drive, one) > 0) != (whole > 0):
        return None
    return [_said(drive, one, other, TURN, modifier_of(whole))]


def _name_after_turn(drive: Drive, one: Instruction, other: Instruction) -> list[Instruction] | None:
    """A turn, and a few metres on the name: the name belongs to the turn."""
    is_name = other.kind == NEW_NAME or (other.kind in {TURN, CONTINUE} and other.modifier == STRAIGHT)
    if not is_name or one.kind not in _TURNS | {FORK, MERGE, NEW_NAME, ON_RAMP, OFF_RAMP}:
        return None
    if one.kind in {ON_RAMP, OFF_RAMP} and not drive.is_named(other.onto):
        return None
    metres = drive.metres(one.junction, other.junction)
    if metres > SHORT_M and other.kind != NEW_NAME:
        return None
    if one.kind in {TURN, CONTINUE}:
        return [_said(drive, one, other, TURN, one.modifier)]
    return [_said(drive, one, other, one.kind, one.modifier)]


def _name_before_turn(_drive: Drive, one: Instruction, other: Instruction) -> list[Instruction] | None:
    """A new name just before a turn is not worth saying."""
    is_name = one.kind == NEW_NAME or (one.kind == TURN and one.modifier == STRAIGHT)
    return [other] if is_name and other.kind != NEW_NAME else None


def _name_there_and_back(drive: Drive, one: Instruction, other: Instruction) -> list[Instruction] | None:
    """A road that is called otherwise for a bridge or a square, and then as before."""
    if one.kind != NEW_NAME or other.kind != NEW_NAME:
        return None
    return [] if drive.is_same_road(one.junction, other.onto) else None


_RULES: tuple[tuple[float, Rule], ...] = (
    (STAGGERED_M, _straight_over_staggered_crossing),
    (LINK_M, _u_turn),
    (SLIP_ROAD_M, _slip_road),
    (SHORT_M, _one_corner),
    (OTHER_NAME_M, _name_there_and_back),
    (NAME_AFTER_M, _name_after_turn),
    (SHORT_M, _name_before_turn),
)
"""Each with the metres between two instructions up to which it has something to say: most are farther apart."""


def _said(drive: Drive, one: Instruction, other: Instruction, kind: int, modifier: int) -> Instruction:
    """What is said at `one` of both; a turn that keeps to its road is a continue."""
    if kind == TURN and drive.keeps_name(one.junction, other.onto):
        kind = CONTINUE
    return Instruction(one.junction, kind, modifier, 0, other.onto)


def _turn(drive: Drive, one: Instruction) -> int:
    return angle_between(drive.before[one.junction], drive.after[one.junction])


def _same_side(one: Instruction, other: Instruction) -> bool:
    return any(one.modifier in side and other.modifier in side for side in (_LEFTS, _RIGHTS))


def _without_known_names(drive: Drive, said: list[Instruction]) -> list[Instruction]:
    """Leave out names that are no news: that of the road one is on, and none at all."""
    kept: list[Instruction] = []
    on = 0
    for one in said:
        if one.kind in {TURN, CONTINUE} and one.modifier != U_TURN:
            one.kind = CONTINUE if drive.keeps_name(one.junction, one.onto) else TURN
        straight = one.modifier == STRAIGHT and one.kind in {NEW_NAME, CONTINUE}
        no_news = one.kind == NEW_NAME and (drive.is_same_road(on, one.onto) or not drive.is_named(one.onto))
        if no_news or one.kind == SILENT or (straight and one.kind == CONTINUE):
            continue
        kept.append(one)
        on = one.onto
    return kept
