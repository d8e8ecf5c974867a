"""Merchant-days whose money is plain, found without a Python value for any of them.

A day is *paid plainly* when one payout speaks of it, plans and pays exactly what its clearing lines add up to, and one
bank line can only be the credit of that payout: it alone says the number, or nothing else has that account and amount.
A day is *waiting plainly* when its money is not due yet and nothing speaks of it, or only a payout that no line could be
the credit of. Everything that could make such a day
anything else (a second payout, a re-issue, a hold, a deduction, an answer, a second currency, another line of the same
account and amount, a number said twice, an account that is not agreed) leaves it to the judgement of ``money_side``.

It can only skip work, never make a break or hide one: what is taken away here is what the judgement would have said
without a word, and nothing of it could have been chosen by what is left. A test judges every story and the demo both ways.

After ``sift_money`` these tables stand:

``owed``, ``uncleared``  see ``owed_sums``                         ``line``   bank lines that count, with ``id``
``plain``    a row per day paid plainly, with its payout and line   ``waiting``  a row per day that waits plainly
``p_open``, ``line_open``, ``owed_open``, ``uncleared_open``        what is left to judge
"""

from __future__ import annotations

from typing import Final

import duckdb

from daozhang.engine.due_days import Dues, due_days
from daozhang.engine.inputs import one
from daozhang.engine.said_numbers import find_numbers
from daozhang.matching.bank import WINDOW_DAYS

OPEN: Final = ("p", "line", "owed", "uncleared")
"""Tables of which what is not plain is left to judge, under the same name with ``_open``."""
_PLAIN: Final = (
    "acquirer VARCHAR, merchant_no VARCHAR, currency VARCHAR, settled_on DATE, expected BIGINT, arrived BIGINT, missing BIGINT,"
    " deducted BIGINT, payout_no VARCHAR, bank_name VARCHAR, sent_on DATE, id BIGINT, how VARCHAR"
)
_WAITING: Final = (
    "acquirer VARCHAR, merchant_no VARCHAR, currency VARCHAR, settled_on DATE, expected BIGINT, not_due BIGINT,"
    " unexplained BIGINT, missing BIGINT, deducted BIGINT, due_at TIMESTAMP, payout_no VARCHAR, bank_name VARCHAR, sent_on DATE"
)


def sift_money(con: duckdb.DuckDBPyConnection, dues: Dues, *, from_payouts: int) -> int:
    """Make the tables above and return how many days are plain; fewer payouts than ``from_payouts`` are all judged.

    ``p``, ``pa``, ``c``, ``terms``, ``accounts_now``, ``owed``, ``uncleared`` and ``line`` must stand.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE plain ({_PLAIN})")
    con.execute(f"CREATE OR REPLACE TEMP TABLE waiting ({_WAITING})")
    if one(con, "SELECT count(*) FROM p") < from_payouts:
        for name in OPEN:
            con.execute(f"CREATE OR REPLACE TEMP VIEW {name}_open AS SELECT * FROM {name}")
        return 0
    due_days(con, dues)
    _payouts(con)
    _claims(con)
    _plain_days(con)
    if find_numbers(con):
        _candidates(con)
        _fitting(con)
        con.execute(
            "INSERT INTO plain SELECT fitting.* EXCLUDE (day_due_at, tail), id, how FROM fitting JOIN pair USING (payout_no)"
        )
        _ordered(con)
    _waiting(con)
    broken = "expected <> arrived + missing + deducted"
    assert not one(con, f"SELECT count(*) FROM plain WHERE {broken}"), "a plain day that does not add up"
    _left(con)
    return one(con, "SELECT (SELECT count(*) FROM plain) + (SELECT count(*) FROM waiting)")


def _payouts(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``paid``: each payout number with what all its states agree on, and whether it is an ordinary payout."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE paid AS
        SELECT acquirer, merchant_no, payout_no, any_value(coalesce(currency, 'CNY')) AS currency, any_value(settled_on) AS settled_on,
               max(planned_minor) AS amount, any_value(account_tail) AS tail, coalesce(any_value(bank_name), '') AS bank_name,
               coalesce(max(created_at), max(known_at), max(settled_on)::TIMESTAMP)::DATE AS sent_on,
               bool_and(state IN ('pending', 'claimed'))
               AND max(coalesce(known_at, TIMESTAMP '0001-01-01')) FILTER (state = 'claimed')
                   >= max(coalesce(known_at, TIMESTAMP '0001-01-01'))
               AND bool_and(known_at IS NULL OR known_at <= getvariable('as_of'))
               AND min(settled_on) = max(settled_on) AND min(coalesce(currency, 'CNY')) = max(coalesce(currency, 'CNY'))
               AND min(planned_minor) = max(planned_minor) AND max(planned_minor) > 0
               AND min(paid_minor) FILTER (state = 'claimed') = max(planned_minor)
               AND max(paid_minor) = max(planned_minor)
               AND bool_and(coalesce(held_minor, 0) = 0 AND coalesce(deducted_minor, 0) = 0)
               AND bool_and(replaces_payout_no IS NULL OR replaces_payout_no = '')
               AND min(account_tail) = max(account_tail) AND max(account_tail) <> ''
               AND (max(bank_name) IS NULL OR min(bank_name) = max(bank_name))
               AND (count(*) = 1 OR min(created_at) = max(created_at)) AS is_ordinary
        FROM p GROUP BY acquirer, merchant_no, payout_no
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE numbers AS
        SELECT payout_no, count(*) AS many FROM paid GROUP BY payout_no
        """
    )
    for name, many in (
        ("twice", "SELECT payout_no FROM numbers WHERE many > 1"),
        ("answered", "SELECT payout_no FROM pa"),
    ):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT DISTINCT payout_no FROM ({many})")
        con.execute(f"UPDATE paid SET is_ordinary = false WHERE payout_no IN (SELECT payout_no FROM {name})")
    con.execute("UPDATE paid SET is_ordinary = false WHERE is_ordinary IS NULL")


