"""Months of known truth: what was planted is what is said, row by row, in whatever order the files come."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import duckdb
import pytest
from bench_month import OPEN, SIZE

from daozhang.bench import arrival, months
from daozhang.bench.ledger import ledger_of
from daozhang.bench.months_roles import PAYOUT_ROLES, ROW_ROLES
from daozhang.bench.score import Said, planted_of, said_of, score
from daozhang.breaks import BreakType, Severity


@pytest.fixture(scope="module")
def said(month: months.Month) -> list[tuple[Said, str]]:
    return sorted(said_of(ledger_of(month).settle(months.AS_OF).breaks))


def test_every_planted_difference_is_said_and_nothing_else(month: months.Month) -> None:
    result = score(month, ledger_of(month).settle(months.AS_OF).breaks)

    assert (result.false_rows, result.missed_rows) == ([], [])
    assert result.is_right
    assert result.false == result.missed == {}
    assert {"missing", "double_later", "order_twice", "late", "returned", "reissued_open"} <= set(result.planted)


def test_control_totals_say_the_same_as_the_long_way(month: months.Month, said: list[tuple[Said, str]]) -> None:
    assert sorted(said_of(ledger_of(month, sift_from=10**9).settle(months.AS_OF).breaks)) == said


def test_the_order_in_which_files_come_changes_nothing(month: months.Month, said: list[tuple[Said, str]]) -> None:
    files = sorted(month.files, key=lambda file: hashlib.sha256(file.path.encode()).digest())

    assert sorted(said_of(ledger_of(month, files).settle(months.AS_OF).breaks)) == said


def test_a_month_that_comes_day_by_day_ends_in_the_same_word(month: months.Month, said: list[tuple[Said, str]]) -> None:
    assert arrival.last_word(month, arrival.by_day(month, portions=3)) == said


@pytest.mark.skipif(os.environ.get("DEEP") != "1", reason="writes one more month: DEEP=1")
def test_the_same_seed_gives_the_same_rows_and_another_gives_others(
    month: months.Month, whole: months.Month, tmp_path: Path
) -> None:
    again = months.write(tmp_path, SIZE, acquirers=2, leave_out=OPEN)

    assert planted_of(again) == planted_of(month)
    assert planted_of(whole) != planted_of(month)
    assert months.read(tmp_path) == again


def test_the_truth_speaks_the_products_words(month: months.Month) -> None:
    for (kind, severity, *_), _ in planted_of(month):
        assert BreakType(kind)
        assert Severity(severity) is not Severity.INFO


def test_a_month_holds_its_traps(month: months.Month) -> None:
    """Without these a right answer would prove little."""
    con = duckdb.connect(":memory:")
    for name in ("transactions", "clearings", "payouts", "bank_entries"):
        con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({month.of(name)})")

    def count(query: str) -> int:
        row = con.execute(f"SELECT count(*) FROM ({query})").fetchone()
        assert row is not None
        return int(row[0])

    assert count("SELECT 1 FROM clearings WHERE rrn IS NULL") >= 9
    assert (
        count("SELECT rrn FROM transactions GROUP BY rrn, terminal_no HAVING count(DISTINCT occurred_at::DATE) > 1")
        > 10
    )
    assert count("SELECT 1 FROM transactions GROUP BY terminal_no, batch_no, trace_no, kind HAVING count(*) > 1") > 10
    assert count("SELECT 1 FROM payouts GROUP BY payout_no HAVING count(*) > 1") > 1
    assert count("SELECT 1 FROM bank_entries WHERE text LIKE '%汇总%'") > 5
    assert count("SELECT 1 FROM transactions WHERE occurred_at::TIME >= TIME '23:00'") > 100


def test_a_month_too_small_to_hold_everything_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="9000"):
        months.write(tmp_path, 100)


def test_every_role_has_a_name_of_its_own() -> None:
    for roles in (ROW_ROLES, PAYOUT_ROLES):
        assert len({role.name for role in roles}) == len(roles)


def test_a_journal_row_uploaded_twice_is_a_duplicate(whole: months.Month) -> None:
    result = score(whole, ledger_of(whole).settle(months.AS_OF).breaks)

    assert result.planted["double_upload"] > 1
    assert result.missed["double_upload"] == 0
