"""Changes of cycle and fee on the desk: two people, a cooling-off, the new row in the book of contracts, checked against the money.

Each step writes the change and its entry of the house's audit chain in one transaction. The new terms come in as an import of
their own, so that they are seen with every other contract and going back is taking that import back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from daozhang.cases.life import SYSTEM
from daozhang.desk import counters, house_audit, import_undo, processes_history, readings
from daozhang.desk.clock import now
from daozhang.desk.imports import import_bytes
from daozhang.desk.processes_models import TermsChange
from daozhang.desk.taking import clean
from daozhang.desk.telling_models import HouseEvent
from daozhang.desk.workspace import Workspace
from daozhang.errors import DaozhangError, RefusedError
from daozhang.records import table_named
from daozhang.remedies.retry import is_same_person
from daozhang.services.terms import COLUMNS, State, Step, after, plain, value_of

AREA: Final = "terms"
MOST: Final = 100


def current(workspace: Workspace, acquirer: str, merchant_no: str, on: date) -> dict[str, str]:
    """Return the contract row in force for all channels on a day, as text; RefusedError when there is none."""
    names = table_named("contracts").column_names
    with readings.facts(workspace) as con:
        row = con.execute(
            f"SELECT {', '.join(f'x.{name}::VARCHAR' for name in names)} FROM contracts x WHERE x.acquirer = ? AND x.merchant_no = ?"
            " AND x.from_on <= ? AND (x.to_on IS NULL OR x.to_on >= ?)"
            " ORDER BY coalesce(x.channel, '') <> '', coalesce(x.card_kind, '') <> '', x.from_on DESC LIMIT 1",
            [acquirer, merchant_no, on, on],
        ).fetchone()
    if row is None:
        raise RefusedError("error-terms-no-contract", acquirer=acquirer or "-", merchant=merchant_no or "-")
    return {name: "" if cell is None else plain(name, str(cell)) for name, cell in zip(names, row, strict=True)}


def ask(
    workspace: Workspace,
    acquirer: str,
    merchant_no: str,
    wanted: Mapping[str, str],
    from_on: date,
    *,
    by: str,
    document: str,
) -> TermsChange:
    """Ask for a change of terms. ``document`` says where the acquirer's written confirmation is."""
    by, at, document = _person(by), now(workspace), clean(document)
    if not document:
        raise RefusedError("error-terms-note")
    if from_on < at.date():
        raise RefusedError("error-terms-past", day=from_on.isoformat())
    old = current(workspace, acquirer, merchant_no, from_on)
    new = {name: value_of(name, wanted[name]) for name in COLUMNS if wanted.get(name, "").strip()}
    new = {name: value for name, value in new.items() if value != old[name]}
    if not new:
        raise RefusedError("error-terms-nothing")
    try:
        with transaction.atomic():
            counters.hold(AREA)
            made = TermsChange.objects.create(
                number=f"TC{at:%Y}{counters.take(f'terms-{at.year}'):06d}", acquirer=acquirer, merchant_no=merchant_no,
                state=State.ASKED.value, before={name: old[name] for name in new}, after=new, from_on=from_on, document=document,
                asked_by=by, asked_at=at,
            )  # fmt: skip
            _append(
                workspace,
                made,
                Step.ASKED,
                by,
                from_state="",
                before=made.before,
                after=new,
                from_on=from_on,
                note=document,
            )
    except IntegrityError:
        other = TermsChange.objects.filter(
            acquirer=acquirer, merchant_no=merchant_no, state__in=["asked", "cooling"]
        ).first()
        raise RefusedError("error-terms-open", number=other.number if other else "-") from None
    return made


def change_named(number: str) -> TermsChange:
    """Return the change with ``number``; RefusedError when there is none."""
    found = TermsChange.objects.filter(number=number.strip().upper()).first()
    if found is None:
        raise RefusedError("error-terms-none", number=number[:24])
    return found


def listed() -> list[TermsChange]:
    """Return the changes, the newest first."""
    return list(TermsChange.objects.all()[:MOST])


