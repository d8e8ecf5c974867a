"""Tenants: a merchant, a chain, a provider (服务商) or an acquirer that works in this workspace and sees its part of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import transaction

from daozhang.desk import house_audit, sight
from daozhang.desk.clock import now
from daozhang.desk.door_models import ApiToken
from daozhang.desk.models import Import, ImportPart
from daozhang.desk.sight import HOUSE, KINDS, NOTHING, Sight
from daozhang.desk.tenants_models import ImportMerchant, ImportSight, Tenant, TenantGrant, TenantMember, TokenHolder
from daozhang.desk.workspace import Workspace
from daozhang.engine import lake
from daozhang.errors import RefusedError
from daozhang.records import table_named

AREA: Final = "tenants"
MOST_OF_A_MERCHANT: Final = 1
"""A merchant is one number at each acquirer; more shops are a chain."""


def make(workspace: Workspace, code: str, kind: str, *, name: str = "", by: str) -> Tenant:
    """Make a tenant that sees nothing yet. RefusedError for a code that is taken or odd, and for a kind that is none."""
    sight.require_house()
    if kind not in KINDS:
        raise RefusedError("error-tenant-kind", kind=kind, possible=", ".join(KINDS))
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,31}", code):
        raise RefusedError("error-tenant-code", code=code)
    with transaction.atomic():
        house_audit.append(workspace, AREA, code, "tenant_made", by=by, kind=kind, name=name[:120])
        if Tenant.objects.filter(code=code).exists():
            raise RefusedError("error-tenant-taken", code=code)
        made = Tenant.objects.create(code=code, kind=kind, name=name[:120], made_by=by[:64], made_at=now(workspace))
    look_at_imports(workspace)
    return made


def give(workspace: Workspace, code: str, acquirer: str, merchant_no: str = "", *, by: str) -> TenantGrant:
    """Let a tenant see one merchant, or all of an acquirer where no number is given; giving it again changes nothing.

    RefusedError: a whole acquirer to anybody but an acquirer, or a second number of an acquirer to a merchant.
    """
    sight.require_house()
    tenant = named(code)
    if not acquirer or (not merchant_no and tenant.kind != "acquirer"):
        raise RefusedError("error-tenant-grant", code=code, kind=tenant.kind)
    with transaction.atomic():
        house_audit.append(workspace, AREA, code, "sight_given", by=by, acquirer=acquirer, merchant_no=merchant_no)
        others = tenant.grants.filter(acquirer=acquirer).exclude(merchant_no=merchant_no)
        if tenant.kind == "merchant" and others.count() >= MOST_OF_A_MERCHANT:
            raise RefusedError("error-tenant-grant", code=code, kind=tenant.kind)
        given, _ = TenantGrant.objects.get_or_create(tenant=tenant, acquirer=acquirer, merchant_no=merchant_no)
    return given


def take_away(workspace: Workspace, code: str, acquirer: str, merchant_no: str = "", *, by: str) -> None:
    """Let a tenant see this no more, from the next request on; RefusedError when it was not given."""
    sight.require_house()
    with transaction.atomic():
        house_audit.append(workspace, AREA, code, "sight_taken", by=by, acquirer=acquirer, merchant_no=merchant_no)
        gone, _ = TenantGrant.objects.filter(tenant=named(code), acquirer=acquirer, merchant_no=merchant_no).delete()
        if not gone:
            raise RefusedError("error-tenant-not-given", code=code, acquirer=acquirer, merchant=merchant_no)


def end(workspace: Workspace, code: str, *, by: str) -> Tenant:
    """End a tenant: its people and programs see nothing from the next request on. What it did stays."""
    sight.require_house()
    with transaction.atomic():
        house_audit.append(workspace, AREA, code, "tenant_ended", by=by)
        tenant = named(code)
        tenant.ended_at = tenant.ended_at or now(workspace)
        tenant.save(update_fields=["ended_at"])
    return tenant


def join(workspace: Workspace, username: str, code: str, *, by: str) -> None:
    """Make an account one of a tenant; with an empty ``code`` one of the house again."""
    sight.require_house()
    user = User.objects.filter(username=username).first()
    if user is None:
        raise RefusedError("error-no-account-named", name=username)
    with transaction.atomic():
        house_audit.append(workspace, AREA, username, "member_set", by=by, tenant=code)
        if code:
            TenantMember.objects.update_or_create(user=user, defaults={"tenant": named(code)})
        else:
            TenantMember.objects.filter(user=user).delete()


def hold(workspace: Workspace, token: ApiToken, role: str, code: str = "", *, by: str) -> TokenHolder:
    """Let a token speak for a role, and for a tenant where ``code`` is given: it may do what both may."""
    from daozhang.desk.roles import ROLES  # noqa: PLC0415 - roles ask this module whose eyes an account has

    sight.require_house()
    if role not in ROLES:
        raise RefusedError("error-role", role=role, possible=", ".join(ROLES))
    with transaction.atomic():
        house_audit.append(workspace, AREA, token.name, "token_held", by=by, role=role, tenant=code)
        tenant = named(code) if code else None
        held, _ = TokenHolder.objects.update_or_create(token=token, defaults={"role": role, "tenant": tenant})
    return held


def named(code: str) -> Tenant:
    """Return a tenant; RefusedError when there is none of that code."""
    found = Tenant.objects.filter(code=code).first()
    if found is None:
        raise RefusedError("error-no-such-tenant", code=code)
    return found


def every() -> list[Tenant]:
    """Return all tenants by code, ended ones included."""
    return list(Tenant.objects.prefetch_related("grants", "members__user"))


def sight_of(user: Any) -> Sight:  # noqa: ANN401 - whoever the request brings
    """Return what an account may see: the house's own people everything, a stranger nothing."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOTHING
    with sight.house():
        return _of(Tenant.objects.filter(members__user__username=user.get_username()).first())


