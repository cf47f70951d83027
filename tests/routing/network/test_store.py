import multiprocessing
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import routing.network.store as store_module
from routing.network.array_folder import read_folder, write_folder
from routing.network.car_profile import CarProfile
from routing.network.errors import MapFileUnreadable, MapWithoutRoads, StoreDamaged, StoreMissing, StoreOfOtherVersion
from routing.network.importing import ImportedNetwork
from routing.network.store import MapSource, NetworkStore, Part
from routing.progress import Progress
from tests.helpers.osm_drawing import draw
from tests.helpers.random_roads import random_town
from tests.helpers.real_maps import RealMaps


@pytest.fixture
def town(tmp_path: Path) -> Path:
    random_town(3).write(tmp_path / "My Town.osm")
    return tmp_path / "My Town.osm"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_ensure_imports_once(tmp_path: Path, town: Path) -> None:
    store = NetworkStore(tmp_path / "store", clock=time.perf_counter)
    first = store.ensure(town)
    written = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")}
    again = store.ensure(town)
    assert again.id == first.id
    assert first.id.startswith("my-town-")
    assert {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")} == written
    assert [entry[0] for entry in store.list()] == [first.id]
    assert first.manifest["source"]["name"] == "My Town.osm"
    assert first.manifest["report"]["build"]["arcs"] == first.network.arc_count
    assert first.manifest["report"]["phase_s"]["read"] > 0
    assert not first.network.duration_ms.flags.writeable
    np.testing.assert_array_equal(store.load(first.id).network.turn_ms, first.network.turn_ms)


def test_other_content_and_other_rules_are_other_networks(tmp_path: Path, town: Path) -> None:
    store = NetworkStore(tmp_path / "store")
    ids = {store.ensure(town).id, store.ensure(town, CarProfile(turn_ms=0)).id}
    random_town(4).write(town)
    ids.add(store.ensure(town).id)
    assert len(ids) == 3
    assert {entry[0] for entry in store.list()} == ids


@pytest.mark.parametrize("damage", ["truncate", "delete", "version", "misfit", "extra"])
def test_damage_is_told_by_load_and_mended_by_ensure(tmp_path: Path, town: Path, damage: str) -> None:
    store = NetworkStore(tmp_path / "store")
    stored = store.ensure(town)
    turns = stored.network.turn_ms.tolist()
    roads = stored.folder / "roads"
    if damage == "truncate":
        os.truncate(roads / "head.npy", 130)
    elif damage == "delete":
        (roads / "manifest.json").unlink()
    else:
        found = read_folder(roads)
        arrays = {name: np.array(array) for name, array in found.arrays.items()}
        if damage == "misfit":
            arrays["first_out"] = arrays["first_out"][:-1]
        elif damage == "extra":
            arrays["surprise"] = np.arange(3)
        versions = {"network_version": 0} if damage == "version" else {}
        write_folder(roads, arrays, {**found.manifest, **versions})
    with pytest.raises(StoreOfOtherVersion if damage == "version" else StoreDamaged):
        store.load(stored.id)
    assert store.ensure(town).network.turn_ms.tolist() == turns
    assert store.load(stored.id).network.turn_ms.tolist() == turns


@pytest.mark.parametrize("network_id", ["nothing", "", "..", "../store", "a/b", ".hidden"])
def test_unknown_ids(tmp_path: Path, town: Path, network_id: str) -> None:
    store = NetworkStore(tmp_path / "store")
    store.ensure(town)
    with pytest.raises(StoreMissing):
        store.load(network_id)
    assert NetworkStore(tmp_path / "elsewhere").list() == ()


def test_a_bad_file_leaves_the_store_untouched(tmp_path: Path, town: Path) -> None:
    store = NetworkStore(tmp_path / "store")
    store.ensure(town)
    before = contents(tmp_path / "store")
    bad = tmp_path / "bad.osm"
    bad.write_bytes(town.read_bytes()[:2000])
    with pytest.raises(MapFileUnreadable):
        store.ensure(bad)
    with pytest.raises(MapWithoutRoads):
        store.ensure(draw(tmp_path, "a--b", {"ab": {"highway": "footway"}}).path)
    assert contents(tmp_path / "store") == before
    assert len(list((tmp_path / "store").iterdir())) == 1


def _write_count(folder: Path, source: MapSource, progress: Progress) -> None:
    progress(0.5, "counting")
    write_folder(folder, {"count": np.array([source.network.arc_count])}, {})


def _read_count(folder: Path) -> int:
    return int(read_folder(folder).arrays["count"][0])


COUNT = Part("count", 1, _write_count, _read_count)


def flip_a_bit(path: Path, seed: int = 0) -> None:
    data = bytearray(path.read_bytes())
    rng = np.random.default_rng(seed)
    data[rng.integers(len(data))] ^= 1 << int(rng.integers(8))
    path.write_bytes(data)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def test_a_flipped_bit_in_any_file_is_noticed(tmp_path: Path, town: Path) -> None:
    store = NetworkStore(tmp_path / "store")
    stored = store.ensure(town)
    for seed, path in enumerate(sorted((stored.folder / "roads").iterdir())):
        sound = path.read_bytes()
        flip_a_bit(path, seed)
        with pytest.raises((StoreDamaged, StoreOfOtherVersion), match="roads"):
            store.load(stored.id)
        path.write_bytes(sound)
    store.load(stored.id)


@pytest.mark.parametrize("damage", [flip_a_bit, cut, Path.unlink])
def test_what_is_flipped_cut_or_gone_is_made_again(
    tmp_path: Path, town: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    store = NetworkStore(tmp_path / "store", parts=(COUNT,))
    stored = store.ensure(town)
    before = contents(stored.folder)
    for name in ("roads/turn_ms.npy", "roads/manifest.json", "count-v1/count.npy", "count-v1/manifest.json", "source"):
        caplog.clear()
        damage(stored.folder / name)
        assert store.ensure(town).read(COUNT) == stored.network.arc_count
        assert contents(stored.folder) == before, name
        assert name == "source" or f"{name.split('/')[0]}: damaged" in caplog.text


def test_whoever_knows_the_id_alone_gets_what_is_damaged_made_again(
    tmp_path: Path, town: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = NetworkStore(tmp_path / "store", parts=(COUNT,))
    stored = store.ensure(town)
    before = contents(stored.folder)
    for name in ("roads/head.npy", "roads/manifest.json", "count-v1/count.npy"):
        caplog.clear()
        flip_a_bit(stored.folder / name)
        assert store.open(stored.id).read(COUNT) == stored.network.arc_count
        assert contents(stored.folder) == before
        assert "damaged" in caplog.text
    shutil.rmtree(stored.folder / "roads")
    assert store.open(stored.id).network.arc_count == stored.network.arc_count


def test_another_map_file_mends_nothing(tmp_path: Path, town: Path) -> None:
    store = NetworkStore(tmp_path / "store", parts=(COUNT,))
    stored = store.ensure(town)
    random_town(4).write(town)
    flip_a_bit(stored.folder / "count-v1" / "count.npy")
    opened = store.open(stored.id)  # its roads are sound
    with pytest.raises(StoreDamaged, match="count"):
        opened.read(COUNT)
    flip_a_bit(stored.folder / "roads" / "head.npy")
    with pytest.raises(StoreDamaged, match=r"head\.npy"):
        store.open(stored.id)
    town.unlink()
    with pytest.raises(StoreDamaged, match=r"head\.npy"):
        store.open(stored.id)


def _ensure(root: Path, town: Path, told: "Queue[int]") -> None:
    told.put(int(NetworkStore(root, parts=(COUNT,)).ensure(town).read(COUNT)))


@pytest.mark.parametrize("damaged", [None, "roads/head.npy", "count-v1/count.npy"])
def test_processes_that_find_the_same_damage_at_once(tmp_path: Path, town: Path, damaged: str | None) -> None:
    store = NetworkStore(tmp_path / "store", parts=(COUNT,))
    arcs = store.ensure(town).network.arc_count
    folder = next((tmp_path / "store").iterdir())
    before = contents(folder)
    if damaged is None:
        shutil.rmtree(folder)
    else:
        flip_a_bit(folder / damaged)
    context = multiprocessing.get_context("fork")
    told: Queue[int] = context.Queue()
    processes = [context.Process(target=_ensure, args=(tmp_path / "store", town, told)) for _ in range(4)]
    for process in processes:
        process.start()
    assert [told.get(timeout=60) for _ in processes] == [arcs] * 4
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    assert [path.name for path in (tmp_path / "store").iterdir()] == [folder.name]
    assert contents(folder) == before


def test_parts_come_with_the_import(tmp_path: Path, town: Path) -> None:
    stored = NetworkStore(tmp_path / "store", parts=(COUNT,)).ensure(town)
    assert stored.read(COUNT) == stored.network.arc_count
    assert sorted(path.name for path in stored.folder.iterdir()) == ["count-v1", "roads", "source"]


def test_parts_are_added_to_what_is_stored(tmp_path: Path, town: Path) -> None:
    plain = NetworkStore(tmp_path / "store").ensure(town)
    with pytest.raises(StoreMissing):
        plain.read(COUNT)
    roads = contents(plain.folder / "roads")
    stored = NetworkStore(tmp_path / "store", parts=(COUNT,)).ensure(town)
    assert stored.id == plain.id
    assert stored.read(COUNT) == stored.network.arc_count
    assert contents(stored.folder / "roads") == roads


def test_a_part_that_fails_or_is_cancelled_leaves_nothing(tmp_path: Path, town: Path) -> None:
    def fail(folder: Path, source: MapSource, progress: Progress) -> None:
        folder.mkdir()
        (folder / "half").write_text("x")
        raise InterruptedError

    store = NetworkStore(tmp_path / "store", parts=(COUNT, Part("broken", 1, fail, _read_count)))
    with pytest.raises(InterruptedError):
        store.ensure(town)
    assert list((tmp_path / "store").iterdir()) == []


def test_two_imports_at_once_agree(tmp_path: Path, town: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: NetworkStore(tmp_path / "store", parts=(COUNT,)).ensure(town), range(8)))
    assert len({stored.id for stored in found}) == 1
    for stored in found:
        np.testing.assert_array_equal(stored.network.turn_ms, found[0].network.turn_ms)
        assert stored.read(COUNT) == stored.network.arc_count
    assert [path.name for path in (tmp_path / "store").iterdir()] == [found[0].id]


def test_a_folder_that_vanishes_is_imported_again(tmp_path: Path, town: Path) -> None:
    store = NetworkStore(tmp_path / "store")
    stored = store.ensure(town)
    shutil.rmtree(stored.folder)
    assert store.ensure(town).id == stored.id


@pytest.mark.parametrize(("name", "junctions", "limit_s"), [("porto", 63_000, 15), ("iceland", 76_000, 60)])
def test_real_extracts(real_maps: RealMaps, name: str, junctions: int, limit_s: float) -> None:
    """In processor time, as other tests run beside this one."""
    stored = real_maps[name]
    assert 0 < sum(stored.manifest["report"]["phase_s"].values()) < limit_s
    assert stored.network.junction_count == pytest.approx(junctions, rel=0.02)
    begin = time.process_time()
    NetworkStore(stored.folder.parent).load(stored.id)
    assert time.process_time() - begin < 0.5


def test_many_that_find_the_same_damage_make_it_once(
    tmp_path: Path, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every process of a server imports the map beside the others."""
    store = NetworkStore(tmp_path / "store", parts=(COUNT,))
    stored = store.ensure(town)
    flip_a_bit(stored.folder / "roads/head.npy")
    imported = []
    real = store_module.import_osm

    def slowly(*given: Any) -> ImportedNetwork:
        imported.append(given)
        time.sleep(0.3)
        return real(*given)

    monkeypatch.setattr(store_module, "import_osm", slowly)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: NetworkStore(tmp_path / "store", parts=(COUNT,)).open(stored.id), range(6)))
    assert len(imported) == 1
    assert all(one.read(COUNT) == stored.network.arc_count for one in found)
    assert [path.name for path in (tmp_path / "store").iterdir()] == [stored.id]


@pytest.mark.parametrize("damage", [flip_a_bit, cut, Path.unlink])
def test_a_damaged_note_of_the_map_file_is_told_on_opening(
    tmp_path: Path, town: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    store = NetworkStore(tmp_path / "store")
    stored = store.ensure(town)
    store.open(stored.id)
    assert not caplog.records
    damage(stored.folder / "source")
    assert store.open(stored.id).network.arc_count == stored.network.arc_count
    assert "source: missing or damaged" in caplog.text
    store.ensure(town)
    caplog.clear()
    store.open(stored.id)
    assert not caplog.records, "an import notes it anew"
