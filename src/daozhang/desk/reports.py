"""Making, numbering and keeping settlement failure reports. The same facts give the same version and the same bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from daozhang.breaks import Evidence
from daozhang.desk import counters
from daozhang.desk.case_view import CaseView, FindingView
from daozhang.desk.cases import case_named, case_view
from daozhang.desk.clock import now
from daozhang.desk.evidence_rows import RecordRow
from daozhang.desk.models import Report
from daozhang.desk.workspace import Workspace
from daozhang.reports import FindingLine, MeasureLine, RecordLine, ReportFacts, facts_hash, render


def make_report(workspace: Workspace, number: str, language: str) -> Report:
    """Return the settlement failure report of a case in ``language`` (``zh`` or ``en``), made now or kept from before.

    RefusedError names each mandatory part that is missing. Its file is ``report_path``.
    """
    case = case_named(number)
    facts = report_facts(workspace, case_view(workspace, case.number))
    digest = facts_hash(facts)
    with transaction.atomic():
        counters.hold(counters.CASES)
        kept = Report.objects.filter(case=case)
        same = kept.filter(facts_hash=digest)
        version = (
            same.values_list("version", flat=True).first() or (kept.aggregate(last=Max("version"))["last"] or 0) + 1
        )
        report = same.filter(language=language).first()
        if report is not None and _is_whole(workspace, report):
            return report
        pdf = render(facts, version=version, language=language)
        path = f"{facts.number}-v{version}-{language}.pdf"
        _write(workspace.reports / path, pdf)
        values = {
            "facts_hash": digest,
            "sha256": hashlib.sha256(pdf).hexdigest(),
            "path": path,
            "made_at": now(workspace),
            "case": case,
        }
        report, _ = Report.objects.update_or_create(
            number=facts.number, version=version, language=language, defaults=values
        )
    return report


def report_path(workspace: Workspace, report: Report) -> Path:
    """Return where the report's file is."""
    return workspace.reports / report.path


def report_facts(workspace: Workspace, view: CaseView) -> ReportFacts:
    """Return what a report of the case states. Moments are those of the facts; the time of asking is not among them."""
    findings = tuple(_finding(one) for one in view.findings if one.is_open or not view.is_open)
    dues = [one.due_at for one in view.findings if one.due_at]
    happened = [one.occurred_at for one in view.findings if one.occurred_at]
    return ReportFacts(
        number=f"{view.number}-R", case_number=view.number, business=workspace.settings.merchant_title,
        acquirer=view.acquirer, merchant_no=view.merchant_no, gap_minor=view.gap_minor, currency=view.currency,
        state=view.state, cause_code=view.cause_code, cause_category=view.cause_category, opened_at=view.opened_at,
        since_at=min(dues or happened, default=None), is_due=bool(dues), deadline_at=view.deadline_at,
        stated_at=view.timeline[-1].at, external_no=view.external_no, records_in_all=view.records_in_all, findings=findings,
        records=tuple(_record(row) for row in view.records),
        measures=tuple(MeasureLine(at=one.at, by=one.by, step=one.step, note=one.note or one.facts.get("external_no", "")) for one in view.measures),
        bank_lines=tuple(str(line) for line in view.bank_lines),
    )  # fmt: skip


def _finding(one: FindingView) -> FindingLine:
    return FindingLine(
        break_type=one.break_type, keys=one.keys, gap_minor=one.gap_minor, currency=one.currency,
        due_at=one.due_at, reason_key=one.reason_key, reason_facts=one.reason_facts,
        evidence=tuple(str(Evidence(line.file, line.line_no)) for line in one.evidence),
    )  # fmt: skip


def _record(row: RecordRow) -> RecordLine:
    return RecordLine(
        at=row.at, amount_minor=row.amount_minor, currency=row.currency, kind=row.kind, status=row.status,
        merchant_no=row.merchant_no, terminal_no=row.terminal_no, batch_no=row.batch_no, trace_no=row.trace_no, rrn=row.rrn,
        order_no=row.order_no, card_tail=row.card_tail, file=row.file, line_no=row.line_no,
    )  # fmt: skip


def _is_whole(workspace: Workspace, report: Report) -> bool:
    path = report_path(workspace, report)
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == report.sha256


def _write(path: Path, data: bytes) -> None:
    """Write a file so that after a crash it is there whole or not at all."""
    draft = path.with_suffix(f".{os.getpid()}.part")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
