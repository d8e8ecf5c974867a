"""Control totals first: which rows must be looked at, found without joining the two files.

Every payment that ought to clear and every clearing line gives a salted hash of all its checked facts: the key that
names it, acquirer, merchant, currency, amount, clearing day and kind; the line also whether its fee is the contract's.
The journal counts negative, clearing positive, summed per bucket of keys. A bucket that sums to zero holds the same
payments on both sides, and its rows are what the first level of matching would have paired; they are never joined and
never copied. All other rows, and rows that the sums cannot speak for (no key, voids, reversals, pre-authorisations,
fees, disputes), become the tables ``t`` and ``c``, on which the levels run as if nothing had been taken away.

It can only skip work, never make a break. It could hide one only if the hashes of a bucket that differs summed to zero:
once in 2^42 buckets that differ, whatever the sender does, because the salt is drawn for each run.

After ``sift`` these tables stand beside ``t`` and ``c``:

``t_days``  per import, acquirer, merchant, calendar day and clearing day: all rows, rows that must clear, last moment
``c_days``  per import, acquirer, merchant, currency and clearing day: all lines and what they add up to; how many of those
            that sums speak for (``sifted``) carry each number (``with_rrn`` …)
``o_open``  orders that are not paid exactly by one charge (all of them when nothing is sifted)
``modes``   per acquirer: the level whose key its sums use (see ``matching.levels``); acquirers without one are not sifted
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final

import duckdb

from daozhang.engine.closed_days import FILLED, REACH_DAYS, ClosedDays, ready_days
from daozhang.engine.fee_views import fee_views
from daozhang.engine.inputs import SIFTED, one, quoted
from daozhang.matching.levels import LEVELS

ROWS_PER_BUCKET: Final = 10
"""Lines that share a bucket where there are many. A bucket costs some fifty bytes while it is summed; the fewer share one,
the fewer clean rows are looked at with a row that differs."""
FINE_BITS: Final = 22
"""Up to 2^22 buckets there is one for each line: they cost no more, and only the rows of the keys that differ are taken."""
ODD: Final = 1_000_003
"""Added to the sum of a bucket for each line that has to be looked at whatever the other side says."""
SKEW: Final = 286
"""By how much the clocks of the two sides of a bucket may differ in all before its rows are looked at: five minutes, in
units of 2^20 microseconds."""
NAMES: Final = {2: "rrn", 4: "order_no", 6: "trace_no"}
"""The number a level's key is made of, where it stands alone: a level with the terminal beside it comes to the same pairs."""
DIRTIEST: Final = 0.6
"""Share of dirty buckets from which on sifting saves nothing: then everything is looked at."""


@dataclass(slots=True)
class Sift:
    """What the sums said: how many rows of each side were cleared by them, on which level of matching."""

    clean_rows: int = 0
    clean_by_level: dict[str, int] = field(default_factory=dict)
    buckets: int = 0
    dirty: int = 0


def sift(con: duckdb.DuckDBPyConnection, *, from_rows: int, closed: ClosedDays | None = None) -> Sift:
    """Make ``t``, ``c`` and the tables above. Fewer clearing lines than ``from_rows`` are not worth sums: all rows are taken.

    The views ``t_src`` and ``c_src`` must stand (``inputs``): all rows known at the moment, with expected day and class. Of
    ``closed`` days only what was kept of them is taken, and the days that are over are kept. Orders reach over days and
    ask for every charge, so that with orders nothing is kept.
    """
    if closed is not None and one(con, "SELECT count(*) FROM o"):
        closed = None
    if closed is None:
        count_days(con)
    else:
        closed.count(con, count_days)
    lines = one(con, "SELECT coalesce(sum(lines), 0) FROM c_days")
    modes = _modes(con) if lines >= from_rows else {}
    result = Sift()
    if not modes:
        return _take_all(con, result)
    kept = closed.open(con, modes) if closed is not None else []
    if kept:
        listed = ", ".join(f"DATE '{day}'" for day in kept)
        lines -= one(con, f"SELECT coalesce(sum(lines), 0) FROM c_days WHERE on_day IN ({listed})")
    sums = _plan(con, modes, lines)
    fee_views(con)
    _sum_up(con, sums)
    result.buckets, result.dirty = 1 << sums.bits, one(con, "SELECT count(*) FROM dirty")
    if not kept and result.dirty > DIRTIEST * result.buckets:
        return _take_all(con, result)
    _write_modes(con, modes)
    _company(con, sums, closed)
    _take(con, "t", sums.is_looked_at(sums.sifted_t))
    _take(con, "c", sums.is_looked_at(sums.sifted_c))
    if closed is not None:
        _close(con, sums, closed, modes)
    _count(con, modes, result)
    return result


