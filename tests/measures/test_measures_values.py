"""Rates, times, logs, work, paths: the rules on values, each against numbers worked out by hand or by another way."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta

import pytest

from daozhang.measures.case_log import CaseLog, Logged, Phase, is_fixed_first_time, times_of
from daozhang.measures.figures import Group, of_scores
from daozhang.measures.mining import Trace, Walked, mine
from daozhang.measures.rates import Rate
from daozhang.measures.times import Lasting, spread
from daozhang.measures.work import Turned, seconds_per_case

NINE = datetime(2026, 10, 9, 9, 0)


def _after(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


def test_an_interval_covers_the_rate_it_was_drawn_from() -> None:
    drawn = random.Random(20261009)  # noqa: S311 - a simulation
    for share, of in ((0.0002, 50_000), (0.01, 2_000), (0.3, 200)):
        held = 0
        for _ in range(200):
            count = (
                drawn.binomialvariate(of, share) if hasattr(drawn, "binomialvariate") else _binomial(drawn, of, share)
            )
            held += Rate(count, of).holds(share)
        assert held >= 183, (share, of, held)  # 95 % of 200, less two and a half standard deviations


def _binomial(drawn: random.Random, of: int, share: float) -> int:
    """Return a draw by the gaps between events, which is quick where events are rare."""

    count, place = 0, 0
    while True:
        place += int(math.log(1.0 - drawn.random()) / math.log(1.0 - share)) + 1
        if place > of:
            return count
        count += 1


def test_nothing_happened_is_no_certainty_and_no_ground_is_no_rate() -> None:
    ends = Rate(0, 100).interval
    assert ends is not None
    assert ends[0] == 0
    assert 0.03 < ends[1] < 0.04
    assert Rate(0, 0).share is None
    assert Rate(0, 0).per(100) is None


def test_open_cases_make_the_median_longer_never_shorter() -> None:
    closed = [Lasting(hours * 3600.0, is_over=True) for hours in (1, 2, 3, 4)]
    running = [Lasting(hours * 3600.0, is_over=False) for hours in (50, 60, 70)]
    assert spread(closed).median_s == 2 * 3600
    assert spread(closed + running).median_s == 4 * 3600
    assert spread(closed + running).p90_s is None
    assert (spread(closed + running).over, spread(closed + running).running) == (4, 3)
    assert spread(closed[:2]).median_s is None, "two cases are no median"


def test_a_case_censored_early_leaves_the_estimate_as_kaplan_and_meier_have_it() -> None:
    times = [Lasting(1, is_over=True), Lasting(2, is_over=False), Lasting(3, is_over=True), Lasting(4, is_over=True)]
    # S(1) = 3/4; at 3 two are left: S(3) = 3/4 × 1/2 = 3/8, so half are over at 3, nine tenths at 4
    assert spread(times).median_s == 3
    assert spread(times).p90_s == 4


def _case(steps: list[tuple[str, float, str]], knowable: float | None = -2, told: float | None = None) -> CaseLog:
    return CaseLog(
        number="DZ-1", size="sev4", acquirer="lianhe", merchant_no="898", cause_code="D002", gap_minor=-100, currency="CNY",
        opened_at=NINE, knowable_at=None if knowable is None else _after(knowable), told_at=None if told is None else _after(told),
        steps=tuple(Logged(step, _after(hours), by) for step, hours, by in [("opened", 0, "system"), *steps]),
    )  # fmt: skip


def test_the_times_of_a_case_are_those_of_its_log() -> None:
    case = _case([("report_sent", 3, "li"), ("instruction_received", 5, "li"), ("money_matched", 30, "system")], told=1)
    found = times_of(case, _after(100))
    assert {phase: (one.seconds / 3600, one.is_over) for phase, one in found.items()} == {
        Phase.DETECT: (2, True), Phase.NOTIFY: (1, True), Phase.DECIDE: (5, True), Phase.RESOLVE: (30, True)
    }  # fmt: skip
    assert case.contacts == 2
    assert case.is_touched


def test_what_still_runs_is_kept_and_what_cannot_be_known_is_left_out() -> None:
    running = times_of(_case([], knowable=None), _after(10))
    assert Phase.DETECT not in running
    assert running[Phase.RESOLVE] == Lasting(36_000, is_over=False)
    later = times_of(_case([], knowable=5), _after(10))
    assert Phase.DETECT not in later, "nobody detects before it can be known"
    explained = times_of(_case([("explained", 4, "system")]), _after(10))
    assert set(explained) == {Phase.DETECT}


def test_a_case_is_fixed_at_once_when_thirty_days_went_by() -> None:
    closed = [("money_matched", 10.0, "system")]
    assert is_fixed_first_time(_case(closed), _after(10 + 29 * 24)) is None
    assert is_fixed_first_time(_case(closed), _after(10 + 30 * 24)) is True
    assert is_fixed_first_time(_case([*closed, ("returned", 50.0, "system")]), _after(2000)) is False
    assert is_fixed_first_time(_case([]), _after(2000)) is None


def test_minutes_go_to_what_a_person_turned_to() -> None:
    turns = [
        Turned("li", NINE, "A"), Turned("li", NINE + timedelta(minutes=4), "B"), Turned("li", NINE + timedelta(minutes=6)),
        Turned("li", NINE + timedelta(minutes=60), "A"), Turned("wang", NINE, "A"), Turned("wang", NINE + timedelta(minutes=3)),
    ]  # fmt: skip
    assert seconds_per_case(turns) == {"A": 4 * 60 + 60 + 3 * 60, "B": 120}


def test_fewer_than_five_answers_are_not_shown() -> None:
    assert of_scores("opinion", Group.WORK, [5, 5, 4, 5]).value is None
    assert of_scores("opinion", Group.WORK, [5, 5, 4, 5, 1]).value == pytest.approx(4.0)


def test_the_planted_bottleneck_is_found_with_its_cases() -> None:
    drawn = random.Random(7)  # noqa: S311 - a simulation
    traces = []
    for number in range(40):
        at, steps = NINE, []
        for step, wait in (("opened", 0), ("report_sent", 2), ("receipt_confirmed", 30), ("instruction_received", 3)):
            at += timedelta(hours=wait * drawn.uniform(0.8, 1.2))
            steps.append(Walked(step, at, "li"))
            if step == "report_sent" and number % 4 == 0:
                at += timedelta(hours=1)
                steps.append(Walked("report_sent", at, "wang"))
        traces.append(Trace(f"C{number:02d}", tuple(steps)))
    found = mine(traces)
    assert found.bottleneck is not None
    assert (found.bottleneck.before, found.bottleneck.after, found.bottleneck.count) == (
        "report_sent",
        "receipt_confirmed",
        40,
    )
    assert 29 * 3600 < found.bottleneck.median_s < 31 * 3600
    assert [len(one.cases) for one in found.variants] == [30, 10]
    assert [(one.kind, one.step, one.count) for one in found.proposals] == [
        ("wait", "report_sent", 40),
        ("repeat", "report_sent", 10),
    ]


def test_two_cases_are_no_bottleneck() -> None:
    steps = (Walked("opened", NINE, "system"), Walked("report_sent", _after(5), "li"))
    assert mine([Trace("A", steps), Trace("B", steps)]).bottleneck is None
