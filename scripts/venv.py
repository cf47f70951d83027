"""Programs in this folder run in the project's .venv, whichever Python they were started with."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def enter_venv() -> None:
    """Start the running program again with .venv's Python, installing it first; does nothing where that is it.

    To be called before anything is imported that only .venv has. An environment that has the requirements (a container,
    the tests' own) is left alone.
    """
    python = ROOT / ".venv" / "bin" / "python"
    if Path(sys.prefix).resolve() == python.parent.parent.resolve() or _has_requirements():
        return
    if not python.exists():
        subprocess.run([sys.executable, str(ROOT / "scripts" / "install"), "--dev"], check=True)
    os.execv(python, [str(python), *sys.argv])


def _has_requirements() -> bool:
    try:
        import msgspec
        import rich
        import sqlalchemy
    except ImportError:
        return False
    return bool(msgspec and rich and sqlalchemy)
