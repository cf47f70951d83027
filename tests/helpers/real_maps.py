"""The real extracts that lie beside the checkout, for tests that are worth little on invented data."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("BEATPLAN_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))


def real_map(name: str) -> Path:
    """Path of an extract; skips the test where it is absent."""
    path = SHARED / "data" / "osm" / f"{name}.osm.pbf"
    if not path.is_file():
        pytest.skip(f"{path} is absent: set BEATPLAN_SHARED to the folder with data/osm")
    return path
