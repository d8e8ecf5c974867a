"""The way of one payment: order → terminal → clearing → payout → bank line, each leg with its file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Final

import duckdb

from daozhang import money as fen
from daozhang.desk.workspace import Workspace
from daozhang.engine.clearing_leg import rows

_TEXT_COLUMNS: Final = {
    "transactions": ("rrn", "trace_no", "order_no", "auth_code", "card_tail", "terminal_no", "batch_no", "merchant_no"),
    "clearings": ("rrn", "trace_no", "order_no", "network_no", "card_tail", "terminal_no", "batch_no", "merchant_no"),
    "payouts": ("payout_no", "replaces_payout_no", "account_tail", "merchant_no"),
    "bank_entries": ("bank_reference", "account_tail"),
    "bank_notices": ("bank_reference", "account_tail"),
    "payout_answers": ("payout_no", "network_no", "message_no"),
    "orders": ("order_no", "terminal_no", "merchant_no"),
}
_AMOUNT_COLUMNS: Final = {
    "transactions": ("amount_minor",), "clearings": ("gross_minor", "net_minor"), "payouts": ("planned_minor", "paid_minor"),
    "bank_entries": ("amount_minor",), "bank_notices": ("amount_minor",), "payout_answers": ("amount_minor",),
    "orders": ("amount_minor",),
}  # fmt: skip
_ANCHORS: Final = {
    "transactions": "transaction", "clearings": "clearing", "payouts": "payout", "payout_answers": "answer",
    "bank_entries": "bank_entry", "bank_notices": "bank_notice", "orders": "order",
}  # fmt: skip
"""The kind of leg a row of each table is, in the order in which they are looked through."""
_BANK_TABLES: Final = ("bank_entries", "bank_notices")
_MOMENT: Final = {
    "transactions": "occurred_at", "clearings": "coalesce(occurred_at, cleared_on::TIMESTAMP)",
    "payouts": "coalesce(finished_at, created_at, settled_on::TIMESTAMP)", "bank_entries": "booked_at", "orders": "placed_at",
    "bank_notices": "booked_at", "payout_answers": "answered_at",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One station of the money. ``sentence_key`` with its facts says what this leg means for the payment."""

    kind: str
    at: datetime | date | None
    amount_minor: int
    currency: str
    state: str
    reference: str
    file: str
    line_no: int
    import_id: str
    sentence_key: str
    sentence_facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One payment and its legs in order."""

    title: str
    merchant_no: str
    amount_minor: int
    currency: str
    at: datetime | date | None
    legs: list[Leg]

    def as_json(self) -> dict[str, Any]:
        """Return the way for programs."""
        return asdict(self)


def find(workspace: Workspace, text: str, limit: int = 20) -> list[Way]:
    """Return the ways of the payments that ``text`` names; every word must fit the same row.

    A word may be a reference, trace, order, network or payout number, a card tail, an amount in yuan (``128.00``), a
    day (``2026-09-28``) or a time (``12:15``).
    """
    from daozhang.desk.readings import facts  # noqa: PLC0415 - readings is the door that also offers this function

    words = [word for word in re.split(r"[\s,，]+", text.strip()) if word]
    if not words:
        return []
    found: list[Way] = []
    seen: set[tuple[str, str, int]] = set()
    with facts(workspace) as con:
        for table in _ANCHORS:
            for row in _hits(con, table, words, limit):
                legs = _legs(con, table, row)
                keys = {(leg.kind, leg.import_id, leg.line_no) for leg in legs}
                anchor = (_ANCHORS[table], row["import_id"], row["line_no"])
                if anchor in seen:
                    continue
                seen |= {key for key in keys if key[0] in {"transaction", "clearing", "answer", "order"}} | {anchor}
                found.append(_way(legs, row))
                if len(found) >= limit:
                    return found
    return found


def _hits(con: duckdb.DuckDBPyConnection, table: str, words: Sequence[str], limit: int) -> list[dict[str, Any]]:
    conditions: list[str] = []
    bound: dict[str, str | int] = {}
    for number, word in enumerate(words):
        either = [f"x.{column} = $w{number}" for column in _TEXT_COLUMNS[table]]
        bound[f"w{number}"] = word
        if table in _BANK_TABLES and len(word) >= 4:
            either.append(f"contains(coalesce(x.text, ''), $w{number})")
            either.append(f"contains(coalesce(x.counterparty_name, ''), $w{number})")
        amount = fen.to_minor(word)
        if amount is not None and (("." in word) or len(word) <= 7):
            bound[f"a{number}"] = amount
            either += [f"abs(x.{column}) = abs($a{number})" for column in _AMOUNT_COLUMNS[table]]
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", word):
            either.append(f"strftime({_MOMENT[table]}, '%Y-%m-%d') = $w{number}")
        if re.fullmatch(r"\d{1,2}:\d{2}", word):
            either.append(f"strftime({_MOMENT[table]}, '%H:%M') = lpad($w{number}, 5, '0')")
        conditions.append("(" + " OR ".join(either) + ")")
    cursor = con.execute(
        f"SELECT x.* EXCLUDE (fp), i.file FROM {table} x JOIN imports i USING (import_id) WHERE {' AND '.join(conditions)}"
        f" ORDER BY {_MOMENT[table]} DESC, x.import_id, x.line_no LIMIT {limit}",
        bound,
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _by_line(con: duckdb.DuckDBPyConnection, table: str, pairs: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    if not pairs:
        return []
    listed = ", ".join(f"('{import_id}', {line})" for import_id, line in pairs)
    files = ", ".join(sorted({f"'{import_id}'" for import_id, _ in pairs}))
    lines = ", ".join(sorted({str(line) for _, line in pairs}))
    return rows(
        con,
        f"SELECT x.* EXCLUDE (fp), i.file FROM {table} x JOIN imports i USING (import_id)"
        f" JOIN (VALUES {listed}) v(a, b) ON v.a = x.import_id AND v.b = x.line_no"
        f" WHERE x.import_id IN ({files}) AND x.line_no IN ({lines}) ORDER BY {_MOMENT[table]}",  # spares the other parts
    )


def _paired(con: duckdb.DuckDBPyConnection, side: str, row: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    other = "c" if side == "t" else "t"
    return con.execute(
        f"SELECT {other}_import, {other}_line, level FROM pairs_of(?, ?) WHERE {side}_import = ? AND {side}_line = ?",
        [row["acquirer"], row["merchant_no"], row["import_id"], row["line_no"]],
    ).fetchall()


def _legs(con: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, Any]) -> list[Leg]:
    transactions: list[dict[str, Any]] = []
    clearings: list[dict[str, Any]] = []
    level = 0
    if table == "transactions":
        transactions = [dict(row)]
        pairs = _paired(con, "t", row)
        clearings, level = _by_line(con, "clearings", [pair[:2] for pair in pairs]), pairs[0][2] if pairs else 0
    elif table == "clearings":
        clearings = [dict(row)]
        pairs = _paired(con, "c", row)
        transactions, level = _by_line(con, "transactions", [pair[:2] for pair in pairs]), pairs[0][2] if pairs else 0
    order_no = next(
        (one["order_no"] for one in (*transactions, *clearings) if one.get("order_no")),
        row.get("order_no") if table == "orders" else None,
    )
    orders = [dict(row)] if table == "orders" else _orders(con, order_no)
    if table == "orders" and order_no:
        transactions = _same_order(con, "transactions", order_no)
        clearings = _same_order(con, "clearings", order_no)
    payouts = [dict(row)] if table in {"payouts", "payout_answers"} else _payouts_of(con, clearings)
    numbers = {one["payout_no"] for one in payouts}
    if table in _BANK_TABLES:
        bank = [dict(row)]
        linked = con.execute(
            "SELECT DISTINCT payout_no FROM bank_links WHERE b_import = ? AND b_line = ?",
            [row["import_id"], row["line_no"]],
        ).fetchall()
        payouts = [one for (number,) in linked for one in _payout_states(con, number)]
    else:
        lines = [
            pair
            for number in sorted(numbers)
            for pair in con.execute("SELECT b_import, b_line FROM bank_links WHERE payout_no = ?", [number]).fetchall()
        ]
        bank = [one for name in _BANK_TABLES for one in _by_line(con, name, sorted(set(lines)))]
    if table in {"payouts", "payout_answers"}:
        payouts = [one for number in sorted(numbers) for one in _payout_states(con, number)]
    legs = [
        _leg("order", one, one["placed_at"], one["amount_minor"], one["paid_by"] or "", one["order_no"], "way-order")
        for one in orders
    ]
    legs += [
        _leg(
            "transaction",
            one,
            one["occurred_at"],
            one["amount_minor"],
            one["status"],
            one["rrn"] or one["trace_no"] or "",
            f"way-transaction-{one['status']}",
        )
        for one in transactions
    ]
    legs += [
        _leg("clearing", one, one["cleared_on"], one["net_minor"], one["kind"], one["rrn"] or one["network_no"] or one["order_no"] or "",
             f"level-{level}" if level else "way-clearing", gross=fen.to_text(one["gross_minor"], one["currency"] or "CNY"),
             fee=fen.to_text(one["fee_minor"] or 0, one["currency"] or "CNY"))
        for one in clearings
    ]  # fmt: skip
    if transactions and not clearings and table != "orders":
        legs.append(_absent("clearing", transactions[0], "way-no-clearing-yet"))
    legs += [
        _leg("payout", one, one["finished_at"] or one["created_at"] or one["settled_on"], one["paid_minor"] or one["planned_minor"], one["state"],
             one["payout_no"], f"way-payout-{one['state']}", reason=one["reason_text"] or "", tail=one["account_tail"] or "")
        for one in payouts
    ]  # fmt: skip
    legs += [
        _leg("answer", one, one["answered_at"], one["amount_minor"] or 0, one["state"], one["network_no"] or one["payout_no"],
             f"way-answer-{one['state']}", reason=" ".join(filter(None, (one["reason_code"], one["reason_text"]))))
        for number in sorted({one["payout_no"] for one in payouts} | numbers)
        for one in _answers_about(con, number)
    ]  # fmt: skip
    legs += [
        _leg("bank_notice" if "kind" in one else "bank_entry", one, one["booked_at"], one["amount_minor"], "", one["bank_reference"] or one["text"] or "",
             _how_matched(con, one), tail=one["account_tail"])
        for one in bank
    ]  # fmt: skip
    if (clearings or payouts) and not bank:
        legs.append(_absent("bank_entry", (clearings or payouts)[0], "way-no-credit-yet"))
    return legs


def _how_matched(con: duckdb.DuckDBPyConnection, line: Mapping[str, Any]) -> str:
    """Return the text key that says why this bank line belongs to its payout."""
    found = con.execute(
        "SELECT min(how) FROM bank_links WHERE b_import = ? AND b_line = ?", [line["import_id"], line["line_no"]]
    ).fetchone()
    return f"bank-match-{found[0]}" if found and found[0] else "way-bank"


def _orders(con: duckdb.DuckDBPyConnection, order_no: str | None) -> list[dict[str, Any]]:
    return _same_order(con, "orders", order_no) if order_no else []


def _same_order(con: duckdb.DuckDBPyConnection, table: str, order_no: str) -> list[dict[str, Any]]:
    cursor = con.execute(
        f"SELECT x.* EXCLUDE (fp), i.file FROM {table} x JOIN imports i USING (import_id) WHERE x.order_no = ? ORDER BY {_MOMENT[table]}",
        [order_no],
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _payout_states(con: duckdb.DuckDBPyConnection, payout_no: str) -> list[dict[str, Any]]:
    cursor = con.execute(
        "SELECT x.* EXCLUDE (fp), i.file FROM payouts x JOIN imports i USING (import_id) WHERE x.payout_no = ?"
        " ORDER BY coalesce(x.finished_at, x.created_at), x.import_id, x.line_no",
        [payout_no],
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _answers_about(con: duckdb.DuckDBPyConnection, payout_no: str) -> list[dict[str, Any]]:
    cursor = con.execute(
        "SELECT x.* EXCLUDE (fp), i.file FROM payout_answers x JOIN imports i USING (import_id) WHERE x.payout_no = ?"
        " ORDER BY x.answered_at, x.import_id, x.line_no",
        [payout_no],
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _payouts_of(con: duckdb.DuckDBPyConnection, clearings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if not clearings:
        return []
    one = clearings[0]
    cursor = con.execute(
        "SELECT x.* EXCLUDE (fp), i.file FROM payouts x JOIN imports i USING (import_id)"
        " WHERE x.acquirer = ? AND x.merchant_no = ? AND x.settled_on = ? ORDER BY coalesce(x.finished_at, x.created_at), x.import_id, x.line_no",
        [one["acquirer"], one["merchant_no"], one["cleared_on"]],
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _leg(
    kind: str,
    row: Mapping[str, Any],
    at: datetime | date | None,
    amount: int,
    state: str,
    reference: str,
    sentence: str,
    **facts: object,
) -> Leg:
    return Leg(
        kind=kind, at=at, amount_minor=amount, currency=row["currency"] or "CNY", state=state, reference=reference,
        file=row["file"], line_no=row["line_no"], import_id=row["import_id"], sentence_key=sentence, sentence_facts=facts,
    )  # fmt: skip


def _absent(kind: str, row: Mapping[str, Any], sentence: str) -> Leg:
    return Leg(
        kind=kind, at=None, amount_minor=0, currency=row["currency"] or "CNY", state="", reference="", file="", line_no=0,
        import_id="", sentence_key=sentence,
    )  # fmt: skip


def _way(legs: list[Leg], row: Mapping[str, Any]) -> Way:
    first = legs[0]
    title = " · ".join(
        part
        for part in (
            str(row.get("merchant_no") or row.get("account_tail") or ""),
            f"{first.at:%Y-%m-%d %H:%M}" if isinstance(first.at, datetime) else str(first.at or ""),
            fen.to_text(first.amount_minor, first.currency, sign=True), first.reference,
        )
        if part
    )  # fmt: skip
    return Way(
        title=title, merchant_no=str(row.get("merchant_no") or ""), amount_minor=first.amount_minor, currency=first.currency, at=first.at, legs=legs,
    )  # fmt: skip
