"""What was charged beside what was agreed, for every clearing line of a span of days: by month, and the lines that differ.

The same rule as the settlement day's fee breaks (``contracts.sql``), over the whole span and with the lines that agree counted
too, so that a claim says how much of the month was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import duckdb

from daozhang.contracts.sql import applies_sql, batch_fee_sql, exact_fee_sql, fee_sql, precedence_sql
from daozhang.engine.clearing_leg import rows

_JUDGED: Final = f"""
CREATE OR REPLACE TEMP TABLE charged AS
SELECT x.import_id, x.line_no, x.acquirer, x.merchant_no, x.terminal_no, x.trace_no, x.rrn, x.order_no, x.occurred_at, x.cleared_on, x.kind,
       coalesce(x.channel, '') AS channel, coalesce(x.card_kind, '') AS card_kind, coalesce(x.currency, 'CNY') AS currency,
       x.gross_minor, x.gross_minor - x.net_minor AS charged_minor, coalesce(k.rounding, '') AS rounding,
       {fee_sql("x.gross_minor", "x.kind", plan="k.")} AS agreed_minor,
       {exact_fee_sql("x.gross_minor", "x.kind", plan="k.")[0]} AS whole, {exact_fee_sql("x.gross_minor", "x.kind", plan="k.")[1]} AS rest
FROM fee_lines x LEFT JOIN contracts_now k ON NOT x.is_vague AND {applies_sql("x", "k")}
QUALIFY row_number() OVER (PARTITION BY x.import_id, x.line_no ORDER BY {precedence_sql("k")}) = 1
"""

_LINES_OF: Final = """
CREATE OR REPLACE TEMP TABLE fee_lines AS
WITH split AS (SELECT acquirer, merchant_no, bool_or(coalesce(channel, '') <> '') AS by_channel,
                      bool_or(coalesce(card_kind, '') <> '') AS by_card FROM contracts_now GROUP BY ALL)
SELECT x.* REPLACE (coalesce(x.channel, n.channel) AS channel, coalesce(x.card_kind, n.card_kind) AS card_kind),
       coalesce((s.by_channel AND coalesce(x.channel, n.channel) IS NULL)
                OR (s.by_card AND coalesce(x.card_kind, n.card_kind) IS NULL
                    AND coalesce(x.channel, n.channel, 'card') = 'card'), false) AS is_vague
FROM clearings x LEFT JOIN noted n ON n.c_import = x.import_id AND n.c_line = x.line_no
LEFT JOIN split s ON s.acquirer = x.acquirer AND s.merchant_no = x.merchant_no
WHERE x.cleared_on BETWEEN ? AND ? AND x.gross_minor <> 0 AND x.kind NOT IN ('fee', 'dispute', 'adjustment')
"""
"""The lines with the channel and card kind that the journal noted where the line is silent. Where nobody says and the contract
distinguishes, the line is vague: then no contract speaks for it, as on the settlement day."""

_MONTHS: Final = f"""
WITH days AS (
    SELECT strftime(cleared_on, '%Y-%m') AS month, acquirer, merchant_no, channel, card_kind, currency, rounding, cleared_on,
           count(*) AS lines, sum(gross_minor) AS gross, sum(charged_minor) FILTER (agreed_minor IS NOT NULL) AS charged,
           sum(agreed_minor) AS each_agreed, {batch_fee_sql("sum(whole)", "sum(rest)")} AS batch_agreed,
           count(*) FILTER (agreed_minor IS NULL) AS unknown_lines, coalesce(sum(charged_minor) FILTER (agreed_minor IS NULL), 0) AS unknown,
           count(*) FILTER (charged_minor > agreed_minor AND rounding <> 'half_up_batch') AS over_lines,
           count(*) FILTER (charged_minor < agreed_minor AND rounding <> 'half_up_batch') AS under_lines
    FROM charged GROUP BY ALL)