def decide(workspace: Workspace, number: str, step: str, *, by: str, note: str = "") -> TermsChange:
    """Take a step of a person; RefusedError when it is not possible now or the same person would decide."""
    chosen = Step(step) if step in {one.value for one in Step} else None
    one = change_named(number)
    if chosen in {None, Step.ACTIVATED, Step.VERIFIED, Step.ASKED}:
        raise RefusedError("error-terms-step", step=step[:24], state=one.state, possible="-")
    assert chosen is not None
    by, at = _person(by), now(workspace)
    with transaction.atomic():
        counters.hold(AREA)
        one = change_named(number)
        before, asked_by = one.state, one.rollback_by if chosen is Step.ROLLBACK_APPROVED else one.asked_by
        is_other = bool(asked_by) and not is_same_person(asked_by, by)
        one.state = after(State(before), chosen, note=note, is_other=is_other, by=by).value
        if chosen is Step.APPROVED:
            one.approved_by, one.approved_at = by, at
            one.cooling_until = at + timedelta(hours=workspace.settings.account_cooling_hours)
        if chosen is Step.ROLLBACK_ASKED:
            one.rollback_by = by
        one.closed_at = at if one.state in {State.DECLINED, State.WITHDRAWN, State.ROLLED_BACK} else None
        one.save()
        _append(workspace, one, chosen, by, from_state=before, note=clean(note), before=one.before, after=one.after)
        if chosen is Step.ROLLBACK_APPROVED and one.import_id:
            import_undo.undo(workspace, one.import_id, by=by)
    return one


def tick(workspace: Workspace, at: datetime) -> int:
    """Write the terms whose cooling-off is over into the book of contracts; return how many. Safe to do again."""
    done = 0
    for one in TermsChange.objects.filter(state=State.COOLING.value, cooling_until__lte=at):
        try:
            activate(workspace, one)
        except DaozhangError:
            continue  # the change stays in its cooling-off, where a person sees it; the other clocks go on
        done += 1
    return done


def activate(workspace: Workspace, one: TermsChange) -> None:
    """Bring the new row in, the other terms as they were. The same row again is the same import, so a second try changes nothing."""
    old = current(workspace, one.acquirer, one.merchant_no, one.from_on)
    row = old | one.after | {"from_on": one.from_on.isoformat(), "to_on": ""}
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row), lineterminator="\n")
    writer.writeheader()
    writer.writerow(row)
    result = import_bytes(workspace, f"contracts_{one.number}.csv", out.getvalue().encode())
    if result.state not in {"accepted", "unchanged"}:
        raise RefusedError("error-terms-import", detail=result.state)
    with transaction.atomic():
        counters.hold(AREA)
        locked = change_named(one.number)
        if locked.state == State.COOLING:
            locked.state, locked.import_id = State.ACTIVE.value, result.import_id
            locked.save()
            _append(workspace, locked, Step.ACTIVATED, SYSTEM, from_state=State.COOLING.value, import_id=result.import_id,
                    before=locked.before, after=locked.after)  # fmt: skip


def verify(workspace: Workspace, number: str, *, by: str) -> TermsChange:
    """Hold the money since the first day against the new terms, and note how many days of it fit."""
    one = change_named(number)
    rows = [
        row for row in readings.money(workspace) if (row.acquirer, row.merchant_no) == (one.acquirer, one.merchant_no)
    ]
    since = [row for row in rows if row.settled_on >= one.from_on and row.due_at and row.due_at <= now(workspace)]
    fitting = sum(row.missing_minor == row.unexplained_minor == row.returned_minor == 0 for row in since)
    with transaction.atomic():
        counters.hold(AREA)
        one = change_named(number)
        after(State(one.state), Step.VERIFIED, note="", is_other=True, by=by)
        one.verified = {"checked": len(since), "fitting": fitting}
        one.save(update_fields=["verified"])
        _append(workspace, one, Step.VERIFIED, _person(by), from_state=one.state, **one.verified)
    return one


def history(one: TermsChange) -> list[HouseEvent]:
    """Return every entry of the audit chain about a change, oldest first."""
    return processes_history.entries(AREA, one.number)


def _append(workspace: Workspace, one: TermsChange, step: Step, by: str, *, from_state: str, **facts: Any) -> None:  # noqa: ANN401 - any fact
    told = {"from_state": from_state, "to_state": one.state} | facts
    house_audit.append(workspace, AREA, one.number, step.value, by=by, **told)


def _person(by: str) -> str:
    cleaned = clean(by)[:64]
    if not cleaned or cleaned == SYSTEM:
        raise RefusedError("error-case-needs-a-person", step=AREA)
    return cleaned
