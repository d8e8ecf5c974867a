"""The settlement day on DuckDB: the ledger that ``flows.settlement_day`` asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import duckdb

from daozhang.breaks import Break, BreakType, Evidence, clearing_side, other_sides, outages
from daozhang.breaks import systemic as about_many
from daozhang.breaks.set_aside import beside_set_aside
from daozhang.calendars import Calendar
from daozhang.diagnosis.day import DayFacts, Notice
from daozhang.engine import clean_pairs, clearing_leg, inputs, noted_again, other_legs, systemic
from daozhang.engine import outages as stood_still
from daozhang.engine.closed_days import ClosedDays, held
from daozhang.engine.cluster.cluster import Cluster
from daozhang.engine.file_leg import FileLeg, Plans
from daozhang.engine.lake import Part, SourceFile, connect, create_views
from daozhang.engine.money_leg import judge_money
from daozhang.engine.sieve import sift
from daozhang.flows.settlement_day import Settled, Terms


@dataclass(slots=True, kw_only=True)
class DuckLedger:
    """The facts of one workspace on the embedded engine; ``settle`` may be asked for any moment."""

    root: Path
    parts: Sequence[Part]
    files: Sequence[SourceFile]
    calendars: Mapping[str, Calendar]
    defaults: Terms = field(default_factory=Terms)
    memory: str = "2GB"
    threads: int = 2
    spill: Path | None = None
    sift_from: int = 1_000
    """Clearing lines from which on control totals go before matching; below, sums cost more than they save."""
    plain_from: int = 500
    """Payouts from which on plain merchant-days go before the judgement of the rest; below, all are judged."""
    expected: Plans = field(default_factory=dict)
    """When files are expected, where somebody said so; elsewhere it is learned from what came."""
    stop: systemic.Stop = field(default_factory=systemic.Stop)
    """From when on one finding stands for many rows that differ in the same way."""
    keep: Path | None = None
    """Folder that gets the pairs and links of this moment as Parquet, for the way of a payment."""

    closed: Path | None = None
    """Folder of what is kept of closed days, so that a run costs the day and what is open; None: all is read each time."""
    cluster: Cluster | None = None
    """Where the bulk is worked out; None: here."""

    def settle(self, as_of: datetime) -> Settled:
        """Match the four legs as they were known at ``as_of`` and say what differs and where the money is."""
        con = connect(memory=self.memory, threads=self.threads, spill=self.spill)
        try:
            if self.cluster is None:
                return self._settle(con, as_of)
            with self.cluster.over(con, self.root, self.parts, as_of) as bulk:
                return self._settle(bulk, as_of)
        finally:
            con.close()

    def _settle(self, con: duckdb.DuckDBPyConnection, as_of: datetime) -> Settled:
        named = Names(self.files)
        create_views(con, self.root, self.parts)
        inputs.prepare(con, self.files, as_of, self.defaults)
        with held(self.closed if self.cluster is None else None) as folder:
            closed = ClosedDays(folder, self.root, self.parts, as_of) if folder else None
            sifted = sift(con, from_rows=self.sift_from, closed=closed)
        inputs.cancelled(con)
        files = FileLeg(con, self.files, as_of)
        cover = files.coverage()
        clearing_leg.complete_days(con, cover)
        levels = clearing_leg.match(con)
        noted_again.set_apart(con)
        clearing_leg.fees(con)
        clearing_leg.apart(con)
        folds = systemic.fold(con, as_of, self.stop)
        leg = judge_money(con, as_of, cover, named, self.defaults, self.calendars, plain_from=self.plain_from)
        calendar = self.calendars.get("CN") or Calendar("CN", {})
        of_rows = beside_set_aside(self._row_breaks(con, as_of, named), cover)
        of_many = about_many.of_folds(folds, _aside(self.files), named)
        breaks = _one_word_each([*of_many, *of_rows, *leg.breaks, *files.breaks(calendar, self.expected)])
        if self.keep is not None:
            _keep(con, self.keep)
            systemic.keep(con, self.keep, {fold.no: one.finding_id for fold, one in zip(folds, of_many, strict=True)})
        facts = DayFacts(as_of=as_of, counts=leg.counts, accounts=_accounts(con), payers={}, notices=_notices(con))
        size = con.execute(
            "SELECT (SELECT coalesce(sum(rows), 0) FROM t_days), (SELECT coalesce(sum(lines), 0) FROM c_days), (SELECT count(*) FROM m)"
        ).fetchone()
        assert size is not None
        for sentence, clean in sifted.clean_by_level.items():
            levels[sentence] = levels.get(sentence, 0) + clean
        counts = {
            "transactions": int(size[0]), "clearings": int(size[1]), "pairs": size[2] + sifted.clean_rows, **levels,
            "buckets": sifted.buckets, "dirty_buckets": sifted.dirty,
        }  # fmt: skip
        return Settled(breaks=breaks, money=leg.money, facts=facts, settled_payouts=leg.settled, counts=counts)

    def _row_breaks(self, con: duckdb.DuckDBPyConnection, as_of: datetime, named: Names) -> list[Break]:
        found = clearing_side.of_odd_pairs(clearing_leg.odd_pairs(con), as_of, named)
        found += clearing_side.of_half_cancelled(clearing_leg.half_cancelled(con), as_of, named)
        found += clearing_side.of_missing_lines(clearing_leg.missing_lines(con), as_of, named)
        found += clearing_side.of_extra_lines(clearing_leg.extra_lines(con), named)
        found += clearing_side.of_noted_again(noted_again.noted_again(con), named)
        found += clearing_side.of_disputes(clearing_leg.other_lines(con), named)
        found += clearing_side.of_wrong_fees(clearing_leg.wrong_fees(con), named)
        least = (self.stop.rows, self.stop.share_pct)
        zones, skews = about_many.of_zones(clearing_leg.clock_skews(con), _rows_of(con), as_of, least, named)
        found += zones + clearing_side.of_clock_skews(skews, as_of, named)
        found += clearing_side.of_preauths(other_legs.open_preauths(con), as_of.date(), named)
        found += other_sides.of_orders(other_legs.order_differences(con), named)
        found += other_sides.of_unpaid_orders(other_legs.unpaid_orders(con), as_of, named)
        found += other_sides.of_batches(other_legs.odd_batches(con), named)
        silences = outages.newest_of_each(outages.of_silences(stood_still.silences(con), named))
        told = {one.keys.terminal_no for one in silences}
        found += silences + other_sides.of_terminals(other_legs.terminals(con), as_of, named, told)
        found += outages.of_refusals(stood_still.refusals(con), named)
        return found


class Names:
    """(import id, line number) → evidence with the name of the file as it was received."""

    def __init__(self, files: Iterable[SourceFile]) -> None:
        self._names = {file.import_id: file.file_name for file in files}

    def __call__(self, import_id: str, line_no: int) -> Evidence:
        """Return the evidence."""
        return Evidence(self._names.get(import_id, import_id), line_no, import_id)


def _one_word_each(breaks: Sequence[Break]) -> list[Break]:
    """Say a payment once: a second charge of an order is a duplicate, not also an unknown outcome; number equal things."""
    doubled = {
        (one.keys.acquirer, one.keys.merchant_no, one.keys.terminal_no, one.keys.trace_no, one.keys.order_no)
        for one in breaks
        if one.type is BreakType.DUPLICATE and one.facts.get("side") == "order"
    }
    result: dict[str, Break] = {}
    for one in breaks:
        keys = one.keys
        same = (keys.acquirer, keys.merchant_no, keys.terminal_no, keys.trace_no, keys.order_no)
        if one.type is BreakType.OUTCOME_UNKNOWN and same in doubled:
            continue
        known = result.get(one.finding_id)
        if known is not None and known.grain.value in {"terminal", "file"}:
            continue  # the same clock seen from two sources
        while one.finding_id in result:
            one = replace(one, instance=one.instance + 1)  # noqa: PLW2901 - two equal things are two
        result[one.finding_id] = one
    return list(result.values())


def _aside(files: Iterable[SourceFile]) -> dict[str, int]:
    """Return how many lines are set aside in the files of each acquirer."""
    found: dict[str, int] = {}
    for file in files:
        found[file.acquirer] = found.get(file.acquirer, 0) + file.set_aside
    return found


def _rows_of(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, date], int]:
    """Return how many terminal records there are of each clearing day of an acquirer."""
    told = con.execute("SELECT acquirer, on_day, sum(rows)::BIGINT FROM t_days GROUP BY ALL").fetchall()
    return {(acquirer, day): rows for acquirer, day, rows in told}


def _accounts(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[dict[str, object], ...]]:
    found: dict[tuple[str, str], tuple[dict[str, object], ...]] = {}
    for row in clearing_leg.rows(
        con, "SELECT * FROM accounts_now ORDER BY acquirer, merchant_no, from_on, account_tail"
    ):
        key = (row["acquirer"], row["merchant_no"])
        found[key] = (*found.get(key, ()), row)
    return found


def _notices(con: duckdb.DuckDBPyConnection) -> tuple[Notice, ...]:
    """Return the public notices on record, announced ones included, each once."""
    told = con.execute(
        "SELECT DISTINCT kind, from_at, to_at, coalesce(scope, ''), coalesce(source, '') FROM public_notices ORDER BY ALL"
    ).fetchall()
    return tuple(
        Notice(kind=kind, from_at=first, to_at=last, scope=scope, source=source)
        for kind, first, last, scope, source in told
    )


def _keep(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the pairs and the bank links of this moment, so that the way of a payment is a look-up."""
    folder.mkdir(parents=True, exist_ok=True)
    clean_pairs.keep(con, folder)
    con.execute(
        f"COPY (SELECT * FROM bank_links ORDER BY ALL) TO '{(folder / 'bank_links.parquet').as_posix()}' (FORMAT parquet)"
    )
