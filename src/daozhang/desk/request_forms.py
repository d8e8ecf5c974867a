"""The form and the script of a request that no interface takes: a person hands it in, and the form says so on its first line."""

from __future__ import annotations

from typing import Final

from daozhang.desk.requests import history, request_named
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.money import to_text
from daozhang.texts import say

READY: Final = ("approved", "sent", "confirmed", "failed", "returned", "person")
"""States in which a form may be printed: two people have said yes."""


def form(workspace: Workspace, number: str, language: str) -> str:
    """Return the form of an approved request and, below it, what to say; the same request gives the same text."""
    request = request_named(number)
    if request.state not in READY:
        raise RefusedError("error-request-not-approved", number=number, state=request.state)
    account = request.account
    values = {
        "number": request.number, "kind": say(language, f"request-kind-{request.kind.replace('_', '-')}"),
        "acquirer": request.acquirer, "merchant": request.merchant_no, "original": request.original_no,
        "amount": to_text(request.amount_minor, request.currency),
        "holder": account.holder if account else "", "tail": account.tail if account else "",
        "bank": " ".join(part for part in (account.bank_name, account.bank_code) if part) if account else "",
        "reason": request.reason_text or request.reason_code, "case": request.case_id or "",
        "business": workspace.settings.merchant_title, "made": f"{request.made_by} {request.made_at:%Y-%m-%d %H:%M}",
        "approved": f"{request.approved_by} {request.approved_at:%Y-%m-%d %H:%M}" if request.approved_at else "",
    }  # fmt: skip
    lines = [say(language, "request-form-title", number=request.number), say(language, "request-form-by-hand"), ""]
    lines += [
        say(language, "request-form-line", name=say(language, f"request-form-{name}"), value=value)
        for name, value in values.items()
        if value
    ]
    if account is not None and not account.sealed:
        lines += ["", say(language, "request-form-card")]
    lines += ["", say(language, "request-form-script-title"), _script(request.kind, values, language)]
    lines += [
        "",
        say(language, "request-form-afterwards", steps=len(history("request", number)), number=request.number),
    ]
    return "\n".join(lines) + "\n"


def _script(kind: str, values: dict[str, str], language: str) -> str:
    facts = {name: values[name] or "—" for name in ("number", "merchant", "original", "amount", "tail")}
    key = "request-script-recharge" if kind == "recharge" else "request-script-payout"
    return say(language, key, **facts)
