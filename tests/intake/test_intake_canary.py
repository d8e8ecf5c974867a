"""Canary card numbers in every text column of every interchange table, in names and in rejects: no byte of the workspace holds one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from intake_tables import assert_nothing_lost

from daozhang.desk import imports
from daozhang.records import TABLES, ColumnType, Table

CANARIES = ("4111111111111111", "6222021234567890123", "378282246310005", "5555555555554444")
GOOD = {
    ColumnType.TEXT: "x", ColumnType.MINOR: "100", ColumnType.COUNT: "1", ColumnType.NUMBER: "1.5",
    ColumnType.MOMENT: "2026-07-01T10:00:00", ColumnType.DAY: "2026-07-01", ColumnType.CLOCK: "23:00", ColumnType.FLAG: "1",
}  # fmt: skip


def row_of(table: Table, number: int) -> dict[str, str]:
    row = {column.name: (column.values[0] if column.values else GOOD[column.type]) for column in table.columns}
    row.update({"currency": "CNY", "fee_minor": "0"})
    first = next(column.name for column in table.columns if column.required and column.type is ColumnType.TEXT)
    return {**{name: row[name] for name in table.column_names}, first: f"n{number}"}


def planted(table: Table, repeat: int) -> str:
    """Return a file with one row for each column and canary, the canary in that column alone or within a text."""
    columns = (*table.column_names, "cvv", "有效期", "remark")
    lines = [",".join(columns)]
    number = 0
    for _ in range(repeat):
        for column in table.columns:
            for canary in CANARIES:
                number += 1
                row = {**row_of(table, number), "cvv": "737", "有效期": "2812", "remark": canary}
                row[column.name] = (
                    canary if number % 2 else f"卡 {canary[:4]} {canary[4:8]} {canary[8:12]} {canary[12:]} 号"
                )
                lines.append(",".join(row[name] for name in columns))
    lines.append(f"too,short,{CANARIES[0]}")
    return "\n".join(lines) + "\n"


def bytes_holding(root: Path, needle: re.Pattern[bytes]) -> list[str]:
    return [str(path) for path in root.rglob("*") if path.is_file() and needle.search(path.read_bytes())]


def parquet_cells(root: Path) -> str:
    """Return every cell of every part as text, since packed bytes hide what they hold."""
    import pyarrow.parquet as pq

    return "\n".join(json.dumps(pq.read_table(path).to_pylist(), default=str) for path in root.rglob("*.parquet"))


@pytest.mark.parametrize("repeat", [1, 8], ids=["row by row", "set-wise"])
def test_no_byte_of_the_workspace_holds_a_card_number(sqlite_workspace: Any, tmp_path: Path, repeat: int) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for table in TABLES:
        (inbox / f"{table.name}_{CANARIES[0]}.csv").write_text(planted(table, repeat))
    (inbox / f"letter {CANARIES[3]}.txt").write_text(f"nobody knows {CANARIES[1]}")

    results = imports.import_paths(sqlite_workspace, [inbox])

    for result in results:
        assert_nothing_lost(result)
        assert result.state == ("unclaimed" if result.file.startswith("letter") else "accepted"), result
        if result.state == "accepted":
            assert [said.facts["column"] for said in result.warnings if said.key == "warn-card-column-dropped"] == [
                "cvv",
                "有效期",
            ]
    from django.db import connection

    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spaced = [
        canary[:4] + "[ -]?" + canary[4:8] + "[ -]?" + canary[8:12] + "[ -]?" + canary[12:] for canary in CANARIES
    ]
    needle = re.compile("|".join(spaced).encode())
    assert bytes_holding(sqlite_workspace.root, needle) == []
    cells = parquet_cells(sqlite_workspace.root)
    assert needle.search(cells.encode()) is None
    assert "411111******1111~" in cells
    shown = json.dumps([result.as_json() for result in results])
    assert needle.search(shown.encode()) is None
    for row in imports.quarantined(sqlite_workspace)[:200]:
        for _, line in imports.original_lines(sqlite_workspace, row.import_row_id, row.line_no, around=1):
            assert needle.search(line.encode()) is None
            assert ",737,2812," not in line


def test_the_same_number_is_the_same_text_in_every_table(sqlite_workspace: Any, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(
        f"order_no,merchant_no,amount_minor,placed_at\n{CANARIES[0]},m,1,2026-07-01T00:00:00\n"
    )
    (tmp_path / "bank_entries.csv").write_text(
        f"account_tail,booked_at,amount_minor,text\n1,2026-07-01T00:00:00,1,{CANARIES[0]}\n"
    )

    imports.import_paths(sqlite_workspace, [tmp_path / "orders.csv", tmp_path / "bank_entries.csv"])

    from intake_tables import facts

    assert facts(sqlite_workspace, "orders", "order_no") == facts(sqlite_workspace, "bank_entries", "text")


def test_command_line_and_its_output_hold_no_card_number(sqlite_workspace: Any, tmp_path: Path) -> None:
    path = tmp_path / f"payouts_{CANARIES[1]}.csv"
    path.write_text(planted(next(table for table in TABLES if table.name == "payouts"), 1))
    root = str(sqlite_workspace.root)
    for arguments in (["import", str(path)], ["imports"], ["quarantine", "--json"], ["quarantine"]):
        done = subprocess.run(
            [sys.executable, "-c", "from daozhang.cli.main import run; run()", *arguments, "-w", root],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in {0, 1}, done.stderr
        assert not any(canary in done.stdout + done.stderr for canary in CANARIES)


FORMS = (
    lambda card: card[:7] + "\n" + card[7:],
    lambda card: card[:9] + "\r\n" + card[9:],
    lambda card: chr(ord(card[0]) + 0xFEE0) + card[1:],
    lambda card: f"{int(card):,}",
    lambda card: card[:6] + " " + card[6:],
)
"""Ways of writing a number that the engine must leave to the guard, each alone in its cell."""


def test_a_parquet_file_hides_no_number_from_the_guard(sqlite_workspace: Any, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    written = [form(card) for form in FORMS for card in ("4111111111111111", "5105105105105100", "6222021234567890")]
    table = pa.table(
        {
            "account_tail": ["1234"] * len(written), "booked_at": ["2026-07-01 10:00:00"] * len(written),
            "amount_minor": list(range(len(written))), "text": written,
        }
    )  # fmt: skip
    pq.write_table(table, tmp_path / "bank_entries.parquet")

    (result,) = imports.import_paths(sqlite_workspace, [tmp_path / "bank_entries.parquet"])

    assert result.tables == {"bank_entries": len(written)}
    texts = [
        row["text"]
        for path in sqlite_workspace.root.rglob("*.parquet")
        for row in pq.read_table(path).to_pylist()
        if "text" in row
    ]
    assert len(texts) == len(written)
    assert all(re.fullmatch(r"\d{6}\*{6}\d{4}~[A-Z2-7]{8}", text) for text in texts), texts
