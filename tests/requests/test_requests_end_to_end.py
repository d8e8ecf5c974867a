"""Payouts through an independent bank: some fail or return in eight ways, all are corrected, sent again and seen to arrive.

The line to the bank loses, doubles, holds up and swallows calls, and the worker is killed every few seconds. What is counted
is counted at the bank: each amount is paid once.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bank_world import Bank, Line, bank, line, settings

from daozhang.desk import account_changes, request_audit, requests, requests_sending
from daozhang.desk import workspace as workspaces
from daozhang.desk.imports import import_bytes
from daozhang.desk.request_models import AccountChange, MoneyEvent, PayeeAccount, PayoutRequest
from daozhang.desk.workspace import Workspace
from daozhang.remedies.accounts import AccountForm

START = datetime(2026, 11, 23, 9, 0)
WORKER = """
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from daozhang.desk.workspace import open_workspace
here = open_workspace(Path(sys.argv[1]))
from daozhang.desk.requests_sending import work
clock = Path(sys.argv[2])
print("ready", flush=True)
while True:
    at = datetime.fromisoformat(clock.read_text()) + timedelta(hours=1)
    draft = clock.with_suffix(".part")
    draft.write_text(at.isoformat())
    draft.replace(clock)
    work(here, at=at, margin=timedelta(seconds=0))
"""
WAYS = ("closed", "bad-bank", "gone", "euro", "low", "rejecting", "returning", "deceased")
"""How a payout goes wrong: the payee's account is closed; its bank is unknown; the paying account is not held, is in another
currency, is empty, has its orders rejected whole; the payment settles and comes back, for two reasons."""
REASONS = {"closed": "AC04", "bad-bank": "RC01", "gone": "AC02", "euro": "AM03", "low": "AM04", "rejecting": "FF01",
           "returning": "AC04", "deceased": "MD07"}  # fmt: skip
OWN_PAYER = ("gone", "euro", "low", "rejecting", "returning", "deceased")


@dataclass
class World:
    """The bank, the line to it, the workspace, its clock, and the merchants' accounts by name."""

    bank: Bank
    line: Line
    opened: Workspace
    clock: Path
    accounts: dict[str, PayeeAccount]
    credited: set[int]

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.clock.read_text())

    @property
    def here(self) -> Workspace:
        """Return the workspace with its clock where the story's stands."""
        return Workspace(self.opened.root, self.opened.settings.model_copy(update={"clock_at": self.now}))


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """Open a bank with accounts that misbehave, each in its way, and a workspace that pays from them."""
    with bank(tmp_path) as held, line(held.port, faults_pct=30) as between:
        payers = _accounts_at(held)
        root = tmp_path / "workspace"
        workspaces.create(root)
        text = "".join(
            settings(between.port, f"bank-{name}", number, listens=name == "main") for name, number in payers.items()
        )
        file = root / "daozhang.toml"
        file.write_text(file.read_text() + "account_cooling_hours = 0\n" + text)
        clock = tmp_path / "clock"
        clock.write_text(START.isoformat())
        yield World(held, between, workspaces.open_workspace(root), clock, {}, set())
        from django.db import connections

        connections.close_all()


def _accounts_at(held: Bank) -> dict[str, str]:
    from bank_world import iban

    rich = 10**12
    payers = {
        "main": held.hold("MAIN", 900001, balance=rich),
        "gone": iban(900002),
        "euro": held.hold("EURO", 900003, balance=rich, currency="EUR"),
        "low": held.hold("LOW", 900004, balance=0, behaviour="insufficient-funds"),
        "rejecting": held.hold("REJECTING", 900005, balance=rich, behaviour="reject-file"),
        "returning": held.hold("RETURNING", 900006, balance=rich, behaviour="return-later", parameters={"days": 1, "reason": "AC04"}),
        "deceased": held.hold("DECEASED", 900007, balance=rich, behaviour="return-later", parameters={"days": 1, "reason": "MD07"}),
    }  # fmt: skip
    held.hold("SHOP", 910001)
    held.hold("NEW", 910002)
    held.hold("CLOSED", 910003, behaviour="closed-account")
    held.hold("BADBANK", 910004, behaviour="bad-bank-id")
    return payers