def _take_all(con: duckdb.DuckDBPyConnection, result: Sift) -> Sift:
    con.execute("CREATE OR REPLACE TABLE o_open AS SELECT * FROM o")
    _write_modes(con, {})
    _take(con, "t", "true")
    _take(con, "c", "true")
    return result


def _close(con: duckdb.DuckDBPyConnection, sums: Sums, closed: ClosedDays, modes: dict[str, int]) -> None:
    """Add what is kept of closed days, and what open rows ask of the closed days nearby; keep the days that are over."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE apart AS {_apart('SELECT * FROM c')}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE undone AS {_undone('t')}")
    closed.join(con)
    con.execute("CREATE OR REPLACE TEMP TABLE wanted (kh UBIGINT)")
    for reach, side, condition in ((1, "t", _UNDOES), (REACH_DAYS, "c", _REPEATS)):
        if closed.over_near(con, reach):
            sifted = sums.sifted_t if side == "t" else sums.sifted_c
            con.execute(
                f"INSERT INTO wanted SELECT DISTINCT {sums.key} FROM {side}_src WHERE {sifted} AND ({condition})"
            )
    found = one(con, "SELECT count(*) FROM wanted")
    if found and closed.over_near(con, REACH_DAYS):
        for side, sifted in (("t", sums.sifted_t), ("c", sums.sifted_c)):
            closed.add(
                con, side,
                f"SELECT s.* FROM {side}_src s ANTI JOIN {side} USING (import_id, line_no)"
                f" WHERE {sifted} AND {sums.key} IN (SELECT kh FROM wanted)",
            )  # fmt: skip
    closed.over_all(con)
    closed.keep(con, ready_days(con, closed.as_of, modes), found_near=bool(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """How rows are summed: SQL of the key's hash, and of whether the sums speak for a row of either side."""

    key: str
    sifted_t: str
    sifted_c: str
    seconds: str
    who: str
    bits: int
    salt: int

    def bucket(self, hashed: str) -> str:
        """Return the SQL of the bucket of a hash."""
        return f"({hashed} >> {64 - self.bits})::INTEGER"

    def facts(self, amount: str) -> str:
        """Return the SQL of a row's part in the sum of its bucket; shifted so that no sum passes a whole number."""
        return f"(hash(kh, {self.who}, currency, {amount}, on_day, kind = 'refund', fee, {self.salt}::UBIGINT) >> 12)::BIGINT"

    def is_looked_at(self, sifted: str) -> str:
        """Return the SQL that is true for a row of a dirty bucket or of none."""
        return f"CASE WHEN {sifted} THEN {self.bucket(self.key)} ELSE -1 END IN (SELECT k FROM dirty)"


