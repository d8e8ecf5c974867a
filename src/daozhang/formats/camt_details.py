"""The details of one entry, kept until the entry ends: only then is it known whether they add up to it.

A batch entry may have hundreds of thousands of details. They are kept as they were read, packed a block at a time; what
they add up to is summed as they come, so they are unpacked once, when their rows are said.
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Iterator
from typing import Final

from daozhang.formats.camt_places import (
    DETAIL_AMOUNT,
    DETAIL_CURRENCY,
    DETAIL_MINOR,
    DETAIL_SIDE,
    INNER_AMOUNT,
    INNER_CURRENCY,
)
from daozhang.formats.cells import UnreadableError, yuan
from daozhang.formats.xml_stream import Record

BLOCK: Final = 1024
"""Details that are packed together; an entry with fewer is never packed."""
_FASTEST: Final = 1
_PLAIN: Final = 2
"""The form of ``marshal`` that looks for nothing that is the same object twice."""


class Details:
    """The details of one entry, in order, and what they add up to in the entry's currency."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._open: list[Record] = []
        self._code = self._side = ""
        self._total = 0
        self._blind = 0
        self._unreadable: UnreadableError | None = None
        self.count = 0

    def add(self, detail: Record, code: str, side: str) -> None:
        """Take one detail of an entry in currency ``code`` on ``side``, as far as the entry has said so yet."""
        if not self.count:
            self._code, self._side = code, side
        self.count += 1
        detail[DETAIL_MINOR] = self._minor(detail)
        self._open.append(detail)
        if len(self._open) == BLOCK:
            self._packed.append(zlib.compress(marshal.dumps(self._open, _PLAIN), _FASTEST))
            self._open = []

    def total(self, code: str, side: str) -> int | None:
        """Return what the details add up to; None when one has no amount in the entry's currency.

        ``UnreadableError`` when an amount cannot be read.
        """
        if self.count and (code, side) != (self._code, self._side):
            self._sum_again(code, side)
        if self._blind:
            return None
        if self._unreadable is not None:
            raise self._unreadable
        return self._total

    def __iter__(self) -> Iterator[Record]:
        for block in self._packed:
            yield from marshal.loads(zlib.decompress(block))  # noqa: S302 - packed above, by this object
        yield from self._open

    def common(self) -> Record | None:
        """Return what all details say alike, the rest unknown; of one detail all it says; None when there is none."""
        if self.count == 1:
            return self._open[0]
        same: Record | None = None
        left: list[int] = []
        for detail in self:
            if same is None:
                same = list(detail)
                left = [place for place, text in enumerate(same) if text is not None]
            for place in [place for place in left if detail[place] != same[place]]:
                same[place] = None
                left.remove(place)
        return same

    def _sum_again(self, code: str, side: str) -> None:
        """Sum once more: the entry named its currency or its side after its details."""
        before = Details()
        before._packed, before._open = self._packed, self._open
        self._packed, self._open = [], []
        self._total = self._blind = self.count = 0
        self._unreadable = None
        for detail in before:
            self.add(detail, code, side)

    def _minor(self, detail: Record) -> int | None:
        text, code = detail[DETAIL_AMOUNT], detail[DETAIL_CURRENCY]
        if text is None:
            text, code = detail[INNER_AMOUNT], detail[INNER_CURRENCY]
        if text is None or (code or self._code) != self._code:
            self._blind += 1
            return None
        try:
            minor = signed("TxDtls", text, self._code, detail[DETAIL_SIDE] or self._side)
        except UnreadableError as bad:
            self._unreadable = self._unreadable or bad
            return None
        self._total += minor
        return minor


def signed(element: str, text: str | None, code: str, side: str | None) -> int:
    """Return an amount in signed minor units of currency ``code``: CRDT positive, DBIT negative."""
    if text is None:
        raise UnreadableError(f"{element}/Amt", "", "reject-empty")
    if side == "CRDT":
        return yuan(f"{element}/Amt", text, code)
    if side == "DBIT":
        return -yuan(f"{element}/Amt", text, code)
    raise UnreadableError(f"{element}/CdtDbtInd", side or "", "reject-value", expected="CRDT DBIT")
