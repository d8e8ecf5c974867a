"""One row per way a rule speaks or must stay silent: break and facts → cause, severity."""

# ruff: noqa: E501 - one scenario is one line, so that the table can be read down

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from breaks_for_tests import NOW, TODAY, a_break, the_finding

from daozhang.breaks import BreakType, Severity
from daozhang.diagnosis.day import DayFacts, Notice
from daozhang.diagnosis.explain import explain
from daozhang.diagnosis.rules import RULES
from daozhang.texts import LANGUAGES, has, say

DUE = datetime(2026, 11, 24, 14)
PAID = {"planned_minor": 5_000_00, "account_tail": "6228"}

SCENARIOS: list[tuple[str, str, dict[str, object], str, str]] = [
    # payouts that failed or came back
    ("name", "payout_failed", {**PAID, "reason_code": "3031", "reason_text": "账号户名不符"}, "D002", "alarm"),
    ("number", "payout_failed", {**PAID, "reason_text": "输入的卡号无效,请确认后输入[1000014]"}, "D001", "alarm"),
    ("branch", "payout_failed", {**PAID, "reason_text": "无此交易权限"}, "D003", "alarm"),
    ("flag", "payout_failed", {**PAID, "reason_text": "平台路由失败"}, "D004", "alarm"),
    ("frozen", "payout_failed", {**PAID, "reason_text": "FPOS0000收付控制状态不允许交易"}, "D005", "alarm"),
    ("closed account", "payout_returned", {**PAID, "reason_text": "账户已关户"}, "D006", "alarm"),
    ("returned, says only that", "payout_returned", {**PAID, "reason_text": "退票"}, "D017", "alarm"),
    ("returned, says nothing", "payout_returned", {**PAID, "reason_text": ""}, "D017", "alarm"),
    ("returned, a word nobody knows", "payout_returned", {**PAID, "reason_text": "月亮太圆"}, "", "alarm"),
    ("failed, says nothing", "payout_failed", {**PAID, "reason_text": "[]"}, "D096", "alarm"),
    ("failed, null", "payout_failed", {**PAID, "reason_text": "null", "reason_code": ""}, "D096", "alarm"),
    ("failed, a word nobody knows", "payout_failed", {**PAID, "reason_text": "月亮太圆"}, "", "alarm"),
    ("failed, a terminal's code is no payout reason", "payout_failed", {**PAID, "reason_code": "51"}, "", "alarm"),
    ("the words beside a code of unknown origin", "payout_failed", {**PAID, "reason_code": "3031", "reason_text": "账户已冻结"}, "D005", "alarm"),
    ("class II too much", "payout_failed", {"planned_minor": 1_000_001, "account_kind": "personal_class_ii"}, "D007", "alarm"),
    ("class II at the limit", "payout_failed", {"planned_minor": 1_000_000, "account_kind": "personal_class_ii"}, "D096", "alarm"),
    ("holder differs", "payout_failed", {**PAID, "holder_differs": True}, "D002", "alarm"),
    ("holder is the same", "payout_failed", {**PAID, "holder_differs": False}, "D096", "alarm"),
    ("same second", "payout_failed", {**PAID, "same_second": True}, "D009", "alarm"),
    ("same second, but the reason is another", "payout_failed", {**PAID, "same_second": True, "reason_text": "账户已冻结"}, "D005", "alarm"),
    ("re-issued", "payout_returned", {**PAID, "replaced_by": "P2", "reason_text": "账户已关户"}, "D018", "info"),
    ("with a defect", "payout_failed", {**PAID, "reason_text": "有缺陷的成功"}, "D014", "watch"),
    ("outcome unknown", "payout_failed", {**PAID, "reason_text": "SYSTEM_ERROR"}, "D021", "alarm"),
    ("order closed", "payout_failed", {**PAID, "state": "closed"}, "D020", "alarm"),
    # holds
    ("held", "payout_held", {"held_minor": 38_000_00, "state": "held"}, "D035", "alarm"),
    ("held by a court", "payout_held", {"held_minor": 1, "reason_text": "法院司法冻结"}, "D036", "alarm"),
    ("held, licence", "payout_held", {"held_minor": 1, "merchant_status": "licence_expired"}, "D037", "alarm"),
    ("held, reserve", "payout_held", {"held_minor": 1, "reason_text": "滚动保证金"}, "D042", "alarm"),
    ("held, verification", "payout_held", {"held_minor": 1, "reason_text": "KYC requirements due"}, "D090", "alarm"),
    ("nothing held", "payout_held", {"held_minor": 0, "state": "claimed"}, "", "alarm"),
    ("licence stops payouts", "payout_missing", {"merchant_status": "licence_expired"}, "D037", "alarm"),
    ("suspended", "payout_missing", {"merchant_status": "suspended"}, "D020", "alarm"),
    ("active and missing", "payout_missing", {"merchant_status": "active", "silent_merchants": 1, "paid_merchants": 40}, "", "alarm"),
    # not due
    ("long holiday", "payout_missing", {"not_due": True, "why_not_due": "holiday", "naive_due_on": date(2026, 10, 1), "due_at": datetime(2026, 10, 8, 14)}, "D029", "info"),
    ("one holiday", "payout_missing", {"not_due": True, "why_not_due": "holiday", "naive_due_on": date(2026, 1, 1), "due_at": datetime(2026, 1, 2, 14)}, "D025", "info"),
    ("weekend", "payout_missing", {"not_due": True, "why_not_due": "weekend", "due_at": DUE}, "D025", "info"),
    ("after the cut-over", "payout_missing", {"not_due": True, "why_not_due": "cutover", "due_at": DUE}, "D026", "info"),
    ("minimum", "payout_missing", {"not_due": True, "why_not_due": "minimum", "shortfall_to_minimum_minor": 500}, "D030", "info"),
    ("negative", "payout_missing", {"not_due": True, "why_not_due": "negative", "carried_minor": -500}, "D031", "info"),
    ("new merchant", "payout_missing", {"not_due": True, "why_not_due": "new_merchant", "due_at": DUE}, "D033", "info"),
    ("cycle changed", "payout_missing", {"not_due": True, "why_not_due": "cycle_changed", "due_at": DUE}, "D034", "info"),
    ("bank holiday abroad", "payout_missing", {"not_due": True, "why_not_due": "bank_holiday", "due_at": DUE}, "D097", "info"),
    ("cycle over a weekend", "payout_missing", {"not_due": True, "why_not_due": "cycle", "naive_due_on": date(2026, 2, 14), "due_at": datetime(2026, 2, 16, 14)}, "D025", "info"),
    ("cycle of two working days", "payout_missing", {"not_due": True, "why_not_due": "cycle", "naive_due_on": date(2026, 11, 24), "due_at": datetime(2026, 11, 25, 14)}, "", "info"),
    ("a suspended merchant's money is not due either", "payout_missing", {"not_due": True, "why_not_due": "weekend", "merchant_status": "suspended"}, "D025", "info"),
    # fees and deductions
    ("rate", "fee_mismatch", {"expected_fee_minor": 600, "charged_fee_minor": 680, "rate_bp": "60", "charged_rate_bp": 68, "consistent_ratio": True, "cap_ignored": False, "rows": 1}, "D043", "alarm"),
    ("cap", "fee_mismatch", {"expected_fee_minor": 2000, "charged_fee_minor": 9000, "rate_bp": "60", "charged_rate_bp": 60, "consistent_ratio": False, "cap_ignored": True, "cap_minor": 2000, "rows": 1}, "D044", "alarm"),
    ("rounding", "fee_mismatch", {"expected_fee_minor": 600, "charged_fee_minor": 601, "rate_bp": "60", "charged_rate_bp": 60, "consistent_ratio": True, "rows": 1}, "", "info"),
    ("rounding of a day", "fee_mismatch", {"expected_fee_minor": 31564, "charged_fee_minor": 31575, "rows": 2000}, "", "info"),
    ("more than rounding", "fee_mismatch", {"expected_fee_minor": 31564, "charged_fee_minor": 31575, "rows": 10}, "", "alarm"),
    ("no ratio", "fee_mismatch", {"expected_fee_minor": 600, "charged_fee_minor": 700, "rate_bp": "60", "charged_rate_bp": 70, "consistent_ratio": False, "rows": 1}, "", "alarm"),
    ("SIM", "deduction_not_agreed", {"deducted_minor": 6000, "agreed_minor": 0, "looks_like": "sim"}, "D047", "alarm"),
    ("deposit", "deduction_not_agreed", {"deducted_minor": 29900, "looks_like": "deposit"}, "D046", "alarm"),
    ("chargeback", "deduction_not_agreed", {"deducted_minor": 500, "looks_like": "dispute"}, "D039", "alarm"),
    ("chargeback given back", "deduction_not_agreed", {"deducted_minor": -500, "looks_like": "dispute"}, "D041", "info"),
    ("retrieval", "deduction_not_agreed", {"deducted_minor": 0, "looks_like": "retrieval"}, "D038", "alarm"),
    ("a deduction like nothing", "deduction_not_agreed", {"deducted_minor": 500, "looks_like": ""}, "", "alarm"),
    ("short by refunds", "payout_short", {"parts": [["refunds", -10_000]]}, "D032", "info"),
    ("short by hold", "payout_short", {"parts": [["refunds", -1_000], ["held", -9_000]]}, "D035", "alarm"),
    ("short, parts do not add up", "payout_short", {"parts": [["refunds", -9_999]]}, "", "alarm"),
    ("short, a part nobody knows", "payout_short", {"parts": [["moon", -10_000]]}, "", "alarm"),
    # twice
    ("charged again after a timeout", "duplicate", {"side": "order", "order_no": "O1", "amount_minor": 1800, "seconds_apart": 40, "timeout_before": True}, "D075", "alarm"),
    ("one order, hours apart", "duplicate", {"side": "order", "order_no": "O1", "amount_minor": 1800, "seconds_apart": 7200}, "D075", "alarm"),
    ("two orders", "duplicate", {"side": "journal", "orders": 2, "amount_minor": 1800, "seconds_apart": 40}, "D076", "info"),
    ("same amount, no order, no timeout", "duplicate", {"side": "journal", "amount_minor": 1800, "seconds_apart": 40}, "", "alarm"),
    ("same amount, hours apart", "duplicate", {"side": "journal", "amount_minor": 1800, "seconds_apart": 7200, "timeout_before": True}, "", "alarm"),
    ("cleared twice", "duplicate", {"side": "clearing", "amount_minor": 1800}, "D085", "alarm"),
    ("card and cash", "duplicate", {"side": "order", "order_no": "O1", "paid_cash": True, "timeout_before": True, "seconds_apart": 0}, "D069", "alarm"),
    ("paid out twice", "payout_duplicate", {"other_payout_no": "P1", "amount_minor": 100}, "D085", "alarm"),
    ("credited twice", "credit_over", {"paid_minor": 100, "credited_minor": 200, "credited_twice": True}, "D085", "alarm"),
    ("credited a little more", "credit_over", {"paid_minor": 100, "credited_minor": 130}, "", "alarm"),
    # clearing
    ("declined", "missing_in_clearing", {"status": "declined", "kind": "sale"}, "D092", "info"),
    ("near the cut-over", "missing_in_clearing", {"status": "approved", "near_cutover": True, "days_waited": 1, "source_complete": True}, "D071", "watch"),
    ("parked a day", "missing_in_clearing", {"status": "approved", "days_waited": 1, "source_complete": True}, "D071", "watch"),
    ("not cleared", "missing_in_clearing", {"status": "approved", "kind": "sale", "days_waited": 3, "source_complete": True, "near_cutover": True}, "D070", "alarm"),
    ("file not complete", "missing_in_clearing", {"status": "approved", "days_waited": 3, "source_complete": False}, "", "alarm"),
    ("a tie", "missing_in_clearing", {"status": "approved", "days_waited": 3, "candidates": 2, "source_complete": True}, "", "alarm"),
    ("stored long", "missing_in_clearing", {"status": "stored", "kind": "offline_sale", "days_waited": 3}, "D082", "alarm"),
    ("stored today", "missing_in_clearing", {"status": "stored", "kind": "offline_sale", "days_waited": 0}, "D070", "alarm"),
    ("clock off by a day", "missing_in_clearing", {"status": "approved", "days_waited": 3, "terminal_clock_skew_s": 86_400}, "D061", "alarm"),
    ("clock off near the cut-over", "missing_in_clearing", {"status": "approved", "days_waited": 3, "terminal_clock_skew_s": -600, "near_cutover": True}, "D061", "alarm"),
    ("clock off at noon", "missing_in_clearing", {"status": "approved", "days_waited": 3, "terminal_clock_skew_s": 600, "source_complete": True}, "D070", "alarm"),
    ("in a batch that did not balance", "missing_in_clearing", {"status": "approved", "days_waited": 3, "batch_result": "unbalanced", "keys": {"batch_no": "1"}}, "D050", "alarm"),
    ("a pre-authorisation", "missing_in_clearing", {"status": "approved", "kind": "preauth", "days_waited": 3}, "D080", "alarm"),
    ("an order alone", "missing_in_clearing", {"status": "", "days_waited": 3, "source_complete": True, "keys": {"order_no": "O1"}}, "D084", "alarm"),
    ("on another shop's terminal", "missing_in_clearing", {"status": "approved", "terminal_belongs_to": "M9", "days_waited": 3}, "D081", "alarm"),
    ("only the host", "missing_in_journal", {"gross_minor": 100, "net_minor": 99, "kind": "sale", "journal_status": "", "journal_covers": True}, "D069", "alarm"),
    ("journal does not cover", "missing_in_journal", {"gross_minor": 100, "net_minor": 99, "kind": "sale", "journal_status": "", "journal_covers": False}, "", "alarm"),
    ("unanswered and cleared", "missing_in_journal", {"gross_minor": 100, "net_minor": 99, "journal_status": "unknown"}, "D069", "alarm"),
    ("reversed at the till", "missing_in_journal", {"gross_minor": 100, "net_minor": 99, "reversal_in_journal": True}, "D068", "alarm"),
    ("adjustment", "missing_in_journal", {"gross_minor": 100, "net_minor": 100, "kind": "adjustment"}, "D041", "info"),
    ("a refund nobody made", "missing_in_journal", {"gross_minor": -100, "net_minor": -100, "kind": "refund", "journal_covers": True}, "", "alarm"),
    ("late", "late_clearing", {"days_late": 1, "expected_on": date(2026, 11, 20), "cleared_on": date(2026, 11, 21)}, "D071", "watch"),
    ("kind: pre-authorisation", "kind_mismatch", {"journal_kind": "sale", "clearing_kind": "preauth"}, "D080", "alarm"),
    ("kind: void and refund", "kind_mismatch", {"journal_kind": "void", "clearing_kind": "refund"}, "D078", "alarm"),
    ("kind: else", "kind_mismatch", {"journal_kind": "sale", "clearing_kind": "refund"}, "", "alarm"),
    ("status: reversal missing", "status_mismatch", {"journal_status": "reversed", "clearing_kind": "sale", "reversal_missing": True}, "D068", "alarm"),
    ("status: void missing", "status_mismatch", {"journal_status": "voided", "clearing_kind": "sale", "void_missing": True}, "D078", "alarm"),
    ("status: declined and cleared", "status_mismatch", {"journal_status": "declined", "clearing_kind": "sale"}, "D067", "alarm"),
    ("status: reversed by the host", "status_mismatch", {"journal_status": "approved", "clearing_kind": "reversal"}, "", "alarm"),
    ("pre-authorisation open", "preauth_open", {"age_days": 12, "amount_minor": 50_000}, "D080", "alarm"),
    # outcomes
    ("never reached", "outcome_unknown", {"amount_minor": 100, "charged": False, "reversal": ""}, "D094", "watch"),
    ("reversed in clearing", "outcome_unknown", {"amount_minor": 100, "charged": True, "reversal": "cleared"}, "D067", "info"),
    ("charged, no reversal", "outcome_unknown", {"amount_minor": 100, "charged": True, "reversal": "missing"}, "D069", "alarm"),
    ("reversal after the cut-over", "outcome_unknown", {"amount_minor": 100, "charged": True, "reversal": "sent", "crossed_cutover": True}, "D068", "alarm"),
    ("reversal the same day", "outcome_unknown", {"amount_minor": 100, "charged": True, "reversal": "sent", "crossed_cutover": False}, "D067", "alarm"),
    ("nobody knows", "outcome_unknown", {"amount_minor": 100, "charged": None, "reversal": ""}, "", "alarm"),
    # keyed amounts
    ("ten times", "keyed_amount_suspect", {"journal_minor": 88_000, "order_minor": 8_800, "pattern": "x10"}, "D077", "alarm"),
    ("no pattern", "keyed_amount_suspect", {"journal_minor": 9_900, "order_minor": 8_800, "pattern": ""}, "D077", "alarm"),
    ("swapped against clearing", "amount_mismatch", {"journal_minor": 5_400, "clearing_minor": 4_500, "pattern": "swap"}, "D077", "alarm"),
    ("differs from clearing", "amount_mismatch", {"journal_minor": 5_400, "clearing_minor": 4_501, "pattern": ""}, "", "alarm"),
    # batches
    ("reversals pending at settlement", "batch_unbalanced", {"pending_reversals": 1, "debit_diff_minor": 12_800}, "D050", "alarm"),
    ("totals differ", "batch_unbalanced", {"pending_reversals": 0, "debit_diff_minor": 12_800}, "D050", "alarm"),
    ("says unbalanced, totals agree", "batch_unbalanced", {"pending_reversals": 0, "debit_diff_minor": 0, "credit_diff_minor": 0, "count_diff": 0}, "", "alarm"),
    ("open, host capture", "batch_open", {"count_diff": 0}, "D052", "info"),
    ("open, upload cut", "batch_open", {"count_diff": -12}, "D051", "alarm"),
    ("open, terminal capture", "batch_open", {"capture": "terminal"}, "D053", "alarm"),
    ("refused twice", "batch_rejected", {"reason_text": "ERR: DUP"}, "D054", "alarm"),
    ("refused for one", "batch_rejected", {"reason_text": "RB00123E0031D220100101011"}, "D055", "alarm"),
    ("refused, no words", "batch_rejected", {}, "", "alarm"),
    # files
    ("clearing file missing", "file_missing", {"source": "clearings", "day": date(2026, 11, 20)}, "D072", "alarm"),
    ("statement missing", "file_missing", {"source": "bank_entries", "day": date(2026, 11, 20)}, "D074", "alarm"),
    ("file late", "file_late", {"source": "clearings"}, "D072", "alarm"),
    ("file cut", "file_truncated", {"source": "clearings"}, "D073", "alarm"),
    ("file contradicts", "file_contradicts_itself", {"source": "payouts"}, "D073", "alarm"),
    ("summary and details", "file_sums_differ", {"source": "clearings", "stated_minor": 100, "added_minor": 90}, "D073", "alarm"),
    ("summary and details, counted", "file_sums_differ", {"source": "clearings", "stated_count": 3, "added_count": 2}, "D073", "alarm"),
    ("a payout and its lines", "payout_sum_differs", {"planned_minor": 100, "sum_minor": 90, "lines": 3}, "D073", "alarm"),
    ("answer about no payout", "payout_unknown", {"state": "returned", "fits": 0}, "D072", "alarm"),
    # one difference across many rows
    ("every fee at another rate", "systemic_difference", {"looks_like": "fee_rate", "rows": 4000, "parts": [{"rows": 4000, "gap_minor": -9, "what": "rate", "rate_bp": "38.5", "cap_minor": None, "value": "60"}]}, "D043", "alarm"),
    ("every fee a fen more", "systemic_difference", {"looks_like": "fee_offset", "rows": 4000, "parts": [{"rows": 4000, "gap_minor": -9, "what": "offset", "rate_bp": "60", "cap_minor": None, "value": "1"}]}, "D043", "alarm"),
    ("no cap anywhere", "systemic_difference", {"looks_like": "fee_cap", "rows": 4000, "parts": [{"rows": 4000, "gap_minor": -9, "what": "cap", "rate_bp": "50", "cap_minor": 2000, "value": "0"}]}, "D044", "alarm"),
    ("fees by two rates", "systemic_difference", {"looks_like": "fee_rate", "parts": [{"what": "rate", "rate_bp": "60", "value": "65"}, {"what": "rate", "rate_bp": "38", "value": "43"}]}, "D043", "alarm"),
    ("another rounding everywhere", "systemic_difference", {"looks_like": "fee_rounded", "parts": [{"what": "rounded", "rate_bp": "60", "value": "1"}]}, "", "info"),
    ("fees a hundred times", "systemic_difference", {"looks_like": "fee_factor", "parts": [{"what": "factor", "rate_bp": "60", "value": "100"}]}, "D043", "alarm"),
    ("amounts a hundred times", "systemic_difference", {"looks_like": "x100"}, "D099", "alarm"),
    ("amounts a hundred times and late", "systemic_difference", {"looks_like": "x100+late"}, "D099", "alarm"),
    ("opposite sign", "systemic_difference", {"looks_like": "sign"}, "D099", "alarm"),
    ("thirty days off", "systemic_difference", {"looks_like": "day", "parts": [{"rows": 9, "gap_minor": 0, "days": -30}]}, "D099", "alarm"),
    ("one far-off day", "systemic_difference", {"looks_like": "day", "parts": [{"days": -30}, {"days": -29}]}, "D099", "alarm"),
    ("kinds", "systemic_difference", {"looks_like": "kind"}, "D099", "alarm"),
    ("declined and all cleared", "systemic_difference", {"looks_like": "declined"}, "D099", "alarm"),
    ("all a day late", "systemic_difference", {"looks_like": "late"}, "D071", "watch"),
    ("shops missing", "systemic_difference", {"looks_like": "shops"}, "D073", "alarm"),
    ("terminals missing", "systemic_difference", {"looks_like": "terminals"}, "D073", "alarm"),
    ("a part missing", "systemic_difference", {"looks_like": "part"}, "D073", "alarm"),
    ("everything twice", "systemic_difference", {"looks_like": "doubled"}, "D073", "alarm"),
    ("clocks of another zone", "systemic_difference", {"looks_like": "zone", "clock_skew_s": -27_000, "terminals": 40}, "D061", "alarm"),
    ("nothing shared", "systemic_difference", {"looks_like": "unexplained"}, "", "alarm"),
    # bank side
    ("claimed, not there", "credit_missing", {"state": "claimed", "paid_minor": 100, "days_late": 2}, "", "alarm"),
    ("claimed with a defect", "credit_missing", {"state": "claimed", "reason_text": "有缺陷的成功", "days_late": 3}, "D014", "watch"),
    ("defect, too long ago", "credit_missing", {"state": "claimed", "reason_text": "有缺陷的成功", "days_late": 9}, "", "alarm"),
    ("pending, no clear answer", "credit_missing", {"state": "pending", "reason_text": "SYSTEM_ERROR", "days_late": 1}, "D021", "alarm"),
    ("came back", "credit_missing", {"state": "returned"}, "D017", "alarm"),
    ("other account, just changed", "credit_to_other_account", {"paid_tail": "1111", "agreed_tail": "2222", "changed_on": date(2026, 11, 23)}, "D022", "alarm"),
    ("credit without anything", "credit_unidentified", {"amount_minor": 100, "counterparty_name": "", "text": ""}, "D074", "alarm"),
    ("credit of somebody", "credit_unidentified", {"amount_minor": 100, "counterparty_name": "王五", "text": "房租", "keys": {"acquirer": ""}}, "", "alarm"),
    ("paid by somebody else than usual", "credit_from_other_payer",
     {"amount_minor": 100, "counterparty_name": "某某科技", "usual_payer": "畅捷通"}, "D024", "alarm"),
    ("credit of the acquirer", "credit_unidentified", {"amount_minor": 100, "counterparty_name": "畅捷通", "text": "x"}, "D074", "alarm"),
    ("credit short", "credit_short", {"paid_minor": 100, "credited_minor": 90}, "", "alarm"),
    # terminals
    ("clock", "clock_skew", {"clock_skew_s": 3_600}, "D061", "alarm"),
    ("clock within five minutes", "clock_skew", {"clock_skew_s": 300}, "", "alarm"),
    ("reversals wait", "reversal_pending", {"pending": 2}, "D068", "alarm"),
    ("uploads wait since yesterday morning", "uploads_pending", {"pending": 2, "since": datetime(2026, 11, 24, 8)}, "D082", "alarm"),
    ("uploads wait since this morning", "uploads_pending", {"pending": 2, "since": datetime(2026, 11, 25, 8)}, "D070", "alarm"),
    ("one terminal silent", "terminal_offline", {"peers_offline": 0}, "D062", "alarm"),
    ("keys not valid", "payments_refused", {"response_code": "A0", "refused": 3, "keys": {"terminal_no": "T1"}}, "D058", "alarm"),
    ("not registered", "payments_refused", {"response_code": "97", "refused": 3, "keys": {"terminal_no": "T1"}}, "D059", "alarm"),
    ("host refuses many", "payments_refused", {"response_code": "96", "refused": 30}, "D060", "alarm"),
    ("more silent, nothing shared", "terminal_offline", {"peers_offline": 4}, "", "alarm"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "facts", "cause", "severity"),
    [row[1:] for row in SCENARIOS],
    ids=[f"{row[1]}: {row[0]}" for row in SCENARIOS],
)
def test_a_scenario_has_its_cause_and_severity(kind: str, facts: dict[str, object], cause: str, severity: str) -> None:
    finding = the_finding(kind, **facts)
    assert (finding.cause_code, finding.severity.value) == (cause, severity)
    assert (finding.confidence_pct == 0) == (finding.cause_category.value == "unknown")


