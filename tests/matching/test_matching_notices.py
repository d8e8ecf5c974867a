"""Notices of a bank: of an account's day and direction one voice counts, and nothing that a statement says or may say."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daozhang.matching.bank import BankLine
from daozhang.matching.coverage import Coverage
from daozhang.matching.notices import Noted, counting
from daozhang.records import Evidence

DAY = date(2026, 11, 24)


def noted(
    minor: int, kind: str = "notice", *, after: int = 0, reference: str = "", tail: str = "6688", code: str = "CNY"
) -> Noted:
    line = BankLine(
        account_tail=tail, booked_at=datetime(2026, 11, 24, 11) + timedelta(days=after), amount_minor=minor, currency=code,
        counterparty="", text="", evidence=Evidence("f", 1),
    )  # fmt: skip
    return Noted(line, reference, kind)


def told(minor: int, *, after: int = 0, reference: str = "", tail: str = "6688") -> Noted:
    return noted(minor, "", after=after, reference=reference, tail=tail)


def amounts(notices: list[Noted], booked: list[Noted] | None = None, cover: Coverage | None = None) -> list[int]:
    return [line.amount_minor for line in counting(notices, booked or [], cover or Coverage())]


def test_without_a_statement_every_notification_counts() -> None:
    assert amounts([noted(9940), noted(9940), noted(-500)]) == [9940, 9940, -500]


def test_of_two_kinds_the_one_that_brings_more_counts_and_notifications_when_they_bring_the_same() -> None:
    parts = [noted(100), noted(200)]

    assert amounts([noted(300, "report"), *parts]) == [100, 200]
    assert amounts([noted(301, "report"), *parts]) == [301]
    assert amounts([noted(299, "report"), *parts]) == [100, 200]


def test_directions_currencies_accounts_and_days_have_a_voice_each() -> None:
    others = [
        noted(-900, "report"),
        noted(900, "report", code="USD"),
        noted(900, "report", tail="1"),
        noted(900, "report", after=1),
    ]

    assert amounts([noted(100), *others]) == [100, -900, 900, 900, 900]


@pytest.mark.parametrize("is_sound", [True, False])
def test_a_statement_speaks_up_to_its_last_day_whatever_it_says_and_however_sure_it_is(*, is_sound: bool) -> None:
    cover = Coverage()
    cover.add_account("6688", DAY, DAY + timedelta(days=1), is_sound=is_sound)

    assert amounts([noted(1, after=-9), noted(2), noted(3, after=1), noted(4, after=2)], cover=cover) == [4]
    assert amounts([noted(1), noted(2, tail="1")], [told(7)]) == [2]


def test_the_same_reference_and_amount_is_the_same_money_on_a_later_day_too() -> None:
    booked = [told(9940, reference="A1")]

    assert amounts([noted(9940, after=3, reference="A1")], booked) == []
    assert amounts([noted(9940, after=3, reference="A2")], booked) == [9940]
    assert amounts([noted(9941, after=3, reference="A1")], booked) == [9941]
    assert amounts([noted(9940, after=11, reference="A1")], booked) == [9940]


def test_a_line_of_the_day_before_is_the_notice_only_when_it_has_none_of_its_own() -> None:
    assert amounts([noted(9940, after=1, reference="X")], [told(9940, reference="A1")]) == []
    assert amounts(
        [noted(9940, reference="A1"), noted(9940, after=1, reference="X")], [told(9940, reference="A1")]
    ) == [9940]
    assert amounts([noted(9940, after=2, reference="X")], [told(9940, reference="A1")]) == [9940]


MONEY = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3), st.sampled_from(["", "A", "B"])), max_size=8)


@given(notifications=MONEY, reports=MONEY, last=st.integers(-1, 3))
def test_no_day_ever_brings_more_than_one_of_its_voices(
    notifications: list[tuple[int, int, str]], reports: list[tuple[int, int, str]], last: int
) -> None:
    notices = [noted(minor, kind, after=after, reference=ref)
               for kind, told_of in (("notice", notifications), ("report", reports)) for minor, after, ref in told_of]  # fmt: skip
    booked = [told(minor, after=after, reference=ref) for minor, after, ref in notifications if after <= last]
    counted = counting(notices, booked, Coverage())

    for day in {DAY + timedelta(days=after) for after in range(4)}:
        brought = [
            sum(one.line.amount_minor for one in notices if one.kind == kind and one.line.booked_on == day)
            for kind in ("notice", "report")
        ]
        sums = sum(line.amount_minor for line in counted if line.booked_on == day)
        assert sums <= max(brought)
        if booked and day <= max(one.line.booked_on for one in booked):
            assert sums == 0
