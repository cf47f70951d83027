"""From the tags of an OSM way to what a car does on it. Pure functions of tags and profile.

is it a road?  ->  who may drive?  ->  which directions?  ->  how fast?
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

from routing.network.access_values import CLOSED, DESTINATION, OPEN, most_open
from routing.network.car_profile import CarProfile
from routing.network.road_network import ROAD_CLASSES
from routing.network.tag_values import parse_duration_s, parse_kilograms, parse_metres, parse_speed_kmh
from routing.network.way_flags import FLAG_KEYS, way_flags

Tags = Mapping[str, str]

_MODES = ("motorcar", "motor_vehicle", "vehicle", "access")
_SIZES = "maxheight maxheight:physical maxwidth maxwidth:physical width est_width maxlength maxweight maxweightrating"
_BY_DIRECTION = (*_MODES, *_SIZES.split(), "maxspeed", "maxspeed:advisory", "hov:lanes")
_PLAIN = (
    "area bridge construction duration highway hov impassable junction maxspeed:type oneway proposed route service"
    " smoothness source:maxspeed status surface tracktype zone:maxspeed"
)
BEHAVIOUR_KEYS = frozenset(
    {f"{key}{direction}" for key in _BY_DIRECTION for direction in ("", ":forward", ":backward")}
    | {f"oneway:{mode}" for mode in _MODES}
    | {*_PLAIN.split()}
    | FLAG_KEYS
)
"""The keys that `way_behaviour` looks at; ways alike in these behave alike."""

_CLASS_INDEX = {name: index for index, name in enumerate(ROAD_CLASSES)}


@dataclass(frozen=True, slots=True)
class WayBehaviour:
    """How a way is driven. A speed of 0 km/h: not in that direction."""

    forward_kmh: float
    backward_kmh: float
    road_class: int
    """Index into ROAD_CLASSES."""
    destination_only: bool
    duration_s: float = 0.0
    """Time along the whole way where the map gives it (ferries); it goes before the speed. 0: not given."""
    flags: int = 0
    """As `RoadNetwork.flags_of_edge`."""


def way_behaviour(tags: Tags, profile: CarProfile) -> WayBehaviour | None:
    """How `profile`'s vehicle drives a way with `tags`; None where it may not at all."""
    kind = _kind(tags, profile)
    if kind is None:
        return None
    one_way = _one_way(tags, profile)
    forward = _direction(tags, profile, kind, "forward") if one_way >= 0 else _NOT_DRIVEN
    backward = _direction(tags, profile, kind, "backward") if one_way <= 0 else _NOT_DRIVEN
    if not (forward.kmh or backward.kmh):
        return None
    return WayBehaviour(
        forward_kmh=forward.kmh,
        backward_kmh=backward.kmh,
        road_class=_road_class(kind, profile),
        destination_only=forward.destination_only or backward.destination_only,
        duration_s=(parse_duration_s(tags.get("duration")) or 0.0) if _is_timed(tags, profile, kind) else 0.0,
        flags=way_flags(tags, profile),
    )


@dataclass(frozen=True, slots=True)
class _Direction:
    kmh: float = 0.0
    destination_only: bool = False


_NOT_DRIVEN = _Direction()


def _direction(tags: Tags, profile: CarProfile, kind: str, direction: str) -> _Direction:
    """One direction of a way whose one-way tags allow it."""
    access = _access(tags, profile, kind, direction)
    if access == CLOSED or _too_small(tags, profile, direction):
        return _NOT_DRIVEN
    destination_only = access == DESTINATION or _only_for_shared_cars(tags, direction)
    return _Direction(_speed_kmh(tags, profile, kind, direction), destination_only)


def _kind(tags: Tags, profile: CarProfile) -> str | None:
    """The highway or route value that makes the way a road, None where it is none."""
    if _barred(tags, profile):
        return None
    if tags.get("route") in profile.route_speed_kmh:
        return tags["route"]
    highway = tags.get("highway")
    return None if highway in profile.forbidden_highway else highway


def _barred(tags: Tags, profile: CarProfile) -> bool:
    """Whether something other than access keeps every car out."""
    return (
        tags.get("area") == "yes"
        or tags.get("impassable") == "yes"
        or tags.get("status") == "impassable"
        or tags.get("smoothness") == "impassable"
        or tags.get("oneway") == "reversible"  # changes twice a day or so: unknown at the time of driving
        or tags.get("construction", "no") not in {"no", "widening", "minor"}
        or ("proposed" in tags and "highway" not in tags)  # on a road: what it will be some day
        or tags.get("service") in profile.forbidden_service
    )


