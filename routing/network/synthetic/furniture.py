"""What stands at nodes: traffic signals, bollards and gates."""

import numpy as np

from routing.arrays import BoolArray
from routing.network.synthetic.oneways import strong_parts
from routing.network.synthetic.plan import Plan
from routing.network.synthetic.roads import RANK, TERTIARY
from routing.network.synthetic.web import Web


def set_signals(plan: Plan, web: Web) -> int:
    """Signals where main roads cross, most of them in the inner city; a few zebra crossings. Returns signals set."""
    rng = plan.rng("signals")
    count = 0
    for node, at in enumerate(web.incident()):
        edges = [web.edges[index] for index in at]
        main = [e for e in edges if e.rank <= TERTIARY and e.kind != "motorway"]
        if len(edges) < 3 or len(main) < 2 or any("junction" in e.tags or e.kind == "motorway" for e in edges):
            continue
        near = float(np.hypot(*web.xy[node])) < plan.ring_m * 1.15
        chance = (0.62 if len(main) > 2 else 0.13) * (1.0 if near else 0.25)
        if rng.random() < chance:
            web.node_tags[node] = {"highway": "traffic_signals"}
            count += 1
        elif rng.random() < 0.1 and near:
            web.node_tags[node] = {"highway": "crossing", "crossing": "uncontrolled"}
    return count


def set_barriers(plan: Plan, web: Web) -> BoolArray:
    """Bollards against short cuts and gates on private ground.

    Returns (e) true for edges that a bollard closes; none of them cuts anything off.
    """
    rng = plan.rng("barriers")
    degree = web.degrees()
    minor = [
        k
        for k, e in enumerate(web.edges)
        if e.kind in ("residential", "living_street") and e.length_m > 60.0 and min(degree[e.u], degree[e.v]) > 2
    ]
    wanted = max(4, plan.junctions // 400)
    picked = rng.permutation(minor)[:wanted].tolist() if minor else []
    posts: list[tuple[int, int]] = []
    for k in picked:
        (node,) = web.split(k, [web.edges[k].length_m * float(rng.uniform(0.4, 0.6))])
        posts.append((k, node))
    closed = np.zeros(len(web.edges), dtype=bool)
    closed[[k for k, _ in posts]] = True
    label = strong_parts(web, closed)
    for k, node in posts:
        if label[web.edges[k].u] == label[node]:
            web.node_tags[node] = {"barrier": "bollard"}
        else:
            closed[k] = False
    _set_gates(rng, web)
    return np.append(closed, np.zeros(len(web.edges) - len(closed), dtype=bool))


def _set_gates(rng: np.random.Generator, web: Web) -> None:
    degree = web.degrees()
    for k in range(len(web.edges)):
        edge = web.edges[k]
        private = edge.tags.get("access") == "private" and rng.random() < 0.3
        farm = edge.kind == "track" and 1 in (degree[edge.u], degree[edge.v]) and rng.random() < 0.08
        if not (private or farm) or edge.length_m < 25.0 or edge.rank < RANK["service"]:
            continue
        (node,) = web.split(k, [9.0 if degree[edge.v] == 1 else edge.length_m - 9.0])
        web.node_tags[node] = {"barrier": "gate"} | ({"access": "private"} if private else {})
