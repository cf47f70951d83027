"""What the benchmarks need, they bring along."""

import ast
import importlib.machinery
import importlib.util
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "scripts" / "bench"
PROGRAMS = [path for path in sorted(BENCH.rglob("*")) if path.is_file() and (path.suffix in ("", ".py"))]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_no_benchmark_needs_the_tests(path):
    imported = [
        node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    names = {getattr(node, "module", None) or node.names[0].name for node in imported}
    assert not [name for name in names if name.split(".")[0] == "tests"]


def test_hours_and_matrices_keep_their_networks_in_one_folder(monkeypatch):
    def asked(program: str):
        loader = importlib.machinery.SourceFileLoader(f"bench_{program}", str(BENCH / program))
        spec = importlib.util.spec_from_loader(loader.name, loader)
        module = importlib.util.module_from_spec(spec)
        loader.exec_module(module)
        monkeypatch.setattr(sys, "argv", [program, "--osm", "map.osm.pbf", "--out", "rows.jsonl"])
        return module.arguments()

    assert asked("time_of_day").store == asked("matrix").networks
