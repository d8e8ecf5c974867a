"""The board, the clocks, the agenda, the answer and the proofs of a case, on the desk with its clock moved on by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from daozhang.desk import agenda, audit, parts, remedy_steps, replies, scripts
from daozhang.desk.cases import advance, case_view
from daozhang.desk.life_models import CaseClock, CaseMark, CasePart, CaseReply
from daozhang.desk.life_ticks import tick
from daozhang.desk.models import Case, CaseEvent, Notice
from daozhang.desk.runs import record_run
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from desk_making import LINE, NOON, finding, put_one_day

NUMBER = "DZ-2026-000001"


def at(workspace: Any, moment: datetime) -> Workspace:
    return Workspace(workspace.root, workspace.settings.model_copy(update={"clock_at": moment}))


@pytest.fixture
def desk(workspace: Any) -> Workspace:
    here = at(workspace, NOON)  # a Friday; the 10th is a make-up workday, the 11th a Sunday
    record_run(here, run_id="r1", as_of=NOON, findings=[finding(1)], inputs_hash="1", folder="f", counts={})
    return here


def states() -> dict[str, str]:
    return dict(CasePart.objects.values_list("party", "state"))


def said(step: str) -> int:
    return CaseEvent.objects.filter(step=step).count()


def test_a_bank_that_closes_its_part_leaves_the_case_open(desk: Workspace) -> None:
    assert states() == {"merchant": "open", "acquirer": "open", "bank": "open"}
    parts.take(desk, NUMBER, "acquirer", "party_asked", by="li", note="电话", external_no="KF-1")
    parts.take(desk, NUMBER, "bank", "party_asked", by="li", note="柜台")
    parts.take(desk, NUMBER, "bank", "party-closed", by="li", note="银行已更新资料")
    assert states() == {"merchant": "open", "acquirer": "asked", "bank": "closed"}
    assert Case.objects.get().state == "reported"
    view = {one.party: one for one in parts.board(desk, Case.objects.get())}
    assert (view["acquirer"].runs, view["merchant"].runs, view["bank"].runs) == (True, False, False)
    with pytest.raises(RefusedError, match="error-part-step"):
        parts.take(desk, NUMBER, "bank", "party_answered", by="li", note="again")
    assert audit.verify(desk).is_whole


def test_reminders_one_chase_at_the_promised_minute_and_the_level_after_it(desk: Workspace) -> None:
    promised = datetime(2026, 10, 10, 12, 0)
    parts.take(desk, NUMBER, "acquirer", "party_asked", by="li", note="电话", promised_at=promised)
    tick(desk, promised - timedelta(minutes=1))
    assert (said("reminded"), said("chase_sent")) == (1, 0)
    before = at(desk, promised - timedelta(minutes=1))
    assert not {one.party: one for one in parts.board(before, Case.objects.get())}["acquirer"].is_overdue
    assert {one.party: one for one in parts.board(at(desk, promised), Case.objects.get())}["acquirer"].is_overdue
    for _ in range(3):
        tick(desk, promised)
    assert (said("reminded"), said("chase_sent"), said("escalated")) == (1, 1, 0)
    assert Notice.objects.filter(role="ACQ_CS", key__contains="chase_sent").count() == 1
    tick(desk, datetime(2026, 10, 10, 15, 59))
    assert said("escalated") == 0  # four working hours after the promise, not earlier
    for _ in range(3):
        tick(desk, datetime(2026, 10, 10, 16, 0))
    assert (said("escalated"), said("chase_sent")) == (1, 1)
    assert audit.verify(desk).is_whole


def test_the_ladder_by_time_alone_and_the_own_clock(desk: Workspace) -> None:
    tick(desk, datetime(2026, 10, 9, 15, 59))
    assert CaseClock.objects.get().level == 1
    tick(desk, datetime(2026, 10, 9, 16, 0))
    assert CaseClock.objects.get().level == 2
    tick(desk, datetime(2026, 10, 12, 9, 0))
    assert CaseClock.objects.get().level == 3
    assert set(CaseMark.objects.filter(what__startswith="merchant").values_list("what", flat=True)) == {
        "merchant/half", "merchant/nearly", "merchant/end",
    }  # fmt: skip
    assert (
        said("reminded") == 1
    )  # nobody looked since Friday 16:00: what fell due meanwhile is said once, by the last of it


def test_a_case_without_contact_is_on_the_agenda_and_leaves_it_when_somebody_calls(desk: Workspace) -> None:
    first = agenda.agenda(desk, "li")
    assert [(one.number, one.whys[0], one.role) for one in first] == [(NUMBER, "first", "ACQ_CS")]
    parts.take(desk, NUMBER, "acquirer", "party_asked", by="li", note="电话", promised_at=datetime(2026, 10, 20, 12, 0))
    assert agenda.agenda(desk, "li") == []
    later = at(desk, datetime(2026, 10, 13, 9, 0))
    assert [one.whys for one in agenda.agenda(later, "li")] == [("contact", "deadline")]
    advance(later, NUMBER, "assigned", by="li", facts={"assignee": "wang"})
    assert agenda.agenda(later, "li") == []
    assert len(agenda.agenda(later, "wang")) == 1


def test_an_answer_joins_its_case_by_their_number_and_a_person_confirms(desk: Workspace) -> None:
    parts.take(desk, NUMBER, "acquirer", "party_asked", by="li", note="电话", external_no="KF-20261009")
    text = "您好，受理编号KF-20261009，请于3个工作日内修改结算账户户名。"
    taken = replies.take(desk, text, by="li")
    assert (taken.case_number, taken.is_new) == (NUMBER, True)
    assert not replies.take(desk, text, by="wang").is_new
    assert CaseReply.objects.count() == 1
    assert states()["acquirer"] == "answered"
    assert Case.objects.get().state == "reported"  # reading decides nothing
    step = taken.reply.steps.get()
    assert (step.action, step.who, step.by_at) == ("correct_account", "merchant", datetime(2026, 10, 13, 18, 0))
    assert "reply" in agenda.agenda(desk)[0].whys
    replies.decide(desk, step.pk, "confirm", by="li")
    assert Case.objects.get().state == "instructed"
    with pytest.raises(RefusedError, match="error-reply-step-needs-proof"):
        replies.decide(desk, step.pk, "done", by="li")
    replies.decide(desk, step.pk, "done", by="li", note="回执 77")
    assert audit.verify(desk).is_whole


def test_an_answer_that_names_no_case_waits_for_a_person(desk: Workspace) -> None:
    taken = replies.take_mail(
        desk,
        b"From: cs@acq.example\r\nDate: Fri, 09 Oct 2026 10:00:00 +0800\r\nSubject: x\r\n\r\nPlease wait.\r\n",
        by="mail",
    )
    assert (taken.case_number, taken.reply.came_at, taken.reply.sender) == (
        "",
        datetime(2026, 10, 9, 10, 0),
        "cs@acq.example",
    )
    assert [one.pk for one in replies.waiting()] == [taken.reply.pk]
    replies.join(desk, taken.reply.pk, NUMBER, by="li")
    assert replies.waiting() == []
    assert CaseEvent.objects.filter(case_id=NUMBER, step="reply_taken").exists()


def test_a_skipped_mandatory_step_cannot_be_fixed(desk: Workspace) -> None:
    advance(desk, NUMBER, "remedy_started", by="li", note="开始")
    wanted = [one.step.key for one in remedy_steps.steps_of(Case.objects.get()) if one.state == "open"]
    assert wanted[:2] == ["check-name", "second-person"]
    for key in wanted[:-1]:
        with pytest.raises(RefusedError, match="error-remedy-open"):
            advance(desk, NUMBER, "remedy_done", by="li", note="完成")
        with pytest.raises(RefusedError, match="error-remedy-needs-proof"):
            remedy_steps.prove(desk, NUMBER, key, by="li", note="没有凭据")
        remedy_steps.prove(desk, NUMBER, key, by="li", note="已做", proof="回执 3")
    with pytest.raises(RefusedError) as refused:
        advance(desk, NUMBER, "remedy_done", by="li", note="完成")
    assert refused.value.facts["remedy"] == wanted[-1]
    with pytest.raises(RefusedError, match="error-remedy-mandatory"):
        remedy_steps.prove(desk, NUMBER, wanted[-1], by="li", note="不做", leaves_out=True)
    assert Case.objects.get().state == "remedy"
    remedy_steps.prove(desk, NUMBER, wanted[-1], by="li", note="已关联", proof="P000002")
    assert advance(desk, NUMBER, "remedy_done", by="li", note="完成").state == "verifying"
    assert audit.verify(desk).is_whole


def test_the_script_is_complete_only_with_every_mandatory_fact(desk: Workspace) -> None:
    put_one_day(desk)
    made = scripts.script_of(desk, case_view(desk, NUMBER), "zh", "")
    assert set(made.completeness.missing) == {"business", "caller"}
    assert made.completeness.percent < 100
    named = Workspace(desk.root, desk.settings.model_copy(update={"merchant_title": "街角小馆"}))
    view = case_view(named, NUMBER)
    again = scripts.script_of(named, view, "zh", "李")
    assert (again.completeness.missing, again.completeness.percent) == ((), 100)
    for part in ("街角小馆的李", "P000001", "6217", "100.00", "账号户名不符", NUMBER):
        assert part in again.text, part


def test_money_stops_every_clock(desk: Workspace) -> None:
    parts.take(desk, NUMBER, "acquirer", "party_asked", by="li", note="电话")
    record_run(
        desk, run_id="r2", as_of=NOON + timedelta(days=1), findings=[], inputs_hash="2", folder="f", counts={},
        settled_evidence={"i_0001": [LINE]},
    )  # fmt: skip
    assert Case.objects.get().state == "settled"
    assert not CasePart.objects.filter(running_since__isnull=False).exists()
    assert tick(desk, NOON + timedelta(days=90)) == {}
    assert agenda.agenda(at(desk, NOON + timedelta(days=90))) == []
