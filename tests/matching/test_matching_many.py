"""Credits that pay many: sums that are exact, what a lump leaves out, what stays open because several ways fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daozhang.breaks import BreakType, Grain, Severity
from daozhang.breaks.lumps import of_lumps
from daozhang.matching.bank import BankLeg, BankLine, match_bank
from daozhang.matching.payouts import Payout
from daozhang.matching.sums import MOST_LEFT_OUT, fewest_that_make
from daozhang.records import Evidence

DAY = date(2026, 11, 24)


def payout(number: str, minor: int, *, after: int = 0, acquirer: str = "demo", tail: str = "8888") -> Payout:
    sent = datetime(2026, 11, 24, 9) + timedelta(days=after)
    return Payout(
        acquirer=acquirer, merchant_no=f"m{number}", payout_no=number, replaces="", settled_on=sent.date() - timedelta(days=1),
        currency="CNY", planned_minor=minor, held_minor=0, deducted_minor=0, paid_minor=minor, state="claimed", reason_code="",
        reason_text="", account_tail=tail, account_holder="", bank_name="", created_at=sent, finished_at=sent,
        claimed_at=sent, states=("claimed",), evidence=(Evidence("payouts.csv", int(number[2:])),),
    )  # fmt: skip


def line(minor: int, *, after: int = 0, text: str = "", payer: str = "清算部", no: int = 1, hour: int = 11) -> BankLine:
    return BankLine(
        account_tail="8888", booked_at=datetime(2026, 11, 24, hour) + timedelta(days=after), amount_minor=minor, currency="CNY",
        counterparty=payer, text=text, evidence=Evidence("statement.csv", no),
    )  # fmt: skip


def group(*amounts: int, after: int = 0, start: int = 1) -> list[Payout]:
    return [payout(f"PO{start + place:06d}", minor, after=after) for place, minor in enumerate(amounts)]


def hows(leg: BankLeg) -> dict[str, str]:
    return {number: credit.how for number, credit in leg.credits.items()}


AMOUNTS = (12_031, 20_477, 31_013, 45_109, 58_003, 61_007, 77_029, 83_047)


def test_a_lump_pays_all_that_was_sent_that_day_and_nothing_is_left() -> None:
    sent = group(*AMOUNTS)
    credit = line(sum(AMOUNTS))

    leg = match_bank(sent, [credit])

    assert set(hows(leg).values()) == {"merged"}
    assert {number: one.amount_minor for number, one in leg.credits.items()} == {
        one.payout_no: one.paid_minor for one in sent
    }
    assert (credit.left_minor, leg.left, leg.lumps) == (0, [], [])


def test_payouts_that_came_back_before_they_were_booked_leave_the_lump_of_the_others_whole() -> None:
    """Two of them have the amount of one that was paid, and are told from it by having come back."""
    sent = group(*AMOUNTS, AMOUNTS[3], AMOUNTS[5])
    sent = [replace(one, state="returned") if number in {3, 9} else one for number, one in enumerate(sent)]
    paid = [one for one in sent if one.state == "claimed"]
    credit = line(sum(one.paid_minor for one in paid))

    leg = match_bank(sent, [credit])

    assert set(leg.credits) == {one.payout_no for one in paid}
    assert (leg.left, leg.lumps) == ([], [])


def test_a_payout_left_out_of_a_lump_is_named_and_the_rest_is_proven() -> None:
    sent = group(*AMOUNTS)
    credit = line(sum(AMOUNTS) - AMOUNTS[2])

    leg = match_bank(sent, [credit])

    assert set(leg.credits) == {one.payout_no for one in sent} - {"PO000003"}
    assert all(one.is_proven for one in leg.credits.values())
    (lump,) = leg.lumps
    assert [one.payout_no for one in lump.left_out] == ["PO000003"]
    assert (lump.remainder_minor, leg.lump_of["PO000003"], leg.left) == (AMOUNTS[2], lump, [])
    assert of_lumps(leg.lumps, datetime(2026, 11, 25)) == []


def test_two_ways_to_make_up_the_remainder_stay_open_with_their_candidates() -> None:
    sent = group(*AMOUNTS, AMOUNTS[2])
    credit = line(sum(AMOUNTS))

    leg = match_bank(sent, [credit])

    assert set(leg.credits) == {one.payout_no for one in sent} - {"PO000003", "PO000009"}
    assert leg.left == []
    (found,) = of_lumps(leg.lumps, datetime(2026, 11, 25))
    assert (found.type, found.grain, found.gap_minor) == (BreakType.CREDIT_SHORT, Grain.BANK_ENTRY, -AMOUNTS[2])
    assert found.severity is Severity.ALARM
    assert found.facts["candidate_numbers"] == ["PO000003", "PO000009"]
    assert [(one.file, one.line_no) for one in found.evidence] == [
        ("statement.csv", 1),
        ("payouts.csv", 3),
        ("payouts.csv", 9),
    ]
    (same_day,) = of_lumps(leg.lumps, datetime(2026, 11, 24, 12))
    assert same_day.severity is Severity.WATCH


def test_a_remainder_that_no_payout_makes_up_is_said_of_a_known_payer_and_proves_nobody() -> None:
    before = group(*AMOUNTS, after=-1, start=101)
    sent = group(*AMOUNTS)
    lines = [line(sum(AMOUNTS), after=-1), line(sum(AMOUNTS) - 1_234, no=2)]

    leg = match_bank([*before, *sent], lines)

    assert {leg.credits[one.payout_no].how for one in sent} == {"lump-short"}
    assert not any(leg.credits[one.payout_no].is_proven for one in sent)
    assert sum(leg.credits[one.payout_no].amount_minor for one in sent) == lines[1].amount_minor
    assert leg.credits["PO000008"].amount_minor == AMOUNTS[-1] - 1_234
    (found,) = of_lumps(leg.lumps, datetime(2026, 11, 25))
    assert (found.gap_minor, found.facts["payouts"], found.facts["candidates"]) == (-1_234, 8, 0)


def test_a_stranger_who_pays_nearly_the_sum_explains_nothing() -> None:
    sent = group(*AMOUNTS)

    leg = match_bank(sent, [line(sum(AMOUNTS) - 1_234)])

    assert leg.credits == {}
    assert len(leg.left) == 1


def test_what_is_over_stays_on_the_line() -> None:
    lines = [line(sum(AMOUNTS), after=-1), line(sum(AMOUNTS) + 500, no=2)]

    leg = match_bank([*group(*AMOUNTS, after=-1, start=101), *group(*AMOUNTS)], lines)

    assert len(leg.credits) == 16
    assert [(one.evidence.line_no, one.left_minor) for one in leg.left] == [(2, 500)]


def test_several_credits_for_several_payouts_are_joined_when_their_sums_agree() -> None:
    sent = group(50_000, 30_000, 20_000)
    lines = [line(61_000, no=1), line(39_000, no=2, hour=12)]

    leg = match_bank(sent, lines)

    shares = {
        number: [(one.evidence.line_no, minor) for one, minor in credit.lines] for number, credit in leg.credits.items()
    }
    assert shares == {"PO000001": [(1, 50_000)], "PO000002": [(1, 11_000), (2, 19_000)], "PO000003": [(2, 20_000)]}
    assert set(hows(leg).values()) == {"joint"}
    assert leg.left == []


def test_many_parts_make_one_payout_when_one_of_them_names_it() -> None:
    sent = group(100_000)
    lines = [line(10_000 + place, no=place, text="PO000001" if place == 1 else "") for place in range(1, 8)]
    lines.append(line(100_000 - sum(one.amount_minor for one in lines), no=8))

    leg = match_bank(sent, lines)

    assert hows(leg) == {"PO000001": "joint"}
    assert leg.credits["PO000001"].amount_minor == 100_000


@given(st.lists(st.integers(1, 30), min_size=1, max_size=9), st.integers(1, 90))
def test_the_search_finds_exactly_the_smallest_ways(amounts: list[int], wanted: int) -> None:
    sent = group(*amounts)
    expected: list[tuple[str, ...]] = []
    for size in range(1, MOST_LEFT_OUT + 1):
        expected = [
            tuple(one.payout_no for one in way)
            for way in combinations(sent, size)
            if sum(one.paid_minor for one in way) == wanted
        ]
        if expected:
            break
    found = [tuple(one.payout_no for one in way) for way in fewest_that_make(sent, wanted)]
    assert found == expected[: len(found)]
    assert len(found) == min(20, len(expected))


@given(st.lists(st.integers(1_000, 99_999), min_size=2, max_size=12), st.integers(0, 2**12), st.randoms())
def test_order_changes_nothing_and_money_is_kept(amounts: list[int], chosen: int, shuffle: object) -> None:
    sent = group(*amounts)
    total = sum(minor for place, minor in enumerate(amounts) if chosen >> place & 1)
    if not total:
        return
    lines = [line(total, no=1), line(amounts[0], no=2, after=1)]
    first = match_bank(sent, [line(total, no=1), line(amounts[0], no=2, after=1)])
    shuffle.shuffle(sent)  # type: ignore[attr-defined]
    again = match_bank(sent, lines[::-1])

    def said(leg: BankLeg) -> object:
        return sorted(
            (number, credit.how, [(one.evidence.line_no, minor) for one, minor in credit.lines])
            for number, credit in leg.credits.items()
        )

    assert said(again) == said(first)
    for one in lines:
        used = sum(minor for credit in again.credits.values() for other, minor in credit.lines if other is one)
        assert used + one.left_minor <= one.amount_minor
        assert used + one.left_minor == one.amount_minor or any(
            lump.line is one and lump.candidates for lump in again.lumps
        )


@pytest.mark.parametrize("spoilt", ["payer", "day"])
def test_sums_that_could_belong_to_two_groups_are_not_joined(spoilt: str) -> None:
    twins = [*group(50_000, 30_000), *group(50_000, 30_000, start=11, after=1 if spoilt == "day" else 0)]
    if spoilt == "payer":
        twins = twins[:2]
    lines = [line(45_000, no=1, after=1), line(35_000, no=2, after=1, payer="别人" if spoilt == "payer" else "清算部")]

    assert match_bank(twins, lines).credits == {}


def test_the_short_credit_of_one_payout_is_not_the_full_credit_of_another() -> None:
    sent = group(10_000, 9_900)

    leg = match_bank(sent, [line(9_900, text="清算款 PO000001")])

    assert hows(leg) == {"PO000001": "different"}
