"""A format that is also read set-wise says the same both ways: rows, lines set aside, warnings, days, control lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from formats_samples import SAMPLES, files_in
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from daozhang.formats.base import Source
from daozhang.formats.registry import REGISTRY, format_named
from daozhang.intake import read_source as ways
from daozhang.intake.cards import CardGuard
from daozhang.intake.set_wise import Stage

PROJECTED = [known.code for known in REGISTRY if known.project is not None]
SET_WISE = {"wechat_trade_bill": "ALL"}
"""Formats whose sample (by a part of its name) must really be read set-wise."""


def read(code: str, name: str, data: bytes, folder: Path, *, set_wise: bool) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ways, "SET_WISE_FROM", 0 if set_wise else 10**9)
        reading = ways.read_source(
            format_named(code), Source(name, data), Stage(folder, "im_x"), CardGuard(b"k" * 32), duckdb.connect
        )
    rows = [row for part in reading.parts for row in pq.read_table(folder / part.file).to_pylist()]
    return {
        "rows": {row["line_no"]: {name: cell for name, cell in row.items() if name != "fp"} for row in rows},
        "fingerprints": sorted(row["fp"] for row in rows), "rejects": reading.rejects, "control": reading.control,
        "warnings": set(map(str, reading.warnings)), "covers": reading.covers, "about": reading.about,
        "lines": reading.rows_in,
    }  # fmt: skip


def both(code: str, name: str, data: bytes, folder: Path) -> None:
    slow = read(code, name, data, folder / "slow", set_wise=False)
    fast = read(code, name, data, folder / "fast", set_wise=True)
    assert fast == slow


@pytest.mark.parametrize("code", PROJECTED)
def test_every_sample_of_a_projected_format_reads_the_same_both_ways(code: str, tmp_path: Path) -> None:
    for path in files_in(SAMPLES / code):
        both(code, path.name, path.read_bytes(), tmp_path)


@pytest.mark.parametrize(("code", "part"), SET_WISE.items())
def test_plain_rows_really_are_read_set_wise(
    code: str, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = next(path for path in files_in(SAMPLES / code) if part in path.name)
    left: list[int] = []
    monkeypatch.setattr(
        "daozhang.intake.csv_source.sums",
        lambda *given: left.extend(after - first for first, after in given[3]) or {},
    )
    read(code, path.name, path.read_bytes(), tmp_path / "x", set_wise=True)

    assert sum(left) < 10


BILL = next(path for path in files_in(SAMPLES / "wechat_trade_bill") if "ALL" in path.name)
LINES = BILL.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").strip("\n").split("\n")
CELLS = st.sampled_from(
    [
        "", " ", "0", "00", "0.00", "0.01", "-0.01", "1.5", "1e3", "0.015", "1,000.00", "12", "SUCCESS", "REFUND", "REVOKED",
        "success", "CNY", "USD", "人民币", "2019-02-19 05:01:46", "2019-02-19T05:01:46", "2019/2/19 05:01:46", "1989-01-01 00:00:00",
        "2019-02-30 00:00:00", "ICBC_DEBIT", "DEBIT", "X_CREDIT ", "4111111111111111", "a b", " x", "x ", "中文", "\ufeff1", "`x",
        "42000002632019021677\t", "50000709672019011908420787722",
    ]
)  # fmt: skip
EDITS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 26), CELLS), max_size=6)
EXTRA = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from([*LINES[:2], *LINES[-3:], "", "`", "`1,`2", "x" * 20])), max_size=3
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    edits=EDITS,
    extra=EXTRA,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    ends=st.sampled_from(["\n", "\r\n"]),
)
@example(edits=[], extra=[(46, LINES[1])], encoding="utf-8", ends="\n")
@example(edits=[], extra=[(47, LINES[1])], encoding="utf-8", ends="\n")
def test_an_edited_wechat_bill_reads_the_same_both_ways(
    edits: list[tuple[int, int, str]], extra: list[tuple[int, str]], encoding: str, ends: str, tmp_path: Path
) -> None:
    lines = list(LINES)
    for row, column, cell in edits:
        place = 1 + row % (len(LINES) - 3)
        cells = lines[place].split(",`")
        cells[column % len(cells)] = ("`" if column % len(cells) == 0 else "") + cell
        lines[place] = ",`".join(cells)
    for place, line in extra:
        lines.insert(1 + place % len(lines), line)

    both("wechat_trade_bill", BILL.name, (ends.join(lines) + ends).encode(encoding), tmp_path)
