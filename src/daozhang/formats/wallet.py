"""What wallets' bills share: cells behind backticks, a header, rows, a summary; and the balances of a wallet's ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from daozhang.formats.base import NotSetWiseError, Sink, Source, Statement
from daozhang.formats.cells import UnreadableError, clean
from daozhang.formats.decoding import decode
from daozhang.formats.lines import Columns, Record, Row, first_records, physical_lines, split_cells, take
from daozhang.formats.totals import Balanced


def starts_with_header(source: Source, names: tuple[str, ...]) -> bool:
    """Return whether the first line that holds anything is a header with all of ``names``."""
    first = next((columns for record, columns in first_records(source) if not record.is_blank), None)
    return first is not None and first.has(*names)


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill taken apart: header, data records, and the summary as name → text (empty when the file has none)."""

    columns: Columns
    rows: tuple[Record, ...]
    summary: dict[str, str]


def read_bill(source: Source, sink: Sink, summary_name: str, *, expects_summary: bool = True) -> Bill:
    """Take a bill apart; headers, summary and blank lines are said to the sink as control lines.

    ``summary_name`` is the first name of the summary's header. Every data value stands behind a backtick, and values
    are split at comma + backtick, since a goods name may hold a comma. A file saved again by a spreadsheet has lost
    the backticks; it is then split at its commas. A bill without a summary is said to lack one where it must have one.
    """
    return take_bill(
        enumerate(physical_lines(decode(source.data)), 1), sink, summary_name, expects_summary=expects_summary
    )


def take_bill(lines: Iterable[tuple[int, str]], sink: Sink, summary_name: str, *, expects_summary: bool = True) -> Bill:
    """Take apart the lines of a bill, or those of them that were not read set-wise; see ``read_bill``.

    The summary's values stand directly below its header. ``NotSetWiseError`` when a line is missing between the two.
    """
    columns: Columns | None = None
    totals: Columns | None = None
    rows: list[Record] = []
    summary: dict[str, str] = {}
    before = 0
    for line_no, line in lines:
        cells = _cells(line)
        record = Record(line_no, tuple(cells), line)
        if totals is not None and not summary and line_no != before + 1:
            raise NotSetWiseError
        before = line_no
        if record.is_blank:
            sink.control(line_no)
        elif columns is None:
            columns = Columns.of(cells)
            sink.control(line_no)
        elif Columns.of(cells[:1]).has(summary_name):
            totals = Columns.of(cells)
            sink.control(line_no)
        elif totals is not None and not summary:
            summary = {name: clean(cells[at]) for name, at in totals.positions.items() if at < len(cells)}
            sink.control(line_no)
        else:
            rows.append(record)
    if not summary and expects_summary:
        sink.warn("warn-summary-missing")
    return Bill(columns or Columns({}, 0), tuple(rows), summary)


def _cells(line: str) -> list[str]:
    if line.startswith("`"):
        return line[1:].split(",`")
    return [cell.removeprefix("`") for cell in split_cells(line)[0]]


def read_rows(bill: Bill, sink: Sink, read_row: Callable[[Row], None]) -> list[int]:
    """Read every data record; return the lines that were set aside."""

    def one(record: Record) -> None:
        if len(record.cells) != bill.columns.width and any(clean(cell) for cell in record.cells[bill.columns.width :]):
            raise _wrong_width(record, bill.columns)
        if len(record.cells) < bill.columns.width - 1:
            raise _wrong_width(record, bill.columns)
        read_row(Row(record, bill.columns))

    return [record.line_no for record in bill.rows if not take(sink, record, one)]


def _wrong_width(record: Record, columns: Columns) -> UnreadableError:
    return UnreadableError("", record.text[:200], "reject-columns", expected=columns.width, found=len(record.cells))


def ledger_ends(rows: Sequence[Balanced]) -> tuple[int | None, int | None]:
    """Return the balance before the first and after the last entry of a ledger; None where they cannot be told.

    The file may run forwards or backwards. A direction counts only when every balance follows from the one before it.
    """
    for ordered in (rows, rows[::-1]):
        if ordered and all(_follows(earlier, later) for earlier, later in pairwise(ordered)):
            first, last = ordered[0], ordered[-1]
            return (None if first.balance is None else first.balance - first.amount), last.balance
    return None, None


def _follows(earlier: Balanced, later: Balanced) -> bool:
    return earlier.balance is not None and earlier.balance + later.amount == later.balance


def say_ledger(sink: Sink, account: str, rows: Sequence[Balanced], gaps: Sequence[int]) -> None:
    """Say what a ledger states of itself: the days it speaks of and its balances; nothing for one without entries.

    With ``gaps`` (lines set aside) the first or last entry may be one that was not read: the balances stay unsaid.
    """
    if not rows:
        return
    opening, closing = (None, None) if gaps else ledger_ends(rows)
    days = [row.at.date() for row in rows]
    sink.statement(
        Statement(
            account_tail=account, opening_minor=opening, closing_minor=closing, first_on=min(days), last_on=max(days),
            line_no=min(row.line_no for row in rows),
        )
    )  # fmt: skip
