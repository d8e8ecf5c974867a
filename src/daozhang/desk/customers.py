"""The cardholders a case touches, what each is told, and which of them were answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from daozhang import money
from daozhang.calendars import YearNotPublished
from daozhang.cases import Step
from daozhang.cases.customers import REFUND_WORKDAYS, Customer, Leg, customer, kind_of
from daozhang.desk import taking
from daozhang.desk.calendars import calendar_of
from daozhang.desk.case_view import CaseView, FindingView
from daozhang.desk.clock import now
from daozhang.desk.evidence_rows import RecordRow
from daozhang.desk.models import Case, CaseEvent
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.texts import say

MOST: Final = 200
PAYMENTS: Final = frozenset({"transactions", "clearings"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """One cardholder, what to answer in one language, and whether somebody did."""

    key: str
    kind: str
    tail: str
    legs: tuple[Leg, ...]
    back: Leg | None
    by: date | None
    said: str
    is_told: bool


def of_case(workspace: Workspace, view: CaseView, language: str) -> tuple[CustomerView, ...]:
    """Return the cardholders whom the open findings of a case touch, at most ``MOST``."""
    rows = {(row.import_id, row.line_no): row for row in view.records}
    by = _by(workspace)
    found = [_customer(one, rows, by) for one in view.findings if one.is_open]
    told = {str(event.facts.get("customer")) for event in view.timeline if event.step == Step.CUSTOMER_TOLD.value}
    return tuple(_shown(one, language, told) for one in found if one is not None)[:MOST]


def tell(workspace: Workspace, number: str, key: str, *, by: str, note: str) -> Case:
    """Note that a customer was answered; RefusedError when the case has no such customer."""
    with transaction.atomic():
        case = taking.locked(number)
        if not case.incident.findings.filter(finding_id=key).exists():
            raise RefusedError("error-no-customer", number=number)
        if CaseEvent.objects.filter(case=case, step=Step.CUSTOMER_TOLD.value, facts__customer=key).exists():
            raise RefusedError("error-customer-told", number=number)
        taking.take(workspace, case, Step.CUSTOMER_TOLD, by=by, note=note, facts={"customer": key})
    return case


def _customer(one: FindingView, rows: Mapping[tuple[str, int], RecordRow], by: date | None) -> Customer | None:
    named = [rows[key] for proof in one.evidence if (key := (proof.import_id, proof.line_no)) in rows]
    payments = [row for row in named if row.table in PAYMENTS]
    kind = kind_of(one.break_type, [row.kind for row in payments])
    is_noted_again = one.facts.get("side") == "journal" and not one.gap_minor
    if kind is None or is_noted_again:
        return None
    once: dict[tuple[str, str, str], Leg] = {}
    for row in sorted(payments, key=lambda row: row.table != "transactions"):
        name = (
            row.terminal_no,
            row.rrn or row.trace_no,
            "" if row.rrn or row.trace_no else f"{row.file}:{row.line_no}",
        )
        once.setdefault(name, _leg(row))
    return customer(one.finding_id, kind, list(once.values()), by)


def _leg(row: RecordRow) -> Leg:
    return Leg(
        at=row.at, amount_minor=row.amount_minor, currency=row.currency, card_tail=row.card_tail,
        terminal_no=row.terminal_no, rrn=row.rrn, file=row.file, line_no=row.line_no,
    )  # fmt: skip


def _by(workspace: Workspace) -> date | None:
    answer = calendar_of(workspace).workdays_after(now(workspace).date(), REFUND_WORKDAYS)
    return None if isinstance(answer, YearNotPublished) else answer


def _shown(one: Customer, language: str, told: set[str]) -> CustomerView:
    back, tail = one.back, one.card_tail or "····"
    if back is None:
        said = say(language, "customer-reply-checking", tail=tail)
    else:
        said = say(
            language,
            one.text_key,
            tail=tail,
            amount=money.to_text(abs(back.amount_minor), back.currency),
            at=f"{back.at:%Y-%m-%d %H:%M}" if back.at else "-",
            rrn=back.rrn or "-",
            by=one.by.isoformat() if one.by else "-",
        )
    return CustomerView(
        key=one.key, kind=one.kind.value, tail=tail, legs=one.legs, back=back, by=one.by, said=said,
        is_told=one.key in told,
    )  # fmt: skip
