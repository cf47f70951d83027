"""Which files of kernels the processes of a test run have called; `python -m tests.helpers.called_kernels FOLDER`."""

import importlib
import sys
from pathlib import Path

from routing.jit import ROOT, kernel_files, made_of

NOT_CALLED: dict[str, str] = {}
"""Files that no test under scripts/check_bounds calls, and why not."""


def name_of(file: Path) -> str:
    """Of a file of kernels, as a module."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def signatures() -> dict[str, list[str]]:
    """Of every kernel there is, what it was called with so far in this process."""
    found = {}
    for file in kernel_files():
        module = name_of(file)
        for kernel, value in vars(importlib.import_module(module)).items():
            if hasattr(value, "signatures") and value.__module__ == module:
                found[f"{module}.{kernel}"] = [str(signature) for signature in value.signatures]
    return found


def note_called(folder: Path, process: str) -> None:
    """Write the files that were called: with a kernel, those it takes from, as those are compiled into it."""
    called = {kernel.rsplit(".", 1)[0] for kernel, found in signatures().items() if found}
    taken = {path for file in kernel_files() if name_of(file) in called for path in made_of(file)}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / process).write_text("\n".join(name_of(path) for path in taken & set(kernel_files())))


def not_called(folder: Path) -> set[str]:
    """Files that none of the processes called, though no reason is told."""
    called = {name for noted in folder.iterdir() for name in noted.read_text().split()}
    return {name_of(file) for file in kernel_files()} - called - NOT_CALLED.keys()


if __name__ == "__main__":
    if missing := not_called(Path(sys.argv[1])):
        sys.exit("No test called: " + ", ".join(sorted(missing)))
