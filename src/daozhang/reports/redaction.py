"""The facts of a case for somebody outside: amounts, days and kinds stay; names, numbers that name, and free text go.

What names a thing becomes a mark that is the same wherever the thing stands (``M1``, ``T2``), so that an expert still sees what
belongs together. Nothing is searched for and cut out: only what is known to be harmless is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from daozhang.reports.facts import FindingLine, MeasureLine, RecordLine, ReportFacts

GONE: Final = "…"
MARKS: Final[Mapping[str, str]] = {
    "acquirer": "A", "merchant_no": "M", "terminal_no": "T", "batch_no": "B", "trace_no": "V", "rrn": "R", "order_no": "O",
    "network_no": "N", "payout_no": "P", "account_tail": "K", "card_tail": "C", "file": "F", "by": "U", "external_no": "E",
    "store_no": "S", "business": "M",
}  # fmt: skip
"""Column → the letter of its marks."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?", re.ASCII)
SAFE_FACTS: Final = frozenset({
    "days", "days_late", "count", "amount", "gap", "gap_minor", "rate_bp", "fee", "expected", "charged", "hours", "minutes",
    "currency", "side", "kind", "due_on", "due_at", "settled_on", "returned_on", "booked_on", "cleared_on", "holiday",
})  # fmt: skip
"""Facts of a sentence that name nobody."""


@dataclass(slots=True)
class Marks:
    """Gives each value of a kind its mark, in the order in which they are met."""

    _given: dict[tuple[str, str], str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def of(self, kind: str, value: str) -> str:
        """Return the mark of ``value``; empty stays empty."""
        if not value:
            return ""
        letter = MARKS.get(kind, "X")
        if (letter, value) not in self._given:
            self._counts[letter] = self._counts.get(letter, 0) + 1
            self._given[letter, value] = f"{letter}{self._counts[letter]}"
        return self._given[letter, value]


def redacted(facts: ReportFacts) -> ReportFacts:
    """Return the facts without anything that names a person, a business, an account, a card or a place of theirs."""
    marks = Marks()
    return replace(
        facts,
        acquirer=marks.of("acquirer", facts.acquirer), merchant_no=marks.of("merchant_no", facts.merchant_no),
        business="", external_no=marks.of("external_no", facts.external_no),
        findings=tuple(_finding(one, marks) for one in facts.findings),
        records=tuple(_record(one, marks) for one in facts.records),
        measures=tuple(_measure(one, marks) for one in facts.measures),
        bank_lines=tuple(_place(one, marks) for one in facts.bank_lines),
    )  # fmt: skip


def _finding(one: FindingLine, marks: Marks) -> FindingLine:
    return replace(
        one,
        keys={name: _key(name, value, marks) for name, value in one.keys.items()},
        reason_facts={name: _fact(name, value) for name, value in one.reason_facts.items()},
        evidence=tuple(_place(line, marks) for line in one.evidence),
    )


def _record(one: RecordLine, marks: Marks) -> RecordLine:
    named = ("merchant_no", "terminal_no", "batch_no", "trace_no", "rrn", "order_no", "file")
    said: dict[str, Any] = {name: marks.of(name, getattr(one, name)) for name in named}
    return replace(one, card_tail="", **said)


def _measure(one: MeasureLine, marks: Marks) -> MeasureLine:
    return replace(one, by=marks.of("by", one.by), note=GONE if one.note else "")


def _key(name: str, value: str, marks: Marks) -> str:
    return value if name == "settled_on" and _DAY.fullmatch(value) else marks.of(name, value)


def _fact(name: str, value: Any) -> Any:  # noqa: ANN401 - a fact may be any plain value
    if isinstance(value, bool) or (name in SAFE_FACTS and isinstance(value, int | date)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**9 else 0
    text = str(value)
    return text if name in SAFE_FACTS and (_DAY.fullmatch(text) or re.fullmatch(r"[a-z_]{1,24}", text)) else GONE


def _place(line: str, marks: Marks) -> str:
    file, colon, number = line.rpartition(":")
    return (
        f"{marks.of('file', file)}:{number}"
        if colon and number.isascii() and number.isdigit()
        else marks.of("file", line)
    )
