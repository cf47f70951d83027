"""The importer's network against a plain simulation on the same towns, arc by arc."""

from itertools import pairwise
from pathlib import Path

import pytest

from routing.network.errors import MapWithoutRoads
from routing.network.importing import import_osm
from routing.network.road_network import RoadNetwork
from tests.helpers.drawn_network import assert_consistent
from tests.helpers.osm_drawing import lon_lat
from tests.helpers.plain_driving import drive_from
from tests.helpers.random_roads import Town, random_town
from tests.helpers.slow_driving import Move, SlowCar, largest_groups, place

SEEDS = range(60)
"""A town takes 0.15 s of processor time."""


def moves_of_arcs(town: Town, network: RoadNetwork) -> list[tuple[Move, ...]]:
    """The segments that each arc drives, found again by their positions."""
    node_at = {tuple(round(degrees * 1e7) for degrees in lon_lat(x, y)): node for node, (x, y) in town.at_m.items()}
    found = []
    for arc in range(network.arc_count):
        edge = int(network.edge_of_arc[arc])
        points = slice(int(network.shape_first[edge]), int(network.shape_first[edge + 1]))
        nodes = [
            node_at[int(lon), int(lat)]
            for lon, lat in zip(network.shape_lon_e7[points], network.shape_lat_e7[points], strict=True)
        ]
        nodes = nodes if network.forward_arc[edge] == arc else nodes[::-1]
        way = int(network.osm_way_of_edge[edge])
        found.append(tuple((way, a, b) for a, b in pairwise(nodes)))
    return found


@pytest.mark.parametrize("block", range(6))
def test_times_are_those_of_slow_driving(tmp_path: Path, block: int) -> None:
    compared = 0
    for seed in SEEDS[block::6]:
        town = random_town(seed)
        town.write(tmp_path / f"{seed}.osm")
        try:
            imported = import_osm(tmp_path / f"{seed}.osm")
        except MapWithoutRoads:
            continue
        network = imported.network
        assert_consistent(network)
        moves = moves_of_arcs(town, network)
        car = SlowCar(town, {move for arc in moves for move in arc})
        report = f"{town.describe()}\n{imported.report}"
        if car.tied or len(largest_groups(set(car.all_moves), town)) > 1:
            continue
        assert_kept_what_hangs_together(car, imported.report.build.cut_off_edges, report)
        for arc in range(network.arc_count):
            private = bool(network.destination_only_of_edge[network.edge_of_arc[arc]])
            assert private == (moves[arc][0] not in car.public), f"{moves[arc]}\n{report}"
        for source in range(network.arc_count):
            fast = drive_from(network, [source]).ms_of_arcs()
            slow = car.times_from(moves[source])
            begin = int(network.duration_ms[source])
            for target in range(network.arc_count):
                if target == source:
                    continue
                ms = fast.get(target)
                seconds = slow.get(moves[target][-1])
                if ms is None or seconds is None:
                    alike = ms is seconds
                else:
                    alike = abs((ms - begin) / 1000 - seconds) <= max(0.1, 1e-4 * seconds)
                    compared += 1
                assert alike, f"{moves[source]} > {moves[target]}: {ms} ms, slowly {seconds}\n{report}"
    assert compared > 1000


def assert_kept_what_hangs_together(car: SlowCar, cut_off: int, report: str) -> None:
    """Nothing kept outside the largest part, nothing in it lost unless turn bans cut it off."""
    (largest,) = largest_groups(set(car.all_moves), car.town)
    inside = {
        move for move in car.all_moves if place(move, 1, car.town) in largest and place(move, 2, car.town) in largest
    }
    assert car.kept <= inside, report
    if cut_off == 0:
        assert car.kept == inside, report


def test_every_edge_is_reached_from_every_other(tmp_path: Path) -> None:
    for seed in SEEDS[::2]:
        town = random_town(seed)
        town.write(tmp_path / f"{seed}.osm")
        try:
            network = import_osm(tmp_path / f"{seed}.osm").network
        except MapWithoutRoads:
            continue
        for edge in range(network.edge_count):
            starts = [int(arc) for arc in (network.forward_arc[edge], network.backward_arc[edge]) if arc >= 0]
            reached = drive_from(network, starts).reached_ms
            edges = {int(network.edge_of_arc[network.arc_of_state[state]]) for state in reached}
            missing = set(range(network.edge_count)) - edges
            assert not missing, f"from edge {edge}: {missing}\n{town.describe()}"
