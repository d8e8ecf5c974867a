"""Interchange rows for the tests of intake, as people would write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

CLEARING = (
    "acquirer", "merchant_no", "terminal_no", "trace_no", "rrn", "network_no", "order_no", "occurred_at", "cleared_on",
    "kind", "gross_minor", "fee_minor", "net_minor", "currency", "channel", "card_tail",
)  # fmt: skip


def clearing(number: int, **over: str) -> dict[str, str]:
    """Return one clearing row that is fine; ``number`` makes it its own."""
    gross = 1000 + number
    row = {
        "acquirer": "UP", "merchant_no": "898310012340001", "terminal_no": f"{10000000 + number % 7}",
        "trace_no": f"{number % 1_000_000:06d}", "rrn": f"{number:012d}", "network_no": "", "order_no": f"SO{number}",
        "occurred_at": f"2026-07-01T10:{number // 60 % 60:02d}:{number % 60:02d}", "cleared_on": "2026-07-02", "kind": "sale",
        "gross_minor": str(gross), "fee_minor": "6", "net_minor": str(gross - 6), "currency": "CNY", "channel": "card",
        "card_tail": f"{number % 10000:04d}",
    }  # fmt: skip
    return {**row, **over}


def as_csv(
    rows: Iterable[Mapping[str, str]],
    *,
    columns: tuple[str, ...] = CLEARING,
    end: str = "\n",
    quote: int = csv.QUOTE_MINIMAL,
) -> str:
    """Return the rows as CSV text with a header."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator=end, quoting=quote, extrasaction="ignore")  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_parquet(rows: list[dict[str, str]], path: Path, *, columns: tuple[str, ...] = CLEARING) -> Path:
    """Write the rows as Parquet with text columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({name: [row[name] or None for row in rows] for name in columns}), path)
    return path


def facts(workspace: Any, table: str = "clearings", columns: str = "*") -> list[tuple[Any, ...]]:
    """Return the visible rows of a table as the engine sees them."""
    from daozhang.desk import imports
    from daozhang.engine import lake

    parts, _ = imports.visible(workspace)
    connection = lake.connect(memory="500MB", threads=1, spill=None)
    lake.create_views(connection, workspace.root, parts)
    rows = connection.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
    connection.close()
    return rows


def assert_nothing_lost(result: Any) -> None:
    """Check the equation of one file's answer."""
    assert result.rows_in == result.control + result.accepted + result.duplicate + result.quarantined
