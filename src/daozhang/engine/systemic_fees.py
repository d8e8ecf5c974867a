"""Which fee a whole group of lines was charged instead of the contract's: another rate, no cap, another rounding, something on top.

A group is what one set of terms gives: acquirer, currency, rate, cap and the rest. What its wrong fees have in common is
looked for in a part of them and then tried on all; a line that does not fit to the fen stays on its own.
"""

from __future__ import annotations

from typing import Any, Final

import duckdb

from daozhang.contracts.sql import exact_fee_sql, fee_sql
from daozhang.engine.clearing_leg import FEE_DIFFERS, rows
from daozhang.engine.inputs import one

TRIED: Final = 20_000
"""Lines in which a shared difference is looked for."""
LEAST: Final = 20
"""A group of fewer lines is not asked: anything fits a few."""
LOOKED_THROUGH: Final = 500_000
"""Of many more wrong fees only so many are looked through for what they share; then all are tried."""
TURNS: Final = 3
"""How many different answers one group of terms may have; what none of them gives stays row by row."""
GROUP: Final = "acquirer, currency, rate_bp, cap_minor, floor_minor, per_item_minor, rounding, refund_fee, is_back"
CAUSES: Final = ("rate", "cap", "rounded", "offset", "factor")
"""In this order, where two fit equally many lines."""


