"""Self-checks: begun at the till, gone on with on another device, kept with the terminal, evidence in its open case."""

from __future__ import annotations

import json
import secrets
from typing import Any, Final

from django.db import transaction

from daozhang.desk import cases, fleet_board
from daozhang.desk.clock import now
from daozhang.desk.fleet_models import SelfCheck
from daozhang.desk.models import Finding
from daozhang.desk.taking import clean
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.fleet.selfcheck import UNCLEAR, UNSURE, WELL, known, next_question, outcome, read_probe, table
from daozhang.texts import say

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Signs of a code that nobody mistakes when reading it out."""
MOST_PROBE_BYTES: Final = 20_000
FACTS: Final = "facts"
"""Key in ``answers`` under which questions stand that facts answered."""


def start(workspace: Workspace, terminal_no: str, *, by: str) -> SelfCheck:
    """Begin a check of a terminal; what heartbeats and the version policy know is answered at once. RefusedError without a number."""
    terminal_no = clean(terminal_no)[:32]
    if not terminal_no:
        raise RefusedError("error-selfcheck-terminal")
    lines = fleet_board.board(workspace).lines
    figures = next((one.figures for one in lines if one.figures.terminal_no == terminal_no), None)
    at = now(workspace)
    return SelfCheck.objects.create(
        code="".join(secrets.choice(ALPHABET) for _ in range(8)), terminal_no=terminal_no,
        acquirer=figures.acquirer if figures else "", merchant_no=figures.merchant_no if figures else "",
        answers={FACTS: known(figures, {})}, started_by=by[:64], started_at=at, changed_at=at,
    )  # fmt: skip


def named(code: str) -> SelfCheck:
    """Return the check with this code; RefusedError when there is none that may be seen."""
    found = SelfCheck.objects.filter(code=code.strip().upper()).first()
    if found is None:
        raise RefusedError("error-selfcheck-none", code=code[:12])
    return found


def given(check: SelfCheck) -> dict[str, str]:
    """Return all answers that count, in the order of the table: the cashier's, and what facts answered where the cashier did not."""
    facts = check.answers.get(FACTS, {})
    every = facts | {name: value for name, value in check.answers.items() if name != FACTS}
    return {question.code: every[question.code] for question in table() if question.code in every}


def answer(workspace: Workspace, code: str, question: str, said: str, *, by: str) -> SelfCheck:
    """Note an answer to the question that is asked now. The same answer again changes nothing; RefusedError for any other."""
    with transaction.atomic():
        check = _locked(code)
        asked = next_question(given(check))
        if asked is None or asked.code != question or said not in {*asked.answers, UNSURE}:
            if check.answers.get(question) == said:
                return check
            raise RefusedError("error-selfcheck-answer")
        check.answers[question] = said
        return _kept(workspace, check, by=by)


def back(workspace: Workspace, code: str, *, by: str) -> SelfCheck:
    """Take the cashier's last answer back; a check that has ended is not opened again, a new one is begun."""
    with transaction.atomic():
        check = _locked(code)
        own = [question.code for question in table() if question.code in check.answers]
        if not own or check.finished_at is not None:
            raise RefusedError("error-selfcheck-answer")
        del check.answers[own[-1]]
        return _kept(workspace, check, by=by)


def take_probe(workspace: Workspace, code: str, body: str, *, by: str) -> SelfCheck:
    """Take in the JSON of ``daozhang probe``: it answers for port, host and line. RefusedError when it is none."""
    try:
        probe = read_probe(json.loads(body[:MOST_PROBE_BYTES]))
    except (ValueError, RecursionError):
        probe = None
    if probe is None:
        raise RefusedError("error-selfcheck-probe")
    with transaction.atomic():
        check = _locked(code)
        if check.finished_at is not None:
            raise RefusedError("error-selfcheck-answer")
        check.probe = probe
        check.answers[FACTS] = check.answers.get(FACTS, {}) | known(None, probe)
        for question in known(None, probe):
            check.answers.pop(question, None)  # measured beats remembered
        return _kept(workspace, check, by=by)


def recent(terminal_no: str = "", limit: int = 20) -> list[SelfCheck]:
    """Return the newest checks, of one terminal where it is named."""
    every = SelfCheck.objects.filter(terminal_no=terminal_no) if terminal_no else SelfCheck.objects.all()
    return list(every[:limit])


def _locked(code: str) -> SelfCheck:
    named(code)
    return SelfCheck.objects.select_for_update().get(code=code.strip().upper())


def _kept(workspace: Workspace, check: SelfCheck, *, by: str) -> SelfCheck:
    check.outcome, check.changed_at = outcome(given(check)), now(workspace)
    if check.outcome:
        check.finished_at = check.changed_at
        _join(workspace, check, by=by)
    check.save()
    return check


def _join(workspace: Workspace, check: SelfCheck, *, by: str) -> None:
    """Leave the result in every open case in which this terminal stands; the first of them is kept with the check."""
    found = Finding.objects.filter(terminal_no=check.terminal_no, is_open=True, incident__case__closed_at__isnull=True)
    if check.acquirer:
        found = found.filter(acquirer=check.acquirer)
    numbers = sorted(set(found.values_list("incident__case__number", flat=True)) - {None})
    for number in numbers:
        cases.comment(workspace, number, by=by, note=note(workspace.settings.language, check))
    check.case_id = numbers[0] if numbers else None


def note(language: str, check: SelfCheck) -> str:
    """Return the result in a sentence, for a case and for the list."""
    title = say(language, f"selfcheck-result-{check.outcome}")
    return say(language, "selfcheck-note", code=check.code, terminal=check.terminal_no, result=title)


def is_fault(check: SelfCheck) -> bool:
    """Return whether it ended at a fix card."""
    return check.outcome not in {"", WELL, UNCLEAR}


def probe_lines(check: SelfCheck) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (state, text key, facts) of the steps of the probe that was taken in; only keys of the probe's own texts."""
    return [
        (one["state"], one["key"], one["facts"])
        for one in check.probe.get("steps", ())
        if one["key"].startswith("probe-")
    ]
