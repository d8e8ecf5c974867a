"""A workbook goes the whole way: as a file, inside a zip, and refused by name when it is made to do harm."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from intake_tables import assert_nothing_lost

from daozhang.desk import imports

SAMPLE = Path(__file__).parent.parent / "samples" / "bank_spdb" / "spdb_debit_example.xls"
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def corners() -> bytes:
    """A workbook of a few hundred bytes whose two cells span seventeen thousand million."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            SHEET + b'<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>',
        )
    return out.getvalue()


def test_a_workbook_is_one_file_wherever_it_lies(sqlite_workspace: Any, tmp_path: Path) -> None:
    packed = tmp_path / "june.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(SAMPLE, "statements/june.xls")
        archive.writestr("statements/corners.xlsx", corners())
    (tmp_path / "corners.xlsx").write_bytes(corners())

    alone, bad, first, second = imports.import_paths(sqlite_workspace, [SAMPLE, tmp_path / "corners.xlsx", packed])

    assert (alone.state, alone.format, alone.accepted, alone.control) == ("accepted", "bank_spdb", 4, 2)
    assert_nothing_lost(alone)
    assert (bad.state, bad.warnings[0].key) == ("refused", "refused-sheet-cells")
    assert {one.file: one.state for one in (first, second)} == {
        "june.zip/statements/corners.xlsx": "refused",
        "june.zip/statements/june.xls": "unchanged",
    }