def _claims(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``claims``: whatever may ask the bank for an account and amount, rather one too many than one too few."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE claims AS
        SELECT payout_no, tail, currency, amount FROM paid WHERE is_ordinary
        UNION ALL
        SELECT DISTINCT x.payout_no, coalesce(t.account_tail, a.account_tail), coalesce(k.currency, 'CNY'), m.paid_minor
        FROM paid x JOIN p t USING (acquirer, merchant_no, payout_no) JOIN p k USING (acquirer, merchant_no, payout_no)
        JOIN p m USING (acquirer, merchant_no, payout_no)
        LEFT JOIN accounts_now a ON a.acquirer = x.acquirer AND a.merchant_no = x.merchant_no
        WHERE NOT x.is_ordinary
        UNION ALL  -- acquirers without a payout file ask for the net of each day
        SELECT NULL, a.account_tail, coalesce(o.currency, 'CNY'), o.net
        FROM owed o ANTI JOIN (SELECT DISTINCT acquirer FROM p) s USING (acquirer)
        JOIN accounts_now a ON a.acquirer = o.acquirer AND a.merchant_no = o.merchant_no WHERE o.net > 0
        """
    )


def _candidates(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``pair`` (payout_no, id, how): payouts and lines that can only belong together.

    By the number: the payout is said by this line alone, and the line says this number alone. By account and amount:
    neither says anything, and both are the only ones of their account, currency and amount.
    """
    fits = "l.is_booked AND l.currency = x.currency AND l.account_tail = x.tail AND l.amount_minor = x.amount"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE pair AS
        WITH of_payout AS (SELECT payout_no, any_value(id) AS id FROM said GROUP BY payout_no HAVING count(*) = 1),
             of_line AS (SELECT id FROM said GROUP BY id HAVING count(*) = 1)
        SELECT x.payout_no, l.id, 'reference' AS how FROM paid x JOIN of_payout USING (payout_no) JOIN of_line USING (id)
        JOIN line l ON l.id = of_payout.id AND {fits} WHERE x.is_ordinary
        """
    )
    con.execute(
        f"""
        INSERT INTO pair
        WITH asked AS (SELECT tail, currency, amount, any_value(payout_no) AS payout_no FROM claims GROUP BY ALL HAVING count(*) = 1),
             came AS (SELECT account_tail, currency, amount_minor, any_value(id) AS id FROM line WHERE amount_minor > 0
                      GROUP BY ALL HAVING count(*) = 1)
        SELECT x.payout_no, l.id, 'amount' FROM asked JOIN paid x ON x.payout_no = asked.payout_no AND x.is_ordinary
        JOIN came ON came.account_tail = asked.tail AND came.currency = asked.currency AND came.amount_minor = asked.amount
        JOIN line l ON l.id = came.id AND {fits} AND l.booked_on BETWEEN x.sent_on - 1 AND x.sent_on + {WINDOW_DAYS}
        ANTI JOIN said s ON s.payout_no = x.payout_no ANTI JOIN said z ON z.id = l.id
        """
    )
    con.execute(  # a line of the same account and amount beside it may be a second credit of the payout
        f"""
        DELETE FROM pair WHERE payout_no IN (
            SELECT x.payout_no FROM paid x JOIN line l ON l.account_tail = x.tail AND l.amount_minor = x.amount
                 AND abs(l.booked_on - x.sent_on) <= {WINDOW_DAYS}
            ANTI JOIN pair q ON q.id = l.id WHERE x.is_ordinary)
        """
    )


def _plain_days(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``owed_once``: clearing days of one currency, all of whose payments cleared, of merchants without re-issues."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE chained AS
        SELECT DISTINCT acquirer, merchant_no FROM p WHERE replaces_payout_no <> ''
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE owed_once AS
        SELECT o.*, coalesce(o.currency, 'CNY') AS code FROM owed o
        ANTI JOIN (SELECT acquirer, merchant_no, day FROM owed GROUP BY ALL HAVING count(*) > 1) x
             ON x.acquirer = o.acquirer AND x.merchant_no = o.merchant_no AND x.day = o.day
        ANTI JOIN uncleared u ON u.acquirer = o.acquirer AND u.merchant_no = o.merchant_no AND u.day = o.day
        ANTI JOIN (SELECT acquirer, merchant_no, cleared_on FROM c WHERE kind = 'fee') f
             ON f.acquirer = o.acquirer AND f.merchant_no = o.merchant_no AND f.cleared_on = o.day
        ANTI JOIN chained k ON k.acquirer = o.acquirer AND k.merchant_no = o.merchant_no
        """
    )


