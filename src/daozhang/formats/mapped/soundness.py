"""Whether a mapping makes sense: real tables and columns, known words, every required column filled. Errors name the place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.cells import column_name, zone_named
from daozhang.formats.mapped.spec import Amount, Check, ColumnRule, FileShape, Kept, Mapping, Moment, TableRule
from daozhang.records import TABLES, Column, ColumnType, table_named

CODE: Final = re.compile(r"[a-z][a-z0-9_]{2,47}")
GIVEN: Final = ("given:acquirer", "given:merchant_no", "given:account_tail", "given:covers_on")
DERIVED: Final = {
    "derived:net": "net_minor", "derived:fee": "fee_minor", "derived:gross": "gross_minor", "derived:kind": "kind",
}  # fmt: skip
"""What a row's other columns can say, and the column that may be filled so."""

_CONTAINERS: Final = ("text", "sheet", "json", "table", "parquet")
_CHECKS: Final = ("net", "running_balance", "sum_zero", "row_sum")
_SIGNS: Final = ("as_written", "negated", "absolute", "by_kind", "by_net", "by_column", "in_minus_out")
_UNSURE: Final = re.compile(r"unsure-[a-z0-9-]{2,60}")


def check_sound(mapping: Mapping) -> Mapping:
    """Return the mapping; ``InputError`` where it contradicts itself or names what there is not."""
    if not CODE.fullmatch(mapping.code):
        _wrong("code", mapping.code, "a-z, 0-9, _")
    _one_of("evidence", mapping.evidence, ("documentation", "sample"))
    _one_of("made_by", mapping.made_by, ("product", "person"))
    for key in mapping.unsure:
        if not _UNSURE.fullmatch(key):
            _wrong("unsure", key, "unsure-…")
    _check_shape(mapping.shape)
    if not 0 < len(mapping.tables) <= 8:
        _wrong("tables", str(len(mapping.tables)), "1 to 8")
    known = frozenset(column_name(name) for name in mapping.shape.positions) or None
    for number, table in enumerate(mapping.tables):
        _check_table(table, f"tables[{number}]", known)
    for number, check in enumerate(mapping.checks):
        _check_check(check, f"checks[{number}]", known)
    return mapping


def _check_shape(shape: FileShape) -> None:
    _one_of("shape.container", shape.container, _CONTAINERS)
    if bool(shape.header) == bool(shape.positions):
        _wrong("shape", "header, positions", "one of the two")
    # Two names at the least: one common word would claim every file that holds it.
    names = {column_name(name) for name in shape.header or shape.positions} - {""}
    if len(names) < (2 if shape.header else 4):
        _wrong("shape.header" if shape.header else "shape.positions", ", ".join(sorted(names)), "2 (4) or more names")
    if names & {column_name(name) for name in shape.without}:
        _wrong("shape.without", ", ".join(shape.without)[:60], "names that are not in header")
    if shape.positions and len(names) != len(shape.positions):
        _wrong("shape.positions", ", ".join(shape.positions)[:60], "different names")
    if len(shape.delimiter) > 4 or any(sign in '\r\n"0123456789.' or sign.isalpha() for sign in shape.delimiter):
        _wrong("shape.delimiter", shape.delimiter, ", ; | ^ tab")
    if shape.positions and shape.container != "sheet" and not shape.delimiter:
        raise InputError("input-mapping-missing", place="shape.delimiter")
    for place, marks in (("comments", shape.comments), ("footers", shape.footers)):
        if "" in marks:
            _wrong(f"shape.{place}", "", "text")


def _check_table(rule: TableRule, place: str, known: frozenset[str] | None) -> None:
    _one_of(f"{place}.table", rule.table, tuple(table.name for table in TABLES))
    table = table_named(rule.table)
    filled = [name for name, _ in rule.columns]
    for column in table.columns:
        if column.required and column.name not in filled:
            raise InputError("input-mapping-missing", place=f"{place}.columns.{column.name}")
    for name, one in rule.columns:
        where = f"{place}.columns.{name}"
        if name not in table.column_names:
            raise InputError("input-mapping-key", place=where, known=", ".join(table.column_names))
        _check_column(one, table.column(name), where, known)
    for number, kept in enumerate(rule.kept):
        _check_kept(kept, f"{place}.kept[{number}]", known)


