"""Cells of a mapped table as SQL: what a text means once it is written plainly, and when it is written plainly enough.

Everything here is narrower than ``values``: a cell that another way of writing would need is simply not sure, and its line
goes to the row reader. What is sure means exactly what ``values`` says.
"""

from __future__ import annotations

from typing import Final

from daozhang.formats.mapped.spec import Moment
from daozhang.formats.sql_lines import BLANKS, bare, literal
from daozhang.formats.sql_steps import Form, Sql, Steps, Test

CLOCK: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_YEAR: Final = "(?:199[0-9]|20[0-9]{2}|21[0-9]{2})"
_DAY: Final = f"{_YEAR}(?:-[0-9]{{2}}-|/[0-9]{{2}}/)[0-9]{{2}}"
_SHORT_DAY: Final = f"{_YEAR}[0-9]{{4}}"
_OFFSET: Final = "[+-](?:0[0-9]|1[0-4]):?[0-5][0-9]"
"""How far a moment's own zone lies from UTC, as it may stand behind it."""
_WITH_OFFSET: Final = f"20[0-9]{{2}}(?:-[0-9]{{2}}-|/[0-9]{{2}}/)[0-9]{{2}}[T ]{CLOCK} ?{_OFFSET}"
"""From 2000 on: before, China time was not always eight hours ahead."""
_TURNED: Final = f"[0-9]{{2}}(?:-[0-9]{{2}}-|/[0-9]{{2}}/){_YEAR}"


NOTHING: Final = Sql("NULL")


def listed(texts: tuple[str, ...]) -> str:
    """Return texts as the inside of an SQL list, in lower case."""
    return ", ".join(literal(text.lower()) for text in texts)


def cell(place: int, strip: str, empty: tuple[str, ...], is_padded: str) -> str:
    """Return one cell, cleaned as the row reader cleans it; NULL when it holds nothing."""
    text = bare(place, is_padded)
    if strip:
        stripped = f"trim(trim({bare(place, is_padded)}, {literal(strip)}), {literal(BLANKS)})"
        text = f"CASE WHEN NOT {is_padded} THEN c{place} ELSE {stripped} END"
    inside = ", ".join(literal(mark) for mark in ("", *empty))
    return f"CASE WHEN ({text}) NOT IN ({inside}) THEN {text} END" if empty else f"nullif({text}, '')"


def number(text: str, unit: str, decimal: str) -> Sql:
    """Return an amount as whole minor units of a currency with two decimals; NULL when the cell is empty."""
    if unit == "minor":
        return Sql(f"try_cast({text} AS BIGINT)", (Form(text, "-?[0-9]{1,12}"),))
    if decimal == ",":
        plain = f"replace({text}, ',', '.')"
        shape = "-?[0-9]{1,10}(?:,[0-9]{1,2})?"
    else:
        plain = f"replace({text}, ',', '')"
        shape = "-?(?:[0-9]{1,10}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\\.[0-9]{1,2})?"
    return Sql(f"CAST(try_cast({plain} AS DECIMAL(14,2)) * 100 AS BIGINT)", (Form(text, shape),))


def day(text: str, how: Moment, steps: Steps) -> Sql:
    """Return a day as ``2026-06-15``; with ``part`` ``day`` a time of day may stand behind it."""
    tail = f"(?:[T ]{CLOCK}(?:\\.[0-9]{{1,6}}| ?{_OFFSET})?|[0-9]{{6}})?" if how.part == "day" else ""
    shape = f"(?:{_DAY}|{_SHORT_DAY})"
    if how.order != "ymd":
        shape, tail = _TURNED, f"(?: {CLOCK})?" if how.part == "day" else ""
    plain = steps.named(_plain_day(text, how.order))
    if how.plus_days:
        plain = steps.named(f"(try_cast({plain} AS DATE) + {how.plus_days})::VARCHAR")
        return Sql(plain, (Form(text, shape + tail), _is_read(text, plain)))
    return Sql(plain, (Form(text, shape + tail),))


