"""The lines of a delimited text as DuckDB rows that know their line number; what the engine left out is allowed for.

Short lines are filled up with NULL and a cell too many lands in a column of its own, so a line of another width stays a
row and keeps the count. The engine skips empty lines, and those whose quotes are broken.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from daozhang.formats.base import Projection
from daozhang.intake.cells import SEPARATOR
from daozhang.intake.scan import LONGEST_LINE

if TYPE_CHECKING:
    import duckdb


def rows(path: str, how: Projection, missing: Sequence[int], *, strict: bool) -> str:
    """Return the SQL of all lines: ``line_no``, the projected texts, ``is_sure``, and the cells.

    ``missing`` are the lines (rising) that the engine leaves out. ``strict`` when quotes mean something in this text.
    """
    texts = ", ".join(f"nullif({text}, '') AS \"{name}\"" for name, text in how.columns.items())
    cells = ", ".join(
        [*(f"c{place}" for place in range(how.width + 1)), *(name for step in how.steps for name in step)]
    )
    lines = _read(path, how, strict=strict)
    for step in how.steps:
        lines = f"(SELECT *, {', '.join(f'{made} AS {name}' for name, made in step.items())} FROM {lines})"
    read = f"SELECT {texts}, ({how.sure}) AS is_sure, {cells} FROM {lines}"
    line_no = _stepwise("row_place", [(line - place, place + 1) for place, line in enumerate(missing)])
    # The row number stands above the projection: a filter is not pushed below it, so no text is made twice.
    return f"(SELECT {line_no} AS line_no, * FROM (SELECT row_number() OVER () AS row_place, * FROM ({read})))"


def fits(how: Projection) -> str:
    """Return the SQL that is true for a line below the header that has as many cells as it should."""
    return f"line_no >= {how.first_line} AND c{how.width} IS NULL AND c{(how.least or how.width) - 1} IS NOT NULL"


def broken_lines(connection: duckdb.DuckDBPyConnection) -> set[int]:
    """Return the lines that the last text has and the engine could not cut into cells.

    Empty when it never looked at the text: where no line can be sure it reads none, and keeps no list of broken ones.
    """
    if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'").fetchall():
        return set()
    scan = "(SELECT max(scan_id) FROM reject_scans)"
    found = connection.execute(f"SELECT DISTINCT line FROM reject_errors WHERE scan_id = {scan}").fetchall()
    connection.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
    return {row[0] for row in found}


def moved(before: Sequence[int], after: Sequence[int]) -> str:
    """Return the SQL of the right line number of a row that was numbered as if only the lines ``before`` were missing."""
    old = [line - place for place, line in enumerate(before)]
    new = [line - place for place, line in enumerate(after)]
    steps = []
    for point in sorted({*old, *new}):
        shift = bisect_right(old, point)
        steps.append((point + shift, bisect_right(new, point) - shift))
    return _stepwise("line_no", steps)


class Sums(Mapping[str, object]):
    """What the lines add up to that were taken, those of ``left`` not counted; worked out when it is first asked for."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, source: str, how: Projection, left: Sequence[tuple[int, int]]
    ) -> None:
        self._connection, self._source, self._how, self._left = connection, source, how, left
        self._found: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        if not self._found:
            self._found = self._worked_out()
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._how.sums)

    def __len__(self) -> int:
        return len(self._how.sums)

    def _worked_out(self) -> dict[str, object]:
        if not self._how.sums:
            return {}
        bounds = list(zip(*self._left, strict=True)) or [(), ()]
        self._connection.register(
            "left_ranges", pa.table({"a": pa.array(bounds[0], pa.int64()), "b": pa.array(bounds[1], pa.int64())})
        )
        values = ", ".join(self._how.sums.values())
        lines = "(SELECT unnest(range(a, b)) AS line_no FROM left_ranges)"
        found = self._connection.execute(
            f"SELECT {values} FROM {self._source} ANTI JOIN {lines} USING (line_no)"
        ).fetchall()[0]
        self._connection.unregister("left_ranges")
        broken_lines(self._connection)
        return dict(zip(self._how.sums, found, strict=True))


def _read(path: str, how: Projection, *, strict: bool) -> str:
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(how.width + 1))
    quote = how.quote if strict else ""
    delimiter = how.delimiter.replace("'", "''")
    return (
        f"read_csv('{path}', auto_detect=false, header=false, delim='{delimiter}', quote='{quote}', escape='{quote}',"
        f" columns={{{columns}}}, null_padding=true, strict_mode={str(strict).lower()}, nullstr='{SEPARATOR}',"
        f" store_rejects=true, rejects_limit=0, max_line_size={LONGEST_LINE}, buffer_size={4 * LONGEST_LINE})"
    )


def _stepwise(name: str, steps: Sequence[tuple[int, int]]) -> str:
    """Return the SQL of ``name`` plus what the last step at or below it adds; 0 below the first."""
    if not steps:
        return name
    adds = [0, *(add for _, add in steps)]
    cases = " ".join(f"WHEN {name} < {start} THEN {add}" for (start, _), add in zip(steps, adds, strict=False))
    return f"{name} + CASE {cases} ELSE {adds[-1]} END"
