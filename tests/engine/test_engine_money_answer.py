"""A written month of merchant-days: what is planted is found, to the fen, and nothing else; the answer reads like a list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from daozhang.calendars import shipped
from daozhang.engine.lake import Part, SourceFile
from daozhang.engine.money_answer import MONEY_SCHEMA, MoneyDays
from daozhang.engine.settle import DuckLedger
from daozhang.flows.settlement_day import Settled
from daozhang.world.bulk_money import LUMP_TAIL, BulkMoney, write_money


def settle(made: BulkMoney, tails: list[str], keep: Path | None = None) -> Settled:
    """Judge the written days at the moment at which all of them can be known."""
    until = made.as_of.date()
    covers = {
        "bank_entries": tuple(("bank_entries", made.days[0], until, tail, "") for tail in tails),
        "clearings": (("clearings", made.days[0], until, "", ""),),
    }
    files = [
        SourceFile(import_id=f"im_{table}", seq=number, file_name=table, format="bulk", acquirer="bulk",
                   covers=covers.get(table, ()), tables=((table, 1),))
        for number, table in enumerate(made.parts)
    ]  # fmt: skip
    parts = [Part(table, name) for table, name in made.parts.items()]
    ledger = DuckLedger(
        root=made.folder, parts=parts, files=files, calendars={"CN": shipped("CN")}, plain_from=1, keep=keep
    )
    return ledger.settle(made.as_of)


@dataclass(frozen=True)
class Month:
    made: BulkMoney
    found: Settled


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    made = write_money(tmp_path_factory.mktemp("month"), merchants=700, days=6)
    return Month(made, settle(made, [f"{number:04d}" for number in range(700)]))


def test_what_is_planted_is_found_and_nothing_else(month: Month) -> None:
    made = month.made
    assert made.absent
    assert made.short

    said = {(one.type.value, one.severity.value, one.keys.payout_no, one.gap_minor < 0) for one in month.found.breaks}

    wanted = {("credit_missing", "alarm", number, True) for number in made.absent}
    assert said == wanted | {("credit_short", "alarm", number, True) for number in made.short}


def test_all_other_days_are_plain_and_add_up(month: Month) -> None:
    money = month.found.money
    assert isinstance(money, MoneyDays)
    assert len(money) == 4200
    assert money.plain_days == 4200 - len(month.made.absent) - len(month.made.short)
    assert all(one.residue == 0 for one in money)
    assert sum(one.missing for one in money) == -sum(one.gap_minor for one in month.found.breaks)


def test_the_days_read_like_a_list_and_like_a_table(month: Month) -> None:
    money = month.found.money
    assert isinstance(money, MoneyDays)
    listed = list(money)
    assert [money[0], money[-1], *money[5:8]] == [listed[0], listed[-1], *listed[5:8]]
    with pytest.raises(IndexError):
        money[4200]
    table = money.table()
    assert table.schema == MONEY_SCHEMA
    ordered = sorted(listed, key=lambda one: (one.settled_on, one.acquirer, one.merchant_no, one.currency))
    assert table["merchant_no"].to_pylist() == [one.merchant_no for one in ordered]
    assert table["arrived_minor"].to_pylist() == [one.arrived for one in ordered]
    assert table["due_at"].to_pylist() == [one.due_at for one in ordered]


def test_a_plain_payout_and_its_day_name_the_line_that_proves_them(month: Month) -> None:
    proven = month.found.settled_payouts
    names = list(proven)
    assert len(proven) == len(names) == len(set(names))
    assert not month.made.absent & set(names)
    number = next(name for name in names if name.startswith("PO"))
    day = next(name for name in names if name.startswith("day:"))
    for name in (number, day):
        assert [(line.file, line.import_id) for line in proven[name]] == [("bank_entries", "im_bank_entries")]
    assert proven.get("PO-nobody") is None


def test_each_lump_is_explained_to_the_fen_and_what_it_left_out_is_named(tmp_path: Path) -> None:
    made = write_money(tmp_path / "lumps", merchants=200, days=5, sales=3, is_lump=True)
    assert len(made.absent) == 1

    found = settle(made, [LUMP_TAIL], keep=tmp_path / "run")

    assert {(one.type.value, one.keys.payout_no) for one in found.breaks} == {("credit_missing", *made.absent)}
    (missing,) = found.breaks
    assert missing.facts["lump_payouts"] == 200
    told = duckdb.sql(
        f"""
        SELECT l.amount_minor, sum(k.amount_minor)::BIGINT, count(*), min(k.how) FROM '{made.folder}/bank_entries.parquet' l
        JOIN '{tmp_path}/run/bank_links.parquet' k ON k.b_import = l.import_id AND k.b_line = l.line_no GROUP BY l.line_no, l.amount_minor
        """
    ).fetchall()
    assert sorted((many, how) for _, _, many, how in told) == [(199, "lump"), *[(200, "merged")] * 4]
    assert all(amount == explained for amount, explained, _, _ in told)
    assert all(one.residue == 0 for one in found.money)
