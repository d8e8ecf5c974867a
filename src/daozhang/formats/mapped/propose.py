"""A foreign table → a mapping, the points that decided it, and the questions that only a person can answer.

Pure and deterministic: the same sample and answers give the same proposal. What the names and values do not tell is
asked; a point that waits keeps the proposal from being ready, and the preview shows what the first choice would give.
"""

from __future__ import annotations

from collections.abc import Mapping as Answers
from dataclasses import replace
from typing import Final

from daozhang.formats.base import Given
from daozhang.formats.mapped.propose_draft import Draft
from daozhang.formats.mapped.propose_headless import without_header
from daozhang.formats.mapped.propose_points import Choice, Filled, Point, Proposal
from daozhang.formats.mapped.propose_rules import RULES
from daozhang.formats.mapped.propose_sample import Layout, Sample, find_layout
from daozhang.formats.mapped.propose_tables import SLOTS, Match, is_possible, matches
from daozhang.formats.mapped.propose_values import profile
from daozhang.formats.mapped.propose_words import concepts_named, listed, plain
from daozhang.formats.mapped.spec import FileShape, Mapping, TableRule

CLEAR: Final = 130
"""Per cent of the runner-up's score from which on the table needs no question."""
MOST_HEADER_NAMES: Final = 16
NO_HEADER: Final = "none"
"""The answer that says: no row holds names, the first one is data."""
_ORDER: Final = (
    "header", "table", "column:", "unit", "sign", "kind", "status", "state", "outcome", "cleared_on", "settled_on", "covers_on", "order", "zone",
    "acquirer", "merchant_no", "merchant_scope", "account_tail", "words-",
)  # fmt: skip
_EMPTY_MARKS: Final = ("-", "--", "—", "*", "N/A", "n/a", "null", "NULL", "无")
_LATIN_FOOTERS: Final = ("Total", "TOTAL", "Totals", "Grand total", "Grand Total", "Subtotal", "Sum")


def propose(
    sample: Sample, *, given: Given | None = None, answers: Answers[str, str] | None = None, code: str = "own_table"
) -> Proposal:
    """Return what a file seems to be. ``answers`` holds what a person said (point id → value), ``given`` what came with it."""
    said = {name: value.strip() for name, value in (answers or {}).items() if value.strip()}
    layout = _layout(sample, said.get("header", ""))
    if layout is None or len(layout.columns) < 2:
        return Proposal(mapping=None, problem="map-problem-no-header")
    layout = replace(layout, rows=tuple(row for row in layout.rows if not _is_aside(layout, row)))
    profiles = {name: profile(layout.cells(name)) for name in layout.columns}
    found = matches(layout, profiles, said)
    if not found:
        return _unknown(Draft(layout, profiles, Match("", {}, 0), said, given or Given()), sample)
    draft = Draft(layout, profiles, found[0], said, given or Given())
    _say_layout(draft, sample)
    _say_table(draft, found)
    return _proposal(draft, sample, code)


def _layout(sample: Sample, header: str) -> Layout | None:
    """Return the table: under the row a person named, under the row that looks like a header, or without one."""
    if header == NO_HEADER:
        return _without(sample)
    layout = find_layout(sample, _whole(header))
    if layout is None or (not header and not any(concepts_named(name) for name in layout.columns)):
        # No name is known: where the first row is like the others there is no header, and their values speak.
        return _without(sample) or layout if layout is None or _is_like_below(layout) else layout
    return layout


def _without(sample: Sample) -> Layout | None:
    found = [layout for sheet in sample.sheets if (layout := without_header(sheet)) is not None]
    return max(found, key=lambda one: len(one.rows) * len(one.columns), default=None)


def _is_like_below(layout: Layout) -> bool:
    """Return whether the row taken for a header holds what the rows under it hold, column by column."""
    profiles = [profile(layout.cells(name)) for name in layout.columns]
    tops = [profile([layout.titles[name]]) for name in layout.columns]
    shaped = [
        (one, top) for one, top in zip(profiles, tops, strict=True) if one.is_amount or one.is_day or one.is_moment
    ]
    same = sum(
        (one.is_amount, one.is_day, one.is_moment) == (top.is_amount, top.is_day, top.is_moment) for one, top in shaped
    )
    return bool(shaped) and same * 2 > len(shaped)


def _proposal(draft: Draft, sample: Sample, code: str) -> Proposal:
    table = draft.match.table
    filled = tuple(Filled(slot.name, draft.match.columns.get(slot.name, "")) for slot in SLOTS[table])
    if not is_possible(draft.match):
        return Proposal(
            mapping=None, points=_ordered(draft.points), filled=filled, sources=tuple(draft.layout.titles.items()), table=table,
            problem="map-problem-columns",
        )  # fmt: skip
    rules = RULES[table](draft)
    mapping = Mapping(
        code=code, shape=_shape(draft, sample, rules), tables=rules, checks=tuple(draft.mapping_checks),
        evidence="sample", made_by="person",
    )  # fmt: skip
    return Proposal(
        mapping=mapping, points=_ordered(draft.points), checks=tuple(draft.held), filled=filled,
        sources=tuple(draft.layout.titles.items()), table=table,
    )  # fmt: skip


