"""The guard at every page: which permission a route asks for, to look and to change. What is not in the table is for administrators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from daozhang.desk import roles, sight, tenants
from daozhang.errors import RefusedError
from daozhang.web.context import text

Door = tuple[str, str]
"""The permission to look (GET) and the one to change (anything else)."""

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN: Final = frozenset({"login", "logout", "first", "join", "language", "healthz", "metrics", "help", "rooms"})
"""Routes that ask for no permission: the way in and out, and pages that show nothing of the business."""

CLOSED: Final[Door] = ("manage", "manage")

SEE: Final[Door] = ("see", "manage")
DOORS: Final[Mapping[str, Door]] = {
    "today": SEE, "where": SEE, "why": SEE, "findings": SEE, "finding": SEE, "finding-rows": SEE, "days": SEE, "day": SEE,
    "cases": SEE, "case": SEE, "evidence": SEE, "import-detail": SEE, "import-rows": SEE, "import-progress": SEE,
    "run": ("import", "import"), "import": ("import", "import"), "import-cancel": ("import", "import"),
    "import-undo": ("import", "import"), "ways": ("see", "import"), "ways-look": ("import", "import"),
    "aside": ("see", "import"), "aside-line": ("see", "import"), "aside-preview": ("import", "import"),
    "aside-apply": ("import", "import"), "aside-export": ("export", "export"), "expected": ("see", "import"),
    "map": ("import", "import"), "formats": ("see", "import"), "format-export": ("export", "export"),
    "format-retire": ("import", "import"), "evidence-text": ("export", "export"),
    "agenda": ("see", "work"), "reply-join": ("work", "work"), "cases-many": ("work", "work"),
    "case-party": ("work", "work"), "case-help": ("note", "note"), "case-reply": ("work", "work"),
    "case-reply-step": ("work", "work"), "case-prove": ("work", "work"), "case-option": ("work", "work"),
    "case-customer": ("note", "note"), "case-link": ("work", "work"), "case-step": ("work", "work"),
    "case-measure": ("note", "note"), "case-write-off": ("ask", "ask"), "case-report": ("export", "export"),
    "case-pack": ("export", "export"), "contacts": ("see", "work"),
    "webhooks": ("manage", "manage"), "people": ("manage", "manage"),
    "person-role": ("manage", "manage"), "backups": ("manage", "manage"), "fees": SEE, "offers": ("see", "note"),
    "trust": ("see", "note"), "operators": ("work", "work"), "manuals": ("see", "work"),
    "manual": SEE, "cautions": SEE, "learning": SEE, "course": ("see", "note"),
    "finding-answer": ("note", "note"), "requests": SEE, "request": SEE, "request-ask": ("ask", "ask"),
    "request-act": ("ask", "ask"), "request-form": ("export", "export"), "changes": SEE, "change": SEE,
    "plans": ("see", "work"), "plan-pdf": ("export", "export"), "continuity": ("see", "work"), "drills": ("see", "work"),
    "measures": SEE, "measure-rows": SEE, "cash": SEE, "cash-owed": ("see", "work"), "cash-csv": ("export", "export"),
    "cash-feed": ("export", "export"), "case-opinion": ("see", "note"),
    "ops-providers": ("see", "work"), "ops-health": SEE, "ops-effects": ("see", "note"), "ops-paths": SEE, "ops-quality": SEE,
    "ops-pack": ("export", "export"), "digest": SEE,
    "change-new": ("ask", "ask"), "change-act": ("ask", "ask"),
    "inquiries": ("see", "work"), "inquiry": SEE, "inquiry-act": ("work", "work"), "inquiry-pack": ("export", "export"),
    "inquiry-paper": ("export", "export"),
    "terms": ("see", "ask"), "terms-act": ("ask", "ask"),
    "rights": SEE, "mine": SEE, "mine-send": ("work", "work"),
    "processes": SEE, "process": ("see", "ask"), "application": ("see", "ask"), "application-act": ("ask", "ask"),
    "application-add-paper": ("ask", "ask"), "application-paper": ("export", "export"),
    "fleet": SEE, "fleet-export": ("export", "export"), "fleet-terminal": SEE, "fleet-devices": SEE, "fleet-versions": ("see", "work"),
    "fleet-registrations": ("see", "work"), "fleet-care": ("see", "work"), "selfcheck": ("see", "note"), "selfcheck-run": ("see", "note"),
    "selfcheck-card": SEE,
}  # fmt: skip
"""Route → its door."""

ACTS: Final[Mapping[str, Mapping[str, str]]] = {
    "terms-act": {"approved": "approve", "declined": "approve", "rollback_approved": "approve"},
    "application-act": {"accepted": "approve", "sent_back": "approve", "declined": "approve"},
    "case-write-off": {"approve": "approve", "decline": "approve"},
    "plans": {"approve": "approve"},
    "request-act": {"approve": "approve", "decline": "approve"},
    "change-act": {"approve": "approve", "decline": "approve", "rollback-approve": "approve"},
}
"""Where one address does several things: the value of ``act`` in the form → the permission it asks for instead."""


TENANT_LOOKS: Final = frozenset(
    {
        "today", "where", "why", "findings", "finding", "finding-rows", "days", "day", "cases", "case", "agenda", "evidence",
        "evidence-text", "import-detail", "import-rows", "case-report", "case-pack", "requests", "request", "request-form",
        "changes", "change",
    }
)  # fmt: skip
"""Pages on which a tenant's people see their part; every other page with a permission is the house's, a new one too."""

TENANT_LOOKS_AT: Final[Mapping[str, tuple[str, str]]] = dict.fromkeys(("case-report", "case-pack"), ("Case", "number"))
"""What is made anew for whoever asks: first it must be theirs. The other pages say themselves what is not there."""

TENANT_ACTS: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(
        ("case-party", "case-help", "case-reply", "case-reply-step", "case-prove", "case-option", "case-customer", "case-step",
         "case-measure", "case-write-off"),
        ("Case", "number"),
    ),
    "finding-answer": ("Finding", "finding_id"), "request-act": ("PayoutRequest", "number"), "change-act": ("AccountChange", "number"),
}  # fmt: skip
"""What a tenant's people may do, each to one thing they see: route → its table and the part of the address that names it.
Once it is theirs, the house does what follows from it: letters, clocks, chains."""


def through_a_door(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the outermost layer: whoever comes in sees nothing until the console or the API has asked who it is."""

    def answer(request: HttpRequest) -> HttpResponse:
        with sight.through_a_door():
            return get_response(request)

    return answer


