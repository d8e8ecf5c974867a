"""The table path: a text read set-wise on DuckDB says exactly what the row reader says of it, whatever its bytes are."""

from __future__ import annotations

import tempfile
import zlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from daozhang.errors import InputError
from daozhang.formats.base import Format, Given, Source
from daozhang.formats.registry import REGISTRY, format_named
from daozhang.intake import read_source as ways
from daozhang.intake.cards import CardGuard
from daozhang.intake.set_wise import Stage

if TYPE_CHECKING:
    import duckdb

GIVEN = Given(merchant_no="898310012340001", account_tail="1234", acquirer="fuzz", covers_on=date(2026, 6, 15))
GUARD = CardGuard(b"k" * 32)
SET_WISE = (*(one.code for one in REGISTRY if one.project is not None), "interchange_csv")
"""Formats that are read so; ``interchange_parquet`` is read in a child by its own target."""


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    import duckdb

    found = duckdb.connect()
    found.execute("SET threads=1; SET memory_limit='512MiB'; SET temp_directory=''")
    return found


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="daozhang-fuzz-"))


def both_ways(data: bytes) -> None:
    """Read the bytes both ways with every format that knows them, or with any one; they must say the same."""
    source = Source("a.csv", data, GIVEN)
    claiming = [one for one in map(format_named, SET_WISE) if one.knows(source)]
    for known in claiming or [format_named(SET_WISE[zlib.crc32(data) % len(SET_WISE)])]:
        slow = _read(known, data, set_wise_from=10**9)
        fast = _read(known, data, set_wise_from=0)
        assert fast == slow, f"{known.code}: " + ", ".join(name for name in slow if fast.get(name) != slow[name])


def _read(known: Format, data: bytes, *, set_wise_from: int) -> dict[str, Any]:
    for old in _folder().iterdir():
        old.unlink()
    usual, ways.SET_WISE_FROM = ways.SET_WISE_FROM, set_wise_from  # type: ignore[misc]  # the one switch between the two ways
    try:
        reading = ways.read_source(known, Source("a.csv", data, GIVEN), Stage(_folder(), "im_x"), GUARD, _engine)
    except InputError as refused:
        return {"refused": refused.key}
    finally:
        ways.SET_WISE_FROM = usual  # type: ignore[misc]
    rows = [row for part in reading.parts for row in pq.read_table(_folder() / part.file).to_pylist()]
    return {
        "rows": sorted((row["line_no"], row["fp"], str(row)) for row in rows),
        "rejects": reading.rejects,
        "control": reading.control,
        "warnings": set(map(str, reading.warnings)),
        "covers": reading.covers,
        "statements": reading.statements,
        "lines": reading.rows_in,
    }
