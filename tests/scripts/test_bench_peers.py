"""Peers in processes of their own: asked, timed, and told missing where they cannot answer."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from scripts.bench import peer_venv
from scripts.bench.peer_process import PeerProcess, prepare
from scripts.bench.peer_venv import PeerMissing, interpreter, python_with, requirements_of
from scripts.bench.peers.worker import run_phase

FAKE = "tests.helpers.fake_peer"
LON, LAT = np.array([0.0, 0.3, 0.3]), np.array([0.0, 0.0, 0.4])


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[PeerProcess]:
    assert prepare(Path(sys.executable), FAKE, Path("map.osm"), tmp_path) == [{"phase": "made", "wall_s": 0.1}]
    process = PeerProcess(Path(sys.executable), FAKE, tmp_path)
    yield process
    process.close()


def test_matrix_comes_as_arrays_with_its_times(fake: PeerProcess) -> None:
    told, arrays = fake.matrix(LON, LAT, 1, 3, distances=True)
    np.testing.assert_allclose(arrays["duration_s"], [[300, 0, 400], [500, 400, 0]])
    np.testing.assert_allclose(arrays["distance_m"], 20 * arrays["duration_s"])
    assert told["wall_s"] >= 0.02 > told["convert_s"] >= 0
    assert told["cpu_s"] >= told["convert_cpu_s"]
    assert fake.opened["version"] == "fake 1"


def test_without_distances_there_are_none(fake: PeerProcess) -> None:
    assert fake.matrix(LON, LAT, 0, 3, distances=False)[1].keys() == {"duration_s"}


def test_single_questions_are_timed_one_by_one(fake: PeerProcess) -> None:
    told = fake.ask("nearest", LON, LAT)
    np.testing.assert_allclose(told["values"], LON + LAT)
    assert len(told["wall_s"]) == len(told["cpu_s"]) == 3


def test_blocks_cover_every_cell_once(fake: PeerProcess) -> None:
    assert fake.ask("stream", LON, LAT, rows=2, distances=False)["cells"] == 9


def test_what_a_peer_cannot_do_is_missing_and_it_goes_on(fake: PeerProcess) -> None:
    with pytest.raises(PeerMissing, match="no route"):
        fake.ask("route", LON, LAT)
    with pytest.raises(PeerMissing, match="ValueError: no such longitude"):
        fake.matrix(LON + 200, LAT, 0, 3, distances=False)
    assert fake.matrix(LON, LAT, 0, 1, distances=False)[1]["duration_s"].shape == (1, 3)
    assert fake.memory_mb()["rss"] > 1


def test_a_peer_that_dies_is_missing(fake: PeerProcess) -> None:
    with pytest.raises(PeerMissing, match="ended"):
        fake.matrix(LON + 175, LAT, 0, 3, distances=False)


def test_a_peer_that_does_not_open_is_missing_with_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(PeerMissing, match="nothing was prepared"):
        PeerProcess(Path(sys.executable), FAKE, tmp_path)


def test_preparing_that_fails_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PeerMissing, match=r"No module named .*no_such_peer"):
        prepare(Path(sys.executable), "tests.helpers.no_such_peer", Path("map.osm"), tmp_path)


def test_phases_are_measured_and_failing_ones_told() -> None:
    busy = "x = bytearray(60_000_000)\nfor _ in range(2_000_000): pass"
    phase = run_phase("busy", [sys.executable, "-c", busy])
    assert phase["phase"] == "busy"
    assert 0 < phase["cpu_s"] <= phase["wall_s"] * 2
    assert phase["peak_mb"] > 57
    with pytest.raises(RuntimeError, match="broken ended with 7: why"):
        run_phase("broken", [sys.executable, "-c", "print('why'); raise SystemExit(7)"])


def test_requirements_name_their_peers() -> None:
    lines = "# all about it\nnumpy==1\nfast==2  # fast faster\nslow==3  # slow\n"
    assert requirements_of("fast", lines) == ["numpy==1", "fast==2"]
    assert requirements_of("faster", lines) == ["numpy==1", "fast==2"]
    assert requirements_of("slow", lines) == ["numpy==1", "slow==3"]


def test_without_a_later_python_peers_are_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    with pytest.raises(PeerMissing, match=r"no Python 3\.12, 3\.13, 3\.14 found"):
        python_with("osrm", tmp_path)


def test_an_interpreter_is_taken_only_if_it_runs_and_fits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def program(path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return path

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    program(tmp_path / "python3.13", "echo 'version 3.13 is not chosen' >&2; exit 127")
    program(tmp_path / "python3.12", "echo 3 11")
    right = program(tmp_path / "pyenv" / "versions" / "3.12.4" / "bin" / "python3.12", "echo 3 12")
    assert interpreter() == str(right)


def test_what_cannot_be_installed_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nif [ "$1" = "-c" ]; then echo 3 12; else echo "no such wheel" >&2; exit 1; fi\n')
    python.chmod(0o755)
    with pytest.raises(PeerMissing, match=r"installing numpy.* failed: no such wheel"):
        python_with("osrm", tmp_path)
    assert list(peer_venv.REQUIREMENTS.read_text().splitlines())
