"""The real extracts that lie beside the checkout, for tests that are worth little on invented data."""

import fcntl
import os
import time
from pathlib import Path

import pytest

from routing.engine.hierarchy.stored import HIERARCHY
from routing.network.store import NetworkStore, StoredNetwork

SHARED = Path(os.environ.get("BEATPLAN_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))


def real_map(name: str) -> Path:
    """Path of an extract; skips the test where it is absent."""
    path = SHARED / "data" / "osm" / f"{name}.osm.pbf"
    if not path.is_file():
        pytest.skip(f"{path} is absent: set BEATPLAN_SHARED to the folder with data/osm")
    return path


class RealMaps:
    """Extracts imported and contracted once a run, whichever tests and test processes ask for them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: dict[str, StoredNetwork] = {}

    def __getitem__(self, name: str) -> StoredNetwork:
        """The stored network of an extract, its hierarchy beside it; skips the test where the extract is absent."""
        path = real_map(name)
        if name not in self._opened:
            with (self._folder / f"{name}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # another test process may be at it
                store = NetworkStore(self._folder / "maps", (HIERARCHY,), time.process_time)
                self._opened[name] = store.ensure(path)
        return self._opened[name]
