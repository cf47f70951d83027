"""A folder of arrays on disk: one .npy a file, and a manifest.

porto/
  manifest.json       format version, dtype, shape and checksum of every array, and what the writer has to say
  duration_ms.npy     memory-mapped when read: processes share the pages
  ...

A process reads every file through once to compare it with its checksum (38 ms of processor time for the 59 MB of
Porto's roads and hierarchy), so that a flipped bit is an error and no wrong answer.
"""

import json
import os
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from routing.network.errors import StoreDamaged, StoreMissing, StoreOfOtherVersion
from routing.network.staging import reading, staged_folder

FORMAT_VERSION = 2
MANIFEST = "manifest.json"

_BUFFER_BYTES = 1 << 20

AnyArray = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class ArrayFolder:
    """What `read_folder` found: read-only memory-mapped arrays by name, and the writer's manifest."""

    arrays: MappingProxyType[str, AnyArray]
    manifest: MappingProxyType[str, Any]


def write_folder(folder: Path, arrays: dict[str, AnyArray], manifest: dict[str, object]) -> None:
    """Write `arrays` and `manifest` (plain JSON values) as `folder`, whole or not at all.

    An existing folder is replaced; processes that have it open keep reading the old arrays. What crashed writers of the
    same folder left beside it is deleted. Raises ValueError for a name that is no identifier or an array of objects.
    """
    for name, array in arrays.items():
        if not name.isidentifier() or array.dtype.hasobject:
            raise ValueError(f"array {name!r} of {array.dtype}: needs an identifier as name and a plain dtype")
    with staged_folder(folder) as staged:
        described = {}
        for name, array in arrays.items():
            path = staged / f"{name}.npy"
            with path.open("xb") as file:
                np.save(file, array, allow_pickle=False)
                _to_disk(file)
            described[name] = {**_form(array), "crc32": _crc32_of(path)}
        document: dict[str, Any] = {"format_version": FORMAT_VERSION, "arrays": described, "manifest": manifest}
        with (staged / MANIFEST).open("xb") as file:
            file.write(_text_of({**document, "crc32": zlib.crc32(_text_of(document))}))
            _to_disk(file)


def read_folder(folder: Path) -> ArrayFolder:
    """Open `folder`, all of it checked. Raises StoreMissing, StoreDamaged or StoreOfOtherVersion."""
    with reading(folder):
        document = _read_document(folder)
        arrays = {name: _map_array(folder, name, about) for name, about in document["arrays"].items()}
    return ArrayFolder(MappingProxyType(arrays), MappingProxyType(document["manifest"]))


def read_manifest(folder: Path) -> MappingProxyType[str, Any]:
    """Only the manifest of `folder`, with the errors of `read_folder` that it can show."""
    with reading(folder):
        return MappingProxyType(_read_document(folder)["manifest"])


def _to_disk(file: BinaryIO) -> None:
    """Before the rename, else a power cut leaves a complete-looking folder of empty files."""
    file.flush()
    os.fsync(file.fileno())


def _form(array: AnyArray) -> dict[str, object]:
    return {"dtype": array.dtype.str, "shape": list(array.shape)}


def _text_of(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False).encode()


def _crc32_of(path: Path) -> int:
    about = path.stat()
    return _crc32_of_content(path, about.st_ino, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=4096)
def _crc32_of_content(path: Path, _inode: int, _mtime_ns: int, _size: int) -> int:
    """Of a file as it was at that moment; read, not mapped, so that its pages do not count as this process's."""
    checksum, buffer = 0, memoryview(bytearray(_BUFFER_BYTES))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            checksum = zlib.crc32(buffer[:count], checksum)
    return checksum


def _read_document(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise StoreMissing(folder)
    try:
        text = (folder / MANIFEST).read_bytes()
        document = json.loads(text)
    except FileNotFoundError:
        raise StoreDamaged(folder, f"{MANIFEST} is missing") from None
    except (OSError, ValueError, RecursionError) as error:
        raise StoreDamaged(folder, f"{MANIFEST} cannot be read ({type(error).__name__})") from None
    if not isinstance(document, dict) or "format_version" not in document:
        raise StoreDamaged(folder, f"{MANIFEST} has no format_version")
    if document["format_version"] != FORMAT_VERSION:
        raise StoreOfOtherVersion(folder, document["format_version"], FORMAT_VERSION)
    checksum = document.pop("crc32", None)
    if checksum != zlib.crc32(_text_of(document)) or text != _text_of({**document, "crc32": checksum}):
        raise StoreDamaged(folder, f"{MANIFEST} does not match its checksum")
    if not isinstance(document.get("arrays"), dict) or not isinstance(document.get("manifest"), dict):
        raise StoreDamaged(folder, f"{MANIFEST} lacks arrays or manifest")
    return document


def _map_array(folder: Path, name: str, about: object) -> AnyArray:
    if not name.isidentifier() or not isinstance(about, dict):
        raise StoreDamaged(folder, f"{MANIFEST} describes no array by {name!r}")
    path = folder / f"{name}.npy"
    try:
        # before numpy reads its header: a flipped bit there makes its parser raise whatever comes to its mind
        if _crc32_of(path) != about.get("crc32"):
            raise StoreDamaged(folder, f"{path.name} does not match its checksum")
        # as a plain array: kernels take half a microsecond more for each np.memmap that they are given
        array = np.asarray(cast(AnyArray, np.load(path, mmap_mode="r", allow_pickle=False)))
    except FileNotFoundError:
        raise StoreDamaged(folder, f"{path.name} is missing") from None
    except (OSError, ValueError, EOFError) as error:
        raise StoreDamaged(folder, f"{path.name} cannot be read ({error})") from None
    found = {**_form(array), "crc32": about["crc32"]}
    if found != about:
        raise StoreDamaged(folder, f"{path.name} holds {found}, the manifest says {about}")
    return array
