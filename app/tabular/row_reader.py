"""One row's cells by field name: each getter gives a value or notes a problem, so a row tells all that is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from app.tabular.columns import ColumnMap
from app.tabular.dates import parse_date, parse_time_of_day
from app.tabular.numbers import DecimalMark, decimal_mark, parse_coordinate, parse_number
from app.tabular.problems import ProblemCode, RowProblem
from app.tabular.table import Cell, Table, TableRow
from app.tabular.text import one_line, several_lines, shortened


@dataclass(frozen=True, slots=True)
class Reading:
    """What is the same for all rows of a file."""

    columns: ColumnMap
    mark: DecimalMark
    max_cell_chars: int

    @staticmethod
    def of(table: Table, columns: ColumnMap, number_fields: Iterable[str], max_cell_chars: int) -> "Reading":
        """Find the decimal mark from the file's own numbers."""
        coordinates = _cells(table, columns, ("lat", "lon"))
        return Reading(columns, decimal_mark(_cells(table, columns, number_fields), coordinates), max_cell_chars)


def _cells(table: Table, columns: ColumnMap, fields: Iterable[str]) -> list[Cell]:
    at = [columns.index_of[name] for name in fields if name in columns.index_of]
    return [row.cells[index] for row in table.rows for index in at if index < len(row.cells)]


@dataclass(slots=True)
class RowReader:
    """The cells of one row. `problems` keep the row out, `warnings` do not."""

    row: TableRow
    reading: Reading
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)

    def problem(self, field_name: str, code: ProblemCode, message: str, value: object = None) -> None:
        """Note what is wrong with a field; the same thing once, however often a field is read."""
        about = self._about(field_name, code, message, value)
        if about not in self.problems:
            self.problems.append(about)

    def _about(self, field_name: str, code: ProblemCode, message: str, value: object) -> RowProblem:
        column = self.reading.columns.header_of.get(field_name, field_name)
        return RowProblem(self.row.number, column, code, message, None if value is None else shortened(str(value)))

    def cell(self, field_name: str) -> Cell:
        """What stands there; None for an empty cell, a missing column or (noted) far too long a text."""
        index = self.reading.columns.index_of.get(field_name)
        if index is None or index >= len(self.row.cells):
            return None
        cell = self.row.cells[index]
        if isinstance(cell, str):
            if len(cell) > self.reading.max_cell_chars:
                limit = f"{len(cell)} characters, the limit is {self.reading.max_cell_chars}"
                self.problem(field_name, "too_long", limit, cell)
                return None
            return cell if one_line(cell) else None
        return cell

    def text(self, field_name: str, *, required: bool = False, lines: bool = False) -> str:
        """Clean text, "" for none. A number in a workbook reads as a person sees it: 4050.0 is "4050"."""
        cell = self.cell(field_name)
        if cell is None:
            if required:
                self.problem(field_name, "missing_value", f"{field_name} is missing")
            return ""
        if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
            cell = int(cell)
        return several_lines(str(cell)) if lines else one_line(str(cell))

    def number(self, field_name: str, low: float, high: float, *, above: bool = False) -> float | None:
        """A number from `low` (`above`: and not `low` itself) to `high`; None for none."""
        cell = self.cell(field_name)
        if cell is None:
            return None
        return self._within(field_name, cell, parse_number(cell, self.reading.mark), low, high, above=above)

    def degrees(self, field_name: str, most: float) -> float | None:
        """A latitude or longitude between -`most` and `most`; None for none."""
        cell = self.cell(field_name)
        return None if cell is None else self._within(field_name, cell, parse_coordinate(cell), -most, most)

    def _within(
        self, field_name: str, cell: Cell, value: float | None, low: float, high: float, *, above: bool = False
    ) -> float | None:
        if value is None:
            self.problem(field_name, "bad_number", f"{field_name} is not a number", cell)
        elif not low <= value <= high or (above and value == low):
            limit = f"above {low:g} and at most {high:g}" if above else f"from {low:g} to {high:g}"
            self.problem(field_name, "out_of_range", f"{field_name} must be {limit}", cell)
            return None
        return value

    def day(self, field_name: str, latest: date | None) -> date | None:
        """A date not after `latest`; None for none."""
        cell = self.cell(field_name)
        if cell is None:
            return None
        found, ambiguous = parse_date(cell)
        if found is None:
            self.problem(field_name, "bad_date", f"{field_name} is not a date such as 2026-03-31", cell)
        elif latest is not None and found > latest:
            self.problem(field_name, "out_of_range", f"{field_name} must not be after {latest}", cell)
        elif ambiguous:
            message = f"{field_name} was read as {found} (day before month)"
            self.warnings.append(self._about(field_name, "ambiguous_date", message, cell))
        return found

    def time_of_day(self, field_name: str) -> int | None:
        """Seconds since midnight; None for none."""
        cell = self.cell(field_name)
        if cell is None:
            return None
        found = parse_time_of_day(cell)
        if found is None:
            self.problem(field_name, "bad_time", f"{field_name} is not a time of day such as 08:30", cell)
        return found

    def words(self, field_name: str, known: Iterable[str] | None) -> tuple[str, ...]:
        """Skills between commas, semicolons, bars or slashes, each once, in the spelling of `known` (None: any)."""
        text = self.text(field_name)
        for mark in ";|/\n":
            text = text.replace(mark, ",")
        words = dict.fromkeys(word.strip() for word in text.split(",") if word.strip())
        if known is None:
            return tuple(words)
        spelling = {word.casefold(): word for word in known}
        for word in words:
            if word.casefold() not in spelling:
                there = ", ".join(sorted(spelling.values())[:10]) or "none"
                self.problem(field_name, "unknown_skill", f"skill {word!r} is not known (known: {there})", word)
        return tuple(dict.fromkeys(spelling[word.casefold()] for word in words if word.casefold() in spelling))
