"""One cause behind many, incidents, followers; and the same answer whatever the order."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from breaks_for_tests import NOW, TODAY, a_break
from test_diagnosis_scenarios import SCENARIOS

from daozhang.breaks import Break, Severity
from daozhang.diagnosis.day import DayFacts, Notice
from daozhang.diagnosis.explain import explain
from daozhang.diagnosis.finding import Finding
from daozhang.diagnosis.shared import Shared


def causes(breaks: list[Break], day: DayFacts = TODAY) -> list[str]:
    return [one.cause_code for one in explain(breaks, day)]


def unpaid(acquirer: str, merchants: int, paid: int, kind: str = "payout_missing", **facts: object) -> list[Break]:
    if kind == "payout_missing":
        facts = {"silent_merchants": merchants, "paid_merchants": paid, **facts}
    return [
        a_break(kind, keys={"acquirer": acquirer, "merchant_no": f"{acquirer}{no}"}, **facts) for no in range(merchants)
    ]


def test_an_acquirer_that_pays_nobody_is_one_incident_and_names_it_alone() -> None:
    found = explain([*unpaid("A", 4, 0), *unpaid("B", 1, 30)], TODAY)
    of_a = [one for one in found if one.found.keys.acquirer == "A"]
    of_b = [one for one in found if one.found.keys.acquirer == "B"]
    assert {one.cause_code for one in of_a} == {"D086"}
    assert {one.population for one in of_a} == {"acquirer:A"}
    assert len({one.incident_id for one in of_a}) == 1
    assert [one.cause_code for one in of_b] == [""]


def test_a_silence_goes_on_while_few_are_due_and_ends_when_somebody_is_paid() -> None:
    def on(day: int, merchants: int, paid: int) -> list[Break]:
        keys = {"acquirer": "A", "settled_on": date(2026, 11, day)}
        return [
            a_break("payout_missing", keys={**keys, "merchant_no": f"A{no}"}, paid_merchants=paid)
            for no in range(merchants)
        ]

    assert set(causes([*on(19, 4, 0), *on(20, 1, 0)])) == {"D086"}
    assert set(causes(on(20, 1, 0))) == {""}
    assert [one for one in causes([*on(18, 4, 0), *on(20, 1, 9)]) if not one] == [""]
    assert [one for one in causes([*on(2, 4, 0), *on(20, 1, 0)]) if not one] == [""]


def test_a_few_unpaid_among_many_paid_are_not_the_acquirer() -> None:
    assert set(causes(unpaid("A", 4, 40))) == {""}
    assert set(causes(unpaid("A", 2, 0))) == {""}
    assert set(causes(unpaid("A", 6, 10))) == {"D086"}


def test_a_shop_with_its_own_reason_stays_apart_from_the_silent_acquirer() -> None:
    own = a_break("payout_missing", keys={"acquirer": "A", "merchant_no": "A9"}, merchant_status="licence_expired")
    found = explain([*unpaid("A", 4, 0), own], TODAY)
    assert {one.found.keys.merchant_no: one.cause_code for one in found}["A9"] == "D037"
    assert len({one.incident_id for one in found}) == 2


def test_what_is_not_due_or_waits_for_a_source_never_makes_an_acquirer_silent() -> None:
    assert set(causes(unpaid("A", 9, 0, not_due=True, why_not_due="weekend"))) == {"D025"}
    assert "D086" not in causes(unpaid("A", 9, 0, waiting_for=["payouts:A:2026-11-24"]))


def at_bank(bank: str, shops: int, kind: str = "payout_failed", **facts: object) -> list[Break]:
    return [
        a_break(
            kind,
            keys={"merchant_no": f"M{no}", "payout_no": f"P{bank}{no}"},
            bank_name=bank,
            account_tail=f"{no:04}",
            **facts,
        )
        for no in range(shops)
    ]


def test_only_one_bank_failing_without_reasons_is_the_bank() -> None:
    found = explain([*at_bank("工商银行", 4), *at_bank("招商银行", 1)], TODAY)
    assert [one.cause_code for one in found if one.found.facts["bank_name"] == "工商银行"] == ["D095"] * 4
    assert [one.cause_code for one in found if one.found.facts["bank_name"] == "招商银行"] == ["D096"]
    assert {one.population for one in found if one.cause_code == "D095"} == {"bank:工商银行"}


def test_a_bank_that_paid_others_that_day_is_not_blamed_unless_it_says_so() -> None:
    assert set(causes(at_bank("工商银行", 4, same_bank_paid=20))) == {"D096"}
    assert set(causes(at_bank("工商银行", 4, same_bank_paid=20, reason_text="收款行系统维护"))) == {"D095"}


def banks(**tallies: tuple[int, int]) -> DayFacts:
    counts = {
        name: {"all": every, "failed": failed, "paid": every - failed} for name, (every, failed) in tallies.items()
    }
    return DayFacts(as_of=NOW, counts={"payouts_by_bank": counts})


def test_a_bank_that_fails_far_more_often_than_the_others_is_blamed_although_it_paid_some() -> None:
    breaks = at_bank("工商银行", 8)
    assert set(causes(breaks, banks(工商银行=(40, 8), 招商银行=(200, 1)))) == {"D095"}
    assert set(causes(breaks, banks(工商银行=(40, 8), 招商银行=(200, 40)))) == {"D096"}
    assert set(causes(breaks, banks(工商银行=(200, 8), 招商银行=(40, 1)))) == {"D096"}
    assert set(causes(breaks, banks(工商银行=(40, 8)))) == {"D096"}


def test_a_share_by_chance_is_none_of_a_place() -> None:
    even = Shared(failed=5, all=50, failed_elsewhere=15, all_elsewhere=150)
    assert (even.lift, even.stands_out) == (1.0, False)
    assert round(Shared(failed=2, all=2, failed_elsewhere=0, all_elsewhere=2).chance, 4) == round(1 / 6, 4)
    assert Shared(failed=8, all=10, failed_elsewhere=1, all_elsewhere=90).stands_out


def test_a_wrong_number_among_a_banks_failures_stays_its_own_case() -> None:
    wrong = a_break(
        "payout_failed", keys={"merchant_no": "MX"}, bank_name="工商银行", reason_text="无效卡号", account_tail="9"
    )
    found = {one.found.keys.merchant_no: one.cause_code for one in explain([*at_bank("工商银行", 4), wrong], TODAY)}
    assert found["MX"] == "D001"
    assert found["M0"] == "D095"


def test_three_failures_of_one_shop_are_not_its_bank() -> None:
    breaks = [replace(one, keys=replace(one.keys, merchant_no="M1")) for one in at_bank("工商银行", 3)]
    assert set(causes(breaks)) == {"D096"}


def test_a_notice_about_a_bank_explains_its_payouts_and_no_other() -> None:
    window = {"from_at": datetime(2026, 11, 24), "to_at": datetime(2026, 11, 26), "source": "公告"}
    day = DayFacts(as_of=NOW, notices=(Notice(kind="sanction", scope="某银行", **window),))  # type: ignore[arg-type]
    assert causes(at_bank("某银行", 1), day) == ["D088"]
    assert causes(at_bank("工商银行", 1), day) == ["D096"]


def test_many_rows_missing_from_one_file_put_the_file_in_doubt() -> None:
    def rows(count: int, share: int) -> list[Break]:
        return [
            a_break("missing_in_clearing", keys={"rrn": str(no)}, status="approved", days_waited=3, source_complete=True,
                    share_missing=share, expected_on=date(2026, 11, 20))
            for no in range(count)
        ]  # fmt: skip

    many = explain(rows(6, 60), TODAY)
    assert {one.cause_code for one in many} == {"D073"}
    assert len({one.incident_id for one in many}) == 1
    assert set(causes(rows(4, 60))) == {"D070"}
    assert set(causes(rows(6, 10))) == {"D070"}


def offline(terminal: str, router: str, carrier: str, region: str = "440300") -> Break:
    keys = {"terminal_no": terminal, "settled_on": None}
    return a_break("terminal_offline", keys=keys, router_no=router, carrier=carrier, region=region, peers_offline=9)


def test_silent_terminals_are_explained_by_the_smallest_thing_they_share() -> None:
    shop = explain([offline("T1", "R1", "CMCC"), offline("T2", "R1", "CMCC")], TODAY)
    assert {(one.cause_code, one.population) for one in shop} == {("D065", "router:R1")}
    line = explain([offline(f"T{no}", f"R{no}", "CMCC") for no in range(4)], TODAY)
    assert {(one.cause_code, one.population) for one in line} == {("D066", "carrier:CMCC@440300")}
    flood = explain([offline(f"T{no}", f"R{no}", ("CMCC", "CUCC")[no % 2]) for no in range(6)], TODAY)
    assert {(one.cause_code, one.population) for one in flood} == {("D087", "region:440300")}
    apart = [offline("T1", "R1", "CMCC", "440300"), offline("T2", "R2", "CUCC", "310000")]
    assert set(causes(apart)) == {""}


def test_a_disaster_notice_proves_the_region() -> None:
    notice = Notice(kind="disaster", scope="440300", from_at=datetime(2026, 11, 25), to_at=datetime(2026, 11, 26))
    (finding,) = explain([offline("T1", "R1", "CMCC")], DayFacts(as_of=NOW, notices=(notice,)))
    assert (finding.cause_code, finding.confidence_pct) == ("D087", 95)


def test_many_unanswered_payments_of_several_shops_with_host_codes_are_the_host() -> None:
    def unanswered(count: int, code: str) -> list[Break]:
        return [
            a_break(
                "outcome_unknown", keys={"merchant_no": f"M{no % 4}", "rrn": str(no)}, charged=None, response_code=code
            )
            for no in range(count)
        ]

    assert set(causes(unanswered(12, "96"))) == {"D060"}
    assert set(causes(unanswered(9, "96"))) == {""}
    assert set(causes(unanswered(12, "51"))) == {""}


def test_a_fen_follows_the_raised_rate_of_its_shop_and_alone_is_rounding() -> None:
    def fee(rrn: str, expected: int, charged: int, shop: str = "M1") -> Break:
        return a_break("fee_mismatch", gap=expected - charged, keys={"rrn": rrn, "merchant_no": shop}, expected_fee_minor=expected,
                       charged_fee_minor=charged, rate_bp="60", charged_rate_bp=68, consistent_ratio=True, rows=1)  # fmt: skip

    found = {
        one.found.keys.rrn: one for one in explain([fee("1", 600, 680), fee("2", 6, 7), fee("3", 6, 7, "M2")], TODAY)
    }
    assert (found["2"].cause_code, found["2"].severity) == ("D043", Severity.ALARM)
    assert found["1"].incident_id == found["2"].incident_id
    assert (found["3"].cause_code, found["3"].severity) == ("", Severity.INFO)


def test_a_chargeback_after_a_retrieval_of_the_same_payment_was_not_answered() -> None:
    asked = a_break("deduction_not_agreed", keys={"rrn": "7"}, deducted_minor=0, looks_like="retrieval")
    taken = a_break(
        "deduction_not_agreed",
        keys={"rrn": "7", "settled_on": date(2026, 11, 24)},
        deducted_minor=9,
        looks_like="dispute",
    )
    other = a_break("deduction_not_agreed", keys={"rrn": "8"}, deducted_minor=9, looks_like="dispute")
    assert sorted(causes([asked, taken, other])) == ["D038", "D039", "D040"]


def test_one_closed_account_is_one_incident_over_all_its_payouts() -> None:
    def failed(payout: str, tail: str) -> Break:
        return a_break("payout_failed", keys={"payout_no": payout}, reason_text="账户已销户", account_tail=tail)

    found = explain([failed("P1", "1111"), failed("P2", "1111"), failed("P3", "2222")], TODAY)
    by_payout = {one.found.keys.payout_no: one.incident_id for one in found}
    assert by_payout["P1"] == by_payout["P2"] != by_payout["P3"]


def test_a_gap_follows_the_explained_payout_of_its_merchant_and_day() -> None:
    failed = a_break("payout_failed", keys={"payout_no": "P1"}, reason_text="账户已关户", account_tail="1111")
    gap = a_break("credit_missing", keys={"payout_no": "P1"}, state="failed")
    elsewhere = a_break("credit_missing", keys={"payout_no": "P9", "settled_on": date(2026, 11, 19)}, state="failed")
    found = {(one.found.type.value, one.found.keys.payout_no): one for one in explain([gap, elsewhere, failed], TODAY)}
    assert found["credit_missing", "P1"].cause_code == "D006"
    assert found["credit_missing", "P1"].incident_id == found["payout_failed", "P1"].incident_id
    assert found["credit_missing", "P1"].confidence_pct < found["payout_failed", "P1"].confidence_pct
    assert found["credit_missing", "P9"].cause_code == ""


def test_the_same_payment_seen_from_both_sides_is_one_incident() -> None:
    keys = {"rrn": "123456789012", "terminal_no": "T1"}
    till = a_break("outcome_unknown", keys=keys, charged=True, reversal="missing")
    host = a_break(
        "missing_in_journal", keys={**keys, "network_no": "N"}, gross_minor=1, net_minor=1, journal_status="unknown"
    )
    assert len({one.incident_id for one in explain([till, host], TODAY)}) == 1


def test_open_questions_of_one_shop_and_day_are_asked_together() -> None:
    found = explain([a_break("amount_mismatch", keys={"rrn": str(no)}) for no in range(800)], TODAY)
    assert len({one.incident_id for one in found}) == 1
    assert {one.reason_key for one in found} == {"ask-amount-mismatch"}


ALL = [a_break(kind, keys={"payout_no": f"P{no}", "rrn": str(no), "merchant_no": f"M{no % 7}"} | dict(facts.get("keys", {})),
               **{name: value for name, value in facts.items() if name != "keys"})
       for no, (_, kind, facts, _, _) in enumerate(SCENARIOS)]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, len(ALL)))
def test_the_order_of_the_breaks_changes_nothing(seed: int, size: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - shuffles test data
    chosen = chance.sample(ALL, size)
    shuffled = chance.sample(chosen, size)
    assert seen(explain(chosen, TODAY)) == seen(explain(shuffled, TODAY))


def seen(findings: list[Finding]) -> list[tuple[object, ...]]:
    return [
        (
            one.found.finding_id,
            one.severity,
            one.cause_code,
            one.confidence_pct,
            one.incident_id,
            one.population,
            one.reason_key,
            sorted(one.reason_facts.items(), key=str),
        )
        for one in findings
    ]


def test_every_break_gives_one_finding() -> None:
    assert sorted(one.found.finding_id for one in explain(ALL, TODAY)) == sorted(one.finding_id for one in ALL)
