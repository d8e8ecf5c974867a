"""What the product does with approved requests: sends them, asks about the unanswered, hears the bank, sees the money come.

Before a call the request is written as ``sending`` with a fence; what the bank answers is written only under that fence.
A worker that dies in between leaves a call whose time runs out: unanswered, so unknown, so asked about. Everything here is
safe to do again and by any number of workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from daozhang.desk import account_watch, request_facts
from daozhang.desk.clock import now
from daozhang.desk.connectors import pain001, talking
from daozhang.desk.connectors.answers import Answer
from daozhang.desk.connectors.configured import Bank
from daozhang.desk.models import ImportPart
from daozhang.desk.notices import real_now
from daozhang.desk.request_models import PayoutRequest
from daozhang.desk.requests import FORM, bank_named, instruction_of, locked, write
from daozhang.desk.sealing import unseal
from daozhang.desk.workspace import Workspace
from daozhang.errors import DaozhangError
from daozhang.remedies.retry import SYSTEM, TABLE, Instruction, RequestState, RequestStep, Told, begin, hear

MARGIN: Final = timedelta(seconds=15)
"""Over a bank's own time limit, after which a call that wrote no answer counts as unanswered."""

AT_ONCE: Final = 50
"""Requests that one pass sends or asks about at most."""

SILENT: Final = 3
"""Unanswered calls in a row after which a pass leaves the rest for the next one."""

WAITING: Final = ("approved", "again")
UNDER_WAY: Final = ("sending", "unknown", "again", "sent", "person", "failed", "returned")


@dataclass(frozen=True, slots=True)
class _Held:
    """A request as it was when something was begun with it; another fence means somebody else went on."""

    number: str
    fence: int
    bank: Bank


def work(workspace: Workspace, *, at: datetime | None = None, margin: timedelta = MARGIN) -> dict[str, int]:
    """Do everything that is due once; return how many of what. ``margin`` is added to a bank's time limit for one call."""
    moment = at or now(workspace)
    done = {"lapsed": lapse(moment), "heard": listen(workspace, moment)}
    done["sent"] = send_due(workspace, moment, margin)
    done["asked"] = ask_due(workspace, moment)
    done["arrived"] = see_arrivals(workspace, moment)
    done["changes"] = account_watch.follow(workspace, moment)
    return done


def is_due(workspace: Workspace, moment: datetime) -> bool:
    """Return whether there is anything to do: something waits to go out, to be asked about, or for its money."""
    names = [bank.name for bank in workspace.settings.banks]
    ours = PayoutRequest.objects.filter(way__in=names)
    if ours.filter(state__in=WAITING).exists() or ours.filter(state="unknown", next_at__lte=moment).exists():
        return True
    in_motion = PayoutRequest.objects.filter(state__in=("sending", "sent", "person")).exists()
    return in_motion or account_watch.is_due(moment)


def lapse(moment: datetime) -> int:
    """Turn calls whose time ran out into unanswered ones; return how many."""
    done = 0
    for number in _numbers(state="sending", lease_until__lt=real_now()):
        with transaction.atomic():
            request = locked(number)
            if request.state == "sending" and request.lease_until is not None and request.lease_until < real_now():
                _apply(
                    request, *hear(instruction_of(request), Told.NOTHING, moment), at=moment, facts={"why": "lapsed"}
                )
                done += 1
    return done


def send_due(workspace: Workspace, moment: datetime, margin: timedelta = MARGIN) -> int:
    """Send what is approved, oldest first; return how many calls were made."""
    done = silent = 0
    while done < AT_ONCE and silent < SILENT and (held := _begin_one(workspace, moment, margin)) is not None:
        told, facts = _send(workspace, held)
        _hear_held(held, told, moment, facts)
        silent = silent + 1 if told is Told.NOTHING else 0
        done += 1
    return done


def ask_due(workspace: Workspace, moment: datetime) -> int:
    """Ask the bank about the unanswered whose time has come; return how many were asked about."""
    done = silent = 0
    for request in PayoutRequest.objects.filter(state="unknown", next_at__lte=moment).order_by("next_at")[:AT_ONCE]:
        bank = bank_named(workspace, request.way)
        if bank is None or silent >= SILENT:
            continue
        held = _Held(request.number, request.fence, bank)
        answer = talking.query(bank, request.number)
        _hear_held(held, answer.told, moment, _said(answer))
        silent = silent + 1 if answer.told is Told.NOTHING else 0
        done += 1
    return done


