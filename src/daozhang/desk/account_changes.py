"""Changing where a merchant's money goes: drafted, documented, approved by another, cooled off, tested, used, watched.

Each step writes the change and its audit entry in one transaction. The test credit is a request like any other, approved
with the change by the same two people.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from daozhang.desk import counters, request_audit
from daozhang.desk import requests as desk_requests
from daozhang.desk.cases import case_named
from daozhang.desk.clock import now
from daozhang.desk.request_models import AccountChange, PayeeAccount
from daozhang.desk.sealing import may_be_kept, seal, token
from daozhang.desk.taking import clean
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.remedies.account_change import OVER, TEST_MINOR, ChangeState, ChangeStep, after
from daozhang.remedies.accounts import AccountForm, Fault, compact, faults
from daozhang.remedies.retry import SYSTEM

FIELDS: Final = ("holder", "kind", "bank_name", "bank_code", "tail")
"""What is shown of an account, before and after."""


def add_account(
    workspace: Workspace, acquirer: str, merchant_no: str, form: AccountForm, *, bank_name: str = "",
    from_on: date | None = None,
) -> PayeeAccount:  # fmt: skip
    """Keep an account as it is agreed already, in use from ``from_on``; a change is ``draft``. RefusedError names the first fault."""
    _refuse_faults(form)
    return _account(workspace, acquirer, merchant_no, form, bank_name, from_on)


def account_in_use(acquirer: str, merchant_no: str, on: date) -> PayeeAccount | None:
    """Return the account that money of this merchant goes to on a day; None when none is known."""
    found = PayeeAccount.objects.filter(acquirer=acquirer, merchant_no=merchant_no, from_on__lte=on)
    return found.exclude(to_on__lt=on).order_by("-from_on", "-id").first()


def check(form: AccountForm) -> tuple[Fault, ...]:
    """Return everything that is wrong with an account as it was typed."""
    return faults(form)


def draft(
    workspace: Workspace, acquirer: str, merchant_no: str, form: AccountForm, *, by: str, way: str = desk_requests.FORM,
    bank_name: str = "", case: str = "", active_from: date | None = None, note: str = "",
) -> AccountChange:  # fmt: skip
    """Ask for a change. An account with a fault is refused with the fault; so is a second change while one is open."""
    _refuse_faults(form)
    by = clean(by)[:64]
    if not by or by == SYSTEM:
        raise RefusedError("error-request-needs-a-person", step=ChangeStep.DRAFTED.value)
    if way != desk_requests.FORM:
        if desk_requests.bank_named(workspace, way) is None:
            raise RefusedError("error-no-bank", name=way)
        if not may_be_kept(form.number):
            raise RefusedError("error-request-number-not-kept", way=way)
    at = now(workspace)
    try:
        with transaction.atomic():
            counters.hold(request_audit.LOCK)
            target = _account(workspace, acquirer, merchant_no, form, bank_name, None)
            number = f"AC{at:%Y}{counters.take(f'change-{at.year}'):06d}"
            change = AccountChange.objects.create(
                number=number, case=case_named(case) if case else None, acquirer=acquirer, merchant_no=merchant_no,
                before=account_in_use(acquirer, merchant_no, at.date()), to=target, way=way,
                state=ChangeState.DRAFTED.value, asked_by=by, asked_at=at, active_from=active_from,
            )  # fmt: skip
            facts = {"before": shown(change.before), "after": shown(change.to)}
            _note(change, ChangeStep.DRAFTED, from_state="", at=at, by=by, note=clean(note), facts=facts)
            return change
    except IntegrityError:
        other = AccountChange.objects.filter(acquirer=acquirer, merchant_no=merchant_no).exclude(state__in=_OVER)
        first = other.first()
        if first is None:
            raise
        raise RefusedError("error-change-open", number=first.number, state=first.state) from None


def change_named(number: str) -> AccountChange:
    """Return the change with ``number``; RefusedError when there is none."""
    found = AccountChange.objects.select_related("before", "to", "test", "case").filter(number=number.strip()).first()
    if found is None:
        raise RefusedError("error-no-change", number=number)
    return found


def shown(account: PayeeAccount | None) -> dict[str, str]:
    """Return what may be shown of an account: never more of its number than the last four digits."""
    return {name: getattr(account, name) for name in FIELDS} if account else {}


def differences(change: AccountChange) -> list[tuple[str, str, str]]:
    """Return (field, before, after) of what the change changes; a number that changed shows both tails."""
    before, after_ = shown(change.before), shown(change.to)
    found = [(name, before.get(name, ""), after_[name]) for name in FIELDS if before.get(name, "") != after_[name]]
    is_same_tail = change.before is not None and change.before.tail == change.to.tail
    if change.before is not None and is_same_tail and change.before.token != change.to.token:
        found.append(("tail", change.before.tail, change.to.tail))
    return found


def add_documents(workspace: Workspace, number: str, *, by: str, note: str) -> AccountChange:
    """Note which documents were handed in and where they are kept."""
    with transaction.atomic():
        change = locked(number)
        kept = {"note": clean(note), "by": clean(by)[:64], "at": now(workspace).isoformat()}
        change.documents = [*change.documents, kept]
        take(workspace, change, ChangeStep.DOCUMENTS_ADDED, by=by, note=note)
    return change


def approve(workspace: Workspace, number: str, *, by: str, note: str = "") -> AccountChange:
    """Approve a change that somebody else asked for; the cooling-off begins."""
    with transaction.atomic():
        change = locked(number)
        at = now(workspace)
        change.approved_by, change.approved_at = clean(by)[:64], at
        change.cooling_until = at + timedelta(hours=workspace.settings.account_cooling_hours)
        facts = {
            "cooling_until": change.cooling_until.isoformat(),
            "before": shown(change.before),
            "after": shown(change.to),
        }
        take(workspace, change, ChangeStep.APPROVED, by=by, note=note, facts=facts, asked_by=change.asked_by)
    return change


def decline(workspace: Workspace, number: str, *, by: str, note: str) -> AccountChange:
    """Say no to a change; its reason is kept."""
    return _close(workspace, number, ChangeStep.DECLINED, by, note)


def withdraw(workspace: Workspace, number: str, *, by: str, note: str) -> AccountChange:
    """Take a change back that is not in use yet."""
    return _close(workspace, number, ChangeStep.WITHDRAWN, by, note)


def ask_rollback(workspace: Workspace, number: str, *, by: str, note: str) -> AccountChange:
    """Ask that money goes to the account before again; another person decides."""
    with transaction.atomic():
        change = locked(number)
        if change.before is None:
            raise RefusedError("error-change-nothing-before", number=number)
        change.rollback_by = clean(by)[:64]
        take(workspace, change, ChangeStep.ROLLBACK_ASKED, by=by, note=note)
    return change


def approve_rollback(workspace: Workspace, number: str, *, by: str, note: str = "") -> AccountChange:
    """Approve going back: from today on money goes to the account before."""
    with transaction.atomic():
        change = locked(number)
        if not change.rollback_by or change.before is None:
            raise RefusedError("error-change-no-rollback", number=number)
        take(workspace, change, ChangeStep.ROLLBACK_APPROVED, by=by, note=note, asked_by=change.rollback_by)
        today = now(workspace).date()
        _use(change.to, change.before, today)
    return change


def begin_test(workspace: Workspace, change: AccountChange, at: datetime) -> None:
    """Send the test credit of a change whose cooling-off is over. Its two people are those of the change."""
    test = desk_requests.create(
        workspace, kind="test_credit", chain=f"test/{change.number}/{len(change.documents)}/{at.isoformat()}",
        made_by=change.asked_by, way=change.way, note=change.number, account=change.to, amount_minor=TEST_MINOR,
        currency="CNY", original_no=change.number, case=change.case, acquirer=change.acquirer,
        merchant_no=change.merchant_no,
    )  # fmt: skip
    change.test = test
    desk_requests.approve(workspace, test.number, by=change.approved_by)
    take(workspace, change, ChangeStep.TEST_SENT, at=at, facts={"request": test.number, "amount_minor": TEST_MINOR})


def activate(workspace: Workspace, change: AccountChange, at: datetime) -> None:
    """Use the new account from the day that was chosen."""
    first_on = max(change.active_from or at.date(), at.date())
    change.active_from = first_on
    _use(change.before, change.to, first_on)
    take(workspace, change, ChangeStep.ACTIVATED, at=at, facts={"from_on": first_on.isoformat()})


def locked(number: str) -> AccountChange:
    """Return a change that nobody else changes until the transaction ends."""
    counters.hold(request_audit.LOCK)
    return change_named(number)


def take(
    workspace: Workspace, change: AccountChange, step: ChangeStep, *, by: str = SYSTEM, note: str = "",
    facts: Mapping[str, Any] | None = None, asked_by: str = "", at: datetime | None = None,
) -> None:  # fmt: skip
    """Take ``step`` on a change that is locked, and write it with its audit entry. RefusedError when the table forbids it."""
    before, note, by, moment = change.state, clean(note), clean(by)[:64], at or now(workspace)
    change.state = after(ChangeState(before), step, by=by, note=note, asked_by=asked_by).value
    change.closed_at = moment if ChangeState(change.state) in OVER else None
    change.save()
    _note(change, step, from_state=before, at=moment, by=by, note=note, facts=dict(facts or {}))


_OVER: Final = sorted(state.value for state in OVER | {ChangeState.ACTIVE})


def _note(change: AccountChange, step: ChangeStep, *, from_state: str, **more: Any) -> None:  # noqa: ANN401 - as of the chain
    request_audit.append("change", change.number, step.value, from_state=from_state, to_state=change.state, **more)


def _close(workspace: Workspace, number: str, step: ChangeStep, by: str, note: str) -> AccountChange:
    with transaction.atomic():
        change = locked(number)
        take(workspace, change, step, by=by, note=note)
    return change


def _use(old: PayeeAccount | None, new: PayeeAccount, on: date) -> None:
    """Let money go to ``new`` from a day on, and to ``old`` until the day before."""
    if old is not None:
        old.to_on = on - timedelta(days=1)
        old.save(update_fields=["to_on"])
    new.from_on, new.to_on = on, None
    new.save(update_fields=["from_on", "to_on"])


def _refuse_faults(form: AccountForm) -> None:
    found = faults(form)
    if found:
        raise RefusedError(found[0].key, **found[0].facts)


def _account(
    workspace: Workspace, acquirer: str, merchant_no: str, form: AccountForm, bank_name: str, from_on: date | None
) -> PayeeAccount:
    number = compact(form.number).upper()
    return PayeeAccount.objects.create(
        acquirer=acquirer, merchant_no=merchant_no, holder=form.holder, kind=form.kind, bank_name=clean(bank_name),
        bank_code=compact(form.bank_code), tail=number[-4:], token=token(workspace, number),
        sealed=seal(workspace, number), from_on=from_on,
    )  # fmt: skip