def find(con: duckdb.DuckDBPyConnection) -> str:
    """Make the table ``fee_answers`` (one row per group and round) and return the selection of all wrong fees with their cause."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW wrong AS
        SELECT f.rid, f.acquirer, f.merchant_no, f.on_day, f.currency, f.kind, f.gross_minor, f.fee_minor, f.fee_expected, f.rate_bp,
               f.cap_minor, f.floor_minor, f.per_item_minor, f.rounding, f.refund_fee, f.kind = 'refund' AS is_back
        FROM cf f ANTI JOIN (SELECT c_rid FROM folded WHERE family = 'fee') z ON z.c_rid = f.rid WHERE {FEE_DIFFERS}
        """
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE fee_answers AS SELECT 0 AS detail, 0 AS turn, ''::VARCHAR AS cause, 0::DECIMAL(18, 4) AS value, {GROUP}"
        " FROM wrong WHERE false"
    )
    every = max(1, one(con, "SELECT count(*) FROM wrong") // LOOKED_THROUGH)
    turns = 0
    while turns < TURNS and _offer(con, turns, every):
        turns += 1
        con.execute(
            "INSERT INTO fee_answers SELECT (SELECT count(*) FROM fee_answers) + row_number() OVER (ORDER BY b::VARCHAR),"
            f" {turns}, b.* FROM best b"
        )
    return f"""
        SELECT NULL::BIGINT AS t_rid, w.rid AS c_rid, w.detail,
               -- the best answer of each set of terms is one cause, whatever the terms; any further one has to be many by itself
               'fee_' || a.cause || CASE WHEN a.turn > 1 OR a.cause IN ('offset', 'factor') THEN ':' || a.value ELSE '' END AS cause,
               w.fee_expected - w.fee_minor AS gap,
               1 AS breaks, 2 AS loudness
        FROM ({_answered(turns)}) w LEFT JOIN fee_answers a ON a.detail = w.detail
        """


def _answered(turns: int) -> str:
    """Return every wrong fee with the first answer of its group that gives it to the fen, NULL without one."""
    joined, said = "", []
    for turn in range(1, turns + 1):
        joined += f" LEFT JOIN fee_answers a{turn} ON a{turn}.turn = {turn} AND {_same(f'a{turn}')}"
        said.append(f"WHEN {_fits(f'a{turn}')} THEN a{turn}.detail")
    detail = f"CASE {' '.join(said)} END" if said else "NULL::INTEGER"
    return f"SELECT w.*, {detail} AS detail FROM wrong w{joined}"


def _same(answer: str) -> str:
    return " AND ".join(f"{answer}.{name} IS NOT DISTINCT FROM w.{name}" for name in GROUP.split(", "))


def _fits(a: str = "a") -> str:
    """Return SQL that is true where answer ``a`` gives the fee of line ``w``."""
    is_rate = f"{a}.cause = 'rate'"
    other = _plan(f"CASE WHEN {is_rate} THEN {a}.value ELSE w.rate_bp END", f"CASE WHEN {is_rate} THEN w.cap_minor END")
    whole, rest = exact_fee_sql("w.gross_minor", "w.kind", plan="w.")
    return (
        f"CASE {a}.cause WHEN 'offset' THEN w.fee_minor - w.fee_expected = {a}.value"
        f" WHEN 'factor' THEN w.fee_minor * 100 = w.fee_expected * ({a}.value * 100)"
        f" WHEN 'rounded' THEN w.fee_minor = {whole} + CASE WHEN {a}.value > 0 THEN sign({rest}) ELSE 0 END"
        f" WHEN 'rate' THEN w.fee_minor = {other} WHEN 'cap' THEN w.fee_minor = {other} ELSE false END"
    )


def _plan(rate: str, cap: str) -> str:
    """Return the fee of line ``w`` under its own terms with another rate and cap."""
    terms = {"rate_bp": f"({rate})", "cap_minor": f"({cap})"}
    said = fee_sql("w.gross_minor", "w.kind", plan="w.")
    for name, value in terms.items():
        said = said.replace(f"w.{name}", value)
    return said


def _offer(con: duckdb.DuckDBPyConnection, turns: int, every: int) -> int:
    """Make ``best``, the best answer of each group for lines that have none yet; return how many groups have one."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE tried AS
        SELECT * FROM ({_answered(turns)}) w
        WHERE detail IS NULL AND hash(merchant_no, on_day, gross_minor, fee_minor) % {every} = 0
        QUALIFY row_number() OVER (PARTITION BY {GROUP} ORDER BY hash(gross_minor, fee_minor)) <= {TRIED}
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE offered AS
        WITH rates AS (
            SELECT {GROUP}, unnest([round(r, 0), round(r * 2, 0) / 2, round(r, 1)])::DECIMAL(18, 4) AS value
            FROM (SELECT *, abs(fee_minor) * 10000.0 / abs(gross_minor) AS r FROM tried WHERE gross_minor <> 0
                  QUALIFY row_number() OVER (PARTITION BY {GROUP} ORDER BY abs(gross_minor) DESC, rid) <= {TRIED // 4})
        ), told AS (
            SELECT 'rate' AS cause, value, {GROUP}, count(*) AS said FROM rates WHERE value <= 10000 GROUP BY ALL
            UNION ALL SELECT 'offset', (fee_minor - fee_expected)::DECIMAL(18, 4), {GROUP}, count(*) FROM tried GROUP BY ALL
        ), every AS (
            SELECT DISTINCT {GROUP} FROM tried
        )
        SELECT cause, value, {GROUP} FROM told
        QUALIFY row_number() OVER (PARTITION BY cause, {GROUP} ORDER BY said DESC, value) <= 4
        UNION ALL SELECT 'cap', 0, {GROUP} FROM every WHERE cap_minor IS NOT NULL
        UNION ALL SELECT 'rounded', unnest([-1, 1]), {GROUP} FROM every
        UNION ALL SELECT 'factor', unnest([100, 0.01, -1]), {GROUP} FROM every
        """
    )
    order = " ".join(f"WHEN '{cause}' THEN {place}" for place, cause in enumerate(CAUSES))
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE best AS
        WITH tried_on AS (
            SELECT a.cause, a.value, {", ".join(f"a.{name}" for name in GROUP.split(", "))}, count(*) FILTER ({_fits()}) AS fits, count(*) AS lines
            FROM tried w JOIN offered a ON {_same("a")} GROUP BY ALL
        )
        SELECT cause, value, {GROUP} FROM tried_on WHERE fits >= {LEAST} AND fits * 10 >= lines
        QUALIFY row_number() OVER (PARTITION BY {GROUP} ORDER BY fits DESC, CASE cause {order} END, value) = 1
        """
    )
    return one(con, "SELECT count(*) FROM best")


def along(con: duckdb.DuckDBPyConnection, no: int, factor: int, *, up: bool) -> None:
    """Let fees follow the amounts of finding ``no`` that are ``factor`` times too large (or small): the contract's fee, so many times.

    The fee of an amount that was multiplied is not the fee multiplied, by the rounding; it is the same mistake all the same.
    """
    gross = f"(f.gross_minor {'//' if up else '*'} {factor})"
    fits = (
        f"f.fee_minor = {factor} * {{0}} AND f.gross_minor % {factor} = 0" if up else f"f.fee_minor * {factor} = {{0}}"
    )
    con.execute(
        f"""
        INSERT INTO folded
        SELECT {no}, 'fee', NULL, f.rid, NULL, f.fee_expected - f.fee_minor, 1, 2
        FROM cf f SEMI JOIN (SELECT c_rid FROM folded WHERE no = {no} AND family = 'pair') p ON p.c_rid = f.rid
        WHERE {FEE_DIFFERS} AND {fits.format(fee_sql(gross, "f.kind", plan="f."))}
        """
    )


def details(con: duckdb.DuckDBPyConnection) -> dict[int, dict[str, Any]]:
    """Return each answer by its number: cause, value, and the agreed rate and cap beside it."""
    return {one["detail"]: one for one in rows(con, "SELECT * FROM fee_answers")}
