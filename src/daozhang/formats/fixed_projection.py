"""Files of fixed-width records, set-wise: each record is one text of one sign per byte, and a field is a part of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from daozhang.formats.base import NotSetWiseError, Source
from daozhang.formats.fixed_width import FixedRecord, Layout
from daozhang.formats.sql_steps import Form, Steps, Test
from daozhang.formats.unionpay import HALF_A_YEAR

DELIMITER: Final = "\x1e"
"""No text with this sign is read set-wise (``intake.scan``), so that a record is one cell."""
PLAIN: Final = "[ -~]*"
FEN: Final = "[0-9]{12}"
SIGNED_FEN: Final = "[CD][0-9]{8,12}"


class FixedCells:
    """The SQL of the fields of a record, each worked out once. ``proofs`` grows with the fields that are asked for.

    Spaces are padding and nothing else is: ``trim`` without its second word would take blanks of other alphabets, too.
    """

    def __init__(self, layout: Layout, steps: Steps) -> None:
        self._layout = layout
        self.steps = steps
        self.proofs: dict[Test, None] = {f"length(c0) = {layout.record_bytes}": None}

    def text(self, name: str) -> str:
        """Return a field without padding; a record is sure only when it is printable ASCII."""
        one = self._layout.fields[name]
        text = self.steps.named(f"trim(substr(c0, {one.start + 1}, {one.end - one.start}), ' ')")
        self.proofs[Form(text, PLAIN)] = None
        return text

    def fen(self, name: str) -> str:
        """Return an unsigned amount in fen."""
        one = self._layout.fields[name]
        text = self.steps.named(f"trim(substr(c0, {one.start + 1}, {one.end - one.start}), ' ')")
        self.proofs[Form(text, FEN)] = self.proofs[f"{text} <> ''"] = None
        return self.steps.named(f"try_cast({text} AS BIGINT)")

    def signed_fen(self, name: str) -> str:
        """Return an amount in fen, C positive, D negative; blank is zero."""
        one = self._layout.fields[name]
        text = self.steps.named(f"trim(substr(c0, {one.start + 1}, {one.end - one.start}), ' ')")
        self.proofs[Form(text, SIGNED_FEN)] = None
        number = f"try_cast(substr({text}, 2) AS BIGINT)"
        return self.steps.named(f"CASE left({text}, 1) WHEN 'C' THEN {number} WHEN 'D' THEN -{number} ELSE 0 END")

    def occurred_at(self, name: str, cleared_on: date) -> str:
        """Return MMDDhhmmss in the year nearest to the clearing day (``unionpay.occurred_at``)."""
        text = self.text(name)
        self.proofs[Form(text, "[0-9]{10}")] = None
        day = self.steps.named(f"'-' || substr({text}, 1, 2) || '-' || substr({text}, 3, 2)")
        years = [cleared_on.year, cleared_on.year - 1, cleared_on.year + 1]
        cases = " ".join(
            f"WHEN abs(try_cast('{year}' || {day} AS DATE) - DATE '{cleared_on}') <= {HALF_A_YEAR} THEN '{year}'"
            for year in years
        )
        clock = f"substr({text}, 5, 2) || ':' || substr({text}, 7, 2) || ':' || substr({text}, 9, 2)"
        at = self.steps.named(f"CASE {cases} END || {day} || ' ' || {clock}")
        self.proofs[f"{at} IS NOT NULL"] = None
        return at


def as_lines(source: Source, size: int) -> Iterator[bytes]:
    """Yield a file as UTF-8 whose lines are its records, one sign per byte; ``NotSetWiseError`` when it is two things at once."""
    has_lines = b"\n" in source.head(size + 2)
    rest = b""
    for piece in source.chunks():
        if not has_lines:
            if b"\n" in piece:
                raise NotSetWiseError
            data = rest + piece
            whole = len(data) - len(data) % size
            rest = data[whole:]
            piece = b"".join(data[at : at + size] + b"\n" for at in range(0, whole, size))  # noqa: PLW2901
        yield piece if piece.isascii() else piece.decode("latin-1").encode("utf-8")
    if rest:
        yield rest.decode("latin-1").encode("utf-8")


def left_records(source: Source, layout: Layout, lines: Iterable[tuple[int, str]]) -> Iterator[FixedRecord]:
    """Yield the records that were left; an end-of-file mark that stands alone on the last line is none."""
    last = source.tail().rpartition(b"\n")[2]
    held = None
    for line_no, text in lines:
        if held is not None:
            yield held
        held = FixedRecord(layout, line_no, text.encode("latin-1"))
    if held is not None and not (last and not last.strip(b"\x1a") and held.data == last):
        yield held
