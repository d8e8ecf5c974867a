"""The columns of one table rule as SQL, each beside the tests that make it exactly what ``columns.TableReading`` gives."""

from __future__ import annotations

from typing import Final

from daozhang.formats.base import Given
from daozhang.formats.cells import column_name
from daozhang.formats.lines import Columns
from daozhang.formats.mapped import sql_cells as sql
from daozhang.formats.mapped.columns import AGAINST, IDENTIFIERS, MAIN_AMOUNTS, TAILS, UNKNOWN, UNKNOWN_ACCOUNT
from daozhang.formats.mapped.spec import Amount, ColumnRule, FileShape, Kept, Moment, TableRule
from daozhang.formats.mapped.sql_cells import NOTHING
from daozhang.formats.sql_lines import bare, literal, padded, tail
from daozhang.formats.sql_steps import PARTING, Form, Sql, Steps, Test
from daozhang.money import MINOR_DIGITS
from daozhang.records import Column, ColumnType, table_named

HOURS: Final = {"": 0, "Asia/Shanghai": 0, "UTC": 8}
"""Zones that can be turned into China time by a fixed number of hours."""
_AS_WRITTEN: Final = Moment()
_DECIMALS: Final = {
    digits: tuple(code for code, found in MINOR_DIGITS.items() if found == digits)
    for digits in sorted(set(MINOR_DIGITS.values()) - {2})
}
"""Currencies with another number of decimals than two, by that number."""


_NO_SPREADSHEET_NUMBER: Final = f"[^Ee{PARTING}]*|[^-+0-9{PARTING}][^{PARTING}]*|[-+]?[0-9][^.Ee{PARTING}][^{PARTING}]*|[-+][^0-9{PARTING}][^{PARTING}]*"
"""What is no number with an exponent, nor begins like one."""


