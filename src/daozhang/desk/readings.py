"""What the doors read: findings, money, the rows behind a number, the way of one payment. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow.parquet as pq

from daozhang.desk import book, clock, settle_day, sight_lake
from daozhang.desk.models import Case, FindingVerdict, Run
from daozhang.desk.models import Finding as FindingRow
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.finding import Finding
from daozhang.engine import clean_pairs
from daozhang.engine.clearing_leg import rows
from daozhang.engine.lake import connect
from daozhang.matching.bank import WINDOW_DAYS
from daozhang.matching.money import BUCKETS

_KEY_COLUMNS = (
    "acquirer", "merchant_no", "terminal_no", "batch_no", "trace_no", "rrn", "order_no", "network_no", "payout_no",
    "settled_on", "account_tail", "file",
)  # fmt: skip
_ORDER = {"alarm": 0, "watch": 1, "info": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRow:
    """One merchant-day of one currency; amounts in minor units. expected = the sum of the other seven."""

    acquirer: str
    merchant_no: str
    merchant_name: str
    settled_on: date
    currency: str
    due_at: datetime | None
    expected_minor: int
    arrived_minor: int
    not_due_minor: int
    held_minor: int
    deducted_minor: int
    returned_minor: int
    missing_minor: int
    unexplained_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDetail:
    """One merchant-day and the rows behind its numbers, each with file, line_no and import_id."""

    money: MoneyRow | None
    transactions: list[dict[str, Any]]
    clearings: list[dict[str, Any]]
    payouts: list[dict[str, Any]]
    bank_entries: list[dict[str, Any]]
    payout_answers: list[dict[str, Any]]
    """What banks and networks answered about the day's payouts."""
    bank_notices: list[dict[str, Any]]
    """What a bank said of the account before its statement: it names a payout of the day, or is of its amount."""


def last_run(_workspace: Workspace) -> Run | None:
    """Return the newest run, None before the first one."""
    return Run.objects.first()


def run_at(_workspace: Workspace, as_of: datetime) -> Run | None:
    """Return the run that judged exactly this moment, None when there is none."""
    return Run.objects.filter(as_of=as_of).first()


# -- findings


