"""Compiling kernels ahead on several processors.

numba compiles in one thread, and all kernels take some 120 s of processor time. So each part is run once in a process
of its own, which leaves its kernels in the cache. What parts have in common may be compiled twice, to the same end.
"""

import hashlib
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from routing.jit import ROOT, cache_base, cache_folder, kernel_files
from routing.progress import Progress, silent

Part = Callable[[], None]
"""A function of a module, which runs kernels once."""


def compile_ahead(parts: Sequence[Part], processes: int, progress: Progress = silent) -> None:
    """Run `parts`, `processes` at a time, unless that was done for these very kernels before.

    Raises CalledProcessError with what the first failing part printed.
    """
    done = cache_base() / f"ready_{_all_hash()}"
    if done.exists():
        return
    running = _Running()
    with ThreadPoolExecutor(max(1, processes)) as pool:
        try:
            for number, _ in enumerate(pool.map(running.run, parts), 1):
                progress(number / len(parts), "compiling kernels")
        except BaseException:
            running.stop()
            raise
    done.touch()


class _Running:
    """The processes at work, so that they can be ended together."""

    def __init__(self) -> None:
        self._lock, self._processes, self._stopped = threading.Lock(), list[subprocess.Popen[str]](), False

    def run(self, part: Part) -> None:
        program = f"from {part.__module__} import {part.__name__} as part; part()"
        with self._lock:
            if self._stopped:
                return
            process = subprocess.Popen(
                [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            self._processes.append(process)
        printed = process.communicate()[0]
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, part.__name__, printed)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            for process in self._processes:
                process.terminate()


def _all_hash() -> str:
    names = "".join(cache_folder(file).name for file in kernel_files())
    return hashlib.sha256(names.encode()).hexdigest()[:16]
