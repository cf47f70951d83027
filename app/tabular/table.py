"""A table as read from a file: a header and rows of raw cells, numbered as a spreadsheet shows them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.tabular.problems import RowProblem

Cell = str | int | float | bool | datetime | date | time | timedelta | None
"""CSV gives text only; a workbook gives what its cells hold. None is an empty cell."""


@dataclass(frozen=True, slots=True)
class TableLimits:
    """How much of a file is read; all settable."""

    max_rows: int = 50_000
    max_bytes: int = 32 * 1024 * 1024
    max_uncompressed_bytes: int = 64 * 1024 * 1024
    """Of all parts of a workbook together: a small zip can hold gigabytes."""
    max_columns: int = 256
    max_cell_chars: int = 2_000

    def __post_init__(self) -> None:
        for name in ("max_rows", "max_bytes", "max_uncompressed_bytes", "max_columns", "max_cell_chars"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, but must be at least 1")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row that is not blank."""

    number: int
    """As a spreadsheet shows it: from 1, blank rows counted, a quoted line break does not start a row."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Header, rows and what was noticed on the way."""

    header: TableRow | None
    """The first row that is not blank; None in a file without any."""
    rows: tuple[TableRow, ...]
    problems: tuple[RowProblem, ...] = ()
    warnings: tuple[RowProblem, ...] = ()


def is_blank(cells: tuple[Cell, ...]) -> bool:
    """Whether no cell holds anything but white space."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


class RowCollector:
    """Takes rows in order, keeps the ones that are not blank and stops after `max_rows`."""

    def __init__(self, limits: TableLimits) -> None:
        self._limits = limits
        self._header: TableRow | None = None
        self._rows: list[TableRow] = []
        self._problems: list[RowProblem] = []

    def add(self, number: int, cells: tuple[Cell, ...]) -> bool:
        """Take note of a row; False once enough was read."""
        if is_blank(cells):
            return True
        row = TableRow(number, cells[: self._limits.max_columns])
        if self._header is None:
            self._header = row
            return True
        if len(self._rows) == self._limits.max_rows:
            message = f"more than {self._limits.max_rows} rows: nothing was read from row {number} on"
            self._problems.append(RowProblem(number, None, "too_many_rows", message))
            return False
        self._rows.append(row)
        return True

    def table(self, warnings: list[RowProblem]) -> Table:
        """All that was taken."""
        return Table(self._header, tuple(self._rows), tuple(self._problems), tuple(warnings))
