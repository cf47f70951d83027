import contextlib
import datetime
import time
import zipfile
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tabular.problems import TableError, TableTooLarge, TableUnreadable
from app.tabular.read_table import read_table
from app.tabular.table import TableLimits
from tests.helpers.spreadsheets import csv_bytes, with_part, xlsx_bytes

LIMITS = TableLimits()


def known_header(cell):
    return cell.strip().lower() in {"id", "name", "lat", "lon", "note"}


def read(data, limits=LIMITS, sheet=None):
    return read_table(data, "accounts", limits, known_header, sheet)


def cells(table):
    return [table.header.cells, *(row.cells for row in table.rows)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter, newline):
    table = read(csv_bytes(["id", "name"], ["1", "a,b;c\td|e"], delimiter=delimiter, newline=newline))
    assert cells(table) == [("id", "name"), ("1", "a,b;c\td|e")]


def test_semicolons_with_decimal_commas_are_not_taken_for_commas():
    table = read(b"id;lat;lon\n1;48,1;11,5\n2;48,2;11,6\n")
    assert cells(table)[1] == ("1", "48,1", "11,5")


def test_one_column_is_fine():
    assert cells(read(b"id\n1\n2\n")) == [("id",), ("1",), ("2",)]


def test_sep_line_is_obeyed_and_not_counted_as_a_row():
    table = read(b'"sep=;"\r\nid;name\r\n1;a,b\r\n')
    assert cells(table) == [("id", "name"), ("1", "a,b")]
    assert table.header.number == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings(encoding):
    table = read(csv_bytes(["id", "name"], ["1", "Þórður €"], encoding=encoding))
    assert table.rows[0].cells == ("1", "Þórður €") and not table.warnings


def test_latin_1_is_read_with_a_warning():
    table = read(csv_bytes(["id", "name"], ["1", "Müller – 5 €"], encoding="cp1252"))
    assert table.rows[0].cells[1] == "Müller – 5 €"
    assert [w.code for w in table.warnings] == ["encoding_guessed"]
    assert read(b"id,name\n1,\x81\xfc\n").rows[0].cells[1] == "\x81ü", "a byte that Windows-1252 lacks"


def test_row_numbers_are_those_of_the_spreadsheet():
    data = b'\nid,name\n1,"two\nlines"\n,\n\n2,b\n'
    table = read(data)
    assert table.header.number == 2
    assert [(row.number, row.cells[0]) for row in table.rows] == [(3, "1"), (6, "2")]


def test_row_numbers_in_a_workbook():
    book = openpyxl.Workbook()
    book.active["B3"] = "id"
    book.active["B7"] = 1
    stream = BytesIO()
    book.save(stream)
    table = read(stream.getvalue())
    assert (table.header.number, table.rows[0].number) == (3, 7)
    assert table.rows[0].cells[:2] == (None, 1)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\ufeff"), max_size=12),
            min_size=3,
            max_size=3,
        ),
        max_size=8,
    ),
    st.sampled_from(",;\t|"),
)
def test_csv_comes_back_as_written(rows, delimiter):
    table = read(csv_bytes(["id", "name", "note"], *rows, delimiter=delimiter))
    expected = [tuple(cell or None for cell in row) for row in rows if any(cell.strip() for cell in row)]
    assert [row.cells for row in table.rows] == expected


def test_workbook_types_and_sheets():
    moment = datetime.datetime(2026, 3, 1, 8, 30)  # noqa: DTZ001 (as a workbook holds it)
    data = xlsx_bytes(["id", "name"], [1, "a"], [2.5, moment], [True, None], sheets=("Other", "Data"))
    assert cells(read(data, sheet="Data")) == [("id", "name"), (1, "a"), (2.5, moment), (True,)]
    assert cells(read(data))[0][0] == "nothing here", "the first sheet where none is named"
    with pytest.raises(TableUnreadable, match="no sheet 'X'; there are 'Other', 'Data'"):
        read(data, sheet="X")


