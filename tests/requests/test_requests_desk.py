"""Requests on the desk: two people, one open request for one money, a whole audit chain, nothing done twice by anybody."""

from __future__ import annotations

import sys
import threading
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from daozhang.desk import account_changes, request_audit, request_forms, requests
from daozhang.desk.models import Job
from daozhang.desk.request_models import AccountChange, MoneyEvent, PayeeAccount, PayoutRequest
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.remedies.accounts import AccountForm, luhn
from daozhang.remedies.recharge import Consent, Outcome
from daozhang.remedies.reissue import Queried
from daozhang.texts import LANGUAGES

sys.path.insert(0, str(Path(__file__).parent.parent))
from desk_making import put_rows

NOON = datetime(2026, 10, 9, 12, 0)
IBAN = "NL44MOCK0000910001"
CARD = next(f"621700123456789012{digit}" for digit in range(10) if luhn(f"621700123456789012{digit}"))
BANK = """
[[banks]]
name = "bank-a"
order_url = "https://bank.example/orders"
account = "NL93MOCK0000900001"
holder = "示例清算中心"
"""


def stopped(workspace: Any, at: datetime = NOON, **more: Any) -> Workspace:
    """Return the workspace with its clock standing still."""
    return Workspace(workspace.root, workspace.settings.model_copy(update={"clock_at": at} | more))


@pytest.fixture
def here(sqlite_workspace: Any) -> Workspace:
    return stopped(sqlite_workspace)


def account(here: Workspace, number: str = IBAN, kind: str = "corporate") -> PayeeAccount:
    form = AccountForm(number=number, holder="街角小馆", kind=kind)
    return account_changes.add_account(here, "lianhe", "M1", form, from_on=date(2026, 1, 1))


def payout(no: str, state: str, **more: Any) -> dict[str, Any]:
    return {"acquirer": "lianhe", "merchant_no": "M1", "payout_no": no, "settled_on": date(2026, 10, 8), "planned_minor": 100_00,
            "paid_minor": 0, "state": state, "account_tail": "0001", "created_at": datetime(2026, 10, 9, 3, 33)} | more  # fmt: skip


def test_whoever_asks_cannot_approve_and_the_chain_says_who_did_what(here: Workspace) -> None:
    drafted = requests.draft_payout(here, account(here), 100_00, by="an", way="form", owed_for="2026-10-08")
    with pytest.raises(RefusedError, match="error-request-same-person"):
        requests.approve(here, drafted.number, by="AN ")
    requests.approve(here, drafted.number, by="bo", note="看过合同")
    assert [(event.step, event.by) for event in requests.history("request", drafted.number)] == [
        ("drafted", "an"), ("approved", "bo"),
    ]  # fmt: skip
    assert request_audit.verify() == request_audit.Checked(entries=2)


@pytest.mark.parametrize("column", ["at", "by", "step", "note", "facts", "to_state", "number"])
def test_any_edit_of_the_chain_and_any_state_without_a_step_is_found(here: Workspace, column: str) -> None:
    drafted = requests.draft_payout(here, account(here), 100_00, by="an", way="form", owed_for="2026-10-08")
    requests.approve(here, drafted.number, by="bo")
    event = MoneyEvent.objects.earliest("id")
    changed = {"at": datetime(2020, 1, 1), "facts": {"amount_minor": 1}}.get(column, "other")
    MoneyEvent.objects.filter(pk=event.pk).update(**{column: changed})
    assert not request_audit.verify().is_whole
    MoneyEvent.objects.filter(pk=event.pk).update(**{column: getattr(event, column)})
    assert request_audit.verify().is_whole
    PayoutRequest.objects.filter(pk=drafted.pk).update(state="confirmed")
    assert request_audit.verify().number == drafted.number
    PayoutRequest.objects.filter(pk=drafted.pk).update(state="approved")
    MoneyEvent.objects.latest("id").delete()
    assert request_audit.verify().problem == "audit-entry-missing"


