"""The evidence pack: the report with its tables in every form that somebody may ask for, as one zip with equal bytes."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from daozhang.diagnosis.catalogue import cause_of
from daozhang.reports.cells import csv_bytes
from daozhang.reports.facts import MeasureLine, RecordLine, ReportFacts, facts_hash
from daozhang.reports.workbook import Table, workbook
from daozhang.texts import has, say

RECORD_COLUMNS: Final = tuple(one.name for one in fields(RecordLine))
MEASURE_COLUMNS: Final = tuple(one.name for one in fields(MeasureLine))
FINDING_COLUMNS: Final = ("break_type", "keys", "gap_minor", "currency", "due_at", "said", "evidence")
EVIDENCE_COLUMNS: Final = ("file", "line_no", "import_id", "sha256", "text")
SUMMARY_COLUMNS: Final = ("what", "value")


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """One line of a file as it was received, card data cut, and the SHA-256 of that file."""

    file: str
    line_no: int
    import_id: str
    sha256: str
    text: str


def pack_of(
    facts: ReportFacts, pdf: bytes, evidence: Sequence[EvidenceText], *, version: int, language: str, is_redacted: bool
) -> bytes:
    """Return the pack as a zip; the same facts and the same report give the same bytes, on every machine."""
    tables = tables_of(facts, evidence, language, is_redacted=is_redacted)
    files = {
        "report.pdf": pdf,
        "case.json": _json(_case(facts, version)),
        "tables.xlsx": workbook(tables, stated_at=facts.stated_at),
        **{f"{name}.csv": csv_bytes(columns, rows) for name, (columns, rows) in tables.items()},
    }
    files["README.txt"] = _readme(facts, version, language, is_redacted=is_redacted)
    files["manifest.json"] = _json({
        "case": facts.case_number, "version": version, "facts_sha256": facts_hash(facts), "is_redacted": is_redacted,
        "files": {name: hashlib.sha256(body).hexdigest() for name, body in sorted(files.items())},
    })  # fmt: skip
    return zipped(files, facts.stated_at)


def tables_of(
    facts: ReportFacts, evidence: Sequence[EvidenceText], language: str, *, is_redacted: bool
) -> dict[str, Table]:
    """Return the tables of a pack by name. Amounts are whole minor units, signed towards the merchant."""
    tables: dict[str, Table] = {
        "summary": (SUMMARY_COLUMNS, _summary(facts, language)),
        "findings": (FINDING_COLUMNS, [
            (one.break_type, _joined(one.keys), one.gap_minor, one.currency, one.due_at,
             _said(language, one.reason_key, one.reason_facts), "; ".join(one.evidence))
            for one in facts.findings
        ]),
        "records": (RECORD_COLUMNS, [[getattr(one, name) for name in RECORD_COLUMNS] for one in facts.records]),
        "measures": (MEASURE_COLUMNS, [[getattr(one, name) for name in MEASURE_COLUMNS] for one in facts.measures]),
    }  # fmt: skip
    if not is_redacted:
        tables["evidence"] = (
            EVIDENCE_COLUMNS,
            [[getattr(one, name) for name in EVIDENCE_COLUMNS] for one in evidence],
        )
    return tables


def zipped(files: Mapping[str, bytes], stated_at: datetime) -> bytes:
    """Return ``files`` as a zip whose bytes depend on nothing but them and ``stated_at``."""
    out = io.BytesIO()
    at = (max(stated_at.year, 1980), stated_at.month, stated_at.day, stated_at.hour, stated_at.minute, stated_at.second)
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, at)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=6)
    return out.getvalue()


def _case(facts: ReportFacts, version: int) -> dict[str, Any]:
    return {"version": version, "facts_sha256": facts_hash(facts), "facts": asdict(facts)}


def _summary(facts: ReportFacts, language: str) -> list[tuple[str, object]]:
    names = (
        "case_number", "business", "acquirer", "merchant_no", "gap_minor", "currency", "state", "cause_code", "cause_category",
        "opened_at", "since_at", "deadline_at", "stated_at", "external_no", "records_in_all",
    )  # fmt: skip
    cause = cause_of(facts.cause_code)
    said = (
        [(aspect, say(language, cause.key(aspect))) for aspect in ("name", "fix", "documents", "verify")]
        if cause
        else []
    )
    return [(name, getattr(facts, name)) for name in names] + [(f"cause_{aspect}", text) for aspect, text in said]


def _readme(facts: ReportFacts, version: int, language: str, *, is_redacted: bool) -> bytes:
    text = say(language, "pack-readme", number=facts.case_number, version=version, hash=facts_hash(facts))
    more = say(language, "pack-readme-redacted") if is_redacted else say(language, "pack-readme-whole")
    return (f"{text}\n\n{more}\n").encode()


def _said(language: str, key: str, facts: Mapping[str, Any]) -> str:
    return say(language, key, **facts) if has(language, key) else ""


def _joined(keys: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in keys.items() if value)


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=_plain) + "\n").encode()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
