"""The contract's fee beside every row, set-wise and in its cheapest form: what control totals check, row by row, without a join of files."""

from __future__ import annotations

from typing import Final

import duckdb

from daozhang.contracts.fees import SCALE
from daozhang.contracts.sql import applies_sql, fee_sql, precedence_sql
from daozhang.engine.inputs import one, quoted

SPLIT: Final = "SEMI JOIN (SELECT acquirer, merchant_no FROM rated WHERE NOT plain) USING (acquirer, merchant_no)"
"""Merchants whose contract distinguishes cards or channels, or changed."""
MOST: Final = 1 << 62
"""Stands for the cap of a plan that has none."""
PLAN: Final = f"""k.rate_bp, k.cap_minor, k.floor_minor, k.per_item_minor, coalesce(k.rounding, 'half_up_each') AS rounding, k.refund_fee,
               CAST(k.rate_bp * 10000 AS BIGINT) AS rate_units, coalesce(k.cap_minor, {MOST}) AS most_minor"""
"""What a plan says, with its rate in whole numbers beside it, worked out once per plan and not once per line."""
ORDINARY: Final = (
    "k.rate_bp IS NOT NULL AND coalesce(k.rounding, '') NOT IN ('half_even_each', 'half_up_batch')"
    " AND k.floor_minor IS NULL AND coalesce(k.per_item_minor, 0) = 0"
)
"""True for a plan of the form that nearly all have: a rate and perhaps a cap, each fee rounded half up."""


def fee_views(con: duckdb.DuckDBPyConnection) -> None:
    """Make the views ``c_fees`` (all lines with ``fee_differs`` and ``fee``) and ``t_fees`` (all transactions with ``fee``).

    Where the lines of an acquirer say what the contract asks about (card, channel), each line is checked against its
    plan: ``fee_differs``. Where some do not say it, the terminal's record does: then ``fee`` is what the line charges and
    what the plan gives for the record, and both go into the sums. A merchant with one rate for everything is joined by
    its number alone.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE rated AS
        SELECT acquirer, merchant_no, count(*) = 1 AND bool_and(coalesce(card_kind, '') = '' AND coalesce(channel, '') = '') AS plain
        FROM contracts_now WHERE rate_bp IS NOT NULL OR per_item_minor IS NOT NULL GROUP BY ALL
        """
    )
    con.execute("CREATE OR REPLACE TEMP VIEW t_fees AS SELECT *, 0::BIGINT AS fee FROM t_src")
    if not one(con, "SELECT count(*) FROM rated"):
        con.execute("CREATE OR REPLACE TEMP VIEW c_fees AS SELECT *, false AS fee_differs, 0::BIGINT AS fee FROM c_src")
        return
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE plain_plans AS
        SELECT k.acquirer, k.merchant_no, k.from_on, k.to_on, {PLAN}
        FROM contracts_now k JOIN rated r ON r.acquirer = k.acquirer AND r.merchant_no = k.merchant_no AND r.plain
        WHERE k.rate_bp IS NOT NULL OR k.per_item_minor IS NOT NULL
        """
    )
    untold = [
        acquirer
        for (acquirer,) in con.execute(
            f"SELECT DISTINCT acquirer FROM c_src {SPLIT} WHERE card_kind IS NULL OR channel IS NULL ORDER BY 1"
        ).fetchall()
    ]
    told = f"x.acquirer NOT IN ({', '.join(map(quoted, untold))})" if untold else "true"
    differs = f"{told} AND CASE {_fee_cases(con)} END AS fee_differs"
    charged = f"CASE WHEN {told} THEN 0 ELSE x.gross_minor - x.net_minor END AS fee" if untold else "0::BIGINT AS fee"
    con.execute(f"CREATE OR REPLACE TEMP VIEW c_fees AS {_planned(con, 'c', f'{differs}, {charged}')}")
    if untold:
        due = f"CASE WHEN {told} THEN 0 ELSE coalesce({fee_sql('x.amount_minor', 'x.kind', plan='k.')}, -1) END AS fee"
        con.execute(f"CREATE OR REPLACE TEMP VIEW t_fees AS {_planned(con, 't', due)}")


def _planned(con: duckdb.DuckDBPyConnection, side: str, columns: str) -> str:
    """Return a SELECT of every row of one side with ``columns``, which may name its plan as ``k``."""
    plain = (
        f"SELECT x.*, {columns} FROM {side}_src x"
        f" LEFT JOIN (SELECT * REPLACE ({_constants(con)}) FROM plain_plans) k ON k.acquirer = x.acquirer"
        " AND k.merchant_no = x.merchant_no AND x.on_day >= k.from_on AND (k.to_on IS NULL OR x.on_day <= k.to_on)"
    )
    if not one(con, "SELECT count(*) FROM rated WHERE NOT plain"):
        return plain
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {side}_plans AS
        SELECT x.*, {PLAN}
        FROM (SELECT DISTINCT acquirer, merchant_no, card_kind, channel, on_day FROM {side}_src {SPLIT}) x
        LEFT JOIN contracts_now k ON {applies_sql("x", "k", day="on_day")} AND (k.rate_bp IS NOT NULL OR k.per_item_minor IS NOT NULL)
        QUALIFY row_number() OVER (PARTITION BY x.acquirer, x.merchant_no, x.card_kind, x.channel, x.on_day
                                   ORDER BY {precedence_sql("k")}) = 1
        """
    )
    split = (
        f"SELECT x.*, {columns} FROM {side}_src x JOIN {side}_plans k ON k.acquirer = x.acquirer AND k.merchant_no = x.merchant_no"
        " AND k.card_kind IS NOT DISTINCT FROM x.card_kind AND k.channel IS NOT DISTINCT FROM x.channel AND k.on_day = x.on_day"
    )
    apart = " ANTI JOIN (SELECT * FROM rated WHERE NOT plain) r ON r.acquirer = x.acquirer AND r.merchant_no = x.merchant_no"
    return f"{plain}{apart} UNION ALL {split}"


