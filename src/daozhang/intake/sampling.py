"""What the mapping assistant asks the bounded child about a file: its first rows as cells, and what a mapping would make of it.

Nothing is staged or kept. Every cell that leaves is cut by the card guard; columns of card data are blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any, Final

from daozhang.errors import InputError
from daozhang.formats.base import Source
from daozhang.formats.decoding import decode, peek
from daozhang.formats.lines import records
from daozhang.formats.mapped.propose_sample import Sample, Sheet, best_header, evenness
from daozhang.formats.mapped.rows import DELIMITERS, PARQUET
from daozhang.formats.mapped.store import as_format, mapping_from_json
from daozhang.formats.registry import formats_claiming
from daozhang.formats.sheets import is_workbook, sheets_of
from daozhang.intake.cards import CardGuard, is_forbidden_column
from daozhang.intake.collector import Collector, TableRows
from daozhang.intake.reading import Reject, Said
from daozhang.intake.typed_rows import RowTyper
from daozhang.records import ColumnType, table_named

ROWS: Final = 400
"""Rows from the beginning of each sheet that a proposal is made from."""
LAST_ROWS: Final = 6
"""Rows from the end: totals stand there."""
COLUMNS: Final = 160
SHEETS: Final = 12
LONGEST_CELL: Final = 120
SHOWN_ROWS: Final = 10
SHOWN_REJECTS: Final = 20
PART: Final = 4 * 1024 * 1024
"""Bytes of a text that are tried; the rest is read when the file is imported."""


def answer(request: Mapping[str, Any], source: Source, guard: CardGuard) -> dict[str, Any]:
    """Return the answer to one question: ``sample`` (first rows) or ``try`` (what the mapping in ``mapping`` gives)."""
    if request["ask"] == "sample":
        return sample_of(source, guard)
    return tried(source, str(request["mapping"]), guard)


def sample_of(source: Source, guard: CardGuard) -> dict[str, Any]:
    """Return container, delimiter, sheets with their first rows, and the formats that know the file already."""
    claims = [known.code for known in formats_claiming(source)]
    if source.head(4) == PARQUET:
        return _sample("parquet", "", [("", list(islice(_parquet_rows(source), ROWS)))], guard, claims)
    if is_workbook(source):
        sheets = [(sheet.name, _ends(cells for _, cells in sheet.rows())) for sheet in sheets_of(source)[:SHEETS]]
        return _sample("sheet", "", sheets, guard, claims)
    text = decode(source.data) if source.size <= PART else peek(source)
    if not text.strip("\0 \r\n\t") or "\0" in text[:4096]:
        raise InputError("map-problem-no-text")
    delimiter = _delimiter(text)
    return _sample("text", delimiter, [("", _ends(record.cells for record in records(text, delimiter)))], guard, claims)


def sample_from(wire: Mapping[str, Any], name: str) -> Sample:
    """Return the sample that ``sample_of`` wrote."""
    sheets = tuple(Sheet(one["name"], tuple(tuple(row) for row in one["rows"])) for one in wire["sheets"])
    return Sample(name=name, container=wire["container"], delimiter=wire["delimiter"], sheets=sheets)


def tried(source: Source, mapping: str, guard: CardGuard) -> dict[str, Any]:
    """Return what a mapping makes of a file: first rows, counts, sums of money, what is set aside and why, warnings."""
    known = as_format(mapping_from_json(mapping))
    part = _beginning(source)
    collector = Collector(RowTyper(guard, source.given.timezone))
    assert known.read is not None
    known.read(part, collector)
    collector.close()
    rejects = sorted(collector.rejects, key=lambda reject: reject.line_no)
    return {
        "is_part": part is not source,
        "is_known": known.knows(source),
        "tables": {name: _table(name, rows) for name, rows in collector.rows.items()},
        "control": collector.controls,
        "rejected": len(rejects),
        "rejects": [_reject(one) for one in rejects[:SHOWN_REJECTS]],
        "warnings": [{"key": one.key, "facts": one.facts} for one in collector.warnings],
    }


def refusal_to_wire(said: Said) -> dict[str, Any]:
    """Return the answer that says why there is none."""
    return {"refusal": {"key": said.key, "facts": said.facts}}


def _sample(
    container: str, delimiter: str, sheets: list[tuple[str, list[tuple[str, ...]]]], guard: CardGuard, claims: list[str]
) -> dict[str, Any]:
    shown = [{"name": guard.cut(name)[:LONGEST_CELL], "rows": _safe(rows, guard)} for name, rows in sheets]
    return {"container": container, "delimiter": delimiter, "sheets": shown, "claims": claims}


def _ends(rows: Iterator[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the first rows and the last ones."""
    first = list(islice(rows, ROWS))
    last: list[tuple[str, ...]] = []
    for row in rows:
        last.append(row)
        if len(last) > LAST_ROWS * 50:
            del last[:-LAST_ROWS]
    return first + [row for row in last[-LAST_ROWS:] if any(row)]


