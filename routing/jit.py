"""The one place that calls numba's ``njit``, and where compiled kernels are kept.

numba's own cache notices an edit of the file a kernel stands in, but not of a kernel or a constant that it takes from
another file: the caller keeps answering with the old code. So each file of kernels has a folder that is named by the
hash of all that its kernels are made of. An edit compiles what depends on it, and a checkout at another
place shares what is alike (all kernels anew take about 95 s of processor time).

The base folder is numba's own setting ``NUMBA_CACHE_DIR`` where given, else ``.beatplan/kernels`` in the checkout.
"""

import ast
import fcntl
import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import numba
from numba.core import caching, config, types
from numba.core.caching import _CacheLocator
from numba.np import arrayobj

_NUMBA_SETTINGS = vars(config)  # set at import from the environment; numba declares no types for them
ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""
_PACKAGES = ("routing", "territories", "app")
_KERNELS = "_kernels.py"

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def cache_base() -> Path:
    """The folder of all compiled kernels."""
    chosen = str(_NUMBA_SETTINGS["CACHE_DIR"])
    return Path(chosen) if chosen else ROOT / ".beatplan" / "kernels"


def cache_folder(file: Path) -> Path:
    """Where the compiled kernels of ``file`` are: a name that changes with whatever they are made of."""
    return cache_base() / f"{file.stem}_{_made_of_hash(file)}"


def kernel_files() -> list[Path]:
    """Every file of kernels, sorted by path."""
    return sorted(path for package in _PACKAGES for path in (ROOT / package).rglob(f"*{_KERNELS}"))


@cache
def _made_of_hash(file: Path) -> str:
    checked = bool(_NUMBA_SETTINGS["BOUNDSCHECK"])
    digest = hashlib.sha256(f"{numba.__version__} {checked}".encode())
    for path in sorted(made_of(file) | {Path(__file__).resolve()}):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def made_of(file: Path) -> set[Path]:
    """``file``, the files of kernels it takes from, theirs, the files all of these take constants from, and so on."""
    found, waiting = {file}, [file]
    while waiting:
        path = waiting.pop()
        new = (_imported(path) if path.name.endswith(_KERNELS) else _made_from(path)) - found
        found |= new
        waiting += new
    return found


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_bytes())


@cache
def _imported(file: Path) -> frozenset[Path]:
    """The files of ours that ``file`` takes anything from."""
    return frozenset(path for paths in _sources(file).values() for path in paths)


@cache
def _made_from(file: Path) -> frozenset[Path]:
    """The files of ours that the constants of ``file`` are made from.

    Not all that it imports: its functions and classes are no part of a kernel, and an edit of what they use would
    compile the half of all kernels for nothing. Those that a constant is made by count.
    """
    uses, waiting = dict[str, set[str]](), list[str]()
    for statement in _tree(file).body:
        names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            uses[statement.name] = names
        elif not isinstance(statement, ast.Import | ast.ImportFrom):
            waiting += names
    mentioned = set[str]()
    while waiting:
        name = waiting.pop()
        if name not in mentioned:
            mentioned.add(name)
            waiting += uses.get(name, ())
    return frozenset(path for name, paths in _sources(file).items() if name in mentioned for path in paths)


def _sources(file: Path) -> dict[str, set[Path]]:
    """Which files of ours the names that ``file`` imports come from, at its top level."""
    found = dict[str, set[Path]]()
    for node in _tree(file).body:  # walking all of the tree took 0.2 s of a server's 1.8 s to start
        if isinstance(node, ast.ImportFrom) and node.module:
            path = ROOT.joinpath(*node.module.split(".")).with_suffix(".py")
            if path.relative_to(ROOT).parts[0] in _PACKAGES and path.is_file():
                for alias in node.names:
                    found.setdefault(alias.asname or alias.name, set()).add(path)
    return found


class KernelCache(_CacheLocator):
    """Tells numba the folder of a kernel; numba asks it first, for the files of this project only."""

    def __init__(self, function: Callable[..., object], file: Path) -> None:
        self._folder, self._line = cache_folder(file), function.__code__.co_firstlineno
        self._py_file = str(file)  # numba names it where a kernel cannot be cached

    def get_cache_path(self) -> str:
        return str(self._folder)

    def get_source_stamp(self) -> str:
        return self._folder.name

    def get_disambiguator(self) -> str:
        return str(self._line)

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> Self | None:
        file = Path(py_file).resolve()
        if not file.is_relative_to(ROOT) or file.relative_to(ROOT).parts[0] not in _PACKAGES:
            return None
        locator = cls(py_func, file)
        locator._folder.mkdir(parents=True, exist_ok=True)
        return locator


_ORDINARY = str(_NUMBA_SETTINGS["CACHE_LOCATOR_CLASSES"]) or (
    "UserProvidedCacheLocator,InTreeCacheLocator,UserWideCacheLocator,IPythonCacheLocator,ZipCacheLocator"
)
_NUMBA_SETTINGS["CACHE_LOCATOR_CLASSES"] = f"{__name__}.{KernelCache.__name__},{_ORDINARY}"


class OneAtATime(caching.IndexDataCacheFile):
    """Has processes that compile at the same time write one after the other.

    numba numbers what it keeps of a kernel, one file a signature, and reads and writes the list of them without a lock.
    Two processes that compile a kernel for two signatures may take one number for both, and the machine code of one
    answers for the other from then on: matrices of keys were seen that were worked out as if they were milliseconds.
    """

    def save(self, key: object, data: object) -> None:
        """Where the folder cannot be locked (another user's, some network drives) nothing is kept."""
        with suppress(OSError), (Path(self._cache_path) / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            cast(Any, super()).save(key, data)


vars(caching)["IndexDataCacheFile"] = OneAtATime


def _refuse_negative_indexes() -> None:
    """Have checked kernels take an index below 0 as out of bounds.

    numba counts it from the end, as Python does, before it checks. In kernels a negative index is a sentinel that
    nobody looked at; none of them is meant to count from the end.
    """

    def as_it_is(context: Any, builder: Any, index_type: Any, index: Any, _size: Any) -> Any:
        return context.cast(builder, index, index_type, types.intp)

    vars(arrayobj)["fix_integer_index"] = as_it_is


if _NUMBA_SETTINGS["BOUNDSCHECK"]:
    _refuse_negative_indexes()


def kernel(function: Kernel) -> Kernel:
    """Compile on first call, cache on disk, release the interpreter lock while running."""
    return cast(Kernel, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
