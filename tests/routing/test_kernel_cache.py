"""What several processes keep of one kernel at the same time."""

import multiprocessing
from pathlib import Path

import pytest

from routing.jit import OneAtATime

SIGNATURES = 40


def keep(folder: str, number: int, begin: object) -> None:
    """As a process that compiles one kernel for many signatures."""
    file = OneAtATime(folder, "kernel-1.py311", "stamp")
    begin.wait()  # type: ignore[attr-defined]
    for i in range(SIGNATURES):
        file.save((number, i), f"code of {number} {i}")


def kept_at_once(folder: Path, processes: int) -> dict[tuple[int, int], object]:
    context = multiprocessing.get_context("fork")
    begin = context.Barrier(processes)
    running = [context.Process(target=keep, args=(str(folder), number, begin)) for number in range(processes)]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
        assert process.exitcode == 0
    read = OneAtATime(str(folder), "kernel-1.py311", "stamp")
    return {(number, i): read.load((number, i)) for number in range(processes) for i in range(SIGNATURES)}


def expected(processes: int) -> dict[tuple[int, int], object]:
    return {(number, i): f"code of {number} {i}" for number in range(processes) for i in range(SIGNATURES)}


@pytest.mark.parametrize("processes", [2, 5])
def test_each_signature_keeps_its_own_code(tmp_path: Path, processes: int) -> None:
    """With numba's own class it fails nearly every time: what is kept is another's, or nothing."""
    assert kept_at_once(tmp_path, processes) == expected(processes)
