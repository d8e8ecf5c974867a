"""What is said about two rows, for people in either language and for programs: the same by every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from daozhang import money as fen
from daozhang.desk.whys import Answer, Row
from daozhang.engine.why import Check, Other, Step, Why
from daozhang.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidStep:
    """One line of the table: what the level asks for, what became of it, and what does not agree."""

    sentence: str
    outcome: str
    outcome_text: str
    differs: tuple[str, ...]


def reason(language: str, why: Why, currency: str = "CNY") -> str:
    """Return the one sentence of the answer."""
    facts = dict(why.reason_facts)
    sentences = {step.name: step.sentence_key for step in why.steps}
    for name in ("level", "by"):
        if name in facts:
            facts[name] = say(language, sentences.get(str(facts[name]), f"level-{facts[name]}"))
    columns = facts.get("columns")
    if isinstance(columns, list):
        facts["columns"] = column_list(language, columns)
    for name in ("net_minor", "planned_minor"):
        amount = facts.get(name)
        if isinstance(amount, int):
            facts[name] = fen.to_text(amount, currency)
    if "kind" in facts:
        facts["kind"] = say(language, f"web-kind-{str(facts['kind']).replace('_', '-')}")
    return say(language, why.reason_key, **facts)


def column_list(language: str, columns: list[str]) -> str:
    """Return the names of columns as one phrase."""
    names = [say(language, f"explain-col-{name.replace('_', '-')}") for name in columns]
    return ("、" if language == "zh" else ", ").join(dict.fromkeys(names))


def steps(language: str, why: Why, currency: str = "CNY") -> list[SaidStep]:
    """Return the levels in order, in words."""
    return [
        SaidStep(
            sentence=say(language, step.sentence_key), outcome=step.outcome, outcome_text=say(language, f"explain-outcome-{step.outcome}"),
            differs=tuple(_differs(language, check, currency) for check in step.unmet),
        )
        for step in why.steps
    ]  # fmt: skip


def _differs(language: str, check: Check, currency: str) -> str:
    column = say(language, f"explain-col-{check.column.replace('_', '-')}")
    if check.is_met is None:
        return say(
            language,
            "explain-unknown",
            column=column,
            value=_cell(check, check.left if check.left is not None else check.right, currency),
        )
    if check.column in {"amount_differs", "no_number", "counts", "group_adds_up"}:
        return say(language, f"explain-{check.column.replace('_', '-')}")
    facts = {"column": column, "left": _cell(check, check.left, currency), "right": _cell(check, check.right, currency)}
    if check.off is None:
        return say(language, "explain-differs-in", **facts)
    off = fen.to_text(check.off, currency, sign=True) if check.column.endswith("_minor") else f"{check.off:+d}"
    unit = "amount" if check.column.endswith("_minor") else "seconds" if isinstance(check.left, datetime) else "days"
    return say(language, f"explain-off-{unit}", off=off, **facts)


def _cell(check: Check, value: object, currency: str) -> str:
    if value is None:
        return "–"
    if check.column.endswith("_minor") and isinstance(value, int):
        return fen.to_text(value, currency)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return value.isoformat() if isinstance(value, date) else str(value)


def other(language: str, one: Other, answer: Answer) -> tuple[Row | None, str]:
    """Return a row that stands where one of the two might have, and the sentence that says how."""
    row = (answer.others or {}).get((one.import_id, one.line_no))
    return row, say(language, f"explain-other-{one.side}", how=say(language, one.sentence_key))


# -- for programs


def as_json(answer: Answer, language: str) -> dict[str, Any]:
    """Return the answer as one object; ``text`` members are in ``language``, everything else is the same in both."""
    found: dict[str, Any] = {
        "as_of": answer.as_of,
        "left": _row(answer.left),
        "right": _row(answer.right) if answer.right else None,
    }
    found["is_pair"] = answer.why.is_pair if answer.why else False
    found["reason"] = _reason(language, answer.why, answer.left.currency) if answer.why else None
    found["steps"] = (
        [_step(language, step, answer.why, answer.left.currency) for step in answer.why.steps] if answer.why else []
    )
    found["others"] = [_other(language, one, answer) for one in answer.why.others] if answer.why else []
    found["candidates"] = [
        {
            "row": _row(row),
            "reason": _reason(language, why, answer.left.currency),
            "nearest": _step(language, why.nearest, why, answer.left.currency),
        }
        for row, why in answer.candidates
        if why.nearest is not None
    ]
    return found


def _row(row: Row) -> dict[str, Any]:
    return {
        "table": row.table, "import_id": row.import_id, "line_no": row.line_no, "file": row.file, "reference": row.reference,
        "at": row.at.isoformat() if row.at else None, "amount_minor": row.amount_minor, "currency": row.currency,
    }  # fmt: skip


def _reason(language: str, why: Why, currency: str) -> dict[str, Any]:
    return {"key": why.reason_key, "facts": _plain(why.reason_facts), "text": reason(language, why, currency)}


def _step(language: str, step: Step, why: Why, currency: str) -> dict[str, Any]:
    said = steps(language, Why(is_pair=why.is_pair, reason_key=why.reason_key, steps=(step,)), currency)[0]
    checks = [
        {
            "column": one.column,
            "left": _plain(one.left),
            "right": _plain(one.right),
            "is_met": one.is_met,
            "off": one.off,
        }
        for one in step.checks
    ]
    return {
        "name": step.name,
        "outcome": step.outcome,
        "text": said.sentence,
        "differs": list(said.differs),
        "checks": checks,
    }


def _other(language: str, one: Other, answer: Answer) -> dict[str, Any]:
    row, text = other(language, one, answer)
    return {"side": one.side, "row": _row(row) if row else None, "text": text}


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON holds any kind of value
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
