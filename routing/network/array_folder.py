"""A folder of arrays on disk: one .npy a file, and a manifest.

porto/
  manifest.json       format version, dtype and shape of every array, and what the writer has to say
  duration_ms.npy     memory-mapped when read: opening costs milliseconds, and processes share the pages
  ...
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from routing.network.errors import StoreDamaged, StoreMissing, StoreOfOtherVersion
from routing.network.staging import reading, staged_folder

FORMAT_VERSION = 1
MANIFEST = "manifest.json"

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
    described = {name: {"dtype": array.dtype.str, "shape": list(array.shape)} for name, array in arrays.items()}
    document = {"format_version": FORMAT_VERSION, "arrays": described, "manifest": manifest}
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False).encode()
    with staged_folder(folder) as staged:
        for name, array in arrays.items():
            with (staged / f"{name}.npy").open("xb") as file:
                np.save(file, array, allow_pickle=False)
                _to_disk(file)
        with (staged / MANIFEST).open("xb") as file:
            file.write(text)
            _to_disk(file)


def read_folder(folder: Path) -> ArrayFolder:
    """Open `folder`. Raises StoreMissing, StoreDamaged or StoreOfOtherVersion."""
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


def _read_document(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise StoreMissing(folder)
    try:
        document = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise StoreDamaged(folder, f"{MANIFEST} is missing") from None
    except (OSError, ValueError, RecursionError) as error:
        raise StoreDamaged(folder, f"{MANIFEST} cannot be read ({type(error).__name__})") from None
    if not isinstance(document, dict) or "format_version" not in document:
        raise StoreDamaged(folder, f"{MANIFEST} has no format_version")
    if document["format_version"] != FORMAT_VERSION:
        raise StoreOfOtherVersion(folder, document["format_version"], FORMAT_VERSION)
    if not isinstance(document.get("arrays"), dict) or not isinstance(document.get("manifest"), dict):
        raise StoreDamaged(folder, f"{MANIFEST} lacks arrays or manifest")
    return document


def _map_array(folder: Path, name: str, about: object) -> AnyArray:
    if not name.isidentifier() or not isinstance(about, dict):
        raise StoreDamaged(folder, f"{MANIFEST} describes no array by {name!r}")
    path = folder / f"{name}.npy"
    try:
        array = cast(AnyArray, np.load(path, mmap_mode="r", allow_pickle=False))
    except FileNotFoundError:
        raise StoreDamaged(folder, f"{path.name} is missing") from None
    except (OSError, ValueError, EOFError) as error:
        raise StoreDamaged(folder, f"{path.name} cannot be read ({error})") from None
    found = {"dtype": array.dtype.str, "shape": list(array.shape)}
    if found != about:
        raise StoreDamaged(folder, f"{path.name} holds {found}, the manifest says {about}")
    return array
