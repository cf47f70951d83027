"""The contracts of pyproject.toml name every package; a new one is easily forgotten."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
ALLOWED = {
    "OpenStreetMap libraries stay in routing.network": {"routing.network"},
    "OR-Tools stays in named solver files": {"routing.visits"},
}


@pytest.mark.parametrize("name", ALLOWED)
def test_every_package_of_routing_is_held_to_it(name):
    (contract,) = (one for one in CONTRACTS if one["name"] == name)
    packages = {f"routing.{path.parent.name}" for path in ROOT.glob("routing/*/__init__.py")}
    assert packages - set(contract["source_modules"]) == ALLOWED[name]
