"""What the page of the mapping assistant shows: questions with their answers, what was understood, the rows as they would be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from daozhang.desk import mapping_telling as telling
from daozhang.desk.mappings import Look
from daozhang.formats.mapped.propose_points import UNSAID, Choice, Point, Proposal
from daozhang.formats.mapped.propose_tables import NONE, SLOTS
from daozhang.money import to_text
from daozhang.records import ColumnType, table_named
from daozhang.web import words

ANSWER: Final = "a:"
"""In front of the name of every field that is an answer."""
OWN: Final = "w:"
"""In front of the name of a hidden field with what the file itself says: such a value sent back is no answer."""
TABLE_NOW: Final = "table-now"
"""The hidden field with the table the form was drawn for; of another table only what does not depend on it still counts."""
OF_ANY_TABLE: Final = frozenset({"table", "header", "acquirer", "merchant_no", "account_tail", "covers_on"})
LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One point as a field set or a text field."""

    id: str
    number: int
    question: str
    why: str
    chosen: str
    value: str
    waits: bool
    options: tuple[Option, ...] = ()
    own: str = ""

    @property
    def field(self) -> str:
        """Return the name of the field."""
        return ANSWER + self.id


@dataclass(frozen=True, slots=True)
class Column:
    """One thing the table needs, the file's columns to choose from, and which one fills it."""

    field: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the preview; money is written with its currency, what is not known is a dash."""

    label: str
    text: str
    is_money: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of one table as they would be read, and the sums of all that would be."""

    table: str
    rows: int
    labels: tuple[tuple[str, bool], ...]
    shown: tuple[tuple[int, tuple[Cell, ...]], ...]
    sums: tuple[tuple[str, str], ...] = field(default=())


def answers_of(post: Mapping[str, str]) -> dict[str, str]:
    """Return the answers of a form; what it only repeats from the file, or said of another kind of table, is none."""
    said = {name.removeprefix(ANSWER): value[:LONGEST] for name, value in post.items() if name.startswith(ANSWER)}
    table = said.get("table", "")
    is_other = bool(table) and TABLE_NOW in post and table != post[TABLE_NOW]
    own = {name: value for name, value in said.items() if post.get(OWN + name) != value}
    return {name: value for name, value in own.items() if not is_other or name in OF_ANY_TABLE}


def facts_of(language: str, look: Look, answers: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page shows of a look at a file."""
    proposal, tried = look.proposal, look.tried or {}
    return {
        "asked": [_asked(language, point, number, answers) for number, point in enumerate(proposal.asked)],
        "settled": [_asked(language, point, 100 + number, answers) for number, point in enumerate(proposal.settled)],
        "columns": _columns(language, proposal),
        "open_count": sum(point.waits for point in proposal.points),
        "is_ready": proposal.is_ready,
        "problem": words.sentence(language, proposal.problem, {}),
        "checks": [(telling.check(language, held), held.proves) for held in proposal.checks],
        "previews": [_preview(language, name, said) for name, said in tried.get("tables", {}).items()],
        "read_count": sum(said["rows"] for said in tried.get("tables", {}).values()),
        "control": tried.get("control", 0),
        "rejected": tried.get("rejected", 0),
        "rejects": [(one["line_no"], _reason(language, one)) for one in tried.get("rejects", ())][:8],
        "warnings": [words.sentence(language, one["key"], one["facts"]) for one in tried.get("warnings", ())],
        "is_part": tried.get("is_part", False),
        "claims": [words.word(language, "format", code) for code in look.claims],
        "table": proposal.table,
    }


def _asked(language: str, point: Point, number: int, answers: Mapping[str, str]) -> Asked:
    said = point.chosen if point.answered or not point.asked else ""
    return Asked(
        point.id, number, telling.question(language, point), telling.why(language, point), telling.chosen(language, point),
        answers.get(point.id, "") if point.is_text else said, point.waits,
        tuple(_option(language, choice, said) for choice in point.choices), point.own,
    )  # fmt: skip


def _option(language: str, choice: Choice, said: str) -> Option:
    return Option(choice.value, telling.label(language, choice), choice.value == said)


def _columns(language: str, proposal: Proposal) -> list[Column]:
    filled = {one.slot: one.source for one in proposal.filled}
    return [
        Column(
            f"{ANSWER}column:{slot.name}", telling.slot(language, slot.name),
            (
                Option(NONE, words.sentence(language, "map-page-column-none", {}), not filled.get(slot.name)),
                *(Option(name, title, filled.get(slot.name) == name) for name, title in proposal.sources),
            ),
        )
        for slot in SLOTS.get(proposal.table, ())
        if f"column:{slot.name}" not in {point.id for point in proposal.points}
    ]  # fmt: skip


def _preview(language: str, name: str, said: Mapping[str, Any]) -> Preview:
    columns = [
        column
        for column in table_named(name).columns
        if any(row["values"].get(column.name) is not None for row in said["shown"])
    ]
    columns = [column for column in columns if column.name not in {"currency", "card_token"}]
    heads = tuple((telling.slot(language, column.name), column.type is ColumnType.MINOR) for column in columns)
    shown = tuple(
        (
            row["line_no"],
            tuple(
                _cell(language, head, column.name, row["values"]) for column, head in zip(columns, heads, strict=True)
            ),
        )
        for row in said["shown"]
    )
    sums = tuple(
        (telling.slot(language, column), to_text(minor, currency))
        for currency, of in said["sums"].items()
        for column, minor in of.items()
        if column != "balance_minor"
    )
    return Preview(name, said["rows"], heads, shown, sums)


def _cell(language: str, head: tuple[str, bool], name: str, values: Mapping[str, Any]) -> Cell:
    value = values.get(name)
    label, is_money = head
    if value in {None, UNSAID}:
        return Cell(label, "—", is_money)
    if is_money:
        return Cell(label, to_text(int(value), str(values.get("currency") or "CNY")), is_money)
    family = {"kind": "kind", "channel": "channel", "status": "map-status", "state": "map-state"}.get(name)
    if family:
        return Cell(label, words.word(language, family, str(value)), is_money)
    text = str(value)
    return Cell(label, text.replace("T", " ") if name.endswith("_at") else text, is_money)


def _reason(language: str, one: Mapping[str, Any]) -> str:
    return words.sentence(language, one["reason"], {"column": one["column"], "value": one["value"], **one["facts"]})