def moment(texts: list[str], how: Moment, zone_hours: int, steps: Steps) -> Sql:
    """Return a moment as ``2026-06-15 10:00:00``, from one cell, or from a day and a time of day in two.

    ``zone_hours`` is what lies between the zone of the cells and China time.
    """
    first = texts[0] if len(texts) == 1 else steps.named(f"coalesce({', '.join(texts)})")
    plain = steps.named(_plain_day(first, how.order))
    if how.order == "ymd":
        digits = _plain_clock(f"substr({first}, 9, 6)")
        clock = f"CASE WHEN strlen({first}) = 14 THEN {digits} ELSE substr({first}, 12, 8) END"
        whole, short = f"{_DAY}[T ]{CLOCK}(?:\\.0{{1,6}})?|{_SHORT_DAY}[0-9]{{6}}", f"{_DAY}|{_SHORT_DAY}"
    else:
        clock, whole, short = f"substr({first}, 12)", f"{_TURNED} {CLOCK}", _TURNED
    # Fourteen digits beside a time of day in another cell are read by the row reader.
    alone = (f"(coalesce(strlen({first}), 0) <> 14 OR coalesce({', '.join(texts[1:])}) IS NULL)",) if texts[1:] else ()
    if zone_hours:
        shifted = (
            f"(try_cast({plain} || ' ' || {clock} AS TIMESTAMP) + INTERVAL {zone_hours + 24 * how.plus_days} HOUR)"
        )
        text = steps.named(f"{shifted}::VARCHAR")
        return Sql(text, (Form(first, whole), _is_read(first, text), *alone))
    joined = f"coalesce({_plain_clock(texts[1])}, '00:00:00')" if len(texts) == 2 else "'00:00:00'"
    text = f"{plain} || ' ' || CASE WHEN strlen({first}) <= 10 THEN {joined} ELSE {clock} END"
    if how.order == "ymd" and len(texts) == 1:
        text, whole = _in_china_time(first, steps.named(text)), f"{whole}|{_WITH_OFFSET}"
    if how.plus_days:
        text = f"(try_cast({text} AS TIMESTAMP) + INTERVAL {how.plus_days} DAY)::VARCHAR"
    text = steps.named(text)
    tests: tuple[Test, ...] = (Form(first, f"{whole}|{short}"), _is_read(first, text), *alone)
    if len(texts) == 2:
        later = texts[1]
        tests += (
            Form(later, f"{CLOCK}|[0-9]{{6}}|{_DAY}[T ]{CLOCK}|[0-9]{{14}}"),
            f"(coalesce(strlen({first}), 99) > 10 OR ({texts[0]} IS NOT NULL AND coalesce(strlen({later}), 6) IN (6, 8)))",
        )
    elif len(texts) > 2:
        tests += (f"coalesce(strlen({first}), 99) > 10",)
    return Sql(text, tests)


def _is_read(written: str, made: str) -> str:
    """Return the test that a cell gave something: no day of the calendar gives NULL, which would be unknown."""
    return f"({written} IS NULL OR {made} IS NOT NULL)"


def _in_china_time(written: str, moment: str) -> str:
    """Return the moment of a cell in China time where an offset stands behind it, else as it is."""
    offset = f"right(replace({written}, ':', ''), 5)"
    ahead = f"try_cast(substr({offset}, 2, 2) AS INTEGER) * 60 + try_cast(right({offset}, 2) AS INTEGER)"
    moved = f"(try_cast({moment} AS TIMESTAMP) + to_minutes(480 - CASE left({offset}, 1) WHEN '-' THEN -({ahead}) ELSE {ahead} END))"
    return (
        f"CASE WHEN strlen({written}) > 19 AND substr({written}, 20, 1) <> '.' THEN {moved}::VARCHAR ELSE {moment} END"
    )


def _plain_day(text: str, order: str) -> str:
    if order == "ymd":
        short = f"substr({text}, 1, 4) || '-' || substr({text}, 5, 2) || '-' || substr({text}, 7, 2)"
        return (
            f"CASE substr({text}, 5, 1) WHEN '-' THEN left({text}, 10)"
            f" WHEN '/' THEN replace(left({text}, 10), '/', '-') ELSE {short} END"
        )
    month, on = (4, 1) if order == "dmy" else (1, 4)
    return f"substr({text}, 7, 4) || '-' || substr({text}, {month}, 2) || '-' || substr({text}, {on}, 2)"


def _plain_clock(text: str) -> str:
    short = f"substr({text}, 1, 2) || ':' || substr({text}, 3, 2) || ':' || substr({text}, 5, 2)"
    return f"CASE WHEN strlen({text}) = 6 THEN {short} ELSE {text} END"