class RuleSql:
    """One rule's columns as SQL over the cells of a line (``formats.base.Projection``)."""

    def __init__(
        self, rule: TableRule, shape: FileShape, columns: Columns, given: Given, *, width: int, steps: Steps
    ) -> None:
        self._rule = rule
        self._steps = steps
        self._is_padded = steps.named(padded(width, shape.strip))
        self._shape = shape
        self._columns = columns
        self._given = given
        self._rules = dict(rule.columns)
        self._done: dict[str, Sql] = {}

    def columns(self) -> dict[str, Sql]:
        """Return every column of the rule."""
        return {name: self._column(name) for name in self._rules}

    def cell(self, name: str) -> str:
        """Return the SQL of a source column's cell, NULL when it is empty or not there."""
        place = self._columns.positions.get(column_name(name))
        if place is None:
            return "NULL"
        return self._steps.named(sql.cell(place, self._shape.strip, self._shape.empty, self._is_padded))

    def bare(self, place: int) -> str:
        """Return the SQL of any cell without the blanks around it."""
        return self._steps.named(f"nullif({bare(place, self._is_padded)}, '')")

    def kept(self, kept: Kept) -> str:
        """Return the SQL that is true for a row which a condition takes."""
        text = f"lower(coalesce({self.cell(kept.column)}, ''))"
        return f"{text} IN ({sql.listed(kept.is_in)})" if kept.is_in else f"{text} NOT IN ({sql.listed(kept.not_in)})"

    def _column(self, name: str) -> Sql:
        if name not in self._done:
            self._done[name] = NOTHING  # what asks for itself on the way finds nothing, as in the row reader
            made = self._made(name, self._rules[name])
            self._done[name] = Sql(self._steps.named(made.text), made.sure)
        return self._done[name]

    def _made(self, name: str, rule: ColumnRule) -> Sql:
        column = table_named(self._rule.table).column(name)
        if column.type is ColumnType.MINOR:
            number = self._minor(name, rule)
            return Sql(self._steps.named(number.text), number.sure)
        if column.type in {ColumnType.MOMENT, ColumnType.DAY}:
            return self._time(rule, column)
        if rule.value == "derived:kind" and not rule.columns:
            return self._kind()
        return self._word(rule, column)

    # -- texts

    def _word(self, rule: ColumnRule, column: Column) -> Sql:
        cells = [self.cell(name) for name in rule.columns]
        text = (
            (f"nullif(concat_ws(' ', {', '.join(cells)}), '')" if rule.joined else _first(cells)) if cells else "NULL"
        )
        text, said = self._steps.named(text), self._said(rule)
        if rule.values and rule.columns:
            return self._translated(rule, text, said)
        if not cells:
            return Sql(said)
        read = self._read_word(rule, column, text)
        return Sql(
            f"CASE WHEN {text} IS NULL THEN {said} ELSE {read.text} END" if said != "NULL" else read.text, read.sure
        )

    @staticmethod
    def _read_word(rule: ColumnRule, column: Column, text: str) -> Sql:
        if column.name == "currency":
            return Sql(f"upper({text})", (Form(text, "[A-Za-z]{3}"), f"upper(coalesce({text}, '')) <> 'RMB'"))
        if column.name in TAILS:
            return tail(text)
        tests: tuple[Test, ...] = ()
        if column.name in IDENTIFIERS:
            # Neither a number of a workbook nor anything near it.
            tests = (Form(text, _NO_SPREADSHEET_NUMBER),)
        return Sql(f"right({text}, {rule.last})" if rule.last else text, tests)

    def _translated(self, rule: ColumnRule, text: str, said: str) -> Sql:
        """Return the word of a cell; what nobody translated is a sign that no column has."""
        has_case = any(key.lower() != key.upper() for key, _ in rule.values)
        low = self._steps.named(f"lower(coalesce({text}, ''))" if has_case else f"coalesce({text}, '')")

        def test(key: str) -> str:
            if rule.match == "contains":
                return f"contains({low}, {literal(key.lower())})"
            return f"{low} = {literal(key.lower())}"

        cases = " ".join(f"WHEN {test(key)} THEN {literal(word)}" for key, word in rule.values)
        if not any(not key for key, _ in rule.values):
            cases = f"WHEN {low} = '' THEN coalesce({said}, '') {cases}"
        other = "''" if rule.otherwise == UNKNOWN else literal(rule.otherwise or PARTING)
        word = self._steps.named(f"CASE {cases} ELSE {other} END")
        return Sql(f"nullif({word}, '')", () if rule.otherwise else (f"{word} <> '{PARTING}'",))

    def _said(self, rule: ColumnRule) -> str:
        value = rule.value
        if value.startswith("given:"):
            said = getattr(self._given, value.removeprefix("given:"))
            value = (said.isoformat() if said and not isinstance(said, str) else said) or rule.otherwise
            value = value or (UNKNOWN_ACCOUNT if rule.value == "given:account_tail" else "")
        elif value.startswith("derived:"):
            value = ""
        return literal(value) if value else "NULL"

    def _kind(self) -> Sql:
        named = [name for name in MAIN_AMOUNTS if name in self._rules]
        main = _first([self._column(name).text for name in named]) if named else "NULL"
        return Sql(f"CASE WHEN {main} IS NULL THEN NULL WHEN {main} < 0 THEN 'refund' ELSE 'sale' END")

    # -- amounts

    def number(self, source: str, how: Amount) -> Sql:
        """Return the SQL of an amount as it is written in a source column, in minor units."""
        read = sql.number(self.cell(source), how.unit, how.decimal)
        return Sql(self._steps.named(read.text), read.sure)

    def _amount(self, name: str) -> str:
        """Return another money column of the row as a number, NULL when the rule does not fill it."""
        return self._column(name).text if name in self._rules else "NULL"

    def _minor(self, name: str, rule: ColumnRule) -> Sql:
        constant = rule.value if rule.value.lstrip("-").isdecimal() else "NULL"
        if rule.amount is None or not rule.columns:
            return Sql(self._derived(name) if rule.value.startswith("derived:") else constant)
        parts = [self.number(source, rule.amount) for source in rule.columns]
        if rule.amount.unit == "major" and "currency" in self._rules:
            parts = [self._in_currency(part) for part in parts]
        tests = tuple(test for part in parts for test in part.sure)
        if rule.amount.sign == "in_minus_out":
            return _in_minus_out(parts[0].text, parts[1].text, tests)
        read = _sum([part.text for part in parts]) if rule.joined else _first_filled(self, rule, parts)
        signed = self._signed(rule, self._steps.named(read))
        fallback = self._derived(name) if rule.value.startswith("derived:") else constant
        text = f"coalesce({signed.text}, {fallback})" if fallback != "NULL" else signed.text
        return Sql(text, (*tests, *signed.sure))

    def _in_currency(self, hundredths: Sql) -> Sql:
        """Return an amount in the minor units of the row's currency."""
        currency, text = f"coalesce({self._column('currency').text}, 'CNY')", hundredths.text
        cases, tests = "", hundredths.sure
        for digits, codes in _DECIMALS.items():
            among = f"{currency} IN ({', '.join(map(literal, codes))})"
            if digits < 2:
                cases += f"WHEN {among} THEN {text} // {10 ** (2 - digits)} "
                tests += (f"(NOT {among} OR coalesce({text}, 0) % {10 ** (2 - digits)} = 0)",)
            else:
                cases += f"WHEN {among} THEN {text} * {10 ** (digits - 2)} "
        return Sql(self._steps.named(f"CASE {cases}ELSE {text} END"), tests)

    def _signed(self, rule: ColumnRule, read: str) -> Sql:
        how = rule.amount
        assert how is not None
        simple = {"as_written": read, "negated": f"(-({read}))", "absolute": f"abs({read})"}
        if how.sign in simple:
            return Sql(simple[how.sign])
        if how.sign == "by_net":
            lies = f"({self._amount('gross_minor')} - {self._amount('net_minor')})"
            return Sql(
                f"CASE WHEN ({read}) IS NOT NULL THEN coalesce({lies}, {read}) END",
                (f"coalesce(abs({read}) = abs({lies}), true)",),
            )
        if how.sign == "by_kind":
            kind = self._column("kind").text if self._is_early("kind") else "NULL"
            against = f"coalesce({kind}, '') IN ({sql.listed(tuple(sorted(AGAINST)))})"
            return Sql(
                f"CASE WHEN {against} THEN -abs({read}) ELSE {read} END", (f"({against} OR coalesce({read}, 0) >= 0)",)
            )
        said = f"lower(coalesce({self.cell(how.sign_column)}, ''))"
        minus = f"{said} IN ({sql.listed(how.minus_when)})"
        plus = f"{said} IN ({sql.listed(how.plus_when)})" if how.plus_when else "true"
        tests = (f"(({read}) IS NULL OR {minus} OR ({plus} AND {read} >= 0))",)
        return Sql(f"CASE WHEN {minus} THEN -abs({read}) ELSE {read} END", tests)

    def _is_early(self, name: str) -> bool:
        return name in self._rules and not self._rules[name].value.startswith("derived:")

    def _derived(self, name: str) -> str:
        gross, fee, net = (self._amount(part) for part in ("gross_minor", "fee_minor", "net_minor"))
        if name == "net_minor":
            return f"({gross} - {fee if 'fee_minor' in self._rules else '0'})"
        return f"({gross} - {net})" if name == "fee_minor" else f"({net} + {fee})"

    # -- days and moments

    def _time(self, rule: ColumnRule, column: Column) -> Sql:
        how = rule.moment or _AS_WRITTEN
        said = self._said(rule)
        if column.type is ColumnType.MOMENT and said != "NULL":
            said = f"{said} || ' 00:00:00'"
        if not rule.columns:
            return Sql(said)
        cells = [self.cell(name) for name in rule.columns]
        if column.type is ColumnType.DAY:
            read = sql.day(self._steps.named(_first(cells)), how, self._steps)
        elif how.part == "day":
            on = sql.day(self._steps.named(_first(cells)), how, self._steps)
            read = Sql(f"{on.text} || ' 00:00:00'", on.sure)
        else:
            read = sql.moment(cells, how, HOURS[how.zone], self._steps)
        return Sql(f"coalesce({read.text}, {said})" if said != "NULL" else read.text, read.sure)


def _first(cells: list[str]) -> str:
    return cells[0] if len(cells) == 1 else f"coalesce({', '.join(cells)})"


def _first_filled(table: RuleSql, rule: ColumnRule, parts: list[Sql]) -> str:
    """Return the amount of the first filled cell."""
    if len(parts) == 1:
        return parts[0].text
    cases = " ".join(
        f"WHEN {table.cell(name)} IS NOT NULL THEN {part.text}" for name, part in zip(rule.columns, parts, strict=True)
    )
    return f"CASE {cases} END"


def _sum(parts: list[str]) -> str:
    nothing = " AND ".join(f"{part} IS NULL" for part in parts)
    return f"CASE WHEN NOT ({nothing}) THEN {' + '.join(f'coalesce({part}, 0)' for part in parts)} END"


def _in_minus_out(income: str, outgo: str, tests: tuple[Test, ...]) -> Sql:
    text = f"CASE WHEN {income} IS NOT NULL OR {outgo} IS NOT NULL THEN coalesce({income}, 0) - abs(coalesce({outgo}, 0)) END"
    return Sql(text, (*tests, f"(coalesce({income}, 0) = 0 OR coalesce({outgo}, 0) = 0)"))
