"""Who learns what: the staff list, quizzes taken, certificates with their end, re-tests, courses assigned because of a slip."""

from __future__ import annotations

import csv
import io
import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction

from daozhang.desk import clock, house_audit
from daozhang.desk.learning_journal import JournalReader, share
from daozhang.desk.learning_models import Assignment, Attempt, Certificate, Learner
from daozhang.desk.learning_operators import key_of, seen
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError
from daozhang.learning.courses import ASKED, Marked, course, course_for, courses, marked
from daozhang.learning.deviations import deviations
from daozhang.learning.intervals import Effect, effect

AREA: Final = "learning"
RETEST_BEFORE: Final = timedelta(days=30)
"""A re-test is due so long before the certificate ends."""
DUE_DAYS: Final = 14
"""Days somebody has for a course that was assigned."""
EFFECT_DAYS: Final = 60
"""Days before and after a certificate that are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where somebody stands with a course: ``state`` is trained, retest (ends within a month), expired, failed or untrained."""

    learner: Learner
    course: str
    state: str
    valid_until: date | None
    assigned: Assignment | None


def take_staff(workspace: Workspace, body: bytes, *, by: str) -> int:
    """Take in a staff list (CSV: name, role, acquirer, merchant_no, operator_no) and return how many are on it; nobody is dropped.

    InputError when a column or a name is missing; then nothing changes.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    except UnicodeDecodeError:
        raise InputError("error-staff-list") from None
    if not rows or any(not (row.get("name") or "").strip() for row in rows):
        raise InputError("error-staff-list")
    with transaction.atomic():
        for row in rows:
            cells = {
                name: (row.get(name) or "").strip()[:32] for name in ("role", "acquirer", "merchant_no", "operator_no")
            }
            cells["role"] = cells["role"] or "cashier"
            Learner.objects.update_or_create(
                name=row["name"].strip()[:64],
                defaults=cells,
                create_defaults={**cells, "added_at": clock.now(workspace)},
            )
        house_audit.append(workspace, AREA, "staff", "staff_taken", by=by, count=len(rows))
    return len(rows)


def learner(name: str) -> Learner:
    """Return somebody of the staff list; RefusedError where there is no such name."""
    found = Learner.objects.filter(name=name).first()
    if found is None:
        raise RefusedError("error-learner-none", name=name[:64])
    return found


def new_seed() -> int:
    """Return the seed of a quiz that nobody could foresee."""
    return secrets.randbelow(1_000_000)


def take(
    workspace: Workspace, name: str, code: str, seed: int, answers: list[str], *, by: str, on_paper: bool = False, seconds: int | None = None
) -> tuple[Marked, Certificate | None]:  # fmt: skip
    """Mark a quiz and keep it; a passed one gives a certificate and closes what was assigned. A seed counts once per person.

    RefusedError when the seed was used before, when an answer is missing, or when there is no such person or course.
    """
    subject, chosen, at = learner(name), course(code), clock.now(workspace)
    result = marked(chosen, seed, answers)
    with transaction.atomic():
        if Attempt.objects.select_for_update().filter(learner=subject, course=code, seed=seed).exists():
            raise RefusedError("error-course-seed", seed=seed)
        attempt = Attempt.objects.create(
            learner=subject, course=code, seed=seed, answers=list(result.answers), right=result.right, asked=ASKED,
            passed=result.passed, on_paper=on_paper, seconds=seconds, at=at,
        )  # fmt: skip
        certificate = None
        if result.passed:
            certificate = Certificate.objects.create(
                attempt=attempt,
                number=f"LC-{at.year}-{attempt.pk:06d}",
                valid_until=at.date() + timedelta(days=chosen.valid_days),
            )
            Assignment.objects.filter(learner=subject, course=code, done_at__isnull=True).update(done_at=at)
        house_audit.append(
            workspace,
            AREA,
            subject.name,
            "quiz_taken",
            by=by,
            course=code,
            seed=seed,
            right=result.right,
            passed=result.passed,
        )
    return result, certificate


def standings(workspace: Workspace) -> list[Standing]:
    """Return where everybody stands with every course, by name. Only a certificate that holds makes anybody trained."""
    today = clock.now(workspace).date()
    newest: dict[tuple[int, str], date] = {}
    for one in Certificate.objects.select_related("attempt"):
        key = (one.attempt.learner_id, one.attempt.course)
        newest[key] = max(one.valid_until, newest.get(key, one.valid_until))
    tried = set(Attempt.objects.values_list("learner_id", "course"))
    waiting = {(one.learner_id, one.course): one for one in Assignment.objects.filter(done_at__isnull=True)}
    return [
        Standing(
            learner=who, course=each.code, valid_until=newest.get((who.pk, each.code)),
            state=_state(newest.get((who.pk, each.code)), today, was_tried=(who.pk, each.code) in tried),
            assigned=waiting.get((who.pk, each.code)),
        )
        for who in Learner.objects.filter(is_active=True) for each in courses()
    ]  # fmt: skip


def _state(until: date | None, today: date, *, was_tried: bool) -> str:
    if until is None:
        return "failed" if was_tried else "untrained"
    if until < today:
        return "expired"
    return "retest" if until - today <= RETEST_BEFORE else "trained"


def assign(workspace: Workspace, first_on: date, last_on: date, *, by: str) -> list[Assignment]:
    """Assign courses for the slips of a span of days and for re-tests that are due; return the new ones. Safe to do again."""
    found = seen(workspace, first_on, last_on)
    people = {
        (one.acquirer, one.merchant_no, one.operator_no): one
        for one in Learner.objects.filter(is_active=True)
        if one.operator_no
    }
    wanted: dict[tuple[int, str], tuple[str, dict[str, object]]] = {}
    for one in found.deviations:
        who = people.get(key_of(one))
        if who is not None:
            last = Certificate.objects.filter(attempt__learner=who, attempt__course=course_for(one.slip).code).first()
            if last is None or last.attempt.at < one.row.at:
                facts: dict[str, object] = {
                    "slip": one.slip.value,
                    "at": one.row.at.isoformat(),
                    "import_id": one.row.import_id,
                    "line_no": one.row.line_no,
                }
                wanted[who.pk, course_for(one.slip).code] = ("slip", facts)
    for each in standings(workspace):
        if each.state in {"retest", "expired"} and each.valid_until:
            wanted.setdefault((each.learner.pk, each.course), ("retest", {"valid_until": each.valid_until.isoformat()}))
    at, made = clock.now(workspace), []
    with transaction.atomic():
        for (pk, code), (reason, facts) in sorted(wanted.items()):
            if not Assignment.objects.filter(learner_id=pk, course=code, done_at__isnull=True).exists():
                due_on = at.date() + timedelta(days=DUE_DAYS)
                made.append(
                    Assignment.objects.create(
                        learner_id=pk,
                        course=code,
                        reason=reason,
                        facts=facts,
                        due_on=due_on,
                        made_by=by[:64],
                        made_at=at,
                    )
                )
        if made:
            house_audit.append(workspace, AREA, "courses", "assigned", by=by, count=len(made))
    return made


def effect_of(workspace: Workspace, name: str, code: str) -> Effect:
    """Return the slips that the course is about, per payment, before and after somebody's first certificate of it.

    RefusedError while there is no certificate, or nobody knows which operator of the journal this is.
    """
    who, chosen = learner(name), course(code)
    first = Certificate.objects.filter(attempt__learner=who, attempt__course=code).order_by("id").first()
    if first is None or not who.operator_no:
        raise RefusedError("error-effect-none", name=name)
    passed_at, now = first.attempt.at, clock.now(workspace)
    from_on, to_on = passed_at.date() - timedelta(days=EFFECT_DAYS), passed_at.date() + timedelta(days=EFFECT_DAYS)
    reader = JournalReader(workspace, from_on, to_on, now)
    try:
        key = (who.acquirer, who.merchant_no, who.operator_no)
        slips = [
            one.row.at for one in deviations(reader.journal(), now) if key_of(one) == key and one.slip in chosen.slips
        ]
        ends = (datetime.combine(from_on, time()), datetime.combine(to_on + timedelta(days=1), time()))
        before = reader.share_between(*key, ends[0], passed_at)
        after = reader.share_between(*key, passed_at, ends[1])
    finally:
        reader.close()
    early = sum(at < passed_at for at in slips)
    return effect(share(early, before), share(len(slips) - early, after))