def sight_of_token(token: ApiToken) -> Sight:
    """Return what a program may see."""
    with sight.house():
        held = TokenHolder.objects.filter(token=token).select_related("tenant").first()
    return _of(held.tenant if held else None)


def role_of_token(token: ApiToken) -> str:
    """Return the role for which a token speaks; empty for one of the house that is limited by its own list alone."""
    with sight.house():
        return TokenHolder.objects.filter(token=token).values_list("role", flat=True).first() or ""


def _of(tenant: Tenant | None) -> Sight:
    if tenant is None:
        return HOUSE
    return NOTHING if tenant.ended_at else Sight(tenant=tenant.pk, code=tenant.code)


def look_at_imports(workspace: Workspace) -> int:
    """Note whose rows stand in each import that nobody looked at yet; return how many these were. None while there is no tenant."""
    if not Tenant.objects.exists():
        return 0
    waiting = list(Import.objects.filter(state=Import.State.ACCEPTED, sight__isnull=True))
    if waiting:
        con = lake.connect(memory=workspace.settings.engine_memory, threads=1, spill=None)
        try:
            for row in waiting:
                _look_at(con, workspace, row)
        finally:
            con.close()
    return len(waiting)


def _look_at(con: Any, workspace: Workspace, row: Import) -> None:  # noqa: ANN401 - an engine's connection
    parts = list(ImportPart.objects.filter(import_row=row, rows__gt=0))
    found: set[tuple[str, str]] = set()
    is_whole = bool(parts)
    for part in parts:
        if not {"acquirer", "merchant_no"} <= set(table_named(part.table).column_names):
            is_whole = False
            continue
        path = (workspace.root / part.path).as_posix()
        pairs = con.execute(
            "SELECT DISTINCT coalesce(acquirer, ''), coalesce(merchant_no, '') FROM read_parquet(?)", [path]
        ).fetchall()
        is_whole &= all(acquirer and number for acquirer, number in pairs)
        found.update(pairs)
    with transaction.atomic():
        _note(row, found, is_whole=is_whole)


def _note(row: Import, found: Iterable[tuple[str, str]], *, is_whole: bool) -> None:
    ImportMerchant.objects.bulk_create(
        [ImportMerchant(import_row=row, acquirer=one[:64], merchant_no=no[:64]) for one, no in sorted(found)],
        ignore_conflicts=True,
    )
    ImportSight.objects.get_or_create(import_row=row, defaults={"is_whole": is_whole})
