"""Applications on the desk: begun, saved page by page, taken up again on another device, sent, decided by a second person.

Each act writes the application and an entry of the house's audit chain in one transaction. Account numbers are checked, sealed
where that is allowed, and never shown again.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from daozhang.calendars import YearNotPublished
from daozhang.cases.life import SYSTEM
from daozhang.desk import counters, fleet, house_audit, processes_history, processes_papers
from daozhang.desk.calendars import calendar_of
from daozhang.desk.clock import now
from daozhang.desk.processes_models import Application
from daozhang.desk.sealing import seal, token
from daozhang.desk.taking import clean
from daozhang.desk.telling_models import HouseEvent
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.remedies.accounts import KINDS, AccountForm, Fault, compact, credit_code_fault, faults, number_fault
from daozhang.remedies.retry import is_same_person
from daozhang.services import applications as life
from daozhang.services.applications import Act, FieldFault
from daozhang.services.processes import Process, process_named

AREA: Final = "application"
LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH: Final = 8
SHOWN: Final = 200
FIELD_OF: Final = {"number": "account_number", "holder": "account_holder", "kind": "account_kind", "bank_code": "bank_code",
                   "credit_code": "credit_code"}  # fmt: skip
"""Field of ``remedies.accounts`` → field of the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """One page of the form: its fields with their values and what is wrong with each. ``is_done``: nothing is."""

    name: str
    fields: tuple[tuple[str, str], ...]
    faults: tuple[FieldFault, ...]

    @property
    def is_done(self) -> bool:
        """Return whether nothing on it is missing or wrong."""
        return not self.faults

    @property
    def key(self) -> str:
        """Return the text key of its title."""
        return f"application-page-{self.name}"


def start(workspace: Workspace, code: str, *, by: str, given: Mapping[str, str] | None = None) -> Application:
    """Begin an application of the process ``code``; RefusedError where a page of its own does it."""
    process = process_named(code)
    if process.opens:
        raise RefusedError("error-application-other-page", process=process.code)
    by, at = _person(by), now(workspace)
    with transaction.atomic():
        counters.hold(AREA)
        number = f"AP{at:%Y}{counters.take(f'application-{at.year}'):06d}"
        made = Application.objects.create(
            number=number, code=_code(), process=process.code, state=life.DRAFT, page=next(iter(process.pages)),
            made_by=by, made_at=at, changed_at=at,
        )  # fmt: skip
        house_audit.append(workspace, AREA, number, Act.STARTED.value, by=by, process=process.code)
    first = next(iter(process.pages))
    known = {name: value for name, value in (given or {}).items() if name in process.pages[first] and value}
    return save(workspace, number, first, known, by=by, version=made.version) if known else made


def named(number: str) -> Application:
    """Return the application with a number or short code; RefusedError when there is none."""
    asked = number.strip().upper()
    found = Application.objects.filter(number=asked).first() or Application.objects.filter(code=asked).first()
    if found is None:
        raise RefusedError("error-application-none", number=number[:24])
    return found


def listed(state: str = "") -> list[Application]:
    """Return applications, those that are under way first, then the newest."""
    rows = Application.objects.filter(state=state) if state else Application.objects.all()
    return sorted(rows[:SHOWN], key=lambda one: one.state in life.OVER)


def save(
    workspace: Workspace, number: str, page: str, given: Mapping[str, str], *, by: str, version: int
) -> Application:
    """Keep what was typed on one page, right or wrong; what is wrong is told by ``pages``. ``version``: the save it goes on from."""
    by = _person(by)
    with transaction.atomic():
        one, process = _locked(number)
        if page not in process.pages:
            raise RefusedError("error-application-page", number=one.number, page=page)
        if one.state not in life.EDITABLE:
            raise RefusedError("error-application-closed", number=one.number)
        if one.version != version:
            raise RefusedError("error-application-newer", number=one.number)
        changed = _write(workspace, one, {name: given.get(name, "") for name in process.pages[page]})
        one.page, one.version, one.changed_at = page, one.version + 1, now(workspace)
        one.save()
        house_audit.append(workspace, AREA, one.number, Act.SAVED.value, by=by, page=page, fields=sorted(changed))
    return one


