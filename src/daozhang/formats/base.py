"""What a format is: a way to know a file by its content, and a way to read it into interchange rows.

A format never touches a disk, a database or a clock. It gets the decoded content of one file and says what every
line of it is: a row of a table, a control line (header, summary, trailer, blank), or a reject with its reason.
The card guard, typing against the table's schema, closed lists and duplicates are intake's work, so a reader only
translates: whatever it cannot translate it rejects, naming the column, the value and what was expected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is known about a file from outside it (delivery list, command line); empty where nobody said."""

    acquirer: str = ""
    merchant_no: str = ""
    account_tail: str = ""
    covers_on: date | None = None
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Source:
    """One file as received: its base name and its bytes (already unpacked from a zip)."""

    name: str
    data: bytes
    given: Given = field(default_factory=Given)

    def head(self, size: int = 65536) -> bytes:
        """Return the first bytes, for knowing the format by content."""
        return self.data[:size]


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
    unsure: tuple[str, ...] = ()

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
