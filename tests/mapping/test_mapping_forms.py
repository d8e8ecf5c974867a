"""Ways in which foreign tables are written: amounts with brackets and words, years of two digits, no row of names."""

from __future__ import annotations

from datetime import datetime

import pytest
from test_mapping_propose import amount, look, rule, waiting

from daozhang.formats.base import Source
from daozhang.formats.cells import SHANGHAI, UnreadableError
from daozhang.formats.mapped import values
from daozhang.formats.mapped.propose_headless import letter
from daozhang.formats.mapped.propose_values import profile
from daozhang.formats.mapped.spec import Amount, Moment
from daozhang.formats.mapped.store import as_format, mapping_from_json, mapping_to_json
from daozhang.intake.sampling import sample_of

NAMELESS = """
    898310012340001|T0000001|2026-06-15|12:01:02|消费|061512000001|000101|100.00|0.60|99.40|2026-06-16
    898310012340001|T0000001|2026-06-15|12:05:02|退货|061512000002|000102|50.00|0.30|49.70|2026-06-16
    898310012340001|T0000002|2026-06-15|13:05:02|消费|061512000003|000103|88.88|0.53|88.35|2026-06-16
"""
NAMELESS_BANK = """
    26/06/15|结算款|1,000.00||3,000.00|某某支付
    26/06/16|水费||200.50|2,799.50|供水公司
    26/07/02|结算款|55.50||2,855.00|某某支付
"""


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("(1,234.50)", -123_450), ("（88.00）", -8_800), ("(¥ 88.00)", -8_800), ("1,234.50-", -123_450), ("12.00 -", -1_200),
        ("100.00 CR", 10_000), ("100.00DR", -10_000), ("dr 1,000.00", -100_000), ("借 12.50", -1_250), ("12.50贷", 1_250),
        ("1 234 567.89", 123_456_789), ("1\u00a0234.56", 123_456), ("1'234.50", 123_450), ("-1 234.50", -123_450),
    ],
)  # fmt: skip
def test_an_amount_is_read_however_its_sign_and_thousands_are_written(text: str, minor: int) -> None:
    assert values.amount("金额", text, Amount(), "CNY") == minor
    assert values.is_negative(text) == (minor < 0)
    found = profile([text, "20.00"])
    assert (found.is_amount, found.has_minus) == (True, minor < 0)


@pytest.mark.parametrize(
    "text", ["-100.00 DR", "(100.00) CR", "12 34.00", "1 2345.00", "CR", "100 XDRX", "()", "1 234,5 6"]
)
def test_an_amount_that_contradicts_itself_or_is_none_is_set_aside(text: str) -> None:
    with pytest.raises(UnreadableError):
        values.amount("金额", text, Amount(), "CNY")


def test_blanks_between_thousands_go_with_a_decimal_comma() -> None:
    assert values.amount("Betrag", "1 234,56", Amount(decimal=","), "EUR") == 123_456
    assert profile(["1 234,56", "20,00"]).decimal == ","


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("26-06-15", datetime(2026, 6, 15)), ("26/6/5", datetime(2026, 6, 5)), ("260615", datetime(2026, 6, 15)),
        ("260615101530", datetime(2026, 6, 15, 10, 15, 30)), ("26.06.15 10:11", datetime(2026, 6, 15, 10, 11)),
        ("2026-06-15", datetime(2026, 6, 15)), ("20260615101530", datetime(2026, 6, 15, 10, 15, 30)),
    ],
)  # fmt: skip
def test_a_year_of_two_digits_in_front_is_of_this_century(text: str, at: datetime) -> None:
    assert values.moment("日期", text, "", Moment(order="yymd"), SHANGHAI) == at


@pytest.mark.parametrize("text", ["26-13-01", "26-06-32", "2606", "15/06/2026", "26-06"])
def test_what_is_no_such_day_is_set_aside(text: str) -> None:
    with pytest.raises(UnreadableError):
        values.moment("日期", text, "", Moment(order="yymd"), SHANGHAI)


@pytest.mark.parametrize(
    ("cells", "orders"),
    [
        (["26/06/15", "26/06/16"], ("yymd",)),
        (["15/06/26", "16/06/26"], ("dmy",)),
        (["06/15/26", "06/16/26"], ("mdy",)),
        (["06/07/26"], ("dmy", "mdy", "yymd")),
        (["260615", "260616"], ("yymd",)),
        (["2026/06/15", "2026/06/16"], ("ymd",)),
    ],
)
def test_the_order_of_short_days_is_seen_where_the_days_tell_it(cells: list[str], orders: tuple[str, ...]) -> None:
    found = profile(cells)
    assert found.is_day
    assert found.orders == orders


