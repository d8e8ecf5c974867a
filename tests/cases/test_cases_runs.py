"""What a run keeps: findings, verdicts, cases, once; and what it does to cases that exist."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from daozhang.breaks import BreakType, Evidence, Severity
from daozhang.desk import audit
from daozhang.desk.cases import advance
from daozhang.desk.models import Case, CaseEvent, Finding, FindingVerdict, Incident, Notice, Run
from daozhang.desk.runs import RunRecorded, record_run
from daozhang.diagnosis.finding import CauseCategory
from daozhang.diagnosis.finding import Finding as Said
from desk_making import LINE, NOON, finding, rows_of_desk


def run(workspace: Any, said: Sequence[Said], at: datetime = NOON, inputs: str = "", **more: Any) -> RunRecorded:
    inputs = inputs or str(hash((tuple(one.found.finding_id for one in said), at)))
    name = f"r_{at:%m%d%H%M%S}_{abs(hash(inputs)) % 10**8}"
    return record_run(
        workspace,
        run_id=name,
        as_of=at,
        findings=said,
        inputs_hash=inputs,
        folder=f"runs/{name}",
        counts={"breaks": len(said)},
        **more,
    )


def later(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


def test_one_case_per_incident_with_an_alarm(workspace: Any) -> None:
    said = [
        finding(1), finding(2, gap=-50_00), finding(3, incident="i_0002", merchant="898000000000002"),
        finding(4, incident="i_0003", severity=Severity.WATCH), finding(5, incident="i_0004", severity=Severity.INFO),
    ]  # fmt: skip
    assert run(workspace, said).opened == 2
    first, second = Case.objects.order_by("number")
    assert (first.number, first.state, first.gap_minor, first.incident_id) == (
        "DZ-2026-000001",
        "open",
        -150_00,
        "i_0001",
    )
    assert (second.number, second.merchant_no) == ("DZ-2026-000002", "898000000000002")
    assert first.deadline_at is not None
    assert first.deadline_at > NOON
    assert Incident.objects.get(id="i_0001").scope == "payout"
    assert Finding.objects.count() == 5
    assert FindingVerdict.objects.count() == 5


def test_the_same_findings_again_change_no_row(workspace: Any) -> None:
    said = [finding(no, incident=f"i_{no % 3}") for no in range(1, 20)]
    run(workspace, said, inputs="x")
    before = rows_of_desk()
    again = run(workspace, list(reversed(said)), inputs="x")
    assert (again.opened, again.updated, again.unchanged) == (0, 0, 19)
    assert rows_of_desk() == before


def test_a_later_run_with_the_same_findings_says_nothing_new(workspace: Any) -> None:
    said = [finding(1)]
    run(workspace, said)
    days_on = [replace(finding(1), reason_facts={"days_late": 9})]
    result = run(workspace, days_on, later(24))
    assert (result.updated, result.unchanged) == (0, 1)
    assert FindingVerdict.objects.count() == 1
    row = Finding.objects.get()
    assert (row.first_said_at, row.last_said_at, row.reason_facts) == (NOON, later(24), {"days_late": 9})
    assert CaseEvent.objects.count() == 1


def test_a_verdict_is_kept_each_time_it_changes(workspace: Any) -> None:
    run(workspace, [finding(1, severity=Severity.WATCH)])
    run(workspace, [finding(1)], later(1))
    run(workspace, [finding(1, gap=-70_00)], later(2))
    run(workspace, [], later(3))
    said = list(FindingVerdict.objects.order_by("as_of").values_list("as_of", "severity", "gap_minor", "is_open"))
    assert said == [
        (NOON, "watch", -100_00, True), (later(1), "alarm", -100_00, True),
        (later(2), "alarm", -70_00, True), (later(3), "info", 0, False),
    ]  # fmt: skip
    row = Finding.objects.get()
    assert (row.is_open, row.cleared_at, row.gap_minor) == (False, later(3), -70_00)
    steps = list(CaseEvent.objects.values_list("step", flat=True))
    assert steps == ["opened", "gap_changed", "explained"]


def test_a_case_settles_only_on_bank_lines(workspace: Any) -> None:
    run(workspace, [finding(1), finding(2, incident="i_0002")])
    result = run(workspace, [], later(48), settled_evidence={"i_0001": [LINE]})
    assert (result.settled, result.explained) == (1, 1)
    settled, explained = Case.objects.order_by("number")
    assert (settled.state, settled.closed_at, settled.gap_minor) == ("settled", later(48), -100_00)
    assert explained.state == "explained"
    event = CaseEvent.objects.get(step="money_matched")
    assert event.facts["bank_lines"] == [{"file": LINE.file, "line_no": 7, "import_id": LINE.import_id}]


def test_evidence_does_not_close_a_case_that_is_still_short(workspace: Any) -> None:
    run(workspace, [finding(1), finding(2, gap=-30_00)])
    run(workspace, [finding(2, gap=-30_00)], later(1), settled_evidence={"i_0001": [LINE]})
    case = Case.objects.get()
    assert (case.state, case.gap_minor) == ("open", -30_00)


def test_a_watch_keeps_the_case_open_and_an_info_explains_it(workspace: Any) -> None:
    run(workspace, [finding(1)])
    run(workspace, [finding(1, severity=Severity.WATCH)], later(1))
    assert Case.objects.get().state == "open"
    run(workspace, [finding(1, severity=Severity.INFO)], later(2))
    assert Case.objects.get().state == "explained"


def test_coming_back_opens_the_same_case_again(workspace: Any) -> None:
    run(workspace, [finding(1)])
    run(workspace, [], later(24), settled_evidence={"i_0001": [LINE]})
    result = run(workspace, [finding(1), finding(9, kind=BreakType.PAYOUT_RETURNED)], later(72))
    case = Case.objects.get()
    assert (result.opened, result.reopened, case.state, case.closed_at, case.gap_minor) == (0, 1, "open", None, -200_00)
    assert list(CaseEvent.objects.values_list("step", flat=True)) == ["opened", "money_matched", "returned"]


def test_a_settled_case_is_final_after_the_return_window(workspace: Any) -> None:
    run(workspace, [finding(1)])
    run(workspace, [], later(24), settled_evidence={"i_0001": [LINE]})
    run(workspace, [], later(24 * 5))
    assert Case.objects.get().state == "settled"
    result = run(workspace, [], later(24 * 16))
    assert (result.final, Case.objects.get().state) == (1, "final")


def test_the_case_goes_with_its_findings_when_the_cause_becomes_known(workspace: Any) -> None:
    run(workspace, [finding(1, incident="i_unknown", cause="")])
    run(workspace, [finding(1, incident="i_known")], later(2))
    case = Case.objects.get()
    assert (case.incident_id, case.state) == ("i_known", "open")
    assert CaseEvent.objects.get(step="cause_changed").facts["to_cause"] == "D002"
    assert Notice.objects.filter(key__contains="/opened/").values("case").distinct().count() == 1


def test_a_case_whose_findings_join_another_says_which(workspace: Any) -> None:
    run(workspace, [finding(1), finding(2, incident="i_0002")])
    run(workspace, [finding(1), finding(2)], later(1))
    into = Case.objects.get(incident_id="i_0001")
    gone = Case.objects.get(incident_id="i_0002")
    assert (gone.state, into.state, into.gap_minor) == ("explained", "open", -200_00)
    assert gone.events.get(step="explained").facts["into"] == into.number


def test_an_earlier_moment_than_the_newest_run_disturbs_nothing(workspace: Any) -> None:
    run(workspace, [finding(1)], later(5))
    before = rows_of_desk()
    result = run(workspace, [], NOON)
    assert result.run_id == ""
    assert rows_of_desk() == before


def test_new_files_at_the_same_moment_replace_the_verdict_of_that_moment(workspace: Any) -> None:
    run(workspace, [finding(1)], inputs="before")
    run(workspace, [finding(1, gap=-1)], inputs="after")
    assert FindingVerdict.objects.get().gap_minor == -1
    assert Run.objects.count() == 2
    assert audit.verify(workspace).is_whole


def test_amounts_of_two_currencies_are_not_added(workspace: Any) -> None:
    run(workspace, [finding(1), finding(2), finding(3, currency="HKD", gap=-999)])
    case = Case.objects.get()
    assert (case.currency, case.gap_minor) == ("CNY", -200_00)


def test_a_failure_in_the_middle_keeps_nothing(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from daozhang.desk import run_cases

    def broken(entries: Any) -> None:
        raise OSError("disk")

    monkeypatch.setattr(run_cases, "append", broken)
    before = rows_of_desk()
    with pytest.raises(OSError, match="disk"):
        run(workspace, [finding(1)])
    assert rows_of_desk() == before


def test_ten_thousand_findings_are_kept_in_seconds(workspace: Any) -> None:
    said = [finding(no, incident=f"i_{no % 500:04d}") for no in range(10_000)]
    started = time.process_time()
    assert run(workspace, said, inputs="a").opened == 500
    took = time.process_time() - started
    assert took < 30, f"{took:.1f} s of processor time"
    assert run(workspace, said, inputs="a").updated == 0
    gone: list[Said] = []
    lines = {f"i_{no:04d}": [Evidence("bank.csv", no + 1, "im_b")] for no in range(250)}
    result = run(workspace, gone, later(1), settled_evidence=lines)
    assert (result.settled, result.explained, result.updated) == (250, 250, 10_000)
    assert audit.verify(workspace).is_whole


def test_a_missing_credit_that_turns_out_to_be_returned_stays_one_case(workspace: Any) -> None:
    run(
        workspace,
        [finding(1, kind=BreakType.CREDIT_MISSING, incident="i_missing", cause="", category=CauseCategory.UNKNOWN)],
    )
    advance(workspace, "DZ-2026-000001", "report_sent", by="li", note="phone")
    result = run(
        workspace, [finding(1, kind=BreakType.PAYOUT_RETURNED, incident="i_returned", cause="D017")], later(40)
    )
    case = Case.objects.get()
    assert (result.opened, result.explained) == (0, 0)
    assert (case.state, case.incident_id, case.gap_minor) == ("reported", "i_returned", -100_00)
    assert list(case.events.values_list("step", flat=True)) == ["opened", "report_sent", "cause_changed"]


def test_money_that_came_and_was_returned_opens_its_old_case_again(workspace: Any) -> None:
    run(workspace, [finding(1, kind=BreakType.CREDIT_MISSING, incident="i_missing", cause="")])
    run(workspace, [], later(24), settled_evidence={"i_missing": [LINE]})
    result = run(workspace, [finding(1, kind=BreakType.PAYOUT_RETURNED, incident="i_returned")], later(24 * 5))
    case = Case.objects.get()
    assert (result.opened, result.reopened) == (0, 1)
    assert (case.state, case.incident_id) == ("open", "i_returned")
    assert list(case.events.values_list("step", flat=True)) == ["opened", "money_matched", "returned"]
    assert audit.verify(workspace).is_whole


def test_another_payout_or_money_in_hand_is_another_case(workspace: Any) -> None:
    run(workspace, [finding(1, incident="i_1"), finding(2, incident="i_2", merchant="898000000000002")])
    said = [finding(3, kind=BreakType.PAYOUT_HELD, incident="i_3", merchant="898000000000002", cause="D035"),
            finding(1, kind=BreakType.PAYOUT_SHORT, incident="i_4", gap=-5_00)]  # fmt: skip
    said[0] = replace(
        said[0], found=replace(said[0].found, keys=replace(said[0].found.keys, settled_on=date(2026, 10, 12)))
    )
    run(workspace, said, later(24), settled_evidence={"i_1": [LINE]})
    states = dict(Case.objects.values_list("incident_id", "state"))
    assert states == {"i_1": "settled", "i_2": "explained", "i_3": "open", "i_4": "open"}
