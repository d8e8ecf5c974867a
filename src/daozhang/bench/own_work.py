"""The works of the benchmark that run on Daozhang's own engine, each in a process of its own: ``NAME FOLDER``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import duckdb

from daozhang.bench import months
from daozhang.bench.ledger import ledger_of, leg_of
from daozhang.bench.peer_tools import measured
from daozhang.bench.score import score
from daozhang.breaks import Break
from daozhang.engine.lake import connect

MEMORY: Final = "2GB"
"""Memory limit of everything here; the bare works have the same."""


def bare_read(month: months.Month) -> Callable[[], object]:
    """Decode every column of the journal and of the clearing lines, and nothing else."""
    return lambda: [
        bare(month).execute(f"SELECT count(COLUMNS(*)) FROM read_parquet({month.of(table)})").fetchone()
        for table in ("transactions", "clearings")
    ]


def bare_join(month: months.Month) -> Callable[[], object]:
    """Join journal and clearing lines on number and terminal, and count."""
    query = (
        f"SELECT count(*) FROM read_parquet({month.of('transactions')}) t"
        f" JOIN read_parquet({month.of('clearings')}) c USING (rrn, terminal_no)"
    )
    return lambda: bare(month).execute(query).fetchone()


def bare(month: months.Month) -> duckdb.DuckDBPyConnection:
    """Return a connection as the engine has it."""
    return connect(memory=MEMORY, threads=2, spill=month.folder / "spill")


WORKS: Final = {"bare read": bare_read, "bare join": bare_join}


def main(arguments: list[str]) -> None:
    """Do one work and print what it cost; a full run also says how it did against the truth, which is not measured."""
    name, folder = arguments[0], Path(arguments[1])
    month = months.read(folder)
    if name in WORKS:
        sys.stdout.write(json.dumps(measured(WORKS[name](month))) + "\n")
        return
    ledger = ledger_of(month, memory=MEMORY, spill=folder / "spill")
    kept: list[Break] = []
    run = (
        (lambda: kept.extend(ledger.settle(months.AS_OF).breaks))
        if name == "full"
        else (lambda: kept.extend(leg_of(ledger, months.AS_OF)))
    )
    said = measured(run)
    result = score(month, kept)
    said["answer"] = {"false": dict(result.false), "missed": dict(result.missed), "planted": dict(result.planted)}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
