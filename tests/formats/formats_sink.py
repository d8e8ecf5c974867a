"""A small real sink that keeps what a reader says, and checks that every line is said exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from daozhang.formats.base import Source, StatedTotal, Statement
from daozhang.formats.registry import format_named
from daozhang.money import to_text
from daozhang.records import table_named


@dataclass
class Reading:
    """What one file was read as."""

    rows: list[tuple[str, int, dict[str, object]]] = field(default_factory=list)
    control_lines: list[int] = field(default_factory=list)
    rejects: list[tuple[int, str, str, str, dict[str, object]]] = field(default_factory=list)
    warnings: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    covered: list[tuple[str, date, date, str, str]] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    totals: list[StatedTotal] = field(default_factory=list)

    def row(self, table: str, line_no: int, values: Mapping[str, object]) -> None:
        unknown = set(values) - set(table_named(table).column_names)
        assert not unknown, f"{table} has no columns {unknown}"
        for name, value in values.items():
            assert value is None or isinstance(value, str | int | date | datetime), (name, value)
            assert not isinstance(value, bool | float), (name, value)
        self.rows.append((table, line_no, dict(values)))

    def control(self, line_no: int) -> None:
        self.control_lines.append(line_no)

    def reject(self, line_no: int, column: str, value: str, reason: str, **facts: object) -> None:
        self.rejects.append((line_no, column, value, reason, facts))

    def warn(self, key: str, **facts: object) -> None:
        self.warnings.append((key, facts))

    def covers(
        self, table: str, *, first_on: date, last_on: date, account_tail: str = "", merchant_no: str = ""
    ) -> None:
        assert first_on <= last_on
        self.covered.append((table, first_on, last_on, account_tail, merchant_no))

    def statement(self, said: Statement) -> None:
        assert isinstance(said, Statement)
        self.statements.append(said)

    def total(self, said: StatedTotal) -> None:
        assert isinstance(said, StatedTotal)
        self.totals.append(said)

    @property
    def row_lines(self) -> list[int]:
        """Return the line of each row, a second table row directly after the first of its line counted once."""
        lines: list[int] = []
        tables: list[str] = []
        for table, line_no, _ in self.rows:
            if not (lines and lines[-1] == line_no and tables[-1] != table):
                lines.append(line_no)
            tables.append(table)
        return lines

    @property
    def rows_in(self) -> int:
        return len(self.row_lines) + len(self.control_lines) + len(self.rejects)

    def values(self, table: str) -> list[dict[str, object]]:
        return [values for name, _, values in self.rows if name == table]

    def warning_keys(self) -> list[str]:
        return [key for key, _ in self.warnings]

    def as_text(self) -> str:
        """Return a listing a person can review: one block per row, amounts in major units."""
        out = [f"rows {len(self.row_lines)}  control {len(self.control_lines)}  rejects {len(self.rejects)}"]
        out += [f"control lines: {' '.join(map(str, self.control_lines))}"] if self.control_lines else []
        out += [
            f"covers {table} {first} .. {last} {tail} {no}".rstrip() for table, first, last, tail, no in self.covered
        ]
        out += [f"warning {key} {_facts(facts)}".rstrip() for key, facts in self.warnings]
        for line_no, column, value, reason, facts in self.rejects:
            out.append(f"line {line_no} reject {reason} column={column!r} value={value!r} {_facts(facts)}".rstrip())
        for table, line_no, values in self.rows:
            shown = [f"{name}={_shown(name, value, values)}" for name, value in values.items() if value is not None]
            out += [f"line {line_no} {table}", *(f"    {item}" for item in shown)]
        return "\n".join(out) + "\n"


def _facts(facts: Mapping[str, object]) -> str:
    return " ".join(f"{name}={value}" for name, value in facts.items())


def _shown(name: str, value: object, values: Mapping[str, object]) -> str:
    if isinstance(value, int) and name.endswith("_minor"):
        return to_text(value, str(values.get("currency") or "CNY"), symbol=False)
    return str(value)


def read(code: str, source: Source) -> Reading:
    """Read a file with the format called ``code``."""
    reading = Reading()
    reader = format_named(code).read
    assert reader is not None
    reader(source, reading)
    return reading
