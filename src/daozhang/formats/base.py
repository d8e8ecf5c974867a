"""What a format is: a way to know a file by its content, and a way to read it into interchange rows.

A format never touches a disk, a database or a clock. It gets the decoded content of one file and says what every
line of it is: a row of a table, a control line (header, summary, trailer, blank), or a reject with its reason.
The card guard, typing against the table's schema, closed lists and duplicates are intake's work, so a reader only
translates: whatever it cannot translate it rejects, naming the column, the value and what was expected.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import BinaryIO, Final, Protocol

CHUNK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is known about a file from outside it (delivery list, command line); empty where nobody said."""

    acquirer: str = ""
    merchant_no: str = ""
    account_tail: str = ""
    covers_on: date | None = None
    timezone: str = "Asia/Shanghai"


class Source:
    """One file as received: its base name and its bytes (already unpacked from a zip).

    The bytes are either here (``data``) or behind an open ``handle`` that is read by place and never written. A reader
    that streams asks for ``chunks`` and never holds the file; ``data`` reads the whole of it once.
    """

    def __init__(self, name: str, data: bytes | None = None, given: Given | None = None, *, handle: int = -1) -> None:
        self.name = name
        self.given = given or Given()
        self.handle = handle
        if data is not None:
            self.__dict__["data"] = data

    @cached_property
    def data(self) -> bytes:
        """Return the whole file."""
        return b"".join(self.chunks())

    @cached_property
    def size(self) -> int:
        """Return the number of bytes."""
        held = self.__dict__.get("data")
        return os.fstat(self.handle).st_size if held is None else len(held)

    def head(self, size: int = 65536) -> bytes:
        """Return the first bytes, for knowing the format by content."""
        return self.part(0, size)

    def tail(self, size: int = 65536) -> bytes:
        """Return the last bytes."""
        return self.part(max(0, self.size - size), size)

    def chunks(self, size: int = CHUNK) -> Iterator[bytes]:
        """Yield the file piece by piece."""
        place = 0
        while piece := self.part(place, size):
            yield piece
            place += len(piece)

    def part(self, place: int, size: int) -> bytes:
        """Return up to ``size`` bytes from ``place`` on; nothing behind the end."""
        held = self.__dict__.get("data")
        return os.pread(self.handle, size, place) if held is None else held[place : place + size]

    def file(self) -> BinaryIO:
        """Return the bytes as a file that can be read and searched, for libraries that ask for one."""
        return io.BufferedReader(_ByPlace(self), CHUNK)