SELECT month, acquirer, merchant_no, channel, card_kind, currency, sum(lines)::BIGINT AS line_count, sum(gross)::BIGINT AS gross_minor,
       coalesce(sum(charged), 0)::BIGINT AS charged_minor,
       coalesce(sum(CASE WHEN rounding = 'half_up_batch' THEN batch_agreed ELSE each_agreed END), 0)::BIGINT AS agreed_minor,
       sum(over_lines)::BIGINT AS over_count, sum(under_lines)::BIGINT AS under_count,
       sum(unknown_lines)::BIGINT AS unknown_count, sum(unknown)::BIGINT AS unknown_charged_minor
FROM days GROUP BY ALL ORDER BY ALL
"""

_LINES: Final = """
SELECT c.* EXCLUDE (whole, rest, rounding), i.file_name AS file, charged_minor - agreed_minor AS difference_minor
FROM charged c JOIN imports i USING (import_id) WHERE charged_minor <> agreed_minor AND rounding <> 'half_up_batch'
ORDER BY abs(charged_minor - agreed_minor) DESC, c.cleared_on, c.import_id, c.line_no LIMIT ? OFFSET ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """The answer for a span. ``months`` are sums, ``lines`` the lines whose fee differs, the largest difference first.

    Amounts in minor units; a positive ``difference_minor`` was charged too much. ``unknown_*`` counts lines no contract speaks for.
    """

    months: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    differing: int


def charged(con: duckdb.DuckDBPyConnection, first_on: date, last_on: date, *, limit: int, offset: int = 0) -> Charged:
    """Return what was charged and agreed from ``first_on`` to ``last_on``.

    ``inputs.sides`` has made the agreements, ``clean_pairs.offer`` the pairs of the newest run.
    """
    _note(con, first_on, last_on)
    con.execute(_LINES_OF, [first_on, last_on])
    con.execute(_JUDGED)
    differing = con.execute(
        "SELECT count(*) FROM charged WHERE charged_minor <> agreed_minor AND rounding <> 'half_up_batch'"
    ).fetchone()
    months = rows(con, _MONTHS)
    for one in months:
        one["difference_minor"] = one["charged_minor"] - one["agreed_minor"]
    cursor = con.execute(_LINES, [limit, offset])
    heads = [column[0] for column in cursor.description]
    lines = [dict(zip(heads, row, strict=True)) for row in cursor.fetchall()]
    return Charged(months=months, lines=lines, differing=differing[0] if differing else 0)


def _note(con: duckdb.DuckDBPyConnection, first_on: date, last_on: date) -> None:
    """Make ``noted``: what the journal says of the channel and card of lines that do not say it themselves."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE noted (c_import VARCHAR, c_line BIGINT, channel VARCHAR, card_kind VARCHAR)"
    )
    silent = con.execute(
        "SELECT DISTINCT acquirer, merchant_no FROM clearings WHERE cleared_on BETWEEN ? AND ? AND (channel IS NULL OR card_kind IS NULL)"
        " AND (acquirer, merchant_no) IN (SELECT acquirer, merchant_no FROM contracts_now WHERE coalesce(channel, card_kind) IS NOT NULL)",
        [first_on, last_on],
    ).fetchall()
    for acquirer, merchant_no in silent:
        con.execute(
            "INSERT INTO noted SELECT p.c_import, p.c_line, t.channel, t.card_kind FROM pairs_of($acquirer, $merchant) p"
            " JOIN transactions t ON t.import_id = p.t_import AND t.line_no = p.t_line"
            " WHERE t.acquirer = $acquirer AND t.merchant_no = $merchant",
            {"acquirer": acquirer, "merchant": merchant_no},
        )


def tickets(
    con: duckdb.DuckDBPyConnection, first_on: date, last_on: date, currency: str
) -> list[tuple[str, str, int, int]]:
    """Return (channel, card_kind, amount_minor, count) of the sales in ``currency`` cleared in the span: the shop's own ticket mix."""
    return con.execute(
        "SELECT coalesce(channel, 'card'), coalesce(card_kind, ''), gross_minor, count(*)::BIGINT FROM clearings"
        " WHERE cleared_on BETWEEN ? AND ? AND gross_minor > 0 AND coalesce(currency, 'CNY') = ? AND kind IN ('sale', 'offline_sale', 'preauth_completion')"
        " GROUP BY ALL ORDER BY ALL",
        [first_on, last_on, currency],
    ).fetchall()
