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
from routing.guidance.sight_kernels import ANGLE, CLASS, ENTRY, LOW, NAME, OUT, angle_between, modifier_of
from routing.jit import kernel

NO_SIDE = -1
FORK_STRAIGHT = 40
"""Some road of a fork leads no more than this away from straight on."""
DISTINCT = 2
"""A street that leads so many times farther away from straight on than another does not fork with it."""
OPPOSITE = 155
"""Roads that lead more than this away from each other are one street if they look alike."""


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
        return (NONE if same_road(arms, come, go) and is_named(arms, go) else MERGE), side
    choices = choices_at(arms, count, come)
    if choices == 1 or is_obvious(arms, count, come, go):
        told, modifier = _told_of_obvious(arms, count, come, go, choices)
    else:
        told, modifier = _told_of_choice(arms, count, come, go)
    if told == FORK and IS_MOTORWAY[kind] and not _goes_on(arms, count, come):
        return told, modifier
    if IS_RAMP[go_kind] and not IS_RAMP[kind] and told in (TURN, CONTINUE, FORK, END_OF_ROAD):
        told = OFF_RAMP if IS_MOTORWAY[kind] else ON_RAMP
        if modifier == STRAIGHT:
            modifier = _side_of(arms, count, come, go)
    if told == TURN and modifier == STRAIGHT and not is_named(arms, go):
        told = NONE
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
    if stays:
        return NONE, modifier
    return (TURN if _is_through_street(arms, count, come, go) else NEW_NAME), modifier


@kernel
def _side_of(arms: Int32Array, count: int, come: int, go: int) -> int:
    """The side of the other roads on which `go` leaves, however straight; STRAIGHT between two, or without any."""
    left, right = False, False
    for k in range(count):
        if k not in (come, go) and arms[k, ENTRY] and abs(arms[k, ANGLE]) <= PARTING:
            left, right = left or arms[k, ANGLE] < arms[go, ANGLE], right or arms[k, ANGLE] > arms[go, ANGLE]
    if left == right:
        return STRAIGHT
    return SLIGHT_RIGHT if left else SLIGHT_LEFT


@kernel
def _goes_on(arms: Int32Array, count: int, come: int) -> bool:
    """Whether a motorway goes on, so that other roads leave it."""
    on = False
    for k in range(count):
        on = on or (k != come and arms[k, ENTRY] != 0 and IS_MOTORWAY[arms[k, CLASS]])
    return on


@kernel
def _is_through_street(arms: Int32Array, count: int, come: int, go: int) -> bool:
    """Whether `go` is a street that comes from the other side already: one turns into it, however straight."""
    for k in range(count):
        if k in (come, go) or arms[go, NAME] == 0 or arms[k, NAME] != arms[go, NAME]:
            continue
        if arms[k, CLASS] == arms[go, CLASS] and abs(angle_between(arms[k, ANGLE], arms[go, ANGLE])) > OPPOSITE:
            return True
    return False


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

    A fork: two or three roads part little from straight on, are of like importance, and nothing else can be taken; of
    two streets neither leads much straighter on. Taking one that leads 40 degrees away is a turn all the same.
    """
    left, right, straightest, widest = 0, 0, 180, 0
    if abs(arms[go, ANGLE]) >= 40:
        return NO_SIDE
    for k in range(count):
        if k == come or not arms[k, ENTRY]:
            continue
        if not _may_fork(arms, come, go, k):
            return NO_SIDE
        straightest, widest = min(straightest, abs(arms[k, ANGLE])), max(widest, abs(arms[k, ANGLE]))
        left += arms[k, ANGLE] < arms[go, ANGLE]
        right += arms[k, ANGLE] > arms[go, ANGLE]
    if not 1 <= left + right <= 2 or straightest > FORK_STRAIGHT:
        return NO_SIDE
    is_street = not (IS_MOTORWAY[arms[come, CLASS]] or IS_LINK[arms[come, CLASS]])
    if is_street and left + right == 1 and widest > DISTINCT * straightest:
        return NO_SIDE
    if left and right:
        return STRAIGHT
    return SLIGHT_RIGHT if left else SLIGHT_LEFT


@kernel
def _may_fork(arms: Int32Array, come: int, go: int, other: int) -> bool:
    """Whether arm `other` leads as far ahead and is as important as one that forks with `go`."""
    kind, go_kind = arms[other, CLASS], arms[go, CLASS]
    if abs(arms[other, ANGLE]) > PARTING + 10 or abs(int(LEVEL[kind]) - int(LEVEL[go_kind])) > 2:
        return False
    if IS_LINK[kind] != IS_LINK[go_kind] and not IS_RAMP[kind] and not IS_RAMP[go_kind]:
        return False
    return not (_goes_by_class(arms, come, other, go) or _goes_by_class(arms, come, go, other))


@kernel
def _goes_by_class(arms: Int32Array, come: int, one: int, other: int) -> bool:
    """Whether `one` is so much larger a road than `other` that nobody asks which of them goes on."""
    if arms[other, LOW] and not arms[one, LOW] and not arms[come, LOW]:
        return True
    larger = int(LEVEL[arms[other, CLASS]]) - int(LEVEL[arms[one, CLASS]]) >= 2
    return bool(larger and arms[come, CLASS] == arms[one, CLASS])


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

    A link merges into a motorway that comes one-way from behind, and a motorway into one that keeps its name.
    """
    kind, go_kind = arms[come, CLASS], arms[go, CLASS]
    if not IS_MOTORWAY[go_kind] or not (IS_LINK[kind] or IS_MOTORWAY[kind]) or abs(arms[go, ANGLE]) > 60:
        return NO_SIDE
    for k in range(count):
        if k == come or arms[k, OUT] or abs(arms[k, ANGLE]) < 120:
            continue
        goes_on = is_named(arms, go) and same_road(arms, k, go)
        if goes_on or (IS_LINK[kind] and not IS_LINK[arms[k, CLASS]]):
            return SLIGHT_LEFT if arms[k, ANGLE] < 0 else SLIGHT_RIGHT
    return NO_SIDE
