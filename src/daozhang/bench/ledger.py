"""A generated month as the engine is given it: visible parts and what is known of each file, in any order of arrival."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import duckdb

from daozhang.bench.months import Month, MonthFile, import_id_of
from daozhang.breaks import Break, clearing_side
from daozhang.calendars import shipped
from daozhang.engine import clearing_leg, inputs, noted_again
from daozhang.engine.file_leg import FileLeg
from daozhang.engine.lake import Part, SourceFile, connect, create_views
from daozhang.engine.settle import DuckLedger, Names
from daozhang.engine.sieve import sift

LEG_TABLES: Final = frozenset({"transactions", "clearings", "contracts", "merchants", "accounts"})


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


def leg_of(ledger: DuckLedger, as_of: datetime) -> list[Break]:
    """Return what transaction ↔ clearing alone gives: the same steps as the whole run, without orders, payouts and bank."""
    con = connect(memory=ledger.memory, threads=ledger.threads, spill=ledger.spill)
    try:
        create_views(con, ledger.root, [part for part in ledger.parts if part.table in LEG_TABLES])
        inputs.prepare(con, ledger.files, as_of, ledger.defaults)
        sift(con, from_rows=ledger.sift_from)
        inputs.cancelled(con)
        clearing_leg.complete_days(con, FileLeg(con, ledger.files, as_of).coverage())
        clearing_leg.match(con)
        noted_again.set_apart(con)
        clearing_leg.fees(con)
        clearing_leg.apart(con)
        named = Names(ledger.files)
        return [
            *clearing_side.of_odd_pairs(clearing_leg.odd_pairs(con), as_of, named),
            *clearing_side.of_half_cancelled(clearing_leg.half_cancelled(con), as_of, named),
            *clearing_side.of_missing_lines(clearing_leg.missing_lines(con), as_of, named),
            *clearing_side.of_extra_lines(clearing_leg.extra_lines(con), named),
            *clearing_side.of_noted_again(noted_again.noted_again(con), named),
            *clearing_side.of_wrong_fees(clearing_leg.wrong_fees(con), named),
        ]
    finally:
        con.close()


def _accounts(month: Month) -> list[str]:
    rows = duckdb.connect(":memory:").execute(
        "SELECT DISTINCT account_tail FROM read_parquet(?) ORDER BY 1", [month.of("accounts")]
    )
    return [tail for (tail,) in rows.fetchall()]
