"""Requests that move money, for programs: what is asked for, asking again, the second person's yes; account changes to read.

Asking takes a token that may ``work``, approving one that may ``approve``; two tokens of one person are one person.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from daozhang.api.auth import Token, caller, who
from daozhang.api.files import hash_of, key_of
from daozhang.desk import account_changes, answers
from daozhang.desk import requests as desk
from daozhang.desk.account_changes import account_in_use
from daozhang.desk.clock import now
from daozhang.desk.door_models import ApiToken
from daozhang.desk.request_models import AccountChange, PayoutRequest
from daozhang.errors import RefusedError
from daozhang.remedies.reissue import Queried
from daozhang.remedies.retry import is_same_person
from daozhang.web.context import workspace

router = Router()
Note = Annotated[str, Field(max_length=4000)]
Limit = Annotated[int, Query(ge=1, le=10_000, description="Most rows of the answer.")]


class PayAsked(Schema):
    """A payout to the merchant's settlement account in use."""

    acquirer: str = Field(max_length=64)
    merchant_no: str = Field(max_length=64)
    amount_minor: int = Field(gt=0, le=10**15)
    currency: str = Field("CNY", pattern=r"^[A-Z]{3}$")
    owed_for: str = Field(max_length=64, description="What it is owed for; the same money is asked for once only.")
    way: str = Field("form", max_length=64)
    note: Note = ""
    case_id: str = Field("", max_length=24)


class AgainAsked(Schema):
    """Money that failed or came back, asked for again: a request of ours, or a payout of an acquirer."""

    number: str = Field("", max_length=35, description="Our request; empty for a payout of an acquirer.")
    acquirer: str = Field("", max_length=64)
    merchant_no: str = Field("", max_length=64)
    payout_no: str = Field("", max_length=128)
    way: str = Field("", max_length=64)
    is_prepared: bool = Field(False, description="What the reason asks for is done; the note says where the proof is.")
    note: Note = ""
    case_id: str = Field("", max_length=24)


class Decided(Schema):
    """Why, and where the proof is."""

    note: Note = ""


class QueryGiven(Schema):
    """What a query of the original showed."""

    queried: Queried
    note: Note


class RequestAnswer(Schema):
    """A request as it stands."""

    number: str = Field(description="The idempotency number: the bank knows the request by it.")
    kind: str
    state: str
    acquirer: str
    merchant_no: str
    amount_minor: int
    currency: str
    original_no: str
    replaces: str
    case_id: str
    way: str
    account_tail: str
    made_by: str
    made_at: datetime
    approved_by: str
    reason_code: str
    reason_text: str
    next_at: datetime | None = Field(description="When the bank is asked about it next.")
    bank_lines: list[dict[str, Any]]


class RequestList(Schema):
    """Requests, the newest first."""

    requests: list[RequestAnswer]


class ChangeAnswer(Schema):
    """An account change as it stands. Of a number never more than the last four digits."""

    number: str
    state: str
    acquirer: str
    merchant_no: str
    case_id: str
    before: dict[str, str]
    after: dict[str, str]
    asked_by: str
    approved_by: str
    cooling_until: datetime | None
    watched: list[dict[str, Any]]


class ChangeList(Schema):
    """Account changes, the newest first."""

    changes: list[ChangeAnswer]


@router.get(
    "/requests", auth=Token("read", tenants="look"), response=RequestList, summary="Requests", url_name="requests"
)
def listed(request: HttpRequest, state: str = "", limit: Limit = 1000) -> dict[str, Any]:  # noqa: ARG001
    """Return requests, all of them or those of one state."""
    found = PayoutRequest.objects.select_related("account").filter(**({"state": state} if state else {}))
    return {"requests": [_shown(one) for one in found[:limit]]}


@router.post(
    "/requests", auth=Token("work"), response=RequestAnswer, summary="Ask for a payout", url_name="request-pay"
)
def pay(request: HttpRequest, asked: PayAsked) -> dict[str, Any]:
    """Ask for a payout; it goes out once somebody else approves it."""

    def draft(by: str) -> PayoutRequest:
        account = account_in_use(asked.acquirer, asked.merchant_no, now(workspace()).date())
        if account is None:
            raise RefusedError("error-no-account", merchant=asked.merchant_no)
        return desk.draft_payout(
            workspace(), account, asked.amount_minor, by=by, way=asked.way, owed_for=asked.owed_for,
            currency=asked.currency, note=asked.note, case=asked.case_id,
        )  # fmt: skip

    return _once(request, ["pay", asked.model_dump(mode="json")], draft)