def test_forty_payouts_eight_fail_each_in_its_way_and_every_one_is_paid_once(world: World) -> None:
    _whole_story(world, payouts=40, a_way=1, kills=1)


@pytest.mark.deep
def test_two_hundred_payouts_forty_fail_in_eight_ways_and_every_one_is_paid_once(world: World) -> None:
    _whole_story(world, payouts=200, a_way=5, kills=12)


def _whole_story(world: World, *, payouts: int, a_way: int, kills: int) -> None:
    _ask_for(world, payouts, a_way)
    _work(world, kills)
    _next_day(world)
    _work(world, 0)
    _went_wrong_as_planned(a_way)
    _put_right(world, a_way)
    _work(world, kills)
    _next_day(world)
    _work(world, 0)
    _each_was_paid_once(world, payouts, a_way)


def _ask_for(world: World, payouts: int, a_way: int) -> None:
    from bank_world import iban

    numbers = {"SHOP": 910001, "NEW": 910002, "CLOSED": 910003, "BADBANK": 910004}
    for name, number in numbers.items():
        form = AccountForm(number=iban(number), holder=f"杭州{name}店", kind="corporate")
        merchant = "RETURNS" if name == "NEW" else name
        world.accounts[name] = account_changes.add_account(world.here, "chanjet", merchant, form, from_on=START.date())
    plan = [way for way in WAYS for _ in range(a_way)] + ["main"] * (payouts - a_way * len(WAYS))
    random.Random(2).shuffle(plan)  # noqa: S311 - the same order each time
    for place, way in enumerate(plan):
        payee = {"closed": "CLOSED", "bad-bank": "BADBANK"}.get(way, "SHOP")
        drafted = requests.draft_payout(
            world.here, world.accounts[payee], 10_000 + place, by="an", way=f"bank-{way if way in OWN_PAYER else 'main'}",
            owed_for=f"{way}-{place}",
        )  # fmt: skip
        requests.approve(world.here, drafted.number, by="bo")


def _work(world: World, kills: int) -> None:
    """Let a worker do what is due; kill it ``kills`` times somewhere in the middle, then let one finish."""
    draw = random.Random(3)  # noqa: S311 - moments of the kills
    for kill in range(kills + 1):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(world.here.root), str(world.clock)], stdout=subprocess.PIPE
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
        if kill < kills:
            time.sleep(draw.uniform(0.2, 2.0))
        else:
            _until_nothing_moves(world)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
        world.line.deliver_late()
    if _people_find_out(world):
        _work(world, 0)


def _people_find_out(world: World) -> int:
    """Ask the bank about what the product gave up on, as a person would; what it never had is asked for again."""
    known = {one["end_to_end_id"] for one in world.bank.payments()}
    given_up = list(PayoutRequest.objects.filter(state="person"))
    for one in given_up:
        requests.say(world.here, one.number, was_taken=one.number in known, by="cy", note="电话核实，工号 118")
        if one.number not in known:
            again = requests.draft_reissue(world.here, one.number, by="an", is_prepared=True, note="银行从未收到")
            requests.approve(world.here, again.number, by="bo")
    return len(given_up)


def _until_nothing_moves(world: World) -> None:
    waiting = PayoutRequest.objects.filter(state__in=("approved", "again", "sending", "unknown"))
    most, since = time.monotonic() + 240, world.now
    while waiting.exists() or world.now < since + timedelta(hours=5):  # five looks: one of them gets through
        assert time.monotonic() < most, Counter(waiting.values_list("state", flat=True))
        time.sleep(0.2)


def _next_day(world: World) -> None:
    """Let the recipients' bank credit what was paid for good, end its day, and import the recipients' statements."""
    today = _working(world.now.date())
    world.bank.reach(today)
    held = {one["iban"]: one["id"] for one in world.bank.ask("GET", "/_mock/accounts")}
    for payment in world.bank.payments():
        is_good = payment["booked_at"] and not payment["return_due"] and payment["creditor_iban"] in held
        if is_good and payment["id"] not in world.credited:
            world.credited.add(payment["id"])
            world.bank.ask("POST", "/_mock/credits", {
                "account": held[payment["creditor_iban"]], "amount": payment["amount"], "currency": "CNY",
                "end_to_end_id": payment["end_to_end_id"], "debtor": {"name": "示例清算中心"}, "note": "结算款",
            })  # fmt: skip
    tomorrow = _working(today + timedelta(days=1))
    world.bank.reach(tomorrow)
    for name in ("SHOP", "NEW"):
        for message in world.bank.ask("GET", "/_mock/messages?type=camt.053"):
            if message["account"] == name:
                import_bytes(world.here, f"{name}-{message['id']}.xml", message["body"].encode())
    world.clock.write_text(datetime.combine(tomorrow, START.time()).isoformat())


