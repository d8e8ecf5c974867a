"""Transaction ↔ clearing, judged row by row: only the rows that the set-wise part left over come here.

A gap is what came (or is promised by the clearing line) minus what should come, net of the contract's fee.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from daozhang.breaks.kinds import Break, BreakType, Evidence, Grain, Keys, Severity

GIVE_UP_DAYS: Final = 3
"""Days after its clearing day at which a missing line is said even if no later clearing file came."""

NEAR_CUTOVER_MINUTES: Final = 30

Row = Mapping[str, Any]
Named = Callable[[str, int], Evidence]
"""(import id, line number) → evidence with the file's name."""


_JOURNAL_KEYS: Final = ("terminal_no", "batch_no", "trace_no", "rrn", "order_no")


def _keys(row: Row, *, from_clearing: bool = False) -> Keys:
    names = ("terminal", "batch", "trace", "rrn", "order") if from_clearing else _JOURNAL_KEYS
    terminal, batch, trace, rrn, order = (row.get("c_" + name if from_clearing else name) for name in names)
    return Keys(
        acquirer=row["acquirer"], merchant_no=row["merchant_no"], terminal_no=terminal or "", batch_no=batch or "",
        trace_no=trace or "", rrn=rrn or "", order_no=order or "", network_no=row.get("network_no") or "",
        settled_on=row.get("cleared_on") or row.get("t_day"),
    )  # fmt: skip


def _evidence(row: Row, named: Named) -> tuple[Evidence, ...]:
    found = []
    if row.get("t_import"):
        found.append(named(row["t_import"], row["t_line"]))
    if row.get("c_import"):
        found.append(named(row["c_import"], row["c_line"]))
    if row.get("first_import"):
        found.append(named(row["first_import"], row["first_line"]))
    return tuple(found)


def _break(
    break_type: BreakType,
    row: Row,
    gap: int,
    named: Named,
    /,
    *,
    severity: Severity = Severity.ALARM,
    from_clearing: bool = False,
    **facts: object,
) -> Break:
    return Break(
        type=break_type, grain=Grain.TRANSACTION, keys=_keys(row, from_clearing=from_clearing), gap_minor=gap,
        currency=row["currency"] or "CNY", severity=severity, occurred_at=row.get("occurred_at") or row.get("c_at"),
        facts={"card_tail": row.get("card_tail") or row.get("c_card") or "", "channel": row.get("channel") or "", **facts},
        evidence=_evidence(row, named),
    )  # fmt: skip


def near_cutover(at: datetime | None, cutover: str | None) -> bool:
    """Return whether a payment was made so close to the cut-over that either clearing day is normal."""
    if at is None or not cutover or cutover == "24:00":
        return False
    hour, minute = cutover.split(":")
    gap = abs((at.hour * 60 + at.minute) - (int(hour) * 60 + int(minute)))
    return min(gap, 1440 - gap) <= NEAR_CUTOVER_MINUTES


def amount_pattern(is_minor: int, should_minor: int) -> str:
    """Return how one amount came from the other: ``x10``, ``div10``, ``x100``, ``div100``, ``swap`` or nothing known."""
    a, b = abs(is_minor), abs(should_minor)
    for factor, up, down in ((10, "x10", "div10"), (100, "x100", "div100")):
        if a == b * factor:
            return up
        if b == a * factor:
            return down
    one, two = str(a), str(b)
    if len(one) == len(two):
        off = [place for place, pair in enumerate(zip(one, two, strict=True)) if pair[0] != pair[1]]
        if len(off) == 2 and off[1] == off[0] + 1 and one[off[0]] == two[off[1]] and one[off[1]] == two[off[0]]:
            return "swap"
    return ""


