"""A month of any size with known truth, written set-wise as typed parts of the lake: no loop over rows, no randomness but the seed.

The month runs from 2026-09-21 to 2026-10-20: a festival, a week of holidays, two working Saturdays. Everything of one
day is one file per source, as acquirers and banks send it. Beside the files stands ``truth.parquet``: each planted
difference in the product's own words, from what was written and never from what anything found. This module and its
siblings ``months_*`` know nothing that detects.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

from daozhang.bench import months_money, months_rows, months_truth
from daozhang.records import table_named

FIRST_DAY: Final = date(2026, 9, 21)
DAYS: Final = 30
TAIL_DAYS: Final = 7
"""Days after the last sales on which late lines, payouts and bank lines still come."""
AS_OF: Final = datetime(2026, 10, 28, 9)
"""When all of the month is due and everything that was sent is here."""
LEAST: Final = 9_000


@dataclass(frozen=True, slots=True)
class MonthFile:
    """One file as it came: its table, its part relative to the month's folder (empty without rows), the day it is about."""

    table: str
    acquirer: str
    day: str
    path: str
    rows: int


@dataclass(frozen=True, slots=True)
class Month:
    """A written month: its folder, how it was made, and its files in order of arrival (the book first)."""

    folder: Path
    rows: int
    seed: int
    acquirers: int
    files: tuple[MonthFile, ...]

    @property
    def truth(self) -> Path:
        """Return the table of what was planted."""
        return self.folder / "truth.parquet"

    def of(self, table: str) -> list[str]:
        """Return the paths of the parts of one table."""
        return [(self.folder / file.path).as_posix() for file in self.files if file.table == table and file.path]

    def rows_of(self, *tables: str) -> int:
        """Return how many rows the tables hold together."""
        return sum(file.rows for file in self.files if file.table in tables)


def write(
    folder: Path, rows: int, *, seed: int = 1, acquirers: int = 1, leave_out: Collection[str] = (), memory: str = "4GB"
) -> Month:
    """Write a month of about ``rows`` payments and return it. The same arguments give the same rows.

    ``leave_out`` names roles (``months_roles``) that are plain payments this time.
    """
    if rows < LEAST:
        raise ValueError(f"a month needs {LEAST} payments to hold one of each kind")
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(":memory:")
    con.execute(f"SET memory_limit='{memory}'; SET temp_directory='{(folder / 'spill').as_posix()}'; SET threads=2")
    try:
        writer = _Writer(con, folder, [f"acq{number}" for number in range(acquirers)])
        months_rows.prepare(con, rows, DAYS, seed=seed, acquirers=acquirers, leave_out=leave_out)
        months_money.prepare(con, FIRST_DAY, DAYS + TAIL_DAYS)
        writer.book()
        for step in range(DAYS + TAIL_DAYS):
            day = FIRST_DAY + timedelta(days=step)
            months_rows.make_day(con, step, day, is_last=step == DAYS - 1, has_sales=step < DAYS)
            months_truth.keep_odd(con, first=not step)
            months_money.owe(con)
            for table in ("transactions", "orders", "clearings"):
                writer.day(table, day, f"SELECT * FROM {table}_of_day")
        months_money.pay(con, DAYS)
        months_truth.write(con)
        for step in range(DAYS + TAIL_DAYS):
            day = FIRST_DAY + timedelta(days=step)
            writer.day("payouts", day, f"SELECT * FROM payouts WHERE finished_at::DATE = DATE '{day}'")
            writer.whole("bank_entries", day, f"SELECT * FROM bank_lines WHERE booked_at::DATE = DATE '{day}'")
        con.execute(
            f"COPY (SELECT * FROM truth ORDER BY ALL) TO '{(folder / 'truth.parquet').as_posix()}' (FORMAT parquet)"
        )
    finally:
        con.close()
    month = Month(folder, rows, seed, acquirers, tuple(sorted(writer.files, key=_arrival)))
    said = {"rows": rows, "seed": seed, "acquirers": acquirers, "files": [asdict(file) for file in month.files]}
    (folder / "month.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
    return month


def read(folder: Path) -> Month:
    """Return the month that stands in a folder; FileNotFoundError when none does."""
    said = json.loads((folder / "month.json").read_text(encoding="utf-8"))
    files = tuple(MonthFile(**file) for file in said["files"])
    return Month(folder, said["rows"], said["seed"], said["acquirers"], files)


def _arrival(file: MonthFile) -> tuple[str, str, str]:
    return (file.day, file.table, file.acquirer)


class _Writer:
    """Writes selections as parts of the lake and notes which file each one is."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path, acquirers: Sequence[str]) -> None:
        self.con, self.folder, self.acquirers = con, folder, acquirers
        self.files: list[MonthFile] = []

    def book(self) -> None:
        """Write merchants, contracts and accounts: all that was agreed, known before anything else."""
        for table in ("merchants", "contracts", "accounts"):
            self.whole(table, None, f"SELECT * FROM book_{table}")

    def day(self, table: str, day: date, selected: str) -> None:
        """Write one file per acquirer: each sends its own."""
        for acquirer in self.acquirers:
            one = f"SELECT * FROM ({selected}) WHERE acquirer = '{acquirer}'"
            self._file(table, acquirer, day, one if len(self.acquirers) > 1 else selected)

    def whole(self, table: str, day: date | None, selected: str) -> None:
        """Write one file about everybody."""
        self._file(table, "", day, selected)

    def _file(self, table: str, acquirer: str, day: date | None, selected: str) -> None:
        name = f"{table}-{acquirer or 'all'}-{day or 'book'}.parquet"
        path = self.folder / name
        written = self.con.execute(
            f"COPY ({as_part(self.con, table, selected, import_id_of(table, acquirer, str(day or '')))})"
            f" TO '{path.as_posix()}' (FORMAT parquet, COMPRESSION zstd)"
        ).fetchone()
        rows = int(written[0]) if written else 0
        if not rows:
            path.unlink()
        self.files.append(MonthFile(table, acquirer, str(day or ""), name if rows else "", rows))


def import_id_of(table: str, acquirer: str, day: str) -> str:
    """Return the id of the import that brought a file."""
    return f"im_{table}_{acquirer or 'all'}_{day or 'book'}"


def as_part(con: duckdb.DuckDBPyConnection, table: str, selected: str, import_id: str) -> str:
    """Return a SELECT with every column of an interchange table and of the lake; what is not selected stays empty.

    The selection carries ``place``, the order of its lines, which no two rows share.
    """
    known = {row[0] for row in con.execute(f"DESCRIBE {selected}").fetchall()}
    columns = [
        f"{column.name if column.name in known else 'NULL'}::{column.type.sql} AS {column.name}"
        for column in table_named(table).columns
    ]
    return (
        f"SELECT {_listed(columns)}, '{import_id}' AS import_id, row_number() OVER (ORDER BY place) AS line_no,"
        f" hash(place, '{import_id}')::BIT::BLOB || hash('{import_id}', place)::BIT::BLOB AS fp FROM ({selected}) ORDER BY place"
    )


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
