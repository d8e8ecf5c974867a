"""Inquiries from outside on the desk: registered, owned, answered before a deadline in working time, reminded on the way.

Each act writes the inquiry and its entry of the house's audit chain in one transaction. A reminder is said once per share of
the time, to the owner of the desk by the outbox; what is late stands first on the list until it is answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from daozhang.cases.life import SYSTEM
from daozhang.cases.parties import Party
from daozhang.cases.telling import OWN
from daozhang.desk import counters, house_audit, processes_history, processes_papers, telling
from daozhang.desk.clock import now
from daozhang.desk.life_hours import working_hours
from daozhang.desk.models import Notice
from daozhang.desk.notices import SENT
from daozhang.desk.processes_models import Inquiry
from daozhang.desk.taking import case_named, clean
from daozhang.desk.telling_models import HouseEvent
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.services.inquiries import HOURS_A_DAY, MARKS, USUAL_DAYS, Act, Kind, Sender, State, after, mark_at, named
from daozhang.texts import say

AREA: Final = "inquiry"
MOST: Final = 500
DOCUMENTS: Final = ("inquiry_letter", "signed_slip", "order_record", "delivery_proof")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An inquiry as somebody enters it. ``payment``: reference, trace or order number; ``workdays`` 0: the usual time of its kind."""

    kind: str
    sender: str
    reference: str = ""
    acquirer: str = ""
    merchant_no: str = ""
    payment: str = ""
    amount_minor: int | None = None
    text: str = ""
    case: str = ""
    owner: str = ""
    workdays: int = 0
    received_at: datetime | None = None


def enter(workspace: Workspace, asked: Asked, *, by: str) -> Inquiry:
    """Register an inquiry and reckon by when it must be answered; RefusedError when a word or the time is none."""
    kind, sender = Kind(named(Kind, asked.kind)), Sender(named(Sender, asked.sender))
    workdays = asked.workdays or USUAL_DAYS[kind]
    if not 1 <= workdays <= 60:
        raise RefusedError("error-inquiry-days")
    by, at, cut = _person(by), now(workspace), processes_papers.guard_of(workspace).cut
    received = min(asked.received_at or at, at)
    with transaction.atomic():
        counters.hold(AREA)
        made = Inquiry(
            number=f"IQ{at:%Y}{counters.take(f'inquiry-{at.year}'):06d}", kind=kind.value, sender=sender.value,
            reference=cut(clean(asked.reference))[:128], acquirer=clean(asked.acquirer)[:64], merchant_no=clean(asked.merchant_no)[:64],
            payment=cut(clean(asked.payment))[:128], amount_minor=asked.amount_minor, text=cut(clean(asked.text)),
            case=case_named(asked.case) if asked.case.strip() else None, state=State.OPEN.value, received_at=received,
            workdays=workdays, owner=clean(asked.owner)[:64] or by, made_by=by, made_at=at,
        )  # fmt: skip
        made.due_at = _mark(workspace, made, 100)
        made.next_look_at = _mark(workspace, made, MARKS[0])
        made.save(force_insert=True)
        _append(workspace, made, Act.ENTERED, by, from_state="", kind=kind.value, due_at=made.due_at, owner=made.owner)
    return made


def inquiry_named(number: str) -> Inquiry:
    """Return the inquiry with ``number``; RefusedError when there is none."""
    found = Inquiry.objects.select_related("case").filter(number=number.strip().upper()).first()
    if found is None:
        raise RefusedError("error-inquiry-none", number=number[:24])
    return found


def listed(*, is_open: bool = True) -> list[Inquiry]:
    """Return what waits for an answer, the earliest deadline first; else everything, the newest first."""
    rows = Inquiry.objects.select_related("case")
    if is_open:
        return list(rows.filter(state=State.OPEN.value).order_by(F("due_at").asc(nulls_last=True), "number")[:MOST])
    return list(rows.order_by("-made_at", "-number")[:MOST])


