"""What the files say about requests: how a payout stands, whether its money is on a statement, whether a charge was cleared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from daozhang.desk import imports
from daozhang.desk.models import Import
from daozhang.desk.readings import facts
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.reasons import read_reason
from daozhang.engine.lake import connect, create_views
from daozhang.remedies.reissue import Queried


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutFacts:
    """The newest row of a payout in the acquirer's files, what its reason means, and whether a bank line shows its money."""

    amount_minor: int
    currency: str
    state: str
    reason_code: str
    reason_text: str
    retry: str
    finality: str
    account_tail: str
    has_arrived: bool

    @property
    def queried(self) -> Queried:
        """Return what the files show of the original, in the words of a query."""
        if self.has_arrived:
            return Queried.PAID
        states = {"failed": Queried.FAILED, "returned": Queried.RETURNED}
        is_known = self.state == "returned" or self.finality == "final"
        return states.get(self.state, Queried.NOT_ASKED) if is_known else Queried.NOT_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A credit on a statement that names a number."""

    number: str
    amount_minor: int
    currency: str
    account_tail: str
    file: str
    line_no: int
    import_id: str

    def as_evidence(self) -> dict[str, Any]:
        """Return the line as evidence is kept."""
        return {"file": self.file, "line_no": self.line_no, "import_id": self.import_id}


def payout(workspace: Workspace, acquirer: str, merchant_no: str, payout_no: str) -> PayoutFacts | None:
    """Return what the files say of one payout of an acquirer; None when they do not have it."""
    with _views(workspace, "payouts", "bank_entries") as con:
        row = con.execute(
            "SELECT planned_minor - coalesce(held_minor, 0) - coalesce(deducted_minor, 0), currency, state,"
            " coalesce(reason_code, ''), coalesce(reason_text, ''), coalesce(account_tail, '')"
            " FROM payouts WHERE acquirer = ? AND merchant_no = ? AND payout_no = ?"
            " ORDER BY coalesce(finished_at, created_at) DESC NULLS LAST, import_id DESC, line_no DESC LIMIT 1",
            [acquirer, merchant_no, payout_no],
        ).fetchone()
        arrived = bool(_credits(con, [payout_no]))
    if row is None:
        return None
    meaning = read_reason(row[4], provider=acquirer, code=row[3])
    return PayoutFacts(
        amount_minor=int(row[0]), currency=row[1] or "CNY", state=row[2], reason_code=row[3], reason_text=row[4],
        retry=meaning.retry, finality=meaning.finality, account_tail=row[5], has_arrived=arrived,
    )  # fmt: skip


def arrivals(workspace: Workspace, numbers: Iterable[str]) -> list[Arrival]:
    """Return the credits on statements that name one of ``numbers``."""
    wanted = sorted(set(numbers))
    if not wanted:
        return []
    with _views(workspace, "bank_entries") as con:
        rows = _credits(con, wanted)
    names = dict(Import.objects.filter(id__in={row[4] for row in rows}).values_list("id", "file_name"))
    return [
        Arrival(number=row[0], amount_minor=int(row[1]), currency=row[2] or "CNY", account_tail=row[3] or "",
                import_id=row[4], line_no=int(row[5]), file=names.get(row[4], ""))
        for row in rows
    ]  # fmt: skip


def successors(workspace: Workspace, originals: Iterable[str]) -> dict[str, str]:
    """Return, by its number, each payout that an acquirer made in place of one of ``originals``, with the one it replaces."""
    wanted = sorted(set(originals))
    if not wanted:
        return {}
    marks = ", ".join("?" * len(wanted))
    with _views(workspace, "payouts") as con:
        rows = con.execute(
            f"SELECT DISTINCT payout_no, replaces_payout_no FROM payouts WHERE replaces_payout_no IN ({marks})", wanted
        ).fetchall()
    return {str(row[0]): str(row[1]) for row in rows}


def arrived_payouts(workspace: Workspace, acquirer: str, merchant_no: str, since: date) -> list[str]:
    """Return the numbers of a merchant's payouts settled since a day whose money the last run found on a statement."""
    with facts(workspace) as con:
        rows = con.execute(
            "SELECT p.payout_no, min(p.settled_on) FROM payouts p"
            " JOIN bank_links l ON l.p_import = p.import_id AND l.p_line = p.line_no"
            " WHERE l.b_import IS NOT NULL AND p.acquirer = ? AND p.merchant_no = ? AND p.settled_on >= ?"
            " GROUP BY p.payout_no ORDER BY 2, 1",
            [acquirer, merchant_no, since],
        ).fetchall()
    return [str(row[0]) for row in rows]


def is_cleared(workspace: Workspace, acquirer: str, merchant_no: str, number: str) -> bool:
    """Return whether clearing has a sale under this reference or order number that nothing took back."""
    with _views(workspace, "clearings") as con:
        row = con.execute(
            "SELECT sum(CASE WHEN kind IN ('void', 'refund', 'reversal') THEN -1 ELSE 1 END) FROM clearings"
            " WHERE acquirer = ? AND merchant_no = ? AND (rrn = ? OR order_no = ?)"
            " AND kind IN ('sale', 'void', 'refund', 'reversal')",
            [acquirer, merchant_no, number, number],
        ).fetchone()
    return bool(row and row[0] and row[0] > 0)


@contextmanager
def _views(workspace: Workspace, *tables: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give the visible rows of a few tables."""
    parts, _ = imports.visible(workspace)
    con = connect(memory=workspace.settings.engine_memory, threads=1, spill=None)
    try:
        create_views(con, workspace.root, parts, tables)
        yield con
    finally:
        con.close()


def _credits(con: duckdb.DuckDBPyConnection, numbers: list[str]) -> list[tuple[Any, ...]]:
    marks = ", ".join("?" * len(numbers))
    return con.execute(
        "SELECT bank_reference, amount_minor, currency, account_tail, import_id, line_no FROM bank_entries"
        f" WHERE amount_minor > 0 AND bank_reference IN ({marks}) ORDER BY booked_at, import_id, line_no",
        numbers,
    ).fetchall()
