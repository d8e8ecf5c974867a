"""Large files of formats whose samples have no two rows that could be repeated as they stand: workbooks, JSON, summaries.

Each maker takes the folder of the format's samples, a number of rows and a folder, and returns the file it wrote there;
None when no sample lends itself to it.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from daozhang.formats.base import Source
from daozhang.formats.sheets import sheets_of

Maker = Callable[[Path, int, Path], "Path | None"]

_SHEET: Final = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_RELATIONS: Final = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORKBOOK: Final = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": f'{_RELATIONS}<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'{_RELATIONS}<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": (
        f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
}
"""The parts of the smallest workbook but its sheet."""


def samples_of(folder: Path) -> list[Path]:
    """Return the sample files of a format."""
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.endswith(".expected.txt"))


def workbook(folder: Path, rows: int, target: Path) -> Path | None:
    """Write a workbook of the sample's head and its rows many times over (a row has as many cells as the fullest)."""
    table = [cells for _, cells in sheets_of(Source("a", samples_of(folder)[0].read_bytes()))[0].rows()]
    widest = max(sum(map(bool, cells)) for cells in table)
    full = [place for place, cells in enumerate(table) if sum(map(bool, cells)) >= widest - 2]
    if len(full) < 2:
        return None
    head, body = table[: full[0] + 1], [table[place] for place in full[1:]]
    path = target / "bench.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in _WORKBOOK.items():
            book.writestr(name, part)
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(_SHEET.encode())
            for cells in head:
                sheet.write(_row(cells))
            for number in range(rows):
                sheet.write(_row(body[number % len(body)]))
            sheet.write(b"</sheetData></worksheet>")
    return path


def _row(cells: Iterable[str]) -> bytes:
    inner = "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>' for cell in cells)
    return f"<row>{inner}</row>".encode()


def objects(folder: Path, rows: int, target: Path) -> Path | None:
    """Write the sample's list of objects many times over, each with an ``id`` of its own."""
    sample = samples_of(folder)[0]
    name, found = next(iter(json.loads(sample.read_text(encoding="utf-8")).items()))
    longer = [{**found[number % len(found)], "id": f"bench_{number}"} for number in range(rows)]
    path = target / sample.name
    path.write_text(json.dumps({name: longer}), encoding="utf-8")
    return path


def entries(folder: Path, rows: int, target: Path) -> Path | None:
    """Write the first booked entry of a sample of ISO 20022 many times over."""
    for sample in samples_of(folder):
        text = sample.read_text(encoding="utf-8")
        for match in re.finditer(r"<Ntry>.*?</Ntry>", text, re.DOTALL):
            if ">BOOK<" in match[0]:
                path = target / sample.name
                with path.open("w", encoding="utf-8") as out:
                    out.write(text[: match.start()])
                    out.writelines(match[0] for _ in range(rows))
                    out.write(text[match.end() :])
                return path
    return None


def summary_lines(folder: Path, rows: int, target: Path) -> Path | None:
    """Write the lines of a summary many times over: those of most cells, but the first, which names them."""
    sample = samples_of(folder)[-1]
    lines = sample.read_bytes().splitlines(keepends=True)
    most = max(line.count(b",") for line in lines)
    body = [place for place, line in enumerate(lines) if line.count(b",") == most][1:] if most else range(len(lines))
    first, last = body[0], body[-1] + 1
    block = lines[first:last]
    path = target / sample.name
    with path.open("wb") as out:
        out.writelines(lines[:first])
        out.writelines(block[number % len(block)] for number in range(rows))
        out.writelines(lines[last:])
    return path


MAKERS: Final[dict[str, Maker]] = {
    "alipay_summary": summary_lines, "unionpay_zsum": summary_lines, "bank_ccb": workbook, "bank_spdb": workbook,
    "camt_052": entries, "square_payout_entries": objects, "square_payouts": objects,
}  # fmt: skip
"""Code → what makes its large file."""
