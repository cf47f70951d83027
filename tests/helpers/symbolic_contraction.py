"""What contracting states in a given order costs: by sets, one state after the other."""

from dataclasses import dataclass

import numpy as np

from routing.network.road_network import RoadNetwork


@dataclass(frozen=True)
class ContractionCost:
    """Sizes of the contracted graph; `fill_arcs` counts its arcs, those of the network included."""

    fill_arcs: int
    triangles: int
    tree_depth: int
    mean_depth: float


def contraction_cost(network: RoadNetwork, order: np.ndarray) -> ContractionCost:
    """Contract states in `order`: of v, every arc u>v and v>w among the not yet contracted, u not w, adds u>w.

    Each such (u, v, w) is a lower triangle. Depths are of the elimination tree.
    """
    out, into = turn_sets(network)
    arcs = triangles = 0
    for v in order.tolist():
        arcs += len(out[v]) + len(into[v])
        for u in into[v]:
            for w in out[v]:
                if u != w:
                    triangles += 1
                    out[u].add(w)
                    into[w].add(u)
        for u in into[v]:
            out[u].discard(v)
        for w in out[v]:
            into[w].discard(v)
    parent = elimination_parents(network, order)
    depth: dict[int | None, int] = {None: 0}
    for v in reversed(order.tolist()):
        depth[v] = depth[parent[v]] + 1
    depths = [depth[v] for v in order.tolist()]
    return ContractionCost(arcs, triangles, max(depths), float(np.mean(depths)))


def elimination_parents(network: RoadNetwork, order: np.ndarray) -> dict[int, int | None]:
    """Of each state the first contracted of the neighbours it has left, turns taken as lines without direction."""
    rank = np.empty(order.size, int)
    rank[order] = np.arange(order.size)
    out, into = turn_sets(network)
    near = [out[state] | into[state] for state in range(order.size)]
    parent = {}
    for v in order.tolist():
        parent[v] = min(near[v], key=lambda u: rank[u], default=None)
        for u in near[v]:
            near[u] |= near[v] - {u}
            near[u].discard(v)
    return parent


def turn_sets(network: RoadNetwork) -> tuple[list[set[int]], list[set[int]]]:
    """States that each state turns into, and states that turn into it; a state's turn into itself left out."""
    out: list[set[int]] = [set() for _ in range(network.state_count)]
    into: list[set[int]] = [set() for _ in range(network.state_count)]
    for state in range(network.state_count):
        for head in network.turn_head[network.turn_first[state] : network.turn_first[state + 1]].tolist():
            if head != state:
                out[state].add(head)
                into[head].add(state)
    return out, into
