"""Which bank line says the number of which payout, found set-wise: every place of a text is looked up, none is searched.

A payout number stands in a text either as a word of its own or inside a longer one ("NO" before it, a counter after it).
So every word gives its pieces of the lengths that payout numbers have, and each piece is looked up. Numbers that are short
or written with other signs (few) are searched for in the lines of the same amount, where alone they could match.
"""

from __future__ import annotations

from typing import Final

import duckdb

WORD: Final = "[A-Za-z0-9_-]{6,}"
"""The same words as ``matching.bank.TOKEN``."""
MOST_LENGTHS: Final = 12
"""Lengths of payout numbers for which pieces are cut; with more of them nothing is said to be plain."""
MOST_SEARCHES: Final = 20_000_000
"""Pairs of a line and an odd number of the same amount that are searched at most."""


def find_numbers(con: duckdb.DuckDBPyConnection) -> bool:
    """Make ``said`` (payout_no, id of the ``line``) and return whether it is complete.

    ``numbers`` (payout_no), ``claims`` (payout_no, currency, amount) and ``line`` must stand.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE said (payout_no VARCHAR, id BIGINT)")
    regular = f"regexp_full_match(payout_no, '{WORD}')"
    lengths = con.execute(f"SELECT DISTINCT length(payout_no) FROM numbers WHERE {regular} ORDER BY 1").fetchall()
    if len(lengths) > MOST_LENGTHS:
        return False
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE words AS SELECT id, unnest(regexp_extract_all(text, '{WORD}')) AS word FROM line"
    )
    for (length,) in lengths:
        con.execute(
            f"""
            INSERT INTO said
            SELECT DISTINCT piece, id FROM (
                SELECT id, word AS piece FROM words WHERE length(word) = {length}
                UNION ALL
                SELECT id, unnest(list_transform(range(1, length(word) - {length} + 2), lambda i: substr(word, i, {length})))
                FROM words WHERE length(word) > {length}
            ) SEMI JOIN (SELECT payout_no FROM numbers WHERE length(payout_no) = {length} AND {regular}) n ON n.payout_no = piece
            """
        )
    return _odd_numbers(con, f"NOT {regular}")


def _odd_numbers(con: duckdb.DuckDBPyConnection, is_odd: str) -> bool:
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE odd_numbers AS
        SELECT DISTINCT payout_no, currency, amount FROM claims WHERE payout_no IS NOT NULL AND {is_odd}
        """
    )
    row = con.execute(
        """
        SELECT coalesce(sum(n.many * l.many), 0) FROM (SELECT currency, amount, count(*) AS many FROM odd_numbers GROUP BY ALL) n
        JOIN (SELECT currency, abs(amount_minor) AS amount, count(*) AS many FROM line GROUP BY ALL) l USING (currency, amount)
        """
    ).fetchone()
    if row is None or row[0] > MOST_SEARCHES:
        return False
    con.execute(
        """
        INSERT INTO said SELECT DISTINCT n.payout_no, l.id FROM odd_numbers n
        JOIN line l ON l.currency = n.currency AND abs(l.amount_minor) = n.amount AND contains(l.text, n.payout_no)
        """
    )
    return True
