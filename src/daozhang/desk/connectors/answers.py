"""What a bank's message says of our requests, read by the formats that read the same messages from files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from daozhang.diagnosis.reasons import read_reason
from daozhang.formats.base import Source, StatedTotal, Statement
from daozhang.formats.registry import formats_claiming
from daozhang.remedies.retry import Told

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a status report or a return that are read in this process; what is larger is left to the import."""

READ_HERE: Final = frozenset({"pain_002", "pacs_002", "pacs_004", "camt_054"})
"""Formats whose messages are answers. Statements are imported instead: they are proof, and proof is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one message says of one number."""

    number: str
    told: Told
    reason_code: str = ""
    reason_text: str = ""
    retry: str = ""
    finality: str = ""


@dataclass
class _Sink:
    """Keeps the rows of a message; the rest of it is not asked for."""

    rows: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)

    def row(self, table: str, line_no: int, values: Mapping[str, object]) -> None:  # noqa: ARG002 - the sink of every reader
        self.rows.append((table, dict(values)))

    def control(self, line_no: int) -> None:
        """Control lines say nothing of a payment."""

    def reject(self, line_no: int, column: str, value: str, reason: str, **facts: object) -> None:
        """What cannot be read says nothing."""

    def warn(self, key: str, **facts: object) -> None:
        """A message that contradicts itself still says what it says of each payment."""

    def covers(
        self, table: str, *, first_on: date, last_on: date, account_tail: str = "", merchant_no: str = ""
    ) -> None:
        """Periods are a statement's."""

    def statement(self, said: Statement) -> None:
        """Balances are a statement's."""

    def total(self, said: StatedTotal) -> None:
        """Totals of other files are not asked for here."""


def is_answer(name: str, body: bytes) -> bool:
    """Return whether a message is an answer about payments (and not a statement, or something else)."""
    return _format(name, body) in READ_HERE


def read(name: str, body: bytes) -> list[Answer]:
    """Return what a message says of each number; nothing when it is no answer."""
    source = Source(name, body)
    code = _format(name, body)
    if code not in READ_HERE:
        return []
    sink = _Sink()
    reader = next(one.read for one in formats_claiming(source) if one.code == code)
    assert reader is not None
    reader(source, sink)
    found = [_of_answer(values) if table == "payout_answers" else _of_notice(values) for table, values in sink.rows]
    returned = {one.number for one in found if one is not None and one.told is Told.RETURNED}
    return [one for one in found if one is not None and (one.told is Told.RETURNED or one.number not in returned)]


def told_of(state: str, reason_code: str, *, is_return: bool = False) -> Answer:
    """Return what a state of the tables and its reason mean, without a number.

    A refusal whose reason is not final (the bank has had the number before) decides nothing: it is known there.
    """
    if state == "returned":
        return _with_reason(Told.RETURNED, reason_code, "return")
    if state in {"pending", "claimed", "held"}:
        return Answer(number="", told=Told.TAKEN)
    if state not in {"failed", "closed"}:
        return Answer(number="", told=Told.NOTHING)
    answer = _with_reason(Told.REFUSED, reason_code, "return" if is_return else "status")
    is_open = bool(reason_code) and answer.finality == "unknown" and answer.retry == "QUERY_FIRST"
    return Answer(number="", told=Told.KNOWN, reason_code=reason_code) if is_open else answer


def _of_answer(values: Mapping[str, object]) -> Answer | None:
    code, text = str(values.get("reason_code") or ""), str(values.get("reason_text") or "")
    answer = told_of(str(values["state"]), code, is_return=values.get("reason_scheme") == "iso20022_return")
    return Answer(
        number=str(values["payout_no"]), told=answer.told, reason_code=code, reason_text=text[:400],
        retry=answer.retry, finality=answer.finality,
    )  # fmt: skip


def _of_notice(values: Mapping[str, object]) -> Answer | None:
    """A debit that names our number: the payer's account was charged, so the bank has the order."""
    amount, number = values.get("amount_minor"), values.get("bank_reference")
    if not isinstance(amount, int) or amount >= 0 or not number:
        return None
    return Answer(number=str(number), told=Told.TAKEN)


def _with_reason(told: Told, code: str, interface: str) -> Answer:
    meaning = read_reason("", provider="iso20022", interface=interface, code=code) if code else None
    return Answer(
        number="", told=told, reason_code=code, retry=(meaning.retry if meaning else "") or "CONTACT",
        finality=meaning.finality if meaning and not meaning.ask else "final",
    )  # fmt: skip


def _format(name: str, body: bytes) -> str:
    if len(body) > LARGEST:
        return ""
    claiming = formats_claiming(Source(name, body))
    return claiming[0].code if len(claiming) == 1 else ""
