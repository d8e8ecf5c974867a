"""Which way one file is read: set-wise where its format says how, else row by row; both end in the same staged parts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from daozhang.errors import InputError
from daozhang.formats.base import Format, NotSetWiseError, Projection, Source
from daozhang.formats.decoding import decode
from daozhang.intake.cards import CardGuard
from daozhang.intake.collector import Collector
from daozhang.intake.plain_csv import header_of, projection, read_text
from daozhang.intake.reading import Reading, StagedPart
from daozhang.intake.scan import Scanned, scanned
from daozhang.intake.set_wise import Stage, read_parquet, read_projected
from daozhang.intake.spilling import Spilling
from daozhang.intake.typed_rows import RowTyper
from daozhang.records import Table, table_named

if TYPE_CHECKING:
    import duckdb

SET_WISE_FROM: Final = 64 * 1024
"""Bytes from which on a text is worth the engine; below, one row at a time is quicker."""

Engine = Callable[[], "duckdb.DuckDBPyConnection"]
"""Gives the one engine; it is started, and loaded at all, only for a file that is read set-wise."""


def read_source(chosen: Format, source: Source, stage: Stage, guard: CardGuard, engine: Engine) -> Reading:
    """Return what the file holds; its rows are staged. InputError when it is refused."""
    typer = RowTyper(guard, "Asia/Shanghai" if chosen.converts_time else source.given.timezone)
    spilling = Spilling(stage.folder, stage.import_id)
    collector = Collector(typer)
    about = chosen.tables
    if chosen.plain is not None:
        named = chosen.plain.table_of(source)
        if not named:
            raise InputError("refused-no-table", format=chosen.code)
        about = (named,)
        set_wise = _read_plain(chosen.plain.container, source, table_named(named), stage, collector, engine)
        if set_wise is None:
            collector.spill = spilling.take
            read_text(decode(source.data), table_named(named), collector)
    else:
        assert chosen.read is not None
        try:
            set_wise = _read_projected(chosen, source, stage, collector, engine)
        except NotSetWiseError:
            set_wise = None
        if set_wise is None:
            collector = Collector(typer, spilling.take)
            chosen.read(source, collector)
    collector.close()
    parts = (set_wise or []) + spilling.close(collector.rows, engine)
    return Reading(
        "read", chosen.code, None, tuple(parts), collector.controls,
        tuple(sorted(collector.rejects, key=lambda reject: reject.line_no)),
        tuple(collector.warnings), tuple(collector.covered), tuple(collector.statements), about, tuple(collector.totals),
    )  # fmt: skip


def _read_plain(
    container: str, source: Source, table: Table, stage: Stage, collector: Collector, engine: Engine
) -> list[StagedPart] | None:
    """Return the parts, None when the file is to be read row by row."""
    if container == "parquet":
        return read_parquet(engine(), source, table, stage, collector)
    if _is_worth_it(source):
        with scanned(source, quoted=True) as text:
            how = _interchange(text, table, collector) if text else None
            if text and how:
                return read_projected(engine(), text, how, stage, collector)
    return None


def _interchange(text: Scanned, table: Table, collector: Collector) -> Projection | None:
    header = header_of(next(text.pick([(1, 2)]))[1], table)
    if len(header.names) < 2:
        return None
    collector.drop_columns(header.forbidden)
    return projection(header, table)


def _read_projected(
    chosen: Format, source: Source, stage: Stage, collector: Collector, engine: Engine
) -> list[StagedPart] | None:
    """Return the parts, None when the file is to be read row by row."""
    how = chosen.project(source) if chosen.project is not None and _is_worth_it(source) else None
    if how is None:
        return None
    pieces = how.text(source) if how.text is not None else None
    with scanned(source, quoted=bool(how.quote), pieces=pieces) as text:
        return read_projected(engine(), text, how, stage, collector) if text else None


def _is_worth_it(source: Source) -> bool:
    return source.given.timezone == "Asia/Shanghai" and source.size >= SET_WISE_FROM and sys.platform == "linux"
