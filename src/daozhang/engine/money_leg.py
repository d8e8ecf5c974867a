"""Clearing → payout → bank line: plain merchant-days by query, the rest brought to the rules, merchant by merchant.

Nearly every merchant-day is plain (``plain_money``): its money goes into its buckets and its payout is proven without a
value of it. What is left is a few per cent, and this leg judges it as values; payments never leave the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import duckdb
import pyarrow as pa

from daozhang.breaks import Break, Evidence
from daozhang.breaks.clearing_side import Named
from daozhang.breaks.lumps import of_lumps
from daozhang.breaks.money_side import judge_merchant
from daozhang.breaks.owed import Merchant
from daozhang.calendars import Calendar
from daozhang.engine import inputs
from daozhang.engine.agreed import Book
from daozhang.engine.bank_left import fee_lines, left_lines
from daozhang.engine.clearing_leg import rows
from daozhang.engine.company import Company
from daozhang.engine.due_days import Dues
from daozhang.engine.line_table import make_lines
from daozhang.engine.money_answer import MONEY_SCHEMA, MoneyDays, SettledLines
from daozhang.engine.money_values import bank_lines, merchant_of, open_payouts, owed_days, pseudo_payouts
from daozhang.engine.odd_payers import odd_payers
from daozhang.engine.owed_sums import day_sums, uncleared_sums
from daozhang.engine.plain_money import sift_money
from daozhang.flows.settlement_day import Terms
from daozhang.matching.bank import BankLeg, match_bank
from daozhang.matching.coverage import Coverage
from daozhang.matching.money import DayMoney
from daozhang.matching.payouts import Payout, chains_of


@dataclass(slots=True, kw_only=True)
class MoneyLeg:
    """What the money side gave; ``bank_links`` stands in the engine for the way of a payment."""

    breaks: list[Break]
    money: MoneyDays
    settled: SettledLines
    counts: Mapping[str, Mapping[str, Mapping[str, int]]]


@dataclass(slots=True)
class _Judged:
    """What was judged one by one."""

    breaks: list[Break] = field(default_factory=list)
    money: list[DayMoney] = field(default_factory=list)
    settled: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)


def judge_money(
    con: duckdb.DuckDBPyConnection, as_of: datetime, cover: Coverage, named: Named, defaults: Terms,
    calendars: Mapping[str, Calendar], *, plain_from: int,
) -> MoneyLeg:  # fmt: skip
    """Return the breaks of payouts and bank lines and the money of every merchant-day, which adds up to the fen.

    Fewer payouts than ``plain_from`` are all judged one by one; that changes nothing but the cost.
    """
    day_sums(con)
    uncleared_sums(con)
    dues = Dues(defaults, calendars)
    make_lines(con, named, cover)
    plain_days = sift_money(con, dues, from_payouts=plain_from)
    merchants, asked, judged = _open_merchants(con, as_of, cover, named, dues)
    leg = match_bank(asked, bank_lines(con, named), payers=_plain_payers(con) if plain_days else {})
    for merchant in merchants:
        said = judge_merchant(merchant, leg, cover, as_of)
        judged.breaks += said.breaks
        judged.money += [money for _, money in sorted(said.money.items())]
        note_settled(judged.settled, merchant, said.settled, said.money)
    judged.breaks += left_lines(leg, asked, judged.money) + of_lumps(leg.lumps, as_of)
    company = Company(con if plain_days else None, as_of)
    company.add(merchants, judged.settled)
    _links(con, leg)
    judged.breaks += odd_payers(con, named)
    return MoneyLeg(
        breaks=[company.beside(one) for one in judged.breaks], counts=company.counts,
        money=MoneyDays(judged.money, _plain_table(con) if plain_days else None),
        settled=SettledLines(judged.settled, _plain_lines(con) if plain_days else None, named),
    )  # fmt: skip


def _open_merchants(
    con: duckdb.DuckDBPyConnection, as_of: datetime, cover: Coverage, named: Named, dues: Dues
) -> tuple[list[Merchant], list[Payout], _Judged]:
    """Return the merchants with their open days and payouts, and which payouts ask the bank."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE who_open AS SELECT acquirer, merchant_no FROM owed_open UNION"
        " SELECT acquirer, merchant_no FROM uncleared_open UNION SELECT acquirer, merchant_no FROM p_open"
    )
    book = Book(con, dues)
    days = owed_days(con, as_of, book, named, cover)
    payouts = open_payouts(con, as_of, named, book)
    lasts = {
        (row["acquirer"], row["merchant_no"], row["currency"]): row["day"]
        for row in rows(
            con,
            "SELECT acquirer, merchant_no, coalesce(currency, 'CNY') AS currency, max(day) AS day FROM"
            " (SELECT acquirer, merchant_no, currency, day FROM owed UNION ALL"
            "  SELECT acquirer, merchant_no, currency, day FROM uncleared) SEMI JOIN who_open USING (acquirer, merchant_no)"
            " GROUP BY ALL",
        )
    }
    with_payouts = {name for (name,) in con.execute("SELECT DISTINCT acquirer FROM p").fetchall()}
    merchants: list[Merchant] = []
    asked: list[Payout] = []
    for who in sorted({*days, *payouts}):
        merchant = merchant_of(who, days.get(who, []), chains_of(payouts.get(who, [])), book, lasts.get(who))
        merchant.has_payout_source = who[0] in with_payouts
        if not merchant.has_payout_source:
            pseudo = pseudo_payouts(merchant)
            merchant.pseudo = {one.settled_on: one.payout_no for one in pseudo}
            asked += pseudo
        asked += [link for chain in merchant.chains for link in chain.links if "claimed" in link.states]
        merchants.append(merchant)
    return merchants, asked, _Judged(breaks=fee_lines(con, days, named))