def listen(workspace: Workspace, moment: datetime) -> int:
    """Take in what the banks have written since; return how many answers changed a request."""
    changed = 0
    for bank in workspace.settings.banks:
        for message in talking.new_messages(workspace, bank):
            import_id = talking.bring_in(workspace, bank, message)
            with transaction.atomic():
                if talking.note(bank, message, moment, import_id):
                    changed += sum(_hear_of(answer, moment, message.message_id) for answer in message.answers)
    return changed


def see_arrivals(workspace: Workspace, moment: datetime) -> int:
    """Confirm every request whose money a statement shows on the recipient's account; return how many."""
    open_ones = PayoutRequest.objects.filter(state__in=UNDER_WAY, sends__gt=0) | PayoutRequest.objects.filter(
        state="sent", way=FORM
    )
    numbers = list(open_ones.values_list("number", flat=True))
    if not numbers or not ImportPart.objects.filter(table="bank_entries", is_live=True).exists():
        return 0
    of_payout = _by_payout(workspace)
    done = 0
    for found in request_facts.arrivals(workspace, [*numbers, *of_payout]):
        with transaction.atomic():
            done += _arrived(locked(of_payout.get(found.number, found.number)), found, moment)
    return done


def _by_payout(workspace: Workspace) -> dict[str, str]:
    """Return the request behind each payout that an acquirer made again because a form was handed in."""
    handed = PayoutRequest.objects.filter(state="sent", way=FORM, kind="reissue").exclude(original_no="")
    asked = {one.original_no: one.number for one in handed}
    return {new: asked[old] for new, old in request_facts.successors(workspace, asked).items()}


def _begin_one(workspace: Workspace, moment: datetime, margin: timedelta) -> _Held | None:
    """Write the next request as being sent, and return it; None when there is none to send."""
    banks = {bank.name: bank for bank in workspace.settings.banks}
    with transaction.atomic():
        waiting = PayoutRequest.objects.filter(state__in=WAITING, way__in=list(banks)).order_by("approved_at", "number")
        first = waiting.select_for_update(skip_locked=True).first()
        if first is None:
            return None
        request = locked(first.number)
        if request.state not in WAITING:
            return None
        bank = banks[request.way]
        before = request.state
        _put(request, begin(instruction_of(request)))
        request.lease_until = real_now() + timedelta(seconds=bank.timeout_s) + margin
        write(request, RequestStep.CALL_BEGUN, from_state=before, at=moment, by=SYSTEM, facts={"sends": request.sends})
        return _Held(request.number, request.fence, bank)


def _send(workspace: Workspace, held: _Held) -> tuple[Told, dict[str, Any]]:
    request = PayoutRequest.objects.select_related("account").get(number=held.number)
    try:
        message = message_of(workspace, request, held.bank)
    except DaozhangError as error:  # nothing went out: the bank has said nothing, and a person is told why
        return Told.NOTHING, {"why": error.key}
    answer = talking.send(held.bank, request.number, message)
    return answer.told, _said(answer)


def message_of(workspace: Workspace, request: PayoutRequest, bank: Bank) -> bytes:
    """Return the payment order of a request: the same bytes each time."""
    account = request.account
    assert account is not None
    assert request.approved_at is not None
    return pain001.write(
        pain001.Order(
            number=request.number, amount_minor=request.amount_minor, currency=request.currency,
            payer=pain001.Party(name=bank.holder, account=bank.account, bic=bank.bic, bank_code=bank.bank_code),
            payee=pain001.Party(
                name=account.holder, account=unseal(workspace, bytes(account.sealed)), bank_code=account.bank_code
            ),
            text=" ".join(part for part in (request.original_no or request.number, request.merchant_no) if part),
            made_at=request.approved_at,
        )
    )  # fmt: skip


def _hear_held(held: _Held, told: Told, moment: datetime, facts: dict[str, Any]) -> bool:
    """Write what the bank told, unless somebody else went on with the request meanwhile."""
    with transaction.atomic():
        request = locked(held.number)
        if request.fence != held.fence or request.state not in {"sending", "unknown"}:
            return False
        _apply(request, *hear(instruction_of(request), told, moment), at=moment, facts=facts)
    return True


