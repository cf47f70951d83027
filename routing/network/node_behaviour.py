"""From the tags of an OSM node to what a car does there. Pure functions of tags and profile."""

from collections.abc import Mapping

from routing.network.car_profile import CarProfile
from routing.network.tag_values import parse_metres


def blocks_way(tags: Mapping[str, str], profile: CarProfile) -> bool:
    """Whether no car passes the node: an access tag decides where there is one, else the kind of barrier."""
    for key in profile.access_tags:
        if key in tags:
            return tags[key] in profile.access_closed
    barrier = tags.get("barrier")
    if barrier is None or tags.get("bollard") == "rising":
        return False
    if barrier == "height_restrictor":
        height = parse_metres(tags.get("maxheight"))
        if height is not None and height < profile.vehicle_height_m:
            return True
    return barrier not in profile.open_barriers


def has_signals(tags: Mapping[str, str]) -> bool:
    """Whether traffic lights stand at the node."""
    return tags.get("highway") == "traffic_signals"
