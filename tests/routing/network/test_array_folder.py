import json
import multiprocessing
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from routing.network import staging
from routing.network.array_folder import MANIFEST, read_folder, read_manifest, write_folder
from routing.network.errors import StoreDamaged, StoreMissing, StoreOfOtherVersion

ARRAYS = {"a": np.arange(5, dtype=np.int32), "empty": np.zeros((0, 3)), "flags": np.array([True, False])}


def names_beside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.iterdir())


def test_reads_back_what_was_written(tmp_path: Path) -> None:
    write_folder(tmp_path / "new" / "porto", ARRAYS, {"source": "porto", "counts": [1, 2], "name": "São"})
    found = read_folder(tmp_path / "new" / "porto")
    assert set(found.arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found.arrays[name], array)
        assert found.arrays[name].dtype == array.dtype
        assert not found.arrays[name].flags.writeable
    assert dict(found.manifest) == {"source": "porto", "counts": [1, 2], "name": "São"}
    assert read_manifest(tmp_path / "new" / "porto") == found.manifest
    assert names_beside(tmp_path / "new" / "porto") == ["porto"]


def test_replacing_keeps_open_arrays_readable(tmp_path: Path) -> None:
    folder = tmp_path / "porto"
    write_folder(folder, {"a": np.arange(100_000)}, {"version": 1})
    before = read_folder(folder)
    write_folder(folder, {"b": np.arange(3)}, {"version": 2})
    assert read_folder(folder).manifest["version"] == 2
    assert set(read_folder(folder).arrays) == {"b"}
    assert before.arrays["a"].sum() == 100_000 * 99_999 // 2
    assert names_beside(folder) == ["porto"]


@pytest.mark.parametrize("manifest", [{"not": {1, 2}}, {"nan": float("nan")}])
def test_failed_write_leaves_the_old_folder(tmp_path: Path, manifest: dict[str, object]) -> None:
    write_folder(tmp_path / "porto", ARRAYS, {"version": 1})
    with pytest.raises((TypeError, ValueError)):
        write_folder(tmp_path / "porto", ARRAYS, manifest)
    assert read_folder(tmp_path / "porto").manifest["version"] == 1
    assert names_beside(tmp_path / "porto") == ["porto"]


@pytest.mark.parametrize("name", ["../a", "a b", ""])
def test_array_names_are_identifiers(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        write_folder(tmp_path / "x", {name: np.arange(2)}, {})


def test_arrays_of_objects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="plain dtype"):
        write_folder(tmp_path / "x", {"a": np.array(["a", None])}, {})


def _write_until_killed(folder: Path) -> None:
    with staging.staged_folder(folder) as staged:
        (staged / "half.npy").write_bytes(b"x")
        os.kill(os.getpid(), signal.SIGKILL)


def test_leftovers_of_a_killed_writer_go_with_the_next_write(tmp_path: Path) -> None:
    folder = tmp_path / "porto"
    write_folder(folder, ARRAYS, {"version": 1})
    process = multiprocessing.get_context("spawn").Process(target=_write_until_killed, args=(folder,))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    assert len(names_beside(folder)) == 2, "the killed writer should have left its staged folder"
    assert read_folder(folder).manifest["version"] == 1
    write_folder(folder, ARRAYS, {"version": 2})
    assert names_beside(folder) == ["porto"]


def test_a_living_writer_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "porto"
    with staging.staged_folder(folder) as staged:
        (staged / "mine").write_text("1")
        write_folder(folder, ARRAYS, {"version": 1})
        assert (staged / "mine").exists()
    assert names_beside(folder) == ["porto"]
    assert (folder / "mine").exists()


def test_a_writer_killed_between_its_renames_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "porto"
    write_folder(folder, ARRAYS, {"version": 1})
    folder.rename(tmp_path / ".porto.0123456789ab.replaced")
    assert read_folder(folder).manifest["version"] == 1
    assert names_beside(folder) == ["porto"]


def test_leftovers_of_a_longer_name_are_not_mine(tmp_path: Path) -> None:
    write_folder(tmp_path / "porto.old", ARRAYS, {})
    (tmp_path / "porto.old").rename(tmp_path / ".porto.old.0123456789ab.replaced")
    with pytest.raises(StoreMissing):
        read_folder(tmp_path / "porto")
    write_folder(tmp_path / "porto", ARRAYS, {})
    assert read_folder(tmp_path / "porto.old")


def _change_manifest(folder: Path, **changes: object) -> None:
    document = json.loads((folder / MANIFEST).read_bytes())
    (folder / MANIFEST).write_text(json.dumps(document | changes))


DAMAGES = {
    "array missing": lambda f: (f / "a.npy").unlink(),
    "array truncated": lambda f: os.truncate(f / "a.npy", 130),
    "array empty": lambda f: os.truncate(f / "a.npy", 0),
    "array is text": lambda f: (f / "a.npy").write_text("no array"),
    "array of another type": lambda f: np.save(f / "a.npy", np.arange(5.0)),
    "array of another length": lambda f: np.save(f / "a.npy", np.arange(6, dtype=np.int32)),
    "manifest missing": lambda f: (f / MANIFEST).unlink(),
    "manifest truncated": lambda f: os.truncate(f / MANIFEST, 40),
    "manifest binary": lambda f: (f / MANIFEST).write_bytes(b"\xff\xfe\x00"),
    "manifest nested without end": lambda f: (f / MANIFEST).write_text("[" * 100_000),
    "manifest of a list": lambda f: (f / MANIFEST).write_text("[]"),
    "manifest without arrays": lambda f: _change_manifest(f, arrays=None),
    "manifest leads out of the folder": lambda f: _change_manifest(f, arrays={"../a": {}}),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_one_clear_error(tmp_path: Path, damage) -> None:
    folder = tmp_path / "porto"
    write_folder(folder, ARRAYS, {})
    damage(folder)
    with pytest.raises(StoreDamaged) as caught:
        read_folder(folder)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_flipped_bit_anywhere_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "porto"
    write_folder(folder, {**ARRAYS, "long": np.arange(3000.0)}, {"name": "São", "counts": [1, 2]})
    rng = np.random.default_rng(1)
    for path in sorted(folder.iterdir()):
        sound = path.read_bytes()
        for bit in rng.integers(0, 8 * len(sound), 200 if path.name == MANIFEST else 30):
            damaged = bytearray(sound)
            damaged[bit // 8] ^= 1 << bit % 8
            path.write_bytes(damaged)
            with pytest.raises((StoreDamaged, StoreOfOtherVersion)):
                read_folder(folder)
        path.write_bytes(sound)
    read_folder(folder)


def test_missing_and_other_version(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        read_folder(tmp_path / "nowhere" / "porto")
    write_folder(tmp_path / "porto", ARRAYS, {})
    _change_manifest(tmp_path / "porto", format_version=99)
    with pytest.raises(StoreOfOtherVersion, match="99"):
        read_folder(tmp_path / "porto")
