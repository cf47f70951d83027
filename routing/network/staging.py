"""Folders that appear whole or not at all.

    .name.<token>.staged  --rename-->  name            a reader sees the old folder or the new one, never half of one
    name  --rename-->  .name.<token>.replaced          only where a folder is replaced; deleted at once

A writer holds an advisory lock (flock) on a file in its staged folder while it lives, so the next writer can tell what
a crashed one left behind from what a living one is still writing, also across containers that share the disk.
Publishing holds the parent's lock for two renames; reading holds it shared, so it never sees the gap between them.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

_TOKEN_BYTES = 6
_WRITER = ".writer"


@contextmanager
def _locked(folder: Path, mode: int) -> Iterator[None]:
    """Hold `folder`'s lock; without it where the file system knows no locks."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, mode)
        yield
    finally:
        os.close(handle)


def _is_alive(staged: Path) -> bool:
    """Whether a living writer holds the staged folder."""
    try:
        handle = os.open(staged / _WRITER, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _beside(folder: Path, ending: str) -> list[Path]:
    """Left-overs of writers of `folder`; the token's length keeps those of `name.x` apart from those of `name`."""
    return list(folder.parent.glob(f".{escape(folder.name)}.{'?' * 2 * _TOKEN_BYTES}.{ending}"))


def _restore(folder: Path) -> None:
    """Put back the folder of a writer that died between its two renames. Hold the parent's lock."""
    if folder.exists():
        return
    for replaced in _beside(folder, "replaced"):
        replaced.rename(folder)
        return


def _sweep(folder: Path) -> None:
    """Delete what crashed writers of `folder` left behind. Hold the parent's lock."""
    _restore(folder)
    for replaced in _beside(folder, "replaced"):
        shutil.rmtree(replaced, ignore_errors=True)
    for staged in _beside(folder, "staged"):
        if not _is_alive(staged):
            shutil.rmtree(staged, ignore_errors=True)


def sweep_beside(folder: Path) -> None:
    """Delete what crashed writers of any folder beside `folder` left behind."""
    with _locked(folder.parent, fcntl.LOCK_EX):
        left = [path.name for path in folder.parent.glob(".*") if path.suffix in (".staged", ".replaced")]
        for name in {name[1:].rsplit(".", 2)[0] for name in left}:
            _sweep(folder.parent / name)


def _to_disk(folder: Path) -> None:
    """The names in `folder`; what the files hold is their writers' to bring there."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot
            os.fsync(handle)
    finally:
        os.close(handle)


def _publish(staged: Path, folder: Path, token: str) -> None:
    replaced = folder.parent / f".{folder.name}.{token}.replaced"
    with _locked(folder.parent, fcntl.LOCK_EX):
        (staged / _WRITER).unlink()
        _to_disk(staged)
        if folder.exists():
            folder.rename(replaced)
        staged.rename(folder)
        _to_disk(folder.parent)
    shutil.rmtree(replaced, ignore_errors=True)


@contextmanager
def staged_folder(folder: Path) -> Iterator[Path]:
    """Yield a new empty folder beside `folder`; it becomes `folder` when the block ends well, else it is deleted."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(_TOKEN_BYTES)
    staged = folder.parent / f".{folder.name}.{token}.staged"
    with _locked(folder.parent, fcntl.LOCK_EX):
        _sweep(folder)
        staged.mkdir()
        handle = os.open(staged / _WRITER, os.O_RDWR | os.O_CREAT)
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield staged
        _publish(staged, folder, token)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    finally:
        os.close(handle)


@contextmanager
def making(folder: Path) -> Iterator[None]:
    """Hold the lock of those who make `folder`: one at a time, in whichever thread or process; look again inside.

    Not held where the file system knows no locks. Its file is gone afterwards.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    path = folder.parent / f".{folder.name}.making"
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT)
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if os.fstat(handle).st_ino == path.stat().st_ino:
                break
        os.close(handle)  # whoever held it before has deleted it: others wait at a new one
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Keep writers from replacing `folder` during the block; what was opened stays readable afterwards."""
    if not folder.parent.is_dir():
        yield
        return
    if not folder.exists():
        with suppress(OSError), _locked(folder.parent, fcntl.LOCK_EX):
            _restore(folder)
    with _locked(folder.parent, fcntl.LOCK_SH):
        yield