def of_odd_pairs(rows: Iterable[Row], as_of: datetime, named: Named) -> list[Break]:
    """Judge pairs that differ: status, amount, kind, day, or a reversal that the journal does not know."""
    found: list[Break] = []
    for row in rows:
        kind, state = row["t_kind"], row["class"]
        if state == "unknown":
            found.append(_charged_unknown(row, as_of, named))
            continue
        if row["status"] == "declined":
            found.append(
                _break(
                    BreakType.STATUS_MISMATCH, row, row["net_minor"], named, journal_status="declined",
                    clearing_kind=row["c_kind"], reversal_missing=False, void_missing=False,
                )
            )  # fmt: skip
            continue
        if kind in {"preauth", "preauth_void"} or _side(kind) != _side(row["c_kind"]):
            found.append(_break(BreakType.KIND_MISMATCH, row, 0, named, journal_kind=kind, clearing_kind=row["c_kind"]))
        if row["t_amount"] != row["gross_minor"]:
            found.append(
                _break(
                    BreakType.AMOUNT_MISMATCH, row, row["gross_minor"] - row["t_amount"], named,
                    journal_minor=row["t_amount"], clearing_minor=row["gross_minor"],
                    pattern=amount_pattern(row["t_amount"], row["gross_minor"]),
                )
            )  # fmt: skip
        if row["reversed_in_clearing"] and state == "must":
            found.append(
                _break(
                    BreakType.STATUS_MISMATCH, row, -row["net_minor"], named, journal_status=row["status"],
                    clearing_kind="reversal", reversal_missing=False, void_missing=False,
                )
            )  # fmt: skip
        if row["cleared_on"] > row["t_day"]:
            late = (row["cleared_on"] - row["t_day"]).days
            expected = late == 1 and near_cutover(row["occurred_at"], row["cutover"])
            found.append(
                _break(
                    BreakType.LATE_CLEARING, row, 0, named, severity=Severity.INFO if expected else Severity.WATCH,
                    days_late=late, expected_on=row["t_day"], cleared_on=row["cleared_on"],
                )
            )  # fmt: skip
    return found


def _side(kind: str) -> str:
    if kind in {"sale", "offline_sale", "preauth_completion"}:
        return "sale"
    return "back" if kind in {"void", "reversal", "refund"} else kind


def _charged_unknown(row: Row, as_of: datetime, named: Named) -> Break:
    """The till saw no answer, the acquirer cleared it: charged, unless its reversal cleared too or still may."""
    if row["reversed_in_clearing"]:
        return _break(
            BreakType.OUTCOME_UNKNOWN, row, 0, named, severity=Severity.INFO, amount_minor=row["t_amount"], charged=False,
            reversal="cleared", crossed_cutover=False, response_code=row["response_code"] or "",
        )  # fmt: skip
    waits = row["next_day"] is None and as_of.date() <= row["cleared_on"] + timedelta(days=GIVE_UP_DAYS)
    facts: dict[str, Any] = {}
    if waits:
        facts["waiting_for"] = [f"clearings:{row['acquirer']}:{row['cleared_on'] + timedelta(days=1)}"]
    return _break(
        BreakType.OUTCOME_UNKNOWN, row, row["gross_minor"], named, severity=Severity.WATCH if waits else Severity.ALARM,
        amount_minor=row["t_amount"], charged=True, reversal="missing",
        crossed_cutover=near_cutover(row["occurred_at"], row["cutover"]), response_code=row["response_code"] or "", **facts,
    )  # fmt: skip


def of_half_cancelled(rows: Iterable[Row], as_of: datetime, named: Named) -> list[Break]:
    """A void or reversal whose sale cleared alone: wait one clearing day, then say it; and the mirror image."""
    found = []
    for row in rows:
        other_day = row["other_day"] or row["t_day"]
        waits = row["next_day"] is None and as_of.date() <= other_day + timedelta(days=GIVE_UP_DAYS)
        facts: dict[str, Any] = {}
        if waits:
            facts["waiting_for"] = [f"clearings:{row['acquirer']}:{other_day + timedelta(days=1)}"]
        severity = Severity.WATCH if waits else Severity.ALARM
        if row["c_rid"] is None:
            found.append(
                _break(
                    BreakType.MISSING_IN_CLEARING, row, -row["t_amount"], named, severity=severity,
                    amount_minor=row["t_amount"], kind=row["t_kind"], occurred_at=row["occurred_at"],
                    expected_on=row["t_day"], status=row["status"], near_cutover=False, candidates=0,
                    source_complete=True, days_waited=(as_of.date() - row["t_day"]).days, share_missing=0, **facts,
                )
            )  # fmt: skip
            continue
        by_reversal = row["status"] == "reversed" or row["other_kind"] == "reversal"
        found.append(
            _break(
                BreakType.STATUS_MISMATCH, row, row["net_minor"], named, severity=severity,
                journal_status=row["status"], clearing_kind=row["c_kind"], reversal_missing=by_reversal,
                void_missing=not by_reversal, **facts,
            )
        )  # fmt: skip
    return found


