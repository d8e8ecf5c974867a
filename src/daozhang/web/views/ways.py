"""Ways in: the sources that files are fetched from, what each look brought, and a look now."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from daozhang.desk import jobs
from daozhang.desk.ways_in import looking
from daozhang.desk.ways_in.fetching import source_named
from daozhang.web.context import text, who, workspace


@require_GET
def ways(request: HttpRequest) -> HttpResponse:
    """Show every source with its last looks and files."""
    return render(request, "web/ways.html", {"sources": looking.sources(workspace())})


@require_POST
def look(request: HttpRequest, name: str) -> HttpResponse:
    """Have the worker look at a source now."""
    source = source_named(workspace(), name)
    jobs.enqueue(workspace(), looking.KIND, {"source": source.name}, by=who(request))
    messages.success(request, text(request, "ways-looking", name=source.name))
    return redirect("ways")
