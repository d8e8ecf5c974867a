"""What the assistant makes of tables: each case is the table itself, what it must settle alone and what it must ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daozhang.formats.base import Given
from daozhang.formats.mapped.propose import propose
from daozhang.formats.mapped.propose_points import Proposal
from daozhang.formats.mapped.propose_sample import Sample, Sheet
from daozhang.formats.mapped.spec import Amount, ColumnRule
from daozhang.formats.mapped.store import mapping_from_json, mapping_to_json

CLEARING = """
    某某支付清算明细
    清算日期|交易日期|交易时间|商户编号|终端号|交易类型|卡号|参考号|流水号|交易金额(元)|手续费(元)|清算金额(元)
    2026-06-16|2026-06-15|12:01:02|898310012340001|T0000001|消费|622202******1234|061512000001|000101|100.00|0.60|99.40
    2026-06-16|2026-06-15|12:05:02|898310012340001|T0000001|退货|622202******1234|061512000002|000102|50.00|0.30|49.70
    2026-06-16|2026-06-15|13:05:02|898310012340001|T0000001|消费|622202******1234|061512000003|000103|88.88|0.53|88.35
    合计||||||||||138.88|0.83|138.05
"""
FEN = """
    mid|tid|trade time|rrn|amount|fee|net amount|dc
    8983|T0000001|20260615120102|061512000001|10000|60|9940|C
    8983|T0000001|20260615120202|061512000002|5000|30|4970|D
    8983|T0000001|20260615120302|061512000003|20000|120|19880|C
"""
BANK = """
    账号：6222 0212 3456 7890|币种：人民币
    日期|摘要|收入|支出|余额|对方户名
    25/06/2026|结算款|1,000.00||3,000.00|某某支付
    26/06/2026|水费||200.50|2,799.50|供水公司
    02/07/2026|结算款|55.50||2,855.00|某某支付
"""
PAYOUTS = """
    出款单号|清算日期|划款金额|状态|失败原因|收款账号|收款户名
    P1|2026-06-15|100.00|成功||6222001|甲
    P2|2026-06-15|200.00|失败|账号错|6222002|乙
    P3|2026-06-16|300.00|已退票|账号错|6222003|丙
"""
ORDERS = """
    单号|下单时间|金额|支付方式|收银员
    A1|2026-06-15 10:00|12.5|现金|1
    A2|2026-06-15 10:01|13|微信|1
"""
JOURNAL = """
    商户号|终端号|批次号|凭证号|交易时间|交易类型|金额|交易结果|授权码
    898310012340001|T0000001|000001|000101|2026/6/15 9:01:02|消费|12.00|成功|123456
    898310012340001|T0000001|000001|000102|2026/6/15 9:02:02|消费撤销|12.00|成功|123457
    898310012340001|T0000001|000001|000103|2026/6/15 9:03:02|消费|7.50|失败|
"""
UNKNOWN = """
    foo|bar|baz
    1|2|3
    4|5|6
