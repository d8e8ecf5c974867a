"""A request as the host weighs it: the same view of a message that the log reader has, beside what only a host asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from daozhang.formats.iso8583.dialects import GENERIC, TERMINAL
from daozhang.formats.iso8583.frames import Frame
from daozhang.formats.iso8583.messages import Message, message_of
from daozhang.formats.iso8583.story import KINDS, TERMINAL_KINDS
from daozhang.formats.iso8583.whole import Fields
from daozhang.host.batches import Payment
from daozhang.host.keeping import details_of

_WEIGHED: Final = ("3", "4", "48", "49", "60", "61", "74", "75", "76", "77", "86", "87", "88", "89", "90")
"""Fields that stay the same when a message is sent again; the moment of sending may change."""
_OF_A_PAYMENT: Final = ("12", "13")
SIGN_ON, SIGN_OFF, ECHO = "sign_on", "sign_off", "echo"
_MANAGEMENT: Final = {"001": SIGN_ON, "003": SIGN_ON, "004": SIGN_ON, "002": SIGN_OFF, "301": ECHO}
UPLOAD_ENDS: Final = frozenset({"202", "207"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request without card data."""

    message: Message
    fields: Fields

    @property
    def group(self) -> str:
        """Return the class of the message: 1 pre-authorisation, 2 payment, 3 upload, 4 reversal, 5 settlement, 8 network."""
        return self.message.mti[1]

    @property
    def is_terminal(self) -> bool:
        """Return whether it is written in the UnionPay terminal dialect."""
        return self.message.is_terminal

    @property
    def trace_no(self) -> str:
        """Return field 11."""
        return self.message["11"]

    @property
    def kind(self) -> str:
        """Return the kind of payment; empty where it moves no money or is none that a host takes."""
        if self.is_terminal:
            return TERMINAL_KINDS.get(self.message.kind_code, "")
        kind = KINDS.get((self.group, self.message["3"][:2]), "")
        return "offline_sale" if kind == "sale" and self.message.mti[2] == "2" else kind

    @property
    def management(self) -> str:
        """Return what a network message asks for; an echo where the code is another or missing."""
        code = self.fields.get("60", "")[8:11] if self.is_terminal else self.fields.get("70", "")
        return _MANAGEMENT.get(code, ECHO)

    @property
    def ends_upload(self) -> bool:
        """Return whether it says that the upload is complete (terminal: 60.3 202, 207)."""
        return self.is_terminal and self.group == "3" and self.fields.get("60", "")[8:11] in UPLOAD_ENDS

    @property
    def amount_minor(self) -> int | None:
        """Return field 4 in minor units, None where it is no amount."""
        text = self.message["4"]
        return int(text) if text.isascii() and text.isdigit() else None

    @property
    def original_trace_no(self) -> str:
        """Return the trace number of the payment that is taken back; a terminal's reversal repeats its own."""
        return self.message.original_trace_no or (self.trace_no if self.group == "4" else "")

    def uploads(self, known: Mapping[str, Payment]) -> list[Payment]:
        """Return the payments an upload names; the kind is the host's where it knows the trace number, else a sale.

        The 40 digits of a terminal do not say the side a payment is on.
        """
        if not self.is_terminal:
            trace_no = self.message.original_trace_no or self.trace_no
            kind = KINDS.get(("2", self.message["3"][:2]), "sale")
            return [Payment(trace_no, kind, self.amount_minor or 0, rrn=self.message["37"])]
        found = []
        for one in details_of(self.fields.get("48", "")):
            trace_no, amount = one[2:8], int(one[28:40])
            kind = known[trace_no].kind if trace_no in known else "sale"
            found.append(Payment(trace_no, kind, amount))
        return found

    def digest(self) -> bytes:
        """Return what two requests have in common only when one is the other sent again."""
        names = (*_WEIGHED, *_OF_A_PAYMENT) if self.group in "12" else _WEIGHED
        told = "|".join(f"{name}={self.fields[name]}" for name in names if name in self.fields)
        return hashlib.blake2b(told.encode(), digest_size=12).digest()


def asked_of(fields: Fields, *, is_terminal: bool) -> Asked:
    """Return the view of a request whose card data are cut already."""
    return Asked(message_of(Frame(0, b""), TERMINAL if is_terminal else GENERIC[0], fields), fields)
