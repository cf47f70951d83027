"""Readers of small pieces of text, to tell as OSRM does where a query stops making sense.

A reader takes a text and a position and gives a value and the position after it. It raises NoMatch where nothing of its
kind begins there (somebody else may try), and Malformed where something has begun that cannot end well.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

Reader = Callable[[str, int], tuple[Any, int]]

NUMBER = r"[+-]?(?:\d+(?:\.(?!json)\d*)?|\.\d+)"
"""No exponents, and no point that belongs to `.json`."""


class NoMatch(Exception):
    """Nothing of the kind begins here."""


class Malformed(Exception):
    """The text makes no sense from `position` on."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


def matching(pattern: str, value_of: Callable[[str], Any]) -> Reader:
    """A regular expression; `value_of` may raise ValueError for a text that looks right and is not."""
    compiled = re.compile(pattern, re.ASCII)

    def read(text: str, at: int) -> tuple[Any, int]:
        found = compiled.match(text, at)
        if found is None:
            raise NoMatch
        try:
            return value_of(found.group()), found.end()
        except ValueError:
            raise NoMatch from None

    return read


def one_of(words: Mapping[str, Any]) -> Reader:
    """One of the words, the longest that fits."""
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return matching(pattern, words.__getitem__)


def either(*readers: Reader) -> Reader:
    """The first reader that matches."""

    def read(text: str, at: int) -> tuple[Any, int]:
        for reader in readers:
            try:
                return reader(text, at)
            except NoMatch:
                continue
        raise NoMatch

    return read


def maybe(reader: Reader) -> Reader:
    """None where nothing matches."""

    def read(text: str, at: int) -> tuple[Any, int]:
        try:
            return reader(text, at)
        except NoMatch:
            return None, at

    return read


def listed(reader: Reader, separator: str = ";") -> Reader:
    """One or more with separators between; a separator that nothing follows is left for others to choke on."""

    def read(text: str, at: int) -> tuple[Any, int]:
        value, at = reader(text, at)
        values = [value]
        while text.startswith(separator, at):
            try:
                value, after = reader(text, at + 1)
            except NoMatch:
                break
            values.append(value)
            at = after
        return tuple(values), at

    return read


def pair(reader: Reader) -> Reader:
    """Two with a comma between; once the first is there, the rest has to follow."""

    def read(text: str, at: int) -> tuple[Any, int]:
        first, at = reader(text, at)
        if not text.startswith(",", at):
            raise Malformed(at)
        second, at = expect(reader, text, at + 1)
        return (first, second), at

    return read


def expect(reader: Reader, text: str, at: int) -> tuple[Any, int]:
    """What has to stand here. Raises Malformed, never NoMatch."""
    try:
        return reader(text, at)
    except NoMatch:
        raise Malformed(at) from None


def finite(text: str) -> float:
    """As OSRM does, no number of more than 308 digits: it would be infinite, and 0 times it nothing at all."""
    if not math.isfinite(float(text)):
        raise ValueError
    return float(text)


def whole(least: int, most: int) -> Reader:
    """A whole number within bounds."""

    def value_of(text: str) -> int:
        if len(text) > 20 or not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return matching(r"[+-]?\d+" if least < 0 else r"\d+", value_of)


BOOLEAN = one_of({"true": True, "false": False})
REAL = matching(NUMBER, finite)
UINT = whole(0, 2**32 - 1)
INDEX = whole(0, 2**64 - 1)
SHORT = whole(-(2**15), 2**15 - 1)
