"""Turn restrictions under a condition, read back from a network: which sequences of arcs are banned when."""

from collections.abc import Iterator
from datetime import datetime

from routing.network.arc_restrictions import ArcPath, BanAtTimes
from routing.network.conditions import condition_holds
from routing.network.road_network import RoadNetwork


def bans_of(network: RoadNetwork) -> Iterator[BanAtTimes]:
    """All bans under a condition. The turns of the network leave them out, as OSRM does where no time is given."""
    for ban, text in enumerate(network.ban_condition.tolist()):
        arcs = network.ban_arc[network.ban_first[ban] : network.ban_first[ban + 1]].tolist()
        yield BanAtTimes(tuple(arcs), network.text(text))


def banned_at(network: RoadNetwork, local_time: datetime) -> set[ArcPath]:
    """Sequences of arcs that may not be driven at a local time (without a time zone).

    Conditions that are no times (such as "weight > 7.5") never hold for a car and its driver.
    """
    holds: dict[str, bool] = {}
    found: set[ArcPath] = set()
    for ban in bans_of(network):
        if ban.condition not in holds:
            holds[ban.condition] = condition_holds(ban.condition, local_time)
        if holds[ban.condition]:
            found.add(ban.arcs)
    return found
