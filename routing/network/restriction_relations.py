"""From an OSM restriction relation to `RawRestriction`s, or the reason why it is not used."""

import re
from collections.abc import Mapping, Sequence

from routing.network.car_profile import CarProfile
from routing.network.map_extract import RawRestriction

Member = tuple[str, str, int]
"""Type ("n", "w" or "r"), role, OSM id."""

_KIND = re.compile(r"(?:no|only)_(?!parking|stopping)\w+(?<!_on_red)")
_CONDITIONAL = re.compile(r"([a-z_]+)\s*@\s*(?:\(([^()]*)\)|([^;()]+))")
"""A value and its condition, of which several may stand one after the other: "no_u_turn @ (Mo-Fr 07:00-09:00)"."""


def parse_restriction(
    relation: int, tags: Mapping[str, str], members: Sequence[Member], profile: CarProfile
) -> tuple[RawRestriction, ...] | str:
    """Return what the relation restricts, always and under conditions, or a word or two on why it is ignored."""
    kinds = _kinds(tags, profile)
    if isinstance(kinds, str):
        return kinds
    from_ways = tuple(ref for type_, role, ref in members if type_ == "w" and role == "from")
    to_ways = tuple(ref for type_, role, ref in members if type_ == "w" and role == "to")
    via_ways = tuple(ref for type_, role, ref in members if type_ == "w" and role == "via")
    via_nodes = [ref for type_, role, ref in members if type_ == "n" and role == "via"]
    if not from_ways or not to_ways or not (via_ways or len(via_nodes) == 1):
        return "incomplete members"
    via_node = None if via_ways else via_nodes[0]
    found = []
    for kind, condition in kinds:
        if (len(from_ways) > 1 and kind != "no_entry") or (len(to_ways) > 1 and kind != "no_exit"):
            return "several from or to"
        found.append(RawRestriction(relation, kind, from_ways, to_ways, via_node, via_ways, condition))
    return tuple(found)


def _kinds(tags: Mapping[str, str], profile: CarProfile) -> list[tuple[str, str]] | str:
    """Kinds of restriction for this vehicle with their conditions, the most special tag first; else why none."""
    if set(tags.get("except", "").replace(" ", "").split(";")) & profile.excepted:
        return "excepted"
    special_first = profile.restriction_tags[::-1]
    always = next((tags[key] for key in special_first if key in tags), None)
    at_times = next((tags[key] for key in (f"{key}:conditional" for key in special_first) if key in tags), None)
    if always is None and at_times is None:
        return "other vehicles"
    kinds = [(always, "")] if always is not None else []
    kinds += [(value, inside or plain) for value, inside, plain in _CONDITIONAL.findall(at_times or "")]
    return [(kind, " ".join(condition.split())) for kind, condition in kinds if _KIND.fullmatch(kind)] or "unknown kind"
