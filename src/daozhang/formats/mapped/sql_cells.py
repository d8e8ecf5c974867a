"""Cells of a mapped table as SQL: what a text means once it is written plainly, and when it is written plainly enough.

Everything here is narrower than ``values``: a cell that another way of writing would need is simply not sure, and its line
goes to the row reader. What is sure means exactly what ``values`` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from daozhang.formats.mapped.spec import Moment

_BLANKS: Final = " \t\r\u00a0\u3000\ufeff"
CLOCK: Final = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_DAY: Final = "[0-9]{4}(-[0-9]{2}-|/[0-9]{2}/)[0-9]{2}"
_TURNED: Final = "[0-9]{2}(-[0-9]{2}-|/[0-9]{2}/)[0-9]{4}"


@dataclass(frozen=True, slots=True)
class Sql:
    """An expression, and the tests that must all be true for it to be what the row reader gives. NULL means unknown."""

    text: str
    sure: tuple[str, ...] = ()


NOTHING: Final = Sql("NULL")


def literal(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def listed(texts: tuple[str, ...]) -> str:
    """Return texts as the inside of an SQL list, in lower case."""
    return ", ".join(literal(text.lower()) for text in texts)


def cell(place: int, strip: str, empty: tuple[str, ...]) -> str:
    """Return one cell, cleaned as the row reader cleans it; NULL when it holds nothing."""
    raw = f"c{place}"
    # Taking off six kinds of blanks costs ten times as much as seeing that there is none.
    bare = f"{raw} >= '!' AND strlen({raw}) = length({raw})" + "".join(
        f" AND NOT ends_with({raw}, '{end}')" for end in " \t\r"
    )
    text = f"CASE WHEN {bare} THEN {raw} ELSE trim({raw}, {literal(_BLANKS)}) END"
    if strip:
        text = f"trim(trim({text}, {literal(strip)}), {literal(_BLANKS)})"
    if empty:
        inside = ", ".join(literal(mark) for mark in empty)
        text = f"CASE WHEN {text} NOT IN ({inside}) THEN {text} END"
    return f"nullif({text}, '')"


def number(text: str, unit: str, decimal: str) -> Sql:
    """Return an amount as whole minor units of a currency with two decimals; NULL when the cell is empty."""
    if unit == "minor":
        return Sql(f"try_cast({text} AS BIGINT)", (_is_null_or(text, "-?[0-9]{1,12}"),))
    if decimal == ",":
        plain = f"replace({text}, ',', '.')"
        shape = "-?[0-9]{1,10}(,[0-9]{1,2})?"
    else:
        plain = f"replace({text}, ',', '')"
        shape = "-?([0-9]{1,10}|[0-9]{1,3}(,[0-9]{3}){1,2})(\\.[0-9]{1,2})?"
    return Sql(f"CAST(try_cast({plain} AS DECIMAL(14,2)) * 100 AS BIGINT)", (_is_null_or(text, shape),))


def day(text: str, how: Moment) -> Sql:
    """Return a day as ``2026-06-15``; with ``part`` ``day`` a time of day may stand behind it."""
    tail = f"([T ]{CLOCK}|[0-9]{{6}})?" if how.part == "day" else ""
    shape = f"({_TURNED})" if how.order != "ymd" else f"({_DAY}|[0-9]{{8}})"
    if how.order != "ymd":
        tail = f"( {CLOCK})?" if how.part == "day" else ""
    plain = _plain_day(text, how.order)
    tests = (_is_null_or(text, shape + tail), *_year(text, plain))
    if how.plus_days:
        plain = f"(try_cast({plain} AS DATE) + {how.plus_days})::VARCHAR"
    return Sql(plain, tests)


def moment(texts: list[str], how: Moment, zone_hours: int) -> Sql:
    """Return a moment as ``2026-06-15 10:00:00``, from one cell, or from a day and a time of day in two.

    ``zone_hours`` is what lies between the zone of the cells and China time.
    """
    first = texts[0] if len(texts) == 1 else f"coalesce({', '.join(texts)})"
    plain = _plain_day(first, how.order)
    digits = f"regexp_full_match({first}, '[0-9]{{14}}')"
    if how.order == "ymd":
        clock = f"CASE WHEN {digits} THEN {_plain_clock(f'substr({first}, 9, 6)')} ELSE substr({first}, 12) END"
        shape = f"{_DAY}[T ]{CLOCK}|[0-9]{{14}}"
    else:
        clock, shape = f"substr({first}, 12)", f"{_TURNED} {CLOCK}"
    whole = f"regexp_full_match({first}, '{shape}')"
    if zone_hours:
        shifted = (
            f"(try_cast({plain} || ' ' || {clock} AS TIMESTAMP) + INTERVAL {zone_hours + 24 * how.plus_days} HOUR)"
        )
        return Sql(
            f"{shifted}::VARCHAR", (f"({first} IS NULL OR {whole})", *_alone(texts[1:], digits), *_year(first, plain))
        )
    bare = f"regexp_full_match({first}, '{_TURNED if how.order != 'ymd' else f'{_DAY}|[0-9]{{8}}'}')"
    later = texts[1] if len(texts) == 2 else "NULL"
    joined = f"coalesce({_plain_clock(later)}, '00:00:00')" if len(texts) == 2 else "'00:00:00'"
    text = f"{plain} || ' ' || CASE WHEN {bare} THEN {joined} ELSE {clock} END"
    beside = f"({texts[0]} IS NOT NULL AND ({later} IS NULL OR regexp_full_match({later}, '{CLOCK}|[0-9]{{6}}')))"
    is_bare = f"({bare} AND {beside})" if len(texts) == 2 else f"({bare})" if len(texts) == 1 else "false"
    if how.plus_days:
        text = f"(try_cast({text} AS TIMESTAMP) + INTERVAL {how.plus_days} DAY)::VARCHAR"
    tests = (f"({first} IS NULL OR {whole} OR {is_bare})", *_alone(texts[1:], digits), *_year(first, plain))
    return Sql(text, tests)


def _alone(others: list[str], digits: str) -> tuple[str, ...]:
    """Fourteen digits beside a time of day in another cell are read by the row reader."""
    return (f"(NOT coalesce({digits}, false) OR coalesce({', '.join(others)}) IS NULL)",) if others else ()


def _plain_day(text: str, order: str) -> str:
    if order == "ymd":
        short = f"substr({text}, 1, 4) || '-' || substr({text}, 5, 2) || '-' || substr({text}, 7, 2)"
        return f"CASE WHEN substr({text}, 5, 1) IN ('-', '/') THEN replace(substr({text}, 1, 10), '/', '-') ELSE {short} END"
    month, on = (4, 1) if order == "dmy" else (1, 4)
    return f"substr({text}, 7, 4) || '-' || substr({text}, {month}, 2) || '-' || substr({text}, {on}, 2)"


def _plain_clock(text: str) -> str:
    short = f"substr({text}, 1, 2) || ':' || substr({text}, 3, 2) || ':' || substr({text}, 5, 2)"
    return f"CASE WHEN strlen({text}) = 6 THEN {short} ELSE {text} END"


def _year(text: str, plain: str) -> tuple[str, ...]:
    return (f"({text} IS NULL OR {plain} BETWEEN '1990' AND '2199-12-31')",)


def _is_null_or(text: str, shape: str) -> str:
    return f"({text} IS NULL OR regexp_full_match({text}, '{shape}'))"