def test_formulas_are_never_computed():
    data = xlsx_bytes(["id", "name"], ["1", '=HYPERLINK("http://127.0.0.1","x")'])
    assert read(data).rows[0].cells == ("1",), "no stored value, so nothing"
    table = read(b"id,name\n1,\"=cmd|'/c calc'!A1\"\n")
    assert table.rows[0].cells[1] == "=cmd|'/c calc'!A1", "text stays text"


def test_too_many_rows_is_a_problem_not_an_error():
    limits = TableLimits(max_rows=2)
    for data in (b"id\n1\n2\n3\n4\n", xlsx_bytes(["id"], [1], [2], [3])):
        table = read(data, limits)
        assert len(table.rows) == 2
        assert [(p.row, p.code) for p in table.problems] == [(4, "too_many_rows")]
    assert not read(b"id\n1\n2\n\n", limits).problems


def test_too_large():
    with pytest.raises(TableTooLarge, match=r"the file is 11 bytes, the limit is 10") as caught:
        read(b"id,name\n1,a", TableLimits(max_bytes=10))
    assert (caught.value.value, caught.value.limit, caught.value.code) == (11, 10, "too_large")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "old .xls"),
        (b"%PDF-1.7", "not a table"),
        (b"PK\x03\x04rubbish", "damaged"),
        (b"\xff\xfei\x00d\x00\x00\xd8", "UTF-16"),
        (bytes(range(256)) * 4 + b"\x00" * 100, "not text"),
        (b'id,name\n1,"' + b"x" * 140_000, "row 2 cannot be read"),
    ],
)
def test_unreadable_files_say_why(data, words):
    with pytest.raises(TableUnreadable, match=words) as caught:
        read(data)
    assert caught.value.code == "file_unreadable" and str(caught.value).startswith("accounts: ")


def test_a_zip_that_is_no_workbook():
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", "<a/>")
    with pytest.raises(TableUnreadable, match="no Excel workbook"):
        read(stream.getvalue())


def test_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = with_part(xlsx_bytes(["id"], [1]), "xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    assert len(bomb) < 200_000
    began = time.perf_counter()
    with pytest.raises(TableTooLarge, match="unpacked workbook"):
        read(bomb)
    assert time.perf_counter() - began < 1


def test_xml_entities_are_refused():
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 10))
    sheet = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">' + laughs + b"]><worksheet>&l9;</worksheet>"
    for encoded in (sheet, sheet.decode().encode("utf-16")):
        with pytest.raises(TableUnreadable, match="XML entities"):
            read(with_part(xlsx_bytes(["id"], [1]), "xl/worksheets/sheet1.xml", encoded))


def test_a_row_that_claims_a_huge_number_ends_quickly():
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>5</v></c></row><row r="4000000000"><c r="A4000000000"><v>6</v></c></row>'
        "</sheetData></worksheet>"
    )
    began = time.perf_counter()
    table = read(with_part(xlsx_bytes(["id"], [1]), "xl/worksheets/sheet1.xml", sheet))
    assert table.header.cells[0] == 5 and not table.rows
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_workbook_is_unreadable_or_readable_but_never_a_crash(seed):
    import random

    generator = random.Random(seed)
    data = bytearray(xlsx_bytes(["id", "name"], *[[i, f"name {i}"] for i in range(20)]))
    for _ in range(generator.randint(1, 30)):
        data[generator.randrange(4, len(data))] = generator.randrange(256)
    try:
        read(bytes(data[: generator.randrange(len(data) // 2, len(data) + 1)]))
    except TableError as error:
        assert str(error)


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_a_table_error(data):
    with contextlib.suppress(TableError):
        read(data)


def test_unclosed_quote_is_told():
    table = read(b'id,name\n1,a\n2,"b\n3,c\n')
    assert [(w.row, w.code) for w in table.warnings] == [(3, "unclosed_quote")]
    assert not read(b'id,name\n1,5" pipe\n2,b\n').warnings
