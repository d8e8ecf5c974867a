"""The systemic stop: when very many rows differ, what they share is looked for before a row becomes a value of its own.

Set-wise, after matching and before any break is made: the rows of each family of differences get the shared cause they fit
(``systemic_rows``, ``systemic_fees``). Where rows of one cause are many (``Stop.rows``) and a large part (``Stop.share_pct``) of an
acquirer, of a merchant or of a file on the days on which they occur, one finding stands for them: the table ``folded`` holds
the place of each, and the selections of single rows leave them out. Its gap is the sum of theirs. Every other row is said
as before; small data is never folded. Without a shared cause rows are folded only above ``Stop.most_rows``, where a list of
single findings would help nobody and fill the memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from daozhang.breaks.systemic import Fold
from daozhang.engine import systemic_fees, systemic_rows
from daozhang.engine.clearing_leg import rows
from daozhang.engine.inputs import one, put

EXAMPLES: Final = 5
"""Rows named as evidence."""
LISTED: Final = 10
"""Files and single differences named in the finding, the largest first."""
REACHES: Final = ("acquirer", "merchant", "file")
FILE: Final = "folded.parquet"
UNITS: Final = {"x100": (100, True), "x10": (10, True), "div100": (100, False), "div10": (10, False)}
"""Words of ``systemic_rows.pairs`` for amounts of another unit: factor, and whether clearing's is the larger."""
LOST_UNIT: Final = 3
"""A shop or terminal with fewer payments on a day may well have lost all of them by accident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """From when on one finding stands for many rows."""

    rows: int = 1_000
    share_pct: int = 30
    most_rows: int = 200_000


def fold(con: duckdb.DuckDBPyConnection, as_of: datetime, stop: Stop) -> list[Fold]:
    """Fill ``folded`` and return what stands for what; nothing where no family has as many rows as ``stop`` asks for."""
    folds: list[Fold] = []
    if one(con, "SELECT (SELECT count(*) FROM differing WHERE odd) + (SELECT count(*) FROM cc)") >= stop.rows:
        folds += _family(con, "pair", systemic_rows.pairs(), stop, len(folds))
        folds = [_with_fees(con, one_fold) for one_fold in folds]
    if one(con, "SELECT count(*) FROM cf WHERE fee_expected <> fee_minor") >= stop.rows:
        folds += _family(con, "fee", systemic_fees.find(con), stop, len(folds))
    lost = one(con, "SELECT count(*) FROM tf WHERE class IN ('must', 'stored')")
    left = one(con, "SELECT (SELECT count(*) FROM c) - (SELECT count(*) FROM m)")
    if min(lost, left) >= stop.rows:
        folds += _family(con, "moved", systemic_rows.moved(as_of), stop, len(folds))
    if lost >= stop.rows:
        systemic_rows.prepare_missing(con)
        folds += _family(con, "missing", systemic_rows.missing(as_of), stop, len(folds))
    if left >= stop.rows:
        folds += _family(con, "extra", systemic_rows.extra(), stop, len(folds))
    return folds


def _family(con: duckdb.DuckDBPyConnection, family: str, suspects: str, stop: Stop, known: int) -> list[Fold]:
    """Fold one family of differences: the acquirer as a whole first, then its merchants, then its files."""
    _gather(con, family, suspects)
    folds: list[Fold] = []
    for reach in REACHES:
        _choose(con, reach, stop)
        if reach == REACHES[-1]:
            _lost_units(con, stop)
            _beyond(con, stop)
        for cause, acquirer, currency, of_rows in _picked(con, reach):
            one_fold = Fold(
                no=known + len(folds) + 1, family=family, cause=cause, acquirer=acquirer, currency=currency, reach=reach, of_rows=of_rows
            )  # fmt: skip
            folds.append(_put(con, one_fold))
        con.execute("DELETE FROM units u USING picked p WHERE p.unit = u.unit AND p.was IS NOT DISTINCT FROM u.cause")
    return folds


def _gather(con: duckdb.DuckDBPyConnection, family: str, suspects: str) -> None:
    """Make ``suspects`` (rows with their unit), ``units`` (file, merchant and day of them) and ``due`` (all rows of those)."""
    side, terminal = ("t", "x.terminal_no") if family == "missing" else ("c", "NULL::VARCHAR")
    unit = f"x.acquirer, coalesce(x.currency, 'CNY'), x.merchant_no, x.import_id, x.on_day, {terminal}"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE suspects AS
        SELECT s.*, hash({unit}) AS unit FROM ({suspects}) s JOIN {side} x ON x.rid = s.{side}_rid
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE units AS
        SELECT s.cause, s.unit, x.acquirer, coalesce(x.currency, 'CNY') AS currency, x.merchant_no, x.import_id, x.on_day,
               {terminal} AS terminal_no, count(*) AS n, min(x.fp) AS fp, arg_min(x.line_no, x.fp) AS line_no
        FROM suspects s JOIN {side} x ON x.rid = s.{side}_rid GROUP BY ALL
        """
    )
    table, currency, lines = (
        ("t_days", "NULL::VARCHAR", "must_rows") if side == "t" else ("c_days", "coalesce(currency, 'CNY')", "lines")
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE due AS
        SELECT acquirer, {currency} AS currency, merchant_no, import_id, on_day, sum({lines})::BIGINT AS n FROM {table} GROUP BY ALL
        """
    )


def _choose(con: duckdb.DuckDBPyConnection, reach: str, stop: Stop) -> None:
    """Make ``picked``: the units of causes that are many and a large part of their reach on the days on which they occur."""
    more = {"acquirer": (), "merchant": ("merchant_no",), "file": ("import_id",)}[reach]
    own, of_u = "".join(f", {name}" for name in more), "".join(f", u.{name}" for name in more)
    on = "".join(f" AND d.{name} = u.{name}" for name in more)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE picked AS
        WITH u AS (SELECT cause, acquirer, currency, on_day{own}, sum(n) AS n FROM units WHERE cause IS NOT NULL GROUP BY ALL),
        d AS (SELECT acquirer, currency, on_day{own}, sum(n) AS n FROM due GROUP BY ALL),
        many AS (
            SELECT u.cause, u.acquirer, u.currency{of_u}, sum(d.n)::BIGINT AS due
            FROM u JOIN d ON d.acquirer = u.acquirer AND coalesce(d.currency, u.currency) = u.currency AND d.on_day = u.on_day{on}
            GROUP BY ALL HAVING sum(u.n) >= {stop.rows} AND sum(u.n) * 100 >= {stop.share_pct} * sum(d.n)
        )
        SELECT x.cause AS was, x.*, many.due FROM units x JOIN many USING (cause, acquirer, currency{own})
        """
    )


