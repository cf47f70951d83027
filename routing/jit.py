"""The one place that calls numba's ``njit``.

numba's on-disk cache notices an edit of the file a kernel stands in, but not of a helper kernel in another file: the
caller keeps answering with the old code. So the cache folder is keyed by the hash of every ``*_kernels.py``.

The base folder is numba's own setting ``NUMBA_CACHE_DIR`` where given, else ``.beatplan/kernels`` in the checkout.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba
from numba.core import config

_NUMBA_SETTINGS = vars(config)  # set at import from the environment; numba declares no types for them
_ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = ("routing", "territories")

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def kernel_files() -> list[Path]:
    """Every file of kernels, sorted by path."""
    return sorted(path for package in _PACKAGES for path in (_ROOT / package).rglob("*_kernels.py"))


def _source_hash() -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    for path in [Path(__file__), *kernel_files()]:
        digest.update(path.relative_to(_ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _cache_folder() -> Path:
    chosen = str(_NUMBA_SETTINGS["CACHE_DIR"])
    base = Path(chosen) if chosen else _ROOT / ".beatplan" / "kernels"
    return base / _source_hash()


CACHE_FOLDER = _cache_folder()
_NUMBA_SETTINGS["CACHE_DIR"] = str(CACHE_FOLDER)


def kernel(function: Kernel) -> Kernel:
    """Compile on first call, cache on disk, release the interpreter lock while running."""
    return cast(Kernel, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
