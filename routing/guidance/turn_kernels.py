"""Kernels of turns: what is said at a junction that is no roundabout."""

from routing.arrays import Int32Array
from routing.guidance.choice_kernels import PARTING, is_named, is_obvious, same_road
from routing.guidance.kinds import (
    CONTINUE,
    END_OF_ROAD,
    FORK,
    MERGE,
    NEW_NAME,
    NONE,
    NOTIFICATION,
    OFF_RAMP,
    ON_RAMP,
    SILENT,
    SLIGHT_LEFT,
    SLIGHT_RIGHT,
    STRAIGHT,
    TURN,
    U_TURN,
)
from routing.guidance.road_kinds import FERRY, IS_LINK, IS_MOTORWAY, IS_RAMP, LEVEL
from routing.guidance.sight_kernels import ANGLE, CLASS, ENTRY, OUT, modifier_of
from routing.jit import kernel

NO_SIDE = -1


@kernel
def told_at(arms: Int32Array, count: int, come: int, go: int) -> tuple[int, int]:
    """Kind and modifier of what is said where a path comes by one arm and goes on by another; NONE where nothing is."""
    kind, go_kind = arms[come, CLASS], arms[go, CLASS]
    if come == go:
        return CONTINUE, U_TURN
    if (kind == FERRY) != (go_kind == FERRY):
        return NOTIFICATION, modifier_of(arms[go, ANGLE])
    side = _merge_side(arms, count, come, go)
    if side != NO_SIDE:
        known = same_road(arms, come, go) and (is_named(arms, go) or not IS_MOTORWAY[go_kind])
        return (NONE if known else MERGE), side
    choices = choices_at(arms, count, come)
    if choices == 1 or is_obvious(arms, count, come, go):
        told, modifier = _told_of_obvious(arms, count, come, go, choices)
    else:
        told, modifier = _told_of_choice(arms, count, come, go)
    if told == TURN and modifier == STRAIGHT and not is_named(arms, go):
        told = NONE
    if IS_RAMP[go_kind] and not IS_RAMP[kind] and told in (TURN, CONTINUE, FORK, END_OF_ROAD):
        told = OFF_RAMP if IS_MOTORWAY[kind] else ON_RAMP
    return told, modifier


@kernel
def choices_at(arms: Int32Array, count: int, come: int) -> int:
    """Arms that one may drive into, the one come by left out."""
    choices = 0
    for k in range(count):
        choices += k != come and arms[k, ENTRY]
    return choices


@kernel
def _told_of_obvious(arms: Int32Array, count: int, come: int, go: int, choices: int) -> tuple[int, int]:
    angle = arms[go, ANGLE]
    modifier, stays = modifier_of(angle), same_road(arms, come, go)
    kind = arms[come, CLASS]
    if IS_RAMP[arms[go, CLASS]] and not IS_RAMP[kind] and (count > 2 or not IS_MOTORWAY[kind]):
        return TURN, modifier
    if count > 2:
        if abs(angle) >= PARTING and not (stays and is_named(arms, go)):
            return (END_OF_ROAD if _is_end_of_road(arms, count, come) else TURN), modifier
        if abs(angle) >= PARTING:
            return (CONTINUE if choices > 1 else SILENT), modifier
    return (NONE if stays else NEW_NAME), modifier


@kernel
def _told_of_choice(arms: Int32Array, count: int, come: int, go: int) -> tuple[int, int]:
    modifier = modifier_of(arms[go, ANGLE])
    side = _fork_side(arms, count, come, go)
    if side != NO_SIDE:
        return FORK, side
    if _is_end_of_road(arms, count, come):
        return END_OF_ROAD, modifier
    if same_road(arms, come, go) and is_named(arms, go):
        return (NONE if modifier == STRAIGHT else CONTINUE), modifier
    return TURN, modifier


@kernel
def _fork_side(arms: Int32Array, count: int, come: int, go: int) -> int:
    """Which side of a fork `go` is, or NO_SIDE where the roads do not fork.

    A fork: two or three roads part little from straight on, are of like importance, and nothing else can be taken.
    Taking one that leads 40 degrees away is a turn all the same.
    """
    left, right = 0, 0
    if abs(arms[go, ANGLE]) >= 40:
        return NO_SIDE
    for k in range(count):
        if k == come or not arms[k, ENTRY]:
            continue
        apart = abs(int(LEVEL[arms[k, CLASS]]) - int(LEVEL[arms[go, CLASS]]))
        if abs(arms[k, ANGLE]) > PARTING + 10 or apart > 2:
            return NO_SIDE
        left += arms[k, ANGLE] < arms[go, ANGLE]
        right += arms[k, ANGLE] > arms[go, ANGLE]
    if not 1 <= left + right <= 2:
        return NO_SIDE
    if left and right:
        return STRAIGHT
    return SLIGHT_RIGHT if left else SLIGHT_LEFT


@kernel
def _is_end_of_road(arms: Int32Array, count: int, come: int) -> bool:
    """Whether the street ends at one that crosses it: a T as seen from below."""
    left, right = False, False
    for k in range(count):
        if k != come:
            right = right or 50 <= arms[k, ANGLE] <= 130
            left = left or -130 <= arms[k, ANGLE] <= -50
    return count == 3 and left and right


@kernel
def _merge_side(arms: Int32Array, count: int, come: int, go: int) -> int:
    """The side to merge to, or NO_SIDE.

    A link merges into any road that comes one-way from behind, and a motorway into one that keeps its name.
    """
    kind, go_kind = arms[come, CLASS], arms[go, CLASS]
    if IS_LINK[go_kind] or not (IS_LINK[kind] or IS_MOTORWAY[kind]) or abs(arms[go, ANGLE]) > 60:
        return NO_SIDE
    for k in range(count):
        if k == come or arms[k, OUT] or abs(arms[k, ANGLE]) < 120:
            continue
        goes_on = is_named(arms, go) and same_road(arms, k, go)
        if goes_on or (IS_LINK[kind] and not IS_LINK[arms[k, CLASS]]):
            return SLIGHT_LEFT if arms[k, ANGLE] < 0 else SLIGHT_RIGHT
    return NO_SIDE
