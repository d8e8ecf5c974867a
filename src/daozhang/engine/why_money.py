"""Why an order and a transaction, a clearing line and a payout, or a payout and a bank line belong together or do not.

The same functions that match them are asked again about these two: ``matching.payouts`` for the days a payout pays,
``matching.numbers`` and ``matching.bank_lines`` for bank lines. Which bank line paid which payout is read from the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import duckdb

from daozhang.calendars import Calendar
from daozhang.engine.agreed import Book
from daozhang.engine.due_days import Dues
from daozhang.engine.money_values import open_payouts
from daozhang.engine.why import Check, Other, Place, Step, Why
from daozhang.flows.settlement_day import Terms
from daozhang.matching.bank_lines import BankLine, in_window
from daozhang.matching.numbers import lines_saying
from daozhang.matching.payouts import Payout, assign_days, chains_of
from daozhang.records import Evidence

SEVERAL: Final = frozenset({"merged", "split", "joint", "lump", "lump-short"})
"""Ways in which several lines or payouts stand for each other; the amounts of these two alone need not agree."""
CHARGES: Final = "kind IN ('sale', 'offline_sale', 'preauth_completion', 'refund') AND class IN ('must', 'unknown')"


def of_order(con: duckdb.DuckDBPyConnection, order: Place, transaction: Place) -> Why | None:
    """Return why a transaction is a charge of an order or not: merchant and order number, then the amount."""
    left, right = _one(con, "orders", order), _one(con, f"(SELECT *, {CHARGES} AS counts FROM t_src)", transaction)
    if left is None or right is None:
        return None
    named = (_same("merchant_no", left, right), _same("order_no", left, right))
    counts = Check(column="counts", left=None, right=right["status"], is_met=bool(right["counts"]))
    amount = _same("amount_minor", left, right)
    is_pair = all(check.is_met for check in (*named, counts))
    steps = (
        Step(name="order-amount", sentence_key="explain-step-order-amount", checks=(*named, counts, amount),
             outcome="paired" if is_pair and amount.is_met else "differs"),
        Step(name="order", sentence_key="explain-step-order", checks=(*named, counts),
             outcome="met" if is_pair and amount.is_met else "paired" if is_pair else "differs"),
    )  # fmt: skip
    if is_pair:
        return Why(
            is_pair=True, reason_key="explain-charge" if amount.is_met else "explain-charge-differs", steps=steps
        )
    others = con.execute(
        "SELECT import_id, line_no FROM t_src WHERE merchant_no = ? AND order_no = ? ORDER BY occurred_at, import_id, line_no LIMIT 5",
        [left["merchant_no"], left["order_no"]],
    ).fetchall()
    return Why(
        is_pair=False, reason_key="explain-differs", reason_facts=_differing(steps[1]), steps=steps,
        others=tuple(Other(side="left", import_id=place, line_no=int(at), sentence_key="explain-step-order") for place, at in others),
    )  # fmt: skip


def of_day(
    con: duckdb.DuckDBPyConnection, clearing: Place, payout: Place, as_of: datetime, defaults: Terms, calendars: Mapping[str, Calendar],
) -> Why | None:  # fmt: skip
    """Return why a payout pays the clearing day of a line or not, by the same sums that bring days to payouts."""
    left, right = _one(con, "c_src", clearing), _one(con, "payouts", payout)
    if left is None or right is None:
        return None
    same = tuple(_same(name, left, right) for name in ("acquirer", "merchant_no", "currency"))
    chains = chains_of(
        one for one in _payouts(con, right, as_of, defaults, calendars) if one.currency == (right["currency"] or "CNY")
    )
    nets = dict(
        con.execute(
            "SELECT on_day, sum(net_minor)::BIGINT FROM c_src WHERE acquirer = ? AND merchant_no = ? AND coalesce(currency, 'CNY') = ? GROUP BY ALL",
            [right["acquirer"], right["merchant_no"], right["currency"] or "CNY"],
        ).fetchall()
    )
    assign_days(nets, chains)
    chain = next((one for one in chains if any(link.payout_no == right["payout_no"] for link in one.links)), None)
    days = dict(chain.days) if chain else {}
    is_pair = all(check.is_met for check in same) and left["on_day"] in days
    facts: dict[str, object] = {
        "day": left["on_day"], "days": ", ".join(map(str, sorted(days))) or "-", "net_minor": sum(days.values()),
        "planned_minor": right["planned_minor"], "currency": right["currency"] or "CNY",
    }  # fmt: skip
    on = Check(column="paid_days", left=left["on_day"], right=sorted(days), is_met=left["on_day"] in days)
    total = Check(column="sum_minor", left=sum(days.values()), right=right["planned_minor"], is_met=sum(days.values()) == right["planned_minor"],
                  off=right["planned_minor"] - sum(days.values()))  # fmt: skip
    exact = is_pair and bool(total.is_met)
    steps = (
        Step(
            name="days-sum",
            sentence_key="explain-step-days-sum",
            checks=(*same, on, total),
            outcome="paired" if exact else "differs",
        ),
        Step(
            name="day",
            sentence_key="explain-step-day",
            checks=(*same, on),
            outcome="met" if exact else "paired" if is_pair else "differs",
        ),
    )
    if is_pair:
        return Why(
            is_pair=True,
            reason_key="explain-day-paid" if exact else "explain-day-paid-differs",
            reason_facts=facts,
            steps=steps,
        )
    if not all(check.is_met for check in same):
        return Why(is_pair=False, reason_key="explain-differs", reason_facts=_differing(steps[1]), steps=steps)
    return Why(is_pair=False, reason_key="explain-other-days", reason_facts=facts, steps=steps)


def of_bank(
    con: duckdb.DuckDBPyConnection, payout: Place, line: Place, table: str, as_of: datetime, defaults: Terms,
    calendars: Mapping[str, Calendar],
) -> Why | None:  # fmt: skip
    """Return why a bank line proves a payout or not. ``table`` is ``bank_entries`` or ``bank_notices``."""
    left, right = _one(con, "payouts", payout), _one(con, table, line)
    if left is None or right is None:
        return None
    known = _payouts(con, left, as_of, defaults, calendars)
    one = next((found for found in known if found.payout_no == left["payout_no"]), None)
    if one is None:
        return None
    bank = BankLine(
        account_tail=right["account_tail"], booked_at=right["booked_at"], amount_minor=right["amount_minor"],
        currency=right["currency"] or "CNY", counterparty=right["counterparty_name"] or "",
        text=" ".join(filter(None, (right["text"], right["bank_reference"], right["counterparty_name"]))),
        evidence=Evidence("", line[1], line[0]),
    )  # fmt: skip
    linked = con.execute(
        "SELECT payout_no, how FROM bank_links WHERE b_import = ? AND b_line = ? ORDER BY ALL", list(line)
    ).fetchall()
    paid_by = con.execute(
        "SELECT b_import, b_line, how FROM bank_links WHERE payout_no = ? ORDER BY ALL LIMIT 5", [one.payout_no]
    ).fetchall()
    how = next((str(word) for number, word in linked if number == one.payout_no), "")
    steps = _bank_steps(one, bank, how)
    if how:
        return Why(is_pair=True, reason_key=f"bank-match-{how}", steps=steps)
    others = tuple(
        Other(side="left", import_id=place, line_no=int(at), sentence_key=f"bank-match-{word}")
        for place, at, word in paid_by
    )
    facts: dict[str, object] = {
        "payout": one.payout_no,
        "numbers": ", ".join(str(number) for number, _ in linked[:3]) or "-",
    }
    key = "explain-line-used" if linked else "explain-payout-paid" if paid_by else "explain-not-alone"
    if key == "explain-not-alone" and not any(step.outcome == "met" for step in steps):
        key, facts = (
            "explain-differs",
            _differing(min((step for step in steps if step.name not in SEVERAL), key=lambda step: len(step.unmet))),
        )
    return Why(is_pair=False, reason_key=key, reason_facts=facts, steps=steps, others=others)


def _bank_steps(payout: Payout, line: BankLine, how: str) -> tuple[Step, ...]:
    number = Check(
        column="number_in_text", left=payout.payout_no, right=line.text, is_met=bool(lines_saying([payout], [line]))
    )
    amount = Check(column="amount_minor", left=payout.paid_minor, right=line.amount_minor, is_met=payout.paid_minor == line.amount_minor,
                   off=line.amount_minor - payout.paid_minor)  # fmt: skip
    account = Check(
        column="account_tail",
        left=payout.account_tail,
        right=line.account_tail,
        is_met=payout.account_tail == line.account_tail,
    )
    currency = Check(
        column="currency", left=payout.currency, right=line.currency, is_met=payout.currency == line.currency
    )
    window = Check(column="booked_on", left=payout.sent_on, right=line.booked_on, is_met=in_window(payout, line),
                   off=(line.booked_on - payout.sent_on).days)  # fmt: skip
    asked = {
        "reference": (number, amount, currency), "amount": (account, amount, currency, window),
        "merged": (account, currency, window, _group("merged", how)), "split": (account, currency, window, _group("split", how)),
        "different": (number, currency),
    }  # fmt: skip
    if how and how not in asked:
        asked[how] = (currency, window)
    return tuple(
        Step(name=name, sentence_key=f"bank-match-{name}", checks=checks,
             outcome="paired" if name == how else "met" if all(check.is_met for check in checks) else "differs")
        for name, checks in asked.items()
    )  # fmt: skip


def _group(name: str, how: str) -> Check:
    """Return whether the run found a group that these two are part of and that adds up."""
    return Check(column="group_adds_up", left=None, right=None, is_met=how == name)


def _payouts(
    con: duckdb.DuckDBPyConnection, row: Mapping[str, Any], as_of: datetime, defaults: Terms, calendars: Mapping[str, Calendar],
) -> list[Payout]:  # fmt: skip
    """Return all payouts of the merchant of ``row`` as the engine sees them at the moment."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE p_open AS
        SELECT x.*, i.seq, coalesce(x.finished_at, x.created_at) AS known_at FROM payouts x JOIN imports i USING (import_id)
        WHERE x.acquirer = $acquirer AND x.merchant_no = $merchant
          AND coalesce(x.created_at, x.finished_at, x.settled_on::TIMESTAMP) <= getvariable('as_of')
        """,
        {"acquirer": row["acquirer"], "merchant": row["merchant_no"]},
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE who_open AS SELECT $1 AS acquirer, $2 AS merchant_no",
        [row["acquirer"], row["merchant_no"]],
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE pa AS SELECT x.*, i.seq FROM payout_answers x JOIN imports i USING (import_id)"
        " WHERE answered_at <= getvariable('as_of') AND x.payout_no IN (SELECT payout_no FROM p_open)"
    )
    found = open_payouts(
        con, as_of, lambda import_id, line_no: Evidence("", line_no, import_id), Book(con, Dues(defaults, calendars))
    )
    return [one for payouts in found.values() for one in payouts]


def _one(con: duckdb.DuckDBPyConnection, table: str, place: Place) -> dict[str, Any] | None:
    cursor = con.execute(f"SELECT * FROM {table} WHERE import_id = ? AND line_no = ?", list(place))
    names = [column[0] for column in cursor.description]
    row = cursor.fetchone()
    return dict(zip(names, row, strict=True)) if row else None


def _same(column: str, left: Mapping[str, Any], right: Mapping[str, Any]) -> Check:
    one, other = left[column], right[column]
    if column == "currency":
        one, other = one or "CNY", other or "CNY"
    is_met = None if one is None or other is None else one == other
    off = other - one if isinstance(one, int) and isinstance(other, int) else None
    return Check(column=column, left=one, right=other, is_met=is_met, off=off)


def _differing(step: Step) -> dict[str, object]:
    return {"level": step.name, "columns": [check.column for check in step.unmet]}
