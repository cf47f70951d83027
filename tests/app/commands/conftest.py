"""The command as a user runs it: a process of its own, on a small region."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.commands.run import main
from tests.helpers.served_company import SYNTHETIC_NAME, SmallCompany

ROOT = Path(__file__).parents[3]
Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="session")
def small_osm(prepared_company: SmallCompany, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small region as a user's own extract."""
    path = tmp_path_factory.mktemp("extract") / "smalltown.osm.pbf"
    path.symlink_to(prepared_company.app.settings.data_dir / "maps" / SYNTHETIC_NAME)
    return path


@pytest.fixture
def start() -> Iterator[Run]:
    """Starts `python -m app.commands.run` with arguments and variables; whatever still runs is killed at the end."""
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: object, **variables: str) -> "subprocess.Popen[str]":
        kept = {name: text for name, text in os.environ.items() if not name.startswith("BEATPLAN_")}
        command = [sys.executable, "-m", "app.commands.run", *map(str, arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        running.append(subprocess.Popen(command, cwd=ROOT, env=kept | variables, start_new_session=True, **pipes))
        return running[-1]

    yield begin
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, 9)
        process.communicate()


@pytest.fixture
def run(start: Run) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs the command to its end."""

    def finish(*arguments: object, **variables: str) -> "subprocess.CompletedProcess[str]":
        process = start(*arguments, **variables)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    return finish


@pytest.fixture
def run_here(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """The same in this process: seconds less. For `--once` only."""
    for name in list(os.environ):
        if name.startswith("BEATPLAN_"):
            monkeypatch.delenv(name)

    def finish(*arguments: object, **variables: str) -> "subprocess.CompletedProcess[str]":
        with monkeypatch.context() as here:
            for name, text in variables.items():
                here.setenv(name, text)
            capsys.readouterr()
            try:
                code = main([str(one) for one in arguments])
            except SystemExit as left:
                code = int(left.code or 0)
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, said.out, said.err)

    return finish