def _access(tags: Tags, profile: CarProfile, kind: str, direction: str) -> str:
    """The most special tag decides, within it the one for the direction. Other ways than roads need one that opens."""
    is_road = kind in profile.speed_kmh
    for mode in profile.access_tags:
        value = tags.get(f"{mode}:{direction}", tags.get(mode))
        if value is None or (kind in profile.ways_for_others and mode == "access"):
            continue
        access = most_open(value, profile)
        return access if is_road or access == OPEN else CLOSED
    return OPEN if is_road or kind in profile.route_speed_kmh else CLOSED


def _too_small(tags: Tags, profile: CarProfile, direction: str) -> bool:
    """Whether height, width, length or weight keep the vehicle out of one direction."""

    def limit(parse: Callable[[str | None], float | None], *keys: str) -> float:
        values = (parse(tags.get(f"{key}:{direction}", tags.get(key))) for key in keys)
        return next((value for value in values if value is not None), inf)

    return (
        limit(parse_metres, "maxheight:physical", "maxheight") < profile.vehicle_height_m
        or limit(parse_metres, "maxwidth:physical", "maxwidth", "width", "est_width") <= profile.vehicle_width_m
        or limit(parse_metres, "maxlength") < profile.vehicle_length_m
        or limit(parse_kilograms, "maxweightrating", "maxweight") < profile.vehicle_weight_kg
    )


def _only_for_shared_cars(tags: Tags, direction: str) -> bool:
    """Whether all lanes are for cars with passengers: a journey through avoids them, as OSRM's weight does."""
    lanes = tags.get(f"hov:lanes:{direction}", tags.get("hov:lanes", ""))
    return tags.get("hov") == "designated" or set(lanes.split("|")) == {"designated"}


def _one_way(tags: Tags, profile: CarProfile) -> int:
    """1 forward only, -1 backward only, 0 both."""
    keys = [f"oneway:{key}" for key in profile.access_tags] + ["oneway"]
    value = next((tags[key] for key in keys if key in tags), None)
    if value in {"yes", "1", "true"}:
        return 1
    if value in {"-1", "reverse"}:
        return -1
    implied = tags.get("highway") in profile.implied_one_way or tags.get("junction") in {"roundabout", "circular"}
    return 1 if implied and value != "no" else 0


def _speed_kmh(tags: Tags, profile: CarProfile, kind: str, direction: str) -> float:
    if kind in profile.route_speed_kmh:
        return profile.route_speed_kmh[kind]
    speed = profile.speed_kmh.get(kind, profile.other_speed_kmh)
    if tags.get("bridge") == "movable":
        speed = profile.movable_bridge_kmh
    limit = _limit_kmh(tags, profile, direction)
    if limit is not None:
        speed = limit * profile.maxspeed_share
    caps = (
        profile.surface_kmh.get(tags.get("surface", "")),
        profile.tracktype_kmh.get(tags.get("tracktype", "")),
        profile.smoothness_kmh.get(tags.get("smoothness", "")),
    )
    return min([speed, profile.vehicle_max_kmh, *(cap for cap in caps if cap is not None)])


def _limit_kmh(tags: Tags, profile: CarProfile, direction: str) -> float | None:
    """The signed limit of one direction; the first of these that can be read."""
    for key in ("maxspeed:advisory", "maxspeed"):
        for name in (f"{key}:{direction}", key):
            if (limit := parse_speed_kmh(tags.get(name), profile.zone_kmh)) is not None:
                return limit
    for name in ("zone:maxspeed", "maxspeed:type", "source:maxspeed"):
        value = tags.get(name, "")
        if ":" in value and (limit := parse_speed_kmh(value, profile.zone_kmh)) is not None:
            return limit
    return None


def _is_timed(tags: Tags, profile: CarProfile, kind: str) -> bool:
    """Whether a `duration` tells how long it takes: on ferries and movable bridges, not on hiking trails."""
    return kind in profile.route_speed_kmh or tags.get("bridge") == "movable"


def _road_class(kind: str, profile: CarProfile) -> int:
    if kind in profile.route_speed_kmh:
        return _CLASS_INDEX["ferry"]
    return _CLASS_INDEX.get(kind, _CLASS_INDEX["other"])
