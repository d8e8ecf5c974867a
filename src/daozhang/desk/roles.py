"""Who may do what: eight roles, a closed list of permissions, and one question, ``may``. An account without a role may do nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models.signals import post_save

from daozhang.desk import house_audit, sight
from daozhang.desk.clock import now, real_now
from daozhang.desk.telling_models import Person
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError

AREA: Final = "people"
ADMINISTRATOR: Final = "administrator"

PERMISSIONS: Final[Mapping[str, str]] = {
    "see": "cases, days, findings, files, evidence",
    "note": "comments, measures, answers of customers",
    "import": "bring files in, put lines right, take imports back, teach formats, judge a day again",
    "work": "steps of cases, replies, proofs, contacts",
    "ask": "ask for a write-off, a payout or a change of the settlement account",
    "approve": "approve or decline what somebody else asked for",
    "export": "reports, packs, lines for their sender",
    "manage": "people and roles, webhooks, backups, settings of the house",
}
"""Permission → what it covers."""

ROLES: Final[Mapping[str, frozenset[str]]] = {
    "owner": frozenset({"see", "note", "import", "work", "ask", "approve", "export"}),
    "cashier": frozenset({"see", "note"}),
    "clerk": frozenset({"see", "note", "import", "work", "ask", "export"}),
    "approver": frozenset({"see", "note", "approve", "export"}),
    "provider_agent": frozenset({"see", "note", "work", "export"}),
    "settlement_operator": frozenset({"see", "note", "import", "work", "ask", "export"}),
    "auditor": frozenset({"see", "export"}),
    ADMINISTRATOR: frozenset(PERMISSIONS),
}
"""Role → what it may. Nobody approves what they asked for themselves, whatever their role: that is a rule of the case."""


def role_of(user: User | AnonymousUser | Any) -> str:  # noqa: ANN401 - whoever the request brings
    """Return the role of an account; empty for a stranger, an account that is not active, or one without a role."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ""
    with sight.house():
        return Person.objects.filter(user__username=user.get_username()).values_list("role", flat=True).first() or ""


def may(user: User | AnonymousUser | Any, permission: str) -> bool:  # noqa: ANN401
    """Return whether an account may do what ``permission`` covers; a permission that is none is a mistake of ours."""
    assert permission in PERMISSIONS, permission
    return permission in ROLES.get(role_of(user), frozenset())


def may_named(name: str, permission: str) -> bool:
    """Return the same of whoever is named at the command line; a name without an account is the machine's own operator."""
    user = User.objects.filter(username=name).first()
    return user is None or may(user, permission)


def set_role(workspace: Workspace, user: User, role: str, *, by: str) -> Person:
    """Give an account its role. RefusedError for a role that is none, and for the last administrator."""
    if role not in ROLES:
        raise RefusedError("error-role", role=role, possible=", ".join(ROLES))
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(user=user).first()
        before = person.role if person else ""
        if user.is_active and before == ADMINISTRATOR != role and _administrators() <= 1:
            raise RefusedError("error-role-last")
        values = {"role": role, "set_by": by[:64], "set_at": now(workspace)}
        person, _ = Person.objects.update_or_create(user=user, defaults=values)
        house_audit.append(workspace, AREA, user.get_username(), "role_set", by=by, before=before, role=role)
    return person


def _administrators() -> int:
    return Person.objects.filter(role=ADMINISTRATOR, user__is_active=True).count()


def _first_role(sender: type[User], instance: User, *, created: bool, raw: bool = False, **_: Any) -> None:  # noqa: ARG001, ANN401
    """Give an account that is made on the machine itself the role of an administrator; the people page chooses another."""
    if created and not raw:
        Person._base_manager.get_or_create(  # noqa: SLF001 - whoever makes the account
            user=instance,
            defaults={"role": ADMINISTRATOR, "set_by": "system", "set_at": real_now().replace(microsecond=0)},
        )


def keep_roles() -> None:
    """From here on every new account gets its role in the same moment."""
    post_save.connect(_first_role, sender=User, dispatch_uid="daozhang.roles")
