"""Orders, batches and terminals: the legs around the money, judged from the rows that were selected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from daozhang.breaks.clearing_side import Named, Row, amount_pattern
from daozhang.breaks.kinds import Break, BreakType, Grain, Keys, Severity


def of_orders(rows: Iterable[Row], named: Named) -> list[Break]:
    """A charge too many, or a charge that is not what the till asked for. Parts that add up never come here."""
    found: list[Break] = []
    for row in rows:
        second = row["charges"] >= 2 and row["same_amount"]
        if second and row["place"] == 1:
            continue  # the charge that pays the order
        if not second and row["charges"] >= 2:
            continue  # parts that do not add up: a till that splits bills tells us nothing about which part is wrong
        paid_cash = row["paid_by"] == "cash"
        kind = BreakType.DUPLICATE if second or paid_cash else BreakType.KEYED_AMOUNT_SUSPECT
        gap = row["t_amount"] if kind is BreakType.DUPLICATE else row["sum_minor"] - row["order_minor"]
        common: dict[str, object] = {"order_no": row["order_no"], "card_tail": row["card_tail"] or ""}
        facts: Mapping[str, object] = (
            common
            | {
                "side": "order", "amount_minor": row["t_amount"], "seconds_apart": int(row["seconds_apart"] or 0),
                "timeout_before": bool(row["timeout_before"]), "paid_cash": paid_cash,
            }
            if kind is BreakType.DUPLICATE
            else common
            | {
                "order_minor": row["order_minor"], "journal_minor": row["t_amount"],
                "pattern": amount_pattern(row["t_amount"], row["order_minor"]),
            }
        )  # fmt: skip
        found.append(
            Break(
                type=kind, grain=Grain.TRANSACTION, gap_minor=gap, currency=row["currency"], occurred_at=row["occurred_at"],
                keys=Keys(
                    acquirer=row["acquirer"], merchant_no=row["merchant_no"], terminal_no=row["terminal_no"] or "",
                    batch_no=row["batch_no"] or "", trace_no=row["trace_no"] or "", rrn=row["rrn"] or "",
                    order_no=row["order_no"], settled_on=row["t_day"],
                ),
                facts=facts,
                evidence=(named(row["t_import"], row["t_line"]), named(row["first_import"], row["first_line"])),
            )
        )  # fmt: skip
    return found


def of_unpaid_orders(rows: Iterable[Row], as_of: datetime, named: Named) -> list[Break]:
    """An order the till counts as paid by card, that neither terminal nor clearing knows."""
    return [
        Break(
            type=BreakType.MISSING_IN_CLEARING, grain=Grain.TRANSACTION, gap_minor=-row["t_amount"], currency=row["currency"],
            occurred_at=row["occurred_at"], severity=Severity.ALARM if row["next_day"] else Severity.WATCH,
            keys=Keys(acquirer=row["acquirer"], merchant_no=row["merchant_no"], terminal_no=row["terminal_no"] or "",
                      order_no=row["order_no"], settled_on=row["t_day"]),
            facts={"amount_minor": row["t_amount"], "kind": "sale", "occurred_at": row["occurred_at"],
                   "expected_on": row["t_day"], "status": "", "near_cutover": False, "candidates": 0, "source_complete": True,
                   "days_waited": (as_of.date() - row["t_day"]).days, "share_missing": 0,
                   "terminal_belongs_to": row["owner"] or "", "stored_data_cleared": row["cleared_away"]},
            evidence=(named(row["t_import"], row["t_line"]),),
        )
        for row in rows
    ]  # fmt: skip


_BATCH = {
    "unbalanced": (BreakType.BATCH_UNBALANCED, Severity.ALARM),
    "balanced": (BreakType.BATCH_UNBALANCED, Severity.ALARM),  # says balanced, but its own totals differ
    "rejected": (BreakType.BATCH_REJECTED, Severity.ALARM),
    "open": (BreakType.BATCH_OPEN, Severity.WATCH),
}


def of_batches(rows: Iterable[Row], named: Named) -> list[Break]:
    """Terminal batches that do not agree with the host. The gap is host minus terminal, net of credits."""
    found = []
    for row in rows:
        kind, severity = _BATCH[row["result"]]
        debit = (row["host_debit_minor"] or 0) - (row["debit_minor"] or 0) if row["host_debit_minor"] is not None else 0
        credit = (
            (row["host_credit_minor"] or 0) - (row["credit_minor"] or 0) if row["host_credit_minor"] is not None else 0
        )
        count = (row["host_debit_count"] or 0) - (row["debit_count"] or 0) if row["host_debit_count"] is not None else 0
        found.append(
            Break(
                type=kind, grain=Grain.BATCH, gap_minor=debit - credit, severity=severity, occurred_at=row["closed_at"],
                keys=Keys(acquirer=row["acquirer"], merchant_no=row["merchant_no"], terminal_no=row["terminal_no"],
                          batch_no=row["batch_no"]),
                facts={"debit_diff_minor": debit, "credit_diff_minor": credit, "count_diff": count, "pending_reversals": 0,
                       "closed_at": row["closed_at"]},
                evidence=(named(row["import_id"], row["line_no"]),),
            )
        )  # fmt: skip
    return found


def of_terminals(rows: Sequence[Row], as_of: datetime, named: Named, told: Collection[str] = ()) -> list[Break]:
    """Clocks, queues and silence of terminals, from their last sign of life; the silence of those ``told`` is said already."""
    found: list[Break] = []
    silent = [row for row in rows if row["newest_at"] - row["last_at"] > timedelta(hours=24)]
    for row in rows:
        keys = Keys(
            acquirer=row["acquirer"] or "", merchant_no=row["merchant_no"] or "", terminal_no=row["terminal_no"]
        )
        facts: dict[str, object] = {
            "clock_skew_s": int(row["clock_skew_s"] or 0), "router_no": row["router_no"] or "",
            "carrier": row["carrier"] or "", "region": row["region"] or "", "since": row["last_at"], "pending": 0,
            "peers_offline": len(silent) - 1 if row in silent else 0,
        }  # fmt: skip

        def say(
            kind: BreakType,
            severity: Severity,
            keys: Keys = keys,
            base: dict[str, object] = facts,
            row: Row = row,
            **more: object,
        ) -> None:
            evidence = (named(row["import_id"], row["line_no"]),)
            found.append(
                Break(
                    type=kind,
                    grain=Grain.TERMINAL,
                    keys=keys,
                    gap_minor=0,
                    severity=severity,
                    facts=base | more,
                    evidence=evidence,
                )
            )

        if abs(row["clock_skew_s"] or 0) > 300:
            say(BreakType.CLOCK_SKEW, Severity.ALARM)
        for kind, pending, since in (
            (BreakType.REVERSAL_PENDING, row["pending_reversals"], row["reversals_since"]),
            (BreakType.UPLOADS_PENDING, row["pending_uploads"], row["uploads_since"]),
        ):
            if pending and since:
                old = as_of - since > timedelta(hours=24)
                say(kind, Severity.ALARM if old else Severity.WATCH, pending=pending, since=since)
        if row in silent and row["terminal_no"] not in told:
            say(BreakType.TERMINAL_OFFLINE, Severity.WATCH)
    return found
