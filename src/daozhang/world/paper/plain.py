"""CSV files in the interchange form, as a chain's own tools and a helpful acquirer write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from daozhang.records import table_named


def interchange_csv(table: str, rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return ``rows`` as a CSV of ``table`` in UTF-8; columns in the table's order, unknown is an empty cell."""
    columns = table_named(table).column_names
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        unknown = set(row) - set(columns)
        assert not unknown, f"{table} has no column {unknown}"
        writer.writerow([cell(row.get(column)) for column in columns])
    return out.getvalue().encode()


def table_csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Return a CSV with these columns, for the delivery list and the truth."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def cell(value: object) -> str:
    """Return a value as one cell: moments and days in ISO 8601, unknown empty."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep="T", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
