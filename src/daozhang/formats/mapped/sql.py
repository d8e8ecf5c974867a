"""A mapping compiled to the set-wise way of reading (``formats.base.Projection``); what is not sure goes to the row reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Values
from dataclasses import dataclass
from typing import Final

from daozhang.formats.base import Given, Projection, Sink, Source
from daozhang.formats.decoding import peek
from daozhang.formats.lines import Record
from daozhang.formats.mapped.checks import amount_columns
from daozhang.formats.mapped.reader import Rest, record_of
from daozhang.formats.mapped.rows import Header, first_text_records, is_text
from daozhang.formats.mapped.spec import FileShape, Mapping, Moment, TableRule
from daozhang.formats.mapped.sql_columns import HOURS, RuleSql
from daozhang.formats.sql_lines import literal
from daozhang.formats.sql_steps import Steps, all_true

_ROW_BY_ROW: Final = frozenset({"running_balance", "sum_zero", "row_sum"})
"""Checks that look at rows beside each other or at groups of them."""


def project_with(mapping: Mapping) -> Callable[[Source], Projection | None] | None:
    """Return what projects one mapping's files, None where only the row reader can read them."""
    if mapping.shape.container not in {"text", "table"} or not _lends_itself(mapping):
        return None

    def project(source: Source) -> Projection | None:
        return _projection(mapping, source)

    return project


def _lends_itself(mapping: Mapping) -> bool:
    first, *others = mapping.tables
    rules = [one for _, one in first.columns]
    return (
        first.table != "bank_entries"
        and not any(check.kind in _ROW_BY_ROW for check in mapping.checks)
        and all(one.moment is None or _is_plain(one.moment) for one in rules)
        # A line that feeds two tables is the row reader's: the others must say when they do not take one.
        and all(rule.table == first.table or rule.kept for rule in others)
        and not (mapping.shape.footers and any(name == "currency" for name, _ in first.columns))
    )


def _is_plain(how: Moment) -> bool:
    return how.zone in HOURS and not how.zone_column and how.order != "yymd"


def _projection(mapping: Mapping, source: Source) -> Projection | None:
    shape = mapping.shape
    if not is_text(source, shape):
        return None
    delimiter, header, first = first_text_records(peek(source), shape)
    below = first[header.last + 1 :] if header is not None else ()
    data = next((record for record in below if not record.is_blank), None)
    if header is None or data is None or "\r" in delimiter or "\n" in delimiter:
        return None
    width = max(len(data.cells), header.columns.width)
    first_rule, *others = mapping.tables
    made = _Made(shape, header, source.given, width, Steps())
    # A footer adds up columns of the file; which of them a row counts in is plain for one rule only.
    same = [] if shape.footers else [rule for rule in others if rule.table == first_rule.table]
    takings = [_taking(made, rule) for rule in (first_rule, *same)]
    extra = [f"coalesce(trim(c{place}), '') = ''" for place in range(header.columns.width, width)]
    sums = _sums(mapping, takings[0].rule) if shape.footers else {}
    tests = [*_other_tables(mapping, takings[0].rule), *_no_footer(mapping, takings[0].rule, width), *extra]
    columns, sure = _first_that_takes(takings, made.steps)
    return Projection(
        table=first_rule.table, width=width, columns=columns, rest=_rest(mapping, source.given, delimiter, header, first),
        sure=all_true([*tests, sure]), delimiter=delimiter, quote='"' if shape.quoted else "",
        first_line=_line_below(first, header), steps=made.steps.layers(), sums=sums,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Made:
    """What the rules of one file have in common."""

    shape: FileShape
    header: Header
    given: Given
    width: int
    steps: Steps

    def rule(self, rule: TableRule) -> RuleSql:
        """Return the SQL of one rule."""
        return RuleSql(rule, self.shape, self.header.columns, self.given, width=self.width, steps=self.steps)


@dataclass(frozen=True, slots=True)
class _Taking:
    """One rule: when it takes a line, its columns, and when they are sure."""

    rule: RuleSql
    takes: str
    columns: dict[str, str]
    sure: str


def _taking(made: _Made, rule: TableRule) -> _Taking:
    one = made.rule(rule)
    columns = one.columns()
    takes = made.steps.named(all_true(one.kept(kept) for kept in rule.kept)) if rule.kept else "true"
    tests = [test for column in columns.values() for test in column.sure]
    return _Taking(one, takes, {name: f"({column.text})::VARCHAR" for name, column in columns.items()}, all_true(tests))


def _first_that_takes(takings: list[_Taking], steps: Steps) -> tuple[dict[str, str], str]:
    """Return the columns as the first rule gives them that takes the line, and when they are sure."""
    if len(takings) == 1:
        return takings[0].columns, f"{takings[0].takes} AND {takings[0].sure}"
    names = dict.fromkeys(name for taking in takings for name in taking.columns)
    columns = {
        name: "CASE " + " ".join(f"WHEN {one.takes} THEN {one.columns.get(name, 'NULL')}" for one in takings) + " END"
        for name in names
    }
    sure = " ".join(f"WHEN {one.takes} THEN {steps.named(one.sure)}" for one in takings)
    return columns, f"CASE {sure} END"


def _other_tables(mapping: Mapping, made: RuleSql) -> list[str]:
    """Return the tests that no rule of another table takes a line."""
    others = [rule for rule in mapping.tables if rule.table != mapping.tables[0].table]
    return ["NOT (" + " AND ".join(made.kept(kept) for kept in rule.kept) + ")" for rule in others]


def _no_footer(mapping: Mapping, made: RuleSql, width: int) -> list[str]:
    shape = mapping.shape
    tests = [f"NOT starts_with(c0, {literal(mark)})" for mark in shape.comments]
    if shape.footers:
        first = made.bare(0)
        anywhere = "concat(" + ", ".join(f"c{place}" for place in range(width)) + ")"
        tests += [
            f"CASE WHEN {first} IS NOT NULL THEN NOT starts_with({first}, {literal(mark)})"
            f" ELSE NOT contains({anywhere}, {literal(mark)}) END"
            for mark in shape.footers
        ]
    return tests


def _line_below(first: tuple[Record, ...], header: Header) -> int:
    if header.last < 0:
        return 1
    record = first[header.last]
    return record.line_no + record.text.count("\n") + 1


def _sums(mapping: Mapping, made: RuleSql) -> dict[str, str]:
    """Return what the amount columns of the taken lines add up to: as written, and as they count."""
    worth = {
        one.columns[0]: name
        for name, one in mapping.tables[0].columns
        if one.amount is not None and len(one.columns) == 1
    }
    sums = {}
    for source, how in amount_columns(mapping):
        written = made.number(source, how).text
        sums[f"written {source}"] = f"sum(coalesce({written}, 0))"
        counted = f"try_cast({worth[source]} AS BIGINT)" if source in worth else written
        sums[f"worth {source}"] = f"sum(coalesce({counted}, {written}, 0))"
    return sums


def _rest(
    mapping: Mapping, given: Given, delimiter: str, header: Header, first: tuple[Record, ...]
) -> Callable[[Iterable[tuple[int, str]], Values[str, object], Sink], None]:
    names = first[header.last].cells if header.last >= 0 else ()
    start = _line_below(first, header)

    def rest(lines: Iterable[tuple[int, str]], sums: Values[str, object], sink: Sink) -> None:
        reading = Rest(mapping, given, sink, header, names)
        for line_no, text in lines:
            if line_no < start:
                sink.control(line_no)
            else:
                reading.record(record_of(line_no, text, delimiter, quoted=mapping.shape.quoted))
        reading.finish(sums)

    return rest