@pytest.mark.parametrize(
    ("kind", "facts"), [row[1:3] for row in SCENARIOS], ids=[f"{row[1]}: {row[0]}" for row in SCENARIOS]
)
def test_every_scenario_says_why_in_both_languages(kind: str, facts: dict[str, object]) -> None:
    finding = the_finding(kind, **facts)
    assert json.loads(json.dumps(finding.reason_facts)) == finding.reason_facts
    for language in LANGUAGES:
        assert has(language, finding.reason_key), finding.reason_key
        assert not missing_facts(language, finding.reason_key, finding.reason_facts)


def missing_facts(language: str, key: str, facts: object) -> list[Exception]:
    """Return what Fluent complains about when ``key`` is filled with ``facts``."""
    from daozhang.texts import _bundle

    bundle = _bundle(language)
    _, errors = bundle.format_pattern(bundle.get_message(key).value, dict(facts))  # type: ignore[call-overload]
    return list(errors)


def test_every_break_type_is_spoken_of_by_some_scenario() -> None:
    spoken = {row[1] for row in SCENARIOS if row[3]} | {"payout_over", "credit_short"}
    assert {kind.value for kind in BreakType} - spoken == set()


def test_every_rule_fires_in_some_scenario() -> None:
    silent = {
        rule.__module__
        for rule in RULES
        if not any(rule(a_break(kind, **facts), TODAY) for _, kind, facts, _, _ in SCENARIOS)
    }
    assert not silent