def _check_column(rule: ColumnRule, column: Column, place: str, known: frozenset[str] | None) -> None:
    if not rule.columns and not rule.value:
        raise InputError("input-mapping-missing", place=f"{place}.columns")
    _known_columns(rule.columns, f"{place}.columns", known)
    _one_of(f"{place}.match", rule.match, ("exact", "contains"))
    if not 0 <= rule.last <= 64:
        _wrong(f"{place}.last", str(rule.last), "0 to 64")
    _check_money(rule, column, place, known)
    if rule.moment is not None:
        if column.type not in {ColumnType.MOMENT, ColumnType.DAY}:
            _wrong(f"{place}.moment", column.name, "…_at, …_on")
        _check_moment(rule.moment, f"{place}.moment", known)
    _check_value(rule, column, place)
    for word in (*(word for _, word in rule.values), rule.otherwise):
        if word == "-" and not column.required:
            continue
        if word and column.values:
            _one_of(f"{place}.values", word, column.values)


def _check_money(rule: ColumnRule, column: Column, place: str, known: frozenset[str] | None) -> None:
    if rule.amount is not None:
        if column.type is not ColumnType.MINOR:
            _wrong(f"{place}.amount", column.name, "…_minor")
        _check_amount(rule.amount, rule, column.name, f"{place}.amount", known)
    elif column.type is ColumnType.MINOR and rule.columns:
        raise InputError("input-mapping-missing", place=f"{place}.amount")


def _check_value(rule: ColumnRule, column: Column, place: str) -> None:
    value = rule.value
    if value.startswith("given:"):
        _one_of(f"{place}.value", value, GIVEN)
    elif value.startswith("derived:"):
        _one_of(f"{place}.value", value, tuple(DERIVED))
        if DERIVED[value] != column.name and not (value == "derived:kind" and column.name == "kind"):
            _wrong(f"{place}.value", value, DERIVED[value])
    elif value and column.type is ColumnType.MINOR and not re.fullmatch(r"-?[0-9]{1,12}", value):
        _wrong(f"{place}.value", value, "0")
    elif value and column.values:
        _one_of(f"{place}.value", value, column.values)


def _check_amount(amount: Amount, rule: ColumnRule, column: str, place: str, known: frozenset[str] | None) -> None:
    _one_of(f"{place}.unit", amount.unit, ("major", "minor"))
    _one_of(f"{place}.decimal", amount.decimal, (".", ","))
    _one_of(f"{place}.sign", amount.sign, _SIGNS)
    if amount.sign == "by_net" and column != "fee_minor":
        _wrong(f"{place}.sign", amount.sign, "fee_minor")
    if amount.sign == "in_minus_out" and len(rule.columns) != 2:
        _wrong(f"{place}.sign", amount.sign, "2 columns")
    if amount.sign == "by_column":
        if not amount.sign_column or not amount.minus_when:
            raise InputError("input-mapping-missing", place=f"{place}.sign_column, minus_when")
        _known_columns((amount.sign_column,), f"{place}.sign_column", known)
        if both := set(amount.minus_when) & set(amount.plus_when):
            _wrong(f"{place}.plus_when", ", ".join(sorted(both)), "minus_when or plus_when")


def _check_moment(moment: Moment, place: str, known: frozenset[str] | None) -> None:
    if moment.zone_column:
        _known_columns((moment.zone_column,), f"{place}.zone_column", known)
    _one_of(f"{place}.order", moment.order, ("ymd", "dmy", "mdy", "yymd"))
    _one_of(f"{place}.part", moment.part, ("all", "day"))
    if abs(moment.plus_days) > 31:
        _wrong(f"{place}.plus_days", str(moment.plus_days), "-31 to 31")
    try:
        zone_named(moment.zone)
    except InputError:
        _wrong(f"{place}.zone", moment.zone, "Asia/Shanghai, UTC, …")


def _check_kept(kept: Kept, place: str, known: frozenset[str] | None) -> None:
    _known_columns((kept.column,), f"{place}.column", known)
    _one_of(f"{place}.others", kept.others, ("control", "reject"))
    if bool(kept.is_in) == bool(kept.not_in):
        _wrong(place, "is_in, not_in", "one of the two")


def _check_check(check: Check, place: str, known: frozenset[str] | None) -> None:
    _one_of(f"{place}.kind", check.kind, _CHECKS)
    named = (*check.left, *([check.right] if check.right else []), *check.groups)
    _known_columns(named, place, known)
    if check.kind in {"sum_zero", "row_sum"} and not (check.left and check.right):
        raise InputError("input-mapping-missing", place=f"{place}.left, right")


def _known_columns(names: Iterable[str], place: str, known: frozenset[str] | None) -> None:
    for name in names:
        if not column_name(name) or (known is not None and column_name(name) not in known):
            _wrong(place, name, ", ".join(sorted(known or ()))[:200] or "text")


def _one_of(place: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        _wrong(place, value, ", ".join(known))


def _wrong(place: str, value: str, expected: str) -> None:
    raise InputError("input-mapping-value", place=place, value=value[:60], expected=expected)