def _fee_cases(con: duckdb.DuckDBPyConnection) -> str:
    """Return the WHEN and ELSE branches of whether the fee of line ``x`` is not that of its plan ``k``.

    Where every plan is ordinary, a line that fails the cheap form is wrong, or its amount is beyond all use: it is looked
    at either way, and the rule in full is left to the lines that are. Elsewhere that rule decides.
    """
    charged = "x.gross_minor - x.net_minor"
    unusual = f"(k.rate_bp IS NOT NULL OR k.per_item_minor IS NOT NULL) AND NOT ({ORDINARY})"
    if not one(con, f"SELECT count(*) FROM contracts_now k WHERE {unusual}"):
        no_refund = "x.kind = 'refund' AND coalesce(k.refund_fee, '') <> 'returned'"
        return (
            f"WHEN k.rate_units IS NULL OR {_plainly_right()} THEN false"
            f" WHEN {no_refund} THEN coalesce(k.refund_fee, '') = 'kept' AND {charged} <> 0 ELSE true"
        )
    in_full = f"coalesce({fee_sql('x.gross_minor', 'x.kind', plan='k.')} <> {charged}, false)"
    return (
        "WHEN k.merchant_no IS NULL OR (k.rounding = 'half_up_batch' AND x.fee_minor IS NOT NULL) THEN false"
        f" WHEN {ORDINARY} AND {_plainly_right()} THEN false ELSE {in_full}"
    )


def _plainly_right() -> str:
    """Return SQL that is true where the fee is that of an ordinary plan.

    It is what ``fee_sql`` comes to for amounts below 100 million yuan; the share of a rate is rounded by its magnitude.
    """
    share = f"least((abs(x.gross_minor) * k.rate_units + {SCALE // 2}) // {SCALE}, k.most_minor)"
    return (
        "(x.kind <> 'refund' OR k.refund_fee = 'returned') AND x.gross_minor BETWEEN -10000000000 AND 10000000000"
        f" AND x.gross_minor - x.net_minor = CASE WHEN x.gross_minor < 0 THEN -{share} ELSE {share} END"
    )


def _constants(con: duckdb.DuckDBPyConnection) -> str:
    """Return columns of the plans that hold one value everywhere as that value, so that the engine works it out once."""
    said = []
    for name in (
        "most_minor",
        "cap_minor",
        "floor_minor",
        "per_item_minor",
        "rounding",
        "refund_fee",
        "rate_bp",
        "rate_units",
    ):
        values = con.execute(f"SELECT DISTINCT {name}, typeof({name}) FROM plain_plans LIMIT 2").fetchall()
        if len(values) == 1:
            value, kind = values[0]
            said.append(f"{'NULL' if value is None else quoted(str(value))}::{kind} AS {name}")
    return ", ".join(said) or "acquirer AS acquirer"
