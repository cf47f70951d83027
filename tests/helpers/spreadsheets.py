"""Files as people hand them in."""

import csv
import io
import zipfile

import openpyxl


def csv_bytes(*rows, delimiter=",", encoding="utf-8", newline="\r\n"):
    """Rows written by the csv module."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(*rows, sheets=("Sheet",)):
    """A workbook with `rows` on the last of `sheets`; the others hold one cell."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in sheets:
        book.create_sheet(name).append(["nothing here"])
    sheet = book[sheets[-1]]
    sheet.delete_rows(1)
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(workbook, name, data):
    """`workbook` with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            if part != name:
                target.writestr(part, source.read(part))
        target.writestr(name, data)
    return out.getvalue()
