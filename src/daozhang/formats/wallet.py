"""What the two WeChat Pay bills share: cells behind backticks, a header, rows, then a summary header and its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from daozhang.formats.base import Sink, Source
from daozhang.formats.cells import UnreadableError, clean
from daozhang.formats.decoding import decode
from daozhang.formats.lines import Columns, Record, Row, first_records, physical_lines, split_cells, take


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


def read_bill(source: Source, sink: Sink, summary_name: str) -> Bill:
    """Take a bill apart; headers, summary and blank lines are said to the sink as control lines.

    ``summary_name`` is the first name of the summary's header. Every data value stands behind a backtick, and values
    are split at comma + backtick, since a goods name may hold a comma. A file saved again by a spreadsheet has lost
    the backticks; it is then split at its commas.
    """
    columns: Columns | None = None
    totals: Columns | None = None
    rows: list[Record] = []
    summary: dict[str, str] = {}
    for line_no, line in enumerate(physical_lines(decode(source.data)), 1):
        cells = _cells(line)
        record = Record(line_no, tuple(cells), line)
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
    if not summary:
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
