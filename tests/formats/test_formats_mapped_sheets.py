"""Workbooks: cells keep what a workbook keeps and say what it lost; hostile ones are refused before they are opened."""

from __future__ import annotations

import io
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
import xlsxwriter
import xlwt
from formats_sink import Reading
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from daozhang.errors import InputError
from daozhang.formats.base import Format, Given, Source
from daozhang.formats.mapped.spec import Amount, ColumnRule, FileShape, Mapping, Moment, TableRule
from daozhang.formats.mapped.store import as_format
from daozhang.formats.registry import formats_claiming
from daozhang.formats.sheets import Blurred, Number, check_openable, is_workbook, sheets_of

Rows = list[list[object]]
SHEET_HEAD = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)


def xlsx(*sheets: tuple[str, Rows]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(at, place, cell, moment)
                elif isinstance(cell, date):
                    sheet.write_datetime(at, place, datetime.combine(cell, datetime.min.time()), day)
                elif cell is not None:
                    sheet.write(at, place, cell)
    book.close()
    return out.getvalue()


def xls(*sheets: tuple[str, Rows]) -> bytes:
    book = xlwt.Workbook()
    for name, rows in sheets:
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is not None:
                    style = xlwt.easyxf(
                        num_format_str="yyyy-mm-dd hh:mm:ss" if isinstance(cell, datetime) else "yyyy-mm-dd"
                    )
                    sheet.write(at, place, cell, style) if isinstance(cell, date) else sheet.write(at, place, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(*sheets: tuple[str, Rows]) -> bytes:
    book = OpenDocumentSpreadsheet()
    for name, rows in sheets:
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for cell in row:
                line.addElement(_ods_cell(cell))
            table.addElement(line)
        book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()


def _ods_cell(cell: object) -> TableCell:
    if isinstance(cell, date):
        return TableCell(valuetype="date", datevalue=cell.isoformat())
    if isinstance(cell, int | float):
        return TableCell(valuetype="float", value=str(cell))
    made = TableCell(valuetype="string") if cell is not None else TableCell()
    if cell is not None:
        made.addElement(P(text=str(cell)))
    return made


WRITERS = pytest.mark.parametrize("write", [xlsx, xls, ods])

MAPPING = Mapping(
    code="made_orders",
    shape=FileShape(container="sheet", header=("单号", "金额", "下单时间"), footers=("合计",)),
    tables=(
        TableRule(
            table="orders",
            columns=(
                ("order_no", ColumnRule(columns=("单号",))),
                ("merchant_no", ColumnRule(value="given:merchant_no", otherwise="M1")),
                ("amount_minor", ColumnRule(columns=("金额",), amount=Amount())),
                ("placed_at", ColumnRule(columns=("下单时间",), moment=Moment())),
            ),
        ),
    ),
)
ORDERS: Format = as_format(MAPPING)


def read(data: bytes, format_: Format = ORDERS, given: Given | None = None) -> Reading:
    reading = Reading()
    assert format_.read is not None
    format_.read(Source("orders.xlsx", data, given), reading)
    return reading


@WRITERS
def test_numbers_texts_days_and_moments_are_what_the_workbook_shows(write: Callable[..., bytes]) -> None:
    reading = read(
        write(
            (
                "一",
                [
                    ["某商户导出", None, None],
                    ["单号", "金额", "下单时间"],
                    ["00012", 0.1 + 0.2, datetime(2026, 6, 15, 9, 30, 15)],
                    [1234, 1288, date(2026, 6, 16)],
                    ["甲3", "1,288.50", "2026-06-17 10:00:00"],
                    ["合计", 2576.8, None],
                ],
            )
        )
    )

    assert [(row["order_no"], row["amount_minor"], row["placed_at"]) for row in reading.values("orders")] == [
        ("00012", 30, datetime(2026, 6, 15, 9, 30, 15)),
        ("1234", 128800, datetime(2026, 6, 16)),
        ("甲3", 128850, datetime(2026, 6, 17, 10)),
    ]
    assert reading.control_lines == [1, 2, 6]
    assert reading.warnings == [("warn-numbers-for-text", {"columns": "单号"})]


@WRITERS
def test_an_identifier_with_more_digits_than_a_workbook_keeps_is_set_aside(write: Callable[..., bytes]) -> None:
    reading = read(
        write(
            (
                "一",
                [
                    ["单号", "金额", "下单时间"],
                    [4200001234567890123, 1, "2026-06-15"],
                    ["4200001234567890123", 1, "2026-06-15"],
                    ["4.20000123456789E+18", 1, "2026-06-15"],
                ],
            )
        )
    )

    assert [(line, column, reason) for line, column, _, reason, _ in reading.rejects] == [
        (2, "单号", "reject-number-blurred"),
        (4, "单号", "reject-number-blurred"),
    ]
    assert reading.row_lines == [3]


def test_a_day_without_a_date_style_is_read_from_its_serial_number() -> None:
    reading = read(xlsx(("一", [["单号", "金额", "下单时间"], ["a", 1, 46188], ["b", 1, 46188.5], ["c", 1, 20260615]])))

    assert [row["placed_at"] for row in reading.values("orders")] == [
        datetime(2026, 6, 15),
        datetime(2026, 6, 15, 12),
        datetime(2026, 6, 15),
    ]


@WRITERS
def test_every_sheet_with_the_header_is_read_and_every_row_of_the_others_is_counted(
    write: Callable[..., bytes],
) -> None:
    head: list[object] = ["单号", "金额", "下单时间"]
    reading = read(
        write(
            ("说明", [["本表由系统导出"], ["请勿修改"]]),
            ("上半月", [head, ["a", 1, "2026-06-01"]]),
            ("下半月", [["备注"], head, ["b", 2, "2026-06-20"], ["c", 3, "2026-06-21"]]),
        )
    )

    assert reading.row_lines == [4, 7, 8]
    assert reading.control_lines == [1, 2, 3, 5, 6]


def test_a_header_of_two_rows_with_merged_cells_names_its_columns() -> None:
    shape = FileShape(container="sheet", header=("单号", "收入金额", "下单时间"))
    rules = tuple((name, rule) for name, rule in MAPPING.tables[0].columns if name != "amount_minor")
    amount = ColumnRule(columns=("收入金额",), amount=Amount())
    mapping = Mapping(
        code="two_rows",
        shape=shape,
        tables=(TableRule(table="orders", columns=(*rules, ("amount_minor", amount))),),
    )
    data = xlsx(
        (
            "一",
            [
                ["单号", "收入", None, "支出", None, "下单时间"],
                [None, "笔数", "金额", "笔数", "金额", None],
                ["a", 1, 12.5, 1, 99, "2026-06-01"],
            ],
        )
    )

    assert as_format(mapping).knows(Source("x", data))
    reading = read(data, as_format(mapping))
    assert reading.values("orders")[0]["amount_minor"] == 1250
    assert reading.control_lines == [1, 2]


@WRITERS
def test_a_workbook_is_known_and_claimed_by_its_header(write: Callable[..., bytes]) -> None:
    data = write(("一", [["单号", "金额", "下单时间"], ["a", 1, "2026-06-01"]]))

    assert is_workbook(Source("x", data))
    assert ORDERS.knows(Source("x", data))
    assert [one.code for one in formats_claiming(Source("x", data), [ORDERS])] == ["made_orders"]
    assert formats_claiming(Source("x", data)) == []


def test_cells_say_what_the_workbook_lost() -> None:
    (sheet,) = sheets_of(Source("x", xlsx(("一", [["12", 12, 1234567890123456, 0.1 + 0.2, True, None, -0.0]]))))
    ((number, cells),) = sheet.rows()

    assert (number, cells) == (1, ("12", "12", "1234567890123456", "0.3", "1", "", "0"))
    assert [type(cell) for cell in cells[:3]] == [str, Number, Blurred]


# -- hostile workbooks


def package(sheet: bytes | list[bytes], **more: bytes) -> bytes:
    """A workbook with one sheet of the bytes given; ``more`` are other parts by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
            'ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "xl/workbook.xml",
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.'
            'openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
        )
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for piece in [sheet] if isinstance(sheet, bytes) else sheet:
                part.write(piece)
        for name, data in more.items():
            archive.writestr(name, data)
    return out.getvalue()


def ten_million_cells() -> bytes:
    row = b"<row>" + b"<c><v>1</v></c>" * 1000 + b"</row>"
    return package([SHEET_HEAD, *[row * 100] * 100, b"</sheetData></worksheet>"])


def corners() -> bytes:
    return package(
        SHEET_HEAD + b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )


def wide_then_long() -> bytes:
    return package(
        [
            SHEET_HEAD,
            b"<row>",
            b"<c><v>1</v></c>" * 16384,
            b"</row>",
            b"<row><c><v>1</v></c></row>" * 300,
            b"</sheetData>",
        ]
    )


def ods_of(content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<m/>")
        archive.writestr("content.xml", content)
    return out.getvalue()


def repeated_ods() -> bytes:
    return ods_of(
        '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>'
        '<table:table table:name="s"><table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'office:value-type="float" office:value="1" table:number-columns-repeated="16384"/></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )


def with_doctype() -> bytes:
    return ods_of('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>')


def lying() -> bytes:
    data = bytearray(package(SHEET_HEAD + b"<row><c><v>1</v></c></row>" * 5000 + b"</sheetData></worksheet>"))
    for magic, place, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        start = data.find(magic)
        while data[start + name_at : start + name_at + 24] != b"xl/worksheets/sheet1.xml":
            start = data.find(magic, start + 4)
        data[start + place : start + place + 4] = (100).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (corners, "refused-sheet-cells"),
        (wide_then_long, "refused-sheet-cells"),
        (repeated_ods, "refused-sheet-cells"),
        (with_doctype, "refused-sheet-damaged"),
        (lying, "refused-sheet-damaged"),
        (lambda: package(b"", **{"xl/media/image.bin": b"\0" * (401 * 1024 * 1024)}), "refused-sheet-too-large"),
        (lambda: package(b"")[:-40], "refused-sheet-damaged"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000, "refused-sheet-damaged"),
    ],
    ids=["corners", "wide-then-long", "repeated", "doctype", "lying", "large", "torn", "torn-xls"],
)
def test_a_hostile_workbook_is_refused_before_it_is_opened(make: Callable[[], bytes], key: str) -> None:
    source = Source("book.xlsx", make())

    assert not ORDERS.knows(source)
    with pytest.raises(InputError) as caught:
        read(source.data)
    assert caught.value.key == key
    if is_workbook(source):
        with pytest.raises(InputError, match=key):
            check_openable(source)


def test_ten_million_cells_in_half_a_megabyte_cost_little_memory() -> None:
    program = textwrap.dedent("""
        import resource, sys
        from daozhang.errors import InputError
        from daozhang.formats.base import Source
        from daozhang.formats.sheets import sheets_of
        data = sys.stdin.buffer.read()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            sheets_of(Source("x", data))
        except InputError as error:
            print(error.key, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """)
    data = ten_million_cells()
    assert len(data) < 500_000

    said = subprocess.run([sys.executable, "-c", program], input=data, capture_output=True, check=True).stdout.split()

    assert said[0] == b"refused-sheet-cells"
    assert int(said[1]) < 50_000, "KiB"
