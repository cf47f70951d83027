"""Arrays that take long to make, kept on disk in folders named by what they depend on; the least recently used go."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from routing.network.array_folder import AnyArray, read_folder, write_folder
from routing.network.errors import NetworkError
from routing.network.staging import making, sweep_beside


class KeptArrays:
    """`keep` folders of one kind, shared by all processes; one that is damaged or gone is made anew, by one of them."""

    def __init__(self, folder: Path, holds: str, keep: int) -> None:
        self._folder, self._holds, self._keep = folder, holds, keep

    def of(self, name: str, make: Callable[[], Mapping[str, AnyArray]]) -> Mapping[str, AnyArray]:
        """The arrays of that name; `make` is asked where they are not there."""
        found = self._read(name)
        if found is not None:
            return found
        with making(self._folder / name):
            found = self._read(name)
            if found is None:
                found = make()
                self.put(name, found)
        return found

    def put(self, name: str, arrays: Mapping[str, AnyArray]) -> None:
        """Keep them, in place of those of the same name."""
        write_folder(self._folder / name, dict(arrays), {"holds": self._holds})
        sweep_beside(self._folder / name)
        folders = [(_used_at(path), path) for path in self._folder.iterdir() if not path.name.startswith(".")]
        for _, old in sorted(folders)[: -self._keep]:
            shutil.rmtree(old, ignore_errors=True)

    def _read(self, name: str) -> Mapping[str, AnyArray] | None:
        try:
            found = read_folder(self._folder / name).arrays
            (self._folder / name).touch()
        except (NetworkError, FileNotFoundError):  # the latter: another process forgets it at this moment
            return None
        return found


def _used_at(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0
