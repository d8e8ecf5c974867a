"""Wallet ledgers, bills of each type, withdrawals and the daily zip: balances, directions, one row whatever the layout."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime

import pytest
from formats_samples import sample
from formats_sink import Reading, read
from hypothesis import given, settings
from hypothesis import strategies as st

from daozhang.formats.base import Given, Source
from daozhang.formats.registry import formats_claiming
from daozhang.intake import unpack

ALL = [
    "交易时间", "公众账号ID", "商户号", "特约商户号", "设备号", "微信订单号", "商户订单号", "用户标识", "交易类型",
    "交易状态", "付款银行", "货币种类", "应结订单金额", "代金券金额", "微信退款单号", "商户退款单号", "退款金额",
    "充值券退款金额", "退款类型", "退款状态", "商品名称", "商户数据包", "手续费", "费率", "订单金额", "申请退款金额",
    "费率备注",
]  # fmt: skip
OF_REFUNDS = {"微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态", "申请退款金额"}
SUCCESS = [name for name in ALL if name not in OF_REFUNDS]
REFUND = [*ALL[:14], "退款申请时间", "退款成功时间", *ALL[14:]]
OLD = [
    "交易时间", "公众账号ID", "商户号", "子商户号", "设备号", "微信订单号", "商户订单号", "用户标识", "交易类型",
    "交易状态", "付款银行", "货币种类", "总金额", "代金券或立减优惠金额", "微信退款单号", "商户退款单号", "退款金额",
    "代金券或立减优惠退款金额", "退款类型", "退款状态", "商品名称", "商户数据包", "手续费", "费率",
]  # fmt: skip

payments = st.lists(
    st.fixed_dictionaries(
        {
            "minute": st.integers(0, 1439), "fen": st.integers(1, 10**9), "fee": st.integers(0, 10**5), "refund": st.booleans(),
            "goods": st.sampled_from(["午餐", "咖啡, 两杯", '"引号"', ""]), "bank": st.sampled_from(["CMB_CREDIT", "ICBC_DEBIT", "OTHERS"]),
        }
    ),
    min_size=1, max_size=8,
)  # fmt: skip


def yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def cells(place: int, one: dict[str, object]) -> dict[str, str]:
    fen, fee, at = int(str(one["fen"])), int(str(one["fee"])), int(str(one["minute"]))
    moment = f"2026-06-15 {at // 60:02d}:{at % 60:02d}:00"
    common = {
        "交易时间": moment, "商户号": "1900000001", "特约商户号": "0", "微信订单号": f"42{place:026d}", "商户订单号": f"A{place}",
        "付款银行": str(one["bank"]), "货币种类": "CNY", "商品名称": str(one["goods"]), "费率": "0.60%",
    }  # fmt: skip
    if one["refund"]:
        refund = {
            "交易状态": "REFUND", "应结订单金额": "0.00", "订单金额": "0.00", "退款金额": yuan(fen), "申请退款金额": yuan(fen),
            "微信退款单号": f"50{place:026d}", "退款申请时间": moment, "手续费": f"{yuan(-fee)}000",
        }  # fmt: skip
        return common | refund
    sale = {
        "交易状态": "SUCCESS", "应结订单金额": yuan(fen), "订单金额": yuan(fen), "微信退款单号": "0", "退款金额": "0.00",
        "申请退款金额": "0.00", "手续费": f"{yuan(fee)}000",
    }  # fmt: skip
    return common | sale


def bill(columns: list[str], rows: list[dict[str, str]]) -> Source:
    older = {"总金额": "应结订单金额", "子商户号": "特约商户号"}
    names = [older.get(name, name) for name in columns]
    lines = [",".join(columns), *(",".join("`" + row.get(name, "") for name in names) for row in rows)]
    return Source("bill.csv", ("\ufeff" + "\r\n".join(lines) + "\r\n总交易单数\r\n`" + f"{len(rows)}.0\r\n").encode())


@settings(max_examples=60, deadline=None)
@given(made=payments)
def test_every_layout_of_the_trade_bill_gives_the_same_clearings(made: list[dict[str, object]]) -> None:
    rows = [cells(place, one) for place, one in enumerate(made)]
    sales, refunds = (
        [row for row in rows if row["交易状态"] == "SUCCESS"],
        [row for row in rows if row["交易状态"] == "REFUND"],
    )
    whole = read("wechat_trade_bill", bill(ALL, rows))
    older = read("wechat_trade_bill", bill(OLD, rows))
    parts = [read("wechat_trade_bill", bill(SUCCESS, sales)), read("wechat_trade_bill", bill(REFUND, refunds))]

    def values(*readings: Reading) -> list[dict[str, object]]:
        found = [row for reading in readings for row in reading.values("clearings")]
        return sorted(found, key=lambda row: str(row["order_no"]))

    assert values(whole) == values(older) == values(*parts)
    assert len(values(whole)) == len(made)
    total = sum(int(str(one["fen"])) * (-1 if one["refund"] else 1) for one in made)
    assert sum(int(str(row["gross_minor"])) for row in values(whole)) == total


def test_only_a_bill_of_both_directions_is_called_complete() -> None:
    assert read("wechat_trade_bill", sample("wechat_trade_bill", "SUCCESS_20")).covered == []
    assert read("wechat_trade_bill", sample("wechat_trade_bill", "REFUND_29")).covered == []
    assert read("wechat_trade_bill", sample("wechat_trade_bill", "45rows")).covered != []


@pytest.mark.parametrize(
    ("code", "part", "account", "opening", "closing"),
    [
        ("wechat_fund_bill", "BASIC", "wallet:1900000001:BASIC", 0, None),
        ("alipay_ledger", "SYNTHETIC", "wallet:alipay:2088000000000001", 100000, 107962),
    ],
)
def test_a_ledger_states_its_balances(code: str, part: str, account: str, opening: int, closing: int | None) -> None:
    known = sample(code, part)
    (said,) = read(code, Source(known.name, known.data, Given(merchant_no="1900000001"))).statements

    assert (said.account_tail, said.opening_minor, said.first_on, said.last_on) == (
        account, opening, date(2026, 6, 15), date(2026, 6, 15),
    )  # fmt: skip
    last = read(code, sample(code, part)).values("bank_entries")[-1]["balance_minor"]
    assert said.closing_minor == (last if closing is None else closing)


def test_a_ledger_whose_merchant_nobody_said_states_no_balance() -> None:
    assert read("wechat_fund_bill", sample("wechat_fund_bill", "BASIC")).statements == []


def test_a_ledger_with_a_row_set_aside_states_no_balance_it_cannot_prove() -> None:
    reading = read("alipay_ledger", sample("alipay_ledger", "MADE"))
    (said,) = reading.statements

    assert (said.opening_minor, said.closing_minor) == (None, None)
    assert (reading.warning_keys(), reading.covered) == ([], [])


LEDGER = sample("alipay_ledger", "SYNTHETIC").data.decode("gb18030")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [("1099.62", "1099.61", "warn-balance-chain"), ("收入合计：1笔", "收入合计：2笔", "warn-total-differs"),
     ("共-20.38元", "共-20.37元", "warn-total-differs")],
)  # fmt: skip
def test_what_a_ledger_says_of_itself_is_checked(old: str, new: str, key: str) -> None:
    assert old in LEDGER
    reading = read("alipay_ledger", Source("x", LEDGER.replace(old, new, 1).encode("gb18030")))

    assert set(reading.warning_keys()) == {key}
    assert len(reading.values("bank_entries")) == 3


def test_outgo_counts_as_out_whatever_its_sign_and_an_empty_amount_is_set_aside() -> None:
    unsigned = read("alipay_ledger", Source("x", LEDGER.replace("-20.00", "20.00", 1).encode("gb18030")))
    empty = read("alipay_ledger", Source("x", LEDGER.replace("0.00,-20.00", ",", 1).encode("gb18030")))

    assert unsigned.values("bank_entries")[2]["amount_minor"] == -2000
    assert [(line, reason) for line, _, _, reason, _ in empty.rejects] == [(8, "reject-empty")]


def test_a_ledger_without_its_account_keeps_withdrawals_as_entries_and_says_so() -> None:
    text = sample("alipay_ledger", "MADE").data.decode("utf-8-sig").replace("#账号：[20880000000000010156]", "#")
    reading = read("alipay_ledger", Source("x", text.encode()))
    given_it = read("alipay_ledger", Source("x", text.encode(), Given(merchant_no="2088")))

    assert reading.values("payouts") == []
    assert ("warn-merchant-unknown", {"count": 2}) in reading.warnings
    assert {row["account_tail"] for row in reading.values("bank_entries")} == {"wallet:alipay:unknown"}
    assert {row["merchant_no"] for row in given_it.values("payouts")} == {"2088"}


def test_a_summary_whose_line_contradicts_itself_is_said() -> None:
    data = sample("alipay_summary", "账务").data.decode("gb18030").replace("-20.00\r\n", "-20.01\r\n", 1)
    reading = read("alipay_summary", Source("x", data.encode("gb18030")))

    assert reading.warning_keys() == ["warn-total-differs", "warn-totals-only"]


def _zip_in_gbk(files: list[tuple[str, bytes]]) -> bytes:
    """Return a zip as Alipay makes it: names are GBK bytes, and no flag says that they are UTF-8."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for place, (name, data) in enumerate(files):
            archive.writestr(str(place) * len(name.encode("gbk")), data)
    raw = packed.getvalue()
    for place, (name, _) in enumerate(files):
        raw = raw.replace((str(place) * len(name.encode("gbk"))).encode(), name.encode("gbk"))
    return raw


