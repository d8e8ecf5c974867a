"""Official answers on the desk: taken as pasted text, as mail or by the API, joined to their case, read into steps, decided by people."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, time
from email import policy
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from django.db import transaction
from django.db.models import Q

from daozhang.calendars import YearNotPublished
from daozhang.cases import State, Step
from daozhang.cases.life import OPEN_STATES
from daozhang.cases.parties import PartState, Party
from daozhang.cases.replies import Action, Instruction, Reply, read_reply
from daozhang.desk import life_clocks, parts, taking
from daozhang.desk.calendars import calendar_of
from daozhang.desk.clock import ZONE, now
from daozhang.desk.life_models import CasePart, CaseReply, ReplyStep
from daozhang.desk.models import Case
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError
from daozhang.intake.cards import CardGuard

MOST: int = 200_000
"""Characters of an answer that are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An answer as it was taken. ``case_number`` is empty when nothing in it says which case it is about: ``candidates`` may be."""

    reply: CaseReply
    case_number: str
    candidates: tuple[str, ...]
    is_new: bool


def take(
    workspace: Workspace,
    text: str,
    *,
    by: str,
    number: str = "",
    party: str = Party.ACQUIRER.value,
    door: str = "pasted",
    sender: str = "",
    came_at: datetime | None = None,
) -> Taken:
    """Take an answer, join it to its case and read it into steps. The same text again is the answer that is there.

    It joins the case that is named, else the one whose number stands in it, else the one open case that has its reference.
    """
    clean = CardGuard(b"").cut(taking.clean_long(text, MOST))
    if not clean.strip():
        raise RefusedError("error-reply-empty")
    who = parts.party_named(party)
    at = came_at or now(workspace)
    digest = hashlib.sha256(f"{number}\n{clean}".encode()).hexdigest()
    with transaction.atomic():
        known = CaseReply.objects.filter(sha256=digest).first()
        if known is not None:
            return Taken(reply=known, case_number=known.case_id or "", candidates=(), is_new=False)
        read = _read(workspace, clean, at, who)
        case, candidates = _case(number, read)
        row = CaseReply.objects.create(
            case=None, party=who.value, door=door, sender=taking.clean(sender)[:256], came_at=at, taken_at=now(workspace),
            taken_by=taking.clean(by)[:64], text=clean, external_nos=list(read.external_nos), sha256=digest,
        )  # fmt: skip
        ReplyStep.objects.bulk_create(_row(row, no, one) for no, one in enumerate(read.steps, start=1))
        if case is not None:
            _join(workspace, row, case, by=by)
    return Taken(reply=row, case_number=case.number if case else "", candidates=candidates, is_new=True)


def take_mail(workspace: Workspace, message: bytes, *, by: str, party: str = Party.ACQUIRER.value) -> Taken:
    """Take an answer that came as a mail (RFC 5322): its plain text, its sender and the moment it was sent."""
    mail = BytesParser(policy=policy.default).parsebytes(message)
    body = mail.get_body(preferencelist=("plain",))
    if body is None:
        raise InputError("error-mail-without-text")
    try:
        sent = parsedate_to_datetime(str(mail["Date"])).astimezone(ZONE).replace(tzinfo=None) if mail["Date"] else None
    except ValueError:
        sent = None
    text = f"{mail['Subject'] or ''}\n{body.get_content()}"
    return take(workspace, text, by=by, party=party, door="mail", sender=str(mail["From"] or ""), came_at=sent)


def join(workspace: Workspace, reply_id: int, number: str, *, by: str) -> CaseReply:
    """Join an answer that waits to the case a person names."""
    with transaction.atomic():
        row = CaseReply.objects.filter(id=reply_id, case__isnull=True).first()
        if row is None:
            raise RefusedError("error-no-reply", id=reply_id)
        _join(workspace, row, taking.locked(number), by=by)
    return row


def decide(workspace: Workspace, step_id: int, decision: str, *, by: str, note: str = "") -> ReplyStep:
    """Confirm a step of an answer, dismiss it, or say that a confirmed one is done (with its proof as the note)."""
    moves = {"confirm": ("proposed", "confirmed"), "dismiss": ("proposed", "dismissed"), "done": ("confirmed", "done")}
    with transaction.atomic():
        step = ReplyStep.objects.select_related("reply").filter(id=step_id).first()
        before, then = moves.get(decision, ("", ""))
        if step is None or step.reply.case_id is None or step.state != before:
            raise RefusedError("error-no-reply-step", id=step_id)
        if decision == "done" and not note.strip():
            raise RefusedError("error-reply-step-needs-proof", proof=step.proof)
        case = taking.locked(step.reply.case_id)
        said = note or step.what
        facts = {
            "decision": then,
            "action": step.action,
            "reply": step.reply_id,
            "no": step.no,
            "what": step.what[:500],
        }
        taking.take(workspace, case, Step.INSTRUCTION_DECIDED, by=by, note=said, facts=facts)
        step.state, step.decided_by, step.decided_at, step.note = (
            then,
            taking.clean(by)[:64],
            now(workspace),
            taking.clean(note),
        )
        step.save(update_fields=["state", "decided_by", "decided_at", "note"])
        if then == "confirmed" and step.action != Action.UNCLEAR and case.state in {State.REPORTED, State.WAITING}:
            taking.take(workspace, case, Step.INSTRUCTION_RECEIVED, by=by, note=step.what, facts={})
    return step


def of_case(case: Case) -> list[CaseReply]:
    """Return the answers of a case, the newest first, each with its steps."""
    return list(CaseReply.objects.filter(case=case).prefetch_related("steps"))


def waiting() -> list[CaseReply]:
    """Return the answers of which nobody has said yet which case they are about."""
    return list(CaseReply.objects.filter(case__isnull=True).prefetch_related("steps"))


def _read(workspace: Workspace, text: str, at: datetime, who: Party) -> Reply:
    calendar = calendar_of(workspace)

    def workdays_after(moment: datetime, days: int) -> datetime | None:
        answer = calendar.workdays_after(moment.date(), days)
        return None if isinstance(answer, YearNotPublished) else datetime.combine(answer, time(18, 0))

    return read_reply(text, at, who, workdays_after)


def _case(number: str, read: Reply) -> tuple[Case | None, tuple[str, ...]]:
    if number:
        return taking.locked(number), ()
    named = list(Case.objects.filter(number__in=read.case_numbers).values_list("number", flat=True))
    if not named and read.external_nos:
        theirs = Q(external_no__in=read.external_nos) | Q(parts__external_no__in=read.external_nos)
        named = list(Case.objects.filter(theirs, state__in=OPEN_STATES).distinct().values_list("number", flat=True))
    return (taking.locked(named[0]), ()) if len(named) == 1 else (None, tuple(sorted(named)))


def _join(workspace: Workspace, row: CaseReply, case: Case, *, by: str) -> None:
    """Write the answer into the case: its history, the part of the party that answered, and its reference."""
    row.case = case
    row.save(update_fields=["case"])
    facts = {"reply": row.pk, "party": row.party, "door": row.door, "external_nos": row.external_nos}
    taking.take(workspace, case, Step.REPLY_TAKEN, by=by, note=row.text, facts=facts)
    if case.state not in OPEN_STATES:
        return
    life_clocks.ensure(workspace, case)
    part = CasePart.objects.filter(case=case, party=row.party).first()
    if part is not None:
        part.external_no = part.external_no or next(iter(row.external_nos), "")[:64]
        part.state = PartState.ANSWERED.value if part.state in {PartState.ASKED, PartState.OPEN} else part.state
        part.changed_at = now(workspace)
        part.save()
        life_clocks.turn_over(workspace, case, now(workspace))


def _row(reply: CaseReply, no: int, one: Instruction) -> ReplyStep:
    return ReplyStep(
        reply=reply, no=no, action=one.action.value, who=one.who, what=one.what[:4000], by_at=one.by_at, proof=one.proof
    )
