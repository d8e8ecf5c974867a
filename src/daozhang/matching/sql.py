"""One level → one SQL text, in the portable subset that DuckDB and Spark share.

Both sides are tables of open rows (``open_t`` of transactions, ``open_c`` of clearing lines) that carry: ``rid``,
the key columns, ``amount_minor``, ``on_day`` (expected / actual clearing day), ``moment`` (may be unknown),
``prio`` (which of equal rows goes first) and ``fp`` (the last word in any order, so that a result never depends on
the order of arrival).
"""

from __future__ import annotations

from dataclasses import dataclass

from daozhang.matching.levels import WINDOW_DAYS, Level

ALWAYS = ("acquirer", "merchant_no", "currency")


def pairs_sql(level: Level) -> str:
    """Return the SELECT that gives ``(t_rid, c_rid)`` of one level; every row at most once on its side."""
    return (
        _equal_rank(level) if level.same_day and level.amount_equal and level.seconds is None else _mutual_best(level)
    )


def _keys(level: Level) -> tuple[str, ...]:
    keys = (*ALWAYS, *level.columns)
    if level.amount_equal:
        keys = (*keys, "amount_minor")
    return (*keys, "on_day") if level.same_day else keys


def _known(level: Level) -> str:
    return " AND ".join(f"{column} IS NOT NULL" for column in level.columns)


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a level asks of a pair: the column it is about, and the SQL over ``l`` (transaction) and ``r`` (clearing line)."""

    column: str
    sql: str


def conditions(level: Level) -> tuple[Condition, ...]:
    """Return everything that must hold for a pair of this level; a column that is unknown on a side does not hold."""
    asked = [Condition(key, f"l.{key} = r.{key}") for key in ("acquirer", "merchant_no")]
    # Where neither says a currency, both mean the usual one.
    asked.append(Condition("currency", "l.currency IS NOT DISTINCT FROM r.currency"))
    asked += [Condition(key, f"l.{key} = r.{key}") for key in level.columns]
    if level.amount_equal:
        asked.append(Condition("amount_minor", "l.amount_minor = r.amount_minor"))
    if level.same_day:
        asked.append(Condition("on_day", "l.on_day = r.on_day"))
    else:
        asked.append(Condition("on_day", f"r.on_day BETWEEN l.on_day - 1 AND l.on_day + {WINDOW_DAYS}"))
    if not level.amount_equal:
        differs = "sign(l.amount_minor) = sign(r.amount_minor) AND l.amount_minor <> r.amount_minor"
        asked.append(Condition("amount_differs", differs))
    if level.seconds is not None:
        asked.append(Condition("moment", f"abs(epoch(l.moment) - epoch(r.moment)) <= {level.seconds}"))
    if level.ties == "open":
        # Without any reference on the clearing line the moment is all there is; with one, it would have matched above.
        asked.append(Condition("no_number", "(r.rrn IS NULL OR l.rrn IS NULL)"))
    return tuple(asked)


def _equal_rank(level: Level) -> str:
    """Pair rows of one key: at once where the key names one row on each side, else the n-th with the n-th.

    Nearly every key names one payment, and a hash of the key finds those without sorting anything. Two keys with one
    hash (once in 2^64 pairs of keys) would be seen as equal; amount and day of every pair are compared again
    afterwards, so even then no difference of money or time could hide.
    """
    keys = ", ".join(_keys(level))
    each = (
        f"SELECT hash({keys}) AS h, min(rid) AS rid, count(*) AS many FROM {{table}} WHERE {_known(level)} GROUP BY ALL"
    )
    left, right = each.format(table="open_t"), each.format(table="open_c")
    single = (
        f"both_sides AS (SELECT h, l.rid AS t_rid, r.rid AS c_rid, l.many AS l_many, r.many AS r_many"
        f" FROM ({left}) l JOIN ({right}) r USING (h))"
    )
    repeated = "repeated AS (SELECT h FROM both_sides WHERE l_many > 1 OR r_many > 1)"
    place = (
        f"SELECT rid, hash({keys}) AS h, {keys}, row_number() OVER (PARTITION BY {keys} ORDER BY prio, moment, fp) AS place"
        f" FROM {{table}} WHERE {_known(level)} AND hash({keys}) IN (SELECT h FROM repeated)"
    )
    same = " AND ".join(f"l.{key} = r.{key}" for key in (*_keys(level), "place"))
    return (
        f"WITH {single}, {repeated} SELECT t_rid, c_rid FROM both_sides WHERE l_many = 1 AND r_many = 1"
        f" UNION ALL SELECT l.rid, r.rid FROM ({place.format(table='open_t')}) l"
        f" JOIN ({place.format(table='open_c')}) r ON {same}"
    )


def _mutual_best(level: Level) -> str:
    """Pair rows that are each other's nearest in time within the window."""
    asked = [condition.sql for condition in conditions(level)]
    near = "abs(r.on_day - l.on_day), abs(coalesce(epoch(l.moment) - epoch(r.moment), 0))"
    pairs = (
        "SELECT l.rid AS t_rid, r.rid AS c_rid,"
        f" row_number() OVER (PARTITION BY l.rid ORDER BY r.prio, {near}, r.fp) AS t_place,"
        f" row_number() OVER (PARTITION BY r.rid ORDER BY l.prio, {near}, l.fp) AS c_place,"
        " count(*) OVER (PARTITION BY l.rid) AS t_many, count(*) OVER (PARTITION BY r.rid) AS c_many"
        f" FROM open_t l JOIN open_c r ON {' AND '.join(asked)}"
    )
    alone = " AND t_many = c_many" if level.ties == "open" else ""
    return f"SELECT t_rid, c_rid FROM ({pairs}) p WHERE t_place = 1 AND c_place = 1{alone}"
