"""Costly values that several threads ask for: each is made once, and only those who want the same one wait for it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, Generic, Self, TypeVar, cast, overload

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Owner = TypeVar("Owner")


class MadeOnce(Generic[Key, Value]):
    """Values by key. At most `keep` are held, the least recently asked for forgotten first; None: all.

    Where making one raises, everybody who waited gets the error, and the next to ask tries again.
    """

    def __init__(self, keep: int | None = None) -> None:
        if keep is not None and keep < 1:
            raise ValueError(f"keep = {keep} must be at least 1")
        self._keep = keep
        self._found: OrderedDict[Key, Future[Value]] = OrderedDict()
        self._lock = Lock()

    def of(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of a key, by `make` where it is not there yet."""
        with self._lock:
            future = self._found.get(key)
            mine = future is None
            if future is None:
                if self._keep is not None and len(self._found) >= self._keep:  # first, so that there are never more
                    self._found.popitem(last=False)
                future = self._found[key] = Future()
            self._found.move_to_end(key)
        if mine:
            self._fulfil(key, future, make)
        return future.result()

    def _fulfil(self, key: Key, future: Future[Value], make: Callable[[], Value]) -> None:
        try:
            future.set_result(make())
        except BaseException as error:
            with self._lock:
                if self._found.get(key) is future:
                    del self._found[key]
            future.set_exception(error)


class made_once(Generic[Owner, Value]):  # noqa: N801 - used as `cached_property` is
    """`cached_property` for objects that threads share: since Python 3.12 that one may be made twice at once."""

    def __init__(self, make: Callable[[Owner], Value]) -> None:
        self._make = make
        self._name, self.__doc__ = make.__name__, make.__doc__

    @overload
    def __get__(self, owner: None, of: type[Any]) -> Self: ...
    @overload
    def __get__(self, owner: Owner, of: type[Any]) -> Value: ...
    def __get__(self, owner: Owner | None, of: type[Any]) -> Self | Value:
        if owner is None:
            return self
        known = vars(owner)  # the value, once there, hides this descriptor: only the first to ask come here
        with cast(Lock, known.setdefault(f"making {self._name}", Lock())):
            if self._name not in known:
                known[self._name] = self._make(owner)
            return cast(Value, known[self._name])
