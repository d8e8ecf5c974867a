"""Courses: a quiz is the same everywhere, who fails is not trained, a slip brings its course, the effect is told honestly."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from random import Random

import pytest
from typer.testing import CliRunner

from daozhang.cli.main import app
from daozhang.desk import house_audit, learning_courses
from daozhang.desk.imports import import_bytes
from daozhang.desk.learning_models import Assignment, Certificate
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.learning import manuals
from daozhang.learning.courses import ASKED, course, courses, drawn, marked
from daozhang.learning.intervals import Share, Trend, effect
from daozhang.learning.journal import Slip

STAFF = "name,role,acquirer,merchant_no,operator_no\n小李,cashier,LIANHE,M1,01\n小王,cashier,LIANHE,M1,02\n"
NOW = datetime(2026, 11, 20, 12)


def _at(workspace: Workspace, moment: datetime) -> Workspace:
    return Workspace(workspace.root, workspace.settings.model_copy(update={"clock_at": moment}))


def _right(code: str, seed: int) -> list[str]:
    return [one.right_letter for one in drawn(course(code), seed)]


def _wrong(code: str, seed: int) -> list[str]:
    return ["B" if letter == "A" else "A" for letter in _right(code, seed)]


@pytest.fixture
def house(workspace: Workspace) -> Workspace:
    place = _at(workspace, NOW)
    learning_courses.take_staff(place, STAFF.encode(), by="owner")
    return place


def test_a_quiz_is_the_same_for_its_seed_and_every_wrong_answer_is_explained() -> None:
    for one in courses():
        assert drawn(one, 7) == drawn(one, 7)
        assert len({str(drawn(one, seed)) for seed in range(20)}) > 15
        assert marked(one, 7, _right(one.code, 7)).passed
        for question in one.questions:
            assert [option.is_right for option in question.options].count(True) == 1
            for option in question.options:
                assert all(option.say[language] for language in ("zh", "en"))
                assert option.is_right or all(option.why[language] for language in ("zh", "en"))
        assert all(manuals.own_page(one.page, language) for language in ("zh", "en"))
    assert {slip for one in courses() for slip in one.slips} == set(Slip)


def test_who_fails_cannot_be_marked_trained(house: Workspace) -> None:
    result, certificate = learning_courses.take(house, "小李", "timeouts", 7, _wrong("timeouts", 7), by="owner")
    assert (result.passed, certificate, Certificate.objects.count()) == (False, None, 0)
    states = {(one.learner.name, one.course): one.state for one in learning_courses.standings(house)}
    assert states["小李", "timeouts"] == "failed"
    with pytest.raises(RefusedError):  # the same sheet again, now that the answers are known
        learning_courses.take(house, "小李", "timeouts", 7, _right("timeouts", 7), by="owner")
    _, certificate = learning_courses.take(
        house, "小李", "timeouts", 8, _right("timeouts", 8), by="owner", on_paper=True
    )
    assert certificate is not None
    assert certificate.valid_until == NOW.date() + timedelta(days=course("timeouts").valid_days)
    assert house_audit.broken_at() is None


def test_a_certificate_ends_and_the_retest_is_assigned_in_time(house: Workspace) -> None:
    learning_courses.take(house, "小李", "timeouts", 8, _right("timeouts", 8), by="owner")
    until = NOW.date() + timedelta(days=course("timeouts").valid_days)

    def state(day: date) -> str:
        place = _at(house, datetime(day.year, day.month, day.day, 9))
        return next(
            one.state
            for one in learning_courses.standings(place)
            if (one.learner.name, one.course) == ("小李", "timeouts")
        )

    assert [state(until - timedelta(days=31)), state(until), state(until + timedelta(days=1))] == [
        "trained",
        "retest",
        "expired",
    ]
    later = _at(house, datetime(until.year, until.month, until.day, 9))
    assert [one.reason for one in learning_courses.assign(later, until - timedelta(days=2), until, by="clock")] == [
        "retest"
    ]
    assert learning_courses.assign(later, until - timedelta(days=2), until, by="clock") == []
    learning_courses.take(later, "小李", "timeouts", 9, _right("timeouts", 9), by="owner")
    assert not Assignment.objects.filter(done_at__isnull=True).exists()


def _journal(rng: Random, days: int, first: date, slip_pct: int) -> list[tuple[str, str]]:
    """Return (transaction, order) lines of operator 01, of which ``slip_pct`` per cent are keyed with one nought too many."""
    lines = []
    for at in range(days * 20):
        moment = datetime(first.year, first.month, first.day, 9) + timedelta(days=at // 20, minutes=at % 20 * 10)
        order, amount = f"O{moment:%m%d%H%M}", 1_000
        keyed = amount * 10 if rng.randrange(100) < slip_pct else amount
        lines.append((
            f"LIANHE,M1,T1,{order},{moment.isoformat()},sale,{keyed},approved,00,card,01\n",
            f"{order},M1,{amount},{moment.isoformat()},card\n",
        ))  # fmt: skip
    return lines


def test_a_slip_brings_its_course_and_the_effect_is_found_with_its_sign(house: Workspace) -> None:
    rng = Random(5)  # noqa: S311
    lines = [*_journal(rng, 20, date(2026, 10, 31), 8), *_journal(rng, 20, date(2026, 11, 21), 1)]
    heads = ("acquirer,merchant_no,terminal_no,order_no,occurred_at,kind,amount_minor,status,response_code,channel,operator_no\n",
             "order_no,merchant_no,amount_minor,placed_at,paid_by\n")  # fmt: skip
    for name, head, at in (("transactions.csv", heads[0], 0), ("orders.csv", heads[1], 1)):
        assert import_bytes(house, name, (head + "".join(line[at] for line in lines)).encode()).state == "accepted"
    made = learning_courses.assign(house, date(2026, 10, 31), date(2026, 11, 19), by="owner")
    assert [(one.learner.name, one.course, one.reason, one.facts["slip"]) for one in made] == [
        ("小李", "wrong_amount", "slip", "wrong_amount")
    ]
    learning_courses.take(house, "小李", "wrong_amount", 3, _right("wrong_amount", 3), by="owner")
    assert Assignment.objects.filter(done_at__isnull=True).count() == 0
    early = learning_courses.effect_of(_at(house, datetime(2026, 11, 23, 20)), "小李", "wrong_amount")
    assert early.trend is Trend.NOT_ENOUGH
    found = learning_courses.effect_of(_at(house, datetime(2026, 12, 20)), "小李", "wrong_amount")
    assert (found.before.count, found.after.count) == (400, 400)
    assert found.trend is Trend.FEWER
    assert found.low < found.high < 0


def test_an_effect_is_claimed_only_when_the_interval_allows() -> None:
    assert effect(Share(20, 400), Share(20, 400)).trend is Trend.NO_DIFFERENCE
    assert effect(Share(4, 400), Share(40, 400)).trend is Trend.MORE
    assert effect(Share(9, 90), Share(0, 400)).trend is Trend.NOT_ENOUGH
    low, high = Share(0, 100).bounds
    assert low < 1e-12
    assert 0.03 < high < 0.04  # Wilson: 3.7 % where nothing happened in 100


def test_the_sheet_and_its_answers_need_no_network(house: Workspace) -> None:
    where = ["-w", str(house.root)]
    sheet = CliRunner().invoke(app, ["learn", "sheet", "duplicates", "--seed", "11", *where])
    assert sheet.exit_code == 0, sheet.output
    assert sheet.stdout.count("   A. ") == ASKED
    wrong = "".join(_wrong("duplicates", 11))
    said = CliRunner().invoke(app, ["learn", "answer", "duplicates", "小李", wrong, "--seed", "11", "--json", *where])
    assert said.exit_code == 1, said.output
    found = json.loads(said.stdout)
    assert (found["passed"], found["certificate"], len(found["wrong"])) == (False, None, ASKED)
    assert all(why for _, _, why in found["wrong"])
