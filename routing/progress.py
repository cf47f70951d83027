"""How long work tells its caller where it stands."""

from typing import Protocol


class Progress(Protocol):
    """Called now and then with the share done (0 to 1, never falling) and a few words on what is being done.

    It may raise to stop the work (a cancelled job); long work lets that exception through and leaves nothing behind.
    """

    def __call__(self, done: float, what: str) -> None:
        """Take note of `done` and `what`."""
        ...


def silent(done: float, what: str) -> None:
    """Note nothing: the default where nobody watches."""


def part(progress: Progress, begin: float, end: float) -> Progress:
    """Map a sub-task's 0..1 onto begin..end of `progress`."""

    def scaled(done: float, what: str) -> None:
        progress(begin + (end - begin) * done, what)

    return scaled