_REST: Final = "SELECT u.cause AS was, u.* FROM units u ANTI JOIN picked p ON p.unit = u.unit AND p.was IS NOT DISTINCT FROM u.cause"


def _lost_units(con: duckdb.DuckDBPyConnection, stop: Stop) -> None:
    """Pick shops and terminals of whose day everything is missing, though they are few among all of their acquirer."""
    con.execute(
        f"""
        INSERT INTO picked
        WITH lost AS (
            SELECT * FROM ({_REST}) WHERE cause IN ('shops', 'terminals')
            QUALIFY sum(n) OVER (PARTITION BY cause, acquirer, merchant_no, on_day, CASE WHEN cause = 'terminals' THEN terminal_no END) >= {LOST_UNIT}
        ), many AS (SELECT cause, acquirer, currency, sum(n)::BIGINT AS due FROM lost GROUP BY ALL HAVING sum(n) >= {stop.rows})
        SELECT lost.*, many.due FROM lost JOIN many USING (cause, acquirer, currency)
        """
    )


def _beyond(con: duckdb.DuckDBPyConnection, stop: Stop) -> None:
    """Pick what no cause explains where it is more than anybody can go through one by one."""
    con.execute(
        f"""
        INSERT INTO picked
        WITH rest AS ({_REST}),
        many AS (SELECT acquirer, currency, sum(n)::BIGINT AS due FROM rest GROUP BY ALL HAVING sum(n) >= {stop.most_rows})
        SELECT rest.* REPLACE ('unexplained' AS cause), many.due FROM rest JOIN many USING (acquirer, currency)
        """
    )


def _picked(con: duckdb.DuckDBPyConnection, reach: str) -> list[tuple[str, str, str, int]]:
    """Return cause, acquirer, currency of what was picked, and all rows of its reach on those days."""
    per = {"acquirer": "", "merchant": ", merchant_no", "file": ", import_id"}[reach]
    return con.execute(
        f"SELECT cause, acquirer, currency, sum(due)::BIGINT FROM (SELECT DISTINCT cause, acquirer, currency{per}, due FROM picked)"
        " GROUP BY ALL ORDER BY ALL"
    ).fetchall()