@pytest.mark.parametrize(
    "cells", [["260615"], ["000101", "000102"], ["150626", "160626"], ["210115", "250630", "291231"]]
)
def test_six_digits_are_no_day_where_they_may_be_a_number(cells: list[str]) -> None:
    assert not profile(cells).is_day


def test_a_short_day_that_can_be_read_three_ways_is_asked() -> None:
    table = "日期|摘要|收入|支出|余额\n06/07/08|甲|3.00||3.00\n06/07/08|乙||1.00|2.00"
    asked = look(table)
    assert "order" in waiting(asked)
    point = next(one for one in asked.points if one.id == "order")
    assert {choice.value for choice in point.choices} == {"dmy", "mdy", "yymd"} & {
        choice.value for choice in point.choices
    }
    said = rule(look(table, {"order": "yymd"}), "booked_at").moment
    assert said is not None
    assert said.order == "yymd"


def test_a_table_without_names_is_understood_from_its_values() -> None:
    found = look(NAMELESS, acquirer="X")

    assert found.is_ready
    assert found.mapping is not None
    assert found.mapping.shape.header == ()
    assert found.mapping.shape.positions == tuple("ABCDEFGHIJK")
    filled = {one.slot: one.source for one in found.filled if one.source}
    assert filled == {
        "merchant_no": "A", "terminal_no": "B", "day": "C", "occurred_at": "D", "kind": "E", "rrn": "F", "trace_no": "G",
        "gross_minor": "H", "fee_minor": "I", "net_minor": "J", "cleared_on": "K",
    }  # fmt: skip
    assert amount(found, "gross_minor").minus_when == ("退货",)
    assert mapping_from_json(mapping_to_json(found.mapping)) == found.mapping
    assert dict(found.sources)["H"] == "H (100.00)"


def test_a_statement_without_names_is_proved_by_its_balance() -> None:
    found = look(NAMELESS_BANK, account_tail="6217")
    assert found.table == "bank_entries"
    assert [(held.holds, held.of) for held in found.checks] == [(2, 2)]
    assert rule(found, "amount_minor").columns == ("C", "D")
    assert rule(found, "text").columns == ("B", "F")


def test_money_that_proves_nothing_is_pointed_out_by_hand() -> None:
    table = NAMELESS.replace("99.40", "98.00").replace("49.70", "44.00").replace("88.35", "80.00")
    found = look(table)
    assert {slot.source for slot in found.filled} & {"H", "I", "J"} == set()
    assert found.problem
    said = look(table, {"table": "transactions", "column:amount_minor": "H", "status": "approved", "acquirer": "X"})
    assert rule(said, "amount_minor").columns == ("H",)


def test_a_person_can_say_that_there_is_no_row_of_names() -> None:
    table = "foo|bar|baz|qux\n    898310012340001|061512000001|2026-06-15 10:00:00|12.50\n    898310012340001|061512000002|2026-06-15 10:05:00|13.50"
    asked = next(point for point in look(table).points if point.id == "header")
    assert "none" in {choice.value for choice in asked.choices}
    assert look(table, {"header": "none"}).sources[0] == ("A", "A (foo)")
    assert look(NAMELESS, {"header": "0"}).sources[0][0] == "898310012340001"


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
def test_the_delimiter_of_a_table_without_names_is_the_one_that_makes_it_even(delimiter: str) -> None:
    from daozhang.intake.cards import CardGuard

    lines = [line.strip().replace("|", delimiter) for line in NAMELESS.strip().splitlines()]
    data = ("\n".join(lines) + "\n").encode()
    assert sample_of(Source("x.txt", data), CardGuard(b"k" * 32))["delimiter"] == delimiter


def test_it_is_known_again_by_its_cells_and_no_other_table_is() -> None:
    found = look(NAMELESS, acquirer="X").mapping
    assert found is not None
    chosen = as_format(found)
    data = "\n".join(line.strip().replace("|", ",") for line in NAMELESS.strip().splitlines()).encode()
    assert chosen.knows(Source("a.csv", data))
    assert not chosen.knows(Source("b.csv", data.replace(b"100.00", b"a hundred")))
    assert not chosen.knows(Source("c.csv", b"a,b\n1,2\n"))


def test_columns_are_counted_as_spreadsheets_do() -> None:
    assert [letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
