"""From an OSM restriction relation to a `RawRestriction`, or the reason why it is not used."""

from collections.abc import Mapping, Sequence

from routing.network.car_profile import CarProfile
from routing.network.map_extract import RawRestriction

Member = tuple[str, str, int]
"""Type ("n", "w" or "r"), role, OSM id."""

KINDS = frozenset(
    {"no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit"}
    | {"only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn"}
)


def parse_restriction(
    relation: int, tags: Mapping[str, str], members: Sequence[Member], profile: CarProfile
) -> RawRestriction | str:
    """Return the restriction, or a word or two on why it is ignored."""
    kind = _kind(tags, profile)
    if kind not in KINDS:
        return kind
    from_ways = tuple(ref for type_, role, ref in members if type_ == "w" and role == "from")
    to_ways = tuple(ref for type_, role, ref in members if type_ == "w" and role == "to")
    via_ways = tuple(ref for type_, role, ref in members if type_ == "w" and role == "via")
    via_nodes = [ref for type_, role, ref in members if type_ == "n" and role == "via"]
    if not from_ways or not to_ways or not (via_ways or len(via_nodes) == 1):
        return "incomplete members"
    if (len(from_ways) > 1 and kind != "no_entry") or (len(to_ways) > 1 and kind != "no_exit"):
        return "several from or to"
    via_node = None if via_ways else via_nodes[0]
    return RawRestriction(relation, kind, from_ways, to_ways, via_node, via_ways)


def _kind(tags: Mapping[str, str], profile: CarProfile) -> str:
    """The kind of restriction for this vehicle, the most special tag first; else why there is none."""
    if set(tags.get("except", "").replace(" ", "").split(";")) & profile.excepted:
        return "excepted"
    for key in reversed(profile.restriction_tags):
        if key in tags:
            value = tags[key]
            return value if value in KINDS else "unknown kind"
    if any(f"{key}:conditional" in tags for key in profile.restriction_tags):
        return "conditional"
    return "other vehicles"
