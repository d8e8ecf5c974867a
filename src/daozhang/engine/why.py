"""Why a transaction and a clearing line are one payment, or are not: every level of matching asked about these two rows.

The conditions are those the engine itself joins by (``matching.sql.conditions`` of ``matching.levels.LEVELS``). Whether a pair was
made is read from the run (``clean_pairs.offer``), so that what is said here is what was done there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import duckdb

from daozhang.engine.clearing_leg import MAY_CLEAR, NO_JOURNAL_KINDS, rows
from daozhang.matching.levels import LEVELS, Level
from daozhang.matching.sql import conditions

Place = tuple[str, int]
"""Import id and line number."""

MOST_NEAR: Final = 200
"""Rows that are looked at as candidates of one that is alone."""
NEAREST: Final = 5
"""Candidates that are shown."""
NEAR_DAYS: Final = 14
"""Days around a row in which a candidate without a shared number is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that a level asks. ``is_met`` is None where a side does not say it; ``off`` is right minus left where that is a number.

    ``off`` is in minor units for an amount, in days for a day, in seconds for a moment.
    """

    column: str
    left: object
    right: object
    is_met: bool | None
    off: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One level (or rule) and what became of it. ``sentence_key`` is the text that names it.

    ``outcome``: ``paired`` these two, here; ``met`` it fits and was not used; ``differs`` something it asks for does not hold.
    """

    name: str
    sentence_key: str
    checks: tuple[Check, ...]
    outcome: str

    @property
    def unmet(self) -> tuple[Check, ...]:
        """Return what does not hold."""
        return tuple(check for check in self.checks if not check.is_met)


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A row that stands where one of the two might have: its place, the level or rule of that pair, and on whose side it is."""

    side: str
    import_id: str
    line_no: int
    sentence_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The answer about two rows. ``reason_key`` with its facts is the one sentence; ``steps`` are the levels in order."""

    is_pair: bool
    reason_key: str
    reason_facts: Mapping[str, object] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    others: tuple[Other, ...] = ()

    @property
    def nearest(self) -> Step | None:
        """Return the step that fails by the fewest conditions, the earliest of those."""
        return min(self.steps, key=lambda step: len(step.unmet), default=None)


def of_pair(con: duckdb.DuckDBPyConnection, transaction: Place, clearing: Place) -> Why | None:
    """Return why these two are one payment or not; None when one of them is not known at the moment of the views.

    The views ``t_src`` and ``c_src`` (``inputs``) and the macro ``pairs_of`` (``clean_pairs``) must stand.
    """
    found = _asked(con, [transaction], [clearing])
    return _explained(con, found[0]) if found else None


