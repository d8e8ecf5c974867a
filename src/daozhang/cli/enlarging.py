"""Large files for the benchmark, made from small samples: what lies between the first and the last row comes many times.

A format whose rows stand on lines, in elements one below the other or in records of one length needs nothing of its own.
One that needs more gets a function in ``MAKERS`` or in ``enlarging_made``. Totals that a file states of itself do not fit the longer file; the
reader says so, as it would of any file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from daozhang.cli import enlarging_made
from daozhang.errors import DaozhangError
from daozhang.formats.base import Format, Given, NotSetWiseError, Source, StatedTotal, Statement
from daozhang.formats.fixed_width import record_bytes_of
from daozhang.formats.registry import formats_claiming
from daozhang.world import bulk

_LONG_NUMBER: Final = re.compile(rb"(\d{9,})(\d{7})")
"""A number of an order or a payment; moments, amounts and merchants have fewer digits."""
Maker = Callable[[Path, int, Path], "Path | None"]
"""Takes the folder of samples, a number of rows and a folder, and returns the file it wrote there."""

GIVEN: Final = Given(merchant_no="898310012340001", account_tail="1234", acquirer="bench", covers_on=date(2026, 6, 15))
"""What a format may ask for beside the file."""


@dataclass
class RowLines:
    """A sink that keeps on which line each row stands, and counts what is not a row."""

    lines: list[int] = field(default_factory=list)
    others: int = 0

    def row(self, table: str, line_no: int, values: Mapping[str, object]) -> None:  # noqa: ARG002 - see formats.base.Sink
        """Keep the line."""
        self.lines.append(line_no)

    def control(self, line_no: int) -> None:  # noqa: ARG002
        """Count a line."""
        self.others += 1

    def reject(self, line_no: int, column: str, value: str, reason: str, **facts: object) -> None:  # noqa: ARG002
        """Count a line."""
        self.others += 1

    def warn(self, key: str, **facts: object) -> None:
        """Pass over what a file says of itself."""

    def covers(
        self, table: str, *, first_on: date, last_on: date, account_tail: str = "", merchant_no: str = ""
    ) -> None:
        """Pass over the days."""

    def statement(self, said: Statement) -> None:
        """Pass over the balances."""

    def total(self, said: StatedTotal) -> None:
        """Pass over what other files must add up to."""


def enlarged(chosen: Format, samples: Path, rows: int, target: Path) -> Path | None:
    """Write a file of about ``rows`` rows of a format into ``target`` and return it; None when it cannot be made."""
    maker = MAKERS.get(chosen.code)
    if maker is not None:
        return maker(samples, rows, target)
    folder = samples / chosen.code
    if not folder.is_dir() or chosen.read is None:
        return None
    if chosen.code in enlarging_made.MAKERS:
        return enlarging_made.MAKERS[chosen.code](folder, rows, target)
    found = [
        _repeated(chosen, path, rows) for path in sorted(folder.iterdir()) if not path.name.endswith(".expected.txt")
    ]
    best = max(
        (one for one in found if one is not None),
        # A sample that was made to hold exceptions is no bill of a usual day.
        key=lambda one: (_is_set_wise(chosen, one[1], one[2]), not one[1].startswith("MADE_"), one[0]), default=None,
    )  # fmt: skip
    if best is None:
        return None
    path = target / best[1]
    path.write_bytes(best[2])
    return path


def _is_set_wise(chosen: Format, name: str, data: bytes) -> bool:
    """Return whether the format can read the longer file set-wise, as an acquirer's own files are."""
    try:
        return chosen.project is not None and chosen.project(Source(name, data, GIVEN)) is not None
    except NotSetWiseError:
        return False


def rows_of(chosen: Format, source: Source) -> RowLines | None:
    """Return what the format's reader makes of a file; None when it refuses it."""
    assert chosen.read is not None
    seen = RowLines()
    try:
        chosen.read(source, seen)
    except DaozhangError:
        return None
    return seen


def _repeated(chosen: Format, path: Path, rows: int) -> tuple[int, str, bytes] | None:
    """Return the rows of the sample, its name and the longer file; None when it has no two rows that can be repeated."""
    data = path.read_bytes()
    seen = rows_of(chosen, Source(path.name, data, GIVEN))
    starts = sorted(set(seen.lines)) if seen else []
    if len(starts) < 2 or seen is None:
        return None
    lines = _lines(chosen, data)
    first, last = starts[0] - 1, starts[-1] - 1
    block = b"".join(lines[first:last])
    in_block = sum(line < starts[-1] for line in seen.lines)

    def longer(times: int) -> bytes:
        blocks = [block] * times if chosen.project is None else (_numbered(block, number) for number in range(times))
        return b"".join([*lines[:first], *blocks, *lines[last:]])

    if not _holds(chosen, path.name, longer(3), len(seen.lines) + in_block):
        return None
    return len(seen.lines), path.name, longer(max(1, -(-rows // in_block)))


def _holds(chosen: Format, name: str, data: bytes, rows: int) -> bool:
    """Return whether the longer file is still of this format, known by its content, and has more than so many rows."""
    source = Source(name, data, GIVEN)
    seen = rows_of(chosen, source)
    return (
        [one.code for one in formats_claiming(source)] == [chosen.code] and seen is not None and len(seen.lines) > rows
    )


def _lines(chosen: Format, data: bytes) -> list[bytes]:
    size = record_bytes_of(chosen.code)
    if size and b"\n" not in data:
        return [data[place : place + size] for place in range(0, len(data), size)]
    if b"\n" not in data:
        return data.splitlines(keepends=True)
    *lines, rest = data.split(b"\n")
    return [line + b"\n" for line in lines] + [rest] * bool(rest)


def _numbered(block: bytes, number: int) -> bytes:
    """Return the rows with other long numbers of the same length: the payments of a real file are not each other's equals."""
    return _LONG_NUMBER.sub(lambda match: match[1] + b"%07d" % ((int(match[2]) + number) % 10**7), block)


def _interchange(container: str) -> Maker:
    def make(_: Path, rows: int, target: Path) -> Path:
        made = bulk.write(target, max(rows, 1000))
        if container == "csv":
            return made.journal
        import duckdb  # noqa: PLC0415 - for this one file

        path = target / "transactions.parquet"
        duckdb.sql(f"COPY (SELECT * FROM read_csv('{made.journal}', all_varchar=true)) TO '{path}' (FORMAT parquet)")
        return path

    return make


def _ipm(samples: Path, rows: int, target: Path) -> Path | None:
    from cardutil.mciipm import VbsReader, VbsWriter  # noqa: PLC0415 - for this one format

    sample = next(iter(sorted((samples / "mastercard_ipm").glob("*_blocked*.bin"))), None)
    if sample is None:
        return None
    with sample.open("rb") as file:
        first, *body, last = VbsReader(file, blocked=True)
    path = target / "bench.ipm"
    with path.open("wb") as out, VbsWriter(out, blocked=True) as writer:
        writer.write(first)
        for number in range(rows):
            writer.write(body[number % len(body)])
        writer.write(last)
    return path


MAKERS: Final[dict[str, Maker]] = {
    "interchange_csv": _interchange("csv"),
    "interchange_parquet": _interchange("parquet"),
    "mastercard_ipm": _ipm,
}
"""Formats whose large files are made, not enlarged: code → what writes about so many rows into a folder."""