def pages(one: Application) -> list[PageView]:
    """Return the pages of the form with what is still wrong on each, in order."""
    process = process_named(one.process)
    account = _account_faults(one, process)
    views = []
    for name, fields in process.pages.items():
        found = life.page_faults(
            one.values, fields, is_kept=lambda field: field in life.PERSONAL and bool(one.account_token)
        )
        known = {fault.where for fault in found}
        found += [fault for fault in account if fault.where in fields and fault.where not in known]
        shown = tuple((field, _shown(one, field)) for field in fields)
        views.append(PageView(name=name, fields=shown, faults=tuple(found)))
    return views


def missing_documents(one: Application) -> list[str]:
    """Return the documents that the process asks for and nobody handed in yet."""
    there = set(processes_papers.of(AREA, one.number).values_list("document", flat=True))
    return [name for name in process_named(one.process).documents if name not in there]


def submit(workspace: Workspace, number: str, *, by: str) -> Application:
    """Send an application whose form and documents are whole; RefusedError counts what is open and names the first."""
    one = named(number)
    if one.state in life.EDITABLE:
        faults_left = [fault.where for page in pages(one) for fault in page.faults] + missing_documents(one)
        if faults_left:
            raise RefusedError(
                "error-application-unfinished", number=one.number, count=len(faults_left), first=faults_left[0]
            )
    return take(workspace, number, Act.SUBMITTED, {}, by=by)


def take(
    workspace: Workspace,
    number: str,
    act: Act,
    facts: Mapping[str, str],
    *,
    by: str,
    extra: Mapping[str, Any] | None = None,
) -> Application:
    """Take an act on an application and write it with its audit entry. ``extra``: columns to write, decided by the caller."""
    by, at = _person(by), now(workspace)
    cut = processes_papers.guard_of(workspace).cut
    told = {name: cut(clean(value)) if name == "note" else life.tidy(name, cut(value)) for name, value in facts.items()}
    with transaction.atomic():
        one, process = _locked(number)
        is_other = not is_same_person(one.submitted_by, by)
        before = one.state
        one.state = life.after(before, act, process, facts=told, is_other=is_other)
        _note(one, act, told, by, at)
        for name, value in (extra or {}).items():
            setattr(one, name, value)
        one.version += 1
        one.changed_at, one.closed_at = at, at if one.state in life.OVER else None
        one.due_on = _due_on(workspace, process, one.state, at) if one.state != before else one.due_on
        if one.state in {life.REFUSED, life.WITHDRAWN} and one.is_bound:
            one.is_bound = False
            fleet.release_bound(workspace, one, by=by)
        one.save()
        shown = {name: value for name, value in (extra or {}).items() if name in {"serial", "terminal_no", "test"}}
        facts_told = told | shown | {"from_state": before, "to_state": one.state}
        house_audit.append(workspace, AREA, one.number, act.value, by=by, **facts_told)
    return one


def history(one: Application) -> list[HouseEvent]:
    """Return every entry of the audit chain about an application, oldest first."""
    return processes_history.entries(AREA, one.number)


def add_paper(workspace: Workspace, number: str, document: str, name: str, data: bytes, *, by: str) -> None:
    """Keep one document of an application that is still written; RefusedError says what is wrong with it."""
    by = _person(by)
    with transaction.atomic():
        one, process = _locked(number)
        if one.state not in life.EDITABLE:
            raise RefusedError("error-application-closed", number=one.number)
        if document not in process.documents + process.optional_documents:
            raise RefusedError("error-paper-document", document=document)
        kept = processes_papers.keep(workspace, AREA, one.number, document, name, data, by=by)
        house_audit.append(
            workspace, AREA, one.number, Act.ADDED.value, by=by, document=document, file=kept.name, sha256=kept.sha256
        )


def remove_paper(workspace: Workspace, number: str, pk: int, *, by: str) -> None:
    """Take a document out of an application that is still written; that it was there stays on record."""
    by = _person(by)
    with transaction.atomic():
        one, _ = _locked(number)
        if one.state not in life.EDITABLE:
            raise RefusedError("error-application-closed", number=one.number)
        paper = processes_papers.one(AREA, one.number, pk)
        paper.removed_at = now(workspace)
        paper.save(update_fields=["removed_at"])
        house_audit.append(
            workspace, AREA, one.number, Act.REMOVED.value, by=by, document=paper.document, sha256=paper.sha256
        )


