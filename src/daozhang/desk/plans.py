"""Plans and shop profiles of a workspace: written by one person, approved by another once nothing is lacking."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from daozhang.desk import book, clock, contacts, house_audit
from daozhang.desk.drills_models import EmergencyPlan, ShopMeans
from daozhang.desk.workspace import Workspace
from daozhang.drills.continuity import Means, Shop
from daozhang.drills.plans import REACHED, SILENT, UNTESTED, Lack, Plan, lint, read_plan
from daozhang.errors import RefusedError
from daozhang.reports.plan_pages import Card, plan_pdf

AREA: Final = "plans"


def save(workspace: Workspace, body: str, *, by: str) -> tuple[EmergencyPlan, list[Lack]]:
    """Keep a text as the next version of its plan and return it with what it lacks; the same text again changes nothing.

    InputError when it cannot be read.
    """
    plan = read_plan(body)
    if not plan.name:
        raise RefusedError("plan-needs-a-name")
    with transaction.atomic():
        last = EmergencyPlan.objects.filter(name=plan.name[:120]).first()
        if last is not None and last.body == body:
            return last, lacks(workspace, plan)
        made = EmergencyPlan.objects.create(
            name=plan.name[:120], version=last.version + 1 if last else 1, body=body, made_by=by[:64],
            made_at=clock.now(workspace),
        )  # fmt: skip
        house_audit.append(workspace, AREA, made.name, "written", by=by, version=made.version)
    return made, lacks(workspace, plan)


def approve(workspace: Workspace, pk: int, *, by: str) -> EmergencyPlan:
    """Approve a version; refused while something is lacking, and to the person who wrote it."""
    with transaction.atomic():
        row = named(pk)
        if row.made_by == by[:64]:
            raise RefusedError("plan-second-person", by=by)
        if found := lacks(workspace, read_plan(row.body)):
            raise RefusedError("plan-lacks", name=row.name, count=len(found))
        if not row.approved_at:
            row.approved_by, row.approved_at = by[:64], clock.now(workspace)
            row.save(update_fields=["approved_by", "approved_at"])
            house_audit.append(workspace, AREA, row.name, "approved", by=by, version=row.version)
    return row


def named(pk: int) -> EmergencyPlan:
    """Return one version; RefusedError when there is none."""
    row = EmergencyPlan.objects.filter(pk=pk).first()
    if row is None:
        raise RefusedError("plan-none", number=str(pk))
    return row


def newest() -> list[EmergencyPlan]:
    """Return the newest version of each plan, by name."""
    found: dict[str, EmergencyPlan] = {}
    for row in EmergencyPlan.objects.all():
        found.setdefault(row.name, row)
    return list(found.values())


def lacks(workspace: Workspace, plan: Plan) -> list[Lack]:
    """Return what a plan lacks, held against the contact book and the shops as they are now."""
    return lint(plan, reachable(clock.now(workspace)), shops(workspace))


def reachable(at: datetime) -> dict[str, str]:
    """Return of each role with a verified entry whether that one acknowledged its last test. Official short numbers count."""
    found = dict.fromkeys(contacts.OFFICIAL, REACHED)
    for entry in contacts.usable(at):
        last = entry.tests.order_by("-id").first()
        state = SILENT if contacts.is_silent(entry, at) else REACHED if last and last.acknowledged_at else UNTESTED
        if found.get(entry.role) != REACHED:
            found[entry.role] = state
    return found


def shops(workspace: Workspace) -> list[Shop]:
    """Return every shop of the shop list and of the profiles, with what is noted of it."""
    names = {row["store_no"]: row["name"] or "" for row in book.latest(workspace, "stores")}
    noted = {row.store_no: row for row in ShopMeans.objects.all()}
    return [
        Shop(
            store_no=number, name=names.get(number, "") or (noted[number].name if number in noted else ""),
            means=frozenset(map(Means, noted[number].means)) if number in noted else frozenset(),
            offline_limit_minor=noted[number].offline_limit_minor if number in noted else None,
        )
        for number in sorted({*names, *noted})
    ]  # fmt: skip


def note_means(
    workspace: Workspace,
    store_no: str,
    means: list[str],
    *,
    by: str,
    name: str = "",
    offline_limit_minor: int | None = None,
) -> ShopMeans:
    """Note what a shop has; what was noted before is replaced, and both stand in the house log."""
    if not store_no.strip() or not set(means) <= set(Means):
        raise RefusedError("plan-means", possible=", ".join(Means))
    if Means.OFFLINE in means and not (offline_limit_minor and offline_limit_minor > 0):
        raise RefusedError("plan-offline-limit")
    kept = sorted(set(means))
    with transaction.atomic():
        row, _ = ShopMeans.objects.update_or_create(
            store_no=store_no.strip()[:64],
            defaults={
                "name": name.strip()[:120], "means": kept, "offline_limit_minor": offline_limit_minor, "noted_by": by[:64],
                "noted_at": clock.now(workspace),
            },
        )  # fmt: skip
        house_audit.append(workspace, AREA, row.store_no, "means", by=by, means=kept, limit=offline_limit_minor)
    return row


def pdf(workspace: Workspace, pk: int, language: str) -> bytes:
    """Return a version as PDF: the plan, then its pocket card and the continuity card of each of its shops."""
    row = named(pk)
    plan = read_plan(row.body)
    asked = [one for one in shops(workspace) if not plan.shops or one.store_no in plan.shops]
    addresses = {entry.role: f"{entry.name} {entry.address}".strip() for entry in contacts.usable(clock.now(workspace))}
    card = Card(
        business=workspace.settings.merchant_title, plan=plan, version=row.version, made_at=row.made_at, made_by=row.made_by,
        approved_by=row.approved_by, approved_at=row.approved_at, shops=tuple(asked), addresses={**contacts.OFFICIAL, **addresses},
    )  # fmt: skip
    return plan_pdf(card, language)


def is_role(role: str) -> bool:
    """Return whether the contact book has such a role."""
    return role in contacts.roles_wanted()