def note_settled(
    settled: dict[str, tuple[Evidence, ...]], merchant: Merchant, proven: Mapping[str, tuple[Evidence, ...]],
    money: Mapping[date, DayMoney],
) -> None:  # fmt: skip
    """Note which payouts and which whole days the bank proves, so that cases can close on those lines."""
    by_day: dict[date, list[Evidence]] = {}
    for chain in merchant.chains:
        lines = proven.get(chain.head.payout_no)
        if not lines:
            continue
        for link in chain.links:
            settled[link.payout_no] = lines
        for day in chain.days or {chain.head.settled_on: 0}:
            by_day.setdefault(day, []).extend(lines)
    for day, lines_of_day in by_day.items():
        one = money.get(day)
        if one and one.arrived > 0 and not (one.missing or one.unexplained or one.returned or one.held):
            key = f"day:{merchant.acquirer}:{merchant.merchant_no}:{day}"
            settled[key] = tuple(sorted(set(lines_of_day)))


def _plain_payers(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Return the names under which acquirers paid their plain payouts."""
    payers: dict[str, set[str]] = {}
    for acquirer, name in con.execute(
        "SELECT DISTINCT x.acquirer, l.counterparty FROM plain x JOIN line l USING (id) WHERE l.counterparty <> ''"
    ).fetchall():
        payers.setdefault(acquirer, set()).add(name)
    return payers


def _plain_table(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the money of the plain days in the columns of ``MONEY_SCHEMA``."""
    columns = {name: "0" for name in MONEY_SCHEMA.names if name.endswith("_minor")}

    def select(table: str, due_at: str, **given: str) -> str:
        amounts = ", ".join(f"{given.get(name, zero)}::BIGINT AS {name}" for name, zero in columns.items())
        return f"SELECT x.acquirer, x.merchant_no, x.settled_on, x.currency, {due_at} AS due_at, {amounts} FROM {table}"

    day = "plain x JOIN day_due d ON d.acquirer = x.acquirer AND d.merchant_no = x.merchant_no AND d.day = x.settled_on"
    paid = select(
        day,
        "d.due_at",
        expected_minor="expected",
        arrived_minor="arrived",
        missing_minor="missing",
        deducted_minor="deducted",
    )
    waits = select(
        "waiting x", "x.due_at", expected_minor="expected", not_due_minor="not_due", unexplained_minor="unexplained",
        missing_minor="missing", deducted_minor="deducted",
    )  # fmt: skip
    return _columns(con, f"{paid} UNION ALL {waits}").cast(MONEY_SCHEMA)


def _plain_lines(con: duckdb.DuckDBPyConnection) -> pa.Table:
    return _columns(
        con,
        "SELECT x.payout_no, CASE WHEN x.missing = 0 THEN 'day:' || x.acquirer || ':' || x.merchant_no || ':' || x.settled_on END"
        " AS day_key, l.import_id, l.line_no FROM plain x JOIN line l USING (id)",
    )


def _columns(con: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """Return the rows of a query as columns that outlive the connection."""
    return con.execute(f"CREATE OR REPLACE TEMP TABLE answer AS {query}").sql("SELECT * FROM answer").to_arrow_table()


def _links(con: duckdb.DuckDBPyConnection, leg: BankLeg) -> None:
    """Make ``bank_links``: which bank line paid which payout, how that is known, and how much of it."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE bank_links (payout_no VARCHAR, how VARCHAR, p_import VARCHAR, p_line BIGINT,"
        " b_import VARCHAR, b_line BIGINT, amount_minor BIGINT)"
    )
    judged = []
    for number, credit in sorted(leg.credits.items()):
        one = credit.payout.evidence[-1] if credit.payout.evidence else Evidence("", 0)
        for line, amount in credit.lines:
            said = line.evidence
            judged.append((number, credit.how, one.import_id, one.line_no, said.import_id, said.line_no, amount))
    inputs.put(con, "bank_links", judged)
    con.execute(
        """
        INSERT INTO bank_links
        SELECT x.payout_no, x.how, s.import_id, s.line_no, l.import_id, l.line_no, x.arrived
        FROM plain x JOIN line l USING (id) JOIN (
            SELECT acquirer, merchant_no, payout_no, import_id, line_no FROM p SEMI JOIN plain USING (acquirer, merchant_no, payout_no)
            QUALIFY row_number() OVER (PARTITION BY acquirer, merchant_no, payout_no
                    ORDER BY known_at DESC NULLS LAST, state = 'claimed' DESC, seq DESC, line_no DESC) = 1
        ) s USING (acquirer, merchant_no, payout_no)
        """
    )
