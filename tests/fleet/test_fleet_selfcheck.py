"""The self-check: each of the twelve failures leads to its card through the page; facts answer; results stay with the terminal and its case."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

sys.path.append(str(Path(__file__).parent.parent))
from daozhang.desk import fleet_checks
from daozhang.desk.fleet_models import SelfCheck
from daozhang.desk.models import Case, CaseEvent
from daozhang.desk.runs import record_run
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.fleet.selfcheck import cards, next_question, outcome, table
from daozhang.texts import has, say
from daozhang.web import context
from desk_making import NOON, finding

FAILURES = [(question.code, answer, card) for question in table() for answer, card in question.answers.items() if card]
PASSING = {question.code: next(answer for answer, card in question.answers.items() if not card) for question in table()}


@pytest.fixture
def phone(fleet: Workspace) -> Client:
    """Return a phone on which somebody is logged in."""
    cache.clear()
    context.use(fleet)
    client = Client(SERVER_NAME="localhost")
    client.cookies["daozhang_language"] = "en"
    client.force_login(User.objects.create_user("wang", password="a long enough one"))
    return client


def _begun(client: Client, terminal: str = "T9") -> str:
    answer = client.post(reverse("selfcheck"), {"terminal_no": terminal})
    return answer.headers["Location"].rsplit("/", 1)[1]


def test_there_are_twelve_ways_to_fail_each_with_a_card_in_both_languages() -> None:
    assert len(FAILURES) == 12
    assert len(set(cards())) == 12
    for name in (*cards(), "well", "unclear"):
        for part in ("result", "do", "who"):
            assert all(has(language, f"selfcheck-{part}-{name}") for language in ("zh", "en")), (part, name)
    assert {one.section for one in table()} == {"power", "hardware", "network", "backend", "version", "operation"}


def test_each_failure_is_walked_on_the_page_to_its_card(phone: Client) -> None:
    for failing, answer, card in FAILURES:
        code = _begun(phone)
        page = reverse("selfcheck-run", args=[code])
        for question in table():
            shown = phone.get(page).content.decode()
            shown = unescape(shown)
            assert say("en", f"selfcheck-question-{question.code}") in shown
            said = answer if question.code == failing else PASSING[question.code]
            phone.post(page, {"question": question.code, "answer": said})
            if question.code == failing:
                break
        shown = unescape(phone.get(page).content.decode())
        assert say("en", f"selfcheck-result-{card}") in shown, card
        assert say("en", f"selfcheck-do-{card}") in shown, card
        assert SelfCheck.objects.get(code=code).outcome == card
    assert SelfCheck.objects.filter(finished_at__isnull=False).count() == 12


def test_tampering_means_stop_and_call() -> None:
    assert say("en", "selfcheck-result-tamper") == "Stop using this terminal"
    assert say("en", "selfcheck-who-tamper").startswith("Call the acquirer now")
    assert "停止使用" in say("zh", "selfcheck-result-tamper")


def test_a_check_is_gone_on_with_on_another_device_and_a_step_can_be_taken_back(phone: Client) -> None:
    code = _begun(phone)
    page = reverse("selfcheck-run", args=[code])
    for name in ("power", "battery", "tamper"):
        phone.post(page, {"question": name, "answer": PASSING[name]})
    other = Client(SERVER_NAME="localhost")
    other.force_login(User.objects.create_user("li", password="a long enough one"))
    assert other.post(reverse("selfcheck"), {"code": code.lower()}).headers["Location"] == page
    other.cookies["daozhang_language"] = "zh"
    assert say("zh", "selfcheck-question-device") in other.get(page).content.decode()
    other.post(page, {"act": "back"})
    check = SelfCheck.objects.get(code=code)
    asked = next_question(fleet_checks.given(check))
    assert asked is not None
    assert asked.code == "tamper"
    other.post(page, {"question": "version", "answer": "no"})  # a page that is out of date changes nothing
    assert fleet_checks.given(SelfCheck.objects.get(code=code)) == {"power": "yes", "battery": "yes"}
    assert phone.get(reverse("selfcheck-run", args=["NOSUCH"])).status_code == 404


def test_what_nobody_could_tell_is_said_at_the_end() -> None:
    assert outcome(PASSING) == "well"
    assert outcome({**PASSING, "tamper": "unsure"}) == "unclear"
    assert outcome({"power": "yes"}) == ""


def _probe(state: str, step: str = "connect", key: str = "probe-connect-closed") -> str:
    steps = [
        {"step": "name", "state": "good", "key": "probe-name-good", "facts": {"host": "pos.example", "ms": 3}},
        {"step": "connect", "state": "good", "key": "probe-connect-good", "facts": {"port": "5000", "ms": 3}},
    ]
    steps = [one for one in steps if one["step"] != step]
    steps.append({"step": step, "state": state, "key": key, "facts": {"host": "pos.example", "port": "5000", "seconds": "3", "asked": 100,
                  "lost": 5, "loss": "5", "at_most": "11"}})  # fmt: skip
    return json.dumps(
        {"probe": 1, "host": "pos.example", "port": 5000, "grade": "down", "tries": 100, "lost": 5, "steps": steps}
    )


def _answered(phone: Client, code: str, *names: str) -> str:
    page = reverse("selfcheck-run", args=[code])
    for name in names:
        phone.post(page, {"question": name, "answer": PASSING[name]})
    return page


def test_a_probe_answers_for_the_network_and_the_page_names_the_port(phone: Client) -> None:
    page = _answered(phone, code := _begun(phone), "power", "battery", "tamper", "device", "printer", "network")
    phone.post(page, {"act": "probe", "probe": _probe("failed")})
    shown = phone.get(page).content.decode()
    assert SelfCheck.objects.get(code=code).outcome == "port"
    assert "Port 5000 at pos.example is closed" in shown


def test_loss_that_a_probe_measured_ends_at_the_line(phone: Client) -> None:
    page = _answered(phone, code := _begun(phone), "power", "battery", "tamper", "device", "printer", "network")
    phone.post(page, {"act": "probe", "probe": _probe("failed", "line", "probe-line-loss")})
    _answered(phone, code, "backend")
    assert SelfCheck.objects.get(code=code).outcome == "line"
    assert "5 % loss" in phone.get(page).content.decode()


def test_what_is_no_probe_is_refused(fleet: Workspace) -> None:
    code = fleet_checks.start(fleet, "T9", by="wang").code
    for body in ("", "[]", "{", '{"probe": 1, "steps": [1]}', "[" * 5000, '{"probe": 1}'):
        with pytest.raises(RefusedError):
            fleet_checks.take_probe(fleet, code, body, by="wang")
    assert SelfCheck.objects.get(code=code).probe == {}


def test_heartbeats_and_the_version_policy_answer_in_the_cashiers_place(fleet: Workspace) -> None:
    from daozhang.desk import fleet as desk_fleet

    desk_fleet.set_target(fleet, "SP-630", "4.0", by="li")
    low = fleet_checks.start(fleet, "T3", by="wang")  # 15 % of battery, version 3.10.0
    assert fleet_checks.given(low) == {"battery": "no", "version": "no"}
    assert fleet_checks.answer(fleet, low.code, "power", "yes", by="wang").outcome == "battery"
    old = fleet_checks.start(fleet, "T1", by="wang")
    for name in ("power", "battery", "tamper", "device", "printer", "network", "port", "backend", "line"):
        old = fleet_checks.answer(fleet, old.code, name, PASSING[name], by="wang")
    assert old.outcome == "version"


def test_the_result_joins_the_open_case_of_the_terminal_as_evidence(fleet_everywhere: Workspace) -> None:
    place = fleet_everywhere
    said = finding(1, acquirer="LIANHE", merchant="M1")
    of_terminal = replace(said, found=replace(said.found, keys=replace(said.found.keys, terminal_no="T1")))
    record_run(place, run_id="r1", as_of=NOON, findings=[of_terminal], inputs_hash="1", folder="f", counts={})
    code = fleet_checks.start(place, "T1", by="wang").code
    done = fleet_checks.answer(place, code, "power", "no", by="wang")
    assert done.case_id == Case.objects.get().number
    event = CaseEvent.objects.get(step="commented")
    assert code in event.note
    assert say(place.settings.language, "selfcheck-result-power") in event.note
    other = fleet_checks.start(place, "T3", by="wang").code
    assert fleet_checks.answer(place, other, "power", "no", by="wang").case_id is None
