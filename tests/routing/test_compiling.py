"""Parts are run in processes of their own, once."""

import os
import subprocess
from pathlib import Path

import pytest

import routing.compiling
from routing.compiling import compile_ahead

NOTES = "ran.txt"


def note_process() -> None:
    with (Path(os.environ["NUMBA_CACHE_DIR"]) / NOTES).open("a") as notes:
        notes.write(f"{os.getpid()}\n")


def note_again() -> None:
    note_process()


def fail() -> None:
    raise ValueError("no compiler")


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.setattr(routing.compiling, "cache_base", lambda: tmp_path)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_each_part_has_a_process_and_runs_once(base):
    told = []
    compile_ahead([note_process, note_again], 2, lambda done, what: told.append(done))
    compile_ahead([note_process, note_again], 2)
    assert len(set((base / NOTES).read_text().split())) == 2
    assert told == [0.5, 1.0]


def test_other_kernels_run_again(base, monkeypatch):
    compile_ahead([note_process], 1)
    monkeypatch.setattr(routing.compiling, "kernel_files", lambda: [Path(__file__)])
    compile_ahead([note_process], 1)
    assert len((base / NOTES).read_text().split()) == 2


def test_a_failing_part_says_why_and_is_tried_again(base):
    for _ in range(2):
        with pytest.raises(subprocess.CalledProcessError) as failed:
            compile_ahead([fail, note_process], 1)
        assert "no compiler" in failed.value.output
