"""Turn restrictions: no_ and only_ at crossings of main roads, and some over a way in between."""

from dataclasses import dataclass

import numpy as np

from routing.network.synthetic.plan import Plan
from routing.network.synthetic.roads import RANK, TERTIARY
from routing.network.synthetic.web import Web, heading

SHARE = 0.16
"""Of the crossings of main roads; Iceland has 566 restrictions on 76k junctions, Porto 357 on 63k."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """From one edge to another, over a node or over an edge; edges become ways that end there."""

    kind: str
    from_edge: int
    to_edge: int
    via_node: int = -1
    via_edge: int = -1
    exempt: str = ""


def choose_restrictions(plan: Plan, web: Web) -> list[Restriction]:
    """Restrictions at about a third of the crossings of main roads, never two from one arm."""
    rng = plan.rng("restrictions")
    incident = web.incident()
    found: list[Restriction] = []
    for node, at in enumerate(incident):
        if _is_main_crossing(web, at) and rng.random() < SHARE:
            found += _at_node(rng, web, node, at)
    spent = {one.from_edge for one in found}
    short = [
        k
        for k, e in enumerate(web.edges)
        if e.rank <= TERTIARY and e.length_m < 170.0 and not e.oneway and not e.bridge
    ]
    over = [one for k in short for one in _over_edge(rng, web, k, incident) if one.from_edge not in spent]
    wanted = max(3, plan.junctions // 900)
    return found + [over[i] for i in sorted(rng.permutation(len(over))[:wanted].tolist())]


def _is_main_crossing(web: Web, at: list[int]) -> bool:
    edges = [web.edges[index] for index in at]
    main = sum(e.rank <= TERTIARY for e in edges)
    plain = all("junction" not in e.tags and not e.kind.startswith("motorway") and e.u != e.v for e in edges)
    return plain and 3 <= len(edges) <= 4 and main >= 2


def turn_deg(web: Web, before: int, node: int, after: int) -> float:
    """Angle of a turn at a node, -180..180; left is positive."""
    came, goes = heading(web.edges[before], node) + np.pi, heading(web.edges[after], node)
    return float((np.degrees(goes - came) + 180.0) % 360.0 - 180.0)


def _arrives(web: Web, edge: int, node: int) -> bool:
    if web.edges[edge].rank >= RANK["service"]:
        return False
    return not web.edges[edge].oneway or web.edges[edge].v == node


def _leaves(web: Web, edge: int, node: int) -> bool:
    if web.edges[edge].rank >= RANK["service"]:
        return False  # nobody signs a turn into a driveway
    return not web.edges[edge].oneway or web.edges[edge].u == node


def _side(angle: float) -> str:
    if abs(angle) < 38:
        return "straight_on"
    return "left_turn" if 0 < angle < 150 else "right_turn" if -150 < angle < 0 else ""


def _at_node(rng: np.random.Generator, web: Web, node: int, at: list[int]) -> list[Restriction]:
    arms = [edge for edge in at if _arrives(web, edge, node)]
    if not arms:
        return []
    arm = arms[int(rng.integers(len(arms)))]
    turns = {
        _side(turn_deg(web, arm, node, other)): other for other in at if other != arm and _leaves(web, other, node)
    }
    turns.pop("", None)
    if len(turns) < 2:
        return []
    wanted = (
        "no_left_turn",
        "no_left_turn",
        "no_u_turn",
        "only_straight_on",
        "only_right_turn",
        "no_right_turn",
        "no_straight_on",
    )
    kind = wanted[int(rng.integers(len(wanted)))]
    exempt = ("psv", "bus", "bicycle")[int(rng.integers(3))] if rng.random() < 0.12 else ""
    if kind == "no_u_turn":
        return [Restriction(kind, arm, arm, node, exempt=exempt)] if not web.edges[arm].oneway else []
    target = turns.get(kind.removeprefix("no_").removeprefix("only_"))
    return [Restriction(kind, arm, target, node, exempt=exempt)] if target is not None else []


def _over_edge(rng: np.random.Generator, web: Web, via: int, incident: list[list[int]]) -> list[Restriction]:
    """Turn left and left again over a short stretch (no_u_turn), or straight on and then left (no_left_turn)."""
    edge = web.edges[via]
    begin, end = (edge.u, edge.v) if rng.random() < 0.5 else (edge.v, edge.u)
    if "junction" in edge.tags or not all(_is_main_crossing(web, incident[node]) for node in (begin, end)):
        return []
    for before in incident[begin]:
        for after in incident[end]:
            if via in (before, after) or before == after:
                continue
            if not (_arrives(web, before, begin) and _leaves(web, after, end)):
                continue
            first, second = _side(turn_deg(web, before, begin, via)), _side(turn_deg(web, via, end, after))
            if (first, second) == ("left_turn", "left_turn"):
                return [Restriction("no_u_turn", before, after, via_edge=via)]
            if (first, second) == ("straight_on", "left_turn"):
                return [Restriction("no_left_turn", before, after, via_edge=via)]
    return []