def test_a_watch_never_becomes_an_alarm() -> None:
    for _, kind, facts, _, _ in SCENARIOS:
        assert the_finding(kind, severity=Severity.WATCH, **facts).severity is not Severity.ALARM
        assert the_finding(kind, severity=Severity.INFO, **facts).severity is Severity.INFO


def test_an_absent_source_is_said_and_nothing_is_judged() -> None:
    finding = the_finding("credit_missing", state="claimed", waiting_for=["bank_statement:6228:2026-11-22"])
    assert (finding.severity, finding.cause_code, finding.reason_key) == (Severity.WATCH, "D074", "why-waiting")
    said = say("en", finding.reason_key, **finding.reason_facts)
    assert said == "Cannot judge yet: the bank statement (6228 2026-11-22) is not here."
    assert "另缺 1 份" in say("zh", "why-waiting", **{**finding.reason_facts, "more": 1})


def test_an_absent_journal_has_no_cause() -> None:
    finding = the_finding("missing_in_journal", journal_covers=False, waiting_for=["transactions:CHANJET:2026-11-20"])
    assert (finding.severity, finding.cause_code, finding.cause_category.value) == (Severity.WATCH, "", "unknown")


def test_what_is_proven_to_be_normal_stays_normal_while_a_source_is_absent() -> None:
    finding = the_finding(
        "payout_missing", not_due=True, why_not_due="weekend", waiting_for=["payouts:CHANJET:2026-11-23"]
    )
    assert (finding.severity, finding.cause_code) == (Severity.INFO, "D025")


