"""What people do with requests that move money: ask for one, query the original, approve, decline, withdraw, hand it in.

Each change writes the request and its audit entry in one transaction; an approval also queues the sending in it, so that
what is approved is sent though everything falls over in between. Whoever asks cannot approve.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from daozhang.desk import counters, jobs, request_audit, request_facts
from daozhang.desk.cases import case_named
from daozhang.desk.clock import now
from daozhang.desk.connectors.configured import Bank
from daozhang.desk.models import Case
from daozhang.desk.request_models import AccountChange, MoneyEvent, PayeeAccount, PayoutRequest
from daozhang.desk.taking import clean
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.remedies.recharge import ChargeSituation, Consent, Outcome, may_recharge
from daozhang.remedies.reissue import Queried, Situation, may_reissue
from daozhang.remedies.retry import SYSTEM, Instruction, RequestState, RequestStep, after, is_same_person

FORM: Final = "form"
"""The way of an acquirer without an interface: the desk fills in the form, a person hands it in."""

JOB: Final = "requests"
"""Kind of the job that sends, asks and looks for arrivals."""

KINDS: Final = ("payout", "reissue", "test_credit", "recharge")


def request_named(number: str) -> PayoutRequest:
    """Return the request with ``number``; RefusedError when there is none."""
    found = PayoutRequest.objects.select_related("account", "case", "replaces").filter(number=number.strip()).first()
    if found is None:
        raise RefusedError("error-no-request", number=number)
    return found


def bank_named(workspace: Workspace, name: str) -> Bank | None:
    """Return the bank of the settings with this name; None for the form, and for one that is not set up any more."""
    return next((bank for bank in workspace.settings.banks if bank.name == name), None)


def history(subject: str, number: str) -> list[MoneyEvent]:
    """Return the audit entries of one request or change, oldest first."""
    return list(MoneyEvent.objects.filter(subject=subject, number=number).order_by("id"))


def draft_payout(
    workspace: Workspace, account: PayeeAccount, amount_minor: int, *, by: str, way: str, owed_for: str,
    currency: str = "CNY", note: str = "", case: str = "",
) -> PayoutRequest:  # fmt: skip
    """Ask for a first payout to an account; ``owed_for`` names what is owed, and is asked for once only."""
    return _draft(
        workspace, "payout", f"payout/{account.acquirer}/{account.merchant_no}/{owed_for}", by=by, way=way, note=note,
        account=account, amount_minor=amount_minor, currency=currency, original_no=owed_for, case=_case(case),
    )  # fmt: skip


def draft_reissue(
    workspace: Workspace, number: str, *, by: str, account: PayeeAccount | None = None, way: str = "", note: str = "",
    is_prepared: bool = False,
) -> PayoutRequest:  # fmt: skip
    """Ask for the money of a request again that failed or came back, in one chain with it.

    ``account`` is where it goes now (as before when not given). ``is_prepared`` says that what its reason asks for is done;
    a changed account says so by itself. RefusedError says what is missing.
    """
    before = request_named(number)
    target = account or before.account
    situation = Situation(
        retry=before.retry, finality=before.finality, queried=_queried(before), queries=1, keeps_number=False,
        is_linked=True, is_prepared=is_prepared or _is_another(before.account, target) or (way not in {"", before.way}),
        asked_by=by, approved_by=_SOMEBODY_ELSE,
    )  # fmt: skip
    _refuse_unless(may_reissue(situation))
    return _draft(
        workspace, "reissue", before.chain, by=by, way=way or before.way, note=note, account=target, replaces=before,
        amount_minor=before.amount_minor, currency=before.currency, original_no=before.original_no, case=before.case,
        retry=before.retry, finality=before.finality, queried=situation.queried.value, queries=1,
    )  # fmt: skip


def draft_reissue_of(
    workspace: Workspace, acquirer: str, merchant_no: str, payout_no: str, *, by: str, way: str = FORM, note: str = "",
    case: str = "", account: PayeeAccount | None = None,
) -> PayoutRequest:  # fmt: skip
    """Ask an acquirer for one of its payouts again. What its files say decides what is missing still; a draft may wait for it."""
    said = request_facts.payout(workspace, acquirer, merchant_no, payout_no)
    if said is None:
        raise RefusedError("error-no-payout", payout=payout_no)
    if said.has_arrived:
        raise RefusedError("reissue-paid")
    blocked = may_reissue(Situation(retry=said.retry, finality=said.finality, queried=said.queried)).why
    if blocked in {"reissue-wait", "reissue-no-sale", "reissue-not-a-payout", "reissue-unknown"}:
        raise RefusedError(blocked)
    return _draft(
        workspace, "reissue", f"payout/{acquirer}/{merchant_no}/{payout_no}", by=by, way=way, note=note, account=account,
        amount_minor=said.amount_minor, currency=said.currency, original_no=payout_no, case=_case(case),
        acquirer=acquirer, merchant_no=merchant_no, retry=said.retry, finality=said.finality,
        queried=said.queried.value, reason_code=said.reason_code, reason_text=said.reason_text,
    )  # fmt: skip


def draft_recharge(
    workspace: Workspace, acquirer: str, merchant_no: str, payment_no: str, amount_minor: int, *, by: str,
    outcome: Outcome, queried: Queried, queries: int, consent: Consent | None, case: str = "", note: str = "",
) -> PayoutRequest:  # fmt: skip
    """Ask that a customer's card is charged again; refused until a query says not charged and the customer has said yes."""
    cleared = request_facts.is_cleared(workspace, acquirer, merchant_no, payment_no)
    situation = ChargeSituation(
        outcome=outcome, queried=queried, queries=queries, is_in_clearing=cleared, consent=consent
    )
    answer = may_recharge(situation)
    if not answer.is_allowed:
        raise RefusedError(answer.why)
    assert consent is not None
    said = {"at": consent.at.isoformat(), "how": consent.how, "heard_by": consent.heard_by, "outcome": outcome.value}
    return _draft(
        workspace, "recharge", f"charge/{acquirer}/{merchant_no}/{payment_no}", by=by, way=FORM, note=note,
        amount_minor=amount_minor, currency="CNY", original_no=payment_no, case=_case(case), acquirer=acquirer,
        merchant_no=merchant_no, consent=said, queried=queried.value, queries=queries,
    )  # fmt: skip


