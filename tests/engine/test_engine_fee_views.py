"""What control totals call a wrong fee is what the contract's rule calls one, whatever the plans look like."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from daozhang.contracts.fees import Fee
from daozhang.engine.fee_views import fee_views

AMOUNTS = (0, 1, 49, 50, 5_000, 8_333, 12_345, 333_333, 9_999_999, 1_234_567_890)
PLANS = {
    "capped": Fee(rate_bp=Decimal(60), cap_minor=2_000, refund_fee="returned"),
    "finer": Fee(rate_bp=Decimal("38.25"), refund_fee="returned"),
    "keeps": Fee(rate_bp=Decimal(55), refund_fee="kept"),
    "unknown": Fee(rate_bp=Decimal(55)),
}
UNUSUAL = {
    "even": Fee(rate_bp=Decimal(50), rounding="half_even_each", refund_fee="returned"),
    "floor": Fee(rate_bp=Decimal(50), floor_minor=10, refund_fee="returned"),
    "item": Fee(rate_bp=Decimal(50), per_item_minor=8, refund_fee="kept"),
}


def lines(plans: dict[str, Fee]) -> list[tuple[str, str, int, int, bool]]:
    """Return (merchant, kind, gross, fee charged, whether that differs): the contract's fee, and one fen beside it."""
    found = []
    for merchant, plan in plans.items():
        for kind, sign in (("sale", 1), ("offline_sale", 1), ("refund", -1)):
            for amount in AMOUNTS:
                due = plan.of(sign * amount, kind)
                charges = {due or 0, (due or 0) + 1, (due or 0) - 1}
                found += [(merchant, kind, sign * amount, one, due is not None and one != due) for one in charges]
    return found


@pytest.mark.parametrize("plans", [PLANS, {**PLANS, **UNUSUAL}], ids=["every plan ordinary", "some unusual"])
@pytest.mark.parametrize("split", [False, True], ids=["one rate", "a rate per card"])
def test_a_fee_differs_where_the_rule_says_so(plans: dict[str, Fee], *, split: bool) -> None:
    con = duckdb.connect(":memory:")
    con.execute(
        """
        CREATE TABLE contracts_now (acquirer VARCHAR, merchant_no VARCHAR, from_on DATE, to_on DATE, card_kind VARCHAR, channel VARCHAR,
            rate_bp DECIMAL(9, 4), cap_minor BIGINT, floor_minor BIGINT, per_item_minor BIGINT, rounding VARCHAR, refund_fee VARCHAR);
        CREATE TABLE c_src (acquirer VARCHAR, merchant_no VARCHAR, kind VARCHAR, gross_minor BIGINT, fee_minor BIGINT, net_minor BIGINT,
            card_kind VARCHAR, channel VARCHAR, on_day DATE, cleared_on DATE);
        CREATE VIEW t_src AS SELECT * FROM c_src;
        """
    )
    for merchant, plan in plans.items():
        for card in ("debit", "credit") if split else ("",):
            terms = (
                plan.rate_bp,
                plan.cap_minor,
                plan.floor_minor,
                plan.per_item_minor or None,
                plan.rounding,
                plan.refund_fee,
            )
            con.execute(
                "INSERT INTO contracts_now VALUES ('a', ?, '2026-01-01', NULL, ?, '', ?, ?, ?, ?, ?, ?)",
                [merchant, card, *terms],
            )
    expected = lines(plans)
    for merchant, kind, gross, charged, _ in expected:
        con.execute(
            "INSERT INTO c_src VALUES ('a', ?, ?, ?, ?, ?, 'debit', 'card', '2026-06-15', '2026-06-15')",
            [merchant, kind, gross, charged, gross - charged],
        )
    fee_views(con)
    said = con.execute(
        "SELECT merchant_no, kind, gross_minor, gross_minor - net_minor, fee_differs FROM c_fees"
    ).fetchall()

    assert sorted(said) == sorted(expected)
    assert sum(differs for *_, differs in expected) > 100