def _plan(con: duckdb.DuckDBPyConnection, modes: dict[str, int], lines: int) -> Sums:
    fit = [level for level in LEVELS if level.no in modes.values()]
    key = _by_mode(modes, {level.no: f"hash({', '.join(level.columns)})" for level in fit}, "NULL")
    known = _by_mode(
        modes, {level.no: " AND ".join(f"{name} IS NOT NULL" for name in level.columns) for level in fit}, "false"
    )
    several = "SELECT count(DISTINCT acquirer) FROM (SELECT acquirer FROM t_days UNION SELECT acquirer FROM c_days)"
    return Sums(
        key=key, sifted_t=f"status = 'approved' AND kind IN {SIFTED} AND {known}{_not_before_clearing(con, modes)}",
        sifted_c=f"kind IN {SIFTED} AND {known}", seconds=_seconds(con, modes),
        who="acquirer, merchant_no" if one(con, several) > 1 else "merchant_no",
        bits=max(4, min(lines.bit_length(), FINE_BITS), min((lines // ROWS_PER_BUCKET).bit_length(), 26)), salt=secrets.randbits(62),
    )  # fmt: skip


def _not_before_clearing(con: duckdb.DuckDBPyConnection, modes: dict[str, int]) -> str:
    """Return SQL that leaves out days for which an acquirer has sent no clearing yet: they would spoil every bucket."""
    lasts = con.execute(
        """
        SELECT t.acquirer, c.until FROM (SELECT acquirer, max(on_day) AS until FROM t_days GROUP BY ALL) t
        JOIN (SELECT acquirer, max(on_day) AS until FROM c_days GROUP BY ALL) c ON c.acquirer = t.acquirer
        WHERE t.until > c.until ORDER BY 1
        """
    ).fetchall()
    return "".join(
        f" AND NOT (acquirer = {quoted(acquirer)} AND on_day > DATE '{last}')"
        for acquirer, last in lasts
        if acquirer in modes
    )


def count_days(
    con: duckdb.DuckDBPyConnection, *, orders: bool | None = None, sides: tuple[str, ...] = ("t", "c")
) -> None:
    """Make ``t_days`` and ``c_days`` of all rows known at the moment; ``orders`` says whether sales with an order count."""
    if orders is None:
        orders = one(con, "SELECT count(*) FROM o") > 0
    if "t" in sides:
        _count_t(con, orders=orders)
    if "c" in sides:
        _count_c(con)


def _count_t(con: duckdb.DuckDBPyConnection, *, orders: bool) -> None:
    sales = "count(*) FILTER (kind = 'sale') AS sales, count(order_no) FILTER (kind = 'sale') AS with_order"
    if not orders:
        sales = "0::BIGINT AS sales, 0::BIGINT AS with_order"
    con.execute(
        f"""
        CREATE OR REPLACE TABLE t_days AS
        SELECT import_id, acquirer, merchant_no, occurred_at::DATE AS day, on_day, count(*) AS rows,
               count(*) FILTER (class = 'must') AS must_rows, max(occurred_at) AS until, {sales}
        FROM t_src GROUP BY ALL
        """
    )


def _count_c(con: duckdb.DuckDBPyConnection) -> None:
    filled = ", ".join(f"count({name}) FILTER (kind IN {SIFTED}) AS with_{name}" for name in FILLED)
    con.execute(
        f"""
        CREATE OR REPLACE TABLE c_days AS
        SELECT import_id, acquirer, merchant_no, currency, cleared_on AS on_day, count(*) AS lines,
               count(occurred_at) AS timed, sum(net_minor)::BIGINT AS net, sum(gross_minor)::BIGINT AS gross,
               count(*) FILTER (kind IN {SIFTED}) AS sifted, {filled}
        FROM c_src GROUP BY ALL
        """
    )


def _modes(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return acquirer → number of the level whose key all its lines carry and that no stronger level could go before.

    A level is fit when its columns are filled on every line (for the strongest also when nearly so: a line without the
    key is looked at by itself), and each column of the levels before it is empty on every line.
    """
    each = ", ".join(f"sum(with_{name})" for name in FILLED)
    rows = con.execute(
        f"SELECT acquirer, sum(sifted), {each} FROM c_days GROUP BY ALL HAVING sum(sifted) > 0 ORDER BY ALL"
    ).fetchall()
    modes = {}
    for acquirer, lines, *filled in rows:
        of = dict(zip(FILLED, filled, strict=True))
        for level in LEVELS:
            if not (level.same_day and level.amount_equal and level.seconds is None):
                break
            share = min(of[name] for name in level.columns) / lines
            if share == 1 or (level.no == 1 and share >= 0.5):
                modes[acquirer] = level.no
                break
            if of.get(NAMES.get(level.no, ""), 0):
                break  # some lines have this number and would go before those of any other
    return modes


def _write_modes(con: duckdb.DuckDBPyConnection, modes: dict[str, int]) -> None:
    con.execute("CREATE OR REPLACE TABLE modes (acquirer VARCHAR, level INTEGER)")
    if modes:
        con.executemany("INSERT INTO modes VALUES (?, ?)", sorted(modes.items()))


def _by_mode(modes: dict[str, int], template: dict[int, str], otherwise: str) -> str:
    """Return one SQL expression by the mode of a row's acquirer, ``otherwise`` where it has none."""
    branches = []
    for level in sorted(set(modes.values())):
        names = ", ".join(quoted(acquirer) for acquirer, mode in sorted(modes.items()) if mode == level)
        branches.append(f"WHEN acquirer IN ({names}) THEN {template[level]}")
    return f"CASE {' '.join(branches)} ELSE {otherwise} END"


def _sum_up(con: duckdb.DuckDBPyConnection, sums: Sums) -> None:
    """Make ``dirty``: buckets whose two sides differ in any checked fact, and -1 for the rows no bucket speaks for."""
    journal = (
        f"SELECT {sums.bucket('kh')} AS k, -({sums.facts('amount_minor')}{sums.seconds}) AS h"
        f" FROM (SELECT *, {sums.key} AS kh FROM t_fees WHERE {sums.sifted_t})"
    )
    lines = (
        f"SELECT {sums.bucket('kh')}, {sums.facts('gross_minor')}{sums.seconds} + CASE WHEN fee_differs THEN {ODD} ELSE 0 END"
        f" FROM (SELECT x.*, {sums.key} AS kh FROM c_fees x WHERE {sums.sifted_c})"
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE dirty AS
        SELECT k FROM ({journal} UNION ALL {lines}) GROUP BY k HAVING abs(sum(h)) > {SKEW}
        """
    )
    con.execute("INSERT INTO dirty VALUES (-1)")


def _seconds(con: duckdb.DuckDBPyConnection, modes: dict[str, int]) -> str:
    """Return SQL that adds a row's moment (2^20 microseconds each) to its hash; nothing where its acquirer's lines never say one.

    Equal facts leave nothing of the hashes, so that what is left of a clean bucket is how far its clocks differ. A bucket
    that is further apart holds a clock that is wrong, or a line without the time others have.
    """
    blind = con.execute(
        f"SELECT acquirer FROM c_days WHERE acquirer IN ({', '.join(map(quoted, sorted(modes)))})"
        " GROUP BY acquirer HAVING sum(timed) = 0 ORDER BY 1"
    ).fetchall()
    moment = "coalesce(epoch_us(occurred_at) >> 20, 0)"
    if not blind:
        return f" + {moment}"
    return f" + CASE WHEN acquirer IN ({', '.join(quoted(name) for (name,) in blind)}) THEN 0 ELSE {moment} END"


_WORTH: Final = "hash(merchant_no, abs(gross_minor))"
_UNDOES: Final = (
    "hash(terminal_no, trace_no) IN (SELECT hash(terminal_no, coalesce(original_trace_no, trace_no)) FROM undone)"
    " OR rrn IN (SELECT original_rrn FROM undone WHERE original_rrn IS NOT NULL)"
)
"""True for a transaction that one of ``undone`` may take back."""
_REPEATS: Final = (
    f"{_WORTH} IN (SELECT worth FROM apart)"
    " AND (rrn IN (SELECT rrn FROM apart WHERE rrn IS NOT NULL)"
    " OR hash(terminal_no, trace_no) IN (SELECT hash(terminal_no, trace_no) FROM apart WHERE trace_no IS NOT NULL)"
    " OR order_no IN (SELECT order_no FROM apart WHERE order_no IS NOT NULL))"
)
"""True for a clearing line that one of ``apart`` may repeat or take back."""


def _undone(source: str) -> str:
    return f"SELECT terminal_no, trace_no, original_trace_no, original_rrn FROM {source} WHERE kind IN ('void', 'reversal') AND status = 'approved'"


def _apart(source: str) -> str:
    return f"SELECT DISTINCT rrn, terminal_no, trace_no, order_no, {_WORTH} AS worth FROM ({source})"


def _company(con: duckdb.DuckDBPyConnection, sums: Sums, closed: ClosedDays | None) -> None:
    """Make dirty the buckets of clean rows that something looked at by itself speaks of.

    A void or reversal of the journal needs the payment it takes back. A clearing line that is looked at needs every line
    of the same merchant and money that shares a number with it: it may repeat or take back one of them. An order that its
    charges do not pay exactly needs all of its charges.
    """
    kept_t = closed.near("t", 1) if closed else None
    kept_c = closed.near("c", REACH_DAYS) if closed else None
    also_t = f" UNION ALL {_undone(f'({kept_t})')}" if kept_t else ""
    con.execute(f"CREATE OR REPLACE TEMP TABLE undone AS {_undone('t_src')}{also_t}")
    asked = [_UNDOES] if one(con, "SELECT count(*) FROM undone") else []
    if one(con, "SELECT count(*) FROM o"):
        asked.append(_odd_orders(con, sums))
    else:
        con.execute("CREATE OR REPLACE TABLE o_open AS SELECT * FROM o")
    if asked:
        _also(con, sums, "t", " OR ".join(f"({condition})" for condition in asked))
    also_c = f" UNION {_apart(kept_c)}" if kept_c else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE apart AS {_apart(f'SELECT * FROM c_src WHERE {sums.is_looked_at(sums.sifted_c)}')}{also_c}"
    )
    if one(con, "SELECT count(*) FROM apart"):
        _also(con, sums, "c", _REPEATS)


def _also(con: duckdb.DuckDBPyConnection, sums: Sums, side: str, condition: str) -> None:
    """Make dirty the buckets of the clean rows of one side that fulfil ``condition``."""
    sifted = sums.sifted_t if side == "t" else sums.sifted_c
    con.execute(
        f"INSERT INTO dirty SELECT DISTINCT {sums.bucket(sums.key)} FROM {side}_src WHERE {sifted} AND ({condition})"
    )


def _odd_orders(con: duckdb.DuckDBPyConnection, sums: Sums) -> str:
    """Leave in ``o_open`` the orders that their charges do not pay exactly once; return the SQL that is true for charges of those."""
    bucket, fact = (
        sums.bucket("hash(merchant_no, order_no)"),
        "(hash(merchant_no, order_no, amount_minor) >> 14)::BIGINT",
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE odd_orders AS
        SELECT k FROM (
            SELECT {bucket} AS k, -{fact} AS h FROM t_src WHERE class IN ('must', 'unknown') AND order_no IS NOT NULL
            UNION ALL SELECT {bucket}, {fact} FROM o WHERE paid_by IS DISTINCT FROM 'cash'
        ) GROUP BY k HAVING sum(h) <> 0
        """
    )
    con.execute(f"INSERT INTO odd_orders SELECT DISTINCT {bucket} FROM o WHERE paid_by = 'cash'")
    odd = f"{bucket} IN (SELECT k FROM odd_orders)"
    con.execute(f"CREATE OR REPLACE TABLE o_open AS SELECT * FROM o WHERE {odd}")
    return f"order_no IS NOT NULL AND {odd}"


def _take(con: duckdb.DuckDBPyConnection, side: str, wanted: str) -> None:
    con.execute(
        f"CREATE OR REPLACE TABLE {side} AS SELECT row_number() OVER () AS rid, x.* FROM {side}_src x WHERE {wanted}"
    )
    if side == "t":
        con.execute("ALTER TABLE t ADD COLUMN other_rid BIGINT")


def _count(con: duckdb.DuckDBPyConnection, modes: dict[str, int], result: Sift) -> None:
    rows = con.execute(
        """
        SELECT n.acquirer, n.lines - coalesce(l.lines, 0) FROM
            (SELECT acquirer, sum(lines) AS lines FROM c_days GROUP BY ALL) n
            LEFT JOIN (SELECT acquirer, count(*) AS lines FROM c GROUP BY ALL) l USING (acquirer)
        """
    ).fetchall()
    for acquirer, clean in rows:
        if acquirer in modes and clean:
            sentence = f"level-{modes[acquirer]}"
            result.clean_by_level[sentence] = result.clean_by_level.get(sentence, 0) + int(clean)
            result.clean_rows += int(clean)
