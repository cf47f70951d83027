"""From the tags of an OSM node to what a car does there. Pure functions of tags and profile.

does it let cars through?  ->  how long do they wait?  ->  is there room to turn round?
"""

from collections.abc import Mapping
from dataclasses import dataclass

from routing.network.access_values import CLOSED, most_open
from routing.network.car_profile import CarProfile
from routing.network.tag_values import parse_metres

Tags = Mapping[str, str]

ALWAYS, TOWARDS_JUNCTION, ON_MINOR_ROADS = 0, 1, 2
"""Who waits: everybody; at a stop sign that says no direction, who does not just leave the junction before it; at a
stop sign in the middle of a junction for its minor roads, who comes along one."""


@dataclass(frozen=True, slots=True)
class NodeBehaviour:
    """What happens at a node."""

    blocks: bool = False
    along_ms: int = 0
    """Waited by who drives in the direction in which the way is drawn."""
    against_ms: int = 0
    who_waits: int = ALWAYS
    turns_round: bool = False
    """Cars may turn back here."""


NOTHING = NodeBehaviour()


def node_behaviour(tags: Tags, profile: CarProfile) -> NodeBehaviour:
    """What `profile`'s vehicle does at a node with `tags`."""
    access = next((tags[key] for key in profile.access_tags if key in tags), None)
    barrier = tags.get("barrier", "no")
    if access is not None:
        # who may pass is said, so nobody needs to stop and ask
        blocks, gate_ms = most_open(access, profile) == CLOSED, 0
    else:
        blocks, gate_ms = _blocks(tags, barrier, profile), profile.barrier_wait_ms.get(barrier, 0)
    if blocks:
        return NodeBehaviour(blocks=True)
    sign = tags.get("highway", "")
    sign_ms, direction = profile.sign_wait_ms.get(sign, 0), _direction(tags, sign)
    return NodeBehaviour(
        along_ms=gate_ms + (sign_ms if direction != "backward" else 0),
        against_ms=gate_ms + (sign_ms if direction != "forward" else 0),
        who_waits=_who_waits(tags, sign, direction),
        turns_round=sign in profile.turns_round_at,
    )


def _blocks(tags: Tags, barrier: str, profile: CarProfile) -> bool:
    """Whether a barrier without access tags stops every car."""
    if barrier == "height_restrictor":
        height = parse_metres(tags.get("maxheight"))
        return height is not None and height < profile.vehicle_height_m
    passes = (
        barrier in profile.open_barriers
        or barrier in profile.barrier_wait_ms
        or tags.get("bollard") == "rising"
        or tags.get("kerb") in {"lowered", "flush"}
        or (barrier == "kerb" and tags.get("highway") == "crossing")
        or (barrier == "fence" and tags.get("sensory") in {"audible", "audio"})
    )
    return not passes


def _direction(tags: Tags, sign: str) -> str:
    """The direction that a sign is for, "" for both or where nothing is said."""
    said = tags.get("direction", "")
    if sign == "traffic_signals":
        said = tags.get("traffic_signals:direction", said)
    return said if said in {"forward", "backward", "both"} else ""


def _who_waits(tags: Tags, sign: str, direction: str) -> int:
    if sign != "stop":
        return ALWAYS
    if tags.get("stop") == "minor":
        return ON_MINOR_ROADS
    return ALWAYS if direction else TOWARDS_JUNCTION
