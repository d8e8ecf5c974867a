"""pain.002, pacs.002 and pacs.004 → payout_answers: one row for each payment that is answered.

A payment is named by its end-to-end number, which is the payout's number; where a transaction carries no status of its
own it has that of its batch or of the whole order. An answer to a batch or an order that lists no payments (a file that
was rejected outright) names none: it is kept once, under the number of that batch or order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from daozhang.formats.base import Given, Sink, Source
from daozhang.formats.cells import UnreadableError, currency, moment, yuan, zone_named
from daozhang.formats.iso20022.places import (
    AMOUNT,
    BANK_REF,
    BATCH,
    CLEARING_REF,
    CURRENCY,
    GROUP,
    HEAD,
    INSTRUCTION,
    LINE,
    MESSAGE_AT,
    MESSAGE_NO,
    ONE,
    ORDER_NO,
    OWN_REASON,
    REASON,
    REASON_TEXT,
    SENT_AMOUNT,
    SENT_CURRENCY,
    STATUS,
    TRANSACTION,
    UETR,
    message,
)
from daozhang.formats.iso20022.states import MIXED, STATES
from daozhang.formats.xml_source import decoded
from daozhang.formats.xml_stream import Record, Stream

UNSAID: Final = frozenset({"", "NOTPROVIDED"})
"""What stands in a reference that has none."""
_NO_HEAD: Final[Record] = [0, None, None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One message: the names its element has had, and whose list its reason codes are of.

    ``returned`` is true of pacs.004: it carries no status, every payment in it came back.
    """

    elements: tuple[str, ...]
    scheme: str
    returned: bool = False


class Answers:
    """Takes the records of one message; the message itself ends last and says what no payment was named for."""

    def __init__(self, kind: Kind, given: Given, sink: Sink) -> None:
        self._kind, self._given, self._sink = kind, given, sink
        self._zone = zone_named(given.timezone)
        self._head: Record = _NO_HEAD
        self._groups: list[Record] = []
        self._told = self._told_in_batch = 0
        self._whole: list[str] = []
        self._messages = 0

    def stream(self) -> Stream:
        """Return what reads the file and tells this reader of each record."""
        handlers = {
            self._kind.elements[0]: self._end_message, HEAD.paths[0]: self._take_head, GROUP.paths[0]: self._take_group,
            BATCH.paths[0]: self._end_batch, ONE.paths[0]: self._take_one,
        }  # fmt: skip
        return Stream((message(*self._kind.elements),), handlers)

    def finish(self) -> None:
        """Say once per file which answers name no payment, or that there is none at all."""
        if self._whole:
            self._sink.warn("warn-answer-to-whole-order", count=len(self._whole), orders=", ".join(self._whole[:5]))
        if not self._messages:
            self._sink.warn("warn-no-answer")

    def _take_head(self, head: Record, _message: Record) -> None:
        self._head = head

    def _take_group(self, group: Record, _message: Record) -> None:
        self._groups.append(group)

    def _take_one(self, one: Record, around: Record) -> None:
        self._told += 1
        self._told_in_batch += 1
        # Its own status, else its batch's, else the order's; where the status comes from, the reason may come from too.
        levels = [one, around] if len(around) > STATUS else [one]
        levels += self._groups if len(self._groups) == 1 else []
        self._say(one, next((level for level in levels if level[STATUS] and level[STATUS] != MIXED), one), one)

    def _end_batch(self, batch: Record, _message: Record) -> None:
        told, self._told_in_batch = self._told_in_batch, 0
        if not told and batch[STATUS]:
            self._told += 1
            self._say_whole(batch)

    def _end_message(self, _message: Record, _around: Record) -> None:
        self._messages += 1
        groups, self._groups = self._groups, []
        told, self._told = self._told, 0
        for group in groups if not told else ():
            if group[STATUS] or (self._kind.returned and group[REASON]):
                self._say_whole(group)
        self._head, self._told_in_batch = _NO_HEAD, 0

    def _say_whole(self, level: Record) -> None:
        """Say an answer that lists no payments."""
        if level[STATUS] == MIXED:
            self._sink.control(level[LINE])
        elif self._say(level, level, None):
            self._whole.append(level[ORDER_NO])

    def _say(self, named: Record, level: Record, one: Record | None) -> bool:
        try:
            values = self._values(named, level, one)
        except UnreadableError as bad:
            self._sink.reject(named[LINE], bad.column, bad.value, bad.reason, **bad.facts)
            return False
        self._sink.row("payout_answers", named[LINE], values)
        return True

    def _values(self, named: Record, level: Record, one: Record | None) -> dict[str, object]:
        reason = named if named[REASON] or named[OWN_REASON] or named[REASON_TEXT] else level
        numbers = [named[ORDER_NO]] if one is None else [one[ORDER_NO], one[INSTRUCTION], one[TRANSACTION]]
        values: dict[str, object] = {
            "acquirer": self._given.acquirer or None,
            "merchant_no": self._given.merchant_no or None,
            "payout_no": _number(numbers),
            "message_no": self._head[MESSAGE_NO],
            "answered_at": self._answered_at(),
            "state": "returned" if self._kind.returned else _state(level[STATUS]),
            "reason_scheme": self._kind.scheme if reason[REASON] else "other" if reason[OWN_REASON] else None,
            "reason_code": reason[REASON] or reason[OWN_REASON],
            "reason_text": reason[REASON_TEXT],
        }
        if one is not None:
            values["network_no"] = one[UETR] or one[CLEARING_REF] or one[TRANSACTION] or one[BANK_REF]
            values |= _money(one)
        return values

    def _answered_at(self) -> datetime:
        text = self._head[MESSAGE_AT]
        if not text:
            raise UnreadableError("GrpHdr/CreDtTm", "", "reject-empty")
        return moment("GrpHdr/CreDtTm", text, self._zone)


def _number(numbers: list[str | None]) -> str:
    for number in numbers:
        if number and number.upper() not in UNSAID:
            return number
    raise UnreadableError("OrgnlEndToEndId", numbers[0] or "", "reject-empty")


def _state(status: str | None) -> str:
    if not status:
        raise UnreadableError("TxSts", "", "reject-empty")
    if status not in STATES:
        raise UnreadableError("TxSts", status, "reject-value", expected=" ".join(STATES))
    return STATES[status]


def _money(one: Record) -> dict[str, object]:
    """Return the amount the answer speaks of, without a sign, in its currency; empty when it names none."""
    amount, code = (AMOUNT, CURRENCY) if one[AMOUNT] else (SENT_AMOUNT, SENT_CURRENCY)
    if not one[amount]:
        return {}
    unit = currency("Amt@Ccy", one[code] or "") or "CNY"
    return {"amount_minor": yuan("Amt", one[amount], unit), "currency": unit}


def read_answers(kind: Kind, source: Source, sink: Sink) -> None:
    """Read one message and say its rows."""
    reading = Answers(kind, source.given, sink)
    reading.stream().read(*decoded(source))
    reading.finish()
