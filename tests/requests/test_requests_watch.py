"""After a change of account: the next payouts are watched, and when one fails the same case goes on."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from daozhang.desk import account_changes, account_watch, request_audit
from daozhang.desk.models import Case
from daozhang.desk.request_models import AccountChange
from daozhang.desk.runs import record_run
from daozhang.desk.workspace import Workspace
from daozhang.remedies.accounts import AccountForm

sys.path.insert(0, str(Path(__file__).parent.parent))
from desk_making import LINE, NOON, finding

MERCHANT = "898000000000001"


def run(here: Workspace, no: int, findings: list[Any], settled: dict[str, Any] | None = None) -> datetime:
    """Record one run; return its moment, a day after the one before."""
    at = NOON + timedelta(days=no)
    record_run(
        here, run_id=f"r{no}", as_of=at, findings=findings, inputs_hash=str(no), folder="f", counts={},
        settled_evidence=settled or {},
    )  # fmt: skip
    return at


def changed(here: Workspace, case: Case, active_from: date) -> AccountChange:
    """Return a change that came of the case and whose account is in use."""
    form = AccountForm(number="33050161000000008888", holder="街角小馆", kind="corporate", bank_code="102100099996")
    change = account_changes.draft(here, "unionpay", MERCHANT, form, by="an", case=case.number)
    AccountChange.objects.filter(pk=change.pk).update(state="active", active_from=active_from)
    return account_changes.change_named(change.number)


def test_the_second_payout_to_a_changed_account_fails_and_the_same_case_opens_again(sqlite_workspace: Any) -> None:
    here = sqlite_workspace
    run(here, 0, [finding(1, incident="i_first", merchant=MERCHANT)])
    case = Case.objects.get()
    run(here, 1, [], {"i_first": [LINE]})
    assert Case.objects.get().state == "settled"
    change = changed(here, case, date(2026, 10, 1))
    at = run(here, 2, [finding(2, incident="i_second", merchant=MERCHANT, cause="D006")])
    case.refresh_from_db()
    assert Case.objects.count() == 1, "no new story is begun"
    assert case.state == "open"
    assert case.incident_id == "i_second"
    assert case.events.latest("no").step in {"returned", "regressed"}
    AccountChange.objects.filter(pk=change.pk).update(state="active")
    with_failure = Workspace(here.root, here.settings.model_copy(update={"clock_at": at}))
    assert account_watch.follow(with_failure, at) >= 1
    change.refresh_from_db()
    assert ("P000002", "failed") in {(one["payout_no"], one["state"]) for one in change.watched}
    assert account_watch.follow(with_failure, at) == 0, "what is noted is not noted again"
    assert change.state == "active", "a failure does not end the watch"


def test_a_failure_of_another_merchant_or_before_the_change_begins_its_own_case(sqlite_workspace: Any) -> None:
    here = sqlite_workspace
    run(here, 0, [finding(1, incident="i_first", merchant=MERCHANT)])
    case = Case.objects.get()
    run(here, 1, [], {"i_first": [LINE]})
    changed(here, case, date(2026, 10, 9))  # the findings are of the day before
    run(here, 2, [finding(2, incident="i_second", merchant=MERCHANT), finding(3, incident="i_third", merchant="M9")])
    assert Case.objects.count() == 3
    assert request_audit.verify().number != ""
