"""Driving times by time of day, road by road in plain Python."""

import math
from itertools import pairwise

from routing.network.road_network import CLOSED_MS, RoadNetwork
from routing.traffic.speed_profile import SpeedProfile
from routing.traffic.speed_table import SpeedRows
from tests.helpers.small_networks import METRES_PER_DEGREE


def slow_duration_ms(network: RoadNetwork, profile: SpeedProfile, rows: SpeedRows, period: int) -> list[float]:
    """Times of all arcs, infinite where closed: every step of every arc asks all rows, in their order."""
    return [_arc_ms(network, profile, rows, period, arc) for arc in range(network.arc_count)]


def hit_rows(network: RoadNetwork, rows: SpeedRows) -> set[int]:
    return {
        row
        for arc in range(network.arc_count)
        for begin, end, _ in _steps(network, arc)
        for row in range(len(rows))
        if _is_about(network, rows, row, arc, begin, end)
    }


def _arc_ms(network: RoadNetwork, profile: SpeedProfile, rows: SpeedRows, period: int, arc: int) -> float:
    if network.duration_ms[arc] >= CLOSED_MS:
        return math.inf
    edge = int(network.edge_of_arc[arc])
    factor = float(profile.factor[period, network.road_class_of_edge[edge]])
    total = 0.0
    for begin, end, share in _steps(network, arc):
        ms, dm = float(network.duration_ms[arc]) * share / factor, float(network.length_dm[arc]) * share
        for row in range(len(rows)):
            if not rows.periods[rows.when[row], period] or not _is_about(network, rows, row, arc, begin, end):
                continue
            if rows.closed[row]:
                ms = math.inf
            elif not math.isnan(rows.speed_kmh[row]) and ms != math.inf:
                ms = dm * 360 / float(rows.speed_kmh[row])
            elif not math.isnan(rows.factor[row]):
                ms /= float(rows.factor[row])
        total += ms
    return total


def _is_about(network: RoadNetwork, rows: SpeedRows, row: int, arc: int, begin: int, end: int) -> bool:
    edge = int(network.edge_of_arc[arc])
    if rows.way[row] < 0:
        return (int(rows.from_node[row]), int(rows.to_node[row])) == (begin, end)
    along = 1 if network.forward_arc[edge] == arc else -1
    return rows.way[row] == network.osm_way_of_edge[edge] and rows.direction[row] in (0, along)


def _steps(network: RoadNetwork, arc: int) -> list[tuple[int, int, float]]:
    """(begin node, end node, share of the arc) in driving direction."""
    edge = int(network.edge_of_arc[arc])
    points = list(range(int(network.shape_first[edge]), int(network.shape_first[edge + 1])))
    if network.forward_arc[edge] != arc:
        points.reverse()
    metres = []
    for p, q in pairwise(points):
        north = (network.shape_lat_e7[q] - network.shape_lat_e7[p]) / 1e7
        east = (
            (network.shape_lon_e7[q] - network.shape_lon_e7[p])
            / 1e7
            * math.cos(math.radians(network.shape_lat_e7[p] / 1e7))
        )
        metres.append(math.hypot(north, east) * METRES_PER_DEGREE + 1e-9)
    nodes = [int(network.shape_node[p]) for p in points]
    return [(a, b, m / sum(metres)) for (a, b), m in zip(pairwise(nodes), metres, strict=True)]
