"""A small true story for the console's tests: one shop, two days, and a payout that the bank sent back for its name.

Written as interchange files, read in by the product itself. At the clock of the story the first day has arrived in full
and the second has not.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

CLOCK = datetime(2026, 9, 24, 10, 30)
ACQUIRER = "lianhe"
MERCHANT = "898310012340001"
NAME = "街角小馆"
ALARM_PAYOUT = "P20260922"
SALE_RRN = "092211000002"

FILES = {
    "merchants.csv": f"acquirer,merchant_no,name,group_no,isv_no,mcc,region,status\n{ACQUIRER},{MERCHANT},{NAME},,,5812,440300,active\n",
    "contracts.csv": (
        "acquirer,merchant_no,from_on,to_on,cycle,cutover,due_time,calendar,pays_on_makeup_days,minimum_minor,card_kind,channel,"
        "rate_bp,cap_minor,floor_minor,per_item_minor,rounding,refund_fee,agreed_deductions\n"
        f"{ACQUIRER},{MERCHANT},2026-01-01,,T+1,23:00,14:00,CN,1,,,,60,,,,half_up_each,kept,\n"
    ),
    "accounts.csv": (
        "acquirer,merchant_no,account_tail,holder,bank_name,bank_code,kind,from_on,to_on\n"
        f"{ACQUIRER},{MERCHANT},6217,{NAME},中国工商银行,102100099996,corporate,2026-01-01,\n"
    ),
    "transactions_2026-09.csv": (
        "acquirer,merchant_no,terminal_no,batch_no,trace_no,rrn,occurred_at,kind,amount_minor,status,response_code,channel,card_tail,card_kind\n"
        f"{ACQUIRER},{MERCHANT},T0000001,000001,000101,092110000001,2026-09-21T12:15:10,sale,12800,approved,00,card,8821,debit\n"
        f"{ACQUIRER},{MERCHANT},T0000001,000001,000102,092110000002,2026-09-21T18:40:00,sale,5600,approved,00,card,1034,debit\n"
        f"{ACQUIRER},{MERCHANT},T0000001,000002,000103,092211000001,2026-09-22T11:05:30,sale,30000,approved,00,card,4417,debit\n"
        f"{ACQUIRER},{MERCHANT},T0000001,000002,000104,{SALE_RRN},2026-09-22T19:21:00,sale,8850,approved,00,card,2290,debit\n"
    ),
    "clearings_2026-09.csv": (
        "acquirer,merchant_no,terminal_no,batch_no,trace_no,rrn,occurred_at,cleared_on,kind,gross_minor,fee_minor,net_minor,channel,card_tail,card_kind\n"
        f"{ACQUIRER},{MERCHANT},T0000001,000001,000101,092110000001,2026-09-21T12:15:10,2026-09-21,sale,12800,77,12723,card,8821,debit\n"
        f"{ACQUIRER},{MERCHANT},T0000001,000001,000102,092110000002,2026-09-21T18:40:00,2026-09-21,sale,5600,34,5566,card,1034,debit\n"
        f"{ACQUIRER},{MERCHANT},T0000001,000002,000103,092211000001,2026-09-22T11:05:30,2026-09-22,sale,30000,180,29820,card,4417,debit\n"
        f"{ACQUIRER},{MERCHANT},T0000001,000002,000104,{SALE_RRN},2026-09-22T19:21:00,2026-09-22,sale,8850,53,8797,card,2290,debit\n"
    ),
    "payouts_2026-09.csv": (
        "acquirer,merchant_no,payout_no,settled_on,cycle,planned_minor,held_minor,deducted_minor,paid_minor,state,reason_code,reason_text,"
        "account_tail,account_holder,bank_name,created_at,finished_at\n"
        f"{ACQUIRER},{MERCHANT},P20260921,2026-09-21,T+1,18289,0,0,18289,claimed,,,6217,{NAME},中国工商银行,2026-09-22T03:33:00,2026-09-22T04:35:00\n"
        f"{ACQUIRER},{MERCHANT},{ALARM_PAYOUT},2026-09-22,T+1,38617,0,0,0,failed,,账号户名不符,6217,{NAME},中国工商银行,2026-09-23T03:33:00,2026-09-23T04:35:00\n"
    ),
    "bank_entries_6217_2026-09.csv": (
        "account_tail,booked_at,value_on,amount_minor,currency,balance_minor,counterparty_name,counterparty_tail,text,bank_reference\n"
        "6217,2026-09-22T10:40:00,2026-09-22,18289,CNY,118289,联合收单,9001,P20260921,B000001\n"
        "6217,2026-09-23T16:00:00,2026-09-23,-2500,CNY,115789,供水公司,7788,水费,B000002\n"
    ),
}
"""File name → text, as a merchant would have them."""

BROKEN = {
    "transactions_broken.csv": (
        "acquirer,merchant_no,terminal_no,trace_no,occurred_at,kind,amount_minor,status\n"
        f"{ACQUIRER},{MERCHANT},T0000001,000201,2026-09-22T20:00:00,sale,12.5O,approved\n"
        f"{ACQUIRER},{MERCHANT},T0000001,000202,2026-09-22T20:05:00,sale,4900,declined\n"
    )
}
"""A file of which one row cannot be read."""


def write_files(folder: Path, files: dict[str, str] = FILES) -> list[Path]:
    """Write the files and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (folder / name).write_text(body, encoding="utf-8")
    return [folder / name for name in files]
