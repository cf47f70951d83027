"""What must be so of every path, on random networks."""

from itertools import pairwise
from pathlib import Path as File
from typing import Any

import numpy as np
import pytest

from app.schemas.osrm_step import steps_json
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import NoRoute
from routing.engine.path import Path
from routing.guidance.guide import CLASSES, Guide
from routing.guidance.kinds import ARRIVE, DEPART, KINDS
from routing.guidance.path_line import path_line
from routing.guidance.steps import guide_leg
from routing.network.car_profile import CarProfile
from routing.network.edge_shapes import snapped_points
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps
from tests.helpers.drawn_network import import_drawn
from tests.helpers.small_networks import random_network
from tests.helpers.told import path_by


def random_paths(network: RoadNetwork, seed: int, count: int) -> list[tuple[Path, Snaps]]:
    rng = np.random.default_rng(seed)
    engine, found = DijkstraEngine(network, threads=1), []
    for _ in range(count):
        edges = rng.integers(0, network.edge_count, 2).astype(np.int32)
        fractions = rng.choice([0.0, 1.0, rng.random(), rng.random()], 2).astype(np.float32)
        stops = Snaps(edges, fractions, np.zeros(2, np.float32))
        try:
            found.append((engine.paths_through(stops)[0], stops))
        except NoRoute:
            continue
    return found


@pytest.mark.parametrize("seed", range(25))
def test_steps_cover_the_path(seed: int) -> None:
    network = random_network(seed)
    guide = Guide.of(network)
    for path, _ in random_paths(network, seed, 20):
        steps = guide_leg(guide, path).steps
        assert [step.kind == DEPART for step in steps] == [True] + [False] * (len(steps) - 1)
        assert [step.kind == ARRIVE for step in steps] == [False] * (len(steps) - 1) + [True]
        assert all(KINDS[step.kind] for step in steps)
        assert (steps[0].begin, steps[-1].begin, steps[-1].end) == (0, path.arcs.size, path.arcs.size)
        for step, then in pairwise(steps):
            assert step.begin < step.end == then.begin, (seed, path)
        assert sum(step.duration_ms for step in steps) == path.duration_ms
        assert sum(step.distance_dm for step in steps) == path.distance_dm
        assert steps[-1].duration_ms == steps[-1].distance_dm == 0


@pytest.mark.parametrize("seed", range(25))
def test_the_line_follows_the_path(seed: int) -> None:
    network = random_network(seed)
    for path, stops in random_paths(network, seed, 20):
        line = path_line(network, path)
        assert line.first.size == path.arcs.size + 1
        assert line.first[0] == 0 and line.first[-1] == line.lon_e7.size - 1 and (np.diff(line.first) >= 0).all()
        assert ((np.diff(line.lon_e7) != 0) | (np.diff(line.lat_e7) != 0)).all(), "no point twice in a row"
        lon, lat = snapped_points(network, stops)
        ends = np.column_stack([line.lon_e7, line.lat_e7])[[0, -1]]
        assert np.abs(ends - np.column_stack([lon, lat]) * 1e7).max() <= 60, "float32 fractions are exact to 0.1 m"
        for i, arc in enumerate(path.arcs[:-1].tolist()):
            at = int(line.first[i + 1])
            junction = int(network.head[arc])
            assert (line.lon_e7[at], line.lat_e7[at]) == (network.lon_e7[junction], network.lat_e7[junction])


def test_a_leg_from_junction_to_junction_names_the_roads_that_are_driven(tmp_path: File) -> None:
    #  a--b==c--d      placed on a-b and on c-d by chance, nothing of which is driven
    ways = {way: {"name": way} for way in ("ab", "bc", "cd")}
    ways["bc"] |= {"toll": "yes", "highway": "primary"}
    found = import_drawn(tmp_path, "a--b--c--d", ways, profile=CarProfile(all_parts=True), scale=2)
    network = found.network
    ends = np.array([found.edges("ab")[0], found.edges("cd")[0]], np.int32)
    fractions = [float(network.head[network.forward_arc[ends[0]]] == found.junction("b")), 0.0]
    path = DijkstraEngine(network, threads=1).paths_through(
        Snaps(ends, np.array(fractions, np.float32), np.zeros(2, np.float32))
    )[0]
    assert path.arcs.size == 3
    steps = guide_leg(Guide.of(network), path).steps
    assert [(KINDS[step.kind], step.name) for step in steps] == [("depart", "bc"), ("arrive", "bc")]
    assert steps[0].junctions == (-1,), "nothing changes under way"


def test_where_classes_change_is_an_intersection(tmp_path: File) -> None:
    ways = {"ab": {"name": "x"}, "bc": {"name": "x", "toll": "yes"}, "cd": {"name": "x", "toll": "yes"}}
    found = import_drawn(tmp_path, "a--b--c--d", ways, profile=CarProfile(all_parts=True))
    path = path_by(found.network, [found.junction(letter) for letter in "abcd"])
    steps = guide_leg(Guide.of(found.network), path).steps
    assert [step.junctions for step in steps] == [(-1, 0), (2,)], "at b, not at c"


def test_classes_of_roads(tmp_path: File) -> None:
    ways = {"ab": {}, "bc": {"highway": "motorway", "toll": "yes"}, "cd": {"access": "private", "tunnel": "yes"}}
    found = import_drawn(tmp_path, "a--b--c--d", ways, profile=CarProfile(all_parts=True))
    codes = {way: int(Guide.of(found.network).classes[found.edges(way)[0]]) for way in ways}
    names = {way: [name for bit, name in enumerate(CLASSES) if code >> bit & 1] for way, code in codes.items()}
    assert names == {"ab": [], "bc": ["toll", "motorway"], "cd": ["restricted", "tunnel"]}


def test_how_names_are_spoken(tmp_path: File) -> None:
    #  a--b==c--d      b-c and c-d are one street, spoken in two ways where it turns
    #        |
    #        e
    ways = {"ab": {"name": "x"}, "bcd": {"name": "y", "name:pronunciation": "why"}}
    ways["ce"] = {"name": "y", "name:pronunciation": "wee"}
    found = import_drawn(tmp_path, "a--b--c--d\n      |\n      e", ways, profile=CarProfile(all_parts=True), scale=3)
    network = found.network
    spoken = {way: [network.spoken(edge) for edge in found.edges(way)] for way in ways}
    assert spoken == {"ab": [""], "bcd": ["why", "why"], "ce": ["wee"]}
    path = path_by(network, [found.junction(letter) for letter in "abce"])
    steps = guide_leg(Guide.of(network), path).steps
    assert [(step.name, step.pronunciation) for step in steps] == [("x", ""), ("y", "why"), ("y", "wee"), ("y", "wee")]
    signs = [list(step) for step in _written(network, path) if "pronunciation" in step]
    assert len(signs) == 3 and all(step.index("pronunciation") + 1 == step.index("name") for step in signs)


def _written(network: RoadNetwork, path: Path) -> list[dict[str, Any]]:
    guidance = guide_leg(Guide.of(network), path)
    return steps_json(guidance, path_line(network, path), "geojson", None, None)
