"""What can be wrong with a table, as data.

    TableError                 the file as a whole; the only exceptions that user data causes
    +-- TableUnreadable        not a CSV or XLSX file, damaged, or no text
    +-- TableTooLarge          over a limit in bytes

Everything else is a RowProblem in the result: the row is left out, and the person sees why.
"""

from dataclasses import dataclass
from typing import Literal

ProblemCode = Literal[
    "ambiguous_date",
    "bad_date",
    "bad_number",
    "bad_opening_hours",
    "bad_time",
    "coordinate_outside_network",
    "delimiter_guessed",
    "duplicate_column",
    "duplicate_id",
    "encoding_guessed",
    "lacks_skill",
    "missing_column",
    "missing_value",
    "not_geocoded",
    "out_of_range",
    "too_long",
    "too_many_rows",
    "unclosed_quote",
    "unknown_column",
    "unknown_rep",
    "unknown_skill",
    "unknown_time_zone",
]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing that is wrong (or, among the warnings, was guessed)."""

    row: int | None
    """As the spreadsheet shows it; None: the file as a whole."""
    column: str | None
    """The header as it stands in the file, or the missing column's own name."""
    code: ProblemCode
    message: str
    value: str | None = None
    """What stood there, shortened."""


class TableError(Exception):
    """A file that cannot be read at all. `code` is stable, the message is for people."""

    code: str = "file_unreadable"

    def __init__(self, filename: str, reason: str) -> None:
        super().__init__(f"{filename}: {reason}")
        self.filename = filename
        self.reason = reason


class TableUnreadable(TableError):
    """Not a table that can be read."""


class TableTooLarge(TableError):
    """Over a limit in bytes."""

    code = "too_large"

    def __init__(self, filename: str, what: str, value: int, limit: int) -> None:
        super().__init__(filename, f"{what} is {value:,} bytes, the limit is {limit:,}")
        self.value = value
        self.limit = limit