def nearest(con: duckdb.DuckDBPyConnection, side: str, place: Place) -> list[tuple[Place, Why]]:
    """Return the candidates of one row on the other side, nearest first: rows that share a number, or amount and terminal or card.

    ``side`` is ``t`` for a transaction and ``c`` for a clearing line.
    """
    mine, theirs = ("t_src", "c_src") if side == "t" else ("c_src", "t_src")
    near = con.execute(
        f"""
        SELECT DISTINCT y.import_id, y.line_no FROM (SELECT * FROM {mine} WHERE import_id = ? AND line_no = ?) x
        JOIN {theirs} y ON y.acquirer = x.acquirer AND (y.rrn = x.rrn OR y.order_no = x.order_no
             OR (y.terminal_no = x.terminal_no AND y.trace_no = x.trace_no)
             OR (y.merchant_no = x.merchant_no AND abs(y.amount_minor) = abs(x.amount_minor) AND abs(y.on_day - x.on_day) <= {NEAR_DAYS}
                 AND (y.terminal_no = x.terminal_no OR y.card_tail = x.card_tail)))
        ORDER BY ALL LIMIT {MOST_NEAR}
        """,
        list(place),
    ).fetchall()
    places = [(str(import_id), int(line_no)) for import_id, line_no in near]
    found = _asked(con, [place], places) if side == "t" else _asked(con, places, [place])
    ranked = sorted(
        found, key=lambda one: (min(len(step.unmet) for step in one.steps), one.distance, one.c_place, one.t_place)
    )
    return [(one.c_place if side == "t" else one.t_place, _explained(con, one)) for one in ranked[:NEAREST]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Two rows with what every level asks of them."""

    left: Mapping[str, Any]
    right: Mapping[str, Any]
    steps: tuple[Step, ...]

    @property
    def t_place(self) -> Place:
        return (self.left["import_id"], self.left["line_no"])

    @property
    def c_place(self) -> Place:
        return (self.right["import_id"], self.right["line_no"])

    @property
    def distance(self) -> tuple[int, int]:
        return abs((self.right["on_day"] - self.left["on_day"]).days), abs(
            self.right["amount_minor"] - self.left["amount_minor"]
        )


def _asked(con: duckdb.DuckDBPyConnection, left: Sequence[Place], right: Sequence[Place]) -> list[_Pair]:
    """Ask every level about each of the pairs of ``left`` and ``right``."""
    if not left or not right:
        return []
    asked = [(level, condition) for level in LEVELS for condition in conditions(level)]
    found = rows(
        con,
        f"SELECT l, r, [{', '.join(f'({condition.sql})' for _, condition in asked)}] AS met"
        f" FROM ({_row('t_src', left)}) l, ({_row('c_src', right)}) r",
    )
    pairs = []
    for one in found:
        met = iter(one["met"])
        steps = tuple(_step(level, one["l"], one["r"], [next(met) for _ in conditions(level)]) for level in LEVELS)
        pairs.append(_Pair(left=one["l"], right=one["r"], steps=steps))
    return pairs


def _row(view: str, places: Sequence[Place]) -> str:
    listed = ", ".join(f"('{import_id}', {int(line_no)})" for import_id, line_no in places)
    names = (
        "import_id, line_no, acquirer, merchant_no, currency, terminal_no, batch_no, trace_no, rrn, order_no, card_tail,"
        " amount_minor, on_day, moment, kind"
    )
    may = f"({MAY_CLEAR})" if view == "t_src" else f"(kind NOT IN {NO_JOURNAL_KINDS})"
    return f"SELECT {names}, {may} AS takes_part FROM {view} WHERE (import_id, line_no) IN (VALUES {listed})"


def _step(level: Level, left: Mapping[str, Any], right: Mapping[str, Any], met: Sequence[bool | None]) -> Step:
    checks = tuple(
        _check(condition.column, left, right, is_met) for condition, is_met in zip(conditions(level), met, strict=True)
    )
    outcome = "met" if all(check.is_met for check in checks) else "differs"
    return Step(name=str(level.no), sentence_key=level.sentence, checks=checks, outcome=outcome)


def _check(column: str, left: Mapping[str, Any], right: Mapping[str, Any], is_met: bool | None) -> Check:  # noqa: FBT001 - the engine's own answer
    name = {"amount_differs": "amount_minor", "no_number": "rrn"}.get(column, column)
    one, other = left[name], right[name]
    off: int | None = None
    if isinstance(one, datetime) and isinstance(other, datetime):
        off = round((other - one).total_seconds())
    elif isinstance(one, date) and isinstance(other, date):
        off = (other - one).days
    elif isinstance(one, int) and isinstance(other, int):
        off = other - one
    return Check(column=column, left=one, right=other, is_met=is_met, off=off)


def _explained(con: duckdb.DuckDBPyConnection, pair: _Pair) -> Why:
    """Say whether the run made this pair, and if not, what kept it from being made."""
    for row, key in ((pair.left, "explain-not-a-sale"), (pair.right, "explain-not-of-a-terminal")):
        if not row["takes_part"]:
            return Why(is_pair=False, reason_key=key, reason_facts={"kind": row["kind"]}, steps=pair.steps)
    of_t, of_c = _partner(con, "t", pair.left), _partner(con, "c", pair.right)
    if of_t is not None and of_t[0] == pair.c_place:
        steps = tuple(
            Step(name=step.name, sentence_key=step.sentence_key, checks=step.checks, outcome="paired")
            if step.name == str(of_t[1])
            else step
            for step in pair.steps
        )
        return Why(is_pair=True, reason_key="explain-paired", reason_facts={"level": of_t[1]}, steps=steps)
    others = tuple(
        Other(side=side, import_id=one[0][0], line_no=one[0][1], sentence_key=f"level-{one[1]}")
        for side, one in (("left", of_t), ("right", of_c))
        if one is not None
    )
    key, facts = _reason(pair, of_t, of_c)
    return Why(is_pair=False, reason_key=key, reason_facts=facts, steps=pair.steps, others=others)


def _reason(
    pair: _Pair, of_t: tuple[Place, int] | None, of_c: tuple[Place, int] | None
) -> tuple[str, dict[str, object]]:
    fits = next((int(step.name) for step in pair.steps if step.outcome == "met"), None)
    if fits is None:
        nearest_step = min(pair.steps, key=lambda step: len(step.unmet))
        return "explain-differs", {
            "level": int(nearest_step.name),
            "columns": [check.column for check in nearest_step.unmet],
        }
    taken = [level for one in (of_t, of_c) if one is not None for level in (one[1],)]
    if taken and min(taken) < fits:
        return "explain-taken-stronger", {"level": fits, "by": min(taken)}
    if taken:
        return "explain-taken-nearer", {"level": fits, "by": min(taken)}
    is_open = next(level.ties == "open" for level in LEVELS if level.no == fits)
    return ("explain-tie" if is_open else "explain-left-over"), {"level": fits}


def _partner(con: duckdb.DuckDBPyConnection, side: str, row: Mapping[str, Any]) -> tuple[Place, int] | None:
    """Return the row that the run paired this one with, and on which level."""
    other = "c" if side == "t" else "t"
    found = con.execute(
        f"SELECT {other}_import, {other}_line, level FROM pairs_of(?, ?) WHERE {side}_import = ? AND {side}_line = ?",
        [row["acquirer"], row["merchant_no"], row["import_id"], row["line_no"]],
    ).fetchone()
    return ((str(found[0]), int(found[1])), int(found[2])) if found else None
