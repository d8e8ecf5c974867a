"""Rows of a long file leave memory while it is read, and the parts say the same as if they had not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from intake_tables import as_csv, clearing

from daozhang.formats.base import Source
from daozhang.formats.registry import format_named
from daozhang.intake.cards import CardGuard
from daozhang.intake.read_source import read_source
from daozhang.intake.reading import Reading
from daozhang.intake.set_wise import Stage


def read(folder: Path, text: str) -> tuple[Reading, list[dict[str, Any]]]:
    folder.mkdir()
    source = Source("clearings.csv", text.encode())
    reading = read_source(
        format_named("interchange_csv"), source, Stage(folder, "im_x"), CardGuard(b"k" * 32), duckdb.connect
    )
    rows = [row for part in reading.parts for row in pq.read_table(folder / part.file).to_pylist()]
    return reading, sorted(rows, key=lambda row: int(row["line_no"]))


def test_a_file_written_in_batches_is_staged_as_one_that_was_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [clearing(number % 17, cleared_on=f"2026-07-{1 + number % 9:02d}") for number in range(100)]
    text = as_csv([*rows, clearing(5, gross_minor="x")])
    held, held_rows = read(tmp_path / "held", text)
    monkeypatch.setattr("daozhang.intake.collector.BATCH", 7)
    monkeypatch.setattr("daozhang.intake.collector.MOST", 7)
    monkeypatch.setattr("daozhang.intake.spilling.GROUP_ROWS", 20)

    spilled, spilled_rows = read(tmp_path / "spilled", text)

    assert spilled == held
    assert spilled_rows == held_rows
    assert len({row["fp"] for row in spilled_rows}) == 100
    assert pq.ParquetFile(tmp_path / "spilled" / "clearings.parquet").num_row_groups in {1, 5}


def test_rows_that_are_all_different_ask_for_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daozhang.intake.collector.BATCH", 7)
    monkeypatch.setattr("daozhang.intake.collector.MOST", 7)
    monkeypatch.setattr("daozhang.intake.spilling.GROUP_ROWS", 20)
    source = Source("clearings.csv", as_csv([clearing(number) for number in range(50)]).encode())

    def engine() -> Any:
        raise AssertionError("not needed")

    reading = read_source(
        format_named("interchange_csv"), source, Stage(tmp_path, "im_x"), CardGuard(b"k" * 32), engine
    )

    assert [part.rows for part in reading.parts] == [50]
    assert pq.ParquetFile(tmp_path / "clearings.parquet").num_row_groups == 3
