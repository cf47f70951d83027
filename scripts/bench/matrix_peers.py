"""Other systems on the very same network of driving states, each built from the arrays by plain loops.

A peer answers `rows(sources, targets, count)`: packed keys duration_ms * 2**24 + distance_dm of the first `count`
sources to all targets (scipy holds them exactly as floats up to 2**53: 149 hours, 1,677 km), -1 where no path exists.
The libraries are imported where they are asked, so that our own memory is measured without them.
"""

from collections.abc import Callable

import numpy as np

from routing.arrays import Float64Array, Int64Array
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps

METRE_BITS = 24
Hook = tuple[int, int]
"""state (or place), key"""
Ends = tuple[Int64Array, Int64Array, Int64Array]
"""where each place's hooks begin; their states; their keys"""
Rows = Callable[[Snaps, Snaps, int], Int64Array]


def scipy_rows(network: RoadNetwork) -> Rows:
    """scipy.sparse.csgraph.dijkstra, with one node more for each of a block of sources."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    first, head, weight = _turns(network)

    def rows(sources: Snaps, targets: Snaps, count: int) -> Int64Array:
        ends, direct = _ends(network, targets), _direct(network, sources, targets, count)
        found = np.empty((count, len(targets)), np.int64)
        for begin in range(0, count, 50):
            block = range(begin, min(begin + 50, count))
            starts = [_leave(network, sources, i) for i in block]
            seeds = [hook for start in starts for hook in start]
            indptr = np.concatenate([first, first[-1] + np.cumsum([len(start) for start in starts])])
            graph = csr_array(
                (
                    # one more on each seed, as scipy drops explicit zeros in some of its formats
                    np.concatenate([weight, [key + 1 for _, key in seeds]]).astype(np.float64),
                    np.concatenate([head, [state for state, _ in seeds]]).astype(np.int32),
                    indptr.astype(np.int32),
                ),
                shape=(indptr.size - 1, indptr.size - 1),
            )
            label = dijkstra(graph, indices=np.arange(first.size - 1, indptr.size - 1))
            for row, i in enumerate(block):
                found[i] = _best(label[row], ends, direct.get(i, []))
        return found

    return rows


def networkx_rows(network: RoadNetwork) -> Rows:
    """networkx.single_source_dijkstra_path_length."""
    import networkx as nx

    first, head, weight = _turns(network)
    tail = np.repeat(np.arange(first.size - 1), np.diff(first))
    graph: nx.DiGraph[int] = nx.DiGraph()
    start = first.size - 1
    graph.add_nodes_from(range(start))
    graph.add_weighted_edges_from(zip(tail.tolist(), head.tolist(), weight.tolist(), strict=True))

    def rows(sources: Snaps, targets: Snaps, count: int) -> Int64Array:
        ends, direct = _ends(network, targets), _direct(network, sources, targets, count)
        found = np.empty((count, len(targets)), np.int64)
        for i in range(count):
            for state, key in _leave(network, sources, i):
                known = graph.get_edge_data(start, state, {"weight": key + 1})["weight"]
                graph.add_edge(start, state, weight=min(known, key + 1))
            reached = nx.single_source_dijkstra_path_length(graph, start)
            graph.remove_node(start)
            label = np.full(first.size - 1, np.inf)
            del reached[start]
            label[list(reached)] = list(reached.values())
            found[i] = _best(label, ends, direct.get(i, []))
        return found

    return rows


def seconds_and_metres(key: Int64Array, unreachable: int) -> tuple[Int64Array, Int64Array]:
    """Rounded as our matrices are."""
    seconds = ((key >> METRE_BITS) + 500) // 1000
    metres = ((key & ((1 << METRE_BITS) - 1)) + 5) // 10
    return np.where(key < 0, unreachable, seconds), np.where(key < 0, unreachable, metres)


def _key(ms: int, dm: int) -> int:
    return (ms << METRE_BITS) + dm


def _turns(network: RoadNetwork) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Turns between states; a turn costs the arc it leaves and itself, so that labels are times of entering."""
    arc = np.repeat(network.arc_of_state, np.diff(network.turn_first))
    ms = network.duration_ms[arc].astype(np.int64) + network.turn_ms
    return (
        network.turn_first.astype(np.int64),
        network.turn_head.astype(np.int64),
        (ms << METRE_BITS) + network.length_dm[arc],
    )


def _parts(network: RoadNetwork, snaps: Snaps, i: int) -> list[tuple[int, int, int]]:
    """(arc, ms, dm) from the arc's tail to the place, for each of its arcs."""
    edge, fraction = int(snaps.edge[i]), float(snaps.fraction[i])
    both = [(int(network.forward_arc[edge]), fraction), (int(network.backward_arc[edge]), 1.0 - fraction)]
    return [
        (arc, int(network.duration_ms[arc] * along + 0.5), int(network.length_dm[arc] * along + 0.5))
        for arc, along in both
        if arc >= 0
    ]


def _leave(network: RoadNetwork, snaps: Snaps, i: int) -> list[Hook]:
    hooks = []
    for arc, ms, dm in _parts(network, snaps, i):
        rest = _key(int(network.duration_ms[arc]) - ms, int(network.length_dm[arc]) - dm)
        for turn in range(int(network.turn_first[arc]), int(network.turn_first[arc + 1])):
            hooks.append((int(network.turn_head[turn]), rest + _key(int(network.turn_ms[turn]), 0)))
    return hooks


def _ends(network: RoadNetwork, snaps: Snaps) -> Ends:
    """All states in which the places are reached, with the key from entering them to the place."""
    first: list[int] = []
    hooks: list[Hook] = []
    for j in range(len(snaps)):
        first.append(len(hooks))
        for arc, ms, dm in _parts(network, snaps, j):
            copies = network.arc_count + np.flatnonzero(network.arc_of_state[network.arc_count :] == arc)
            hooks += [(state, _key(ms, dm)) for state in [arc, *copies.tolist()]]
    state, key = np.array(hooks, np.int64).T
    return np.array(first), state, key


def _direct(network: RoadNetwork, sources: Snaps, targets: Snaps, count: int) -> dict[int, list[Hook]]:
    """By source: targets that lie ahead on the same edge, with the keys of driving straight there."""
    on_edge: dict[int, list[int]] = {}
    for j, edge in enumerate(targets.edge.tolist()):
        on_edge.setdefault(edge, []).append(j)
    found: dict[int, list[Hook]] = {}
    for i in range(count):
        begin = {arc: (ms, dm) for arc, ms, dm in _parts(network, sources, i)}
        for j in on_edge.get(int(sources.edge[i]), []):
            ahead = float(targets.fraction[j]) - float(sources.fraction[i])
            for arc, ms, dm in _parts(network, targets, j):
                if (ahead if arc == network.forward_arc[sources.edge[i]] else -ahead) >= 0:
                    found.setdefault(i, []).append((j, _key(ms - begin[arc][0], dm - begin[arc][1])))
    return found


def _best(label: Float64Array, ends: Ends, direct: list[Hook]) -> Int64Array:
    """Keys of one row; one is taken off again, which every seed has too much."""
    first, state, key = ends
    best = np.minimum.reduceat(label[state] - 1 + key, first)
    for j, straight in direct:
        best[j] = min(best[j], straight)
    return np.where(np.isfinite(best), best, -1).astype(np.int64)
