"""The truth beside the files: it adds up, and what it names is in the files."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

from conftest import Written
from daozhang.world.cast import ACQUIRERS
from daozhang.world.plan import FAILURES

BUCKETS = ("arrived", "not_due", "held", "deducted", "returned", "missing", "unexplained")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tables(written: Written, pattern: str) -> list[dict[str, str]]:
    return [row for path in sorted(written.files.glob(pattern)) for row in rows_of(path)]


def test_every_merchant_day_adds_up_to_the_fen(written: Written) -> None:
    money = rows_of(written.truth / "money.csv")
    assert len(money) == len({(row["acquirer"], row["merchant_no"], row["settled_on"]) for row in money})
    for row in money:
        assert int(row["expected_minor"]) == sum(int(row[f"{name}_minor"]) for name in BUCKETS), row


def test_what_arrived_is_what_the_payers_sent(written: Written) -> None:
    world = written.world
    payers = {acquirer.name for acquirer in ACQUIRERS.values()}
    sent = sum(
        entry.amount_minor
        for entries in world.entries.values()
        for entry in entries
        if entry.counterparty in payers and entry.booked_at.date() <= world.last_on
    )
    assert sent > 0
    assert sent == sum(int(row["arrived_minor"]) for row in rows_of(written.truth / "money.csv"))


def test_only_a_failure_leaves_money_missing_held_or_returned(written: Written) -> None:
    """Clearing rows that were dropped, fees above the contract, failed and missing payouts, the second payout: no more."""
    truth = rows_of(written.truth / "truth.csv")
    gaps: dict[tuple[str, str], int] = defaultdict(int)
    for row in truth:
        is_money = row["break_type"] in {
            "payout_failed", "payout_missing", "fee_mismatch", "missing_in_clearing", "payout_duplicate"
        }  # fmt: skip
        if is_money:
            gaps[row["merchant_no"], row["settled_on"]] -= int(row["gap_minor"])
    for row in rows_of(written.truth / "money.csv"):
        key = (row["merchant_no"], row["settled_on"])
        assert int(row["missing_minor"]) == gaps[key], key


def test_every_kind_of_failure_is_planted_and_named_by_keys_that_exist(written: Written) -> None:
    truth = rows_of(written.truth / "truth.csv")
    assert {row["scenario"] for row in truth} == FAILURES
    traces = {
        (row["terminal_no"], row["trace_no"], row["order_no"]) for row in tables(written, "shop/transactions_*.csv")
    }
    batches = {(row["terminal_no"], row["batch_no"]) for row in tables(written, "shop/batches_*.csv")}
    payouts = {(row["payout_no"], row["settled_on"]) for row in tables(written, "*/payouts_*.csv")}
    for row in truth:
        if row["grain"] == "transaction":
            assert (row["terminal_no"], row["trace_no"], row["order_no"]) in traces
        if row["grain"] == "batch":
            assert (row["terminal_no"], row["batch_no"]) in batches
        if row["grain"] == "payout":
            assert (row["payout_no"], row["settled_on"]) in payouts
        assert row["knowable_at"] <= written.world.known_until.isoformat()


def test_nothing_is_both_a_failure_and_a_look_alike(written: Written) -> None:
    truth = rows_of(written.truth / "truth.csv")
    calm = rows_of(written.truth / "must_not_alarm.csv")
    wanted = {"N02", "N03", "N04", "N05", "N06", "N07", "N08", "N10", "S23", "S25", "agreed_deduction", "declined",
              "late_posting", "merged_credit", "other_money", "refund_netted", "split_credit"}  # fmt: skip
    assert {row["scenario"] for row in calm} == wanted
    days = {(row["merchant_no"], row["settled_on"]) for row in truth if row["grain"] in {"merchant_day", "payout"}}
    traces = {(row["merchant_no"], row["trace_no"]) for row in truth if row["trace_no"]}
    for row in calm:
        if row["grain"] == "merchant_day":
            assert (row["merchant_no"], row["settled_on"]) not in days
        if row["grain"] == "transaction":
            assert (row["merchant_no"], row["trace_no"]) not in traces


def test_terminal_and_trace_name_one_payment(written: Written) -> None:
    """Only a reversal carries the number of the sale it takes back."""
    seen: set[tuple[str, str]] = set()
    for row in tables(written, "shop/transactions_*.csv"):
        if row["kind"] != "reversal":
            assert (row["terminal_no"], row["trace_no"]) not in seen
            seen.add((row["terminal_no"], row["trace_no"]))


def test_holiday_sales_are_due_on_the_first_working_day(written: Written) -> None:
    due = {
        row["due_at"]
        for row in rows_of(written.truth / "money.csv")
        if row["settled_on"] == "2026-10-03" and row["acquirer"] == "unionpay"
    }
    assert due == {"2026-10-08T14:00:00"}
    assert written.world.desks["U1"].pays_on(date(2026, 10, 9)) == date(2026, 10, 10)
