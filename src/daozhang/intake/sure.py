"""The SQL that tells, per column, whether a text cell is beyond doubt, what it is once typed, and its canonical text.

A row passes only when every cell is exactly what its type prints (so ``1.5`` never becomes 2), no cell could hold a card
number, and the sums agree. ``typed_rows`` decides all other rows; nothing is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from daozhang.intake.card_forms import SUSPECT_SQL
from daozhang.intake.cards import SHORTEST_CARD
from daozhang.intake.cells import LONGEST_CELL, SEPARATOR
from daozhang.records import Column, ColumnType, Table

BLANKS: Final = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\x85"
DIGITS_SURE: Final = 12
"""Signs of a whole number from which on it is looked at one by one: it might be a card number in the wrong column."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Which blanks the cells of a text can hold at all; a cell is tested for no others."""

    spaces: bool = True
    tabs: bool = True
    wide: bool = True
    """Blanks beyond ASCII."""


def sure(table: Table, known: frozenset[str], signs: Signs) -> str:
    """Return the SQL that is true for a row of text cells (NULL: unknown) that needs no second look.

    ``known`` are the columns that can hold anything; the others are unknown in every row.
    """
    if any(column.required and column.name not in known for column in table.columns):
        return "false"
    tests = [_sure(column, signs) for column in table.columns if column.name in known]
    if table.name == "clearings" and "fee_minor" in known:
        gross, fee, net = (f"try_cast({name}_minor AS BIGINT)" for name in ("gross", "fee", "net"))
        tests.append(f"(fee_minor IS NULL OR {net} = {gross} - {fee})")
    return " AND ".join(tests)


def typed(column: Column, known: frozenset[str]) -> str:
    """Return the SQL of a sure cell's value."""
    name = f'"{column.name}"'
    if column.name not in known:
        return f"'{column.default}'" if column.default else f"NULL::{column.type.sql}"
    if column.type in {ColumnType.TEXT, ColumnType.CLOCK}:
        return f"coalesce({name}, '{column.default}')" if column.default else name
    if column.type is ColumnType.FLAG:
        return f"CASE WHEN {name} IS NOT NULL THEN {name} IN ('1', 'true') END"
    return f"try_cast({name} AS {column.type.sql})"


def content(table: Table, known: frozenset[str]) -> str:
    """Return the SQL of the text whose md5 is a sure row's content (see ``typed_rows.fingerprint``)."""
    pieces: list[str] = []
    literal = table.name
    for column in table.columns:
        literal += SEPARATOR
        if column.name not in known:
            literal += column.default or ""
            continue
        pieces += [f"'{literal}'", _canonical(column, known)]
        literal = ""
    pieces += [f"'{literal}'"] if literal else []
    return f"concat({', '.join(pieces)})"


def _canonical(column: Column, known: frozenset[str]) -> str:
    """Return the SQL of the canonical text of a sure cell (see ``cells.canonical``)."""
    name = f'"{column.name}"'
    if column.type is ColumnType.MOMENT:
        return f"replace({name}, 'T', ' ')"
    if column.type in {ColumnType.NUMBER, ColumnType.FLAG}:
        return f"({typed(column, known)})::VARCHAR"
    return typed(column, known) if column.type in {ColumnType.TEXT, ColumnType.CLOCK} else name


def _sure(column: Column, signs: Signs) -> str:
    name = f'"{column.name}"'
    certain = _certain(column, name, signs)
    return f"({name} IS NOT NULL AND {certain})" if column.required else f"({name} IS NULL OR {certain})"


def _certain(column: Column, name: str, signs: Signs) -> str:
    """Return the SQL that is true for a cell which prints as exactly itself once typed."""
    back = f"coalesce(try_cast({name} AS {column.type.sql})::VARCHAR"
    if column.type is ColumnType.TEXT:
        return _certain_text(column, name, signs)
    # Texts that print as themselves are compared as texts: '10000-01-01' and '0044-01-01 (BC)' come before '1970'.
    years = f"{name} BETWEEN '1970' AND '2200'"
    return {
        ColumnType.MINOR: f"{back} = {name}, false) AND strlen({name}) <= {DIGITS_SURE}",
        ColumnType.COUNT: f"{back} = {name}, false) AND strlen({name}) <= {DIGITS_SURE}",
        ColumnType.NUMBER: f"regexp_full_match({name}, '-?[0-9]{{1,12}}(\\.[0-9]{{1,4}})?')",
        ColumnType.MOMENT: f"{back} = replace({name}, 'T', ' '), false) AND {years}",
        ColumnType.DAY: f"{back} = {name}, false) AND {years}",
        ColumnType.CLOCK: f"regexp_full_match({name}, '([01][0-9]|2[0-3]):[0-5][0-9]|24:00')",
        ColumnType.FLAG: f"{name} IN ('1', '0', 'true', 'false')",
    }[column.type]


def _certain_text(column: Column, name: str, signs: Signs) -> str:
    if column.values:
        return f"{name} IN ({', '.join(repr(value) for value in column.values)})"
    if column.name == "currency":
        return f"({name} = 'CNY' OR regexp_full_match({name}, '[A-Z]{{3}}'))"
    no_card = f"NOT regexp_matches({name}, '{SUSPECT_SQL}') AND strlen({name}) <= {LONGEST_CELL}"
    short = f"strlen({name}) <= 4" if column.name == "card_tail" else ""
    long = f"CASE WHEN strlen({name}) < {SHORTEST_CARD} THEN true ELSE {no_card} END"
    return f"({' AND '.join((short or long, *_trimmed(name, signs)))})"


def _trimmed(name: str, signs: Signs) -> list[str]:
    """Return tests that a cell neither begins nor ends with a blank. What sorts before ``!`` is a blank or no letter."""
    tests = [f"{name} >= '!'"] if signs.spaces or signs.tabs else []
    tests += [f"NOT ends_with({name}, ' ')"] if signs.spaces else []
    tests += [f"NOT ends_with({name}, '\t')"] if signs.tabs else []
    if signs.wide:
        tests.append(
            f"CASE WHEN strlen({name}) = length({name}) THEN true ELSE trim({name}, '{BLANKS}\n\r') = {name} END"
        )
    return tests
