"""Files of some hundred kilobytes that ask for gigabytes: each is refused within memory and time, and says why."""

from __future__ import annotations

import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import hostile_files as made
import pytest
from child_peaks import child_peaks
from intake_tables import as_csv, assert_nothing_lost, clearing

from daozhang.desk import imports
from daozhang.errors import InputError
from daozhang.formats.base import Source
from daozhang.formats.mapped.store import LARGEST, mapping_from_toml
from daozhang.formats.sheets import sheets_of
from daozhang.texts import LANGUAGES, has

MEMORY_MB = 192
CPU_S = 20
BESIDE_MB = 450
"""What a reader may hold beyond its limit: the interpreter and its libraries."""
CAMT = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
OFX = b"OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX>"
CELL = b"<row><c><v>1</v></c></row>"


def without_sheets(book: bytes) -> bytes:
    """Return an old workbook whose sheets nobody finds; a library then looks for a newer one behind it."""
    return book.replace("Workbook".encode("utf-16-le"), "Xorkbook".encode("utf-16-le"))


WORKBOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "dense.xlsx": (lambda: made.xlsx(made.sheet_of(made.dense_rows(625, 16_000))), "refused-sheet-cells"),
    "elsewhere.xlsx": (
        lambda: made.xlsx(made.sheet_of(made.dense_rows(313, 16_000)), place="xl/a/b.xml"), "refused-sheet-cells",
    ),
    "repeated.ods": (lambda: made.ods([made.ods_row(made.ods_cell("16"), "625000")]), "refused-sheet-cells"),
    "zeros.ods": (lambda: made.ods([made.ods_row(made.ods_cell("16"), "000000625000")]), "refused-sheet-cells"),
    "plus.ods": (lambda: made.ods([made.ods_row(made.ods_cell("+16"), "+625000")]), "refused-sheet-cells"),
    "strings.xlsx": (
        lambda: made.xlsx(
            made.sheet_of([CELL]),
            more=[("xl/sharedStrings.xml", [b"<sst>", *made.repeated(b"<si><t>a</t></si>", 5_000_000), b"</sst>"])],
        ), "refused-memory",
    ),
    "two_bytes_a_sign.xlsx": (
        lambda: made.xlsx([b"".join(made.sheet_of([CELL])).decode().encode("utf-16")]), "refused-sheet-damaged",
    ),
    "entities.xlsx": (
        lambda: made.xlsx([made.entities(root="worksheet"), *made.sheet_of([b"<row><c><v>&i;</v></c></row>"])]),
        "refused-sheet-damaged",
    ),
    "entities_of_names.xlsx": (
        lambda: made.xlsx(made.sheet_of([CELL]), more=[("docProps/core.xml", [made.entities(), b"<a>&i;</a>"])]),
        "refused-sheet-damaged",
    ),
    "entities.ods": (
        lambda: made.ods([made.ods_row(made.ods_cell(value=b"&i;"))], before=made.entities()), "refused-sheet-damaged",
    ),
    "fat_loop.xls": (lambda: made.looped(made.old_workbook([(0, 0)]), "fat"), "refused-sheet-damaged"),
    "directory_loop.xls": (lambda: made.looped(made.old_workbook([(0, 0)]), "directory"), "refused-sheet-damaged"),
    "difat_loop.xls": (lambda: made.looped(made.old_workbook([(0, 0)]), "difat"), "refused-sheet-damaged"),
    "corners.xls": (lambda: made.old_workbook([(0, 0), (65_535, 255)]), "refused-sheet-cells"),
    "small_corners.xls": (lambda: made.small_old_workbook([(0, 0), (65_535, 255)]), "refused-sheet-cells"),
    "zip_behind.xls": (
        lambda: without_sheets(made.old_workbook([(0, 0)])) + made.xlsx(made.sheet_of(made.dense_rows(313, 16_000))),
        "refused-sheet-cells",
    ),
}  # fmt: skip
OTHERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "directory.zip": (lambda: made.directory_of(100_000), "refused-zip-too-many"),
    "overlapping.zip": (lambda: made.overlapping_zip(3000, 100_000), "refused-too-large"),
    "nested.xml": (lambda: CAMT + b"<Stmt>" * 200_000, "input-xml-depth"),
    "nested.ofx": (lambda: OFX + b"<STMTRS>" * 50_000, ""),
    "lists.json": (lambda: b"[" * 200_000, "refused-unclaimed"),
    "objects.json": (lambda: b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "refused-unclaimed"),
}
"""Name → what makes the file, and what is said of it; empty where several answers are right."""