def of_missing_lines(rows: Iterable[Row], as_of: datetime, named: Named) -> list[Break]:
    """A payment the terminal took and clearing does not have, on a day for which clearing is complete.

    It is said as an alarm once the next clearing day is complete too: an edge-of-day line may come there.
    """
    found = []
    for row in rows:
        waits = row["next_day"] is None and as_of.date() <= row["t_day"] + timedelta(days=GIVE_UP_DAYS)
        facts: dict[str, Any] = {}
        if waits:
            facts["waiting_for"] = [f"clearings:{row['acquirer']}:{row['t_day'] + timedelta(days=1)}"]
        if row["class"] == "unknown":
            found.append(
                _break(
                    BreakType.OUTCOME_UNKNOWN, row, 0, named, severity=Severity.WATCH if waits else Severity.INFO,
                    amount_minor=row["t_amount"], charged=None if waits else False, reversal="", crossed_cutover=False,
                    response_code=row["response_code"] or "", **facts,
                )
            )  # fmt: skip
            continue
        found.append(
            _break(
                BreakType.MISSING_IN_CLEARING, row, -row["net_expected"], named,
                severity=Severity.WATCH if waits else Severity.ALARM, amount_minor=row["t_amount"], kind=row["t_kind"],
                occurred_at=row["occurred_at"], expected_on=row["t_day"], status=row["status"],
                near_cutover=near_cutover(row["occurred_at"], row["cutover"]), candidates=row["candidates"],
                source_complete=True, days_waited=(as_of.date() - row["t_day"]).days,
                share_missing=row["share_missing"], **facts,
            )
        )  # fmt: skip
    return found


def of_extra_lines(rows: Iterable[Row], named: Named) -> list[Break]:
    """Clearing lines without a terminal record: a line twice, or a payment the journal does not have."""
    found = []
    for row in rows:
        if row["first_rid"] is not None:
            found.append(
                _break(
                    BreakType.DUPLICATE, row, row["net_minor"], named, from_clearing=True, side="clearing",
                    order_no=row["c_order"] or "", amount_minor=row["gross_minor"], seconds_apart=None, timeout_before=False,
                )
            )  # fmt: skip
        elif row["journal_covers"]:
            found.append(
                _break(
                    BreakType.MISSING_IN_JOURNAL, row, row["net_minor"], named, from_clearing=True,
                    gross_minor=row["gross_minor"], net_minor=row["net_minor"], kind=row["c_kind"],
                    cleared_on=row["cleared_on"], journal_status="", journal_covers=True, reversal_in_journal=False,
                )
            )  # fmt: skip
    return found


def of_noted_again(rows: Iterable[Row], named: Named) -> list[Break]:
    """Journal rows that note one payment again: no money is owed for them, but totals of the journal are too high."""
    return [
        _break(
            BreakType.DUPLICATE, row, 0, named, severity=Severity.WATCH, side="journal", order_no=row["order_no"] or "",
            amount_minor=row["t_amount"], seconds_apart=0, timeout_before=False,
        )
        for row in rows
    ]  # fmt: skip


