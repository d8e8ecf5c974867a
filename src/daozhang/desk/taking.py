"""How a person's step is written: the case, its audit entry, its notices and its clocks, all in the caller's transaction."""

from __future__ import annotations

from typing import Any, Final

from daozhang.cases import CLOSED, State, Step
from daozhang.cases.life import after
from daozhang.desk import counters, life_clocks
from daozhang.desk.audit import Entry, append, plain
from daozhang.desk.clock import now
from daozhang.desk.models import Case, Notice
from daozhang.desk.run_cases import CaseChanges
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError

NOTE_LENGTH: Final = 4000
"""Characters of a note that are kept."""


def clean(text: str) -> str:
    """Return a person's text without control characters (PostgreSQL takes no NUL), cut to ``NOTE_LENGTH``."""
    return clean_long(text, NOTE_LENGTH)


def clean_long(text: str, most: int) -> str:
    """Return a text without control characters, cut to ``most`` characters."""
    kept = "".join(sign for sign in text if sign >= " " or sign in "\n\t")
    return kept.strip()[:most]


def case_named(number: str) -> Case:
    """Return the case with ``number``; RefusedError when there is none."""
    case = Case.objects.select_related("incident").filter(number=number.strip()).first()
    if case is None:
        raise RefusedError("error-no-case", number=number)
    return case


def locked(number: str) -> Case:
    """Return the case for changing it: others who change cases wait until this transaction ends."""
    counters.hold(counters.CASES)
    return case_named(number)


def take(workspace: Workspace, case: Case, step: Step, *, by: str, note: str, facts: dict[str, Any]) -> None:
    """Take ``step`` on ``case`` as person ``by``; RefusedError says what is possible or missing, and nothing is written."""
    at, note, by = now(workspace), clean(note), clean(by)[:64]
    before = case.state
    case.state = after(State(before), step, by=by, note=note, facts=facts).value
    if case.state in CLOSED and before not in CLOSED:
        case.closed_at = at
    case.save()
    letters = CaseChanges(workspace, at).letters_of(case, step, note)
    Notice.objects.bulk_create(letters, ignore_conflicts=True)
    told = {"notices": [letter.key for letter in letters]} if letters else {}
    append(
        [
            Entry(
                case=case,
                step=step,
                from_state=before,
                to_state=case.state,
                at=at,
                by=by,
                note=note,
                facts=plain(facts) | told,
            )
        ]
    )
    life_clocks.follow(workspace, at, [(case, step)])
