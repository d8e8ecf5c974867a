"""The bank lines that count, as a table: those of statements, and those of notices that no statement says again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from daozhang.breaks.clearing_side import Named
from daozhang.engine.clearing_leg import rows
from daozhang.engine.inputs import one, put
from daozhang.matching.bank import BankLine
from daozhang.matching.coverage import Coverage
from daozhang.matching.notices import Noted, counting

_TEXT = "concat_ws(' ', nullif(text, ''), nullif(bank_reference, ''), nullif(counterparty_name, ''))"


def make_lines(con: duckdb.DuckDBPyConnection, named: Named, cover: Coverage) -> None:
    """Make ``line``: one row per counting bank line, ``id`` counts them; ``is_booked`` is false for a notice."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE line AS
        SELECT row_number() OVER () AS id, account_tail, booked_at, booked_at::DATE AS booked_on, amount_minor,
               coalesce(nullif(currency, ''), 'CNY') AS currency, coalesce(counterparty_name, '') AS counterparty,
               {_TEXT} AS text, import_id, line_no, true AS is_booked
        FROM b WHERE account_tail NOT LIKE 'wallet:%'
        """
    )
    told = rows(con, "SELECT * FROM bn ORDER BY booked_at, fp")
    if not told:
        return
    same = "SELECT * FROM b SEMI JOIN bn USING (account_tail) WHERE account_tail NOT LIKE 'wallet:%' ORDER BY booked_at, fp"
    booked = [_noted(row, "", named) for row in rows(con, same)]
    counted = counting([_noted(row, row["kind"], named) for row in told], booked, cover)
    last = one(con, "SELECT coalesce(max(id), 0) FROM line")
    put(
        con, "line",
        [
            (last + number, line.account_tail, line.booked_at, line.booked_on, line.amount_minor, line.currency,
             line.counterparty, line.text, line.evidence.import_id, line.evidence.line_no, False)
            for number, line in enumerate(counted, start=1)
        ],
    )  # fmt: skip


def _noted(row: Mapping[str, Any], kind: str, named: Named) -> Noted:
    line = BankLine(
        account_tail=row["account_tail"], booked_at=row["booked_at"], amount_minor=row["amount_minor"],
        currency=row["currency"] or "CNY", counterparty=row["counterparty_name"] or "",
        text=" ".join(filter(None, (row["text"], row["bank_reference"], row["counterparty_name"]))),
        evidence=named(row["import_id"], row["line_no"]),
    )  # fmt: skip
    return Noted(line, row["bank_reference"] or "", kind)
