"""Offers: totals equal a sheet that was computed by hand, to the fen."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daozhang.errors import InputError
from daozhang.services.offer_form import written
from daozhang.services.offers import Mix, Once, Regular, Ticket, compare, cost_of, read_mix, read_offer

FREE = """
name = "Free terminal"
provider = "Lefu"
[[once]]
kind = "deposit"
amount_minor = 29900
refundable = true
refund_after_months = 24
refund_condition = "24 个月后完好归还"
[[regular]]
kind = "sim"
amount_minor = 6000
every = "year"
free_months = 12
[[fee]]
channel = "card"
rate_bp = 60
[[fee]]
channel = "card"
card_kind = "debit"
rate_bp = 55
cap_minor = 2500
[[fee]]
channel = "wechat"
rate_bp = 38
[[fee]]
channel = "wechat"
from_minor = 100000
rate_bp = 60
[instant]
rate_bp = 5
per_payout_minor = 100
"""
BOUGHT = """
name = "Bought terminal"
[[once]]
kind = "purchase"
amount_minor = 49900
[[once]]
kind = "installation"
amount_minor = 5000
[[regular]]
kind = "service"
amount_minor = 1000
every = "month"
[[fee]]
rate_bp = 38.5
per_item_minor = 2
"""
MIX = """channel,card_kind,amount_minor,count
card,credit,12345,100
card,debit,800000,3
wechat,,2750,200
wechat,,150000,4
"""
# By hand, one month of the free terminal:
#   credit 123.45 at 0.60 % = 0.7407 -> 0.74, 100 times             74.00
#   debit 8,000.00 at 0.55 % = 44.00, capped at 25.00, 3 times      75.00
#   WeChat 27.50 at 0.38 % = 0.1045 -> 0.10, 200 times              20.00
#   WeChat 1,500.00 in the tier from 1,000.00 at 0.60 % = 9.00, 4   36.00
#                                                                  205.00
FREE_MONTH = 20_500
# By hand, one month of the bought one: 0.385 % and 2 fen each
#   123.45 -> 0.47528 -> 0.48 + ... the rate part and the fixed part are rounded together: 0.4952825 -> 0.50, 100 times    50.00
#   8,000.00 -> 30.80 + 0.02 = 30.82, 3 times                                                                             92.46
#   27.50 -> 0.105875 + 0.02 = 0.125875 -> 0.13, 200 times                                                                26.00
#   1,500.00 -> 5.775 + 0.02 = 5.795 -> 5.80, 4 times                                                                     23.20
#                                                                                                                        191.66
BOUGHT_MONTH = 19_166


def test_the_totals_are_those_of_the_sheet() -> None:
    mix = read_mix(MIX, "mix.csv")
    found = compare([read_offer(FREE, "free"), read_offer(BOUGHT, "bought")], mix, (12, 36))
    free, bought = ({cost.offer.name: cost for cost in found[span]} for span in (12, 36))
    assert free["Free terminal"].total_minor == 29_900 + 12 * FREE_MONTH
    assert free["Free terminal"].refundable_minor == 0
    assert bought["Free terminal"].total_minor == 29_900 + 2 * 6_000 + 36 * FREE_MONTH
    assert bought["Free terminal"].refundable_minor == 29_900
    assert free["Bought terminal"].total_minor == 49_900 + 5_000 + 12 * 1_000 + 12 * BOUGHT_MONTH
    assert bought["Bought terminal"].total_minor == 49_900 + 5_000 + 36 * 1_000 + 36 * BOUGHT_MONTH
    assert [cost.offer.name for cost in found[12]] == ["Free terminal", "Bought terminal"]


def test_a_free_terminal_shows_its_deposit_with_the_condition() -> None:
    cost = cost_of(read_offer(FREE, "free"), read_mix(MIX, "mix.csv"), 12)
    deposit = next(line for line in cost.lines if line.kind == "deposit")
    assert (deposit.amount_minor, deposit.refund_condition, deposit.refund_after_months) == (
        29_900,
        "24 个月后完好归还",
        24,
    )


def test_early_money_costs_its_share_and_its_payouts() -> None:
    mix = read_mix(MIX, "mix.csv", instant_bp=5_000, instant_payouts=10)
    cost = cost_of(read_offer(FREE, "free"), mix, 1)
    turnover = 12_345 * 100 + 800_000 * 3 + 2_750 * 200 + 150_000 * 4
    assert mix.turnover_minor == turnover
    # half of 47,845.00 is 23,922.50; 0.05 % of it 11.96125 -> 11.96, and ten payouts of 1.00
    assert next(line.amount_minor for line in cost.lines if line.kind == "instant") == 1_196 + 1_000


def test_what_has_no_price_is_said_and_comes_last() -> None:
    silent = read_offer('name = "A"\n[[fee]]\nchannel = "alipay"\nrate_bp = 1', "a")
    found = compare([silent, read_offer(FREE, "free")], read_mix(MIX, "mix.csv"), (12,))[12]
    assert [cost.offer.name for cost in found] == ["Free terminal", "A"]
    assert (found[1].unpriced_count, found[1].is_complete) == (307, False)


def test_a_measured_period_is_carried_by_days() -> None:
    mix = Mix(tickets=(Ticket(amount_minor=10_000, count=7),), days=7)
    offer = read_offer("[[fee]]\nrate_bp = 100", "a")
    # 7 × 1.00 in 7 days; 12 months of 365/12 days are 365 days
    assert cost_of(offer, mix, 12).total_minor == 365 * 100


@given(st.integers(0, 10**6), st.integers(1, 24), st.integers(0, 36), st.integers(1, 120))
def test_a_regular_item_is_paid_once_per_period_begun(amount: int, every: int, free: int, months: int) -> None:
    item = Regular(kind="sim", amount_minor=amount, every_months=every, free_months=free)
    paid = sum(1 for month in range(months) if month >= free and (month - free) % every == 0)
    assert item.times_in(months) == paid


@pytest.mark.parametrize(
    ("body", "cell"),
    [
        ('[[once]]\nkind = "gift"\namount_minor = 1', "kind"),
        ('[[once]]\nkind = "deposit"\namount_minor = -1', "amount_minor"),
        ('[[once]]\nkind = "deposit"\namount_minor = 1.5', "amount_minor"),
        ('[[regular]]\nkind = "sim"\namount_minor = 1\nevery = "week"', "every"),
        ('[[fee]]\nchannel = "card"', "rate_bp"),
        ('[[fee]]\nrate_bp = "0,6"', "rate_bp"),
        ('[[fee]]\nrate_bp = 60\nrounding = "half_up_batch"', "rounding"),
        ("hidden = 3", "hidden"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(body: str, cell: str) -> None:
    with pytest.raises(InputError) as refused:
        read_offer(body, "offer")
    assert cell in str(refused.value.facts["cell"])


def test_a_rate_passes_through_no_float() -> None:
    price = read_offer("[[fee]]\nrate_bp = 38.1", "a").prices[0]
    assert price.fee.rate_bp == Decimal("38.1")


def test_currencies_are_never_added() -> None:
    with pytest.raises(InputError):
        compare([read_offer('currency = "USD"', "a"), read_offer(FREE, "b")], read_mix(MIX, "m"), (12,))


def test_once_is_paid_in_any_span() -> None:
    assert Once(kind="purchase", amount_minor=5).amount_minor == 5
    assert cost_of(read_offer(BOUGHT, "b"), Mix(tickets=()), 1).total_minor == 49_900 + 5_000 + 1_000


def test_what_is_filled_in_becomes_the_same_offer() -> None:
    cells = {
        "name": 'Free "terminal"', "provider": "乐付", "deposit": "299", "refund_after_months": "24", "refund_condition": "完好归还",
        "sim_year": "60.00", "free_months": "12", "credit_pct": "0.60", "debit_pct": "0.55%", "debit_cap": "25", "wechat_pct": "0.38",
        "early_pct": "0.05", "early_each": "1", "purchase": " ",
    }  # fmt: skip
    offer = read_offer(written(cells), "form")
    assert (offer.name, offer.provider) == ('Free "terminal"', "乐付")
    assert [(one.kind, one.amount_minor, one.refund_after_months) for one in offer.once] == [("deposit", 29_900, 24)]
    assert [(one.amount_minor, one.every_months, one.free_months) for one in offer.regular] == [(6_000, 12, 12)]
    rates = {(one.channel, one.card_kind): (one.fee.rate_bp, one.fee.cap_minor) for one in offer.prices}
    assert rates == {
        ("card", "credit"): (Decimal(60), None),
        ("card", "debit"): (Decimal(55), 2_500),
        ("wechat", ""): (Decimal(38), None),
    }
    assert (offer.instant.rate_bp, offer.instant.per_payout_minor) == (Decimal(5), 100)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("deposit", "29.999"), ("credit_pct", "a"), ("credit_pct", "101"), ("free_months", "-1"), ("name", "")],
)
def test_a_cell_that_cannot_be_read_is_named(cell: str, value: str) -> None:
    with pytest.raises(InputError) as refused:
        written({"name": "A", "sim_year": "1", cell: value})
    assert refused.value.facts["cell"] == cell


@pytest.mark.parametrize("body", ["a = " + "[" * 19_000, "name = " + "9" * 6_000, "\x00", "name = 1\nname = 2"])
def test_the_worst_offer_is_refused_in_words(body: str) -> None:
    with pytest.raises(InputError):
        read_offer(body, "offer")


@pytest.mark.parametrize(
    "body", ["amount_minor,count\n\x00,1", "amount_minor,count\n" + "9" * 6_000 + ",1", "amount_minor,count\n1.5,1", ""]
)
def test_the_worst_mix_is_refused_in_words(body: str) -> None:
    with pytest.raises(InputError):
        read_mix(body, "mix.csv")
