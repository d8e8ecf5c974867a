"""Shapes made to eat memory, time or trust: each is refused or bounded, and the file behind them is read."""

from __future__ import annotations

import io
import resource
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from child_peaks import child_peaks
from intake_tables import as_csv, assert_nothing_lost, clearing

from daozhang.desk import imports
from daozhang.texts import LANGUAGES, has

TESTS = Path(__file__).parent.parent
MEMORY_MB = 192
CPU_S = 6
CAMT = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
SAMPLE = (TESTS / "samples" / "bank_icbc" / "example-icbc-debit-v2-records.csv").read_bytes()


def wide_workbook() -> bytes:
    """Return a small workbook whose two cells stand ten million apart."""
    import xlsxwriter

    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "a")
        page.write(624_999, 15, "b")
    return packed.getvalue()


def rewritten(packed: bytes, part: str, change: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(entry.filename, change(body) if entry.filename == part else body)
    return out.getvalue()


def nested_zip(depth: int) -> bytes:
    body, name = b"x", "a.csv"
    for _ in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, body)
        body, name = out.getvalue(), "in.dat"
    return body


def interchange(**cells: Any) -> bytes:
    return as_csv([clearing(1, **cells), clearing(2)]).encode("utf-8", errors="surrogateescape")


def shapes() -> dict[str, bytes]:
    """Return the files by name."""
    head = as_csv([clearing(1)]).encode().splitlines()[0]
    book = wide_workbook()
    entities = b'<!DOCTYPE a [<!ENTITY a "' + b"x" * 1000 + b'">' + b"".join(
        b'<!ENTITY %c "' % (98 + n) + b"&%c;" % (97 + n) * 10 + b'">' for n in range(9)) + b"]>"  # fmt: skip
    return {
        "10_million_cells.xlsx": book,
        "entities.xlsx": rewritten(book, "xl/worksheets/sheet1.xml", lambda body: entities + body),
        "sector_of_8_gib.xls": (TESTS / "fuzz" / "regressions" / "sheets" / "sector-of-8-gib.bin").read_bytes(),
        "entities.xml": b'<?xml version="1.0"?>' + entities + CAMT + b"<GrpHdr>&j;</GrpHdr></BkToCstmrStmt></Document>",
        "nested.xml": CAMT + b"<Stmt>" * 200_000,
        "attributes.xml": CAMT + b"<Stmt " + b" ".join(b'a%d="x"' % n for n in range(300_000)) + b"/>",
        "deep.zip": nested_zip(30),
        "nothing.csv": b"\0" * 3_000_000,
        "clearings_nul.csv": interchange(order_no="a\0b"),
        "clearings_line.csv": head + b"\n" + b"x" * 20_000_000,
        "clearings_commas.csv": head + b"\n" + b"," * 2_000_000 + b"\n",
        "clearings_quotes.csv": head + b"\n" + b'"\n' * 60_000,
        "statement_quotes.csv": SAMPLE + b'"a,\n' * 60_000,
        "clearings_power.csv": interchange(gross_minor="1e999999999"),
        "clearings_digits.csv": interchange(gross_minor="9" * 5000),
        "clearings_overflow.csv": interchange(gross_minor="9223372036854775808", net_minor="9223372036854775808"),
        "clearings_dates.csv": interchange(cleared_on="0000-00-00", occurred_at="9999-99-99T99:99:99"),
        "clearings_half.csv": interchange(order_no="a\udcedb\udca0\udc80"),
        "clearings_rows.parquet": b"PAR1\x15\x04\x19\x0c\x16" + b"\xff" * 9 + b"\x01\x19\x0c\x00" + b"\x0c\0\0\0PAR1",
    }


def bounded(workspace: Any) -> Any:
    limits = {"reader_memory_mb": MEMORY_MB, "reader_cpu_s": CPU_S}
    return replace(workspace, settings=workspace.settings.model_copy(update=limits))


def test_each_is_refused_or_bounded_and_the_next_file_is_read(sqlite_workspace: Any, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    made = shapes()
    for name, body in made.items():
        (inbox / name).write_bytes(body)
    (inbox / "z").mkdir()
    (inbox / "z" / "clearings_fine.csv").write_text(as_csv([clearing(7)]))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    with child_peaks() as peaks:
        answers = imports.import_paths(bounded(sqlite_workspace), [inbox])
    results = {one.file.removesuffix("/in.dat"): one for one in answers}

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    for name in made:
        one = results[name]
        assert_nothing_lost(one)
        assert one.state in {"accepted", "refused", "unclaimed"}, one
        assert all(has(language, said.key) for said in one.warnings for language in LANGUAGES), one
    for name in (
        "10_million_cells.xlsx",
        "entities.xlsx",
        "sector_of_8_gib.xls",
        "entities.xml",
        "deep.zip",
        "nothing.csv",
    ):
        assert results[name].state in {"refused", "unclaimed"}, results[name]
    assert [said.key for said in results["10_million_cells.xlsx"].warnings] == ["refused-sheet-cells"]
    assert results["z/clearings_fine.csv"].accepted == 1
    assert 0 < max(peaks) < (MEMORY_MB + 450) * 1024, "kilobytes of the largest child"
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < (CPU_S + 2) * len(made)
    assert not [path for path in sqlite_workspace.root.rglob("*") if path.is_file() and "staging" in path.parts]


@pytest.mark.deep
def test_a_line_of_a_gigabyte_is_bounded(sqlite_workspace: Any, tmp_path: Path) -> None:
    path = tmp_path / "clearings_line.csv"
    with path.open("wb") as file:
        file.write(as_csv([clearing(1)]).encode().splitlines()[0] + b"\n")
        for _ in range(1024):
            file.write(b"x" * 1024 * 1024)

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with child_peaks() as peaks:
        (result,) = imports.import_paths(sqlite_workspace, [path])

    assert result.state == "refused" or result.quarantined == 1
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert 0 < max(peaks) < 1536 * 1024
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 150


def test_what_is_brought_into_another_encoding_counts_as_memory(sqlite_workspace: Any, tmp_path: Path) -> None:
    rows = [clearing(number, order_no="清算" * 30) for number in range(1000)]
    head, *lines = as_csv(rows).encode("gb18030").splitlines(keepends=True)
    path = tmp_path / "clearings.csv"
    with path.open("wb") as file:
        file.write(head)
        while file.tell() < 300 * 1024 * 1024:
            file.writelines(lines)
    workspace = bounded(sqlite_workspace)
    workspace = replace(workspace, settings=workspace.settings.model_copy(update={"reader_cpu_s": 60}))

    (result,) = imports.import_paths(workspace, [path])

    assert_nothing_lost(result)
    assert (result.state, [said.key for said in result.warnings]) == ("refused", ["refused-memory"])
