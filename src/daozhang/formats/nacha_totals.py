"""The control records of a NACHA file (8 and 9) against its entries: counts, hash of routing numbers, debits, credits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from daozhang.formats.base import Sink
from daozhang.formats.control_totals import ControlTotals

HASH_DIGITS: Final = 10**10
"""The entry hash keeps ten digits; what is carried over is dropped."""


@dataclass(slots=True)
class _Sums:
    lines: int = 0
    routing: int = 0
    debit: int = 0
    credit: int = 0
    batches: int = 0

    def values(self) -> tuple[int, int, int, int]:
        return self.lines, self.routing % HASH_DIGITS, self.debit, self.credit


_NAMES: Final = ("entries", "hash", "debit", "credit")
_BATCH: Final = (slice(4, 10), slice(10, 20), slice(20, 32), slice(32, 44))
_ADVICE_BATCH: Final = (slice(4, 10), slice(10, 20), slice(20, 40), slice(40, 60))
_FILE: Final = (slice(13, 21), slice(21, 31), slice(31, 43), slice(43, 55))
_ADVICE_FILE: Final = (slice(13, 21), slice(21, 31), slice(31, 51), slice(51, 71))


class Totals:
    """Adds up a batch and the file; amounts are whole cents."""

    def __init__(self, sink: Sink) -> None:
        self.compared = ControlTotals(sink)
        self._batch, self._file = _Sums(), _Sums()
        self._has_advice = False

    def open_batch(self) -> None:
        """Begin a batch."""
        self._batch = _Sums()

    def add(self, text: str, amount: int) -> None:
        """Take an entry: its code says the side, its routing number goes into the hash."""
        batch, code, routing = self._batch, text[1:3], text[3:11]
        batch.lines += 1
        if routing.isascii() and routing.isdigit():
            batch.routing += int(routing)
        is_credit = code in {"81", "83", "85", "87"} if code[:1] == "8" else code[1:] in {"1", "2", "3", "4"}
        if is_credit:
            batch.credit += amount
        else:
            batch.debit += amount

    def add_addenda(self) -> None:
        """Take an addenda record, which the counts hold too."""
        self._batch.lines += 1

    def close_batch(self, line_no: int, text: str, *, is_advice: bool) -> None:
        """Compare a batch control and add its batch to the file."""
        batch, whole = self._batch, self._file
        self._compare(f"8 ({line_no})", text, _ADVICE_BATCH if is_advice else _BATCH, batch)
        self._has_advice = self._has_advice or is_advice
        whole.lines += batch.lines
        whole.routing += batch.routing
        whole.debit += batch.debit
        whole.credit += batch.credit
        whole.batches += 1
        self._batch = _Sums()

    def close_file(self, line_no: int, text: str) -> None:
        """Compare the file control."""
        self.compared.compare(f"9 ({line_no}) batches", text[1:7], self._file.batches)
        self._compare(f"9 ({line_no})", text, _ADVICE_FILE if self._has_advice else _FILE, self._file)

    def finish(self) -> None:
        """Say how many totals more differ than were named."""
        self.compared.finish()

    def _compare(self, name: str, text: str, columns: tuple[slice, ...], sums: _Sums) -> None:
        for word, column, computed in zip(_NAMES, columns, sums.values(), strict=True):
            self.compared.compare(f"{name} {word}", text[column], computed)