@router.post(
    "/requests/again", auth=Token("work"), response=RequestAnswer, summary="Ask again", url_name="request-again"
)
def again(request: HttpRequest, asked: AgainAsked) -> dict[str, Any]:
    """Ask for money again that failed or came back; refused while the first may still arrive, with the reason."""

    def draft(by: str) -> PayoutRequest:
        today = now(workspace()).date()
        if not asked.number:
            account = account_in_use(asked.acquirer, asked.merchant_no, today)
            return desk.draft_reissue_of(
                workspace(), asked.acquirer, asked.merchant_no, asked.payout_no, by=by, way=asked.way or desk.FORM,
                note=asked.note, case=asked.case_id, account=account,
            )  # fmt: skip
        before = desk.request_named(asked.number)
        account = account_in_use(before.acquirer, before.merchant_no, today) or before.account
        return desk.draft_reissue(
            workspace(), asked.number, by=by, account=account, way=asked.way, note=asked.note,
            is_prepared=asked.is_prepared,
        )  # fmt: skip

    return _once(request, ["again", asked.model_dump(mode="json")], draft)


@router.get(
    "/requests/{number}",
    auth=Token("read", tenants="look"),
    response=RequestAnswer,
    summary="One request",
    url_name="request",
)
def one(request: HttpRequest, number: str) -> dict[str, Any]:  # noqa: ARG001
    """Return one request as it stands."""
    return _shown(desk.request_named(number))


@router.post(
    "/requests/{number}/query",
    auth=Token("work", tenants=("PayoutRequest", "number")),
    response=RequestAnswer,
    summary="Note a query",
    url_name="request-query",
)
def query(request: HttpRequest, number: str, given: QueryGiven) -> dict[str, Any]:
    """Note what a query of the original showed, and where it was seen."""
    said = ["query", number, given.model_dump(mode="json")]
    return _once(
        request, said, lambda by: desk.record_query(workspace(), number, given.queried, by=by, note=given.note)
    )


@router.post(
    "/requests/{number}/approve",
    auth=Token("approve", tenants=("PayoutRequest", "number")),
    response=RequestAnswer,
    summary="Approve",
    url_name="request-approve",
)
def approve(request: HttpRequest, number: str, decided: Decided) -> dict[str, Any]:
    """Approve what somebody else asked for; the same yes twice is one yes."""

    def yes(by: str) -> PayoutRequest:
        _refuse_own(desk.request_named(number).made_by, caller(request))
        return desk.approve(workspace(), number, by=by, note=decided.note)

    return _once(request, ["approve", number, decided.note], yes)


@router.post(
    "/requests/{number}/decline",
    auth=Token("approve", tenants=("PayoutRequest", "number")),
    response=RequestAnswer,
    summary="Decline",
    url_name="request-decline",
)
def decline(request: HttpRequest, number: str, decided: Decided) -> dict[str, Any]:
    """Say no to a request; the note says why."""
    return _once(
        request, ["decline", number, decided.note],
        lambda by: desk.decline(workspace(), number, by=by, note=decided.note),
    )  # fmt: skip


@router.post(
    "/requests/{number}/withdraw",
    auth=Token("work", tenants=("PayoutRequest", "number")),
    response=RequestAnswer,
    summary="Withdraw",
    url_name="request-withdraw",
)
def withdraw(request: HttpRequest, number: str, decided: Decided) -> dict[str, Any]:
    """Take a request back that has not gone out; the note says why."""
    return _once(
        request, ["withdraw", number, decided.note],
        lambda by: desk.withdraw(workspace(), number, by=by, note=decided.note),
    )  # fmt: skip


@router.get(
    "/account-changes",
    auth=Token("read", tenants="look"),
    response=ChangeList,
    summary="Account changes",
    url_name="changes",
)
def changes(request: HttpRequest, limit: Limit = 1000) -> dict[str, Any]:  # noqa: ARG001
    """Return account changes, before and after."""
    found = AccountChange.objects.select_related("before", "to")[:limit]
    return {
        "changes": [
            {"number": row.number, "state": row.state, "acquirer": row.acquirer, "merchant_no": row.merchant_no,
             "case_id": row.case_id or "", "before": account_changes.shown(row.before),
             "after": account_changes.shown(row.to), "asked_by": row.asked_by, "approved_by": row.approved_by,
             "cooling_until": row.cooling_until, "watched": row.watched}
            for row in found
        ]
    }  # fmt: skip


def _once(request: HttpRequest, said: list[Any], do: Callable[[str], PayoutRequest]) -> dict[str, Any]:
    """Do it once for one ``Idempotency-Key``: the same request again gets the same answer for seven days."""
    token = caller(request)
    return answers.once(token, key_of(request), hash_of(said), lambda: (200, _shown(do(who(token))))).body


def _refuse_own(made_by: str, token: ApiToken) -> None:
    """Refuse a yes by the person who asked, also where both times a token of theirs did it."""
    asked = ApiToken.objects.filter(name=made_by.removeprefix("api:")).first() if made_by.startswith("api:") else None
    person = asked.made_by if asked else made_by
    if person and is_same_person(person, token.made_by):
        raise RefusedError("error-request-same-person", by=person)


def _shown(row: PayoutRequest) -> dict[str, Any]:
    names = ("number", "kind", "state", "acquirer", "merchant_no", "amount_minor", "currency", "original_no", "way",
             "made_by", "made_at", "approved_by", "reason_code", "reason_text", "next_at", "bank_lines")  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "replaces": row.replaces_id or "", "case_id": row.case_id or "", "account_tail": row.account.tail if row.account else "",
    }  # fmt: skip
