"""Text without what does not belong into a name, an address or a note."""

import re
from typing import Final

# C0 and C1 controls, zero-width and byte-order marks, and the marks that reverse the reading order (a name that shows
# as something else). Tabs and line breaks are kept for the step after.
_UNWANTED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WHITE: Final = re.compile(r"\s+")
_LINE_WHITE: Final = re.compile(r"[^\S\n]+")
_SPREADSHEET_ERRORS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})


def one_line(text: str) -> str:
    """`text` on one line, controls gone, white space single; a spreadsheet's error mark is nothing."""
    line = _WHITE.sub(" ", _UNWANTED.sub("", text)).strip()
    return "" if line in _SPREADSHEET_ERRORS else line


def several_lines(text: str) -> str:
    """As `one_line`, but line breaks stay."""
    lines = _UNWANTED.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _LINE_WHITE.sub(" ", lines).strip()


def shortened(text: str, most: int = 80) -> str:
    """The beginning of `text` for a message."""
    line = one_line(text)
    return line if len(line) <= most else line[: most - 1] + "…"