def bounded(workspace: Any) -> Any:
    limits = {"reader_memory_mb": MEMORY_MB, "reader_cpu_s": CPU_S}
    return replace(workspace, settings=workspace.settings.model_copy(update=limits))


@pytest.mark.parametrize("files", [WORKBOOKS, OTHERS], ids=["workbooks", "zips and nests"])
def test_each_is_refused_within_its_limits_and_the_next_file_is_read(
    sqlite_workspace: Any, tmp_path: Path, files: dict[str, tuple[Callable[[], bytes], str]]
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    sizes = {}
    for name, (make, _) in files.items():
        body = make()
        sizes[name] = len(body)
        (inbox / name).write_bytes(body)
    (inbox / "z").mkdir()
    (inbox / "z" / "clearings_fine.csv").write_text(as_csv([clearing(7)]))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    with child_peaks() as peaks:
        results = {one.file: one for one in imports.import_paths(bounded(sqlite_workspace), [inbox])}

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if files is WORKBOOKS:
        assert max(sizes.values()) <= 486 * 1024
    for name, (_, key) in files.items():
        one = results[name]
        assert_nothing_lost(one)
        assert one.accepted == 0, one
        assert not key or [said.key for said in one.warnings] == [key], one
        assert all(has(language, said.key) for said in one.warnings for language in LANGUAGES), one
    assert results["z/clearings_fine.csv"].accepted == 1
    assert 0 < max(peaks) < (MEMORY_MB + BESIDE_MB) * 1024, "kilobytes of the largest child"
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5 * len(files)


@pytest.mark.parametrize(
    ("text", "rows", "groups"), [("x", 500_000, 20), ("x" * 1_000_000, 20_000, 1)], ids=["rows", "dictionary"]
)
def test_a_parquet_file_of_one_value_ten_million_times_is_bounded(
    sqlite_workspace: Any, tmp_path: Path, text: str, rows: int, groups: int
) -> None:
    path = made.repeated_parquet(tmp_path / "clearings.parquet", text, rows, groups)
    assert path.stat().st_size < 1024 * 1024
    quick = replace(
        sqlite_workspace,
        settings=sqlite_workspace.settings.model_copy(update={"reader_memory_mb": MEMORY_MB, "reader_cpu_s": 5}),
    )

    with child_peaks() as peaks:
        (result,) = imports.import_paths(quick, [path])

    assert_nothing_lost(result)
    assert (result.state, result.accepted) == ("refused", 0)
    assert result.warnings[0].key in {"refused-memory", "refused-time"}
    assert 0 < max(peaks) < (MEMORY_MB + BESIDE_MB) * 1024
    assert not [one for one in sqlite_workspace.root.rglob("*.parquet") if "staging" in one.parts]


@pytest.mark.parametrize(
    "body",
    [
        "a" + ".a" * 100_000 + " = 1", "[" + "a." * 100_000 + "b]", "a = " + "[" * 200_000, "a = " + "{a = " * 50_000,
        "[[a]]\n" * 40_000, "".join(f"a{n}{'.a' * 99} = 1\n" for n in range(1000)), "a" * (LARGEST + 1),
    ],
    ids=["points", "points in a table", "lists", "tables", "many", "wide", "large"],
)  # fmt: skip
def test_a_mapping_file_made_to_eat_memory_is_refused(body: str) -> None:
    usual = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (8 * 1024**3, usual[1]))
    try:
        with pytest.raises(InputError) as refused:
            mapping_from_toml(body)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, usual)
    assert all(has(language, refused.value.key) for language in LANGUAGES)


def test_a_picture_with_a_document_type_does_no_harm() -> None:
    words = [b"acquirer", b"merchant_no", b"cleared_on", b"kind", b"gross_minor", b"fee_minor", b"net_minor"]
    cells = b"".join(b'<c t="inlineStr"><is><t>%s</t></is></c>' % word for word in words)
    picture = made.entities(0, "svg") + b"<svg/>"
    book = made.xlsx(made.sheet_of([b"<row>" + cells + b"</row>"]), more=[("xl/media/image1.svg", [picture])])

    (sheet,) = sheets_of(Source("a.xlsx", book))

    assert next(sheet.rows())[1] == tuple(word.decode() for word in words)
