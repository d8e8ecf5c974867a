"""The settlement failure report as PDF/A-2a and PDF/UA-1, with its fonts inside; the same facts give the same bytes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
import typst

from daozhang import money
from daozhang.diagnosis.catalogue import cause_of
from daozhang.errors import RefusedError
from daozhang.reports.facts import FindingLine, MeasureLine, RecordLine, ReportFacts, facts_hash, missing_parts
from daozhang.texts import has, say

TEMPLATE: Final = Path(__file__).with_name("failure_report.typ")
CHINA: Final = timezone(timedelta(hours=8))
KEYS_SHOWN: Final = (
    "settled_on", "payout_no", "merchant_no", "terminal_no", "batch_no", "trace_no", "rrn", "order_no", "network_no",
    "account_tail", "file",
)  # fmt: skip
EVIDENCE_SHOWN: Final = 6
SENTENCES_SHOWN: Final = 5


def render(facts: ReportFacts, *, version: int, language: str) -> bytes:
    """Return the report as PDF. RefusedError names each mandatory part that is missing."""
    if missing := missing_parts(facts):
        marks = {part: "missing" if part in missing else "there" for part in ("records", "description", "measures")}
        raise RefusedError("error-report-missing", number=facts.case_number, **marks)
    return typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=[pylopdf_fonts_zh_cn.sans_path().parent],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(content(facts, version, language), ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=facts.stated_at.replace(microsecond=0, tzinfo=CHINA),
    )


def content(facts: ReportFacts, version: int, language: str) -> dict[str, Any]:
    """Return every word and figure of the report in ``language``, as the template names them."""

    def text(key: str, **values: object) -> str:
        return say(language, f"report-{key}", **values)

    digest = facts_hash(facts)
    at = facts.stated_at
    return {
        "lang": "zh" if language == "zh" else "en",
        "region": "cn" if language == "zh" else "gb",
        "title": text("title"),
        "business": facts.business or facts.merchant_no or facts.acquirer,
        "number-line": text("number-line", number=facts.number, version=version, moment=_moment(at)),
        "footer": text("footer", number=facts.number, version=version, hash=digest[:16]),
        "page": text("page", page="@page", pages="@pages"),
        "hash-line": text("hash-line", hash=digest),
        "stated": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "gap": money.to_text(facts.gap_minor, facts.currency),
        "words": {part: text(part) for part in ("gap", "description", "findings", "records", "measures", "asked")},
        "summary": _summary(facts, language),
        "description": _description(facts, language),
        "finding_columns": [text(f"column-{name}") for name in ("break", "keys", "gap", "due", "evidence")],
        "findings": [_finding(line, facts.merchant_no, language) for line in facts.findings],
        "records_note": text(
            "records-note", shown=len(facts.records), all=max(facts.records_in_all, len(facts.records))
        ),
        "record_columns": _record_columns(language),
        "records": [_record(line, language) for line in facts.records],
        "measure_columns": [text(f"column-{name}") for name in ("at", "by", "step", "note")],
        "measures": [_measure(line, language) for line in facts.measures],
        "asked": _asked(facts, language),
        "signatures": [text(f"signature-{name}") for name in ("prepared", "reviewed", "seal")],
    }


def _summary(facts: ReportFacts, language: str) -> list[list[str]]:
    values = {
        "case": facts.case_number,
        "acquirer": facts.acquirer,
        "merchant": facts.merchant_no,
        "state": say(language, "state-" + facts.state.replace("_", "-")),
        "since" if facts.is_due else "happened": _moment(facts.since_at),
        "deadline": _moment(facts.deadline_at),
        "external": facts.external_no,
    }
    return [[say(language, f"report-summary-{name}"), value] for name, value in values.items() if value]


def _description(facts: ReportFacts, language: str) -> list[str]:
    what = say(
        language, "report-what" if facts.is_due else "report-what-happened", business=facts.business or facts.merchant_no, acquirer=facts.acquirer or "-",
        count=len(facts.findings), amount=money.to_text(abs(facts.gap_minor), facts.currency),
        side="short" if facts.gap_minor < 0 else "over" if facts.gap_minor > 0 else "none",
        since=_moment(facts.since_at) or _moment(facts.opened_at), opened=_moment(facts.opened_at),
    )  # fmt: skip
    cause = cause_of(facts.cause_code)
    why = (
        say(language, "report-why", cause=say(language, cause.key("name")))
        if cause
        else say(language, "report-why-unknown")
    )
    sentences = [one for one in dict.fromkeys(_reason(line, language) for line in facts.findings) if one]
    paragraphs = [what, why, *sentences[:SENTENCES_SHOWN]]
    if len(sentences) > SENTENCES_SHOWN:
        paragraphs.append(say(language, "report-more-sentences"))
    if facts.bank_lines:
        paragraphs.append(say(language, "report-bank-lines", lines="; ".join(facts.bank_lines)))
    return paragraphs


def _reason(line: FindingLine, language: str) -> str:
    return say(language, line.reason_key, **line.reason_facts) if has(language, line.reason_key) else ""


def _finding(line: FindingLine, merchant_no: str, language: str) -> list[str]:
    name = f"break-{line.break_type.replace('_', '-')}-name"
    known = {key: value for key, value in line.keys.items() if (key, value) != ("merchant_no", merchant_no)}
    if known.get("trace_no") or known.get("rrn"):  # the row itself stands among the records
        known = {key: value for key, value in known.items() if key not in {"order_no", "network_no"}}
    shown = [f"{_key_name(language, key)} {_breakable(known[key])}" for key in KEYS_SHOWN if known.get(key)]
    more = len(line.evidence) - EVIDENCE_SHOWN
    proof = list(line.evidence[:EVIDENCE_SHOWN])
    proof += [say(language, "report-more", count=more)] if more > 0 else []
    return [
        say(language, name) if has(language, name) else line.break_type,
        "，".join(shown) if language == "zh" else ", ".join(shown),
        money.to_text(line.gap_minor, line.currency),
        _moment(line.due_at) or "-",
        "\n".join(_breakable(one) for one in proof),
    ]


def _key_name(language: str, key: str) -> str:
    return say(language, "report-key-" + key.replace("_", "-"))


def _record_columns(language: str) -> list[list[str]]:
    pairs = (
        ("time", ""), ("kind", "status"), ("amount", ""), ("merchant", "terminal"), ("trace", "rrn"), ("order", "batch"),
        ("card", ""), ("source", ""),
    )  # fmt: skip
    return [[say(language, f"report-column-{name}") if name else "" for name in pair] for pair in pairs]


def _record(line: RecordLine, language: str) -> list[list[str]]:
    return [
        [f"{line.at:%Y-%m-%d}", f"{line.at:%H:%M:%S}"] if line.at else ["-", ""],
        [_word(language, "kind", line.kind), _word(language, "status", line.status)],
        [money.to_text(line.amount_minor, line.currency), ""],
        [_breakable(line.merchant_no), line.terminal_no],
        [line.trace_no, _breakable(line.rrn)],
        [_breakable(line.order_no), line.batch_no],
        [line.card_tail[-4:], ""],
        [_breakable(f"{line.file}:{line.line_no}"), ""],
    ]


def _word(language: str, area: str, value: str) -> str:
    key = f"report-{area}-{value.replace('_', '-')}"
    return say(language, key) if has(language, key) else value or "-"


def _measure(line: MeasureLine, language: str) -> list[str]:
    return [_moment(line.at), line.by, say(language, "step-" + line.step.replace("_", "-")), line.note]


def _asked(facts: ReportFacts, language: str) -> list[list[str]]:
    cause = cause_of(facts.cause_code)
    if cause is None:
        return []
    aspects = ("fix", "documents", "verify")
    return [[say(language, f"report-asked-{aspect}"), say(language, cause.key(aspect))] for aspect in aspects]


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def _breakable(text: str) -> str:
    """Let a long identifier or file name break where a reader expects it, and anywhere after twelve signs without one."""
    pieces, run = [], 0
    for sign in text:
        pieces.append(sign)
        run += 1
        if sign in "_-/.:@" or run >= 12:
            pieces.append("\u200b")
            run = 0
    return "".join(pieces)