def test_the_same_money_is_asked_for_once_until_the_first_is_over(here: Workspace) -> None:
    payee = account(here)
    first = requests.draft_payout(here, payee, 100_00, by="an", way="form", owed_for="2026-10-08")
    with pytest.raises(RefusedError, match=f"error-request-open.*{first.number}"):
        requests.draft_payout(here, payee, 100_00, by="cy", way="form", owed_for="2026-10-08")
    with pytest.raises(RefusedError, match="reissue-unknown"):
        requests.draft_reissue(here, first.number, by="an")
    requests.decline(here, first.number, by="bo", note="金额有误")
    assert requests.draft_payout(here, payee, 90_00, by="an", way="form", owed_for="2026-10-08").number != first.number


REFUSED = [
    ("wait", payout("P1", "failed", reason_text="有缺陷的成功"), "reissue-wait"),
    ("nobody knows why", payout("P1", "failed", reason_text="嗯"), "reissue-unknown"),
]


@pytest.mark.parametrize(("row", "why"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_can_only_wait_or_is_not_understood_is_not_asked_for_again(here: Workspace, row: Any, why: str) -> None:
    put_rows(here, "im_0000000001", "payouts.csv", "payouts", [row])
    with pytest.raises(RefusedError, match=why):
        requests.draft_reissue_of(here, "lianhe", "M1", "P1", by="an")


def test_money_that_arrived_is_not_asked_for_again_even_after_the_draft(here: Workspace) -> None:
    put_rows(here, "im_0000000001", "payouts.csv", "payouts", [payout("P1", "failed", reason_text="账号户名不符")])
    drafted = requests.draft_reissue_of(here, "lianhe", "M1", "P1", by="an", account=account(here))
    line = {"account_tail": "0001", "booked_at": NOON, "amount_minor": 100_00, "bank_reference": "P1"}
    put_rows(here, "im_0000000002", "bank.csv", "bank_entries", [line])
    with pytest.raises(RefusedError, match="reissue-paid"):
        requests.approve(here, drafted.number, by="bo")
    with pytest.raises(RefusedError, match="reissue-paid"):
        requests.draft_reissue_of(here, "lianhe", "M1", "P1", by="an")


def test_an_outcome_that_is_not_final_waits_for_a_query(here: Workspace) -> None:
    put_rows(here, "im_0000000001", "payouts.csv", "payouts", [payout("P1", "failed", reason_text="查无此交易")])
    drafted = requests.draft_reissue_of(here, "lianhe", "M1", "P1", by="an")
    PayoutRequest.objects.filter(pk=drafted.pk).update(queried="not_asked")
    with pytest.raises(RefusedError, match="reissue-query-first"):
        requests.approve(here, drafted.number, by="bo")
    requests.record_query(here, drafted.number, Queried.FAILED, by="an", note="电话查询，工号 118")
    assert requests.approve(here, drafted.number, by="bo").state == "approved"


def test_a_payout_that_the_acquirer_made_again_confirms_the_request_when_its_money_is_there(here: Workspace) -> None:
    from daozhang.desk.requests_sending import see_arrivals

    rows = [payout("P1", "failed", reason_text="账号户名不符"), payout("P1-2", "claimed", replaces_payout_no="P1")]
    put_rows(here, "im_0000000001", "payouts.csv", "payouts", rows)
    asked = requests.draft_reissue_of(here, "lianhe", "M1", "P1", by="an", account=account(here))
    requests.approve(here, asked.number, by="bo")
    requests.hand_over(here, asked.number, by="an", note="客服 8812，受理号 77")
    assert see_arrivals(here, NOON) == 0
    line = {"account_tail": "0001", "booked_at": NOON, "amount_minor": 100_00, "bank_reference": "P1-2"}
    put_rows(here, "im_0000000002", "bank.csv", "bank_entries", [line])
    assert see_arrivals(here, NOON) == 1
    done = PayoutRequest.objects.get(pk=asked.pk)
    assert (done.state, done.bank_lines[0]["import_id"]) == ("confirmed", "im_0000000002")
    assert see_arrivals(here, NOON) == 0


def test_a_form_says_that_a_person_hands_it_in_and_holds_no_number(here: Workspace) -> None:
    drafted = requests.draft_payout(
        here, account(here, CARD, "personal"), 100_00, by="an", way="form", owed_for="10-08"
    )
    with pytest.raises(RefusedError, match="error-request-not-approved"):
        request_forms.form(here, drafted.number, "zh")
    requests.approve(here, drafted.number, by="bo")
    for language in LANGUAGES:
        text = request_forms.form(here, drafted.number, language)
        assert drafted.number in text
        assert "¥100.00" in text
        assert CARD not in text
        assert CARD[-4:] in text
        assert text == request_forms.form(here, drafted.number, language)
    assert "须由人员" in request_forms.form(here, drafted.number, "zh")
    with pytest.raises(RefusedError, match="error-request-needs-note"):
        requests.hand_over(here, drafted.number, by="an", note="")
    assert requests.hand_over(here, drafted.number, by="an", note="客服 8812，受理号 77").state == "sent"


def test_a_card_number_is_never_at_rest_and_another_number_only_sealed(sqlite_workspace: Any) -> None:
    file = sqlite_workspace.root / "daozhang.toml"
    file.write_text(file.read_text() + BANK)
    from daozhang.desk.workspace import open_workspace

    here = stopped(open_workspace(sqlite_workspace.root))
    card, plain = account(here, CARD, "personal"), account(here)
    assert bytes(card.sealed) == b""
    assert plain.sealed
    with pytest.raises(RefusedError, match="error-request-number-not-kept"):
        requests.draft_payout(here, card, 1, by="an", way="bank-a", owed_for="x")
    form = AccountForm(number=CARD, holder="街角小馆", kind="personal")
    with pytest.raises(RefusedError, match="error-request-number-not-kept"):
        account_changes.draft(here, "lianhe", "M1", form, by="an", way="bank-a")
    account_changes.draft(here, "lianhe", "M1", form, by="an")
    connections.close_all()
    for path in here.root.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            assert CARD.encode() not in body, path
            assert IBAN.encode() not in body, path


def test_a_card_is_charged_again_only_after_a_query_and_with_consent(here: Workspace) -> None:
    asked: dict[str, Any] = {"by": "an", "outcome": Outcome.UNKNOWN, "queries": 1}
    yes = Consent(at=NOON, how="in_person", heard_by="an")
    with pytest.raises(RefusedError, match="recharge-query-first"):
        requests.draft_recharge(here, "lianhe", "M1", "RRN1", 128_00, queried=Queried.NOT_ASKED, consent=yes, **asked)
    with pytest.raises(RefusedError, match="recharge-consent"):
        requests.draft_recharge(here, "lianhe", "M1", "RRN1", 128_00, queried=Queried.FAILED, consent=None, **asked)
    sale = {"acquirer": "lianhe", "merchant_no": "M1", "rrn": "RRN2", "cleared_on": date(2026, 10, 8), "kind": "sale",
            "gross_minor": 128_00, "fee_minor": 0, "net_minor": 128_00}  # fmt: skip
    put_rows(here, "im_0000000003", "clearings.csv", "clearings", [sale])
    with pytest.raises(RefusedError, match="recharge-charged"):
        requests.draft_recharge(here, "lianhe", "M1", "RRN2", 128_00, queried=Queried.FAILED, consent=yes, **asked)
    done = requests.draft_recharge(here, "lianhe", "M1", "RRN1", 128_00, queried=Queried.FAILED, consent=yes, **asked)
    assert done.consent["heard_by"] == "an"
    assert requests.approve(here, done.number, by="bo").state == "approved"


@pytest.mark.parametrize("many", [20, pytest.param(500, marks=pytest.mark.deep)])
def test_approvals_sent_twice_by_twenty_workers_are_each_done_once(workspace: Any, many: int) -> None:
    here = stopped(workspace)
    payee = account(here)
    numbers = [
        requests.draft_payout(here, payee, 1_00 + place, by="an", way="form", owed_for=str(place)).number
        for place in range(many)
    ]
    todo, faults = [*numbers, *numbers], []
    lock = threading.Lock()

    def work() -> None:
        try:
            while True:
                with lock:
                    if not todo:
                        return
                    number = todo.pop()
                requests.approve(here, number, by="bo")
        except Exception as error:  # noqa: BLE001 - told below
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert MoneyEvent.objects.filter(step="approved").count() == many
    assert PayoutRequest.objects.filter(state="approved").count() == many
    assert request_audit.verify() == request_audit.Checked(entries=2 * many)


def test_an_approval_and_its_sending_stand_or_fall_together(sqlite_workspace: Any) -> None:
    file = sqlite_workspace.root / "daozhang.toml"
    file.write_text(file.read_text() + BANK)
    from django.db import transaction

    from daozhang.desk.workspace import open_workspace

    here = stopped(open_workspace(sqlite_workspace.root))
    drafted = requests.draft_payout(here, account(here), 100_00, by="an", way="bank-a", owed_for="2026-10-08")

    def fall_over() -> None:
        with transaction.atomic():
            requests.approve(here, drafted.number, by="bo")
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - our own, above
        fall_over()
    assert PayoutRequest.objects.get(pk=drafted.pk).state == "drafted"
    assert not Job.objects.filter(kind="requests").exists()
    requests.approve(here, drafted.number, by="bo")
    assert Job.objects.filter(kind="requests", state="queued").count() == 1


def test_an_account_changes_in_its_order_and_goes_back_by_two_people(here: Workspace) -> None:
    from daozhang.desk import account_watch
    from daozhang.desk.requests_sending import see_arrivals

    old = account(here)
    form = AccountForm(number=_iban("MOCK0000910002"), holder="街角小馆", kind="corporate")
    change = account_changes.draft(here, "lianhe", "M1", form, by="an")
    assert account_changes.differences(change) == [("tail", "0001", "0002")]
    with pytest.raises(RefusedError, match="error-change-step"):
        account_changes.approve(here, change.number, by="bo")
    account_changes.add_documents(here, change.number, by="an", note="开户许可证，档案 12")
    with pytest.raises(RefusedError, match="error-request-same-person"):
        account_changes.approve(here, change.number, by="an")
    account_changes.approve(here, change.number, by="bo")
    assert account_watch.follow(here, NOON) == 0, "the cooling-off is not over"
    later = datetime(2026, 10, 10, 12, 0)
    here = stopped(here, later)
    assert account_watch.follow(here, later) == 1
    test = account_changes.change_named(change.number).test
    assert test is not None
    assert (test.amount_minor, test.made_by, test.approved_by) == (1, "an", "bo")
    requests.hand_over(here, test.number, by="an", note="回执 9")
    line = {"account_tail": "0002", "booked_at": later, "amount_minor": 1, "bank_reference": test.number}
    put_rows(here, "im_0000000002", "bank.csv", "bank_entries", [line])
    assert see_arrivals(here, later) == 1
    assert account_watch.follow(here, later) == 2
    change = AccountChange.objects.get(pk=change.pk)
    assert change.state == "active"
    assert account_changes.account_in_use("lianhe", "M1", later.date()) == change.to
    account_changes.ask_rollback(here, change.number, by="bo", note="商户要求")
    with pytest.raises(RefusedError, match="error-request-same-person"):
        account_changes.approve_rollback(here, change.number, by="bo")
    account_changes.approve_rollback(here, change.number, by="an")
    assert account_changes.account_in_use("lianhe", "M1", later.date()) == old
    assert request_audit.verify().is_whole


def _iban(body: str) -> str:
    digits = "".join(str(int(sign, 36)) for sign in f"{body}NL00")
    return f"NL{98 - int(digits) % 97:02d}{body}"