class _ByPlace(io.RawIOBase):
    """A source as a raw file with a place of its own; the handle's place, which others share, is left alone."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source, self._place = source, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._source.part(self._place, len(buffer))
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._source.size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def tell(self) -> int:
        return self._place


class Sink(Protocol):
    """Where a reader says what each line is. Every line of the file must be said exactly once."""

    def row(self, table: str, line_no: int, values: Mapping[str, object]) -> None:
        """Take one row: column → str, int (minor units), datetime, date or None; None and missing mean unknown."""

    def control(self, line_no: int) -> None:
        """Count a line that is not a row: header, preamble, summary, trailer, blank."""

    def reject(self, line_no: int, column: str, value: str, reason: str, **facts: object) -> None:
        """Set one line aside. ``reason`` is a text key ``reject-…``; ``value`` is what stood there."""

    def warn(self, key: str, **facts: object) -> None:
        """Say that the file contradicts itself or leaves something out (text key ``warn-…``); the rows stay taken."""

    def covers(
        self, table: str, *, first_on: date, last_on: date, account_tail: str = "", merchant_no: str = ""
    ) -> None:
        """Say for which days the file states it is complete for ``table`` (a statement period, a bill date)."""

    def statement(self, said: Statement) -> None:
        """Say what one account statement states of itself; statements of one account must follow each other."""

    def total(self, said: StatedTotal) -> None:
        """Say what the rows of another file must add up to (a summary beside its details)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one statement of one account says of itself. Balances are signed minor units, credit positive; None: not stated.

    ``sequence`` counts statements of the account (camt ElctrncSeqNb, MT940 :28C:); 0 where nothing counts. The day of
    the opening balance is the first day the statement speaks of, the closing balance's the last.
    """

    account_tail: str
    currency: str = "CNY"
    statement_no: str = ""
    sequence: int = 0
    opening_minor: int | None = None
    closing_minor: int | None = None
    first_on: date | None = None
    last_on: date | None = None
    line_no: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTotal:
    """What a file states that the rows of another add up to: of one table, merchant and day. Amounts are signed minor units.

    None means that the file does not say it. ``line_no`` is where it stands.
    """

    table: str
    acquirer: str
    merchant_no: str
    day: date
    count: int | None = None
    gross_minor: int | None = None
    net_minor: int | None = None
    currency: str = "CNY"
    line_no: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One source format. ``knows`` looks at content (never at the name alone) and must be true for one format only.

    ``read`` is for structured and small files, row by row; ``plain`` is for plain tables that DuckDB reads set-wise
    (then ``read`` is None). ``unsure`` lists text keys of facts about this format that no official source confirms.
    """

    code: str
    knows: Callable[[Source], bool]
    tables: tuple[str, ...]
    read: Callable[[Source, Sink], None] | None = None
    plain: PlainTable | None = None
    project: Callable[[Source], Projection | None] | None = None
    """The set-wise way beside ``read`` for a delimited text; None when this file does not lend itself to it."""
    unsure: tuple[str, ...] = ()
    evidence: str = "sample"
    """``sample``: read against a real file; ``documentation``: written from a published layout that no real file has tried;
    ``own``: the product's own form."""
    converts_time: bool = False
    """Moments are handed out as Shanghai time already; others are local time of the source, which intake converts."""
    hides_lines: bool = False
    """Lines of an original are never shown: it may hold card numbers in a form that the card guard cannot see."""

    @property
    def title_key(self) -> str:
        """Return the key of the format's name in the catalogue."""
        return "format-" + self.code.replace("_", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainTable:
    """A plain table whose columns already carry the interchange names; read set-wise by intake.

    ``container`` is ``csv`` (header row, UTF-8 after decoding) or ``parquet``.
    """

    container: str
    table_of: Callable[[Source], str]


class NotSetWiseError(Exception):
    """Raised by ``Projection.rest``: the left lines show that the file is not what was projected; ``read`` reads it whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """How the lines of a delimited text become rows of one table set-wise, in SQL; the row reader remains the only truth.

    Intake cuts every physical line at ``delimiter`` into text cells ``c0`` … (an empty cell is ``''``, never NULL), and a
    line counts only when it has between ``least`` (``width`` when 0) and ``width`` cells and stands at ``first_line`` or
    below. ``steps`` names expressions over the cells and over the steps before, so that each is worked out once per line;
    all other SQL here may use the names. ``columns`` gives, per column of the table, the SQL of its text as an interchange
    CSV would hold it (whole minor units, ``2026-06-15 10:00:00``; NULL and ``''`` mean unknown); a column left out is
    unknown. ``sure`` is SQL that is true only where these texts are exactly what the row reader gives for the line, with no warning of its own. Intake
    proves on top that each text is what its column's type prints, that nothing may be a card number, and that sums agree.

    All other lines (headers, comments, footers, blank and doubtful ones) go to ``rest`` with their numbers, in the order
    of the file, without their line ends; with them the values of ``sums``: SQL aggregates over the cells of the lines
    that were taken, for what a reader counts up (None where SQL says NULL); they are worked out when the first is asked for,
    which costs a second look at the text. ``rest`` says each of these lines to the sink, warns and
    states what the whole file covers; it raises ``NotSetWiseError`` when the file turns out to be another one.
    """

    table: str
    width: int
    columns: Mapping[str, str]
    rest: Callable[[Iterable[tuple[int, str]], Mapping[str, object], Sink], None]
    sure: str = "true"
    delimiter: str = ","
    quote: str = '"'
    """The sign cells are quoted with; empty when no sign means that (then a line end always ends a record)."""
    first_line: int = 2
    least: int = 0
    steps: Sequence[Mapping[str, str]] = ()
    sums: Mapping[str, str] = field(default_factory=dict)
    text: Callable[[Source], Iterator[bytes]] | None = None
    """Gives a file as UTF-8 whose lines are its records, where it is no such text itself; ``NotSetWiseError`` as ``rest``."""
