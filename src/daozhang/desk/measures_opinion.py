"""The one question after a case closed, and the moments at which people turned to cases: what the figures of work are made of."""

from __future__ import annotations

from typing import Final

from django.db import OperationalError, connection, transaction

from daozhang.cases import CLOSED, State
from daozhang.desk import clock, house_audit
from daozhang.desk.cases import case_named
from daozhang.desk.measures_models import CaseOpinion, Touch
from daozhang.desk.models import Case
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError

AREA: Final = "opinion"
SCORES: Final = (1, 2, 3, 4, 5)
PATIENCE_MS: Final = 250
"""How long a page waits to note a touch while somebody else writes; then the touch is left out, never the page."""


def may_answer(case: Case) -> bool:
    """Return whether the question can be answered: the case is closed, and this closing has no answer yet."""
    return (
        State(case.state) in CLOSED
        and case.closed_at is not None
        and not CaseOpinion.objects.filter(case=case, closed_at=case.closed_at).exists()
    )


def answer(workspace: Workspace, number: str, score: int, *, by: str, note: str = "") -> CaseOpinion:
    """Keep the answer to the one question; RefusedError while the case is open or when this closing has its answer already."""
    if score not in SCORES:
        raise InputError("error-opinion-score", score=score)
    with transaction.atomic():
        case = case_named(number)
        if case.closed_at is None or not may_answer(case):
            raise RefusedError("error-opinion-not-now", number=number)
        made = CaseOpinion.objects.create(
            case=case, closed_at=case.closed_at, score=score, note=note.strip()[:2000], by=by[:64], at=clock.now(workspace)
        )  # fmt: skip
        house_audit.append(workspace, AREA, number, "answered", by=by, score=score)
    return made


def turned(by: str, number: str) -> None:
    """Note that a person turned to a case, or (empty) away from one; a busy database loses the note and keeps the page quick."""
    if not number and not _is_at_a_case(by):
        return
    is_file = connection.vendor == "sqlite"
    try:
        if is_file:
            _wait(PATIENCE_MS)
        known = Case.objects.filter(number=number).exists() if number else True
        if known:
            Touch.objects.create(by=by[:64], at=clock.real_now(), case_id=number or None)
    except OperationalError:
        return
    finally:
        if is_file:
            _wait(60_000)


def _is_at_a_case(by: str) -> bool:
    last = Touch.objects.filter(by=by[:64]).order_by("-id").values_list("case_id", flat=True).first()
    return last is not None


def _wait(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
