"""A generated month as the engine is given it: visible parts and what is known of each file, in any order of arrival."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb

from daozhang.bench.months import Month, MonthFile, import_id_of
from daozhang.calendars import shipped
from daozhang.engine.lake import Part, SourceFile
from daozhang.engine.settle import DuckLedger


def ledger_of(
    month: Month, files: Sequence[MonthFile] | None = None, *, memory: str = "2GB", threads: int = 2, spill: Path | None = None,
    sift_from: int = 1_000,
) -> DuckLedger:  # fmt: skip
    """Return the ledger of the month, or of those of its files that are here, numbered in the order given."""
    chosen = month.files if files is None else files
    return DuckLedger(
        root=month.folder, parts=[Part(file.table, file.path) for file in chosen if file.path], files=sources_of(month, chosen),
        calendars={"CN": shipped("CN")}, memory=memory, threads=threads, spill=spill, sift_from=sift_from,
    )  # fmt: skip


def sources_of(month: Month, files: Sequence[MonthFile]) -> list[SourceFile]:
    """Return what is known of each file: whom and what day it is about; it comes at eight the next morning.

    A statement speaks for every agreed account on its day, whether or not it has lines of it.
    """
    tails = _accounts(month)
    found = []
    for number, file in enumerate(files, start=1):
        day = date.fromisoformat(file.day) if file.day else None
        is_bank = file.table == "bank_entries"
        covers = tuple(("bank_entries", day, day, tail, "") for tail in tails) if is_bank and day else ()
        found.append(
            SourceFile(
                import_id=import_id_of(file.table, file.acquirer, file.day), seq=number, file_name=file.path or file.table,
                format="month", acquirer=file.acquirer, covers_on=None if is_bank else day, covers=covers,
                arrived_at=datetime.combine(day + timedelta(days=1), time(8)) if day else None, tables=((file.table, file.rows),),
            )
        )  # fmt: skip
    return found


def _accounts(month: Month) -> list[str]:
    rows = duckdb.connect(":memory:").execute(
        "SELECT DISTINCT account_tail FROM read_parquet(?) ORDER BY 1", [month.of("accounts")]
    )
    return [tail for (tail,) in rows.fetchall()]
