"""Clearing → payout → bank line: the set-wise sums brought to the rules, merchant by merchant.

Merchant-days and payouts are few beside payments (one of each per shop and day), so this leg works on values; the
payments themselves never leave the engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import duckdb

from daozhang.breaks import Break, BreakType, Evidence, Grain, Keys, Severity
from daozhang.breaks.clearing_side import Named
from daozhang.breaks.money_side import judge_merchant
from daozhang.breaks.owed import Merchant, OwedDay, looks_like
from daozhang.calendars import Calendar
from daozhang.contracts.deductions import agreed_on, parse_deductions
from daozhang.engine.agreed import Book, Who
from daozhang.engine.answers import STATE_ORDER, put_answers
from daozhang.engine.clearing_leg import day_sums, rows, uncleared_sums
from daozhang.flows.settlement_day import Terms
from daozhang.matching.bank import TOKEN, WINDOW_DAYS, BankLeg, BankLine, match_bank
from daozhang.matching.coverage import Coverage
from daozhang.matching.money import DayMoney
from daozhang.matching.notices import Noted, counting
from daozhang.matching.payouts import BROKEN_STATES, Chain, Payout, assign_days, chains_of

_WHY: Final = {"calendar-holiday": "holiday", "calendar-weekend": "weekend", "calendar-day-off": "holiday",
               "calendar-makeup-not-paid": "cycle"}  # fmt: skip

RECENT: Final = timedelta(days=3)
"""How far back payouts count as company: a bank that was in maintenance last month explains nothing today."""


@dataclass(slots=True)
class MoneyLeg:
    """What the money side gave."""

    breaks: list[Break] = field(default_factory=list)
    money: list[DayMoney] = field(default_factory=list)
    settled: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    counts: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    links: list[tuple[str, str, str, int, str, int, str]] = field(default_factory=list)
    """(payout import, payout line …) rows for the way of a payment: payout number, how, bank import, bank line, amount."""


def judge_money(
    con: duckdb.DuckDBPyConnection, as_of: datetime, cover: Coverage, named: Named, defaults: Terms,
    calendars: Mapping[str, Calendar],
) -> MoneyLeg:  # fmt: skip
    """Return the breaks of payouts and bank lines and the money of every merchant-day, which adds up to the fen."""
    book = Book(con, defaults, calendars)
    days = _owed_days(con, as_of, book, named, cover)
    payouts = _payouts(con, as_of, named, book)
    lines = _bank_lines(con, named, cover)
    with_payouts = {who[0] for who in payouts}
    merchants: list[Merchant] = []
    asked: list[Payout] = []
    for who in sorted({*days, *payouts}):
        merchant = _merchant(who, days.get(who, []), chains_of(payouts.get(who, [])), book)
        merchant.has_payout_source = who[0] in with_payouts
        if not merchant.has_payout_source:
            pseudo = _pseudo_payouts(merchant)
            merchant.pseudo = {one.settled_on: one.payout_no for one in pseudo}
            asked += pseudo
        asked += [link for chain in merchant.chains for link in chain.links if "claimed" in link.states]
        merchants.append(merchant)
    leg = match_bank(asked, lines)
    result = MoneyLeg(breaks=_fee_lines(con, days, named))
    for merchant in merchants:
        judged = judge_merchant(merchant, leg, cover, as_of)
        result.breaks += judged.breaks
        result.money += [money for _, money in sorted(judged.money.items())]
        _settled(result, merchant, judged.settled, judged.money)
    _left_lines(result, leg, asked)
    _count(result, merchants, as_of)
    for number, credit in sorted(leg.credits.items()):
        for line, amount in credit.lines:
            one = credit.payout.evidence[-1] if credit.payout.evidence else Evidence("", 0)
            result.links.append(
                (
                    number,
                    credit.how,
                    one.import_id,
                    one.line_no,
                    line.evidence.import_id,
                    line.evidence.line_no,
                    str(amount),
                )
            )
    return result


def _owed_days(
    con: duckdb.DuckDBPyConnection, as_of: datetime, book: Book, named: Named, cover: Coverage
) -> dict[Who, list[OwedDay]]:
    """Return what each clearing day owes, from what cleared and from what ought to have cleared."""
    days: dict[Who, dict[date, OwedDay]] = {}

    def day_of(row: Mapping[str, Any]) -> OwedDay:
        who = (row["acquirer"], row["merchant_no"], row["currency"] or "CNY")
        known = days.setdefault(who, {})
        if row["day"] not in known:
            known[row["day"]] = _new_day(who, row["day"], book)
        return known[row["day"]]

    def put(day: OwedDay, bucket: str, amount: int) -> None:
        if amount:
            day.buckets[bucket] = day.buckets.get(bucket, 0) + amount

    day_sums(con)
    for row in rows(con, "SELECT * FROM owed ORDER BY ALL"):
        day = day_of(row)
        day.evidence = (*day.evidence, named(row["import_id"], 0))
        day.net_minor += row["net"]
        day.expected_minor += row["legit"]
        put(day, "missing", row["fee_over"] - row["doubled"] - row["keyed_off"])
        put(day, "deducted", -row["other"])
    uncleared_sums(con)
    for row in rows(con, "SELECT * FROM uncleared ORDER BY ALL"):
        day = day_of(row)
        day.expected_minor += row["net"]
        is_due = day.due_at is not None and as_of > day.due_at
        waits = cover.aside("clearings", row["acquirer"], row["merchant_no"], [row["day"]])
        if row["complete"] and row["next_day"] is not None and not waits:
            put(day, "missing", row["net"])
        else:
            put(day, "unexplained" if is_due else "not_due", row["net"])
    return {who: [known[day] for day in sorted(known)] for who, known in days.items()}


def _fee_lines(con: duckdb.DuckDBPyConnection, days: Mapping[Who, Sequence[OwedDay]], named: Named) -> list[Break]:
    """Say each fee that clearing took as a line of its own and that no agreement of that day names."""
    agreed = {
        (who, day.settled_on): {amount for _, amount in day.agreed_deductions}
        for who, known in days.items()
        for day in known
    }
    found = []
    for row in rows(con, "SELECT * FROM c WHERE kind = 'fee' AND net_minor < 0 ORDER BY cleared_on, fp"):
        who = (row["acquirer"], row["merchant_no"], row["currency"] or "CNY")
        taken = -row["net_minor"]
        if taken in agreed.get((who, row["cleared_on"]), set()):
            continue
        found.append(
            Break(
                type=BreakType.DEDUCTION_NOT_AGREED, grain=Grain.MERCHANT_DAY, gap_minor=-taken, currency=who[2],
                keys=Keys(acquirer=who[0], merchant_no=who[1], settled_on=row["cleared_on"], order_no=row["order_no"] or "",
                          network_no=row["network_no"] or ""),
                facts={"deducted_minor": taken, "agreed_minor": 0, "agreed_names": [],
                       "looks_like": looks_like(taken, f"{row['order_no'] or ''} {row['network_no'] or ''}")},
                evidence=(named(row["import_id"], row["line_no"]),),
            )
        )  # fmt: skip
    return found


def _new_day(who: Who, day: date, book: Book) -> OwedDay:
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


def _payouts(con: duckdb.DuckDBPyConnection, as_of: datetime, named: Named, book: Book) -> dict[Who, list[Payout]]:
    """Return every payout number with its last state as known at ``as_of``."""
    versions: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows(con, "SELECT * FROM p ORDER BY seq, line_no"):
        versions.setdefault((row["acquirer"], row["merchant_no"], row["payout_no"]), []).append(row)
    put_answers(con, versions)
    result: dict[Who, list[Payout]] = {}
    for (acquirer, merchant, _), seen in sorted(versions.items()):
        known = [row for row in seen if row["known_at"] is None or row["known_at"] <= as_of]
        known.sort(
            key=lambda row: (row["known_at"] or datetime.min, STATE_ORDER[row["state"]], row["seq"], row["line_no"])
        )
        payout = _payout(
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


def _payout(known: Sequence[dict[str, Any]], named: Named) -> Payout:
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


def _bank_lines(con: duckdb.DuckDBPyConnection, named: Named, cover: Coverage) -> list[BankLine]:
    """Return the lines of statements, and those of notices that no statement says again."""
    booked = [_noted(row, named) for row in rows(con, "SELECT *, '' AS kind FROM b ORDER BY booked_at, fp")]
    booked = [one for one in booked if not one.line.account_tail.startswith("wallet:")]
    notices = [_noted(row, named) for row in rows(con, "SELECT * FROM bn ORDER BY booked_at, fp")]
    return [*(one.line for one in booked), *counting(notices, booked, cover)]


def _noted(row: Mapping[str, Any], named: Named) -> Noted:
    line = BankLine(
        account_tail=row["account_tail"], booked_at=row["booked_at"], amount_minor=row["amount_minor"],
        currency=row["currency"] or "CNY", counterparty=row["counterparty_name"] or "",
        text=" ".join(filter(None, (row["text"], row["bank_reference"], row["counterparty_name"]))),
        evidence=named(row["import_id"], row["line_no"]),
    )  # fmt: skip
    return Noted(line, row["bank_reference"] or "", row["kind"])


def _merchant(who: Who, days: list[OwedDay], chains: list[Chain], book: Book) -> Merchant:
    known = {day.settled_on for day in days}
    open_net = assign_days({day.settled_on: day.net_minor for day in days}, chains)
    minimum = book.terms_on(who, max(known))["minimum"] if known else 0
    return Merchant(
        acquirer=who[0], merchant_no=who[1], currency=who[2], status=book.status.get(who[:2], ""), days=days, chains=chains,
        open_net=open_net, minimum_minor=minimum, accounts=tuple(book.accounts.get(who[:2], ())),
        next_workday=lambda day: book.next_workday("CN", day),
    )  # fmt: skip


def _pseudo_payouts(merchant: Merchant) -> list[Payout]:
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


def _settled(
    result: MoneyLeg, merchant: Merchant, proven: Mapping[str, tuple[Evidence, ...]], money: Mapping[date, DayMoney]
) -> None:
    """Note which payouts and which whole days the bank proves, so that cases can close on those lines."""
    by_day: dict[date, list[Evidence]] = {}
    for chain in merchant.chains:
        lines = proven.get(chain.head.payout_no)
        if not lines:
            continue
        for link in chain.links:
            result.settled[link.payout_no] = lines
        for day in chain.days or {chain.head.settled_on: 0}:
            by_day.setdefault(day, []).extend(lines)
    for day, lines_of_day in by_day.items():
        one = money.get(day)
        if one and one.arrived > 0 and not (one.missing or one.unexplained or one.returned or one.held):
            key = f"day:{merchant.acquirer}:{merchant.merchant_no}:{day}"
            result.settled[key] = tuple(sorted(set(lines_of_day)))


def _left_lines(result: MoneyLeg, leg: BankLeg, asked: Sequence[Payout]) -> None:
    """Credits of a known payer that no payout explains: a payout credited twice, or money to be identified."""
    payers = {name: acquirer for acquirer, names in sorted(leg.payers.items()) for name in names}
    by_number = {one.payout_no: one for one in asked}
    by_amount: dict[tuple[str, int], list[Payout]] = {}
    for one in asked:
        by_amount.setdefault((one.account_tail, one.paid_minor), []).append(one)
    money = {(one.acquirer, one.merchant_no, one.settled_on, one.currency): one for one in result.money}
    for line in leg.left:
        named = next((by_number[token] for token in TOKEN.findall(line.text) if token in by_number), None)
        if named is None and line.counterparty in payers:
            same = by_amount.get((line.account_tail, line.left_minor), ())
            named = next((one for one in same if abs((line.booked_on - one.sent_on).days) <= WINDOW_DAYS), None)
        if named is not None and named.payout_no in leg.credits:
            twin = Break(
                type=BreakType.CREDIT_OVER, grain=Grain.PAYOUT, gap_minor=line.left_minor, currency=line.currency,
                occurred_at=line.booked_at,
                keys=Keys(acquirer=named.acquirer, merchant_no=named.merchant_no, payout_no=named.payout_no,
                          settled_on=named.settled_on, account_tail=line.account_tail),
                facts={"paid_minor": named.paid_minor, "credited_minor": named.paid_minor + line.left_minor, "credited_twice": True},
                evidence=(*named.evidence, *(one.evidence for one, _ in leg.credits[named.payout_no].lines), line.evidence),
            )  # fmt: skip
            result.breaks.append(twin)
            day = money.get((named.acquirer, named.merchant_no, named.settled_on, line.currency))
            if day:
                day.add("arrived", line.left_minor)
                day.add("missing", -line.left_minor)
        elif line.counterparty in payers:
            result.breaks.append(
                Break(
                    type=BreakType.CREDIT_UNIDENTIFIED, grain=Grain.BANK_ENTRY, gap_minor=line.left_minor,
                    currency=line.currency, severity=Severity.WATCH, occurred_at=line.booked_at,
                    keys=Keys(acquirer=payers[line.counterparty], account_tail=line.account_tail, settled_on=line.booked_on,
                              file=f"{line.evidence}"),
                    facts={"counterparty_name": line.counterparty, "text": line.text, "amount_minor": line.left_minor},
                    evidence=(line.evidence,),
                )
            )  # fmt: skip


def _count(result: MoneyLeg, merchants: Sequence[Merchant], as_of: datetime) -> None:
    """Count due payouts that arrived and that did not, by acquirer and by bank, for causes that are shared."""
    by_acquirer: dict[str, dict[str, int]] = {}
    by_bank: dict[str, dict[str, int]] = {}
    by_bank_day: dict[str, dict[str, int]] = {}
    silent: Counter[tuple[str, date]] = Counter()
    paid: Counter[tuple[str, date]] = Counter()
    for merchant in merchants:
        for chain in merchant.chains:
            if as_of.date() - chain.head.sent_on <= RECENT:
                _tally(by_acquirer, chain.head.acquirer, chain.head, result)
                _tally(by_bank, chain.head.bank_name, chain.head, result)
            _tally(by_bank_day, f"{chain.head.bank_name}|{chain.head.settled_on}", chain.head, result)
            paid[merchant.acquirer, chain.head.settled_on] += _is_paid(chain.head, result)
        for day in merchant.days:
            is_open = merchant.open_net.get(day.settled_on, 0) > 0 and day.due_at is not None and as_of > day.due_at
            silent[merchant.acquirer, day.settled_on] += is_open
    result.counts = {"payouts_by_acquirer": by_acquirer, "payouts_by_bank": by_bank}
    result.breaks = [_with_company(one, by_bank_day, silent, paid) for one in result.breaks]


def _is_paid(head: Payout, result: MoneyLeg) -> bool:
    return head.payout_no in result.settled or head.state == "claimed"


def _tally(table: dict[str, dict[str, int]], name: str, head: Payout, result: MoneyLeg) -> None:
    if name:
        row = table.setdefault(name, {"all": 0, "failed": 0, "paid": 0})
        row["all"] += 1
        row["failed"] += head.state in BROKEN_STATES
        row["paid"] += _is_paid(head, result)


def _with_company(
    one: Break,
    by_bank_day: Mapping[str, Mapping[str, int]],
    silent: Counter[tuple[str, date]],
    paid: Counter[tuple[str, date]],
) -> Break:
    """Put beside a break how many others of its acquirer or bank fared the same way."""
    if one.type is BreakType.PAYOUT_MISSING and one.keys.settled_on:
        key = (one.keys.acquirer, one.keys.settled_on)
        return replace(one, facts={**one.facts, "silent_merchants": silent[key], "paid_merchants": paid[key]})
    if one.type in {BreakType.PAYOUT_FAILED, BreakType.PAYOUT_RETURNED}:
        bank = by_bank_day.get(f"{one.facts.get('bank_name') or ''}|{one.keys.settled_on}", {})
        more = {"same_bank_failed": bank.get("failed", 0), "same_bank_paid": bank.get("paid", 0)}
        return replace(one, facts={**one.facts, **more})
    return one
