"""Mappings in a workspace: kept by version, read imports beside the shipped formats, handed on; a hostile file hurts nobody."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mapping_files import (
    CARD,
    Made,
    as_made,
    bank_workbook,
    clearing_workbook,
    debit_credit_workbook,
    fen_text,
    nameless_text,
    rows_in_lake,
)

from daozhang.desk import imports, mappings
from daozhang.desk.mapping_models import FileMapping
from daozhang.errors import InputError, RefusedError
from daozhang.formats.base import Given
from daozhang.intake.content import Content

FEN_ANSWERS = {"unit": "minor", "sign": "as_read", "cleared_on": "same", "acquirer": "YUNFU"}
LIMIT = 64 * 1024 * 1024


def look(workspace: Any, path: Path, answers: dict[str, str] | None = None, **known: Any) -> mappings.Look:
    with Content.of_file(path, limit=LIMIT) as content:
        return mappings.look(workspace, path.name, content, given=Given(**known), answers=answers or {})


def kept(workspace: Any, path: Path, code: str, answers: dict[str, str], **known: Any) -> FileMapping:
    proposal = look(workspace, path, answers, **known).proposal
    return mappings.save(workspace, mappings.named(proposal, code=code, title_zh="云付"), by="li")


@pytest.mark.parametrize(
    ("make", "answers", "known"),
    [
        (clearing_workbook, {"acquirer": "XINHUIFU"}, {}),
        (fen_text, FEN_ANSWERS, {}),
        (bank_workbook, {}, {}),
        (nameless_text, {"acquirer": "HUIJU"}, {}),
        (debit_credit_workbook, {}, {}),
    ],
    ids=["workbook", "fen", "bank", "nameless", "debit and credit"],
)
def test_a_kept_mapping_reads_its_file_to_the_fen(
    sqlite_workspace: Any, tmp_path: Path, make: Any, answers: dict[str, str], known: dict[str, str]
) -> None:
    made: Made = make(tmp_path)
    before = imports.import_paths(sqlite_workspace, [made.path])
    shown = look(sqlite_workspace, made.path, answers, **known)
    row = kept(sqlite_workspace, made.path, "own_one", answers, **known)
    (after,) = imports.import_paths(sqlite_workspace, [made.path])

    assert [one.state for one in before] == ["unclaimed"]
    assert (after.state, after.format, after.accepted, after.quarantined) == (
        "accepted",
        "own_one_v1",
        len(made.rows),
        0,
    )
    assert as_made(rows_in_lake(sqlite_workspace.root, made.table), made) == made.rows
    assert shown.tried is not None
    assert shown.tried["tables"][made.table]["rows"] == len(made.rows)
    assert mappings.title(mappings.format_code(row), "en") == "云付"


def test_a_changed_mapping_is_a_new_version_and_the_newest_reads(sqlite_workspace: Any, tmp_path: Path) -> None:
    made = fen_text(tmp_path)
    first = kept(sqlite_workspace, made.path, "yunfu", FEN_ANSWERS)
    again = kept(sqlite_workspace, made.path, "yunfu", FEN_ANSWERS)
    second = kept(sqlite_workspace, made.path, "yunfu", FEN_ANSWERS | {"cleared_on": "next"})
    (result,) = imports.import_paths(sqlite_workspace, [made.path])

    assert (first.version, again.version, second.version) == (1, 1, 2)
    assert [row.step for row in FileMapping.objects.all()] == ["made", "changed"]
    assert result.format == "yunfu_v2"


def test_an_older_version_still_reads_when_it_is_named(sqlite_workspace: Any, tmp_path: Path) -> None:
    made = fen_text(tmp_path)
    kept(sqlite_workspace, made.path, "yunfu", FEN_ANSWERS)
    kept(sqlite_workspace, made.path, "yunfu", FEN_ANSWERS | {"cleared_on": "next"})
    (result,) = imports.import_paths(sqlite_workspace, [made.path], format_code="yunfu_v1")

    assert result.format == "yunfu_v1"
    assert as_made(rows_in_lake(sqlite_workspace.root, made.table), made) == made.rows


def test_a_retired_mapping_looks_at_no_file(sqlite_workspace: Any, tmp_path: Path) -> None:
    made = fen_text(tmp_path)
    kept(sqlite_workspace, made.path, "yunfu", FEN_ANSWERS)
    mappings.retire(sqlite_workspace, "yunfu", by="li")
    (result,) = imports.import_paths(sqlite_workspace, [made.path])

    assert result.state == "unclaimed"
    assert [(row.version, row.step, row.made_by) for row in FileMapping.objects.all()] == [
        (1, "made", "li"),
        (2, "retired", "li"),
    ]
    with pytest.raises(RefusedError, match="map-error-no-such"):
        mappings.exported("yunfu")


def test_two_claims_wait_for_a_person_and_a_name_decides(sqlite_workspace: Any, tmp_path: Path) -> None:
    path = tmp_path / "clearings_1.csv"
    path.write_text(
        "acquirer,merchant_no,terminal_no,rrn,occurred_at,cleared_on,kind,gross_minor,fee_minor,net_minor\n"
        "A,8983,T0000001,061512000001,2026-06-15T10:00:00,2026-06-15,sale,10000,60,9940\n",
        encoding="utf-8",
    )
    shown = look(sqlite_workspace, path, {"acquirer": "A", "unit": "minor", "zone": "Asia/Shanghai"})
    mappings.save(sqlite_workspace, mappings.named(shown.proposal, code="own_twin"), by="li")
    (waits,) = imports.import_paths(sqlite_workspace, [path])
    (decided,) = imports.import_paths(sqlite_workspace, [path], format_code="own_twin")

    assert shown.claims == ("interchange_csv",)
    assert (waits.state, waits.warnings[0].key) == ("refused", "refused-two-formats")
    assert (decided.state, decided.format) == ("accepted", "own_twin_v1")


def test_a_mapping_is_handed_on_without_the_own_merchant_number(sqlite_workspace: Any, tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text("交易时间,交易金额,手续费,结算金额\n2026-06-15 10:00:00,100.00,0.60,99.40\n", encoding="utf-8")
    said = {"acquirer": "A", "merchant_no": "898310058120042", "merchant_scope": "always", "cleared_on": "same"}
    kept(sqlite_workspace, path, "own_short", said)
    (first,) = imports.import_paths(sqlite_workspace, [path])
    handed_on = mappings.exported("own_short")
    row = mappings.receive(sqlite_workspace, handed_on.replace('"own_short"', '"own_other"'), by="wang")

    assert rows_in_lake(sqlite_workspace.root, "clearings")[0]["merchant_no"] == "898310058120042"
    assert first.accepted == 1
    assert "898310058120042" not in handed_on
    assert (row.step, row.made_by) == ("received", "wang")


@pytest.mark.parametrize(
    ("text", "key"),
    [("code = 1", "input-mapping"), ("[[[", "input-mapping-unreadable"), ("code = 'x'\nrun = 'rm'", "input-mapping")],
)
def test_a_strangers_file_is_refused_by_name(sqlite_workspace: Any, text: str, key: str) -> None:
    with pytest.raises(InputError, match=key):
        mappings.receive(sqlite_workspace, text, by="li")
    assert not FileMapping.objects.exists()


@pytest.mark.parametrize("code", ["interchange_csv", "own_v2", "x" * 43, "Own"])
def test_a_code_that_cannot_be_is_refused(sqlite_workspace: Any, tmp_path: Path, code: str) -> None:
    proposal = look(sqlite_workspace, fen_text(tmp_path).path, FEN_ANSWERS).proposal
    with pytest.raises((RefusedError, InputError)):
        mappings.save(sqlite_workspace, mappings.named(proposal, code=code), by="li")


def test_nothing_is_kept_while_a_question_is_open(sqlite_workspace: Any, tmp_path: Path) -> None:
    proposal = look(sqlite_workspace, fen_text(tmp_path).path).proposal
    with pytest.raises(RefusedError, match="map-error-open"):
        mappings.named(proposal, code="own_yunfu")


def test_no_card_number_leaves_the_child(sqlite_workspace: Any, tmp_path: Path) -> None:
    path = tmp_path / "cards.csv"
    path.write_text(
        "交易时间,卡号,CVN2,交易金额,手续费,结算金额,备注\n"
        f"2026-06-15 10:00:00,{CARD},123,100.00,0.60,99.40,卡 {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]}\n",
        encoding="utf-8",
    )
    mappings._samples.clear()
    shown = look(sqlite_workspace, path, {"acquirer": "A"})
    said = json.dumps([shown.tried, repr(shown.proposal), repr(mappings._samples)], ensure_ascii=False).replace(" ", "")

    assert CARD not in said
    assert CARD[6:12] not in said
    assert '"123"' not in said
    assert shown.tried is not None
    assert shown.tried["tables"]["clearings"]["shown"][0]["values"]["card_tail"] == CARD[-4:]


def test_a_hostile_workbook_is_refused_and_the_next_file_is_looked_at(sqlite_workspace: Any, tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row>" + b" " * 900_000_000)
    (tmp_path / "bomb.xlsx").write_bytes(bomb.getvalue())
    (tmp_path / "noise.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40)
    (tmp_path / "binary.bin").write_bytes(b"\0\1\2\3" * 5000)
    for name in ("bomb.xlsx", "noise.xls", "binary.bin"):
        with pytest.raises(InputError):
            look(sqlite_workspace, tmp_path / name)

    assert look(sqlite_workspace, fen_text(tmp_path).path).proposal.table == "clearings"


def test_of_a_large_text_only_the_beginning_is_looked_at(sqlite_workspace: Any, tmp_path: Path) -> None:
    small = replace(sqlite_workspace, settings=sqlite_workspace.settings.model_copy(update={"reader_memory_mb": 96}))
    lines = fen_text(tmp_path).path.read_bytes().splitlines(keepends=True)
    large = tmp_path / "large.txt"
    large.write_bytes(lines[0] + b"".join(lines[1:]) * 50_000)
    shown = look(small, large, FEN_ANSWERS)

    assert large.stat().st_size > 40_000_000
    assert shown.tried is not None
    assert (shown.tried["is_part"], shown.tried["rejected"]) == (True, 0)
    assert 10_000 < shown.tried["tables"]["clearings"]["rows"] < 100_000


def test_a_parquet_table_is_mapped_too(sqlite_workspace: Any, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "orders.parquet"
    table = {
        "单号": ["A1", "A2"],
        "下单时间": ["2026-06-15 10:00:00", "2026-06-15 10:01:00"],
        "金额": ["12.50", "13.00"],
        "收银员": ["1", "2"],
    }
    pq.write_table(pa.table(table), path)
    kept(sqlite_workspace, path, "own_till", {"merchant_no": "8983"}, merchant_no="8983")
    (result,) = imports.import_paths(sqlite_workspace, [path], given=Given(merchant_no="8983"))

    assert (result.format, result.accepted) == ("own_till_v1", 2)
    assert [row["amount_minor"] for row in rows_in_lake(sqlite_workspace.root, "orders")] == [1250, 1300]