def used_pct(workspace: Workspace, one: Inquiry) -> int:
    """Return how much of its working time is gone, per cent, 100 when it is over. An answered one keeps what it had used."""
    until = one.answered_at or one.closed_at or now(workspace)
    hours = working_hours(workspace)
    gone = hours.between(one.received_at, until, Party.MERCHANT).total_seconds() if until > one.received_at else 0
    return min(100, int(gone * 100 // (one.workdays * HOURS_A_DAY * 3600)))


def decide(workspace: Workspace, number: str, act: str, *, by: str, note: str = "", owner: str = "") -> Inquiry:
    """Take an act of a person: a new owner, the answer that was sent, or what the other side made of it."""
    chosen = Act(named(Act, act))
    by, at = _person(by), now(workspace)
    note = processes_papers.guard_of(workspace).cut(clean(note))
    with transaction.atomic():
        one = _locked(number)
        before = one.state
        one.state = after(State(before), chosen, note=note).value
        if chosen is Act.ASSIGNED:
            one.owner = _person(owner)
        if chosen is Act.ANSWERED:
            one.answered_by, one.answered_at, one.answer, one.next_look_at = by, at, note, None
        if one.state in {State.ACCEPTED, State.NOT_ACCEPTED, State.WITHDRAWN}:
            one.closed_at, one.next_look_at = at, None
        one.save()
        _append(workspace, one, chosen, by, from_state=before, note=note, owner=one.owner, pack=one.pack_sha256)
    return one


def add_paper(workspace: Workspace, number: str, document: str, name: str, data: bytes, *, by: str) -> None:
    """Keep one document with an inquiry; RefusedError says what is wrong with it."""
    by = _person(by)
    with transaction.atomic():
        one = _locked(number)
        after(State(one.state), Act.ADDED, note="")
        if document not in DOCUMENTS:
            raise RefusedError("error-paper-document", document=document[:32])
        kept = processes_papers.keep(workspace, AREA, one.number, document, name, data, by=by)
        _append(
            workspace, one, Act.ADDED, by, from_state=one.state, document=document, file=kept.name, sha256=kept.sha256
        )


def note_pack(workspace: Workspace, number: str, sha256: str, *, by: str) -> None:
    """Note which pack was made last, so that an answer can be held against it."""
    with transaction.atomic():
        one = _locked(number)
        if one.pack_sha256 != sha256:
            one.pack_sha256 = sha256
            one.save(update_fields=["pack_sha256"])
            _append(workspace, one, Act.ADDED, _person(by), from_state=one.state, document="pack", sha256=sha256)


def tick(workspace: Workspace, at: datetime) -> int:
    """Say which shares of the time are gone since the last look; return how many reminders were written. Safe to do again."""
    said = 0
    with transaction.atomic():
        counters.hold(AREA)
        due = Inquiry.objects.filter(state=State.OPEN.value, next_look_at__lte=at).order_by("next_look_at", "number")
        for one in list(due[:MOST]):
            reached = [percent for percent in MARKS if (mark := _mark(workspace, one, percent)) and mark <= at]
            if reached and reached[-1] > one.reminded_pct:
                one.reminded_pct = reached[-1]
                _remind(workspace, one, reached[-1], at)
                _append(workspace, one, Act.REMINDED, SYSTEM, from_state=one.state, percent=reached[-1])
                said += 1
            following = [percent for percent in MARKS if percent > one.reminded_pct]
            one.next_look_at = _mark(workspace, one, following[0]) if following else None
            one.save(update_fields=["reminded_pct", "next_look_at"])
    return said


def history(one: Inquiry) -> list[HouseEvent]:
    """Return every entry of the audit chain about an inquiry, oldest first."""
    return processes_history.entries(AREA, one.number)


def _remind(workspace: Workspace, one: Inquiry, percent: int, at: datetime) -> None:
    """Write the reminder to the own finance desk; without an address it waits for a person in the list of notices."""
    language = workspace.settings.language
    facts = {
        "number": one.number, "kind": say(language, f"inquiry-kind-{one.kind}"), "reference": one.reference or "-",
        "at": f"{one.due_at:%Y-%m-%d %H:%M}" if one.due_at else "-", "percent": percent, "payment": one.payment or "-",
        "merchant": one.merchant_no or "-",
    }  # fmt: skip
    which = "late" if percent >= MARKS[-1] else "remind"
    reached = telling.addresses(telling.directory(workspace), OWN, one.acquirer)
    best = next((entry for entry in reached if entry.channel in SENT), None)
    Notice.objects.get_or_create(
        key=f"{one.number}/{percent}",
        defaults={
            "case": one.case, "channel": best.channel if best else "email", "address": best.address if best else "", "role": OWN,
            "language": language, "subject": say(language, f"inquiry-{which}-subject", **facts),
            "body": say(language, f"inquiry-{which}-body", **facts), "state": "queued" if best else "unaddressed",
            "next_try_at": at if best else None,
        },
    )  # fmt: skip


def _mark(workspace: Workspace, one: Inquiry, percent: int) -> datetime | None:
    return mark_at(one.received_at, one.workdays, percent, working_hours(workspace).add)


def _locked(number: str) -> Inquiry:
    counters.hold(AREA)
    return inquiry_named(number)


def _append(workspace: Workspace, one: Inquiry, act: Act, by: str, *, from_state: str, **facts: object) -> None:
    told = {"from_state": from_state, "to_state": one.state} | facts
    house_audit.append(workspace, AREA, one.number, act.value, by=by, **told)


def _person(by: str) -> str:
    cleaned = clean(by)[:64]
    if not cleaned or cleaned == SYSTEM:
        raise RefusedError("error-case-needs-a-person", step=AREA)
    return cleaned
