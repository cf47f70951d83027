"""Places on junctions, on drawings and by the meaning of it: any street into them, any street away."""

from pathlib import Path

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.errors import NoRoute
from routing.engine.passing import best_places
from routing.network.car_profile import CarProfile
from routing.network.junction_streets import Choices, streets_away, streets_here
from routing.network.snapping import SnapIndex
from routing.network.snaps import Snaps
from tests.helpers.drawn_network import DrawnNetwork, import_drawn
from tests.helpers.osm_drawing import Tags, lon_lat

#  a-----c-----b      a column is 20 m, a line 30 m
#        |
#        d
PICTURE = "a---c---b\n    |\n    d"
PLACES = {"a": (0.0, 0.0), "c": (80.0, 0.0), "b": (160.0, 0.0), "d": (80.0, -60.0)}


def drawn(folder: Path, ways: dict[str, Tags]) -> DrawnNetwork:
    return import_drawn(folder, PICTURE, ways, profile=CarProfile(all_parts=True))


def snapped(found: DrawnNetwork, letters: str, *more: tuple[float, float]) -> Snaps:
    points = [lon_lat(*at) for at in [*(PLACES[letter] for letter in letters), *more]]
    return SnapIndex.build(found.network).snap(*np.array(points).T)


def streets(found: DrawnNetwork, choices: Choices, place: int) -> list[str]:
    """Ways of the choices but the last; each with the fraction where it is left or reached."""
    some, name = choices.of(place), {number: way for way, number in found.drawn.way_of_name.items()}
    ways = [name[int(way)] for way in found.network.osm_way_of_edge[some.edge[:-1]]]
    return sorted(f"{way} {fraction:g}" for way, fraction in zip(ways, some.fraction[:-1].tolist(), strict=True))


def everywhere(snaps: Snaps) -> np.ndarray:
    return np.ones(len(snaps), np.bool_)


def test_all_streets_of_the_junction(tmp_path: Path) -> None:
    found = drawn(tmp_path, {"ac": {"oneway": "yes"}, "cb": {}, "cd": {"oneway": "yes"}})
    snaps = snapped(found, "cb", (40.0, 0.0), (80.0, 2.0))
    away, here = (look(found.network, snaps, everywhere(snaps)) for look in (streets_away, streets_here))
    assert streets(found, away, 0) == ["cb 0", "cd 0"]
    assert streets(found, here, 0) == ["ac 1", "cb 0"], "against c-b it ends where that begins"
    assert (streets(found, away, 1), streets(found, here, 1)) == (["cb 1"], ["cb 1"])
    assert len(away.of(2)) == len(here.of(3)) == 1, "along a street, 2 m beside a junction"
    for choices in (away, here):
        for i in range(len(snaps)):
            last = choices.of(i).take(np.array([len(choices.of(i)) - 1], np.int32))
            assert (last.edge[0], last.fraction[0], last.ways[0]) == (snaps.edge[i], snaps.fraction[i], snaps.ways[i])
    assert len(streets_away(found.network, snaps, ~everywhere(snaps)).places) == len(snaps)
    some = away.take(np.array([3, 0, 0], np.int32))
    assert [len(some.of(i)) for i in range(3)] == [len(away.of(place)) for place in (3, 0, 0)]
    assert streets(found, some, 1) == streets(found, some, 2) == ["cb 0", "cd 0"]
    own = away.with_own({1: here.of(0)})
    assert (len(own.of(1)), own.of(1).edge[-1]) == (len(here.of(0)) + 1, snaps.edge[1])
    assert streets(found, own, 0) == streets(found, away, 0)


def test_neither_ferries_nor_private_streets_beside_others(tmp_path: Path) -> None:
    found = drawn(tmp_path, {"ac": {}, "cb": {"access": "private"}, "cd": {"route": "ferry"}})
    snaps = snapped(found, "cb")
    away, here = (look(found.network, snaps, everywhere(snaps)) for look in (streets_away, streets_here))
    assert streets(found, away, 0) == ["ac 1"]
    assert streets(found, here, 0) == ["ac 1", "cb 0"]
    assert streets(found, away, 1) == ["cb 1"], "nothing but private streets"


def test_journeys_from_a_junction_cost_no_turn_there(tmp_path: Path) -> None:
    found = drawn(tmp_path, {"ac": {}, "cb": {}, "cd": {}})
    engine = DijkstraEngine(found.network, threads=1)
    for letters in ("ca", "cb", "cd", "ac", "bc", "dc"):
        snaps = snapped(found, letters)
        options = [streets_away(found.network, snaps, everywhere(snaps)).of(0)]
        options += [streets_here(found.network, snaps, everywhere(snaps)).of(1)]
        path = engine.paths_through(best_places(engine, options, everywhere(snaps)))[0]
        metres = 60 if "d" in letters else 80
        assert path.distance_dm == pytest.approx(10 * metres, abs=1)
        assert path.duration_ms == pytest.approx(metres / 25 * 3600, abs=2), letters


def test_a_junction_on_the_way_is_passed_without_a_detour(tmp_path: Path) -> None:
    #  from a over c to b, where c was put on c-d
    found = drawn(tmp_path, {"ac": {}, "cb": {}, "cd": {}})
    snaps, engine = snapped(found, "acb"), DijkstraEngine(found.network, threads=1)
    middle = Snaps(np.array(found.edges("cd"), np.int32), np.zeros(1, np.float32), np.zeros(1, np.float32))
    snaps = Snaps.join([snaps.take(np.array([0], np.int32)), middle, snaps.take(np.array([2], np.int32))])
    here = streets_here(found.network, snaps, everywhere(snaps))
    best = best_places(engine, [here.of(i) for i in range(3)], everywhere(snaps))
    paths = engine.paths_through(best)
    assert sum(path.distance_dm for path in paths) == pytest.approx(1600, abs=2)
    assert paths[0].arcs[-1] == paths[1].arcs[0]
    as_it_is = best_places(engine, [snaps.take(np.array([i], np.int32)) for i in range(3)], everywhere(snaps))
    assert sum(path.distance_dm for path in engine.paths_through(as_it_is)) > 2700, "to d and back"


def test_no_place_that_leads_there(tmp_path: Path) -> None:
    found = drawn(tmp_path, {"ac": {"oneway": "yes"}, "cb": {}, "cd": {}})
    snaps, engine = snapped(found, "ca"), DijkstraEngine(found.network, threads=1)
    away, here = (look(found.network, snaps, everywhere(snaps)) for look in (streets_away, streets_here))
    with pytest.raises(NoRoute):
        best_places(engine, [away.of(0), here.of(1)], everywhere(snaps))
