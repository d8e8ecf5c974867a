"""Backups: which count, how old the newest is, how long getting back takes; one can be asked for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from daozhang.desk import jobs
from daozhang.desk.backup_models import Backup
from daozhang.desk.notices import real_now
from daozhang.web.context import text, who, workspace


@require_http_methods(["GET", "POST"])
def backups(request: HttpRequest) -> HttpResponse:
    """List the backups; queue one."""
    settings = workspace().settings
    if request.method == "POST":
        if settings.backup is not None:
            jobs.enqueue(workspace(), "backup", {}, by=who(request))
            messages.success(request, text(request, "backup-page-queued"))
        return redirect("backups")
    rows = list(Backup.objects.all()[:50])
    newest = next((one for one in rows if one.state == Backup.State.VERIFIED), None)
    age = real_now() - newest.made_at if newest else None
    facts = {
        "rows": [(one, f"backup-state-{one.state}", one.bytes_all // 1024, one.new_bytes // 1024) for one in rows],
        "place": settings.backup, "hours": settings.backup_every_hours, "age_hours": int(age.total_seconds() // 3600) if age else None,
    }  # fmt: skip
    return render(request, "web/backups.html", facts)