"""
EVERY = {"clearing": CLEARING, "fen": FEN, "bank": BANK, "payouts": PAYOUTS, "orders": ORDERS, "journal": JOURNAL}
ANSWERS = {
    "unit": "minor", "sign": "as_read", "cleared_on": "same", "zone": "UTC", "acquirer": "X", "merchant_no": "898310012340001",
    "account_tail": "6217", "order": "dmy", "status": "approved",
}  # fmt: skip


def look(table: str, answers: Mapping[str, str] | None = None, **known: Any) -> Proposal:
    rows = [line.strip().split("|") for line in table.strip().splitlines()]
    sample = Sample(name="x.csv", container="text", delimiter=",", sheets=(Sheet("", rows),))
    return propose(sample, answers=answers or {}, given=Given(**known))


def waiting(proposal: Proposal) -> set[str]:
    return {point.id for point in proposal.points if point.waits}


def rule(proposal: Proposal, column: str, number: int = 0) -> ColumnRule:
    assert proposal.mapping is not None
    return dict(proposal.mapping.tables[number].columns)[column]


def amount(proposal: Proposal, column: str) -> Amount:
    found = rule(proposal, column).amount
    assert found is not None
    return found


def test_a_clearing_file_is_understood_but_for_its_sender() -> None:
    found = look(CLEARING)

    assert found.table == "clearings"
    assert waiting(found) == {"acquirer"}
    assert [(held.kind, held.holds, held.of) for held in found.checks] == [("net", 3, 3)]
    assert rule(found, "occurred_at").columns == ("交易日期", "交易时间")
    assert rule(found, "trace_no").columns == ("流水号",)  # six digits: no reference and no network number
    assert rule(found, "kind").values == (("消费", "sale"), ("退货", "refund"))
    for column in ("gross_minor", "fee_minor", "net_minor"):
        assert (amount(found, column).sign, amount(found, column).minus_when) == ("by_column", ("退货",))


def test_refunds_written_with_a_minus_need_no_turning() -> None:
    signed = CLEARING.replace("|50.00|0.30|49.70", "|-50.00|-0.30|-49.70")

    assert [amount(look(signed), column).sign for column in ("gross_minor", "fee_minor", "net_minor")] == [
        "as_written"
    ] * 3


def test_a_fee_written_with_a_minus_is_turned() -> None:
    turned = (
        CLEARING.replace("|0.60|", "|-0.60|")
        .replace("|0.53|", "|-0.53|")
        .replace("退货", "消费")
        .replace("|0.30|", "|-0.30|")
    )
    found = look(turned)

    assert (amount(found, "gross_minor").sign, amount(found, "fee_minor").sign) == ("as_written", "negated")
    assert found.checks[0].holds == 3


def test_whole_amounts_directions_zone_and_day_are_asked_never_guessed() -> None:
    found = look(FEN)

    assert waiting(found) == {"unit", "sign", "zone", "cleared_on", "acquirer"}
    assert not found.is_ready


@pytest.mark.parametrize(("said", "unit"), [("minor", "minor"), ("major", "major")])
def test_the_unit_is_what_the_person_says(said: str, unit: str) -> None:
    found = look(FEN, ANSWERS | {"unit": said})

    assert found.is_ready
    assert {amount(found, column).unit for column in ("gross_minor", "fee_minor", "net_minor")} == {unit}


@pytest.mark.parametrize(("said", "minus"), [("as_read", ("D",)), ("turned", ("C",))])
def test_the_direction_is_what_the_person_says(said: str, minus: tuple[str, ...]) -> None:
    found = look(FEN, ANSWERS | {"sign": said})

    assert amount(found, "net_minor").minus_when == minus


def test_the_header_says_fen() -> None:
    found = look(FEN.replace("amount|fee|net amount", "amount(分)|fee(分)|net amount(分)"))

    assert "unit" not in waiting(found)
    assert amount(found, "gross_minor").unit == "minor"


def test_a_statement_is_proved_by_its_balance() -> None:
    found = look(BANK)

    assert (found.table, waiting(found)) == ("bank_entries", set())
    assert rule(found, "amount_minor").columns == ("收入", "支出")
    moment = rule(found, "booked_at").moment
    assert moment is not None
    assert moment.order == "dmy"
    assert found.checks[0].proves


def test_the_balance_shows_columns_that_are_named_the_other_way() -> None:
    found = look(BANK.replace("收入|支出", "支出|收入"))

    assert rule(found, "amount_minor").columns == ("支出", "收入")
    assert found.checks[0].holds == 2


def test_day_and_month_that_cannot_be_told_apart_are_asked() -> None:
    unclear = BANK.replace("25/06/2026", "01/06/2026").replace("26/06/2026", "02/06/2026")

    assert waiting(look(unclear)) == {"order"}
    assert rule(look(unclear, {"order": "mdy"}), "booked_at").moment.order == "mdy"  # type: ignore[union-attr]


def test_a_statement_without_its_account_asks_for_it() -> None:
    assert waiting(look("\n".join(BANK.strip().splitlines()[1:]))) == {"account_tail"}
    assert waiting(look("\n".join(BANK.strip().splitlines()[1:]), account_tail="6217")) == set()


def test_one_unsigned_column_with_a_balance_that_falls_is_not_taken_for_income() -> None:
    found = look(
        "日期|金额|余额|账号\n2026-06-01|10.00|90.00|6217\n2026-06-02|20.00|70.00|6217\n2026-06-03|5.00|65.00|6217"
    )

    assert amount(found, "amount_minor").sign == "negated"


def test_a_decimal_comma_is_seen() -> None:
    found = look("Date|Amount|Balance|Account\n13.02.2026|1.234,50|2.234,50|6217\n14.02.2026|-34,50|2.200,00|6217")

    assert amount(found, "amount_minor").decimal == ","
    assert found.checks[0].proves


def test_payouts_that_did_not_go_out_paid_nothing() -> None:
    found = look(PAYOUTS, ANSWERS)

    assert found.mapping is not None
    went, still = found.mapping.tables
    assert went.kept[0].is_in == ("成功", "已退票")
    assert dict(still.columns)["paid_minor"].value == "0"
    assert dict(went.columns)["state"].values == (("成功", "claimed"), ("失败", "failed"), ("已退票", "returned"))


def test_a_word_nobody_knows_is_asked_and_never_given_a_meaning() -> None:
    strange = CLEARING.replace("退货", "优惠补贴")
    open_, aside = look(strange), look(strange, {"kind:优惠补贴": "aside"})

    assert "kind:优惠补贴" in waiting(open_)
    assert "优惠补贴" not in dict(rule(open_, "kind").values)
    assert "优惠补贴" not in dict(rule(aside, "kind").values)
    assert dict(rule(look(strange, {"kind:优惠补贴": "adjustment"}), "kind").values)["优惠补贴"] == "adjustment"


def test_a_terminals_journal() -> None:
    found = look(JOURNAL)

    assert (found.table, waiting(found)) == ("transactions", {"acquirer"})
    assert dict(rule(found, "status").values) == {"成功": "approved", "失败": "declined"}
    assert amount(found, "amount_minor").minus_when == ("消费撤销",)


def test_orders_of_a_till() -> None:
    found = look(ORDERS, ANSWERS)

    assert found.table == "orders"
    assert dict(rule(found, "paid_by").values)["现金"] == "cash"


def test_a_failed_payment_is_no_money_in_a_clearing_file() -> None:
    table = (
        CLEARING.replace("|卡号|", "|状态|")
        .replace("|622202******1234|", "|成功|")
        .replace("成功|061512000003", "交易失败|061512000003")
    )
    found = look(table)

    assert found.mapping is not None
    assert found.mapping.tables[0].kept[0].not_in == ("交易失败",)


def test_names_nobody_knows_are_pointed_out_by_hand() -> None:
    assert look(UNKNOWN).problem == "map-problem-no-table"
    assert waiting(look(UNKNOWN)) == {"header", "table"}
    said = {
        "header": "0",
        "table": "orders",
        "column:order_no": "foo",
        "column:amount_minor": "bar",
        "merchant_no": "1",
    }
    assert look(UNKNOWN, said).problem == "map-problem-columns"


def test_a_column_is_what_the_person_says() -> None:
    found = look(CLEARING, {"column:rrn": "流水号", "column:trace_no": "-"})

    assert rule(found, "rrn").columns == ("流水号",)
    assert "trace_no" not in dict(found.mapping.tables[0].columns)  # type: ignore[union-attr]


def test_a_header_of_two_rows_is_read_together() -> None:
    found = look(
        "账号|6222021234567890|||||\n日期|摘要|收入|支出|账户|对方||\n||金额|金额|余额|户名|账号\n"
        + "\n".join(BANK.strip().splitlines()[2:])
    )

    assert rule(found, "amount_minor").columns == ("收入金额", "支出金额")
    assert rule(found, "balance_minor").columns == ("账户余额",)
    assert waiting(found) == set()


def test_traditional_characters_are_read_like_simplified_ones() -> None:
    found = look(BANK.replace("余额", "餘額").replace("对方户名", "對方戶名"))

    assert rule(found, "balance_minor").columns == ("餘額",)


@pytest.mark.parametrize("name", EVERY)
def test_every_proposal_is_a_sound_mapping_and_the_same_each_time(name: str) -> None:
    found = look(EVERY[name], ANSWERS)

    assert found.mapping is not None
    assert mapping_from_json(mapping_to_json(found.mapping)) == found.mapping
    assert look(EVERY[name], ANSWERS) == found


@pytest.mark.parametrize("name", EVERY)
def test_every_point_has_its_words(name: str) -> None:
    from daozhang.desk import mapping_telling as telling

    for point in look(EVERY[name]).points:
        for language in ("zh", "en"):
            said = [telling.question(language, point), telling.why(language, point), telling.chosen(language, point)]
            said += [telling.label(language, choice) for choice in point.choices]
            assert not [one for one in said if "⟦" in one or "{" in one], said


CELL = st.text(alphabet="0123456789.,-/:|消费退货金额DC贷借余abc% ()¥*", max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=9), max_size=12), st.sampled_from(sorted(EVERY)))
def test_any_cells_give_a_proposal_or_a_problem(rows: list[list[str]], name: str) -> None:
    head = [line.strip().split("|") for line in EVERY[name].strip().splitlines()]
    found = propose(
        Sample(name="x", container="text", delimiter=",", sheets=(Sheet("", head[:2] + rows),)), answers=ANSWERS
    )

    assert (found.mapping is None) == bool(found.problem)
    if found.mapping is not None and found.is_ready:
        assert mapping_from_json(mapping_to_json(found.mapping)) == found.mapping
