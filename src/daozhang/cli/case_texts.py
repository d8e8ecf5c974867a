"""A case as the terminal and as JSON show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import typer

from daozhang.breaks import Evidence
from daozhang.cli.output import language, text
from daozhang.desk.case_view import CaseView, EventView, FindingView
from daozhang.desk.models import Case
from daozhang.desk.parts import PartView
from daozhang.desk.remedy_steps import RemedyView
from daozhang.diagnosis.catalogue import cause_of, role_key
from daozhang.money import to_text
from daozhang.texts import has

CASE_COLUMNS: Final = (
    "case_id", "state", "acquirer", "merchant_no", "gap_minor", "currency", "opened_at", "deadline_at", "closed_at",
    "external_no", "assignee", "incident_id", "cause_category", "cause_code",
)  # fmt: skip
FINDINGS_SHOWN: Final = 20


def case_row(case: Case) -> list[Any]:
    """Return a case as a row of ``CASE_COLUMNS``; unknown is None."""
    return [
        case.number, case.state, case.acquirer, case.merchant_no, case.gap_minor, case.currency, case.opened_at,
        case.deadline_at, case.closed_at, case.external_no, case.assignee, case.incident_id, case.incident.cause_category,
        case.incident.cause_code,
    ]  # fmt: skip


def case_json(view: CaseView) -> dict[str, Any]:
    """Return the whole case with plain values; names of states, steps and causes stay codes."""
    whole = asdict(view)
    whole["case_id"] = whole.pop("number")
    whole["measures"] = [asdict(event) for event in view.measures]
    whole["findings"] = [_finding_json(one) for one in view.findings]
    whole["bank_lines"] = [str(line) for line in view.bank_lines]
    return whole


def print_case(view: CaseView, board: Sequence[PartView] = (), remedy: Sequence[RemedyView] = ()) -> None:
    """Print a case for people: what is wrong, why, what to do, who must be told, what happened, what can be done now."""
    typer.echo(text("case-heading", number=view.number, state=state_name(view.state)))
    gap = to_text(view.gap_minor, view.currency)
    typer.echo(text("case-gap", gap=gap, acquirer=view.acquirer or "-", merchant=view.merchant_no or "-"))
    typer.echo(text("case-cause", cause=cause_name(view.cause_code)))
    if view.is_open and view.cause_code:
        typer.echo(text("case-fix", fix=text(view.cause_fix_key)))
        typer.echo(text("case-documents", documents=text(view.cause_documents_key)))
    if view.is_open and view.deadline_at:
        typer.echo(text("case-overdue" if view.is_overdue else "case-deadline", deadline=moment_text(view.deadline_at)))
    _section("case-findings", _finding_lines(view))
    _section("case-tellings", [
        text("case-telling-line", role=text(one.role_key), state=text(one.state_key, address=one.address), by=moment_text(one.by))
        for one in view.tellings
    ])  # fmt: skip
    _section("web-life-board", [_party_line(one) for one in board if view.is_open])
    _section("case-playbook", [
        f"{text('case-playbook-line', no=no, what=text(one.step.text_key), who=text(role_key(one.step.who)))}"
        f" {text(one.state_key)} [{one.step.key}]"
        for no, one in enumerate(remedy if view.is_open else (), start=1)
    ])  # fmt: skip
    _section("case-timeline", [
        text("case-event-line", no=event.no, at=moment_text(event.at), by=event.by, step=text(event.step_key), note=_note(event))
        for event in view.timeline
    ])  # fmt: skip
    _section("case-next", [
        text("case-step-line", step=text(one.step_key), name=one.step.replace("_", "-"), hint=text(one.hint_key))
        for one in view.next_steps
    ])  # fmt: skip


def state_name(state: str) -> str:
    """Return the name of a state in the language of the terminal."""
    return text("state-" + state.replace("_", "-"))


def cause_name(code: str) -> str:
    """Return the name of a cause in the language of the terminal."""
    cause = cause_of(code)
    return text(cause.key("name")) if cause else text("case-cause-unknown")


def moment_text(at: datetime | None) -> str:
    """Return a moment to the minute, or a dash."""
    return f"{at:%Y-%m-%d %H:%M}" if at else "-"


def _section(key: str, lines: list[str]) -> None:
    if lines:
        typer.echo("\n" + text(key))
        for line in lines:
            typer.echo("  " + line.rstrip())


def _finding_lines(view: CaseView) -> list[str]:
    more = len(view.findings) - FINDINGS_SHOWN
    lines = [_finding_line(one) for one in view.findings[:FINDINGS_SHOWN]]
    return [*lines, text("case-findings-more", count=more)] if more > 0 else lines


def _party_line(one: PartView) -> str:
    own = one.party == "merchant" and one.state == "open"
    state = ("web-life-turn" if one.runs else "web-life-paused") if own else one.state_key
    line = text("case-party-line", party=text(one.party_key), state=text(state))
    if one.end_at is None:
        return f"{line} {one.external_no}"
    key = "web-life-over" if one.is_overdue else "web-life-promised" if one.promised_at else "web-life-usual"
    return f"{line} {one.external_no} {text(key, at=moment_text(one.end_at))}"


def _note(event: EventView) -> str:
    """Return what is said of a step: the person's note, or what the product knows of it."""
    facts = event.facts
    if event.step == "gap_changed":
        currency = str(facts["currency"])
        return f"{to_text(int(facts['from_minor']), currency)} → {to_text(int(facts['to_minor']), currency)}"
    if event.step == "money_matched":
        return "; ".join(str(Evidence(one["file"], int(one["line_no"]))) for one in facts["bank_lines"])
    if event.step == "cause_changed":
        return f"{cause_name(str(facts['from_cause']))} → {cause_name(str(facts['to_cause']))}"
    return event.note or str(facts.get("external_no") or facts.get("assignee") or facts.get("into") or "")


def _finding_line(one: FindingView) -> str:
    name = text(one.type_key) if has(language(), one.type_key) else one.break_type
    proof = "; ".join(str(line) for line in one.evidence[:3])
    return text("case-finding-line", type=name, gap=to_text(one.gap_minor, one.currency), evidence=proof)


def _finding_json(one: FindingView) -> dict[str, Any]:
    return asdict(one) | {"evidence": "; ".join(str(line) for line in one.evidence)}
