"""What a folder of compiled kernels is named by."""

import subprocess
import sys
from pathlib import Path

import pytest

import routing.jit
from routing.jit import cache_folder

FILES = {
    "routing/jit.py": "",
    "routing/limits.py": "from routing.far import NEAR\nMOST = 3\n",
    "routing/far.py": "NEAR = 2\n",
    "routing/sum_kernels.py": "from routing.limits import MOST\n",
    "routing/mean_kernels.py": "import numpy as np\nfrom routing.sum_kernels import total\n",
    "routing/other_kernels.py": "from typing import Any\n",
    "routing/kinds_kernels.py": "from routing.kinds import IS_LINK, LEVELS\n",
    # IS_LINK is made from CLASSES, LEVELS from DEPTH by way of a function; NEAR goes into neither
    "routing/kinds.py": "from routing.classes import CLASSES\nfrom routing.depth import DEPTH\n"
    "from routing.far import NEAR\n"
    "IS_LINK = [name.endswith('_link') for name in CLASSES]\nLEVELS: list[int] = levels()\n"
    "def levels():\n    return list(range(DEPTH))\n"
    "def near():\n    return NEAR\n",
    "routing/classes.py": "from routing.names import LINK\nCLASSES = ('road', LINK)\n",
    "routing/depth.py": "DEPTH = 3\n",
    "routing/names.py": "LINK = 'road_link'\n",
}


@pytest.fixture
def tree(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(routing.jit, "ROOT", tmp_path)
    monkeypatch.setattr(routing.jit, "__file__", str(tmp_path / "routing/jit.py"))
    return tmp_path


def folders(tree):
    routing.jit._made_of_hash.cache_clear()
    for remembered in (routing.jit._tree, routing.jit._imported, routing.jit._made_from):
        remembered.cache_clear()
    return {name: cache_folder(tree / "routing" / f"{name}_kernels.py") for name in ("sum", "mean", "other", "kinds")}


@pytest.mark.parametrize(
    ("edited", "changes"),
    [
        ("sum_kernels.py", {"sum", "mean"}),
        ("mean_kernels.py", {"mean"}),
        ("limits.py", {"sum", "mean"}),
        ("far.py", set()),
        ("kinds.py", {"kinds"}),
        ("classes.py", {"kinds"}),
        ("names.py", {"kinds"}),
        ("depth.py", {"kinds"}),
        ("jit.py", {"sum", "mean", "other", "kinds"}),
    ],
)
def test_an_edit_changes_what_depends_on_it(tree, edited, changes):
    before = folders(tree)
    path = tree / "routing" / edited
    path.write_text(path.read_text() + "\n")
    after = folders(tree)
    assert {name for name in before if before[name] != after[name]} == changes


def test_tables_of_guidance_hang_on_the_road_classes_they_are_made_from():
    needs = routing.jit.made_of(routing.jit.ROOT / "routing/guidance/turn_kernels.py")
    assert routing.jit.ROOT / "routing/network/road_network.py" in needs
    assert routing.jit.ROOT / "routing/arrays.py" in needs, "taken by the kernels themselves"
    assert routing.jit.ROOT / "routing/progress.py" not in needs


def test_checked_bounds_have_folders_of_their_own(tree, monkeypatch):
    monkeypatch.setitem(routing.jit._NUMBA_SETTINGS, "BOUNDSCHECK", 0)
    before = folders(tree)
    monkeypatch.setitem(routing.jit._NUMBA_SETTINGS, "BOUNDSCHECK", 1)
    assert not set(before.values()) & set(folders(tree).values())


def test_a_second_process_compiles_nothing(tmp_path):
    program = (
        "import numpy as np; from routing.engine.key_kernels import seconds; seconds(np.int64(5));"
        "print(sum(seconds.stats.cache_hits.values()), sum(seconds.stats.cache_misses.values()))"
    )
    root = Path(__file__).parents[2]
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env={"NUMBA_CACHE_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for _ in range(2)
    ]
    assert runs == [["0", "1"], ["1", "0"]]


CHECKED = """
import sys
import numpy as np
from routing.engine.hierarchy.lane_kernels import LANES, gather_min, scatter_min
from routing.jit import kernel

@kernel
def take(values, index):
    return values[index]

@kernel
def gather(labels, row, node):
    gather_min(labels, row, 0, labels, node, node, 0, node.size)

@kernel
def scatter(labels, row, row_of, node):
    scatter_min(labels, row, row_of, node, node, 0, node.size)

def refused(kernel, *given):
    try:
        kernel(*given)
    except IndexError:
        return True
    return False

def ints(*values):
    return np.array(values, np.int32)

labels = np.zeros((4, LANES), np.int32)
for good in (0, 3):
    assert not refused(take, ints(1, 2, 3, 4), good)
    assert not refused(gather, labels, good, ints(good)), good
    assert not refused(scatter, labels, good, ints(0, 1, 2, 3), ints(good)), good
for bad in (-1, 4):
    assert refused(take, ints(1, 2, 3, 4), bad), bad
    assert refused(gather, labels, bad, ints(0)), bad
    assert refused(gather, labels, 0, ints(1, bad)), bad
    assert refused(scatter, labels, bad, ints(0, 1, 2, 3), ints(0)), bad
    assert refused(scatter, labels, 0, ints(0, 1, 2, 3), ints(bad)), bad
    assert refused(scatter, labels, 0, ints(bad, bad), ints(0)), bad
"""


def test_checked_kernels_refuse_indexes_beyond_either_end(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(CHECKED)
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, program],
        cwd=root,
        env={"NUMBA_CACHE_DIR": str(tmp_path), "NUMBA_BOUNDSCHECK": "1", "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
