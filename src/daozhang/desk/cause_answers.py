"""What people answer to the questions about a cause: asked on the finding, kept as a step of its case, read by every run.

An answer is a comment with facts, so it stands in the audit chain like everything people do with a case, and the newest
answer to a question holds. A run reads the answers that were given by the moment it judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from daozhang.breaks import Break, BreakType, Grain, Keys, Severity
from daozhang.cases import Step
from daozhang.desk.models import Case, CaseEvent
from daozhang.desk.models import Finding as FindingRow
from daozhang.desk.taking import locked, take
from daozhang.desk.verdicts import KEYS
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.questions import CANNOT_SAY, Question, best_questions, questions
from daozhang.errors import RefusedError
from daozhang.texts import say

YES_NO: Final[Mapping[str, bool]] = {"true": True, "false": False}


def answers(as_of: datetime | None = None) -> dict[str, dict[str, object]]:
    """Return what was answered by ``as_of`` (by now when None): finding id → name of the question → answer."""
    given = CaseEvent.objects.filter(step=Step.COMMENTED.value, facts__has_key="question").order_by("id")
    if as_of is not None:
        given = given.filter(at__lte=as_of)
    found: dict[str, dict[str, object]] = {}
    for facts in given.values_list("facts", flat=True):
        found.setdefault(facts["finding_id"], {})[facts["question"]] = facts["answer"]
    return found


def open_questions(row: FindingRow) -> tuple[Question, ...]:
    """Return the questions that would split the causes of an open finding best; none where its cause is proven or it is over.

    A question that somebody could not answer is not asked again.
    """
    if not row.is_open or row.cause_code or row.severity == Severity.INFO.value:
        return ()
    return best_questions(_break_of(row), answers().get(row.finding_id, {}))


def answered(row: FindingRow) -> list[tuple[Question, object]]:
    """Return what was answered about a finding, in the order of the questions."""
    known = answers().get(row.finding_id, {})
    return [(question, known[name]) for name, question in questions().items() if name in known]


def answer(workspace: Workspace, finding_id: str, question: str, value: str, *, by: str) -> Case:
    """Keep an answer on the case of the finding; RefusedError when there is no such question, answer or case.

    ``value`` is one of the question's values as text, ``true`` or ``false``, or ``?`` from who cannot say.
    """
    asked = questions().get(question)
    chosen = None if asked is None else _value(asked, value)
    row = FindingRow.objects.filter(pk=finding_id).first()
    number = Case.objects.filter(incident_id=row.incident_id).values_list("number", flat=True).first() if row else None
    if asked is None or chosen is None or number is None:
        raise RefusedError("error-no-question", question=question, value=value)
    with transaction.atomic():
        case = locked(number)
        facts: dict[str, Any] = {"finding_id": finding_id, "question": question, "answer": chosen}
        language = workspace.settings.language
        key = "question-cannot-say" if chosen == CANNOT_SAY else asked.key(chosen)
        take(
            workspace, case, Step.COMMENTED, by=by, note=f"{say(language, asked.key())} – {say(language, key)}",
            facts=facts,
        )  # fmt: skip
    return case


def _value(asked: Question, value: str) -> object | None:
    if value == CANNOT_SAY:
        return CANNOT_SAY
    return next((one for one in asked.values if one == YES_NO.get(value, value) or str(one) == value), None)


def _break_of(row: FindingRow) -> Break:
    return Break(
        type=BreakType(row.break_type), grain=Grain(row.grain), keys=Keys(**{name: getattr(row, name) for name in KEYS}),
        gap_minor=row.gap_minor, currency=row.currency, facts=row.facts,
    )  # fmt: skip
