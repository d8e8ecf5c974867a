"""The two messages a probe sends, in the dialect of the host: echo (0800, 301) and sign-on (0800, 001). No card data, no money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import iso8583

from daozhang.formats.iso8583.dialects import GENERIC, TERMINAL, Dialect

DIALECTS: Final[dict[str, Dialect]] = {
    "unionpay": TERMINAL,
    "generic": GENERIC[0],
    "generic-binary": GENERIC[1],
    "generic-packed": GENERIC[2],
}
"""What ``--iso8583`` takes: the UnionPay terminal dialect; the 1987 edition in text, with a binary bitmap, packed."""

LENGTH_BYTES: Final = 2
_TERMINAL_HEAD: Final = bytes.fromhex("6000030000" + "613100310000")
"""TPDU to destination 0003; header: IC terminal, software 31, no state, nothing asked."""
APPROVED: Final = "00"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks which dialect: terminal and merchant number as field 41 and 42 carry them."""

    dialect: Dialect
    terminal_no: str = "00000000"
    merchant_no: str = "000000000000000"

    def echo(self, trace: int) -> bytes:
        """Return the frame of an echo with its length in front."""
        return self._network(trace, "301")

    def sign_on(self, trace: int) -> bytes:
        """Return the frame of a sign-on. A UnionPay host hands out new working keys with its answer."""
        return self._network(trace, "001")

    def _network(self, trace: int, code: str) -> bytes:
        fields = {"t": "0800", "11": f"{trace % 1_000_000:06d}"}
        if self.dialect is TERMINAL:
            fields |= {
                "41": self.terminal_no[:8].ljust(8), "42": self.merchant_no[:15].ljust(15), "60": f"00000001{code}",
            }  # fmt: skip
        else:
            fields |= {"7": f"{datetime.now(UTC):%m%d%H%M%S}", "70": code}
            if code == "001":
                fields |= {"41": self.terminal_no[:8].ljust(8), "42": self.merchant_no[:15].ljust(15)}
        body, _ = iso8583.encode(fields, self.dialect.specs()[0])
        message = (_TERMINAL_HEAD if self.dialect is TERMINAL else b"") + bytes(body)
        return len(message).to_bytes(LENGTH_BYTES, "big") + message


@dataclass(frozen=True, slots=True)
class Answer:
    """A 0810 as far as a probe reads it: trace number, field 39, and the host's own day and time where it tells them."""

    trace: int
    code: str
    month_day: str = ""
    time: str = ""

    def host_time(self, near: datetime) -> datetime | None:
        """Return what the host's clock says, in the year that brings it nearest to ``near``; None when it tells no time.

        Fields 12 and 13 are local time at the host without a year. A probe never sends them, so they are the host's own.
        """
        said = []
        for year in (near.year - 1, near.year, near.year + 1):
            try:
                said.append(datetime.strptime(f"{year}{self.month_day}{self.time}", "%Y%m%d%H%M%S"))
            except ValueError:
                continue
        return min(said, key=lambda one: abs(one - near), default=None) if self.time else None


def read_answer(data: bytes, dialect: Dialect) -> Answer | None:
    """Return the answer in a frame without its length; None when it is no answer of this dialect to a network message."""
    fields = dialect.decode(data)
    if fields is None or fields["t"] != "0810" or not fields.get("11", "").isdigit():
        return None
    return Answer(int(fields["11"]), fields.get("39", ""), fields.get("13", ""), fields.get("12", ""))
