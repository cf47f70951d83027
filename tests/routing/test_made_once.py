"""Who waits for whom, and what is made how often; threads are held at events."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from routing.made_once import MadeOnce, made_once

LONGEST_S = 60.0
"""Only a test that fails waits so long."""


def test_eight_threads_make_one():
    kept, together, made = MadeOnce[str, object](), Barrier(8), []

    def ask(_):
        together.wait(LONGEST_S)
        return kept.of("a", lambda: made.append(object()) or made[-1])

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, range(8)))
    assert len(made) == 1 and set(found) == set(made)


def test_nobody_waits_for_another_key():
    kept, begun, go_on = MadeOnce[str, str](), Event(), Event()
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(kept.of, "slow", lambda: begun.set() or str(go_on.wait(LONGEST_S)))
        assert begun.wait(LONGEST_S)
        assert kept.of("quick", lambda: "made") == "made"
        assert not slow.done()
        go_on.set()
        assert slow.result(LONGEST_S) == "True"


def test_the_least_recently_asked_for_is_forgotten():
    kept, made = MadeOnce[int, int](keep=2), []
    for key in (1, 2, 1, 3, 1, 2):
        assert kept.of(key, lambda key=key: made.append(key) or key) == key
    assert made == [1, 2, 3, 2]
    with pytest.raises(ValueError, match="keep"):
        MadeOnce[int, int](keep=0)


def test_an_error_goes_to_everybody_who_waited_and_is_not_kept():
    kept, begun, go_on = MadeOnce[str, int](), Event(), Event()

    def fail():
        begun.set()
        go_on.wait(LONGEST_S)
        raise OSError("the disk")

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(kept.of, "a", fail)
        assert begun.wait(LONGEST_S)
        second = threads.submit(kept.of, "a", fail)
        go_on.set()
        for one in (first, second):
            with pytest.raises(OSError, match="the disk"):
                one.result(LONGEST_S)
    assert kept.of("a", lambda: 5) == 5


def test_a_property_is_made_once_for_each_object():
    together, made = Barrier(8), []

    class Map:
        @made_once
        def roads(self) -> object:
            """What is driven on."""
            made.append(self)
            time.sleep(0.05)  # long enough for the others to come
            return object()

    def ask(i):
        together.wait(LONGEST_S)
        return maps[i % 2].roads

    maps = [Map(), Map()]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, range(8)))
    assert len(made) == 2 and set(made) == set(maps) and len(set(found)) == 2
    assert Map.roads.__doc__ == "What is driven on."
