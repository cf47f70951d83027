"""A file opened as rows with known columns: what is the same for accounts and reps."""

from dataclasses import dataclass

from app.tabular.columns import ColumnMap, Synonyms, field_of_header, map_columns, normalised
from app.tabular.problems import RowProblem
from app.tabular.read_table import read_table
from app.tabular.row_reader import Reading, RowReader
from app.tabular.table import Table, TableLimits, TableRow

_ADDRESS_FIELDS = ("address", "street", "city", "postcode")


@dataclass(frozen=True, slots=True)
class FileRows:
    """Rows to read fields from, and what concerns the file as a whole."""

    readers: tuple[RowReader, ...]
    problems: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...]
    row_count: int
    fields: frozenset[str] = frozenset()
    """What the file has columns for."""

    def all_problems(self) -> tuple[RowProblem, ...]:
        """Problems of the rows in order, then the file's."""
        return (*(problem for reader in self.readers for problem in reader.problems), *self.problems)

    def all_warnings(self) -> tuple[RowProblem, ...]:
        """Warnings of the file, then of the rows in order."""
        return (*self.warnings, *(warning for reader in self.readers for warning in reader.warnings))


def open_rows(
    data: bytes,
    filename: str,
    limits: TableLimits,
    sheet: str | None,
    synonyms: Synonyms,
    number_fields: tuple[str, ...],
) -> FileRows:
    """Rows of a file whose ids are there and different. Raises TableUnreadable, TableTooLarge."""
    fields = field_of_header(synonyms)
    table = read_table(data, filename, limits, lambda cell: normalised(cell) in fields, sheet)
    header = table.header or TableRow(1, ())
    columns = map_columns(header, synonyms)
    missing = _missing_columns(header, columns)
    if missing:
        return FileRows((), (*missing, *table.problems), (*table.warnings, *columns.warnings), len(table.rows))
    reading = Reading.of(table, columns, number_fields, limits.max_cell_chars)
    readers = tuple(RowReader(row, reading) for row in table.rows)
    _check_ids(readers)
    _mark_unclosed(table, readers)
    warnings = (*table.warnings, *columns.warnings)
    return FileRows(readers, table.problems, warnings, len(table.rows), frozenset(columns.index_of))


def _missing_columns(header: TableRow, columns: ColumnMap) -> list[RowProblem]:
    """Without an id, or without coordinates and without an address, no row can be right: said once."""
    there = columns.index_of
    found = []
    if "id" not in there:
        found.append(RowProblem(header.number, "id", "missing_column", "no column id (or code, account_id, …)"))
    if any(name in there for name in _ADDRESS_FIELDS):
        return found
    for name in ("lat", "lon"):
        if name not in there:
            message = f"no column {name}, and no address to look up instead"
            found.append(RowProblem(header.number, name, "missing_column", message))
    return found


def _check_ids(readers: tuple[RowReader, ...]) -> None:
    first_row: dict[str, int] = {}
    for reader in readers:
        identity = reader.text("id", required=True)
        if identity and identity in first_row:
            message = f"id {identity!r} already stands in row {first_row[identity]}"
            reader.problem("id", "duplicate_id", message, identity)
        elif identity:
            first_row[identity] = reader.row.number


def _mark_unclosed(table: Table, readers: tuple[RowReader, ...]) -> None:
    """A row that swallowed the rest of the file is no good row."""
    for row in (warning.row for warning in table.warnings if warning.code == "unclosed_quote"):
        for reader in readers[-1:]:
            if reader.row.number == row:
                reader.problem("id", "unclosed_quote", "a quote in this row is never closed")
