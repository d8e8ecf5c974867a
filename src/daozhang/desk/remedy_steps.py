"""The playbook of a case with its proofs: each step is recorded with where its proof is; "fixed" is refused while one is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from daozhang.cases import Step
from daozhang.desk import taking
from daozhang.desk.clock import now
from daozhang.desk.life_models import RemedyProof
from daozhang.desk.models import Case
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.remedies.playbooks import RemedyStep, playbook_of
from daozhang.remedies.progress import check_proof, next_open, progress, still_open


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyView:
    """One step of the playbook: how it stands, and what is on record of it."""

    step: RemedyStep
    state: str
    proof: str
    note: str
    by: str
    at: datetime | None

    @property
    def state_key(self) -> str:
        """Return the text key of the state."""
        return "remedy-state-" + self.state.replace("_", "-")


def steps_of(case: Case) -> tuple[RemedyView, ...]:
    """Return the steps of the playbook for the cause the case has now."""
    rows = {row.key: row for row in _rows(case)}
    proven, left_out = _keys(rows)
    made = []
    for one in progress(playbook_of(case.incident.cause_code), proven, left_out):
        row = rows.get(one.step.key)
        made.append(
            RemedyView(
                step=one.step, state=one.state, proof=row.proof if row else "", note=row.note if row else "",
                by=row.by if row else "", at=row.at if row else None,
            )
        )  # fmt: skip
    return tuple(made)


def prove(
    workspace: Workspace, number: str, key: str, *, by: str, note: str, proof: str = "", leaves_out: bool = False
) -> RemedyProof:
    """Record that a step is done and where its proof is, or that an optional one is left out and why. Again replaces it."""
    with transaction.atomic():
        case = taking.locked(number)
        cause = case.incident.cause_code
        step = check_proof(playbook_of(cause), key, proof=proof, leaves_out=leaves_out)
        facts = {"remedy": step.key, "proof": taking.clean(proof)[:256], "leaves_out": leaves_out}
        taking.take(workspace, case, Step.STEP_PROVEN, by=by, note=note, facts=facts)
        row, _ = RemedyProof.objects.update_or_create(
            case=case, key=step.key, cause_code=cause,
            defaults={
                "is_left_out": leaves_out, "proof": taking.clean(proof)[:256], "note": taking.clean(note),
                "by": taking.clean(by)[:64], "at": now(workspace),
            },
        )  # fmt: skip
    return row


def check_fixed(case: Case) -> None:
    """Refuse ``remedy_done`` while a mandatory step of the playbook has no proof, naming the first such step."""
    missing = still_open(playbook_of(case.incident.cause_code), _keys({row.key: row for row in _rows(case)})[0])
    if missing:
        raise RefusedError("error-remedy-open", remedy=missing[0].key, count=len(missing))


def next_step(case: Case) -> RemedyStep | None:
    """Return the first step a person still has to do."""
    proven, left_out = _keys({row.key: row for row in _rows(case)})
    return next_open(playbook_of(case.incident.cause_code), proven, left_out)


def _rows(case: Case) -> list[RemedyProof]:
    return list(RemedyProof.objects.filter(case=case, cause_code=case.incident.cause_code))


def _keys(rows: dict[str, RemedyProof]) -> tuple[set[str], set[str]]:
    proven = {key for key, row in rows.items() if not row.is_left_out}
    return proven, rows.keys() - proven