def test_an_account_of_the_past_is_an_old_card_and_a_strange_one_is_not() -> None:
    book = {("CHANJET", "M1"): ({"account_tail": "1111"}, {"account_tail": "2222"})}
    day = DayFacts(as_of=NOW, accounts=book)
    old = the_finding("credit_to_other_account", day, paid_tail="1111", agreed_tail="2222", changed_on=date(2026, 6, 1))
    strange = the_finding(
        "credit_to_other_account", day, paid_tail="9999", agreed_tail="2222", changed_on=date(2026, 6, 1)
    )
    fresh = the_finding(
        "credit_to_other_account", day, paid_tail="9999", agreed_tail="2222", changed_on=date(2026, 11, 24)
    )
    assert [one.cause_code for one in (old, strange, fresh)] == ["D022", "D023", "D022"]


def test_a_payer_who_is_not_the_acquirer_is_a_question_of_who_pays() -> None:
    day = DayFacts(as_of=NOW, payers={"CHANJET": ("畅捷通支付",)})
    keys = {"acquirer": ""}
    strange = the_finding(
        "credit_unidentified", day, counterparty_name="某某科技", text="POS结算款", amount_minor=1, keys=keys
    )
    rent = the_finding("credit_unidentified", day, counterparty_name="某某科技", text="房租", amount_minor=1, keys=keys)
    own = the_finding("credit_unidentified", day, counterparty_name="畅捷通支付", text="", amount_minor=1, keys=keys)
    assert [one.cause_code for one in (strange, rent, own)] == ["D024", "", "D074"]


def test_rail_maintenance_explains_until_two_hours_after_its_end() -> None:
    window = Notice(
        kind="rail_maintenance", from_at=datetime(2026, 11, 25, 0), to_at=datetime(2026, 11, 25, 6), source="PBOC"
    )

    def cause(as_of: datetime, due: datetime) -> str:
        found = a_break("payout_missing", due_at=due)
        return explain([found], DayFacts(as_of=as_of, notices=(window,)))[0].cause_code

    in_window = datetime(2026, 11, 25, 2)
    assert cause(datetime(2026, 11, 25, 7, 59), in_window) == "D027"
    assert cause(datetime(2026, 11, 25, 8, 1), in_window) == ""
    assert cause(datetime(2026, 11, 25, 7), datetime(2026, 11, 24, 14)) == ""
