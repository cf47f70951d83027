"""Progress of long work on a terminal: a bar a step, or a line a step where there is no terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from routing.progress import Progress as Callback


@contextmanager
def step(title: str) -> Iterator[Callback]:
    """Show a step; the callback takes the share done and what is being done."""
    console = Console(stderr=True)
    if not console.is_terminal:
        begin = time.monotonic()
        yield lambda done, what: None  # noqa: ARG005
        print(f"{title:<36} {time.monotonic() - begin:6.1f} s", file=sys.stderr, flush=True)  # noqa: T201
        return
    columns = (
        TextColumn("{task.fields[title]:<36}"),
        BarColumn(24),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console) as bars:
        task = bars.add_task("", total=1.0, title=title)

        def note(done: float, what: str) -> None:
            bars.update(task, completed=done, description=what)

        yield note
        bars.update(task, completed=1.0, description="")
