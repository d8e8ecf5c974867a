"""WeChat Pay and Alipay bills: signs, fees, totals, identities, and what is said when something does not add up."""

from __future__ import annotations

import re
from datetime import date

import pytest
from formats_samples import sample
from formats_sink import Reading, read

from daozhang.formats.base import Given, Source
from daozhang.formats.registry import formats_claiming

REAL = sample("wechat_trade_bill", "45rows")
TOTALS = {
    "总交易单数": "45.0", "应结订单总金额": "0.47", "退款总金额": "0.14", "充值券退款总金额": "0.0",
    "手续费总金额": "0.08", "订单总金额": "0.47", "申请退款总金额": "0.14",
}  # fmt: skip


def test_real_bill_adds_up_to_what_its_summary_says() -> None:
    reading = read("wechat_trade_bill", REAL)
    rows = reading.values("clearings")

    assert len(rows) == 45
    assert reading.warnings == []
    assert sum(row["gross_minor"] for row in rows if row["kind"] == "sale") == 47
    assert sum(row["gross_minor"] for row in rows if row["kind"] == "refund") == -14
    assert sum(row["fee_minor"] for row in rows) == 8
    assert sum(row["net_minor"] for row in rows) == 47 - 14 - 8
    assert [row["kind"] for row in rows].count("refund") == 14
    # Its authors changed digits of the numbers, so two pairs of sales carry one 微信订单号; the order numbers differ.
    assert len({(row["network_no"], row["order_no"]) for row in rows}) == 45
    assert reading.covered == [("clearings", date(2019, 2, 19), date(2019, 2, 19), "", "1921000401")]


@pytest.mark.parametrize(("name", "stated"), TOTALS.items())
def test_each_of_the_seven_totals_of_the_real_bill_is_recomputed(name: str, stated: str) -> None:
    names = list(TOTALS)
    lines = REAL.data.decode("utf-8-sig").rstrip().split("\r\n")
    cells = lines[-1].split(",")
    assert cells[names.index(name)] == "`" + stated
    cells[names.index(name)] = "`46.13"

    reading = read("wechat_trade_bill", Source("x", "\r\n".join([*lines[:-1], ",".join(cells)]).encode()))

    assert [(key, facts["name"]) for key, facts in reading.warnings] == [("warn-total-differs", name)]
    assert len(reading.rows) == 45
    assert reading.covered == []


def test_a_bill_cut_before_its_summary_keeps_its_rows_and_says_so() -> None:
    lines = REAL.data.split(b"\r\n")[:30]

    reading = read("wechat_trade_bill", Source("x", b"\r\n".join(lines)))

    assert len(reading.rows) == 29
    assert reading.warning_keys() == ["warn-summary-missing"]
    assert reading.covered == []


def test_rows_in_another_order_columns_in_another_order_and_no_backticks_read_the_same() -> None:
    text = REAL.data.decode("utf-8-sig")
    plain = text.replace("`", "")
    lines = [line.split(",") for line in plain.rstrip().split("\r\n")]
    body = [list(reversed(line)) for line in lines[:-2]]
    again = "\n".join(",".join(line) for line in [body[0], *reversed(body[1:]), *lines[-2:]])
    source = Source("x", again.encode("gb18030"))

    assert [known.code for known in formats_claiming(source)] == ["wechat_trade_bill"]
    reading = read("wechat_trade_bill", source)

    def key(row: dict[str, object]) -> str:
        return f"{row['network_no']} {row['order_no']}"

    assert sorted(reading.values("clearings"), key=key) == sorted(
        read("wechat_trade_bill", REAL).values("clearings"), key=key
    )
    assert reading.warnings == []


def test_acquirer_given_with_the_file_counts() -> None:
    source = Source(REAL.name, REAL.data, Given(acquirer="tenpay"))

    assert {row["acquirer"] for row in read("wechat_trade_bill", source).values("clearings")} == {"tenpay"}


def test_success_and_refund_layouts_are_read_too() -> None:
    lines = [
        line.split(",`" if line.startswith("`") else ",")
        for line in REAL.data.decode("utf-8-sig").rstrip().split("\r\n")
    ]
    dropped = {"微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态", "申请退款金额"}
    kept = [at for at, name in enumerate(lines[0]) if name not in dropped]
    sales = [lines[0], *(line for line in lines[1:-2] if "SUCCESS" in line[9])]
    body = [",".join(line[at] if at == 0 or line is lines[0] else "`" + line[at] for at in kept) for line in sales]
    summary = "总交易单数,应结订单总金额,手续费总金额,订单总金额\n`31.0,`0.47,`0.08,`0.47\n"

    reading = read("wechat_trade_bill", Source("x", ("\n".join(body) + "\n" + summary).encode()))

    assert (len(reading.rows), reading.rejects, reading.warnings) == (31, [], [])
    assert sum(row["gross_minor"] for row in reading.values("clearings")) == 47