def of_disputes(rows: Iterable[Row], named: Named) -> list[Break]:
    """Dispute lines: a chargeback takes money that was not agreed to be taken; a retrieval request asks for papers."""
    return [
        Break(
            type=BreakType.DEDUCTION_NOT_AGREED, grain=Grain.MERCHANT_DAY, keys=_keys(row, from_clearing=True),
            gap_minor=min(0, row["net_minor"]), currency=row["currency"],
            severity=Severity.ALARM if row["net_minor"] < 0 else Severity.WATCH if row["net_minor"] == 0 else Severity.INFO,
            occurred_at=row["c_at"], evidence=_evidence(row, named),
            facts={"deducted_minor": -row["net_minor"], "agreed_minor": 0, "agreed_names": [],
                   "looks_like": "dispute" if row["net_minor"] else "retrieval"},
        )
        for row in rows
    ]  # fmt: skip


def of_wrong_fees(rows: Iterable[Row], named: Named) -> list[Break]:
    """Lines whose fee is not the contract's. The gap is expected minus charged: negative when too much was taken."""
    rows = list(rows)
    off_ratio: dict[tuple[str, str, object, object], set[bool]] = {}
    for row in rows:
        key = (row["acquirer"], row["merchant_no"], row["card_kind"], row["channel"])
        off_ratio.setdefault(key, set()).add(_ignores_cap(row))
    found = []
    for row in rows:
        key = (row["acquirer"], row["merchant_no"], row["card_kind"], row["channel"])
        gross = row["gross_minor"]
        found.append(
            _break(
                BreakType.FEE_MISMATCH, row, row["fee_expected"] - row["fee_minor"], named, from_clearing=True,
                expected_fee_minor=row["fee_expected"], charged_fee_minor=row["fee_minor"], gross_minor=gross,
                rate_bp=str(row["rate_bp"].normalize()) if row["rate_bp"] is not None else None,
                charged_rate_bp=round(row["fee_minor"] * 10_000 / gross) if gross else None, cap_minor=row["cap_minor"],
                cap_ignored=_ignores_cap(row), consistent_ratio=off_ratio[key] == {False}, card_kind=row["card_kind"],
                rows=1,
            )
        )  # fmt: skip
    return found


def _ignores_cap(row: Row) -> bool:
    cap = row["cap_minor"]
    return cap is not None and abs(row["fee_expected"]) == cap and abs(row["fee_minor"]) > cap


def of_clock_skews(rows: Iterable[Row], as_of: datetime, named: Named) -> list[Break]:
    """One break per terminal whose clock is off; an alarm while its last days still are."""
    by_terminal: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        by_terminal.setdefault((row["acquirer"], row["merchant_no"], row["terminal_no"]), []).append(row)
    found = []
    for (acquirer, merchant, terminal), days in sorted(by_terminal.items()):
        last = max(days, key=lambda row: row["day"])
        is_now = as_of.date() - last["day"] <= timedelta(days=GIVE_UP_DAYS)
        found.append(
            Break(
                type=BreakType.CLOCK_SKEW, grain=Grain.TERMINAL,
                keys=Keys(acquirer=acquirer, merchant_no=merchant, terminal_no=terminal), gap_minor=0,
                severity=Severity.ALARM if is_now else Severity.INFO,
                facts={"clock_skew_s": last["skew_s"], "since": min(row["day"] for row in days), "pending": 0,
                       "router_no": "", "carrier": "", "region": "", "peers_offline": 0},
                evidence=tuple(named(row["import_id"], row["line_no"]) for row in days[:5]),
            )
        )  # fmt: skip
    return found


def of_preauths(rows: Iterable[Row], as_of: date, named: Named) -> list[Break]:
    """Pre-authorisations that nothing completed: a watch while they age, an alarm when an order counts on the money."""
    found = []
    for row in rows:
        age = (as_of - row["occurred_at"].date()).days
        expires = age >= 25  # issuers usually let a pre-authorisation lapse after 30 days
        if age < 2:
            continue
        found.append(
            _break(
                BreakType.PREAUTH_OPEN, row, -row["t_amount"] if row["order_paid"] else 0, named,
                severity=Severity.ALARM if row["order_paid"] or expires else Severity.WATCH, age_days=age,
                amount_minor=row["t_amount"],
            )
        )  # fmt: skip
    return found
