"""The call script of a case: what to say to the other side, every fact filled in, and what is still missing to be asked nothing back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from daozhang import money
from daozhang.cases.script import Completeness, completeness
from daozhang.desk.case_view import CaseView
from daozhang.desk.workspace import Workspace
from daozhang.texts import has, say

NAMED: Final = 5
"""Numbers of payouts that are read out; a case with more gives the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What to say, in one language, and how complete it is."""

    text: str
    grain: str
    facts: dict[str, str]
    completeness: Completeness


def script_of(workspace: Workspace, view: CaseView, language: str, caller: str) -> Script:
    """Return the script of a case for ``caller``, in ``language``."""
    grain, facts = facts_of(workspace, view, language, caller)
    known = [
        say(language, "script-fact", name=say(language, f"script-{name.replace('_', '-')}"), value=value)
        for name, value in facts.items()
        if value and name not in {"business", "caller", "cause", "ask"}
    ]
    text = say(language, "script-call", business=facts["business"] or "—", caller=facts["caller"] or "—", cause=facts["cause"],
               ask=facts["ask"], facts="\n".join(known))  # fmt: skip
    return Script(text=text, grain=grain, facts=facts, completeness=completeness(facts, grain))


def facts_of(workspace: Workspace, view: CaseView, language: str, caller: str) -> tuple[str, dict[str, str]]:
    """Return what the case is about, and every fact of it that a service desk asks for; empty where nobody knows."""
    findings = [one for one in view.findings if one.is_open] or list(view.findings)
    grain = Counter(one.grain for one in findings).most_common(1)[0][0] if findings else ""
    first = next((one for one in findings if one.grain == grain), None)
    keys = first.keys if first else {}
    lines = {(one.import_id, one.line_no) for one in first.evidence} if first else set()
    row = next((one for one in view.records if (one.import_id, one.line_no) in lines), None)
    unknown = say(language, "notify-cause-unknown")
    facts = {
        "number": view.number,
        "business": workspace.settings.merchant_title,
        "caller": caller or view.assignee,
        "acquirer": view.acquirer,
        "merchant_no": view.merchant_no or keys.get("merchant_no", ""),
        "amount": money.to_text(abs(view.gap_minor), view.currency),
        "settled_on": f"{first.settled_on}" if first and first.settled_on else "",
        "due_at": f"{first.due_at:%Y-%m-%d %H:%M}" if first and first.due_at else "",
        "occurred_at": f"{first.occurred_at:%Y-%m-%d %H:%M:%S}" if first and first.occurred_at else "",
        **{name: keys.get(name, "") for name in ("payout_no", "account_tail", "terminal_no", "batch_no", "trace_no", "rrn", "order_no", "file")},
        "auth_code": row.auth_code if row else "",
        "card_tail": row.card_tail if row and grain == "transaction" else "",
        "kind": _word(language, "report-kind", row.kind) if row and grain == "transaction" else "",
        "status": _word(language, "report-status", row.status) if row and grain == "transaction" else "",
        "reason": str((first.facts.get("reason_text") or "") if first else ""),
        "external_no": view.external_no,
        "cause": say(language, view.cause_name_key) if view.cause_name_key else unknown,
        "ask": say(language, view.cause_fix_key) if view.cause_fix_key else unknown,
    }  # fmt: skip
    facts["account_tail"] = facts["account_tail"] or next(
        (one.card_tail for one in view.records if one.table == "payouts"), ""
    )
    if grain == "payout":
        facts["payout_no"] = _several([one.keys.get("payout_no", "") for one in findings if one.grain == grain])
    if row and grain == "transaction":
        found = {name: getattr(row, name) for name in ("terminal_no", "batch_no", "trace_no", "rrn", "order_no")}
        facts |= {name: facts[name] or value for name, value in found.items()}
        facts["occurred_at"] = facts["occurred_at"] or (f"{row.at:%Y-%m-%d %H:%M:%S}" if row.at else "")
    return grain, facts


def _several(numbers: list[str]) -> str:
    """Return the numbers, at most ``NAMED`` of them, and how many more there are."""
    known = sorted({one for one in numbers if one})
    more = f" (+{len(known) - NAMED})" if len(known) > NAMED else ""
    return ", ".join(known[:NAMED]) + more


def _word(language: str, family: str, value: str) -> str:
    key = f"{family}-{value.replace('_', '-')}"
    return say(language, key) if value and has(language, key) else value
