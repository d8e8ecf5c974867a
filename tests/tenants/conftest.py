"""A workspace with three merchants, judged, with a tenant for each view of them; made once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tenant_story import CLOCK, FIRST, SECOND, TENANTS, THIRD, Ids, files

from daozhang.desk import workspace as workspaces
from daozhang.desk.workspace import Workspace


@pytest.fixture(scope="session")
def judged_tenants(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of the workspace."""
    from django.contrib.auth.models import User
    from django.db import connections

    from daozhang.desk import roles, tenants
    from daozhang.desk.imports import import_paths
    from daozhang.desk.settle_day import run_day

    root = tmp_path_factory.mktemp("tenants") / "workspace"
    opened = workspaces.create(root)
    stopped = Workspace(opened.root, opened.settings.model_copy(update={"clock_at": CLOCK}))
    (root / "files").mkdir()
    for name, body in files().items():
        (root / "files" / name).write_text(body, encoding="utf-8")
    assert {one.state for one in import_paths(stopped, [root / "files"])} == {"accepted"}
    for code, (kind, merchants) in TENANTS.items():
        tenants.make(stopped, code, kind, by="li")
        for one in merchants:
            tenants.give(stopped, code, one.acquirer, "" if kind == "acquirer" else one.number, by="li")
    run_day(stopped, CLOCK)
    User.objects.create_user("li", password=None)
    for code in TENANTS:
        for role in roles.ROLES:
            user = User.objects.create_user(f"{code}-{role}", password=None)
            roles.set_role(stopped, user, role, by="li")
            tenants.join(stopped, user.username, code, by="li")
    connections.close_all()
    return root


@pytest.fixture
def together(judged_tenants: Path, tmp_path: Path) -> Iterator[Workspace]:
    """Return a copy of the workspace, served by the console in this process."""
    from django.core.cache import cache
    from django.db import connections

    from daozhang.web import context

    cache.clear()
    connections.close_all()
    shutil.copytree(judged_tenants, tmp_path / "workspace")
    opened = workspaces.open_workspace(tmp_path / "workspace")
    copy = Workspace(opened.root, opened.settings.model_copy(update={"clock_at": CLOCK}))
    context.use(copy)
    yield copy
    connections.close_all()


@pytest.fixture
def ids(together: Workspace) -> dict[str, Ids]:
    """Return the ids of each merchant by its number."""
    from daozhang.desk.models import Case, Finding, Import

    shared = Import.objects.get(file_name="payouts_2026-09.csv").id
    far = Import.objects.get(file_name="far_payouts_2026-09.csv").id
    made = {}
    for one in (FIRST, SECOND, THIRD):
        alarm = Finding.objects.get(merchant_no=one.number, severity="alarm", payout_no=f"P{one.mark}260922")
        made[one.number] = Ids(
            case=Case.objects.get(incident=alarm.incident).number, finding=alarm.finding_id,
            shared_import=far if one is THIRD else shared, shared_line=5 if one is SECOND else 3,
        )  # fmt: skip
    return made
