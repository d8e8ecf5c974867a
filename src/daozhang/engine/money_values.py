"""What the judgement of money works on: days, payouts and bank lines of the merchants that are not plain, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import duckdb

from daozhang.breaks.clearing_side import Named
from daozhang.breaks.owed import Merchant, OwedDay
from daozhang.contracts.deductions import agreed_on, parse_deductions
from daozhang.engine.agreed import Book, Who
from daozhang.engine.answers import STATE_ORDER, put_answers
from daozhang.engine.clearing_leg import rows
from daozhang.matching.bank import BankLine
from daozhang.matching.coverage import Coverage
from daozhang.matching.payouts import Chain, Payout, assign_days

_WHY: Final = {"calendar-holiday": "holiday", "calendar-weekend": "weekend", "calendar-day-off": "holiday",
               "calendar-makeup-not-paid": "cycle"}  # fmt: skip


def owed_days(
    con: duckdb.DuckDBPyConnection, as_of: datetime, book: Book, named: Named, cover: Coverage
) -> dict[Who, list[OwedDay]]:
    """Return what each clearing day owes, from what cleared and from what ought to have cleared."""
    days: dict[Who, dict[date, OwedDay]] = {}

    def day_of(row: Mapping[str, Any]) -> OwedDay:
        who = (row["acquirer"], row["merchant_no"], row["currency"] or "CNY")
        known = days.setdefault(who, {})
        if row["day"] not in known:
            known[row["day"]] = new_day(who, row["day"], book)
        return known[row["day"]]

    def put(day: OwedDay, bucket: str, amount: int) -> None:
        if amount:
            day.buckets[bucket] = day.buckets.get(bucket, 0) + amount

    for row in rows(con, "SELECT * FROM owed_open ORDER BY ALL"):
        day = day_of(row)
        day.evidence = (*day.evidence, named(row["import_id"], 0))
        day.net_minor += row["net"]
        day.expected_minor += row["legit"]
        put(day, "missing", row["fee_over"] - row["doubled"] - row["keyed_off"])
        put(day, "deducted", -row["other"])
    for row in rows(con, "SELECT * FROM uncleared_open ORDER BY ALL"):
        day = day_of(row)
        day.expected_minor += row["net"]
        is_due = day.due_at is not None and as_of > day.due_at
        waits = cover.aside("clearings", row["acquirer"], row["merchant_no"], [row["day"]])
        if row["complete"] and row["next_day"] is not None and not waits:
            put(day, "missing", row["net"])
        else:
            put(day, "unexplained" if is_due else "not_due", row["net"])
    return {who: [known[day] for day in sorted(known)] for who, known in days.items()}


def new_day(who: Who, day: date, book: Book) -> OwedDay:
    """Return a clearing day of which nothing is known yet but when its money is due and what may be deducted."""
    terms = book.terms_on(who, day)
    due = book.due(terms, day)
    deductions, _ = parse_deductions(terms["deductions"])
    why = _WHY.get(due.reason_key or "", "")
    if not why and terms["changed_on"] and (day - terms["changed_on"]).days <= 7:
        why = "cycle_changed"
    return OwedDay(
        settled_on=day, net_minor=0, expected_minor=0, due_at=due.due_at,
        judge_on=book.next_workday(terms["calendar"], due.due_at.date()) if due.due_at else None,
        naive_due_on=day + timedelta(days=1), why_not_due=why,
        agreed_deductions=tuple(
            (one.deduction.name, one.deduction.amount_minor)
            for one in agreed_on(deductions, day)
            # a deduction that comes once or once a year may be taken with any payout of its period
        ),
    )  # fmt: skip


def open_payouts(con: duckdb.DuckDBPyConnection, as_of: datetime, named: Named, book: Book) -> dict[Who, list[Payout]]:
    """Return every payout number that is not plain, with its last state as known at ``as_of``."""
    versions: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows(con, "SELECT * FROM p_open ORDER BY seq, line_no"):
        versions.setdefault((row["acquirer"], row["merchant_no"], row["payout_no"]), []).append(row)
    put_answers(con, versions)
    result: dict[Who, list[Payout]] = {}
    for (acquirer, merchant, _), seen in sorted(versions.items()):
        known = [row for row in seen if row["known_at"] is None or row["known_at"] <= as_of]
        known.sort(
            key=lambda row: (row["known_at"] or datetime.min, STATE_ORDER[row["state"]], row["seq"], row["line_no"])
        )
        payout = payout_of(
            known or [seen[0] | {"state": "pending", "paid_minor": 0, "finished_at": None, "reason_text": None}], named
        )
        if not payout.account_tail:
            tails = [
                tail
                for tail, from_on, to_on, _ in book.accounts.get((acquirer, merchant), ())
                if (from_on is None or from_on <= payout.sent_on) and (to_on is None or payout.sent_on <= to_on)
            ]
            payout.account_tail = tails[0] if len(tails) == 1 else ""
        result.setdefault((acquirer, merchant, payout.currency), []).append(payout)
    return result


def payout_of(known: Sequence[dict[str, Any]], named: Named) -> Payout:
    """Return one payout number from its rows in ``payouts``, the last state last."""
    last = known[-1]

    def first_of(name: str) -> Any:  # noqa: ANN401 - cells of several types
        return next((row[name] for row in reversed(known) if row[name] is not None), None)

    claimed = [row["known_at"] for row in known if row["state"] == "claimed"]
    paid = max((row["paid_minor"] for row in known), default=0)
    return Payout(
        acquirer=last["acquirer"], merchant_no=last["merchant_no"], payout_no=last["payout_no"],
        replaces=first_of("replaces_payout_no") or "", settled_on=known[0]["settled_on"], currency=last["currency"] or "CNY",
        planned_minor=last["planned_minor"], held_minor=last["held_minor"] or 0, deducted_minor=last["deducted_minor"] or 0,
        paid_minor=last["paid_minor"] or (paid if last["state"] == "returned" else 0), state=last["state"],
        reason_code=last["reason_code"] or "", reason_text=last["reason_text"] or "", reason_scheme=last.get("reason_scheme") or "",
        account_tail=first_of("account_tail") or "", account_holder=first_of("account_holder") or "",
        bank_name=first_of("bank_name") or "", created_at=first_of("created_at"), finished_at=last["finished_at"],
        claimed_at=claimed[0] if claimed else None, states=tuple(row["state"] for row in known),
        evidence=tuple(named(row["import_id"], row["line_no"]) for row in known),
    )  # fmt: skip


def bank_lines(con: duckdb.DuckDBPyConnection, named: Named) -> list[BankLine]:
    """Return the lines of ``line_open``: those that no plain payout explains."""
    return [
        BankLine(
            account_tail=row["account_tail"], booked_at=row["booked_at"], amount_minor=row["amount_minor"],
            currency=row["currency"], counterparty=row["counterparty"], text=row["text"],
            evidence=named(row["import_id"], row["line_no"]),
        )
        for row in rows(con, "SELECT * FROM line_open ORDER BY booked_at, id")
    ]  # fmt: skip


def merchant_of(who: Who, days: list[OwedDay], chains: list[Chain], book: Book, last_on: date | None) -> Merchant:
    """Return one merchant ready to be judged; ``last_on`` is its last clearing day, whose minimum holds."""
    open_net = assign_days({day.settled_on: day.net_minor for day in days}, chains)
    minimum = book.terms_on(who, last_on)["minimum"] if last_on else 0
    return Merchant(
        acquirer=who[0], merchant_no=who[1], currency=who[2], status=book.status.get(who[:2], ""), days=days, chains=chains,
        open_net=open_net, minimum_minor=minimum, accounts=tuple(book.accounts.get(who[:2], ())),
        next_workday=lambda day: book.next_workday("CN", day),
    )  # fmt: skip


def pseudo_payouts(merchant: Merchant) -> list[Payout]:
    """Ask the bank for each day's net where no payout file exists: the statement alone can prove it."""
    asked = []
    for day in merchant.days:
        net = merchant.open_net.get(day.settled_on, 0)
        tails = merchant.agreed_tails(day.due_at.date()) if day.due_at else []
        if net <= 0 or not tails or day.due_at is None:
            continue
        asked.append(
            Payout(
                acquirer=merchant.acquirer, merchant_no=merchant.merchant_no, replaces="", settled_on=day.settled_on,
                payout_no=f"day:{merchant.acquirer}:{merchant.merchant_no}:{merchant.currency}:{day.settled_on}",
                currency=merchant.currency, planned_minor=net, held_minor=0, deducted_minor=0, paid_minor=net,
                state="expected", reason_code="", reason_text="", account_tail=tails[0], account_holder="", bank_name="",
                created_at=datetime.combine(day.due_at.date(), time()), finished_at=None, states=("claimed",),
            )
        )  # fmt: skip
    return asked