class Doors:
    """Asks at every page whether the person may do what it is for; otherwise nothing happens and the page says so (403)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:  # noqa: ANN401, ARG002 - Django's signature
        """Return the refusal, or None to go on. Strangers were sent to log in before, programs show their token."""
        permission = asked(request)
        if not request.user.is_authenticated:
            return None
        eyes = tenants.sight_of(request.user)
        sight.take(eyes)
        if permission is None:
            return None
        if roles.may(request.user, permission):
            return None if eyes.is_house else _of_a_tenant(request, kwargs)
        facts = {
            "message": text(request, "door-closed", role=_role(request), what=text(request, f"permission-{permission}"))
        }
        return render(request, "web/refused.html", facts, status=403)


def _of_a_tenant(request: HttpRequest, named: Mapping[str, Any]) -> HttpResponse | None:
    """Return the refusal to a tenant's person, or None to go on; what is not theirs is not there (404)."""
    route = (request.resolver_match.url_name if request.resolver_match else "") or ""
    looks = route in TENANT_LOOKS and request.method in SAFE
    if looks and route not in TENANT_LOOKS_AT:
        return None
    if not looks and route not in TENANT_ACTS:
        return render(request, "web/refused.html", {"message": text(request, "tenant-closed")}, status=403)
    table, part = TENANT_LOOKS_AT[route] if looks else TENANT_ACTS[route]
    if not apps.get_model("desk", table)._default_manager.filter(pk=named[part]).exists():  # noqa: SLF001 - with its glasses
        raise Http404
    if not looks and request.method not in SAFE:
        sight.take(sight.HOUSE)
    return None


def asked(request: HttpRequest) -> str | None:
    """Return the permission that a request needs; None where none is asked for."""
    match = request.resolver_match
    if match is None or match.namespaces or match.url_name in OPEN:
        return None
    name = match.url_name or ""
    look, change = DOORS.get(name, CLOSED)
    if request.method in SAFE:
        return look
    acts = ACTS.get(name)
    return acts.get(request.POST.get("act", ""), change) if acts else change


def require(request: HttpRequest, permission: str) -> None:
    """Refuse what the person may not do, where a page does several things."""
    if not roles.may(request.user, permission):
        raise RefusedError("error-may-not", what=text(request, f"permission-{permission}"))


def _role(request: HttpRequest) -> str:
    role = roles.role_of(request.user)
    return text(request, "role-" + role.replace("_", "-")) if role else text(request, "role-none")
