"""The design measures once more, in plain Python and networkx, for comparison with the checker."""

import networkx as nx

from routing.engine.travel_matrix import UNREACHABLE_S
from territories.design.model import DesignProblem


def joined_graph(problem: DesignProblem) -> nx.Graph:
    n = len(problem.units)
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((int(a), int(b)) for a, b in problem.neighbours)
    duration_s = problem.unit_travel.duration_s
    while not nx.is_connected(graph):  # Kruskal over parts: the shortest link between any two of them
        part = {unit: i for i, members in enumerate(nx.connected_components(graph)) for unit in members}
        links = [
            (min(int(duration_s[a, b]), int(duration_s[b, a]), UNREACHABLE_S), a, b)
            for a in range(n)
            for b in range(a)
            if part[a] != part[b]
        ]
        graph.add_edge(*min(links)[1:])
    return graph


def plain_measures(problem: DesignProblem, owner: list[int]) -> dict[str, list[float]]:
    units, p = problem.units, len(problem.territories)
    k = problem.drive.visits_per_day
    found: dict[str, list[float]] = {name: [0.0] * p for name in ("workload_s", "potential", "count", "parts")}
    for name in ("home_mean_s", "home_median_s"):
        found[name] = [0.0] * p
    for unit, territory in enumerate(owner):
        nearest = sorted(int(s) for i, s in enumerate(problem.unit_travel.duration_s[unit]) if i != unit)[:3]
        hop = problem.drive.hop_factor * sum(nearest) / len(nearest)
        out = int(problem.home_to_unit.duration_s[territory, unit])
        back = int(problem.unit_to_home.duration_s[unit, territory])
        drive = min(out + back, problem.drive.line_haul_limit_s) / k + hop * (k - 1) / k
        found["workload_s"][territory] += units.service_s_per_period[unit] + units.visits_per_period[unit] * drive
        found["potential"][territory] += units.potential[unit]
        found["count"][territory] += 1
    graph = joined_graph(problem)
    for territory in range(p):
        members = [unit for unit, held in enumerate(owner) if held == territory]
        found["parts"][territory] = nx.number_connected_components(graph.subgraph(members))
        times = [
            int(problem.home_to_unit.duration_s[territory, unit])
            for unit in members
            for _ in range(int(units.visits_per_period[unit]))
        ]
        if times:
            found["home_mean_s"][territory] = sum(times) / len(times)
            found["home_median_s"][territory] = sorted(times)[(len(times) - 1) // 2]
    return found
