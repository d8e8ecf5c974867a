"""What happens to an account change because time passes: the test credit goes out, is seen, the account is used and watched.

The next three payouts to the new account are watched, and each for the return window. One that fails opens the case again
from which the change came: the same case, not a new one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import transaction

from daozhang.desk import account_changes, request_facts
from daozhang.desk.account_changes import take
from daozhang.desk.account_heirs import failed_since
from daozhang.desk.request_models import AccountChange
from daozhang.desk.working_time import last_return_on
from daozhang.desk.workspace import Workspace
from daozhang.remedies.account_change import WATCHED_PAYOUTS, ChangeState, ChangeStep

MOVING: Final = ("cooling", "testing", "tested", "active")


def follow(workspace: Workspace, at: datetime) -> int:
    """Take every step of changes that is due; return how many were taken. Safe to do again."""
    numbers = AccountChange.objects.filter(state__in=MOVING).order_by("number").values_list("number", flat=True)
    done = 0
    for number in list(numbers):
        while taken := _follow_one(workspace, number, at):
            done += taken
    return done


def is_due(at: datetime) -> bool:
    """Return whether any change may have a step to take."""
    cooled = AccountChange.objects.filter(state="cooling", cooling_until__lte=at)
    return cooled.exists() or AccountChange.objects.filter(state__in=MOVING[1:]).exists()


def _follow_one(workspace: Workspace, number: str, at: datetime) -> int:
    with transaction.atomic():
        change = account_changes.locked(number)
        state = ChangeState(change.state)
        if state is ChangeState.COOLING and change.cooling_until is not None and change.cooling_until <= at:
            account_changes.begin_test(workspace, change, at)
            return 1
        if state is ChangeState.TESTING:
            return _see_test(workspace, change, at)
        if state is ChangeState.TESTED and (change.active_from is None or change.active_from <= at.date()):
            account_changes.activate(workspace, change, at)
            return 1
        return _watch(workspace, change, at) if state is ChangeState.ACTIVE else 0


def _see_test(workspace: Workspace, change: AccountChange, at: datetime) -> int:
    test = change.test
    if test is None:
        return 0
    if test.state == "confirmed":
        take(workspace, change, ChangeStep.TEST_ARRIVED, at=at, facts={"bank_lines": test.bank_lines})
        return 1
    if test.state in {"failed", "returned", "declined", "withdrawn"}:
        facts = {"request": test.number, "reason_code": test.reason_code, "reason_text": test.reason_text}
        take(workspace, change, ChangeStep.TEST_FAILED, at=at, facts=facts)
        return 1
    return 0


def _watch(workspace: Workspace, change: AccountChange, at: datetime) -> int:
    """Note each payout since the change once it failed or its money is there; three that are there make it done."""
    done = 0
    known = {(one["payout_no"], one["state"]) for one in change.watched}
    for payout_no, state in _payouts_since(workspace, change):
        if (payout_no, state) in known:
            continue
        change.watched = [*change.watched, {"payout_no": payout_no, "state": state, "on": at.date().isoformat()}]
        step = ChangeStep.PAYOUT_FAILED if state == "failed" else ChangeStep.PAYOUT_ARRIVED
        take(workspace, change, step, at=at, facts={"payout_no": payout_no})
        done += 1
    return done + _finish(workspace, change, at)


def _finish(workspace: Workspace, change: AccountChange, at: datetime) -> int:
    """End the watch once three payouts are there and the last of them can no longer be returned."""
    failed = {one["payout_no"] for one in change.watched if one["state"] == "failed"}
    good = [one for one in change.watched if one["state"] == "arrived" and one["payout_no"] not in failed]
    if len(good) < WATCHED_PAYOUTS:
        return 0
    last_on = last_return_on(workspace, date.fromisoformat(good[WATCHED_PAYOUTS - 1]["on"]))
    if last_on is None or at.date() <= last_on:
        return 0
    facts = {"payouts": [one["payout_no"] for one in good[:WATCHED_PAYOUTS]]}
    take(workspace, change, ChangeStep.DONE, at=at, facts=facts)
    return 1


def _payouts_since(workspace: Workspace, change: AccountChange) -> list[tuple[str, str]]:
    """Return (number, ``arrived`` or ``failed``) of the merchant's payouts settled since the change, oldest first."""
    if change.active_from is None:
        return []
    failed = [row.payout_no for row in failed_since(change).order_by("settled_on", "payout_no")]
    arrived = request_facts.arrived_payouts(workspace, change.acquirer, change.merchant_no, change.active_from)
    return [(number, "failed") for number in failed] + [(number, "arrived") for number in arrived]
