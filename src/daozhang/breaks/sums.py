"""Files that do not add up to each other, and answers about payouts that nobody ordered. All are kept in view, none is an alarm.

The money itself is judged at its payment, its day and its payout; here nothing is claimed about it, so the gap is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from daozhang.breaks.clearing_side import Named
from daozhang.breaks.kinds import Break, BreakType, Evidence, Grain, Keys, Severity
from daozhang.breaks.set_aside import waiting_for
from daozhang.matching.coverage import Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a file states of one table, merchant and day, and what the rows of other files add up to.

    ``stated`` and ``added`` are lines, gross and net (signed minor units); None is not stated.
    """

    table: str
    acquirer: str
    merchant_no: str
    day: date
    currency: str
    stated: tuple[int | None, int | None, int | None]
    added: tuple[int, int, int]
    said_at: Evidence
    rows_at: tuple[Evidence, ...] = ()
    """First line of the merchant in each file of the details."""

    @property
    def agrees(self) -> bool:
        """Return whether everything that is stated is what the rows add up to."""
        return all(said is None or said == is_there for said, is_there in zip(self.stated, self.added, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A payout and the clearing lines that name it as theirs; places are import id and line number."""

    acquirer: str
    merchant_no: str
    payout_no: str
    settled_on: date
    currency: str
    planned_minor: int
    sum_minor: int
    lines: int
    payout_at: tuple[str, int]
    lines_at: tuple[str, int]


def of_totals(totals: Iterable[Compared], cover: Coverage) -> list[Break]:
    """Return the totals that another file's rows do not add up to, where those rows are all here.

    Lines that are set aside in those files have to be put right before anything can be said.
    """
    found = []
    for one in totals:
        if one.agrees or not cover.is_complete(one.table, one.acquirer, one.merchant_no, one.day):
            continue
        aside = cover.aside(one.table, one.acquirer, one.merchant_no, [one.day])
        waiting: dict[str, object] = {"waiting_for": waiting_for(aside)} if aside else {}
        stated, added = one.stated, one.added
        found.append(
            Break(
                type=BreakType.FILE_SUMS_DIFFER, grain=Grain.FILE, gap_minor=0, currency=one.currency, severity=Severity.WATCH,
                keys=Keys(acquirer=one.acquirer, merchant_no=one.merchant_no, settled_on=one.day, file=one.said_at.file),
                facts={"source": one.table, "day": one.day, "acquirer": one.acquirer, "detail": one.said_at.file,
                       "stated_count": stated[0], "added_count": added[0], "stated_gross_minor": stated[1],
                       "added_gross_minor": added[1], "stated_minor": stated[2], "added_minor": added[2], **waiting},
                evidence=(one.said_at, *one.rows_at, *(each.evidence for each in aside)),
            )
        )  # fmt: skip
    return found


def of_batches_paid(batches: Iterable[Batch], named: Named) -> list[Break]:
    """Return the payouts that their own transactions do not add up to."""
    return [
        Break(
            type=BreakType.PAYOUT_SUM_DIFFERS, grain=Grain.PAYOUT, gap_minor=0, currency=one.currency, severity=Severity.WATCH,
            keys=Keys(acquirer=one.acquirer, merchant_no=one.merchant_no, payout_no=one.payout_no, settled_on=one.settled_on),
            facts={"planned_minor": one.planned_minor, "sum_minor": one.sum_minor, "lines": one.lines},
            evidence=(named(*one.payout_at), named(*one.lines_at)),
        )
        for one in batches
    ]  # fmt: skip


def of_strange_answers(answers: Iterable[Mapping[str, Any]], named: Named) -> list[Break]:
    """Return what a bank or network answered about payouts that are in no list, or in more than one merchant's.

    The list may still come: then the answer is put beside its payout and this is not said any more.
    """
    return [
        Break(
            type=BreakType.PAYOUT_UNKNOWN, grain=Grain.PAYOUT, gap_minor=0, currency=row["currency"] or "CNY",
            severity=Severity.WATCH, occurred_at=row["answered_at"],
            keys=Keys(acquirer=row["acquirer"] or "", merchant_no=row["merchant_no"] or "", payout_no=row["payout_no"]),
            facts={"state": row["state"], "amount_minor": row["amount_minor"], "reason_code": row["reason_code"] or "",
                   "reason_text": row["reason_text"] or "", "reason_scheme": row["reason_scheme"] or "", "fits": row["fits"]},
            evidence=(named(row["import_id"], row["line_no"]),),
        )
        for row in answers
    ]  # fmt: skip