def _working(day: date) -> date:
    """Return the day, or the Monday after it: the bank books nothing at a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def _went_wrong_as_planned(a_way: int) -> None:
    wrong = PayoutRequest.objects.filter(state__in=("failed", "returned")).exclude(reason_code="")
    found = Counter((one.original_no.rpartition("-")[0], one.reason_code) for one in wrong)
    assert found == {(way, REASONS[way]): a_way for way in WAYS}
    came_back = set(wrong.filter(state="returned").values_list("way", flat=True))
    assert came_back == {"bank-returning", "bank-deceased"}


DAYS_UNTIL_TESTED = 5
"""A test credit whose call is lost is asked for again; how often depends on the line's faults."""


def _put_right(world: World, a_way: int) -> None:
    """Take the steps of the desk for each way in which something went wrong."""
    world.bank.behave("LOW", balance=10**12)
    for name in ("REJECTING", "RETURNING", "DECEASED"):
        world.bank.behave(name, behaviour="accept", parameters={})
    new = {name: _change_account(world, name) for name in ("CLOSED", "BADBANK")}
    _work(world, 0)
    for _ in range(DAYS_UNTIL_TESTED):
        _next_day(world)
        requests_sending.work(world.here, at=world.now)
        if not AccountChange.objects.exclude(state="active").exists():
            break
    assert set(AccountChange.objects.values_list("state", flat=True)) == {"active"}
    for before in PayoutRequest.objects.filter(state__in=("failed", "returned")).exclude(reason_code=""):
        way = before.original_no.rpartition("-")[0]
        right: dict[str, dict[str, Any]] = {
            "closed": {"account": new["CLOSED"].to}, "bad-bank": {"account": new["BADBANK"].to},
            "gone": {"way": "bank-main"}, "euro": {"way": "bank-main"}, "low": {},
            "rejecting": {"is_prepared": True, "note": "银行已恢复受理，回执 8812"},
            "returning": {"account": world.accounts["NEW"]}, "deceased": {"is_prepared": True, "note": "商户已更正，回执 8813"},
        }  # fmt: skip
        again = requests.draft_reissue(world.here, before.number, by="an", **right[way])
        requests.approve(world.here, again.number, by="bo")


def _change_account(world: World, merchant: str) -> AccountChange:
    from bank_world import iban

    form = AccountForm(number=iban(910002), holder=f"杭州{merchant}店", kind="corporate")
    change = account_changes.draft(world.here, "chanjet", merchant, form, by="an", way="bank-main")
    account_changes.add_documents(world.here, change.number, by="an", note="开户许可证，存档 12 柜")
    return account_changes.approve(world.here, change.number, by="bo")


def _each_was_paid_once(world: World, payouts: int, a_way: int) -> None:
    paid = [one for one in world.bank.payments() if one["booked_at"] and not one["return_due"]]
    numbers = [one["end_to_end_id"] for one in paid]
    assert len(set(numbers)) == len(numbers), "one number was paid twice"
    requests_paid = {one.number: one for one in PayoutRequest.objects.filter(number__in=numbers)}
    chains = Counter(one.chain for one in requests_paid.values())
    assert set(chains.values()) == {1}, "one chain was paid twice"
    real = [one for one in requests_paid.values() if one.kind != "test_credit"]
    assert len(real) == payouts
    assert sum(one.amount_minor for one in real) == sum(10_000 + place for place in range(payouts))
    assert {one.state for one in requests_paid.values()} == {"confirmed"}, Counter(one.state for one in real)
    assert PayoutRequest.objects.filter(kind="reissue", state="confirmed").count() >= a_way * len(WAYS)
    assert request_audit.verify().is_whole
    assert {"lost", "doubled", "unanswered", "late"} <= set(world.line.counts)
    assert MoneyEvent.objects.filter(step="unanswered").exists()
