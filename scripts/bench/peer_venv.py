"""The peers' own virtual environment, as some have wheels only for Pythons later than ours may be.

`python_with("osrm", folder)` installs osrm into folder/venv where it is not.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements-peers.txt")
OLDEST, NEWEST = (3, 12), (3, 14)
"""What osrm-bindings and pyvalhalla have wheels for."""


class PeerMissing(Exception):
    """A peer cannot take part; the text says why."""


def python_with(peer: str, folder: Path) -> Path:
    """The interpreter of an environment that has `peer`, made and filled where needed. Raises PeerMissing."""
    python = folder / "venv" / "bin" / "python"
    if not _runs(python):
        _run([interpreter(), "-m", "venv", "--clear", str(python.parent.parent)], "the peers' environment")
    wanted = requirements_of(peer, REQUIREMENTS.read_text())
    stamp = folder / "venv" / f"{peer}.stamp"
    if not stamp.exists() or stamp.read_text() != "\n".join(wanted):
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
        _run(pip, f"installing {' '.join(wanted)}")
        stamp.write_text("\n".join(wanted))
    return python


def requirements_of(peer: str, lines: str) -> list[str]:
    """The requirements that name `peer` behind their #, and those that name none."""
    found = []
    for line in lines.splitlines():
        requirement, _, peers = line.partition("#")
        if requirement.strip() and (not peers.split() or peer in peers.split()):
            found.append(requirement.strip())
    return found


def interpreter() -> str:
    """A Python from OLDEST to NEWEST that runs and can make environments. Raises PeerMissing."""
    for found in _candidates():
        if _runs(found):
            return str(found)
    versions = ", ".join(f"{OLDEST[0]}.{minor}" for minor in range(OLDEST[1], NEWEST[1] + 1))
    raise PeerMissing(f"no Python {versions} found (on PATH, of pyenv, of uv); its wheels need one")


def _candidates() -> Iterator[Path]:
    """Interpreters by name, the newest version that all peers have wheels for first."""
    names = [f"python{OLDEST[0]}.{minor}" for minor in (13, 12, 14)]
    yield from (Path(found) for name in names if (found := shutil.which(name)))
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for name in names:
        version = name.removeprefix("python")
        yield from sorted(pyenv.glob(f"versions/{version}.*/bin/{name}"), reverse=True)
        if uv := shutil.which("uv"):
            told = subprocess.run([uv, "python", "find", version], capture_output=True, text=True, check=False)
            yield from (Path(line) for line in told.stdout.split("\n") if line)


def _runs(python: Path) -> bool:
    """Whether this is a fitting Python that starts: shims exist for versions that are not chosen."""
    code = "import ensurepip, sys, venv; print(*sys.version_info[:2])"
    try:
        told = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    version = re.fullmatch(r"(\d+) (\d+)\n", told.stdout)
    return version is not None and OLDEST <= (int(version[1]), int(version[2])) <= NEWEST


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise PeerMissing(f"{what} failed: {said[-1][:200]}")
