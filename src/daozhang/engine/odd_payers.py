"""Credits of an acquirer's payouts that came from somebody else than the acquirer pays everybody else from.

The usual payer is the name under which most of an acquirer's payouts were credited. Another name is odd when the usual one is well
known and the other pays few: so an acquirer that changes its name for all, or pays from several accounts of one company, is not meant.
"""

from __future__ import annotations

from typing import Final

import duckdb

from daozhang.breaks import Break, BreakType, Grain, Keys
from daozhang.breaks.clearing_side import Named
from daozhang.engine.clearing_leg import rows

KNOWN_PAYOUTS: Final = 10
KNOWN_MERCHANTS: Final = 3
"""So many payouts of so many merchants make a payer the usual one."""
RARE_TIMES: Final = 2
"""An odd payer pays fewer merchants than the usual one by more than this factor."""
SAME_START: Final = 4
"""Names that begin with as many equal characters are one company, written with or without its department."""


def odd_payers(con: duckdb.DuckDBPyConnection, named: Named) -> list[Break]:
    """Return one break for every payout that an odd payer credited. No money is missing: the gap is 0.

    ``bank_links``, ``p`` and ``line`` must stand.
    """
    found = rows(
        con,
        f"""
        WITH paid AS (
            SELECT s.acquirer, s.merchant_no, s.payout_no, s.settled_on, coalesce(s.currency, 'CNY') AS currency, s.account_tail,
                   l.counterparty, l.booked_at, k.amount_minor, k.p_import, k.p_line, k.b_import, k.b_line
            FROM bank_links k JOIN p s ON s.import_id = k.p_import AND s.line_no = k.p_line
            JOIN line l ON l.import_id = k.b_import AND l.line_no = k.b_line
            WHERE l.counterparty <> ''
        ), names AS (
            SELECT acquirer, counterparty, count(*) AS payouts, count(DISTINCT merchant_no) AS merchants FROM paid GROUP BY ALL
        ), usual AS (
            SELECT acquirer, counterparty AS payer, payouts, merchants FROM names
            QUALIFY row_number() OVER (PARTITION BY acquirer ORDER BY payouts DESC, counterparty) = 1
        )
        SELECT paid.*, u.payer FROM paid JOIN names n USING (acquirer, counterparty) JOIN usual u USING (acquirer)
        WHERE paid.counterparty <> u.payer AND u.payouts >= {KNOWN_PAYOUTS} AND u.merchants >= {KNOWN_MERCHANTS}
          AND n.merchants * {RARE_TIMES} < u.merchants AND left(paid.counterparty, {SAME_START}) <> left(u.payer, {SAME_START})
        ORDER BY paid.acquirer, paid.payout_no, paid.booked_at, paid.b_import, paid.b_line
        """,
    )
    seen: dict[str, Break] = {}
    for row in found:
        if row["payout_no"] not in seen:
            seen[row["payout_no"]] = Break(
                type=BreakType.CREDIT_FROM_OTHER_PAYER, grain=Grain.PAYOUT, gap_minor=0, currency=row["currency"],
                occurred_at=row["booked_at"],
                keys=Keys(acquirer=row["acquirer"], merchant_no=row["merchant_no"], payout_no=row["payout_no"],
                          settled_on=row["settled_on"], account_tail=row["account_tail"] or ""),
                facts={"counterparty_name": row["counterparty"], "usual_payer": row["payer"], "amount_minor": row["amount_minor"]},
                evidence=(named(row["p_import"], row["p_line"]), named(row["b_import"], row["b_line"])),
            )  # fmt: skip
    return list(seen.values())
