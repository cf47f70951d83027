"""A stored hierarchy that is damaged is made again from its network, whoever opens it."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.hierarchy.stored import HIERARCHY, prepare_hierarchy, stored_hierarchy, write_hierarchy
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.network.array_folder import read_folder, write_folder
from routing.network.errors import StoreDamaged, StoreOfOtherVersion
from routing.network.road_network import RoadNetwork
from routing.network.store import NetworkStore, StoredNetwork
from tests.helpers.driving_truth import random_places
from tests.helpers.random_roads import random_town
from tests.routing.engine.test_hierarchy_engine import assert_same
from tests.routing.network.test_store import contents, cut, flip_a_bit


@pytest.fixture
def town(tmp_path: Path) -> Path:
    random_town(5).write(tmp_path / "town.osm")
    return tmp_path / "town.osm"


@pytest.fixture
def stored(tmp_path: Path, town: Path) -> StoredNetwork:
    return NetworkStore(tmp_path / "store", (HIERARCHY,)).ensure(town)


def folder_of(stored: StoredNetwork) -> Path:
    return stored.folder / HIERARCHY.folder_name


def assert_right(stored: StoredNetwork) -> None:
    network = stored.network
    places = random_places(network, 12, np.random.default_rng(1))
    fast = HierarchyEngine(network, stored_hierarchy(stored), threads=1)
    assert_same(fast, DijkstraEngine(network, threads=1), places, places, "after mending")


def test_a_flipped_bit_in_any_file_is_noticed(stored: StoredNetwork) -> None:
    for seed, path in enumerate(sorted(folder_of(stored).iterdir())):
        sound = path.read_bytes()
        flip_a_bit(path, seed)
        with pytest.raises((StoreDamaged, StoreOfOtherVersion)):
            stored.read(HIERARCHY)
        path.write_bytes(sound)
    stored.read(HIERARCHY)


@pytest.mark.parametrize("damage", [flip_a_bit, cut, Path.unlink])
@pytest.mark.parametrize("name", ["up_star_weight.npy", "rank_of_state.npy", "manifest.json"])
def test_what_is_damaged_is_made_again(
    stored: StoredNetwork, caplog: pytest.LogCaptureFixture, name: str, damage
) -> None:
    before = contents(stored.folder)
    damage(folder_of(stored) / name)
    assert_right(stored)
    assert contents(stored.folder) == before
    assert f"{HIERARCHY.folder_name}: damaged" in caplog.text


def test_the_store_mends_it_too(tmp_path: Path, stored: StoredNetwork, caplog: pytest.LogCaptureFixture) -> None:
    before = contents(stored.folder)
    flip_a_bit(folder_of(stored) / "up_head.npy")
    mended = NetworkStore(tmp_path / "store", (HIERARCHY,)).open(stored.id)
    assert contents(stored.folder) == before
    assert "up_head.npy does not match its checksum" in caplog.text
    assert_right(mended)


def test_one_of_another_network_is_not_taken(tmp_path: Path, stored: StoredNetwork) -> None:
    random_town(6).write(tmp_path / "other.osm")
    other = NetworkStore(tmp_path / "others", (HIERARCHY,)).ensure(tmp_path / "other.osm")
    assert other.network.state_count != stored.network.state_count
    for path in folder_of(stored).iterdir():
        path.unlink()
    for path in folder_of(other).iterdir():
        os.link(path, folder_of(stored) / path.name)
    assert_right(stored)


def one_turn_given_away(network: RoadNetwork) -> RoadNetwork:
    """As many turns: a state has one less, another may turn round."""
    count = np.diff(network.turn_first)
    heads = [part.tolist() for part in np.split(network.turn_head, network.turn_first[1:-1])]
    both = (network.forward_arc >= 0) & (network.backward_arc >= 0)
    there, back = network.forward_arc[both].tolist(), network.backward_arc[both].tolist()
    gets, new = next((arc, other) for arc, other in zip(there, back, strict=True) if other not in heads[arc])
    loses = next(state for state in range(network.state_count) if count[state] > 1 and state != gets)
    heads[gets].append(new)
    del heads[loses][0]
    first = np.cumsum([0, *map(len, heads)]).astype(np.int32)
    return replace(network, turn_first=first, turn_head=np.array([head for some in heads for head in some], np.int32))


def other_times(network: RoadNetwork) -> RoadNetwork:
    return replace(network, duration_ms=network.duration_ms[::-1])


def other_lengths(network: RoadNetwork) -> RoadNetwork:
    return replace(network, length_dm=network.length_dm + 7)


def other_turn_times(network: RoadNetwork) -> RoadNetwork:
    return replace(network, turn_ms=network.turn_ms + 3000)


@pytest.mark.parametrize("change", [one_turn_given_away, other_times, other_lengths, other_turn_times])
def test_one_of_a_network_with_as_many_turns_is_not_taken(
    stored: StoredNetwork, caplog: pytest.LogCaptureFixture, change: Callable[[RoadNetwork], RoadNetwork]
) -> None:
    other = change(stored.network)
    assert other.turn_head.size == stored.network.turn_head.size
    write_hierarchy(folder_of(stored), prepare_hierarchy(other), other)
    assert_right(stored)
    assert "of another network; made again" in caplog.text


def test_one_that_does_not_say_of_which_network_is_not_taken(
    stored: StoredNetwork, caplog: pytest.LogCaptureFixture
) -> None:
    """As they were written up to November 2026."""
    found = read_folder(folder_of(stored))
    write_folder(folder_of(stored), dict(found.arrays), {"holds": "hierarchy and metric"})
    assert_right(stored)
    assert "of another network; made again" in caplog.text


def test_a_sound_one_is_taken_as_it_is(stored: StoredNetwork, caplog: pytest.LogCaptureFixture) -> None:
    written = {path: path.stat().st_mtime_ns for path in folder_of(stored).iterdir()}
    assert_right(stored)
    assert {path: path.stat().st_mtime_ns for path in folder_of(stored).iterdir()} == written
    assert not caplog.text
