"""People work on a case: steps, measures, write-offs, telling; each with its audit entry, nothing in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from daozhang.desk import audit, remedy_steps
from daozhang.desk.cases import (
    advance,
    approve_write_off,
    ask_write_off,
    case_named,
    case_view,
    cases,
    comment,
    decline_write_off,
    mark_told,
    pass_deadlines,
    record_measure,
)  # fmt: skip
from daozhang.desk.models import Case, CaseEvent, Notice, WriteOff
from daozhang.desk.runs import record_run
from daozhang.errors import RefusedError
from desk_making import LINE, NOON, finding, rows_of_desk

NUMBER = "DZ-2026-000001"


def opened(workspace: Any, *said: Any) -> None:
    record_run(
        workspace, run_id="r1", as_of=NOON, findings=list(said) or [finding(1)], inputs_hash="1", folder="f", counts={}
    )


def money(workspace: Any, at: Any = NOON + timedelta(days=3)) -> None:
    record_run(
        workspace, run_id=f"r{at:%d%H}", as_of=at, findings=[], inputs_hash=str(at), folder="f", counts={},
        settled_evidence={"i_0001": [LINE]},
    )  # fmt: skip


def test_the_whole_way_to_the_money(workspace: Any) -> None:
    opened(workspace)
    advance(workspace, NUMBER, "report_sent", by="li", note="电话报告收单机构客服，工号 1024")
    advance(workspace, NUMBER, "receipt_confirmed", by="li", facts={"external_no": "CS-88"})
    advance(workspace, NUMBER, "chased", by="li", note="答复明天处理")
    advance(workspace, NUMBER, "instruction_received", by="li", note="更正户名后重出款")
    advance(workspace, NUMBER, "remedy_started", by="wang", note="已提交变更")
    for one in remedy_steps.steps_of(case_named(NUMBER)):
        if one.state == "open":
            remedy_steps.prove(workspace, NUMBER, one.step.key, by="wang", note="已做", proof="凭证 3 号")
    case = advance(workspace, NUMBER, "remedy_done", by="wang", note="变更已生效，凭证 3 号")
    assert (case.state, case.external_no) == ("verifying", "CS-88")
    money(workspace)
    view = case_view(workspace, NUMBER)
    assert (view.state, view.is_open) == ("settled", False)
    assert [event.step for event in view.measures] == [
        "report_sent", "receipt_confirmed", "chased", "instruction_received", "remedy_started", *["step_proven"] * 6, "remedy_done",
    ]  # fmt: skip
    assert view.bank_lines == (LINE,)
    assert [event.no for event in view.timeline] == list(range(1, 15))
    assert audit.verify(workspace).is_whole


def test_nothing_but_named_facts_reaches_the_case(workspace: Any) -> None:
    opened(workspace)
    facts = {"assignee": "wang", "state": "settled", "gap_minor": 0, "bank_lines": ["x"], "asked_by": "zhao"}
    case = advance(workspace, NUMBER, "assigned", by="li", facts=facts)
    assert (case.assignee, case.state, case.gap_minor) == ("wang", "open", -100_00)
    assert CaseEvent.objects.get(step="assigned").facts == {"assignee": "wang"}


@pytest.mark.parametrize(
    ("step", "by", "key"),
    [
        ("money_matched", "li", "error-case-step-of-product"),
        ("money_matched", "system", "error-case-needs"),
        ("report_sent", "system", "error-case-needs-a-person"),
        ("report_sent", " ", "error-case-needs-a-person"),
        ("remedy_done", "li", "error-case-step"),
        ("write_off_approved", "li", "error-case-own-door"),
        ("pay_it_again", "li", "error-case-step"),
    ],
)
def test_a_refused_step_changes_nothing(workspace: Any, step: str, by: str, key: str) -> None:
    opened(workspace)
    before = rows_of_desk()
    with pytest.raises(RefusedError) as refused:
        advance(workspace, NUMBER, step, by=by, note="n", facts={"bank_lines": [{"file": "x"}], "asked_by": "zhao"})
    assert refused.value.key == key
    after = rows_of_desk()
    assert after == before


def test_a_write_off_takes_two_people(workspace: Any) -> None:
    opened(workspace)
    with pytest.raises(RefusedError, match="error-no-write-off"):
        approve_write_off(workspace, NUMBER, by="wang")
    ask_write_off(workspace, NUMBER, by="li", reason="金额小于追索成本")
    with pytest.raises(RefusedError, match="error-case-same-person"):
        approve_write_off(workspace, NUMBER, by="li")
    with pytest.raises(RefusedError, match="error-write-off-asked"):
        ask_write_off(workspace, NUMBER, by="zhao", reason="again")
    assert case_view(workspace, NUMBER).write_off_asked_by == "li"
    assert approve_write_off(workspace, NUMBER, by="wang").state == "written_off"
    asked = WriteOff.objects.get()
    assert (asked.asked_by, asked.approved_by) == ("li", "wang")
    record_run(
        workspace, run_id="r2", as_of=NOON + timedelta(1), findings=[finding(1)], inputs_hash="2", folder="f", counts={}
    )
    assert Case.objects.get().state == "written_off"
    more = [finding(1), finding(2)]
    record_run(workspace, run_id="r3", as_of=NOON + timedelta(2), findings=more, inputs_hash="3", folder="f", counts={})
    assert Case.objects.get().state == "open"
    ask_write_off(workspace, NUMBER, by="wang", reason="once more")
    decline_write_off(workspace, NUMBER, by="li", note="还在处理")
    assert not WriteOff.objects.exists()
    money(workspace)
    assert Case.objects.get().state == "settled"
    assert audit.verify(workspace).is_whole


def test_the_view_says_who_must_be_told_and_what_can_be_done(workspace: Any) -> None:
    opened(workspace)
    view = case_view(workspace, NUMBER)
    assert (view.cause_code, view.cause_name_key) == ("D002", "cause-d002-name")
    assert {telling.role: telling.state for telling in view.tellings} == {
        "FINANCE": "own", "ACQ_CS": "unaddressed", "PAYEE_BANK": "unaddressed",
    }  # fmt: skip
    letter = next(one for one in view.tellings if one.role == "ACQ_CS")
    mark_told(workspace, NUMBER, letter.notice_id, by="li", note="14:20 电话 工号 1024")
    with pytest.raises(RefusedError, match="error-no-notice"):
        mark_told(workspace, NUMBER, letter.notice_id, by="li", note="again")
    view = case_view(workspace, NUMBER)
    assert next(one.state for one in view.tellings if one.role == "ACQ_CS") == "told"
    assert [one.step for one in view.next_steps] == [
        "report_sent", "remedy_started", "write_off_asked", "measure_taken", "commented", "assigned",
    ]  # fmt: skip
    assert view.next_steps[0].needs == ("note",)


def test_a_passed_deadline_is_said_once(workspace: Any) -> None:
    opened(workspace)
    late = Case.objects.get().deadline_at + timedelta(minutes=1)
    assert pass_deadlines(workspace, at=NOON) == 0
    assert pass_deadlines(workspace, at=late) == 1
    assert pass_deadlines(workspace, at=late + timedelta(days=1)) == 0
    assert Notice.objects.filter(key__contains="/deadline_passed/").count() == 2
    assert audit.verify(workspace).is_whole


def test_open_cases_come_first_and_the_most_urgent_of_them(workspace: Any) -> None:
    opened(workspace, finding(1), finding(2, incident="i_2", gap=-1), finding(3, incident="i_3", gap=-900_00))
    money(workspace)
    record_run(
        workspace,
        run_id="r9",
        as_of=NOON + timedelta(days=4),
        findings=[finding(4, incident="i_9")],
        inputs_hash="9",
        folder="f",
        counts={},
    )
    found = cases(workspace)
    assert [case.incident_id for case in found][:1] == ["i_9"]
    assert [case.incident_id for case in cases(workspace, state="settled")] == ["i_0001"]
    assert len(cases(workspace, state="open")) == 1


def test_notes_are_kept_without_control_signs(workspace: Any) -> None:
    opened(workspace)
    comment(workspace, NUMBER, by="li", note="第一行\n第二行\x00\x1b[31m" + "长" * 5000)
    note = CaseEvent.objects.get(step="commented").note
    assert note.startswith("第一行\n第二行[31m")
    assert len(note) == 4000
    record_measure(workspace, NUMBER, by="li", note="核对开户信息")
    assert audit.verify(workspace).is_whole