def findings(workspace: Workspace, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """Return the open findings as rows of ``findings``: as the desk has them, or as they stood at a moment.

    A moment that was run is answered from its history; any other moment is judged anew, from what was known then.
    """
    if as_of is None:
        run = last_run(workspace)
        if run is None:
            return findings(workspace, clock.now(workspace))
        found = FindingRow.objects.filter(is_open=True).select_related("incident__case")
        return _sorted([_of_row(row, run.as_of) for row in found])
    if run_at(workspace, as_of):
        newest = {
            row.finding_id: row
            for row in FindingVerdict.objects.filter(as_of__lte=as_of).order_by("as_of").select_related("finding")
        }
        return _sorted([_of_verdict(row, as_of) for row in newest.values() if row.is_open])
    day, _ = settle_day.judge(workspace, as_of)
    cases = dict(Case.objects.values_list("incident_id", "number"))
    return _sorted([_of_finding(one, as_of, cases) for one in day.findings])


def history(_workspace: Workspace) -> list[dict[str, Any]]:
    """Return one row per finding and per change of its verdict; ``as_of`` is when it was said. A cleared one is ``info``."""
    said = FindingVerdict.objects.order_by("as_of", "finding_id").select_related("finding__incident__case")
    return [_of_verdict(row, row.as_of) for row in said.iterator(chunk_size=2000)]


def _sorted(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        found,
        key=lambda row: (_ORDER[row["severity"]], str(row["settled_on"] or ""), row["break_type"], row["finding_id"]),
    )


def _proof(evidence: list[Mapping[str, Any]]) -> str:
    return ";".join(f"{one['file']}:{one['line_no']}" if one["line_no"] else str(one["file"]) for one in evidence)


def _case_number(row: FindingRow) -> str:
    case = getattr(row.incident, "case", None) if row.incident_id else None
    return case.number if case else ""


def _of_row(row: FindingRow, as_of: datetime) -> dict[str, Any]:
    return {
        "as_of": as_of, "finding_id": row.finding_id, "grain": row.grain, **{name: getattr(row, name) for name in _KEY_COLUMNS},
        "break_type": row.break_type, "gap_minor": row.gap_minor, "currency": row.currency, "due_at": row.due_at,
        "severity": row.severity, "incident_id": row.incident_id or "", "case_id": _case_number(row),
        "population": row.population, "cause_category": row.cause_category, "cause_code": row.cause_code,
        "confidence": _confidence(row.confidence_pct), "evidence": _proof(row.evidence),
    }  # fmt: skip


def _of_verdict(verdict: FindingVerdict, as_of: datetime) -> dict[str, Any]:
    row = _of_row(verdict.finding, as_of)
    return row | {
        "severity": verdict.severity if verdict.is_open else "info", "gap_minor": verdict.gap_minor if verdict.is_open else 0,
        "due_at": verdict.due_at, "cause_category": verdict.cause_category, "cause_code": verdict.cause_code,
        "confidence": _confidence(verdict.confidence_pct), "incident_id": verdict.incident_id_then,
        "evidence": _proof(verdict.evidence),
    }  # fmt: skip


def _of_finding(one: Finding, as_of: datetime, cases: Mapping[str, str]) -> dict[str, Any]:
    found = one.found
    return {
        "as_of": as_of, "finding_id": found.finding_id, "grain": found.grain.value,
        **{name: getattr(found.keys, name) for name in _KEY_COLUMNS},
        "break_type": found.type.value, "gap_minor": found.gap_minor, "currency": found.currency, "due_at": found.due_at,
        "severity": one.severity.value, "incident_id": one.incident_id, "case_id": cases.get(one.incident_id, ""),
        "population": one.population, "cause_category": one.cause_category.value, "cause_code": one.cause_code,
        "confidence": _confidence(one.confidence_pct), "evidence": ";".join(str(line) for line in found.evidence),
    }  # fmt: skip


def _confidence(pct: int) -> str:
    """Return 0–1 with two decimals, written without a float."""
    return f"{pct // 100}.{pct % 100:02d}"


# -- money


def money(workspace: Workspace, run: Run | None = None, *, as_of: datetime | None = None) -> list[MoneyRow]:
    """Return the money of every merchant-day, newest last: of a run, of the last run, or judged anew for a moment."""
    names = book.merchant_names(workspace)
    chosen = run or (run_at(workspace, as_of) if as_of else last_run(workspace))
    if chosen is not None:
        table = pq.read_table(workspace.root / chosen.folder / "money.parquet")
        found = sight_lake.only_seen(table.to_pylist())
    else:
        day, _ = settle_day.judge(workspace, as_of or clock.now(workspace))
        found = [
            {"acquirer": one.acquirer, "merchant_no": one.merchant_no, "settled_on": one.settled_on, "currency": one.currency,
             "due_at": one.due_at, "expected_minor": one.expected, **{f"{name}_minor": getattr(one, name) for name in BUCKETS}}
            for one in sorted(day.money, key=lambda one: (one.settled_on, one.acquirer, one.merchant_no, one.currency))
        ]  # fmt: skip
    return [MoneyRow(merchant_name=names.get((row["acquirer"], row["merchant_no"]), ""), **row) for row in found]


@contextmanager
def facts(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the visible facts, with ``imports`` (import_id, file_name) and the pairs and bank links of the last run."""
    con = connect(memory=workspace.settings.engine_memory, threads=workspace.settings.engine_threads, spill=None)
    try:
        con.execute("SET parquet_metadata_cache=true")  # the parts never change, and one search reads them many times
        files = sight_lake.open_views(con, workspace)
        con.execute("CREATE TABLE imports (import_id VARCHAR, file VARCHAR)")
        if files:
            con.execute(
                "INSERT INTO imports SELECT unnest(?), unnest(?)",
                [[one.import_id for one in files], [one.file_name for one in files]],
            )
        run = last_run(workspace)
        folder = workspace.root / run.folder if run else None
        clean_pairs.offer(con, folder)
        if folder and (folder / "bank_links.parquet").exists():
            con.execute(
                f"CREATE VIEW bank_links AS SELECT * FROM read_parquet('{(folder / 'bank_links.parquet').as_posix()}')"
            )
        else:
            con.execute(
                "CREATE TABLE bank_links (payout_no VARCHAR, how VARCHAR, p_import VARCHAR, p_line BIGINT,"
                " b_import VARCHAR, b_line BIGINT, amount_minor BIGINT)"
            )
        yield con
    finally:
        con.close()


def day_detail(workspace: Workspace, acquirer: str, merchant_no: str, settled_on: date) -> DayDetail:
    """Return one merchant-day and the rows behind its numbers."""
    mine = "x.acquirer = $acquirer AND x.merchant_no = $merchant"
    bound = {"acquirer": acquirer, "merchant": merchant_no, "day": settled_on}

    def select(con: duckdb.DuckDBPyConnection, sql: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
        cursor = con.execute(sql, {name: bound[name] for name in names})
        heads = [column[0] for column in cursor.description]
        return [dict(zip(heads, row, strict=True)) for row in cursor.fetchall()]

    with facts(workspace) as con:
        clearings = select(
            con,
            f"SELECT x.* EXCLUDE (fp), i.file, p.level FROM clearings x JOIN imports i USING (import_id)"
            f" LEFT JOIN pairs_of($acquirer, $merchant) p ON p.c_import = x.import_id AND p.c_line = x.line_no"
            f" WHERE {mine} AND x.cleared_on = $day ORDER BY x.occurred_at, x.import_id, x.line_no",
            ("acquirer", "merchant", "day"),
        )
        transactions = select(
            con,
            f"SELECT x.* EXCLUDE (fp), i.file, p.level FROM transactions x JOIN imports i USING (import_id)"
            f" LEFT JOIN pairs_of($acquirer, $merchant) p ON p.t_import = x.import_id AND p.t_line = x.line_no"
            f" LEFT JOIN clearings c ON c.import_id = p.c_import AND c.line_no = p.c_line"
            f" WHERE {mine} AND (c.cleared_on = $day OR (c.cleared_on IS NULL AND x.occurred_at::DATE = $day))"
            " ORDER BY x.occurred_at, x.import_id, x.line_no",
            ("acquirer", "merchant", "day"),
        )
        payouts = select(
            con,
            f"SELECT x.* EXCLUDE (fp), i.file FROM payouts x JOIN imports i USING (import_id) WHERE {mine} AND x.settled_on = $day"
            " ORDER BY x.created_at, x.finished_at, x.import_id, x.line_no",
            ("acquirer", "merchant", "day"),
        )
        bank = select(
            con,
            f"SELECT DISTINCT b.* EXCLUDE (fp), i.file, l.how, l.payout_no FROM payouts x JOIN bank_links l ON l.payout_no = x.payout_no"
            f" JOIN bank_entries b ON b.import_id = l.b_import AND b.line_no = l.b_line JOIN imports i ON i.import_id = b.import_id"
            f" WHERE {mine} AND x.settled_on = $day ORDER BY b.booked_at, b.import_id, b.line_no",
            ("acquirer", "merchant", "day"),
        )
        ordered = (
            f"(SELECT DISTINCT payout_no, paid_minor, account_tail FROM payouts x WHERE {mine} AND x.settled_on = $day)"
        )
        answers = select(
            con,
            f"SELECT a.* EXCLUDE (fp), i.file FROM payout_answers a JOIN imports i USING (import_id)"
            f" WHERE a.payout_no IN (SELECT payout_no FROM {ordered}) AND coalesce(a.acquirer, $acquirer) = $acquirer"
            " AND coalesce(a.merchant_no, $merchant) = $merchant ORDER BY a.answered_at, a.import_id, a.line_no",
            ("acquirer", "merchant", "day"),
        )
        notices = select(
            con,
            f"SELECT DISTINCT n.* EXCLUDE (fp), i.file FROM bank_notices n JOIN imports i USING (import_id) JOIN {ordered} o ON"
            " contains(coalesce(n.text, '') || ' ' || coalesce(n.bank_reference, ''), o.payout_no)"
            " OR (n.account_tail = o.account_tail AND n.amount_minor = o.paid_minor AND o.paid_minor > 0"
            f" AND n.booked_at::DATE BETWEEN $day AND $day + {WINDOW_DAYS})"
            " ORDER BY n.booked_at, n.import_id, n.line_no",
            ("acquirer", "merchant", "day"),
        )
    one = [
        row
        for row in money(workspace)
        if (row.acquirer, row.merchant_no, row.settled_on) == (acquirer, merchant_no, settled_on)
    ]
    return DayDetail(
        money=one[0] if one else None, transactions=transactions, clearings=clearings, payouts=payouts, bank_entries=bank,
        payout_answers=answers, bank_notices=notices,
    )  # fmt: skip


from daozhang.desk.ways import Leg, Way, find  # noqa: E402 - one door for the readers; ways needs ``facts`` above

__all__ = [
    "DayDetail",
    "Leg",
    "MoneyRow",
    "Way",
    "day_detail",
    "facts",
    "find",
    "findings",
    "history",
    "last_run",
    "money",
    "rows",
]