def _put(con: duckdb.DuckDBPyConnection, fold: Fold) -> Fold:
    """Put the rows of one finding into ``folded`` and return it with its extent."""
    mine = "cause = $cause AND acquirer = $acquirer AND currency = $currency"
    bound: dict[str, Any] = {"cause": fold.cause, "acquirer": fold.acquirer, "currency": fold.currency}
    con.execute(
        f"""
        INSERT INTO folded
        SELECT {fold.no}, '{fold.family}', s.t_rid, s.c_rid, s.detail, s.gap, s.breaks, s.loudness
        FROM suspects s JOIN (SELECT unit, was FROM picked WHERE {mine}) p ON p.unit = s.unit AND p.was IS NOT DISTINCT FROM s.cause
        """,
        bound,
    )
    extent = con.execute(
        f"""
        SELECT count(DISTINCT merchant_no), min(merchant_no), count(DISTINCT terminal_no), count(DISTINCT on_day), min(on_day), max(on_day)
        FROM picked WHERE {mine}
        """,
        bound,
    ).fetchone()
    assert extent is not None
    files = con.execute(
        f"SELECT import_id, sum(n)::BIGINT FROM picked WHERE {mine} GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT {LISTED}",
        bound,
    ).fetchall()
    examples = con.execute(
        f"SELECT import_id, line_no FROM picked WHERE {mine} ORDER BY on_day, fp LIMIT {EXAMPLES}", bound
    ).fetchall()
    details = rows(
        con,
        f"SELECT detail, count(*) AS rows, sum(gap)::BIGINT AS gap_minor FROM folded WHERE no = {fold.no} AND detail IS NOT NULL"
        f" GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT {LISTED}",
    )
    if fold.family == "fee":
        answers = systemic_fees.details(con)
        details = [{**answers[one["detail"]], **one} for one in details if one["detail"] in answers]
    return replace(
        fold, **_sums(con, fold), merchants=extent[0], merchant_no=extent[1] if extent[0] == 1 else "", terminals=extent[2], days=extent[3],
        first_on=extent[4], last_on=extent[5], files=tuple(files), examples=tuple(examples), details=tuple(details),
    )  # fmt: skip


def _sums(con: duckdb.DuckDBPyConnection, fold: Fold) -> dict[str, Any]:
    """Return what the rows of one finding come to."""
    return rows(
        con,
        f"""
        SELECT count(*) FILTER (family = '{fold.family}') AS rows, sum(breaks)::BIGINT AS breaks, sum(gap)::BIGINT AS gap_minor,
               max(loudness) AS loudness, count(*) FILTER (loudness = 1) AS waiting
        FROM folded WHERE no = {fold.no}
        """,
    )[0]


def _with_fees(con: duckdb.DuckDBPyConnection, fold: Fold) -> Fold:
    """Return a finding about amounts of another unit with the fees that follow them."""
    unit = fold.cause.split("+")[0]
    if unit not in UNITS:
        return fold
    factor, up = UNITS[unit]
    systemic_fees.along(con, fold.no, factor, up=up)
    return replace(fold, **_sums(con, fold))


def keep(con: duckdb.DuckDBPyConnection, folder: Path, finding_ids: Mapping[int, str]) -> None:
    """Write where the rows are for which a finding stands: places alone, the rows themselves stay in the lake."""
    if not finding_ids:
        return
    con.execute("CREATE OR REPLACE TEMP TABLE fold_ids (no INTEGER, finding_id VARCHAR)")
    put(con, "fold_ids", sorted(finding_ids.items()))
    con.execute(
        f"""
        COPY (SELECT i.finding_id, t.import_id AS t_import, t.line_no AS t_line, c.import_id AS c_import, c.line_no AS c_line, f.gap
              FROM folded f JOIN fold_ids i USING (no) LEFT JOIN t ON t.rid = f.t_rid LEFT JOIN c ON c.rid = f.c_rid
              ORDER BY ALL)
        TO '{(folder / FILE).as_posix()}' (FORMAT parquet, COMPRESSION zstd)
        """
    )