FUND = sample("wechat_fund_bill", "withdrawals")


def test_a_withdrawal_is_one_line_that_is_both_ledger_entry_and_payout() -> None:
    reading = read("wechat_fund_bill", FUND)

    assert reading.rows_in == FUND.data.count(b"\n")
    assert [(row["payout_no"][-4:], row["state"], row["paid_minor"]) for row in reading.values("payouts")] == [
        ("0001", "claimed", 7940),
        ("0001", "returned", 7940),
    ]
    assert [table for table, line, _ in reading.rows if line == 2] == ["bank_entries", "payouts"]


def test_without_a_merchant_number_a_withdrawal_stays_a_ledger_entry_and_is_said() -> None:
    anonymous = Source("bill.csv", FUND.data.replace(b"1900000001API", b"system"))
    reading = read("wechat_fund_bill", anonymous)

    assert reading.values("payouts") == []
    assert ("warn-merchant-unknown", {"count": 2}) in reading.warnings
    assert reading.values("bank_entries")[0]["account_tail"] == "wallet:wechat:BASIC"
    given = Source("bill.csv", anonymous.data, Given(merchant_no="1999", account_tail="wallet:wechat:FEES"))
    again = read("wechat_fund_bill", given)
    assert {row["merchant_no"] for row in again.values("payouts")} == {"1999"}
    assert {row["account_tail"] for row in again.values("bank_entries")} == {"wallet:wechat:FEES"}


def test_a_top_up_is_no_payout_even_under_the_name_of_both() -> None:
    kinds = [(row["text"], row["amount_minor"]) for row in read("wechat_fund_bill", FUND).values("bank_entries")]

    assert ("充值/提现 充值", 5000) in kinds


ALIPAY = sample("alipay_trade_bill", "SYNTHETIC")


def test_two_partial_refunds_stay_two() -> None:
    numbers = [
        row["network_no"] for row in read("alipay_trade_bill", sample("alipay_trade_bill", "MADE")).values("clearings")
    ]

    assert len(set(numbers)) == 4


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [("交易合计：1笔", "交易合计：2笔", "交易合计 笔数"), ("共100.00元，", "共100.01元，", "交易合计 商家实收"),
     ("共-20.00元", "共20.00元", "退款合计 商家实收")],
)  # fmt: skip
def test_each_total_of_the_alipay_footer_is_checked(old: str, new: str, name: str) -> None:
    text = ALIPAY.data.decode("gb18030")
    assert old in text
    reading = read("alipay_trade_bill", Source("x", text.replace(old, new, 1).encode("gb18030")))

    assert [(key, facts["name"]) for key, facts in reading.warnings] == [("warn-total-differs", name)]
    assert len(reading.rows) == 2
    assert reading.covered == []


@pytest.mark.parametrize("first", ["#֧".encode(), b"#\xd6\xa7\xff\xff\xff", "#֧\ufffd\ufffd".encode()])
def test_a_damaged_title_line_is_no_obstacle(first: bytes) -> None:
    source = Source("x", first + ALIPAY.data[ALIPAY.data.index(b"\r\n") :])

    assert [known.code for known in formats_claiming(source)] == ["alipay_trade_bill"]
    assert read("alipay_trade_bill", source) == read("alipay_trade_bill", ALIPAY)


def test_alipay_saved_again_as_utf8_with_half_width_brackets_reads_the_same() -> None:
    text = re.sub("（元）", "(元)", ALIPAY.data.decode("gb18030"))

    assert read("alipay_trade_bill", Source("x", text.encode("utf-8-sig"))) == read("alipay_trade_bill", ALIPAY)


def test_alipay_without_footer_is_taken_and_not_called_complete() -> None:
    cut = ALIPAY.data[: ALIPAY.data.rindex("#交易合计".encode("gb18030"))]
    reading: Reading = read("alipay_trade_bill", Source("x", cut))

    assert (len(reading.rows), reading.warning_keys(), reading.covered) == (2, ["warn-summary-missing"], [])