def test_the_daily_zip_with_names_in_gbk_holds_files_that_are_all_known() -> None:
    """Alipay writes names in GBK without the flag that says UTF-8; details and summaries lie together."""
    files = [
        ("20880000000000010156_20260615_业务明细.csv", sample("alipay_trade_bill", "SYNTHETIC").data),
        ("20880000000000010156_20260615_业务明细(汇总).csv", sample("alipay_summary", "业务").data),
        ("20880000000000010156_20260615_账务明细.csv", sample("alipay_ledger", "SYNTHETIC").data),
        ("20880000000000010156_20260615_账务明细(汇总).csv", sample("alipay_summary", "账务").data),
    ]
    found = {}
    for name, content in unpack.members(io.BytesIO(_zip_in_gbk(files)), limit=10**6):
        with content() as taken:
            found[name] = [known.code for known in formats_claiming(Source(name, taken.head(65536)))]

    assert found == {
        files[0][0]: ["alipay_trade_bill"], files[1][0]: ["alipay_summary"], files[2][0]: ["alipay_ledger"],
        files[3][0]: ["alipay_summary"],
    }  # fmt: skip


WITHDRAWAL = {
    "sub_mchid": "1900000109", "withdraw_id": "123", "out_request_no": "P1", "amount": 100, "status": "FAIL",
    "reason": "户名不符", "update_time": "2026-06-15T10:00:00+08:00",
}  # fmt: skip


