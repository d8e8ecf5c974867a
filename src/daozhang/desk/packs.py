"""Evidence packs of cases: whole for the acquirer and the bank, redacted for an expert outside. Nothing of them is kept here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from daozhang.breaks import Evidence
from daozhang.desk import imports, reports
from daozhang.desk.case_view import CaseView
from daozhang.desk.cases import case_view
from daozhang.desk.models import Import
from daozhang.desk.workspace import Workspace
from daozhang.reports import render
from daozhang.reports.pack import EvidenceText, pack_of
from daozhang.reports.redaction import redacted

MOST_LINES: Final = 60
"""Lines of files that a pack quotes; the tables name the others by file and line."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack: the name for its file, its bytes and their SHA-256."""

    name: str
    body: bytes
    sha256: str
    version: int


def make_pack(workspace: Workspace, number: str, language: str, *, is_redacted: bool = False) -> Pack:
    """Return the pack of a case in ``language``; RefusedError names each part that its report lacks.

    The same facts give the same bytes. A redacted one is made from redacted facts throughout, the PDF included.
    """
    made = reports.make_report(workspace, number, language)
    view = case_view(workspace, number)
    facts = reports.report_facts(workspace, view)
    if is_redacted:
        facts = redacted(facts)
        pdf = render(facts, version=made.version, language=language)
    else:
        pdf = reports.report_path(workspace, made).read_bytes()
    evidence = () if is_redacted else _evidence(workspace, view)
    body = pack_of(facts, pdf, evidence, version=made.version, language=language, is_redacted=is_redacted)
    name = f"{facts.case_number}-v{made.version}-{language}{'-redacted' if is_redacted else ''}.zip"
    return Pack(name, body, hashlib.sha256(body).hexdigest(), made.version)


def _evidence(workspace: Workspace, view: CaseView) -> tuple[EvidenceText, ...]:
    places = dict.fromkeys(_places(view))
    sums = dict(Import.objects.filter(id__in={import_id for _, _, import_id in places}).values_list("id", "sha256"))
    return tuple(
        EvidenceText(file, line_no, import_id, sums[import_id], _text(workspace, import_id, line_no))
        for file, line_no, import_id in list(places)[:MOST_LINES]
        if import_id in sums
    )


def _places(view: CaseView) -> list[tuple[str, int, str]]:
    proofs: list[Evidence] = [one for finding in view.findings for one in finding.evidence] + list(view.bank_lines)
    places = [(one.file, one.line_no, one.import_id) for one in proofs]
    places += [(row.file, row.line_no, row.import_id) for row in view.records]
    return [(file, line_no, import_id) for file, line_no, import_id in places if import_id and line_no]


def _text(workspace: Workspace, import_id: str, line_no: int) -> str:
    return dict(imports.original_lines(workspace, import_id, line_no, around=0)).get(line_no, "")
