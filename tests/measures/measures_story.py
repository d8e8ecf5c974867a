"""A small desk for the figures: one shop at one acquirer, contract T+3, files as they come."""

from __future__ import annotations

from datetime import datetime

ACQUIRER = "lianhe"
MERCHANT = "898310012340001"
CLOCK = datetime(2026, 9, 24, 12, 0)

BOOK = {
    "contracts.csv": (
        "acquirer,merchant_no,from_on,to_on,cycle,cutover,due_time,calendar,pays_on_makeup_days,minimum_minor,card_kind,channel,"
        "rate_bp,cap_minor,floor_minor,per_item_minor,rounding,refund_fee,agreed_deductions\n"
        f"{ACQUIRER},{MERCHANT},2026-01-01,,T+3,23:00,14:00,CN,1,,,,60,,,,half_up_each,kept,\n"
    ),
    "accounts.csv": (
        "acquirer,merchant_no,account_tail,holder,bank_name,bank_code,kind,from_on,to_on\n"
        f"{ACQUIRER},{MERCHANT},6217,街角小馆,中国工商银行,102100099996,corporate,2026-01-01,\n"
    ),
    "clearings_2026-09.csv": (
        "acquirer,merchant_no,terminal_no,batch_no,trace_no,rrn,occurred_at,cleared_on,kind,gross_minor,fee_minor,net_minor,channel,card_tail,card_kind\n"
        + "".join(
            f"{ACQUIRER},{MERCHANT},T0000001,00000{day},0001{day},0922{day}1000001,2026-09-{day}T12:15:10,2026-09-{day},sale,"
            f"{gross},{gross * 60 // 10_000},{gross - gross * 60 // 10_000},card,8821,debit\n"
            for day, gross in ((21, 100_000), (22, 200_000), (23, 400_000))
        )
    ),
    "bank_entries_6217_2026-09.csv": (
        "account_tail,booked_at,value_on,amount_minor,currency,balance_minor,counterparty_name,counterparty_tail,text,bank_reference\n"
        "6217,2026-09-23T16:00:00,2026-09-23,-2500,CNY,500000,供水公司,7788,水费,B000002\n"
    ),
}
"""File name → text. Net: 994.00, 1,988.00 and 3,976.00 yuan."""
PAYOUT_HEAD = (
    "acquirer,merchant_no,payout_no,settled_on,cycle,planned_minor,held_minor,deducted_minor,paid_minor,state,reason_code,reason_text,"
    "account_tail,account_holder,bank_name,created_at,finished_at\n"
)