def record_query(workspace: Workspace, number: str, queried: Queried, *, by: str, note: str) -> PayoutRequest:
    """Note what a query of the original showed, asked by a person at the acquirer. ``note`` says where it was seen."""
    with transaction.atomic():
        request = locked(number)
        request.queries += 1
        request.queried = queried.value
        take(workspace, request, RequestStep.QUERIED, by=by, note=note, facts={"queried": queried.value})
    return request


def approve(workspace: Workspace, number: str, *, by: str, note: str = "") -> PayoutRequest:
    """Approve what somebody else asked for; it goes out from here on. The same yes twice is one yes."""
    with transaction.atomic():
        request = locked(number)
        if request.approved_by and is_same_person(request.approved_by, by):
            return request
        _check_approval(workspace, request, by)
        request.approved_by, request.approved_at = clean(by)[:64], now(workspace)
        take(workspace, request, RequestStep.APPROVED, by=by, note=note, facts={"amount_minor": request.amount_minor})
        if request.way != FORM:
            jobs.enqueue(workspace, JOB, {}, by=by)
    return request


def decline(workspace: Workspace, number: str, *, by: str, note: str) -> PayoutRequest:
    """Say no to a request; its reason is kept."""
    return _close(workspace, number, RequestStep.DECLINED, by, note)


def withdraw(workspace: Workspace, number: str, *, by: str, note: str) -> PayoutRequest:
    """Take a request back that has not gone out."""
    return _close(workspace, number, RequestStep.WITHDRAWN, by, note)


def hand_over(workspace: Workspace, number: str, *, by: str, note: str) -> PayoutRequest:
    """Note that the form of an approved request was handed in; ``note`` says to whom and under which receipt."""
    with transaction.atomic():
        request = locked(number)
        if request.way != FORM:
            raise RefusedError("error-request-goes-by-itself", number=number, way=request.way)
        take(workspace, request, RequestStep.HANDED_OVER, by=by, note=note)
    return request


def say(workspace: Workspace, number: str, *, was_taken: bool, by: str, note: str) -> PayoutRequest:
    """Note what the bank told a person about a request that nothing else could settle."""
    with transaction.atomic():
        request = locked(number)
        step = RequestStep.SAID_TAKEN if was_taken else RequestStep.SAID_REFUSED
        if not was_taken:
            request.retry, request.finality = request.retry or "CONTACT", "final"
        take(workspace, request, step, by=by, note=note)
    return request


def locked(number: str) -> PayoutRequest:
    """Return a request that nobody else changes until the transaction ends."""
    counters.hold(request_audit.LOCK)
    return request_named(number)


def take(
    workspace: Workspace, request: PayoutRequest, step: RequestStep, *, by: str = SYSTEM, note: str = "",
    facts: Mapping[str, Any] | None = None, at: datetime | None = None,
) -> None:  # fmt: skip
    """Take ``step`` on a request that is locked, and write it with its audit entry. RefusedError when the table forbids it."""
    before, note, by = request.state, clean(note), clean(by)[:64]
    moment = at or now(workspace)
    request.state = after(RequestState(before), step, by=by, note=note, made_by=request.made_by).value
    write(request, step, from_state=before, at=moment, by=by, note=note, facts=facts)


