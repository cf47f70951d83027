"""CSV of unknown making into a table: encoding, delimiter and line ends are found out."""

import csv
import io
from collections.abc import Callable, Iterator

from app.tabular.problems import RowProblem, TableUnreadable
from app.tabular.table import RowCollector, Table, TableLimits

DELIMITERS = (",", ";", "\t", "|")
_PROBE_CHARS = 65_536
_PROBE_ROWS = 30

KnownHeader = Callable[[str], bool]
"""Whether a header cell names a column that is looked for."""


def read_csv(data: bytes, filename: str, limits: TableLimits, known_header: KnownHeader) -> Table:
    """Rows of a CSV file. Raises TableUnreadable."""
    warnings: list[RowProblem] = []
    text = _decoded(data, filename, warnings)
    text, told = _without_directive(text)
    delimiter = told or _delimiter(text, known_header)
    collector = RowCollector(limits)
    records = _records(text, delimiter, filename)
    number = 0
    record: tuple[str | None, ...] = ()
    for number, record in enumerate(records, 1):
        if not collector.add(number, record):
            break
    if text.count('"') % 2 and any(cell and "\n" in cell for cell in record):
        message = "a quote is opened in this row and never closed, so the rest of the file became part of it"
        warnings.append(RowProblem(number, None, "unclosed_quote", message))
    return collector.table(warnings)


def _decoded(data: bytes, filename: str, warnings: list[RowProblem]) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16").replace("\x00", "")
        except UnicodeDecodeError as error:
            raise TableUnreadable(filename, "it begins as UTF-16 text but is damaged") from error
    try:
        return data.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError:
        pass
    if data.count(b"\x00") > len(data) // 100:
        raise TableUnreadable(filename, "it is not text (save it as CSV or XLSX)")
    message = "not UTF-8, read as Latin-1 (Windows-1252): look whether accented letters are right"
    warnings.append(RowProblem(None, None, "encoding_guessed", message))
    try:
        return data.decode("cp1252").replace("\x00", "")
    except UnicodeDecodeError:  # five bytes are undefined in Windows-1252
        return data.decode("latin-1").replace("\x00", "")


def _without_directive(text: str) -> tuple[str, str | None]:
    """A first line ``sep=;`` tells the delimiter; spreadsheets do not show it as a row."""
    first, _, rest = text.partition("\n")
    first = first.strip().strip('"')
    if len(first) == 5 and first.lower().startswith("sep=") and first[4] in DELIMITERS:
        return rest, first[4]
    return text, None


def _delimiter(text: str, known_header: KnownHeader) -> str:
    """The delimiter whose header has the most known names, then the most columns that all rows agree on."""
    probe = text[:_PROBE_CHARS]

    def merit(delimiter: str) -> tuple[int, int, int]:
        rows = [row for row in _some_records(probe, delimiter) if any(cell.strip() for cell in row)]
        if not rows:
            return (0, 0, 0)
        known = sum(known_header(cell) for cell in rows[0])
        same = sum(len(row) == len(rows[0]) for row in rows)
        return known, same if len(rows[0]) > 1 else 0, len(rows[0])

    return max(DELIMITERS, key=merit)


def _some_records(probe: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(probe, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) == _PROBE_ROWS:
                break
    except csv.Error:
        pass
    return rows


def _records(text: str, delimiter: str, filename: str) -> Iterator[tuple[str | None, ...]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = f"row {number} cannot be read ({error}); is a quote opened there and never closed?"
            raise TableUnreadable(filename, reason) from error
        yield tuple(cell or None for cell in record)