def _safe(rows: list[tuple[str, ...]], guard: CardGuard) -> list[list[str]]:
    hidden = {place for row in rows[:40] for place, cell in enumerate(row) if is_forbidden_column(str(cell))}
    return [
        ["" if place in hidden and not is_forbidden_column(cell) else _cell(cell, guard) for place, cell in enumerate(row[:COLUMNS])]
        for row in rows
    ]  # fmt: skip


def _cell(cell: str, guard: CardGuard) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in guard.cut(str(cell))[:LONGEST_CELL])


def _delimiter(text: str) -> str:
    """Return the delimiter under which the first lines look most like a table with a header, or most even without one."""

    def worth(delimiter: str) -> tuple[int, int, int]:
        first = [record.cells for record in islice(records(text[: PART // 16], delimiter), 60)]
        return best_header(Sheet("", first))[1], evenness(first), -DELIMITERS.index(delimiter)

    return max(DELIMITERS, key=worth)


def _parquet_rows(source: Source) -> Iterator[tuple[str, ...]]:
    import pyarrow as pa  # noqa: PLC0415 - only for Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        file = pq.ParquetFile(source.file())
        yield tuple(str(name) for name in file.schema_arrow.names)
        for batch in file.iter_batches(batch_size=ROWS):
            for row in batch.to_pylist():
                yield tuple("" if cell is None else str(cell) for cell in row.values())
    except MemoryError:
        raise  # Arrow's own is one of Arrow's errors too
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise InputError("refused-parquet", fault=type(error).__name__) from error


def _beginning(source: Source) -> Source:
    """Return the file, or of a large text its beginning up to the end of a line."""
    if source.size <= PART or source.head(4) == PARQUET or is_workbook(source):
        return source
    head = source.head(PART)
    return Source(source.name, head[: head.rfind(b"\n") + 1] or head, source.given)


def _table(name: str, rows: TableRows) -> dict[str, Any]:
    columns = table_named(name).columns
    money = [place for place, column in enumerate(columns) if column.type is ColumnType.MINOR]
    currency = next((place for place, column in enumerate(columns) if column.name == "currency"), None)
    sums: dict[str, dict[str, int]] = {}
    for row in rows.values:
        of = sums.setdefault(str(row[currency]) if currency is not None else "CNY", {})
        for place in money:
            value = row[place]
            if isinstance(value, int):
                of[columns[place].name] = of.get(columns[place].name, 0) + value
    shown = [
        {"line_no": line_no, "values": {column.name: _plain(value) for column, value in zip(columns, row, strict=True)}}
        for line_no, row in islice(zip(rows.line_nos, rows.values, strict=True), SHOWN_ROWS)
    ]
    return {"rows": len(rows.values), "sums": sums, "shown": shown}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | type(None)) else str(value)


def _reject(one: Reject) -> dict[str, Any]:
    return {"line_no": one.line_no, "column": one.column, "value": one.value, "reason": one.reason, "facts": one.facts}
