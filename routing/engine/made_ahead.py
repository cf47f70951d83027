"""One thing after the other, the next one made while the caller is busy with the last."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Key = TypeVar("Key")
Thing = TypeVar("Thing")


def made_ahead(make: Callable[[Key], Thing], keys: Iterable[Key]) -> Iterator[Thing]:
    """`make` of each key in order, in a thread that is one key ahead; who stops early waits for that one."""
    with ThreadPoolExecutor(1) as thread:
        coming = deque[Future[Thing]]()
        for key in keys:
            coming.append(thread.submit(make, key))
            if len(coming) > 1:
                yield coming.popleft().result()
        if coming:
            yield coming.popleft().result()