def _locked(number: str) -> tuple[Application, Process]:
    counters.hold(AREA)
    one = named(number)
    return one, process_named(one.process)


def _write(workspace: Workspace, one: Application, given: Mapping[str, str]) -> set[str]:
    """Put values into the application and return the names of those that changed."""
    cut = processes_papers.guard_of(workspace).cut
    values, changed = dict(one.values), set()
    for name, typed in given.items():
        if name in life.PERSONAL:
            if compact(typed):
                values["account_faults"] = _keep_number(workspace, one, typed)
                changed.add(name)
            continue
        value = life.tidy(name, cut(typed))
        if values.get(name, "") != value:
            values[name] = value
            changed.add(name)
    one.values = values
    one.acquirer, one.merchant_no = values.get("acquirer", "")[:64], values.get("merchant_no", "")[:64]
    return changed


def _keep_number(workspace: Workspace, one: Application, typed: str) -> dict[str, list[object]]:
    """Keep what may be kept of an account number: its tail and token, and sealed unless it is a card's.

    Return what is wrong with it by kind of account (key and facts), since the number itself is not at hand again.
    """
    number = compact(typed).upper()[:40]
    one.account_tail, one.account_token = number[-4:], token(workspace, number)
    one.sealed = seal(workspace, number)
    said = {kind: number_fault(number, kind) for kind in KINDS}
    return {kind: [fault.key, dict(fault.facts)] for kind, fault in said.items() if fault}


def _account_faults(one: Application, process: Process) -> list[FieldFault]:
    """Return what the checks of accounts and codes say of the values, each with the field of the form."""
    values, found = one.values, list[FieldFault]()
    if "account_number" in process.fields:
        kind = values.get("account_kind") or "corporate"
        form = AccountForm(
            number="", holder=values.get("account_holder", ""), kind=kind, bank_code=values.get("bank_code", ""),
            licence_name=values.get("licence_name", ""), legal_person=values.get("legal_person", ""),
            credit_code=values.get("credit_code", ""),
        )  # fmt: skip
        found += [_of(fault) for fault in faults(form) if fault.where != "number"]
        if said := values.get("account_faults", {}).get(kind):
            found.append(FieldFault("account_number", said[0], said[1]))
    elif "credit_code" in process.fields and (fault := credit_code_fault(values.get("credit_code", ""))):
        found.append(_of(fault))
    return found


def _of(fault: Fault) -> FieldFault:
    return FieldFault(FIELD_OF.get(fault.where, fault.where), fault.key, dict(fault.facts))


def _note(one: Application, act: Act, told: Mapping[str, str], by: str, at: datetime) -> None:
    """Write what the act says beside the state."""
    if act is Act.SUBMITTED:
        one.submitted_by, one.submitted_at = by, at
        one.reason, one.reason_note = "", ""
    elif act in {Act.ACCEPTED, Act.SENT_BACK, Act.DECLINED}:
        one.decided_by, one.decided_at = by, at
        one.reason, one.reason_note = told.get("reason", ""), told.get("note", "")
    elif act is Act.SHIPPED:
        one.shipping = {name: told[name] for name in ("carrier", "tracking_no")} | {"at": at.isoformat()}
    elif act is Act.BOOKED:
        one.training = {name: told[name] for name in ("trainer", "on", "people")}
    elif act is Act.TRAINED:
        one.training = one.training | {"people": told["people"], "done_at": at.isoformat()}


def _due_on(workspace: Workspace, process: Process, state: str, at: datetime) -> date | None:
    """Return until when a stage should be over, by the working days that its process names for it."""
    days = next((step.workdays for step in process.steps if step.code == state), 0)
    if state in life.OVER | life.EDITABLE or not days:
        return None
    answer = calendar_of(workspace).workdays_after(at.date(), days)
    return None if isinstance(answer, YearNotPublished) else answer


def _shown(one: Application, name: str) -> str:
    return "" if name in life.PERSONAL else str(one.values.get(name, ""))


def _person(by: str) -> str:
    cleaned = clean(by)[:64]
    if not cleaned or cleaned == SYSTEM:
        raise RefusedError("error-case-needs-a-person", step=AREA)
    return cleaned


def _code() -> str:
    while Application.objects.filter(
        code=(code := "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)))
    ).exists():
        pass
    return code