def write(
    request: PayoutRequest, step: RequestStep, *, from_state: str, at: datetime, by: str, note: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Save a request that has taken ``step``, with its audit entry."""
    is_over = request.state in _CLOSED
    request.closed_at = (request.closed_at or at) if is_over else None
    request.fence += 1  # whoever began something before this step can write nothing any more
    request.save()
    request_audit.append(
        "request", request.number, step.value, at=at, by=by, from_state=from_state, to_state=request.state, note=note,
        facts=dict(facts or {}),
    )  # fmt: skip


def instruction_of(request: PayoutRequest) -> Instruction:
    """Return what the rules need to know of a request."""
    return Instruction(
        state=RequestState(request.state), sends=request.sends, asks=request.asks, not_found=request.not_found,
        next_at=request.next_at,
    )  # fmt: skip


_SOMEBODY_ELSE: Final = "\N{WHITE SQUARE}"
"""Stands for the second person while a request is drafted; no user can have this name."""

_CLOSED: Final = frozenset({"confirmed", "failed", "returned", "declined", "withdrawn"})
_NOT_AGAIN: Final = {"confirmed": Queried.PAID, "failed": Queried.FAILED, "returned": Queried.RETURNED}


def _queried(before: PayoutRequest) -> Queried:
    """Return how the original stands by its own record: the record is what the bank answered."""
    return _NOT_AGAIN.get(before.state, Queried.PENDING)


def _is_another(before: PayeeAccount | None, target: PayeeAccount | None) -> bool:
    return before is not None and target is not None and before.pk != target.pk


def _refuse_unless(answer: Any) -> None:  # noqa: ANN401 - an answer of either rule
    if not answer.is_allowed:
        raise RefusedError(answer.why)


def _check_approval(workspace: Workspace, request: PayoutRequest, by: str) -> None:
    """Ask the rules again with what is known now: the files may have brought the money since."""
    after(RequestState(request.state), RequestStep.APPROVED, by=by, made_by=request.made_by)
    if request.kind != "reissue":
        return
    shown = Queried(request.queried)
    said = request_facts.payout(workspace, request.acquirer, request.merchant_no, request.original_no)
    if said is not None and not request.replaces_id and not request.queries and said.state in {"pending", "claimed"}:
        shown = Queried.PENDING
    numbers = [request.original_no, *([request.replaces_id] if request.replaces_id else [])]
    if any(one.amount_minor == request.amount_minor for one in request_facts.arrivals(workspace, numbers)):
        raise RefusedError("reissue-paid")
    situation = Situation(
        retry=request.retry, finality=request.finality, queried=shown, queries=request.queries,
        keeps_number=False, is_linked=True, is_prepared=True, asked_by=request.made_by, approved_by=by,
    )  # fmt: skip
    _refuse_unless(may_reissue(situation))


def _close(workspace: Workspace, number: str, step: RequestStep, by: str, note: str) -> PayoutRequest:
    with transaction.atomic():
        request = locked(number)
        take(workspace, request, step, by=by, note=note)
    return request


def _case(number: str) -> Case | None:
    return case_named(number) if number.strip() else None


def _draft(
    workspace: Workspace, kind: str, chain: str, *, by: str, way: str, note: str, amount_minor: int, currency: str,
    account: PayeeAccount | None = None, **more: Any,  # noqa: ANN401 - the rest of the row
) -> PayoutRequest:  # fmt: skip
    by = clean(by)[:64]
    if not by or by == SYSTEM:
        raise RefusedError("error-request-needs-a-person", step=RequestStep.DRAFTED.value)
    if amount_minor <= 0:
        raise RefusedError("error-request-amount")
    _check_way(workspace, way, account)
    more = {"acquirer": account.acquirer, "merchant_no": account.merchant_no} | more if account else more
    try:
        with transaction.atomic():
            return create(
                workspace, kind=kind, chain=chain[:200], made_by=by, way=way, note=clean(note), account=account,
                amount_minor=amount_minor, currency=currency, **more,
            )  # fmt: skip
    except IntegrityError:
        other = PayoutRequest.objects.filter(chain=chain[:200]).exclude(state__in=_OVER).first()
        if other is None:
            raise
        raise RefusedError("error-request-open", number=other.number, state=other.state) from None


_OVER: Final = ("failed", "returned", "declined", "withdrawn")


def create(workspace: Workspace, **values: Any) -> PayoutRequest:  # noqa: ANN401 - the columns of the row
    """Write a new request with its number and its first audit entry. Call inside a transaction."""
    counters.hold(request_audit.LOCK)
    at = now(workspace)
    number = f"PR{at:%Y}{counters.take(f'request-{at.year}'):08d}"
    request = PayoutRequest.objects.create(number=number, state=RequestState.DRAFTED.value, made_at=at, **values)
    facts = {"kind": request.kind, "amount_minor": request.amount_minor, "currency": request.currency,
             "replaces": request.replaces_id or "", "original_no": request.original_no,
             "account_tail": request.account.tail if request.account else ""}  # fmt: skip
    request_audit.append(
        "request", number, RequestStep.DRAFTED.value, at=at, by=request.made_by, from_state="", to_state=request.state,
        note=request.note, facts=facts,
    )  # fmt: skip
    return request


def _check_way(workspace: Workspace, way: str, account: PayeeAccount | None) -> None:
    if way == FORM:
        return
    if bank_named(workspace, way) is None:
        raise RefusedError("error-no-bank", name=way)
    if account is None or not account.sealed:
        raise RefusedError("error-request-number-not-kept", way=way)


def changes_of(merchant_no: str) -> list[AccountChange]:
    """Return the account changes of a merchant, newest first."""
    return list(AccountChange.objects.filter(merchant_no=merchant_no).select_related("before", "to"))
