"""Every sample is read as the listing beside it says, and every line of it is said exactly once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from formats_samples import ISO_20022, claimed_samples, name_of, source_of
from formats_sink import read

from daozhang.formats.fixed_width import record_bytes_of
from daozhang.formats.registry import format_named, formats_claiming

READ_HERE = [path for path in claimed_samples() if format_named(path.parent.name).read is not None]

COUNTS = {
    # format/file: (rows, control lines, rejects)
    "alipay_ledger/MADE_newer_columns_20260616_账务明细.csv": (4, 9, 1),
    "alipay_ledger/SYNTHETIC_20880000000000010156_20260615_账务明细.csv": (3, 9, 0),
    "alipay_summary/SYNTHETIC_20880000000000010156_20260615_业务明细(汇总).csv": (0, 8, 0),
    "alipay_summary/SYNTHETIC_20880000000000010156_20260615_账务明细(汇总).csv": (0, 11, 0),
    "alipay_trade_bill/MADE_29_columns_20260615_业务明细.csv": (4, 9, 3),
    "alipay_trade_bill/SYNTHETIC_20880000000000010156_20260615_业务明细.csv": (2, 9, 0),
    "bank_abc/example-abc_debit-records.csv": (5, 1, 0),
    "bank_boc/example-boc-debit-records.csv": (17, 2, 0),
    "bank_bocom/example-bocom_debit-records.csv": (6, 1, 0),
    "bank_cmb/example-cmb-debit-records.csv": (5, 1, 0),
    "bank_ccb/ccb_debit_example.xls": (6, 7, 0),
    "adyen_settlement/SYNTHETIC_settlement_detail_report_batch_2.csv": (8, 1, 1),
    "allinpay_trade/SYNTHETIC_trades_20260615.csv": (4, 1, 2),
    "allinpay_yst/SYNTHETIC_2026-06-15_demo_checkFile.txt": (3, 0, 1),
    "chinaums_clearing/SYNTHETIC_clearing_20260615.csv": (3, 2, 0),
    "leshua_payouts/SYNTHETIC_merchant-settlement-order.json": (4, 0, 1),
    "leshua_payouts/SYNTHETIC_settlement-orders.csv": (2, 1, 0),
    "leshua_trade/SYNTHETIC_agent_trade_new_2026-06-16.txt": (4, 1, 1),
    "paypal_settlement/SYNTHETIC_STL-20260615.01.009.CSV": (4, 9, 1),
    "square_payout_entries/SYNTHETIC_payout_entries.json": (3, 0, 1),
    "square_payouts/SYNTHETIC_payouts.json": (3, 0, 0),
    "stripe_balance/SYNTHETIC_balance_change_itemized_202606.csv": (5, 2, 1),
    "stripe_payouts/SYNTHETIC_payouts_itemized_202606.csv": (3, 1, 1),
    "bank_icbc/example-icbc-debit-v2-records.csv": (11, 9, 0),
    "bai2/MADE_intraday_test_and_correction.txt": (4, 22, 3),
    "bai2/sample2.txt": (4, 27, 0),
    "bai2/sample3.txt": (26, 49, 0),
    "bai2/sample4-continuations-newline-delimited.txt": (17, 99, 0),
    "mt940/171011_01234945.sta": (3, 46, 0),
    "mt940/MADE_one_day_in_CNY.sta": (5, 22, 2),
    "mt940/abnamro.sta": (10, 31, 0),
    "mt940/asnb.txt": (8, 272, 0),
    "mt940/february_30.sta": (1, 9, 0),
    "mt940/generic.sta": (2, 13, 0),
    "mt940/mbank.sta": (3, 23, 0),
    "mt940/mt940.sta": (16, 59, 0),
    "mt940/postfinance.sta": (4, 24, 0),
    "mt940/rabobank-iban.sta": (4, 21, 0),
    "mt940/sepa_snippet.sta": (11, 46, 0),
    "mt940/with_binary_character.sta": (4, 23, 0),
    "mt942/mbank-mt942.sta": (3, 24, 0),
    "mt942/self-provided-mt942.sta": (1, 12, 0),
    "nacha/20110805A.ach": (20, 73, 0),
    "nacha/20180716-IAT-A17.ach": (1, 29, 0),
    "nacha/MADE_payouts_and_answers.ach": (6, 31, 3),
    "nacha/adv.ach": (0, 10, 0),
    "nacha/contested_addenda.txt": (1, 9, 0),
    "nacha/extended-ascii.ach": (4, 16, 0),
    "nacha/issue702.ach": (1, 19, 0),
    "nacha/nacha_broken_batch_total.ach": (4, 6, 0),
    "nacha/nacha_broken_check_digit.ach": (4, 6, 0),
    "nacha/no_header.txt": (11, 18, 0),
    "nacha/return-WEB.ach": (1, 9, 0),
    "ofx/MADE_two_statements.ofx": (4, 0, 2),
    "ofx/amount-plus-sign-and-space.ofx": (1, 0, 0),
    "ofx/checking.ofx": (3, 0, 0),
    "ofx/date_missing.ofx": (0, 0, 3),
    "ofx/empty_balance.ofx": (1, 0, 0),
    "ofx/error_message.ofx": (0, 0, 0),
    "ofx/fidelity.ofx": (0, 3, 0),
    "ofx/header-on-one-line.qfx": (1, 0, 0),
    "ofx/signon_success.ofx": (0, 0, 0),
    "ofx/xml-declaration-ofx-2.ofx": (1, 0, 0),
    "camt_052/camt052.v1.xml": (1, 0, 0),
    "camt_052/camt052.v2.with-account-name.xml": (1, 0, 0),
    "camt_052/camt052.v4.xml": (0, 1, 0),
    "camt_052/camt052.v6.Amt-zero.xml": (0, 1, 0),
    "camt_052/camt052.v6.xml": (0, 1, 0),
    "camt_054/camt.054.001.08-notification.xml": (2, 0, 0),
    "camt_054/camt.054.001.08-query-farm.xml": (1, 0, 0),
    "camt_054/camt054.v2.with-account-name.xml": (1, 0, 0),
    "camt_054/camt054.v2.xml": (1, 0, 0),
    "camt_054/camt054.v8.xml": (1, 0, 0),
    "pain_002/SYNTHETIC_every_state.xml": (6, 1, 3),
    "pain_002/SYNTHETIC_rejected_outright.xml": (1, 0, 0),
    "pain_002/SYNTHETIC_v2.xml": (1, 0, 0),
    "pain_002/pain.002.001.10-every-element.xml": (1, 0, 0),
    "pain_002/pain.002.001.10-sepa-status.xml": (2, 0, 0),
    "pacs_002/SYNTHETIC_status_between_banks.xml": (2, 0, 0),
    "pacs_004/SYNTHETIC_return.xml": (2, 0, 0),
    "pacs_004/pacs.004.v11.unfilled.xml": (0, 0, 1),
    "camt_053/MADE_three_statements.xml": (8, 1, 5),
    "camt_053/camt.053.001.08-query-farm.xml": (1, 0, 0),
    "camt_053/camt.053.001.08-sepa-statement.xml": (2, 0, 0),
    "camt_053/camt053.v14.unfilled-returns.xml": (0, 0, 1),
    "camt_053/camt053.v14.unfilled-statement.xml": (0, 0, 1),
    "camt_053/camt053.v2.all-balance-types.xml": (1, 0, 0),
    "camt_053/camt053.v2.five.decimals.xml": (1, 0, 0),
    "camt_053/camt053.v2.minimal.ultimate.xml": (1, 0, 0),
    "camt_053/camt053.v2.minimal.xml": (1, 0, 0),
    "camt_053/camt053.v2.with-account-name.xml": (1, 0, 0),
    "camt_053/camt053.v2.with-party-ids.xml": (1, 0, 0),
    "camt_053/camt053.v2.wrong.xml": (0, 0, 0),
    "camt_053/camt053.v3.xml": (1, 0, 0),
    "camt_053/camt053.v4.xml": (1, 0, 0),
    "camt_053/camt053.v8.xml": (1, 0, 0),
    "iso8583_log/SYNTHETIC_pos_20260615.bin": (12, 14, 0),
    "iso8583_log/SYNTHETIC_pos_hex_lines.log": (12, 16, 1),
    "iso8583_log/SYNTHETIC_switch_text_20260615.log": (5, 5, 0),
    "iso8583_log/moov_messages_20200420.txt": (0, 3, 4),
    "mastercard_ipm/MADE_ascii_unblocked_wrong_total.bin": (2, 2, 0),
    "mastercard_ipm/MADE_cp500_blocked_20260615.bin": (9, 4, 1),
    "unionpay_acomn/MADE_IND26061502ACOMN": (9, 0, 2),
    "unionpay_acomn/SYNTHETIC_IND26061501ACOMN": (3, 0, 0),
    "bank_spdb/spdb_debit_example.xls": (4, 2, 0),
    "unionpay_zm/MADE_INN27010188ZM_777000000000001": (4, 0, 5),
    "unionpay_zm/SYNTHETIC_INN26061588ZM_777000000000001": (2, 0, 0),
    "unionpay_zme/SYNTHETIC_INN26061588ZME_777000000000001": (2, 0, 0),
    "unionpay_zpsum/SYNTHETIC_IND26061501ZPSUM": (7, 1, 0),
    "unionpay_zsum/SYNTHETIC_INN26061588ZSUM": (0, 2, 0),
    "wechat_fund_bill/MADE_withdrawals_OPERATION_20260616.csv": (4, 3, 1),
    "wechat_fund_bill/SYNTHETIC_fundflow_BASIC_20260615.csv": (4, 3, 0),
    "wechat_trade_bill/MADE_damaged_20260615.csv": (4, 3, 4),
    "wechat_trade_bill/MADE_old_24_columns_20160301.csv": (2, 3, 0),
    "wechat_trade_bill/SYNTHETIC_REFUND_29_columns_20260615.csv": (1, 3, 0),
    "wechat_trade_bill/SYNTHETIC_SUCCESS_20_columns_20260615.csv": (2, 3, 0),
    "wechat_trade_bill/tradebill_ALL_45rows_20190219.csv": (45, 3, 0),
    "wechat_withdrawals/MADE_named_like_the_fields_20260615.csv": (2, 1, 1),
    "wechat_withdrawals/SYNTHETIC_withdraw_answers_20260615.json": (3, 0, 2),
}


@pytest.mark.parametrize("path", READ_HERE, ids=name_of)
def test_sample_is_read_as_expected(path: Path, golden: Callable[[Path, str], None]) -> None:
    reading = read(path.parent.name, source_of(path))

    golden(path.with_name(path.name + ".expected.txt"), reading.as_text())


@pytest.mark.parametrize("path", READ_HERE, ids=name_of)
def test_sample_gives_the_counts_named_here(path: Path) -> None:
    reading = read(path.parent.name, source_of(path))

    assert (len(reading.row_lines), len(reading.control_lines), len(reading.rejects)) == COUNTS[name_of(path)]


def test_every_named_count_has_its_sample() -> None:
    assert set(COUNTS) == {name_of(path) for path in READ_HERE}


@pytest.mark.parametrize(
    "path",
    [
        p
        for p in READ_HERE
        if p.parent.name not in {*ISO_20022, "bai2", "ofx"}
        and p.suffix not in {".xls", ".xlsx", ".ods", ".bin", ".json"}
    ],
    ids=name_of,
)
def test_every_line_of_a_text_file_is_said_exactly_once(path: Path) -> None:
    source = source_of(path)
    reading = read(path.parent.name, source)
    said = sorted(reading.row_lines + reading.control_lines + [line for line, *_ in reading.rejects])

    lines = source.data.count(b"\n") + (not source.data.endswith(b"\n"))
    if b"\n" not in source.data:
        lines = -(-len(source.data) // record_bytes_of(path.parent.name))
    assert said == list(range(1, lines + 1))


@pytest.mark.parametrize("path", claimed_samples(), ids=name_of)
def test_exactly_its_own_format_claims_a_sample(path: Path) -> None:
    assert [known.code for known in formats_claiming(source_of(path))] == [path.parent.name]
