"""What a run said, held against what was planted, row by row and kind by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb

from daozhang.bench.months import Month
from daozhang.breaks import Break, Severity

Said = tuple[str, ...]
"""Break type, severity, merchant, terminal, batch, trace, reference, order, payout, day, gap."""

_COLUMNS = (
    "type, severity, merchant_no, terminal_no, batch_no, trace_no, rrn, order_no, payout_no, settled_on, gap_minor"
)


@dataclass(slots=True)
class Score:
    """How a run did: planted and found per kind, and the differences that were said of nothing or not said at all."""

    planted: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    missed_rows: list[Said] = field(default_factory=list)
    false_rows: list[Said] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Return whether every planted difference was said, and nothing else."""
        return not self.missed_rows and not self.false_rows


def said_of(breaks: Iterable[Break]) -> list[tuple[Said, str]]:
    """Return what was claimed or kept in view, with its break type; what only explains the normal is no claim."""
    found: list[tuple[Said, str]] = []
    for one in breaks:
        if one.severity is Severity.INFO:
            continue
        keys = one.keys
        row = (
            one.type.value, one.severity.value, keys.merchant_no, keys.terminal_no, keys.batch_no, keys.trace_no, keys.rrn, keys.order_no,
            keys.payout_no, str(keys.settled_on), str(one.gap_minor),
        )  # fmt: skip
        found.append((row, one.type.value))
    return found


def planted_of(month: Month) -> list[tuple[Said, str]]:
    """Return what has to be said of a month, with the kind that was planted."""
    con = duckdb.connect(":memory:")
    rows = con.execute(f"SELECT {_COLUMNS}, kind FROM read_parquet('{month.truth.as_posix()}')").fetchall()
    return [(tuple(str(value) for value in row), kind) for *row, kind in rows]


def score(month: Month, breaks: Iterable[Break]) -> Score:
    """Compare as multisets: two equal differences are two."""
    result = Score()
    open_rows: dict[Said, list[str]] = {}
    for row, kind in planted_of(month):
        result.planted[kind] += 1
        open_rows.setdefault(row, []).append(kind)
    for row, name in said_of(breaks):
        if open_rows.get(row):
            open_rows[row].pop()
        else:
            result.false[name] += 1
            result.false_rows.append(row)
    for row, kinds in open_rows.items():
        for kind in kinds:
            result.missed[kind] += 1
            result.missed_rows.append(row)
    return result
