"""Cases for programs: today's agenda, a case as it stands, its steps, its parties, official answers, proofs of the remedy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from daozhang.api.auth import Token, caller, who
from daozhang.api.files import hash_of, key_of
from daozhang.desk import agenda as desk_agenda
from daozhang.desk import answers, parts, remedy_steps, replies
from daozhang.desk import cases as desk_cases
from daozhang.desk.case_view import CaseView
from daozhang.web.context import workspace

router = Router()
Note = Annotated[str, Field(max_length=4000)]


class StepAsked(Schema):
    """One step of a case. What a step needs is in the table of the life of a case."""

    step: str = Field(max_length=32)
    note: Note = ""
    external_no: str = Field("", max_length=64)
    assignee: str = Field("", max_length=64)


class PartyAsked(Schema):
    """What happened with one party: `party_asked`, `party_answered` or `party_closed`."""

    party: str = Field(max_length=16)
    step: str = Field(max_length=16)
    note: Note
    external_no: str = Field("", max_length=64)
    promised_at: datetime | None = Field(None, description="When they promised to answer, local time without offset.")


class AnswerGiven(Schema):
    """An official answer as it came."""

    text: str = Field(max_length=200_000)
    case_id: str = Field("", max_length=24, description="Empty: found by the numbers that stand in it.")
    party: str = Field("acquirer", max_length=16)
    sender: str = Field("", max_length=256)


class ProofGiven(Schema):
    """The proof of one step of the playbook."""

    remedy: str = Field(max_length=48)
    note: Note
    proof: str = Field("", max_length=256)
    leave_out: bool = False


class CaseAnswer(Schema):
    """A case as it stands."""

    case_id: str
    state: str
    acquirer: str
    merchant_no: str
    gap_minor: int = Field(description="Negative: the merchant is out of pocket.")
    currency: str
    opened_at: datetime
    deadline_at: datetime | None
    is_overdue: bool
    external_no: str
    assignee: str
    cause_code: str
    cause_category: str
    steps: list[str] = Field(description="Steps that a person can take now.")
    parties: list[dict[str, Any]]
    remedy: list[dict[str, Any]]


class AgendaAnswer(Schema):
    """What is to be done today, in order."""

    agenda: list[dict[str, Any]]


class ReplyAnswer(Schema):
    """An answer that was taken; `case_id` is empty while nobody has said which case it is about."""

    id: int
    case_id: str
    candidates: list[str]
    external_nos: list[str]
    steps: list[dict[str, Any]]


@router.get(
    "/agenda", auth=Token("read", tenants="look"), response=AgendaAnswer, summary="Today's agenda", url_name="agenda"
)
def agenda(request: HttpRequest, person: Annotated[str, Query(max_length=64)] = "") -> dict[str, Any]:  # noqa: ARG001
    """Return which cases to take up today, why, whom to call and by when; of `person` and of nobody when one is given."""
    return {"agenda": [asdict(one) for one in desk_agenda.agenda(workspace(), person)]}


@router.get(
    "/cases/{case_id}", auth=Token("read", tenants="look"), response=CaseAnswer, summary="One case", url_name="case"
)
def case(request: HttpRequest, case_id: str) -> dict[str, Any]:  # noqa: ARG001
    """Return a case, its parties and the steps of its remedy."""
    return _shown(desk_cases.case_view(workspace(), case_id))


@router.post(
    "/cases/{case_id}/steps",
    auth=Token("work", tenants=("Case", "case_id")),
    response=CaseAnswer,
    summary="Take a step",
    url_name="case-step",
)
def step(request: HttpRequest, response: HttpResponse, case_id: str, asked: StepAsked) -> dict[str, Any]:
    """Take one step; refused with what is possible instead. With an `Idempotency-Key` the same again gets the same answer."""
    facts = {"external_no": asked.external_no, "assignee": asked.assignee}
    return _once(
        request, response, case_id, asked,
        lambda by: desk_cases.advance(workspace(), case_id, asked.step, by=by, note=asked.note, facts=facts),
    )  # fmt: skip


@router.post(
    "/cases/{case_id}/parties",
    auth=Token("work", tenants=("Case", "case_id")),
    response=CaseAnswer,
    summary="Note a party",
    url_name="case-party",
)
def party(request: HttpRequest, response: HttpResponse, case_id: str, asked: PartyAsked) -> dict[str, Any]:
    """Note that a party was asked, answered or closed its part; the case itself goes on."""
    promised = asked.promised_at.replace(tzinfo=None) if asked.promised_at else None
    return _once(
        request, response, case_id, asked,
        lambda by: parts.take(
            workspace(), case_id, asked.party, asked.step, by=by, note=asked.note, external_no=asked.external_no, promised_at=promised
        ),
    )  # fmt: skip


@router.post(
    "/cases/{case_id}/proofs",
    auth=Token("work", tenants=("Case", "case_id")),
    response=CaseAnswer,
    summary="Prove a step",
    url_name="case-proof",
)
def proof(request: HttpRequest, response: HttpResponse, case_id: str, given: ProofGiven) -> dict[str, Any]:
    """Record the proof of a remedy step, or why an optional one is left out."""
    return _once(
        request, response, case_id, given,
        lambda by: remedy_steps.prove(
            workspace(), case_id, given.remedy, by=by, note=given.note, proof=given.proof, leaves_out=given.leave_out
        ),
    )  # fmt: skip


@router.post("/replies", auth=Token("work"), response=ReplyAnswer, summary="Give an answer", url_name="replies")
def reply(request: HttpRequest, given: AnswerGiven) -> dict[str, Any]:
    """Take in an official answer and read it into steps; a person confirms each. The same text again is the answer that is there."""
    taken = replies.take(
        workspace(),
        given.text,
        by=who(caller(request)),
        number=given.case_id,
        party=given.party,
        door="api",
        sender=given.sender,
    )
    steps = taken.reply.steps.order_by("no").values("id", "no", "action", "who", "what", "by_at", "proof", "state")
    return {"id": taken.reply.pk, "case_id": taken.case_number, "candidates": list(taken.candidates),
            "external_nos": taken.reply.external_nos, "steps": list(steps)}  # fmt: skip


def _once(
    request: HttpRequest, response: HttpResponse, case_id: str, asked: Schema, act: Callable[[str], object]
) -> dict[str, Any]:
    token = caller(request)

    def work() -> tuple[int, dict[str, Any]]:
        act(who(token))
        return 200, _shown(desk_cases.case_view(workspace(), case_id))

    body = hash_of([request.path, asked.model_dump(mode="json")])
    given = answers.once(token, key_of(request), body, work)
    if given.is_repeated:
        response.headers["Idempotent-Replayed"] = "true"
    return given.body


def _shown(view: CaseView) -> dict[str, Any]:
    row = desk_cases.case_named(view.number)
    remedy = [
        {"remedy": one.step.key, "state": one.state, "is_mandatory": one.step.is_mandatory, "proof": one.proof, "by": one.by, "at": one.at}
        for one in remedy_steps.steps_of(row)
    ]  # fmt: skip
    names = ("state", "acquirer", "merchant_no", "gap_minor", "currency", "opened_at", "deadline_at", "is_overdue", "external_no",
             "assignee", "cause_code", "cause_category")  # fmt: skip
    return {
        "case_id": view.number, **{name: getattr(view, name) for name in names},
        "steps": [one.step for one in view.next_steps],
        "parties": [asdict(one) for one in parts.board(workspace(), row)], "remedy": remedy,
    }  # fmt: skip