def withdrawals(text: str) -> Reading:
    source = Source("x.json", text.encode())
    assert [known.code for known in formats_claiming(source)] == ["wechat_withdrawals"]
    return read("wechat_withdrawals", source)


@pytest.mark.parametrize("form", [
    json.dumps(WITHDRAWAL), json.dumps([WITHDRAWAL]), json.dumps(WITHDRAWAL, indent=2),
    json.dumps(WITHDRAWAL, ensure_ascii=False) + "\n\n",
])  # fmt: skip
def test_an_answer_reads_the_same_in_every_json_form(form: str) -> None:
    (row,) = withdrawals(form).values("payout_answers")

    assert (row["payout_no"], row["state"], row["amount_minor"]) == ("123", "failed", 100)
    assert (row["answered_at"], row["reason_text"]) == (datetime(2026, 6, 15, 10), "户名不符")


@pytest.mark.parametrize(("name", "value", "reason"), [
    ("amount", 1.5, None), ("amount", -1, "reject-amount"), ("amount", True, None), ("status", "LOST", "reject-value"),
    ("update_time", "soon", "reject-moment"), ("withdraw_id", "", "reject-empty"), ("amount", 10**40, "reject-amount"),
])  # fmt: skip
def test_a_field_that_cannot_be_read_sets_its_answer_aside_or_stays_unknown(
    name: str, value: object, reason: str | None
) -> None:
    reading = withdrawals(json.dumps(WITHDRAWAL | {name: value}))

    assert [found for *_, found, _ in reading.rejects] == ([reason] if reason else [])
    if reason is None:
        assert reading.values("payout_answers")[0]["amount_minor"] is None
