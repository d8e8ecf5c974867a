"""A log with card numbers in packed digits: stored sealed, its payments read, none of its lines ever shown."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from daozhang.desk import corrections, imports
from daozhang.desk.models import Import

SAMPLES = Path(__file__).parent.parent / "samples"
SECRETS = (
    b"6222021234567890123",
    bytes.fromhex("6222021234567890"),
    b"5413330089020049",
    "5413330089020049".encode("cp500"),
)


@pytest.mark.parametrize(
    "name", ["iso8583_log/SYNTHETIC_pos_hex_lines.log", "mastercard_ipm/MADE_ascii_unblocked_wrong_total.bin"]
)
def test_no_line_is_shown_and_no_byte_is_stored_open(sqlite_workspace: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / Path(name).name
    shutil.copy(SAMPLES / name, path)
    (result,) = imports.import_paths(sqlite_workspace, [path])
    row = Import.objects.get(id=result.import_id)

    assert result.state == "accepted"
    assert imports.original_lines(sqlite_workspace, row.id, 2) == []
    assert corrections.text_of(sqlite_workspace, row) is None
    for stored in sqlite_workspace.root.rglob("*"):
        if stored.is_file():
            data = stored.read_bytes()
            assert not any(secret in data for secret in SECRETS), stored.name