def _hear_of(answer: Answer, moment: datetime, message_id: str) -> bool:
    """Write what a message says of one of our numbers, where that is still news."""
    if answer.told not in _STEP_OF or not PayoutRequest.objects.filter(number=answer.number).exists():
        return False
    request = locked(answer.number)
    step = _STEP_OF[answer.told]
    if RequestState(request.state) not in TABLE[step].sources:
        return False
    _apply(
        request, *hear(instruction_of(request), answer.told, moment), at=moment,
        facts=_said(answer) | {"message": message_id},
    )  # fmt: skip
    return True


_STEP_OF: Final = {
    Told.TAKEN: RequestStep.TAKEN, Told.REFUSED: RequestStep.REFUSED, Told.RETURNED: RequestStep.RETURNED,
}  # fmt: skip


def _arrived(request: PayoutRequest, found: request_facts.Arrival, moment: datetime) -> bool:
    tail = request.account.tail if request.account else ""
    fits = (found.amount_minor, found.currency) == (request.amount_minor, request.currency)
    if not fits or (tail and found.account_tail[-4:] != tail) or found.as_evidence() in request.bank_lines:
        return False
    if RequestState(request.state) not in TABLE[RequestStep.ARRIVED].sources:
        return False
    before, evidence = request.state, found.as_evidence()
    request.bank_lines = [*request.bank_lines, evidence]
    rivals = _rivals(request)
    if rivals and before in {"failed", "returned"}:
        return _arrived_after(request, rivals, moment)
    _put(request, Instruction(state=RequestState.CONFIRMED, sends=request.sends, asks=request.asks))
    write(request, RequestStep.ARRIVED, from_state=before, at=moment, by=SYSTEM, facts={"bank_lines": [evidence]})
    return True


def _arrived_after(request: PayoutRequest, rivals: Sequence[PayoutRequest], moment: datetime) -> bool:
    """Money of a request that counted as failed is there after all: stop what was asked for in its stead, if it still can be."""
    for rival in rivals:
        if rival.state in {"drafted", "approved"}:
            before, rival.state = rival.state, RequestState.WITHDRAWN.value
            facts = {"arrived": request.number, "bank_lines": request.bank_lines}
            write(rival, RequestStep.STOPPED, from_state=before, at=moment, by=SYSTEM, facts=facts)
    before = request.state
    if not _rivals(request):
        _put(request, Instruction(state=RequestState.CONFIRMED, sends=request.sends, asks=request.asks))
    write(
        request, RequestStep.ARRIVED, from_state=before, at=moment, by=SYSTEM,
        facts={"bank_lines": request.bank_lines, "rivals": [rival.number for rival in rivals]},
    )  # fmt: skip
    return True


def _rivals(request: PayoutRequest) -> list[PayoutRequest]:
    """Return the other requests of the chain that are under way."""
    over = ("failed", "returned", "declined", "withdrawn")
    others = PayoutRequest.objects.filter(chain=request.chain).exclude(pk=request.pk)
    return list(others.exclude(state__in=over).order_by("number"))


def _apply(
    request: PayoutRequest, step: RequestStep, after: Instruction, *, at: datetime, facts: dict[str, Any]
) -> None:
    before = request.state
    _put(request, after)
    if step in {RequestStep.REFUSED, RequestStep.RETURNED}:
        request.reason_code, request.reason_text = str(facts.get("code", ""))[:64], str(facts.get("text", ""))
        request.retry, request.finality = str(facts.get("retry") or "CONTACT"), "final"
    write(request, step, from_state=before, at=at, by=SYSTEM, facts=facts)


def _put(request: PayoutRequest, after: Instruction) -> None:
    request.state, request.sends, request.asks = after.state.value, after.sends, after.asks
    request.not_found, request.next_at, request.lease_until = after.not_found, after.next_at, None


def _said(answer: Answer) -> dict[str, Any]:
    said = {"told": answer.told.value, "code": answer.reason_code, "text": answer.reason_text, "retry": answer.retry}
    return {name: value for name, value in said.items() if value}


def _numbers(**wanted: Any) -> list[str]:  # noqa: ANN401 - conditions of the query
    return list(PayoutRequest.objects.filter(**wanted).order_by("number").values_list("number", flat=True)[:AT_ONCE])
