"""Any supported file into a table. The content decides, not the name: spreadsheets get saved under wrong names."""

from app.tabular.csv_table import KnownHeader, read_csv
from app.tabular.problems import TableTooLarge, TableUnreadable
from app.tabular.table import Table, TableLimits
from app.tabular.xlsx_table import read_xlsx

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def read_table(
    data: bytes, filename: str, limits: TableLimits, known_header: KnownHeader, sheet: str | None = None
) -> Table:
    """Header and rows of CSV or XLSX `data`; `filename` is for messages. Raises TableUnreadable, TableTooLarge."""
    if len(data) > limits.max_bytes:
        raise TableTooLarge(filename, "the file", len(data), limits.max_bytes)
    if not data.strip():
        raise TableUnreadable(filename, "the file is empty")
    if data.startswith(_ZIP):
        return read_xlsx(data, filename, limits, sheet)
    if data.startswith(_OLD_OFFICE):
        raise TableUnreadable(filename, "an old .xls file or a workbook with a password; save it as .xlsx or CSV")
    if data.startswith((b"%PDF", b"\x1f\x8b", b"\x89PNG")):
        raise TableUnreadable(filename, "not a table; save it as CSV or XLSX")
    return read_csv(data, filename, limits, known_header)
