"""What banks and networks answered about payouts, put among the states that the acquirer gave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import duckdb

from daozhang.engine.clearing_leg import rows

STATE_ORDER: Final = {"pending": 0, "held": 1, "claimed": 2, "failed": 3, "closed": 3, "returned": 4}
"""Of two words of one moment the later in this order holds."""
ANSWERED_STATES: Final = frozenset({"failed", "returned", "held", "closed"})
"""Answers that change a payout. ``pending`` and ``claimed`` say no more than the acquirer does."""

Key = tuple[str, str, str]
"""Acquirer, merchant number, payout number."""


def put_answers(con: duckdb.DuckDBPyConnection, versions: Mapping[Key, list[dict[str, Any]]]) -> None:
    """Put the last answer of a bank or network about a payout among its states, where it says that no money moved on.

    An answer names a payout by its number, and by acquirer and merchant where it says them; one that fits no payout, or
    more than one, changes nothing. It is a state of its moment: what the acquirer says later goes over it.
    """
    by_number: dict[str, list[Key]] = {}
    for key in versions:
        by_number.setdefault(key[2], []).append(key)
    last: dict[Key, dict[str, Any]] = {}
    for row in rows(con, "SELECT * FROM pa ORDER BY answered_at, seq, line_no"):
        fits = [
            key
            for key in by_number.get(row["payout_no"], ())
            if row["acquirer"] in {None, key[0]} and row["merchant_no"] in {None, key[1]}
        ]
        if len(fits) == 1:
            before = last.get(fits[0])
            if before is None or _answer_order(before) <= _answer_order(row):
                last[fits[0]] = row
    for key, row in last.items():
        if row["state"] in ANSWERED_STATES:
            versions[key].append(_as_state(versions[key], row))


def _answer_order(row: Mapping[str, Any]) -> tuple[datetime, int]:
    return (row["answered_at"], STATE_ORDER[row["state"]])


def _as_state(seen: Sequence[dict[str, Any]], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payout's order with the state, moment and reason of the answer, and the answer's place in its file."""
    before = max(
        (row for row in seen if row["known_at"] is None or row["known_at"] <= answer["answered_at"]),
        key=lambda row: (row["known_at"] or datetime.min, STATE_ORDER[row["state"]], row["seq"], row["line_no"]),
        default=seen[0],
    )
    same = before["state"] == answer["state"]
    return before | {
        "state": answer["state"], "known_at": answer["answered_at"], "finished_at": answer["answered_at"],
        "paid_minor": before["paid_minor"] if answer["state"] == "returned" else 0,
        "reason_code": answer["reason_code"] or (before["reason_code"] if same else None),
        "reason_text": answer["reason_text"] or (before["reason_text"] if same else None),
        "reason_scheme": answer["reason_scheme"],
        "import_id": answer["import_id"], "line_no": answer["line_no"], "seq": answer["seq"],
    }  # fmt: skip


def strange(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the last answer about each payout number that fits no payout (``fits`` 0) or more than one."""
    return rows(
        con,
        """
        WITH said AS (
            SELECT * FROM pa QUALIFY row_number() OVER (
                PARTITION BY payout_no, acquirer, merchant_no ORDER BY answered_at DESC, seq DESC, line_no DESC) = 1
        ),
        known AS (SELECT DISTINCT acquirer, merchant_no, payout_no FROM p)
        SELECT s.*, count(k.payout_no) AS fits
        FROM said s LEFT JOIN known k ON k.payout_no = s.payout_no
             AND (s.acquirer IS NULL OR s.acquirer = k.acquirer) AND (s.merchant_no IS NULL OR s.merchant_no = k.merchant_no)
        GROUP BY ALL HAVING fits <> 1
        ORDER BY s.payout_no, s.acquirer, s.merchant_no
        """,
    )
