"""What the flags of `RoadNetwork.flags_of_edge` are read from."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from routing.network.car_profile import CarProfile
from routing.network.driving_side import drives_left
from routing.network.map_extract import MapExtract
from routing.network.road_network import CIRCULAR, LEFT_HAND, ROUNDABOUT, TOLL, TUNNEL

FLAG_KEYS = frozenset({"driving_side", "junction", "toll", "toll:motorcar", "tunnel"})

BY_PLACE = 128
"""Of an extract only: the side to drive on is still to be found out by the way's place."""

_OF_JUNCTION = {"roundabout": ROUNDABOUT, "circular": CIRCULAR}


def way_flags(tags: Mapping[str, str], profile: CarProfile) -> int:
    """Flags of a way; where it does not say on which side to drive, the profile does, or BY_PLACE is set."""
    flags = _OF_JUNCTION.get(tags.get("junction", ""), 0)
    if tags.get("toll:motorcar", tags.get("toll", "no")) != "no":
        flags |= TOLL
    if tags.get("tunnel", "no") != "no":
        flags |= TUNNEL
    left = tags["driving_side"] == "left" if "driving_side" in tags else profile.left_hand_driving
    return flags | (BY_PLACE if left is None else LEFT_HAND if left else 0)


def with_sides_by_place(extract: MapExtract) -> MapExtract:
    """`extract` with LEFT_HAND in place of BY_PLACE where its country drives on the left; a way's last point counts."""
    ways = np.flatnonzero(extract.flags & BY_PLACE)
    if ways.size == 0:
        return extract
    last = extract.first_point[ways + 1] - 1
    flags = extract.flags & ~np.uint8(BY_PLACE)
    flags[ways[drives_left(extract.lon_e7[last], extract.lat_e7[last])]] |= LEFT_HAND
    return replace(extract, flags=flags)
