import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from app.services.kept_arrays import KeptArrays


def never():
    raise AssertionError("made again")


def of(number):
    return lambda: {"numbers": np.full(5, number)}


def test_what_was_made_once_is_read_by_others(tmp_path):
    assert KeptArrays(tmp_path / "new", "tests", 3).of("a", of(1))["numbers"].tolist() == [1] * 5
    again = KeptArrays(tmp_path / "new", "tests", 3).of("a", never)["numbers"]
    assert again.tolist() == [1] * 5 and not again.flags.writeable
    KeptArrays(tmp_path / "new", "tests", 3).put("a", of(2)())
    assert KeptArrays(tmp_path / "new", "tests", 3).of("a", never)["numbers"].tolist() == [2] * 5


@pytest.mark.parametrize("damage", [b"", b"x" * 168])
def test_what_is_damaged_is_made_again(tmp_path, damage):
    kept = KeptArrays(tmp_path, "tests", 3)
    kept.of("a", of(1))
    (tmp_path / "a" / "numbers.npy").write_bytes(damage)
    assert kept.of("a", of(2))["numbers"].tolist() == [2] * 5
    assert kept.of("a", never)["numbers"].tolist() == [2] * 5


def test_the_least_recently_used_goes(tmp_path):
    kept = KeptArrays(tmp_path, "tests", 2)
    for age_s, name in ((30, "a"), (20, "b")):
        kept.put(name, of(0)())
        os.utime(tmp_path / name, (1e9 - age_s, 1e9 - age_s))
    kept.of("a", never)
    kept.put("c", of(0)())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]


def test_many_at_once_are_all_answered(tmp_path):
    """Two folders for four names: each may be forgotten by one while it is read by another."""
    kept = KeptArrays(tmp_path, "tests", 2)

    def ask(turn):
        number = turn % 4
        return set(kept.of(f"n{number}", of(number))["numbers"].tolist()) == {number}

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(200)))


def test_what_a_crashed_writer_left_goes_with_the_next_one(tmp_path):
    """Of whichever name; a living writer's stays (`test_many_at_once_are_all_answered`)."""
    left = tmp_path / ".gone.0123456789ab.staged"
    left.mkdir()
    KeptArrays(tmp_path, "tests", 2).put("a", of(1)())
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
