"""The settlement failure report: three parts or none, the same bytes for the same facts, fonts inside, both languages."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdf
import pytest

from daozhang.desk.cases import advance, case_view, record_measure
from daozhang.desk.models import Report
from daozhang.desk.reports import make_report, report_facts, report_path
from daozhang.desk.runs import record_run
from daozhang.errors import RefusedError
from daozhang.reports import ReportFacts, missing_parts, render
from daozhang.texts import say
from desk_making import LINE, NOON, finding, put_one_day

NUMBER = "DZ-2026-000001"


def prepared(workspace: Any, *, sales: int = 3, measure: bool = True, rows: bool = True) -> None:
    if rows:
        put_one_day(workspace, sales)
    record_run(workspace, run_id="r1", as_of=NOON, findings=[finding(1)], inputs_hash="1", folder="f", counts={})
    if measure:
        record_measure(workspace, NUMBER, by="李会计", note="核对开户许可证")


def words(workspace: Any, report: Report) -> str:
    reader = pypdf.PdfReader(report_path(workspace, report))
    text = "".join(page.extract_text() for page in reader.pages)
    return re.sub(r"[\s\u200b]+", "", text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_states_records_description_and_measures(workspace: Any, language: str) -> None:
    prepared(workspace)
    report = make_report(workspace, NUMBER, language)
    text = words(workspace, report)
    stated = [
        "DZ-2026-000001-R", "¥100.00", "2026-10-09", "payouts_2026-10-09.csv:2", "clearings_2026-10-08.csv:4", "33010012",
        "000003", "000000000003", "HZ00000003", "4821", "¥33.30", "核对开户许可证", "李会计", report.facts_hash,
    ]  # fmt: skip
    assert [one for one in stated if one not in text] == []
    for part in ("title", "description", "records", "measures"):
        assert say(language, f"report-{part}").replace(" ", "") in text
    assert "⟦" not in text


def test_the_same_facts_give_the_same_version_and_the_same_bytes(workspace: Any) -> None:
    prepared(workspace)
    first = make_report(workspace, NUMBER, "zh")
    data = report_path(workspace, first).read_bytes()
    again = make_report(workspace, NUMBER, "zh")
    english = make_report(workspace, NUMBER, "en")
    assert (again.pk, english.version, english.facts_hash) == (first.pk, 1, first.facts_hash)
    report_path(workspace, first).unlink()
    made_again = make_report(workspace, NUMBER, "zh")
    assert report_path(workspace, made_again).read_bytes() == data
    assert hashlib.sha256(data).hexdigest() == made_again.sha256 == first.sha256
    record_measure(workspace, NUMBER, by="王经理", note="催办")
    assert make_report(workspace, NUMBER, "zh").version == 2
    assert Report.objects.count() == 3


def test_it_is_an_archive_document_with_its_fonts_inside(workspace: Any) -> None:
    prepared(workspace)
    data = report_path(workspace, make_report(workspace, NUMBER, "zh")).read_bytes()
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in data
    reader = pypdf.PdfReader(BytesIO(data))
    assert reader.metadata is not None
    assert reader.metadata.title == "清算失败报告"
    fonts = {}
    for page in reader.pages:
        for name, font in page["/Resources"]["/Font"].items():
            fonts[name] = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
    assert fonts
    assert all(descriptor.keys() & {"/FontFile2", "/FontFile3"} for descriptor in fonts.values())


@pytest.mark.parametrize(
    ("measure", "rows", "missing"),
    [(False, True, ["measures"]), (True, False, ["records"]), (False, False, ["records", "measures"])],
)
def test_without_a_part_it_is_refused_and_the_part_is_named(
    workspace: Any, *, measure: bool, rows: bool, missing: list[str]
) -> None:
    prepared(workspace, measure=measure, rows=rows)
    with pytest.raises(RefusedError) as refused:
        make_report(workspace, NUMBER, "zh")
    parts = {name for name, value in refused.value.facts.items() if value == "missing"}
    assert parts == set(missing)
    text = say("zh", refused.value.key, **refused.value.facts)
    assert ("交易记录" in text, "问题描述" in text, "已采取的措施" in text) == (
        "records" in missing,
        False,
        "measures" in missing,
    )
    assert not Report.objects.exists()
    assert not list(workspace.reports.iterdir())


def test_a_long_table_breaks_over_pages_with_its_header_again(workspace: Any) -> None:
    prepared(workspace, sales=180)
    report = make_report(workspace, NUMBER, "zh")
    reader = pypdf.PdfReader(report_path(workspace, report))
    assert len(reader.pages) >= 6
    headed = [page for page in reader.pages if "凭证号" in page.extract_text()]
    assert len(headed) >= 5
    assert "HZ00000180" in words(workspace, report)


def test_the_facts_follow_the_case_to_its_end(workspace: Any) -> None:
    prepared(workspace)
    advance(workspace, NUMBER, "report_sent", by="li", note="电话")
    record_run(
        workspace, run_id="r2", as_of=NOON + timedelta(days=3), findings=[], inputs_hash="2", folder="f", counts={},
        settled_evidence={"i_0001": [LINE]},
    )  # fmt: skip
    facts = report_facts(workspace, case_view(workspace, NUMBER))
    assert (facts.state, facts.bank_lines, len(facts.findings)) == ("settled", (str(LINE),), 1)
    assert str(LINE) in words(workspace, make_report(workspace, NUMBER, "en"))


def test_the_printing_time_is_not_a_fact(workspace: Any) -> None:
    prepared(workspace)
    facts = report_facts(workspace, case_view(workspace, NUMBER))
    assert missing_parts(facts) == ()
    assert isinstance(facts, ReportFacts)
    assert render(facts, version=1, language="en") == render(replace(facts), version=1, language="en")
    assert render(facts, version=1, language="en") != render(replace(facts, gap_minor=-1), version=1, language="en")
