"""What can be read of a line that waits where the file is no delimited text: a workbook, or records of fixed width."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from daozhang.desk import imports
from daozhang.desk.aside_reading import with_lines
from daozhang.formats.decoding import decode
from daozhang.formats.lines import records
from daozhang.matching.aside_lines import AsideLine, Fit, Wanted, fit

SAMPLES = Path(__file__).parent.parent / "samples"


def lines_of(workspace: Any, path: Path) -> tuple[AsideLine, ...]:
    """Return what can be read of the lines of a file that wait, and check that one does."""
    (result,) = imports.import_paths(workspace, [path])
    assert result.quarantined == 1, result
    _, files = imports.visible(workspace, as_of=datetime(2030, 1, 1))
    (file,) = with_lines(workspace, files)
    return file.aside_lines


def as_workbook(text: str, path: Path, *, row: int, column: str, value: str) -> dict[str, str]:
    """Write a table into the second sheet of a workbook, ``value`` in one cell; return the cells of that row by column."""
    table = [list(record.cells) for record in records(text)][: row + 1]
    head = table[0]
    shown = dict(zip(head, table[row], strict=False))
    table[row][head.index(column)] = value
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write_row(0, 0, ["对账单", "仅供参考"])
        page = book.add_worksheet("明细")
        for place, cells in enumerate(table):
            page.write_row(place, 0, cells)
    return shown


def test_a_record_of_fixed_width_says_its_numbers_and_its_amount(sqlite_workspace: Any, tmp_path: Path) -> None:
    (sample,) = (SAMPLES / "unionpay_zm").glob("SYNTHETIC*_777000000000001")
    first, second, *rest = sample.read_bytes().split(b"\r\n")
    broken = first[:215] + b"?Z" + first[217:]
    path = tmp_path / sample.name
    path.write_bytes(b"\r\n".join((broken, second, *rest)))

    (line,) = lines_of(sqlite_workspace, path)

    text = {name: first[start:end].decode().strip() for name, start, end in (
        ("trace_no", 28, 34), ("merchant_no", 293, 308), ("terminal_no", 388, 396), ("network_no", 87, 108), ("amount", 66, 78),
    )}  # fmt: skip
    assert line.line_no == 1
    assert line.is_amount_known
    assert int(text["amount"]) in line.amounts
    assert {name: text[name] for name in ("trace_no", "merchant_no", "terminal_no")}.items() <= line.numbers.items()
    assert fit(line, Wanted(numbers={"network_no": text["network_no"]})) is Fit.KEY
    assert fit(line, Wanted(numbers={"terminal_no": "other"}, amounts=line.amounts)) is Fit.NONE


def test_a_record_of_another_length_says_nothing(sqlite_workspace: Any, tmp_path: Path) -> None:
    (sample,) = (SAMPLES / "unionpay_zm").glob("SYNTHETIC*_777000000000001")
    first, second, *rest = sample.read_bytes().split(b"\r\n")
    path = tmp_path / sample.name
    path.write_bytes(b"\r\n".join((first, second[:300] + second[301:], *rest)))

    assert lines_of(sqlite_workspace, path) == ()


@pytest.mark.parametrize("column", ["交易类型", "交易金额"])
def test_a_row_of_a_workbook_says_what_its_columns_are_called(
    sqlite_workspace: Any, tmp_path: Path, column: str
) -> None:
    (sample,) = (path for path in (SAMPLES / "allinpay_trade").iterdir() if not path.name.endswith(".expected.txt"))
    path = tmp_path / "trade.xlsx"
    text = decode(sample.read_bytes())
    before = as_workbook(text, path, row=2, column=column, value="?")

    (line,) = lines_of(sqlite_workspace, path)

    assert line.line_no == 4, "rows are counted through the sheets"
    assert line.numbers["terminal_no"] == before["终端号"].strip("`'\t ")
    assert line.numbers["rrn"] == before["参考号"].strip("`'\t ")
    assert (round(float(before["交易金额"]) * 100) in line.amounts, line.is_amount_known) == (
        column != "交易金额", column != "交易金额",
    )  # fmt: skip