def _unknown(draft: Draft, sample: Sample) -> Proposal:
    """Return the proposal of a table none of whose names is known: a person says what it is, then which column is which."""
    _say_layout(draft, sample)
    every = tuple(Choice(name, key=f"map-table-{name.replace('_', '-')}") for name in SLOTS)
    draft.ask("table", "", "table-unknown", every)
    return Proposal(
        mapping=None,
        points=_ordered(draft.points),
        sources=tuple(draft.layout.titles.items()),
        problem="map-problem-no-table",
    )


def _is_aside(layout: Layout, row: tuple[str, ...]) -> bool:
    """Return whether a row is a footer, a comment or the header again."""
    first = next((cell for cell in row if cell), "")
    if (
        first.startswith("#")
        or sum(plain(cell) == plain(name) for cell, name in zip(row, layout.names, strict=False) if cell) > 1
    ):
        return True
    return any(plain(first).startswith(plain(word)) for word in listed("footers"))


def _say_layout(draft: Draft, sample: Sample) -> None:
    layout = draft.layout
    none = Choice(NO_HEADER, key="map-header-none")
    if layout.header_at < 0:
        first = Choice("0", facts={"text": " | ".join(cell for cell in layout.sheet.rows[0] if cell)[:80]})
        draft.settle("header", NO_HEADER, "header-none", (none, first))
        return
    if any(concepts_named(name) for name in layout.columns):
        draft.settle("header", str(layout.header_at), "header-names", row=layout.header_at + 1, sheet=layout.sheet.name)
        return
    rows = [none]
    rows += [
        Choice(str(at), facts={"text": " | ".join(cell for cell in row if cell)[:80]})
        for at, row in enumerate(sample.sheets[0].rows[:6])
    ]
    draft.ask("header", str(layout.header_at), "header-unknown", tuple(rows))


def _say_table(draft: Draft, found: list[Match]) -> None:
    """Settle the table when its columns speak for it clearly, ask otherwise."""
    choices = tuple(Choice(one.table, key=f"map-table-{one.table.replace('_', '-')}") for one in found)
    weights = {slot.name: slot.weight for slot in SLOTS[draft.match.table]}
    telling = sorted(draft.match.columns, key=lambda slot: -weights[slot])[:4]
    names = "、".join(draft.title(draft.match.columns[slot]) for slot in telling)
    if len(found) == 1 or found[0].score * 100 >= found[1].score * CLEAR:
        every = tuple(Choice(name, key=f"map-table-{name.replace('_', '-')}") for name in SLOTS)
        draft.settle("table", draft.match.table, "table-clear", every, columns=names)
    else:
        draft.ask("table", draft.match.table, "table-unclear", choices, columns=names)


def _shape(draft: Draft, sample: Sample, rules: tuple[TableRule, ...]) -> FileShape:
    layout = draft.layout
    cells = {cell for name in draft.match.columns.values() for cell in layout.cells(name)}
    firsts = [next((cell for cell in row if cell), "") for row in layout.sheet.rows[layout.header_at + 1 :]]
    latin = tuple(word for word in _LATIN_FOOTERS if any(cell.strip().startswith(word) for cell in firsts))
    chinese = tuple(word for word in listed("footers") if not word.isascii())
    is_nameless = layout.header_at < 0
    return FileShape(
        container=sample.container, delimiter=sample.delimiter if sample.container == "text" else "",
        quoted=sample.quoted, strip=layout.strip, sheet=layout.sheet.name if is_nameless and len(sample.sheets) > 1 else "",
        header=() if is_nameless else _header(draft, rules), positions=tuple(layout.columns) if is_nameless else (),
        comments=("#",) if any(cell.strip().startswith("#") for cell in firsts) and sample.container == "text" else (),
        footers=chinese + latin, empty=tuple(mark for mark in _EMPTY_MARKS if mark in cells),
    )  # fmt: skip


def _header(draft: Draft, rules: tuple[TableRule, ...]) -> tuple[str, ...]:
    """Return the names the format is known by: all it reads, and as many others as make it its own."""
    read = [name for rule in rules for _, one in rule.columns for name in one.columns]
    read += [
        one.amount.sign_column for rule in rules for _, one in rule.columns if one.amount and one.amount.sign_column
    ]
    read += [kept.column for rule in rules for kept in rule.kept]
    names = tuple(dict.fromkeys(read))
    others = tuple(name for name in draft.layout.columns if name not in names)
    return names + others[: max(0, MOST_HEADER_NAMES - len(names))]


def _ordered(points: list[Point]) -> tuple[Point, ...]:
    """Return the points in the order in which they are best answered: what a row is, its money, its days, whose it is."""
    return tuple(
        sorted(
            points,
            key=lambda point: next((at for at, name in enumerate(_ORDER) if point.id.startswith(name)), len(_ORDER)),
        )
    )


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else None
