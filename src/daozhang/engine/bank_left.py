"""What clearing and the bank hold beside payouts: fee lines nobody agreed, credits of a known payer that explain nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from daozhang.breaks import Break, BreakType, Grain, Keys, Severity
from daozhang.breaks.clearing_side import Named
from daozhang.breaks.owed import OwedDay, looks_like
from daozhang.engine.agreed import Who
from daozhang.engine.clearing_leg import rows
from daozhang.matching.bank import TOKEN, WINDOW_DAYS, BankLeg
from daozhang.matching.money import DayMoney
from daozhang.matching.payouts import Payout


def fee_lines(con: duckdb.DuckDBPyConnection, days: Mapping[Who, Sequence[OwedDay]], named: Named) -> list[Break]:
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


def left_lines(leg: BankLeg, asked: Sequence[Payout], judged: Sequence[DayMoney]) -> list[Break]:
    """Credits of a known payer that no payout explains: a payout credited twice, or money to be identified."""
    payers = {name: acquirer for acquirer, names in sorted(leg.payers.items()) for name in names}
    by_number = {one.payout_no: one for one in asked}
    by_amount: dict[tuple[str, int], list[Payout]] = {}
    for one in asked:
        by_amount.setdefault((one.account_tail, one.paid_minor), []).append(one)
    money = {(one.acquirer, one.merchant_no, one.settled_on, one.currency): one for one in judged}
    found: list[Break] = []
    for line in leg.left:
        named = next((by_number[token] for token in TOKEN.findall(line.text) if token in by_number), None)
        if named is None and line.counterparty in payers and line.is_untouched:
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
            found.append(twin)
            day = money.get((named.acquirer, named.merchant_no, named.settled_on, line.currency))
            if day:
                day.add("arrived", line.left_minor)
                day.add("missing", -line.left_minor)
        elif line.counterparty in payers:
            found.append(
                Break(
                    type=BreakType.CREDIT_UNIDENTIFIED, grain=Grain.BANK_ENTRY, gap_minor=line.left_minor,
                    currency=line.currency, severity=Severity.WATCH, occurred_at=line.booked_at,
                    keys=Keys(acquirer=payers[line.counterparty], account_tail=line.account_tail, settled_on=line.booked_on,
                              file=f"{line.evidence}"),
                    facts={"counterparty_name": line.counterparty, "text": line.text, "amount_minor": line.left_minor},
                    evidence=(line.evidence,),
                )
            )  # fmt: skip
    return found
