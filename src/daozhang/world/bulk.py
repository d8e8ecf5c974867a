"""A day of any size, written set-wise: a journal and its clearing file with known differences, for the benchmark.

Unlike the world of shops this says nothing about causes; it only has to be large, exact and quick to write.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

MISSING_EVERY: Final = 1000
CHANGED_EVERY: Final = 5000
DECLINED_EVERY: Final = 50
RATE_BP: Final = 60


@dataclass(frozen=True, slots=True)
class Bulk:
    """Where the files are and what was planted: reference numbers that are missing and that were changed."""

    journal: Path
    clearing: Path
    contracts: Path
    missing: frozenset[str]
    changed: frozenset[str]


def write(out: Path, rows: int) -> Bulk:
    """Write ``rows`` journal rows of one clearing day (2026-11-23) and the clearing file that answers them."""
    out.mkdir(parents=True, exist_ok=True)
    bulk = planted(out, rows)
    con = duckdb.connect(":memory:")
    con.execute(
        f"""
        CREATE TABLE t AS SELECT 'bulk' AS acquirer, printf('8983100%08d', i % greatest(1, {rows} // 1000)) AS merchant_no,
            printf('%08d', i % greatest(1, {rows} // 300)) AS terminal_no, '000001' AS batch_no,
            printf('%06d', (i // greatest(1, {rows} // 300)) % 999999) AS trace_no, printf('%012d', i) AS rrn,
            printf('O%011d', i) AS order_no, TIMESTAMP '2026-11-23 00:00:00' + INTERVAL (i % 82800) SECOND AS occurred_at,
            'sale' AS kind, (100 + (i * 7919) % 100000)::BIGINT AS amount_minor,
            CASE WHEN i % {DECLINED_EVERY} = 0 THEN 'declined' ELSE 'approved' END AS status,
            CASE WHEN i % {DECLINED_EVERY} = 0 THEN '51' ELSE '00' END AS response_code, 'card' AS channel,
            CASE WHEN i % 3 = 0 THEN 'debit' ELSE 'credit' END AS card_kind,
            status = 'approved' AND i % {MISSING_EVERY} = 7 AS is_missing, status = 'approved' AND i % {CHANGED_EVERY} = 11 AS is_changed
        FROM range({rows}) r(i)
        """
    )
    con.execute(f"COPY (SELECT * EXCLUDE (is_missing, is_changed) FROM t) TO '{bulk.journal.as_posix()}' (HEADER)")
    con.execute(
        f"""
        COPY (SELECT acquirer, merchant_no, terminal_no, batch_no, trace_no, rrn, order_no, occurred_at, cleared_on, kind, gross_minor,
                     (gross_minor * {RATE_BP} + 5000) // 10000 AS fee_minor,
                     gross_minor - (gross_minor * {RATE_BP} + 5000) // 10000 AS net_minor, channel, card_kind
              FROM (SELECT *, DATE '2026-11-23' AS cleared_on, amount_minor * CASE WHEN is_changed THEN 10 ELSE 1 END AS gross_minor
                    FROM t WHERE status = 'approved' AND NOT is_missing) ORDER BY merchant_no, rrn)
        TO '{bulk.clearing.as_posix()}' (HEADER)
        """
    )
    con.execute(
        f"""
        COPY (SELECT DISTINCT acquirer, merchant_no, DATE '2026-01-01' AS from_on, 'T+1' AS cycle, '23:00' AS cutover,
                     {RATE_BP} AS rate_bp, 'half_up_each' AS rounding, 'returned' AS refund_fee FROM t ORDER BY ALL)
        TO '{bulk.contracts.as_posix()}' (HEADER)
        """
    )
    con.close()
    return bulk


def planted(out: Path, rows: int) -> Bulk:
    """Return where the files of ``rows`` rows are in ``out`` and what was planted in them; the files need not be read."""

    def numbers(every: int, place: int) -> frozenset[str]:
        return frozenset(f"{i:012d}" for i in range(place, rows, every) if i % DECLINED_EVERY)

    return Bulk(
        out / "transactions.csv", out / "clearings.csv", out / "contracts.csv",
        numbers(MISSING_EVERY, 7), numbers(CHANGED_EVERY, 11),
    )  # fmt: skip
