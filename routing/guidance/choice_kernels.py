"""Kernels of choice: would a driver who is told nothing drive on as the path does?

A driver comes by arm `come` and goes on by arm `go` of the `count` arms of a junction.
"""

from routing.arrays import Int32Array
from routing.guidance.road_kinds import IS_LINK, IS_MOTORWAY, LEVEL
from routing.guidance.sight_kernels import ANGLE, CLASS, ENTRY, LOW, NAME, ONE_WAY, REF
from routing.jit import kernel

PARTING = 45
"""Roads that lead less than this away from straight on may part like branches."""


@kernel
def same_road(arms: Int32Array, one: int, other: int) -> bool:
    """Whether two arms bear one name or one number, or neither bears any."""
    if arms[one, NAME] != 0 and arms[one, NAME] == arms[other, NAME]:
        return True
    if arms[one, REF] != 0:
        return bool(arms[one, REF] == arms[other, REF])
    return bool(arms[one, NAME] == arms[other, NAME] and arms[other, REF] == 0)


@kernel
def is_named(arms: Int32Array, one: int) -> bool:
    """Whether an arm has a name or a number."""
    return bool(arms[one, NAME] != 0 or arms[one, REF] != 0)


@kernel
def is_obvious(arms: Int32Array, count: int, come: int, go: int) -> bool:
    """Whether a driver goes on by `go` anyway."""
    for rival in range(count):
        if rival not in (come, go) and arms[rival, ENTRY] and not _goes_before(arms, come, go, rival):
            return False
    return True


@kernel
def _goes_before(arms: Int32Array, come: int, go: int, rival: int) -> bool:
    """Whether a driver goes on by `go` rather than by `rival`."""
    turn, rival_turn = abs(arms[go, ANGLE]), abs(arms[rival, ANGLE])
    if arms[rival, LOW] and not arms[go, LOW] and not arms[come, LOW]:
        return bool(turn <= 60 or (turn <= 100 and rival_turn >= 45))
    if _part(arms, come, go, rival):
        return False
    if IS_LINK[arms[rival, CLASS]] and not IS_LINK[arms[come, CLASS]] and not IS_LINK[arms[go, CLASS]]:
        return turn <= 40 and (turn <= rival_turn + 20 or bool(IS_MOTORWAY[arms[come, CLASS]]))
    return _goes_before_street(arms, come, go, rival)


@kernel
def _part(arms: Int32Array, come: int, go: int, rival: int) -> bool:
    """Whether a motorway or a ramp parts into two of its kind, of which neither goes without saying."""
    if abs(arms[go, ANGLE]) > PARTING or abs(arms[rival, ANGLE]) > PARTING:
        return False
    if not (arms[go, ONE_WAY] and arms[rival, ONE_WAY]):
        return False
    kind, go_kind, rival_kind = arms[come, CLASS], arms[go, CLASS], arms[rival, CLASS]
    motorways = IS_MOTORWAY[kind] and IS_MOTORWAY[go_kind] and IS_MOTORWAY[rival_kind]
    return bool(motorways or (IS_LINK[kind] and IS_LINK[go_kind] and IS_LINK[rival_kind]))


@kernel
def _goes_before_street(arms: Int32Array, come: int, go: int, rival: int) -> bool:
    turn, rival_turn = abs(arms[go, ANGLE]), abs(arms[rival, ANGLE])
    level, go_level = int(LEVEL[arms[come, CLASS]]), int(LEVEL[arms[go, CLASS]])
    rival_level = int(LEVEL[arms[rival, CLASS]])
    if level == rival_level and go_level >= rival_level + 2 and rival_turn <= PARTING:
        return False
    if level == go_level and rival_level >= go_level + 2 and turn <= PARTING and turn <= rival_turn + 20:
        return True
    if is_named(arms, come):
        stays, rival_stays = same_road(arms, come, go), same_road(arms, come, rival)
        if stays and not rival_stays and go_level <= rival_level:
            apart = 15 if go_level == rival_level else -15
            return bool(turn <= 50 and (turn <= 15 or rival_turn - turn >= apart))
        if rival_stays and not stays and rival_turn <= PARTING:
            return bool(turn <= 15 and rival_turn >= 40)
    return bool(turn <= 35 and rival_turn - turn >= 25)
