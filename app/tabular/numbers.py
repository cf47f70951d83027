"""Numbers as people write them: decimal points or commas, thousands in groups, no NaN and no infinity."""

import re
from collections.abc import Iterable
from math import isfinite
from typing import Literal

from app.tabular.table import Cell

DecimalMark = Literal[".", ","]

_SPACES = re.compile("[\\s\u00a0\u202f'’]")
_CURRENCY = re.compile(r"^[€$£]|[€$£]$")
_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_GROUPED = {
    ".": re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?"),
    ",": re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]*)?"),
}
_ONE_MARK = re.compile(r"[+-]?[0-9]+([.,])([0-9]+)")


def decimal_mark(numbers: Iterable[Cell], coordinates: Iterable[Cell]) -> DecimalMark:
    """The decimal mark of a file, by majority of the cells that leave no doubt; the point where none does.

    A single mark followed by exactly three digits is in doubt ("1,234"), except in a coordinate.
    """
    votes = {".": 0, ",": 0}
    for cells, always in ((numbers, False), (coordinates, True)):
        for cell in cells:
            if not isinstance(cell, str):
                continue
            text = _SPACES.sub("", cell)
            one = _ONE_MARK.fullmatch(text)
            if one and (always or len(one[2]) != 3):
                votes[one[1]] += 1
            elif not one and "." in text and "," in text:
                votes["." if text.rfind(".") > text.rfind(",") else ","] += 1
    return "," if votes[","] > votes["."] else "."


def parse_number(cell: Cell, mark: DecimalMark = ".") -> float | None:
    """The number in `cell`, or None where there is none. `mark` decides what "1,234" means."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return _finite(cell)
    if not isinstance(cell, str):
        return None
    text = _CURRENCY.sub("", _SPACES.sub("", cell)).replace("−", "-")
    mark = _own_mark(text, mark)
    if _GROUPED[mark].fullmatch(text):
        text = text.replace("," if mark == "." else ".", "")
    return _parse_decimal(text)


def _own_mark(text: str, mark: DecimalMark) -> DecimalMark:
    """The decimal mark of a number that leaves no doubt, else `mark`: the last of two, never a repeated one."""
    points, commas = text.count("."), text.count(",")
    if points and commas:
        return "." if text.rfind(".") > text.rfind(",") else ","
    if commas > 1:
        return "."
    return "," if points > 1 else mark


def parse_coordinate(cell: Cell) -> float | None:
    """Degrees in `cell`; one comma is a decimal mark whatever follows it ("48,137"), and ° at the end is dropped."""
    if isinstance(cell, str):
        return _parse_decimal(_SPACES.sub("", cell).removesuffix("°").replace("−", "-"))
    return parse_number(cell)


def _parse_decimal(text: str) -> float | None:
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    return _finite(float(text)) if _PLAIN.fullmatch(text) else None


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:  # an integer of 400 digits
        return None
    return number if isfinite(number) else None
