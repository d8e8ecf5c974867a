"""Message → what may be kept of it. Card number, tracks, PIN, expiry and chip data end here: only the last four digits leave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from daozhang.formats.cells import tail_of
from daozhang.formats.iso8583.dialects import TERMINAL, Dialect
from daozhang.formats.iso8583.frames import Frame

KEPT: Final = (
    "3", "4", "7", "11", "12", "13", "22", "25", "32", "37", "38", "39", "41", "42", "49", "66", "74", "75", "76", "77", "86",
    "87", "88", "89",
)  # fmt: skip
"""Fields that pass as they are. 2, 14, 35, 36, 45, 48, 52, 53, 55, 61 to 64 and all private ones do not."""

TOTALS_DIGITS: Final = 62
DETAIL_DIGITS: Final = 40
"""One payment of a batch upload: card type 2, trace 6, card number 20, amount 12."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Both sides of a batch as one party counts them, fen and numbers, and the digit that says whether they agree."""

    debit_minor: int
    debit_count: int
    credit_minor: int
    credit_count: int
    verdict: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message without card data. ``fields`` holds the kept fields, stripped; empty text where one is not there."""

    line_no: int
    is_terminal: bool
    mti: str
    fields: Mapping[str, str]
    logged_on: date | None
    logged_at: datetime | None
    card_tail: str | None = None
    kind_code: str = ""
    batch_no: str = ""
    original_trace_no: str = ""
    totals: Totals | None = None
    uploaded: tuple[str, ...] = ()
    """Trace numbers that a batch upload lists."""

    def __getitem__(self, field: str) -> str:
        """Return a kept field; empty text when the message does not have it."""
        return self.fields.get(field, "")

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what names a payment of a terminal: merchant, terminal, trace number."""
        return self["42"], self["41"], self["11"]

    @property
    def is_answer(self) -> bool:
        """Return whether this answers a request or an advice."""
        return self.mti[2] in "13"

    @property
    def is_repeat(self) -> bool:
        """Return whether the sender sends it again."""
        return self.mti[3] in "135"


def message_of(frame: Frame, dialect: Dialect, fields: Mapping[str, str]) -> Message:
    """Return what may be kept of a decoded message."""
    is_terminal = dialect is TERMINAL
    mti = fields["t"]
    private = fields.get("60", "")
    has_batch = is_terminal or mti[1] == "5"
    return Message(
        line_no=frame.line_no,
        is_terminal=is_terminal,
        mti=mti,
        fields={name: fields[name].strip() for name in KEPT if name in fields},
        logged_on=frame.logged_on,
        logged_at=frame.logged_at,
        card_tail=_card_tail(fields),
        kind_code=private[:2] if is_terminal and private.isdigit() else "",
        batch_no=_batch_no(private, is_terminal=is_terminal) if has_batch else "",
        original_trace_no=_original(fields, is_terminal=is_terminal),
        totals=_totals(fields, is_terminal=is_terminal) if mti[1] == "5" else None,
        uploaded=_uploaded(fields) if is_terminal and mti[1] == "3" else (),
    )


def _card_tail(fields: Mapping[str, str]) -> str | None:
    number = fields.get("2") or re.split("[=D]", fields.get("35", ""))[0]
    return tail_of(number.strip().rstrip("F"))


def _batch_no(private: str, *, is_terminal: bool) -> str:
    batch_no = private[2:8] if is_terminal else private[:6]
    return batch_no if re.fullmatch(r"\d{6}", batch_no, re.ASCII) else ""


def _original(fields: Mapping[str, str], *, is_terminal: bool) -> str:
    """Return the trace number of the payment that is taken back: F61 (batch, trace) of a terminal, F90 of a switch."""
    text = fields.get("61", "")[6:12] if is_terminal else fields.get("90", "")[4:10]
    return text if re.fullmatch(r"\d{6}", text, re.ASCII) and text.strip("0") else ""


def _totals(fields: Mapping[str, str], *, is_terminal: bool) -> Totals | None:
    if not is_terminal:
        return _switch_totals(fields)
    digits = fields.get("48", "")
    if len(digits) != TOTALS_DIGITS or not digits.isdigit():
        return None
    home, abroad = digits[:31], digits[31:]
    verdicts = {home[30], abroad[30]} - {"0"}
    return Totals(
        debit_minor=int(home[:12]) + int(abroad[:12]),
        debit_count=int(home[12:15]) + int(abroad[12:15]),
        credit_minor=int(home[15:27]) + int(abroad[15:27]),
        credit_count=int(home[27:30]) + int(abroad[27:30]),
        verdict=max(verdicts, default="0"),
    )


def _switch_totals(fields: Mapping[str, str]) -> Totals | None:
    """Return the totals of F74 to F77 and F86 to F89, reversals taken off; None where the message has none."""
    cells = {name: fields.get(name, "") for name in ("74", "75", "76", "77", "86", "87", "88", "89")}
    if not any(cells.values()) or not all(text.isdigit() for text in cells.values() if text):
        return None
    number = {name: int(text or 0) for name, text in cells.items()}
    return Totals(
        debit_minor=number["88"] - number["89"],
        debit_count=number["76"] - number["77"],
        credit_minor=number["86"] - number["87"],
        credit_count=number["74"] - number["75"],
        verdict=fields.get("66", ""),
    )


def _uploaded(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the trace numbers of the payments a batch upload lists; none where the field holds something else."""
    digits = fields.get("48", "")
    if not digits.isdigit() or len(digits) < 2 + DETAIL_DIGITS:
        return ()
    count, rest = int(digits[:2]), digits[2:]
    if len(rest) != count * DETAIL_DIGITS:
        return ()
    return tuple(rest[at + 2 : at + 8] for at in range(0, len(rest), DETAIL_DIGITS))
