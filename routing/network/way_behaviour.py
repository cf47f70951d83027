"""From the tags of an OSM way to what a car does on it. Pure functions of tags and profile.

is it a road?  ->  who may drive?  ->  which directions?  ->  how fast?
"""

from collections.abc import Mapping
from dataclasses import dataclass

from routing.network.car_profile import CarProfile
from routing.network.road_network import ROAD_CLASSES
from routing.network.tag_values import parse_duration_s, parse_metres, parse_speed_kmh

Tags = Mapping[str, str]

BEHAVIOUR_KEYS = frozenset(
    {"access", "alternating", "area", "construction", "duration", "highway", "impassable", "junction", "lanes"}
    | {"maxheight", "maxwidth", "motor_vehicle", "motorcar", "motor_vehicle:forward", "motor_vehicle:backward"}
    | {"maxspeed", "maxspeed:advisory", "maxspeed:forward", "maxspeed:backward", "maxspeed:type", "source:maxspeed"}
    | {"maxspeed:advisory:forward", "maxspeed:advisory:backward", "access:forward", "access:backward"}
    | {"motorcar:forward", "motorcar:backward", "vehicle:forward", "vehicle:backward", "zone:maxspeed"}
    | {"oneway", "oneway:motor_vehicle", "oneway:motorcar", "oneway:vehicle", "proposed", "route", "service"}
    | {"smoothness", "status", "surface", "tracktype", "vehicle", "width"}
)
"""The keys that `way_behaviour` looks at; ways alike in these behave alike."""

_OPEN, _DESTINATION, _CLOSED = "open", "destination", "closed"
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


def way_behaviour(tags: Tags, profile: CarProfile) -> WayBehaviour | None:
    """How `profile`'s vehicle drives a way with `tags`; None where it may not at all."""
    kind = _kind(tags, profile)
    if kind is None:
        return None
    forward_access = _access(tags, profile, "forward")
    backward_access = _access(tags, profile, "backward")
    one_way = _one_way(tags, profile)
    forward_open = forward_access != _CLOSED and one_way >= 0
    backward_open = backward_access != _CLOSED and one_way <= 0
    factor = _slowing(tags, profile, both_ways=forward_open and backward_open)
    forward_kmh = _speed_kmh(tags, profile, kind, "forward") * factor if forward_open else 0.0
    backward_kmh = _speed_kmh(tags, profile, kind, "backward") * factor if backward_open else 0.0
    if not (forward_kmh or backward_kmh):
        return None
    return WayBehaviour(
        forward_kmh=forward_kmh,
        backward_kmh=backward_kmh,
        road_class=_road_class(kind, profile),
        destination_only=_DESTINATION
        in {forward_access if forward_open else "", backward_access if backward_open else ""},
        duration_s=(parse_duration_s(tags.get("duration")) or 0.0) if kind in profile.route_speed_kmh else 0.0,
    )


def _kind(tags: Tags, profile: CarProfile) -> str | None:
    """The highway or route value that makes the way a road, None where it is none."""
    if _barred(tags, profile):
        return None
    if tags.get("route") in profile.route_speed_kmh:
        return tags["route"]
    highway = tags.get("highway")
    if highway is None or highway in profile.forbidden_highway:
        return None
    return highway if highway in profile.speed_kmh or _opened_for_vehicles(tags, highway, profile) else None


def _barred(tags: Tags, profile: CarProfile) -> bool:
    """Whether something other than access keeps every car out."""
    return (
        tags.get("area") == "yes"
        or tags.get("impassable") == "yes"
        or tags.get("status") == "impassable"
        or tags.get("smoothness") == "impassable"
        or tags.get("oneway") == "reversible"  # changes twice a day or so: unknown at the time of driving
        or tags.get("construction", "no") not in {"no", "widening", "minor"}
        or "proposed" in tags
        or tags.get("service") in profile.forbidden_service
        or _too_small(tags, profile)
    )


def _too_small(tags: Tags, profile: CarProfile) -> bool:
    height, width = parse_metres(tags.get("maxheight")), parse_metres(tags.get("maxwidth"))
    return (height is not None and height < profile.vehicle_height_m) or (
        width is not None and width <= profile.vehicle_width_m
    )


def _opened_for_vehicles(tags: Tags, highway: str, profile: CarProfile) -> bool:
    """Whether a way of no known class says that vehicles may use it; `access=yes` opens tracks, never footways."""
    welcome = profile.access_open | profile.access_destination
    keys = [key for key in profile.access_tags if key != "access"]
    said = next((tags[key] for key in keys if key in tags), None)
    if said is not None:
        return said in welcome
    return highway in {"track", "road"} and tags.get("access") in welcome


def _access(tags: Tags, profile: CarProfile, direction: str) -> str:
    """Access of one direction: the most special tag decides, within it the one for the direction."""
    for key in profile.access_tags:
        value = tags.get(f"{key}:{direction}", tags.get(key))
        if value is None:
            continue
        if value in profile.access_closed:
            return _CLOSED
        return _DESTINATION if value in profile.access_destination else _OPEN
    return _OPEN


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
    limit = _limit_kmh(tags, profile, direction)
    if limit is not None:
        speed = limit * profile.maxspeed_share
    caps = (
        profile.surface_kmh.get(tags.get("surface", "")),
        profile.tracktype_kmh.get(tags.get("tracktype", "")),
        profile.smoothness_kmh.get(tags.get("smoothness", "")),
    )
    return min([speed, *(cap for cap in caps if cap is not None)])


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


def _slowing(tags: Tags, profile: CarProfile, *, both_ways: bool) -> float:
    """Share of the speed that is left on narrow, service and alternating roads."""
    if tags.get("oneway") == "alternating":
        return profile.alternating_share
    width = parse_metres(tags.get("width"))
    lanes = tags.get("lanes", "")
    narrow = (width is not None and width <= 3.0) or (both_ways and lanes in {"0", "1"})
    return profile.narrow_share if narrow or tags.get("service") in profile.slow_service else 1.0


def _road_class(kind: str, profile: CarProfile) -> int:
    if kind in profile.route_speed_kmh:
        return _CLASS_INDEX["ferry"]
    return _CLASS_INDEX.get(kind, _CLASS_INDEX["other"])
