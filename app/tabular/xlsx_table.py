"""An Excel workbook (.xlsx) into a table. Formulas are never computed: the value stored beside them is read."""

import io
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

import openpyxl

from app.tabular.problems import TableTooLarge, TableUnreadable
from app.tabular.table import RowCollector, Table, TableLimits

_LAST_ROW = 1_048_576
_MOST_PARTS = 10_000
_DAMAGE = (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, RuntimeError, ValueError, zlib.error)


def read_xlsx(data: bytes, filename: str, limits: TableLimits, sheet: str | None = None) -> Table:
    """Rows of the sheet named `sheet`, or of the first one. Raises TableUnreadable, TableTooLarge."""
    _check_parts(data, filename, limits)
    try:
        return _rows(data, filename, limits, sheet)
    except TableUnreadable:
        raise
    except Exception as error:  # a damaged workbook makes openpyxl raise almost anything
        raise TableUnreadable(filename, f"the workbook is damaged ({type(error).__name__})") from error


def _rows(data: bytes, filename: str, limits: TableLimits, sheet: str | None) -> Table:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        names = [worksheet.title for worksheet in book.worksheets]
        if not names or (sheet is not None and sheet not in names):
            reason = f"no sheet {sheet!r}; there are {', '.join(map(repr, names))}" if names else "no sheet with cells"
            raise TableUnreadable(filename, reason)
        worksheet = book.worksheets[0 if sheet is None else names.index(sheet)]
        collector = RowCollector(limits)
        # The size a sheet claims for itself is often wrong, so the bounds are ours; a row that claims to be number 10^9
        # would otherwise be led up to by 10^9 empty ones.
        nothing = (None,) * limits.max_columns  # compared in C: the gap above costs 1 s instead of 6
        rows = worksheet.iter_rows(1, _LAST_ROW, 1, limits.max_columns, values_only=True)
        for number, cells in enumerate(rows, 1):
            if cells != nothing and not collector.add(number, _filled(cells)):
                break
        return collector.table([])
    finally:
        book.close()


def _filled(cells: tuple[Any, ...]) -> tuple[Any, ...]:
    """`cells` up to the last one that holds something: rows come as wide as the most columns that are read."""
    width = len(cells)
    while width and cells[width - 1] is None:
        width -= 1
    return cells[:width]


def _check_parts(data: bytes, filename: str, limits: TableLimits) -> None:
    """Refuse zip bombs by the sizes in the directory (zipfile reads no further than those), and XML entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > limits.max_uncompressed_bytes:
                raise TableTooLarge(filename, "the unpacked workbook", size, limits.max_uncompressed_bytes)
            if len(parts) > _MOST_PARTS or any(part.flag_bits & 1 for part in parts):
                raise TableUnreadable(filename, "the workbook has too many parts or a password")
            if "xl/workbook.xml" not in archive.namelist():
                raise TableUnreadable(filename, "a zip file, but no Excel workbook (.xlsx)")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _declares_a_document_type(archive, part):
                    raise TableUnreadable(filename, "the workbook declares XML entities, which no spreadsheet does")
    except _DAMAGE as error:
        raise TableUnreadable(filename, f"the workbook is damaged ({error})") from error


class _PrologueRead(Exception):
    """The prologue is read: the way out of the parser."""


def _declares_a_document_type(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether the part has a DOCTYPE, the only place for entities that grow beyond all bounds."""
    found = False

    def doctype(*_: object) -> None:
        nonlocal found
        found = True
        raise _PrologueRead

    def element(*_: object) -> None:
        raise _PrologueRead

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = element
    try:
        with archive.open(part) as stream:
            parser.ParseFile(stream)
    except (_PrologueRead, expat.ExpatError):
        pass
    return found