def _fitting(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``fitting``: ordinary payouts that are the only one of their day and pay exactly what it owes, where it is agreed."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE spoken AS
        SELECT acquirer, merchant_no, settled_on, count(DISTINCT payout_no) AS payouts FROM p GROUP BY ALL
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE fitting AS
        SELECT x.acquirer, x.merchant_no, x.currency, x.settled_on, o.legit AS expected, o.net AS arrived,
               o.fee_over - o.doubled - o.keyed_off AS missing, -o.other AS deducted, x.payout_no, x.bank_name, x.sent_on,
               d.due_at AS day_due_at, x.tail
        FROM paid x
        JOIN owed_once o ON o.acquirer = x.acquirer AND o.merchant_no = x.merchant_no AND o.day = x.settled_on
             AND o.code = x.currency AND o.net = x.amount
        JOIN spoken s ON s.acquirer = x.acquirer AND s.merchant_no = x.merchant_no AND s.settled_on = x.settled_on AND s.payouts = 1
        JOIN day_due d ON d.acquirer = x.acquirer AND d.merchant_no = x.merchant_no AND d.day = x.settled_on
        LEFT JOIN (
            SELECT y.payout_no, bool_or(a.account_tail = y.tail) AS is_agreed FROM paid y
            JOIN accounts_now a ON a.acquirer = y.acquirer AND a.merchant_no = y.merchant_no
                 AND (a.from_on IS NULL OR a.from_on <= y.sent_on) AND (a.to_on IS NULL OR y.sent_on <= a.to_on)
            GROUP BY y.payout_no
        ) g ON g.payout_no = x.payout_no
        WHERE x.is_ordinary AND coalesce(g.is_agreed, true)
        """
    )


def _ordered(con: duckdb.DuckDBPyConnection) -> None:
    """Put payouts that are sent and not yet due among what waits, where no line near them could be their credit."""
    con.execute(
        f"""
        INSERT INTO waiting
        SELECT x.acquirer, x.merchant_no, x.currency, x.settled_on, x.expected, x.arrived, 0, x.missing, x.deducted, x.day_due_at,
               x.payout_no, x.bank_name, x.sent_on
        FROM fitting x ANTI JOIN said s ON s.payout_no = x.payout_no
        ANTI JOIN (SELECT l.account_tail, l.booked_on FROM line l ANTI JOIN pair q ON q.id = l.id WHERE l.amount_minor > 0) l
             ON l.account_tail = x.tail AND l.booked_on BETWEEN x.sent_on - {WINDOW_DAYS} AND x.sent_on + {WINDOW_DAYS}
        ANTI JOIN pair q ON q.payout_no = x.payout_no
        WHERE x.day_due_at IS NULL OR (x.sent_on <= x.day_due_at::DATE AND x.day_due_at >= getvariable('as_of'))
        """
    )


def _waiting(con: duckdb.DuckDBPyConnection) -> None:
    """Fill ``waiting``: cleared days before their due moment, and days of which only payments without clearing are known."""
    con.execute(
        """
        INSERT INTO waiting
        SELECT o.acquirer, o.merchant_no, o.code, o.day, o.legit, o.net, 0, o.fee_over - o.doubled - o.keyed_off, -o.other, d.due_at, NULL, NULL, NULL
        FROM owed_once o SEMI JOIN (SELECT DISTINCT acquirer FROM p) s USING (acquirer)
        JOIN day_due d ON d.acquirer = o.acquirer AND d.merchant_no = o.merchant_no AND d.day = o.day
        LEFT JOIN (SELECT acquirer, merchant_no, max(settled_on) AS until FROM p GROUP BY ALL) l
             ON l.acquirer = o.acquirer AND l.merchant_no = o.merchant_no
        WHERE (l.until IS NULL OR l.until < o.day) AND (d.due_at IS NULL OR d.due_at >= getvariable('as_of'))
          AND NOT (o.net > 0 AND d.due_at IS NOT NULL AND getvariable('as_of')::DATE > o.day AND d.due_at::DATE > o.day + 1)
        """
    )
    con.execute(
        """
        INSERT INTO waiting
        SELECT u.acquirer, u.merchant_no, coalesce(u.currency, 'CNY'), u.day, u.net,
               CASE WHEN d.due_at < getvariable('as_of') THEN 0 ELSE u.net END,
               CASE WHEN d.due_at < getvariable('as_of') THEN u.net ELSE 0 END, 0, 0, d.due_at, NULL, NULL, NULL
        FROM uncleared u JOIN day_due d ON d.acquirer = u.acquirer AND d.merchant_no = u.merchant_no AND d.day = u.day
        ANTI JOIN (SELECT acquirer, merchant_no, day FROM uncleared GROUP BY ALL HAVING count(*) > 1) x
             ON x.acquirer = u.acquirer AND x.merchant_no = u.merchant_no AND x.day = u.day
        ANTI JOIN owed o ON o.acquirer = u.acquirer AND o.merchant_no = u.merchant_no AND o.day = u.day
        ANTI JOIN p ON p.acquirer = u.acquirer AND p.merchant_no = u.merchant_no AND p.settled_on = u.day
        WHERE NOT u.complete
        """
    )


def _left(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of what is left to judge."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE p_open AS SELECT p.* FROM p ANTI JOIN ("
        "SELECT acquirer, merchant_no, payout_no FROM plain UNION ALL"
        " SELECT acquirer, merchant_no, payout_no FROM waiting WHERE payout_no IS NOT NULL) x ON x.acquirer = p.acquirer"
        " AND x.merchant_no = p.merchant_no AND x.payout_no = p.payout_no"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE line_open AS SELECT l.* FROM line l ANTI JOIN plain x ON x.id = l.id")
    for name in ("owed", "uncleared"):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name}_open AS SELECT o.* FROM {name} o"
            " ANTI JOIN (SELECT acquirer, merchant_no, settled_on FROM plain UNION ALL"
            " SELECT acquirer, merchant_no, settled_on FROM waiting) x"
            " ON x.acquirer = o.acquirer AND x.merchant_no = o.merchant_no AND x.settled_on = o.day"
        )
