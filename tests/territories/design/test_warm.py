import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

COUNT_NEW = """
from territories.design import search
from territories.design.designer import LocationAllocationDesigner
from territories.design.model import Budget
from territories.design.warm import warm_design
from scripts.bench.design_problems import even_problem

def compiled():
    called = {name: value for name, value in vars(search).items() if hasattr(value, "signatures")}
    assert called
    return {name: len(kernel.signatures) for name, kernel in called.items()}

warm_design()
warmed = compiled()
assert all(warmed.values()), warmed
LocationAllocationDesigner().design(even_problem(60, 4, 1), Budget(50, 2), 1)
assert compiled() == warmed, (warmed, compiled())
"""


def test_a_design_compiles_nothing_more_once_warm() -> None:
    done = subprocess.run([sys.executable, "-c", COUNT_NEW], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
